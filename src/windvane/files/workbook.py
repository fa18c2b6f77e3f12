"""One grid of cells for csv, xlsx and parquet: lines with their numbers, every cell with its place."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from windvane.files.archive import DAMAGES, MOST_BYTES, Unfit, open_archive, unfit
from windvane.files.cells import Number, Raw, has_control, is_empty, narrow, shown
from windvane.files.package import Package, SheetRef, read_package
from windvane.files.sheets import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, Sheet, letters, read_sheet
from windvane.problems import Problem

if TYPE_CHECKING:
    import _csv  # where the type of a reader is declared

SUFFIXES: Final = (".csv", ".xlsx", ".parquet")
OTHER_WORKBOOKS: Final = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".et", ".numbers"})
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_QUOTIENT: Final = re.compile("-?[0-9]+/[0-9]+")  # as Facts.to_polars() writes numbers; in csv or xlsx it may be a day
_DELIMITERS: Final = ",\t;"

Names: TypeAlias = Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table as a file holds it. ``lines`` are the numbers a person sees in the program that shows the file."""

    file: str
    sheet: str  # "" for a file without sheets
    lines: tuple[int, ...]
    rows: tuple[tuple[Raw, ...], ...]
    merged: frozenset[tuple[int, int]] = frozenset()  # (line, column from 0) of cells that repeat the first of a merged block

    def place(self, line: int, column: int, name: str = "") -> str:
        """``facts.xlsx Sheet1!C7`` or ``facts.csv:14 value``; ``column`` from 0."""
        if self.sheet:
            return f"{self.file} {self.sheet}!{letters(column + 1)}{line}"
        return f"{self.file}:{line} {name}".rstrip()

    @property
    def where(self) -> str:
        return f"{self.file} {self.sheet}".rstrip()


def read_grid(path: Path, names: Names) -> Grid | Problem:
    """Read a file with one table: of a workbook the sheet with one of the names, or its only visible sheet."""
    try:
        return _grid(path, names)
    except Unfit as unfit_:
        return unfit_.problem
    except (*DAMAGES, OSError) as error:
        return Problem("files.damaged", path.name, {"reason": type(error).__name__})


def read_grids(path: Path, roles: Mapping[str, Names]) -> dict[str, Grid] | list[Problem]:
    """Read every sheet of a workbook that bears the name of a role; sheets of other names are not read."""
    try:
        with _open(path) as file:
            archive = open_archive(file, path.name)
            package = read_package(archive, path.name)
            chosen = {role: _named(package, names, path.name) for role, names in roles.items()}
            return {role: _of_sheet(path.name, ref, read_sheet(archive, package, ref, path.name)) for role, ref in chosen.items() if ref}
    except Unfit as unfit_:
        return [unfit_.problem]
    except (*DAMAGES, OSError) as error:
        return [Problem("files.damaged", path.name, {"reason": type(error).__name__})]


def _grid(path: Path, names: Names) -> Grid:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        with _open(path) as file:
            return _of_csv(path.name, file.read(MOST_BYTES + 1))
    if suffix == ".parquet":
        with _open(path):
            return _of_parquet(path)
    if suffix != ".xlsx":
        raise unfit("files.old_workbook" if suffix in OTHER_WORKBOOKS else "files.suffix", path.name, suffix=suffix or "—")
    with _open(path) as file:
        archive = open_archive(file, path.name)
        package = read_package(archive, path.name)
        ref = _named(package, names, path.name) or _only(package, names, path.name)
        return _of_sheet(path.name, ref, read_sheet(archive, package, ref, path.name))


