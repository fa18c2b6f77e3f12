"""The cells of one sheet of an xlsx file.

Why not a ready-made reader: those at hand give neither number formats (per cent, date) nor formulas, and turn a formula that
was never calculated into 0.0; so every part had to be walked anyway, and one walk cannot disagree with itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zipfile import ZipFile

from windvane.files.archive import unfit, walk
from windvane.files.cells import Number, Raw, finite, has_control
from windvane.files.package import Package, SheetRef, open_part, unescaped
from windvane.problems import Problem

MOST_ROWS: Final = 1_048_576  # of Excel
MOST_COLUMNS: Final = 2_000
MOST_CELLS: Final = 4_000_000  # rows × their width
MOST_MERGED: Final = 20_000
LONGEST_CELL: Final = 32_767  # characters, of Excel
_ADDRESS: Final = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet that say something: lines in order, each as wide as its last cell."""

    lines: tuple[int, ...]
    rows: tuple[tuple[Raw, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...]  # first line, first column, last line, last column (from 1)


def read_sheet(archive: ZipFile, package: Package, ref: SheetRef, where: str) -> Sheet:
    """Read one sheet."""
    reader = _Cells(package, f"{where} {ref.name}")
    with open_part(archive, ref.part, where) as stream:
        walk(stream, f"{where} {ref.name}", start=reader.start, end=reader.end, text=reader.text)
    return Sheet(tuple(reader.lines), tuple(reader.rows), tuple(reader.merged))


class _Cells:
    """Collects the rows of one sheet. It runs once a tag, so it keeps the open cell in plain attributes."""

    def __init__(self, package: Package, where: str) -> None:
        self.package, self.where = package, where
        self.lines: list[int] = []
        self.rows: list[tuple[Raw, ...]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.line = self.cells = self.column = 0
        self.row: list[Raw] = []
        self.open = self.taking = self.phonetic = self.formula = False
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.length = 0
        self.columns = {letters(column): column for column in range(1, 200)}
        self.memo: dict[tuple[str, str, str], Raw] = {}

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            self._open_cell(given)
        elif tag in ("v", "t"):
            self.taking = self.open and not self.phonetic
        elif tag == "row":
            self._open_row(given)
        elif tag == "f":
            self.formula = self.open
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "mergeCell":
            self._merge(given.get("ref", ""))

    def text(self, text: str) -> None:
        if self.taking:
            self.pieces.append(text)
            self.length += len(text)
            if self.length > 4 * LONGEST_CELL:
                raise unfit("cell.long", f"{self.where}!{self._place()}", most=LONGEST_CELL)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.taking = False
        elif tag == "c":
            self._close_cell()
        elif tag == "row":
            self._close_row()
        elif tag == "rPh":
            self.phonetic = False

    def _place(self) -> str:
        return f"{letters(self.column)}{self.line}"

    def _open_row(self, given: dict[str, str]) -> None:
        written = given.get("r", str(self.line + 1))
        line = int(written) if written.isascii() and written.isdecimal() and len(written) < 8 else 0
        if not self.line < line <= MOST_ROWS:
            raise unfit("files.order", self.where, place=written[:20])
        self.line, self.column, self.row = line, 0, []

    def _close_row(self) -> None:
        if not self.row:
            return
        self.cells += len(self.row)
        if self.cells > MOST_CELLS:
            raise unfit("files.cells", self.where, most=MOST_CELLS)
        self.lines.append(self.line)
        self.rows.append(tuple(self.row))
        self.row = []

    def _open_cell(self, given: dict[str, str]) -> None:
        address = given.get("r")
        column = self.column + 1 if address is None else self._column(address)
        if self.open or column <= self.column:
            raise unfit("files.order", self.where, place=(address or "")[:20])
        self.column = column
        self.open, self.formula, self.length, self.pieces = True, False, 0, []
        self.kind, self.style = given.get("t", "n"), given.get("s", "")

    def _column(self, address: str) -> int:
        """Return the column of an address in the present row, 0 if it is none."""
        name = address.removesuffix(str(self.line))
        if name in self.columns:
            return self.columns[name]
        found = _ADDRESS.fullmatch(address)
        return number_of(found[1]) if found is not None and int(found[2]) == self.line else 0

    def _close_cell(self) -> None:
        self.open = self.taking = False
        raw = self._raw("".join(self.pieces))
        if raw == "":
            return
        if self.column > MOST_COLUMNS:
            raise unfit("files.columns", f"{self.where}!{self._place()}", most=MOST_COLUMNS)
        self.row.extend([""] * (self.column - 1 - len(self.row)))
        self.row.append(raw)

    def _raw(self, text: str) -> Raw:
        if self.formula and (self.package.uncalculated or (not text and self.kind != "str")):
            return Problem("cell.formula")
        key = (self.kind, self.style, text)
        raw = self.memo.get(key)
        if raw is None:
            raw = self._meaning(text)
            if len(self.memo) < 100_000:
                self.memo[key] = raw
        return raw

    def _meaning(self, text: str) -> Raw:
        if self.kind == "s":
            return self._shared(text)
        if self.kind in ("str", "inlineStr"):
            return _checked(unescaped(text))
        if self.kind == "e":
            return Problem("cell.error", params={"text": text[:20]})
        if self.kind == "b":
            return "yes" if text == "1" else "no" if text == "0" else Problem("cell.kind", params={"text": text[:20]})
        if not text:
            return ""
        if self.kind == "d":
            return text[:10] if text[10:] in ("", "T00:00:00", "T00:00:00Z") else Problem("cell.time", params={"text": text[:30]})
        return self._number(text) if self.kind == "n" else Problem("cell.kind", params={"text": self.kind[:20]})

    def _shared(self, text: str) -> Raw:
        index = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
        if not 0 <= index < len(self.package.shared):
            return Problem("cell.shared", params={"text": text[:20]})
        return _checked(self.package.shared[index])

    def _number(self, text: str) -> Raw:
        if len(text) > 40 or finite(text) is None:
            return Problem("cell.number", params={"text": text[:20]})
        style = int(self.style) if self.style.isascii() and self.style.isdecimal() and len(self.style) < 7 else 0
        kind = self.package.formats[style] if style < len(self.package.formats) else ""
        if kind in ("date", "time"):
            return serial_day(text, from_1904=self.package.from_1904)
        return Number(text, percent=kind == "percent")

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        a, b = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
        if a is None or b is None or len(self.merged) >= MOST_MERGED:
            raise unfit("files.merged", self.where, place=ref[:40])
        self.merged.append((int(a[2]), number_of(a[1]), int(b[2]), number_of(b[1])))


def _checked(text: str) -> Raw:
    if len(text) > LONGEST_CELL:
        return Problem("cell.long", params={"most": str(LONGEST_CELL)})
    return Problem("cell.control") if has_control(text) else text


def serial_day(text: str, *, from_1904: bool = False) -> date | Problem:
    """Return the day of Excel's serial number; a time of day, day 60 (29 February 1900, which never was) and days before are refused.

    >>> serial_day("43830"), serial_day("42368", from_1904=True)
    (datetime.date(2019, 12, 31), datetime.date(2019, 12, 31))
    """
    serial = float(text)
    if serial != int(serial):
        return Problem("cell.time", params={"text": text[:20]})
    if not (0 if from_1904 else 61) <= serial < 2_900_000:
        return Problem("cell.no_such_day", params={"text": text[:20]})
    return (date(1904, 1, 1) if from_1904 else date(1899, 12, 30)) + timedelta(days=int(serial))


def letters(column: int) -> str:
    """Return the letters of a column counted from 1.

    >>> letters(3), letters(28)
    ('C', 'AB')
    """
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number_of(text: str) -> int:
    """Return the column of its letters, counted from 1.

    >>> number_of("AB")
    28
    """
    column = 0
    for letter in text:
        column = column * 26 + ord(letter) - 64
    return column
