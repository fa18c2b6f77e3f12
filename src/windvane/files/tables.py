"""Tables to csv and xlsx: typed cells, text that no spreadsheet takes for a formula, and files that are whole or not there."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types; _Page says what is used

from windvane.files.cells import Number, exact_text, number, protect
from windvane.files.sheets import LONGEST_CELL
from windvane.problems import Problem

Cell: TypeAlias = str | Fraction | date


class _Page(Protocol):
    """What is used of a worksheet of XlsxWriter."""

    def freeze_panes(self, row: int, column: int) -> object: ...
    def set_column(self, first: int, last: int, width: float, cell_format: object = ...) -> object: ...
    def write_string(self, row: int, column: int, string: str, cell_format: object = ...) -> object: ...
    def write_number(self, row: int, column: int, number: float) -> object: ...
    def write_datetime(self, row: int, column: int, date: datetime, cell_format: object) -> object: ...


_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed day: the same table gives the same bytes
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Sheet:
    """A table to be written. Columns named in ``values`` hold words that must not be read back as numbers or statuses."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    values: frozenset[str] = frozenset()

    def protected(self) -> Iterator[list[Cell]]:
        """Yield the rows with every text as it may stand in a file."""
        of_value = [name in self.values for name in self.header]
        for row in self.rows:
            yield [protect(cell, value=v) if isinstance(cell, str) else cell for cell, v in zip(row, of_value, strict=True)]


def write_sheets(sheets: Sequence[Sheet], path: Path) -> list[Problem]:
    """Write one workbook (``.xlsx``) or one table (``.csv``)."""
    if path.suffix.lower() == ".xlsx":
        return write_whole({path: lambda: workbook_bytes(sheets)}, too_long(sheets))
    if path.suffix.lower() == ".csv" and len(sheets) == 1:
        return write_whole({path: lambda: csv_bytes(sheets[0])}, too_long(sheets))
    return [Problem("files.write_suffix", path.name, {"suffix": path.suffix or "—"})]


def too_long(sheets: Sequence[Sheet]) -> list[Problem]:
    """Return a problem for each text that does not fit into a cell."""
    most = LONGEST_CELL - 1  # protection may add one
    places = (
        f"{s.name}:{i}" for s in sheets for i, row in enumerate(s.rows, 2) for cell in row if isinstance(cell, str) and len(cell) > most
    )
    return [Problem("cell.long", place, {"most": str(most)}) for place in places]


def write_whole(contents: Mapping[Path, Callable[[], bytes]], problems: list[Problem]) -> list[Problem]:
    """Write files that are whole: all are ready beside their places before the first takes its place."""
    if problems:
        return problems
    ready: list[tuple[str, Path]] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content())
        for _, path in ready:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        for name, path in ready:
            Path(name).chmod(0o644)
            Path(name).replace(path)
    except OSError as error:
        return [Problem("files.write", path.name, {"reason": error.strerror or type(error).__name__})]
    finally:
        for name, _ in ready:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
    return []


def csv_bytes(sheet: Sheet) -> bytes:
    """Return a table as csv, UTF-8 with its mark so that Excel shows Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.header)
    for row in sheet.protected():
        writer.writerow([exact_text(cell) if isinstance(cell, Fraction) else str(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return tables as a workbook, a sheet each."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        bold, text, day = (book.add_format(f) for f in ({"bold": True, "bottom": 1}, {"num_format": "@"}, {"num_format": "yyyy-mm-dd"}))
        for sheet in sheets:
            page: _Page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, title in enumerate(sheet.header):
                page.set_column(column, column, _width(sheet, column), text if title not in sheet.values else None)
                page.write_string(0, column, title, bold)
            for line, row in enumerate(sheet.protected(), 1):
                for column, cell in enumerate(row):
                    _write(page, line, column, cell, day)
    return content.getvalue()


def _width(sheet: Sheet, column: int) -> float:
    """Wide enough for the first rows; a Chinese character takes the place of two letters."""
    texts = [sheet.header[column], *(str(row[column]) for row in sheet.rows[:50])]
    return min(48.0, max(8.0, 2.0 + max(sum(2 if ord(c) > 0x2E7F else 1 for c in text) for text in texts)))


def _write(page: _Page, line: int, column: int, cell: Cell, day: object) -> None:
    if isinstance(cell, str):
        if cell:
            page.write_string(line, column, cell)
    elif isinstance(cell, date):
        _write_day(page, line, column, cell, day)
    elif number(Number(repr(float(cell)))) == cell:
        page.write_number(line, column, float(cell))
    else:
        page.write_string(line, column, exact_text(cell))


def _write_day(page: _Page, line: int, column: int, cell: date, day: object) -> None:
    """Days before March 1900 do not exist in Excel as they were: they stay text."""
    if cell < date(1900, 3, 1):
        page.write_string(line, column, str(cell))
    else:
        page.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001  a day, no moment