def _open(path: Path) -> io.BufferedReader:
    """Open a plain file (no folder, no device) of a bounded size."""
    if not path.is_file():
        raise unfit("files.absent", path.name)
    if path.stat().st_size > MOST_BYTES:
        raise unfit("files.large", path.name, size=path.stat().st_size // 2**20, most=MOST_BYTES // 2**20)
    return path.open("rb")


def _named(package: Package, names: Names, where: str) -> SheetRef | None:
    wanted = {name.lower() for name in names}
    found = [ref for ref in package.sheets if narrow(ref.name).lower() in wanted]
    if len(found) > 1:
        raise unfit("files.sheet_twice", where, sheets="、".join(ref.name for ref in found))
    if found and found[0].hidden:
        raise unfit("files.sheet_hidden", where, sheet=found[0].name)
    return found[0] if found else None


def _only(package: Package, names: Names, where: str) -> SheetRef:
    visible = [ref for ref in package.sheets if not ref.hidden]
    if len(visible) != 1:
        raise unfit("files.which_sheet", where, names=" / ".join(names), sheets="、".join(ref.name for ref in visible[:10]) or "—")
    return visible[0]


def _of_sheet(file: str, ref: SheetRef, sheet: Sheet) -> Grid:
    """Repeat the first cell of each merged block in its other cells, on lines that say something themselves."""
    at = {line: i for i, line in enumerate(sheet.lines)}
    rows = [list(row) for row in sheet.rows] if sheet.merged else []
    filled: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merged:
        if top not in at or right - left >= MOST_COLUMNS:
            continue
        first = rows[at[top]][left - 1] if left <= len(rows[at[top]]) else ""
        for line in (line for line in sheet.lines[at[top] :] if line <= bottom):
            _repeat(rows[at[line]], first, range(left - 1, right))
            filled |= {(line, column) for column in range(left - 1, right) if (line, column) != (top, left - 1)}
            if len(filled) > MOST_CELLS // 8:
                raise unfit("files.merged", f"{file} {ref.name}", place="—")
    return Grid(file, ref.name, sheet.lines, tuple(map(tuple, rows)) if rows else sheet.rows, frozenset(filled))


def _repeat(row: list[Raw], raw: Raw, columns: range) -> None:
    row.extend([""] * (columns.stop - len(row)))
    for column in columns:
        row[column] = raw


def _of_csv(file: str, data: bytes) -> Grid:
    text = _decoded(file, data)
    controls = has_control(text)
    delimiter = _delimiter(text)
    if text.count(delimiter) > MOST_CELLS:
        raise unfit("files.cells", file, most=MOST_CELLS)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    lines: list[int] = []
    rows: list[tuple[Raw, ...]] = []
    cells = 0
    for line, record in _records(file, reader):
        if not any(record) or not any(field.strip() for field in record):
            continue
        cells += len(record)
        if cells > MOST_CELLS or len(record) > MOST_COLUMNS:
            raise unfit("files.cells", f"{file}:{line}", most=MOST_CELLS)
        lines.append(line)
        rows.append(tuple(_csv_cell(field) for field in record) if controls else tuple(record))
    return Grid(file, "", tuple(lines), tuple(rows))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines with their ends, without a second copy of the text; in old files a line ends with CR alone."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while (stop := text.find(end, start)) >= 0:
        yield text[start : stop + 1]
        start = stop + 1
    if start < len(text):
        yield text[start:]


def _records(file: str, reader: _csv.Reader) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of its first line."""
    line = 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error:
            raise unfit("files.csv", f"{file}:{line}") from None
        if record is None:
            return
        yield line, record
        line = reader.line_num + 1


def _csv_cell(field: str) -> Raw:
    return Problem("cell.control") if has_control(field) else field


def _decoded(file: str, data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else GB 18030; a UTF-8 file with a broken byte is not taken for GB 18030."""
    if len(data) > MOST_BYTES:
        raise unfit("files.large", file, size=len(data) // 2**20, most=MOST_BYTES // 2**20)
    bom, encoding = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", ""))
    for attempt in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = data[len(bom) :].decode(attempt)
        except UnicodeDecodeError as error:
            if attempt == "utf-8" and not encoding and not _mostly_utf8(data):
                continue
            line = data.count(b"\n", 0, len(bom) + error.start) + 1
            raise unfit("files.encoding", f"{file}:{line}") from None
        return text
    raise unfit("files.encoding", file)


def _mostly_utf8(data: bytes) -> bool:
    """Tell whether more characters beyond ASCII read as UTF-8 than not."""
    text = data[: 2**20].decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(1 for c in text if ord(c) > 127) - broken > broken


def _delimiter(text: str) -> str:
    """Return the delimiter that the first line with any text has most of."""
    first = next((line for line in text[: 2**16].splitlines() if line.strip(_DELIMITERS + ' "')), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count)


def _of_parquet(path: Path) -> Grid:
    import polars as pl  # heavy; only this format asks for it

    try:
        scan = pl.scan_parquet(path)
        names = scan.collect_schema().names()
        height = scan.select(pl.len()).collect().item()
        if height * len(names) > MOST_CELLS or len(names) > MOST_COLUMNS:
            raise unfit("files.cells", path.name, most=MOST_CELLS)
        frame = scan.collect()
        texts_ = [frame.get_column(name).str.len_bytes().sum() for name, kind in frame.schema.items() if kind == pl.String]
        if sum(texts_) > MOST_BYTES:
            raise unfit("files.text", path.name, most=MOST_BYTES)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise unfit("files.damaged", path.name, reason=type(error).__name__) from None
    columns = [[_of_python(cell) for cell in frame.get_column(name).to_list()] for name in names]
    rows = (tuple(names), *zip(*columns, strict=True))
    kept = [(line, row) for line, row in enumerate(rows) if not all(is_empty(cell) for cell in row)]
    return Grid(path.name, "", tuple(line for line, _ in kept), tuple(row for _, row in kept))


def _of_python(cell: object) -> Raw:
    """A value of Parquet as a cell; whole and decimal numbers as their digits."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        if len(cell) > LONGEST_CELL:
            return Problem("cell.long", params={"most": str(LONGEST_CELL)})
        return cell.replace("/", "÷") if _QUOTIENT.fullmatch(cell) else _csv_cell(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | Decimal):
        return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    if isinstance(cell, float):
        return Number(repr(cell))
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    return Problem("cell.kind", params={"text": type(cell).__name__})


def texts(row: Sequence[Raw]) -> list[str]:
    """Return the cells of a header as text."""
    return [narrow(cell) if isinstance(cell, str) else shown(cell) for cell in row]
