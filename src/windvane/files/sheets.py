"""The parts of an xlsx file: which sheets there are, shared strings, number formats, and the cells of one sheet.

Why not a ready-made reader: those at hand give neither number formats (per cent, date) nor formulas, and turn a formula that
was never calculated into 0.0; so every part had to be walked anyway, and one walk cannot disagree with itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO, Final
from zipfile import ZipFile

from windvane.files.archive import unfit, walk
from windvane.files.cells import Number, Raw, has_control, shortest_decimal
from windvane.problems import Problem

MOST_ROWS: Final = 1_048_576  # of Excel
MOST_COLUMNS: Final = 2_000
MOST_CELLS: Final = 4_000_000  # rows × their width
MOST_TEXT: Final = 16_000_000  # characters of all shared strings
MOST_SHARED: Final = 2_000_000
MOST_MERGED: Final = 20_000
MOST_SHEETS: Final = 200
LONGEST_CELL: Final = 32_767  # characters, of Excel
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_ADDRESS: Final = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_LITERALS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|!.|\[[^\]]*\]')
_PERCENT: Final = frozenset({9, 10})
_DATES: Final = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_TIMES: Final = frozenset({18, 19, 20, 21, 45, 46, 47, *range(32, 36), 55, 56})


@dataclass(frozen=True, slots=True)
class SheetRef:
    """A sheet of a workbook and the part that holds it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Package:
    """What has to be known before a sheet can be read."""

    sheets: tuple[SheetRef, ...]
    formats: Sequence[str]  # per style: "", "percent", "date" or "time"
    shared: Sequence[str]
    from_1904: bool
    uncalculated: bool  # the program that wrote the file asks Excel to calculate it first


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet that say something: lines in order, each as wide as its last cell."""

    lines: tuple[int, ...]
    rows: tuple[tuple[Raw, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...]  # first line, first column, last line, last column (from 1)


def read_package(archive: ZipFile, where: str) -> Package:
    """Read the list of sheets, the formats and the shared strings."""
    main = _target(_relations(archive, "_rels/.rels", where), "officeDocument", "", where)
    folder, name = posixpath.split(main)
    relations = _relations(archive, posixpath.join(folder, "_rels", name + ".rels"), where)
    book = _Book(where)
    with _part(archive, main, where) as stream:
        walk(stream, where, start=book.start, end=book.end)
    listed = [(n, key, hidden) for n, key, hidden in book.sheets if _is_sheet(relations, key)]
    sheets = tuple(SheetRef(n, _resolve(relations, key, folder, where), hidden) for n, key, hidden in listed)
    styles, strings = (_optional(relations, kind, folder, where) for kind in ("styles", "sharedStrings"))
    formats = _formats(archive, styles, where) if styles else []
    shared = _shared(archive, strings, where) if strings else []
    return Package(sheets, formats, shared, book.from_1904, book.uncalculated)


def read_sheet(archive: ZipFile, package: Package, ref: SheetRef, where: str) -> Sheet:
    """Read one sheet."""
    reader = _Cells(package, f"{where} {ref.name}")
    with _part(archive, ref.part, where) as stream:
        walk(stream, f"{where} {ref.name}", start=reader.start, end=reader.end, text=reader.text)
    return Sheet(tuple(reader.lines), tuple(reader.rows), tuple(reader.merged))


def _part(archive: ZipFile, name: str, where: str) -> IO[bytes]:
    """Open a part; names of parts do not tell capitals apart."""
    found = next((info for info in archive.infolist() if info.filename.lower() == name.lower()), None)
    if found is None:
        raise unfit("files.part", where, name=name[:80])
    return archive.open(found)


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str
    external: bool


def _relations(archive: ZipFile, name: str, where: str) -> dict[str, _Relation]:
    found: dict[str, _Relation] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship" and len(found) < 1000:
            kind = given.get("Type", "").rpartition("/")[2]
            found[given.get("Id", "")] = _Relation(kind, given.get("Target", ""), given.get("TargetMode", "").lower() == "external")

    with _part(archive, name, where) as stream:
        walk(stream, where, start=start, end=_nothing)
    return found


def _nothing(_: str) -> None:
    """For parts whose end tags say nothing."""


def _target(relations: dict[str, _Relation], kind: str, folder: str, where: str) -> str:
    found = _optional(relations, kind, folder, where)
    if not found:
        raise unfit("files.not_xlsx", where)
    return found


def _optional(relations: dict[str, _Relation], kind: str, folder: str, where: str) -> str:
    key = next((key for key, relation in relations.items() if relation.kind == kind), None)
    return "" if key is None else _resolve(relations, key, folder, where)


def _is_sheet(relations: dict[str, _Relation], key: str) -> bool:
    return key not in relations or relations[key].kind == "worksheet"


def _resolve(relations: dict[str, _Relation], key: str, folder: str, where: str) -> str:
    relation = relations.get(key)
    if relation is None or relation.external:
        raise unfit("files.part", where, name=key[:80] if relation is None else relation.target[:80])
    target = relation.target
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


class _Book:
    """Collects the sheets of ``workbook.xml``."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = self.uncalculated = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in given.items() if name.rpartition(":")[2] == "id"), "")
            self.sheets.append((given.get("name", "")[:100], key, given.get("state", "visible") != "visible"))
            if len(self.sheets) > MOST_SHEETS:
                raise unfit("files.sheets", self.where, most=MOST_SHEETS)
        elif tag == "workbookPr":
            self.from_1904 = given.get("date1904", "0") in ("1", "true")
        elif tag == "calcPr":
            self.uncalculated = given.get("fullCalcOnLoad", "0") in ("1", "true")

    def end(self, tag: str) -> None:
        """Nothing ends that was begun."""


def _formats(archive: ZipFile, part: str, where: str) -> list[str]:
    custom: dict[str, str] = {}
    ids: list[str] = []
    inside = [""]

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "cellXfs":
            inside[0] = tag
        elif tag == "numFmt" and len(custom) < 10_000:
            custom[given.get("numFmtId", "")] = given.get("formatCode", "")[:255]
        elif tag == "xf" and inside[0] and len(ids) < 100_000:
            ids.append(given.get("numFmtId", "0"))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside[0] = ""

    with _part(archive, part, where) as stream:
        walk(stream, where, start=start, end=end)
    return [format_kind(key, custom.get(key)) for key in ids]


def format_kind(key: str, custom: str | None = None) -> str:
    """Tell whether a number format shows per cent, a date or a time of day.

    >>> format_kind("10"), format_kind("176", 'yyyy"年"m"月"d"日"'), format_kind("177", '0.00"%"'), format_kind("178", "[h]:mm")
    ('percent', 'date', '', 'time')
    """
    if custom is None:
        built_in = int(key) if key.isdecimal() and len(key) < 6 else 0
        return "percent" if built_in in _PERCENT else "date" if built_in in _DATES else "time" if built_in in _TIMES else ""
    first = custom.split(";")[0]
    plain = _LITERALS.sub("", first).lower().replace("general", "")
    if "%" in plain:
        return "percent"
    if any(letter in plain for letter in "yd") or ("m" in plain and not any(letter in plain for letter in "hs")):
        return "date"
    return "time" if any(letter in plain for letter in "hs") or "[h" in first.lower() else ""


def _shared(archive: ZipFile, part: str, where: str) -> list[str]:
    strings = _Strings(where)
    with _part(archive, part, where) as stream:
        walk(stream, where, start=strings.start, end=strings.end, text=strings.text)
    return strings.found


class _Strings:
    """Collects ``sharedStrings.xml``: the runs of each string joined, the phonetic ones left out."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.found: list[str] = []
        self.total = 0
        self.phonetic = self.inside = False
        self.pieces: list[str] = []

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "rPh":
            self.phonetic = True
        elif tag == "t":
            self.inside = not self.phonetic

    def text(self, text: str) -> None:
        if self.inside:
            self.pieces.append(text)
            self.total += len(text)
            if self.total > MOST_TEXT:
                raise unfit("files.text", self.where, most=MOST_TEXT)

    def end(self, tag: str) -> None:
        if tag == "si":
            self.found.append(_unescaped("".join(self.pieces)))
            self.pieces = []
            if len(self.found) > MOST_SHARED:
                raise unfit("files.text", self.where, most=MOST_TEXT)
        elif tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.phonetic = False


def _unescaped(text: str) -> str:
    """``_x000D_`` is how a workbook writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class _Open:
    """The cell being read."""

    column: int = 0
    kind: str = "n"
    style: str = ""
    formula: bool = False
    length: int = 0
    pieces: list[str] = field(default_factory=list)


class _Cells:
    """Collects the rows of one sheet."""

    def __init__(self, package: Package, where: str) -> None:
        self.package, self.where = package, where
        self.lines: list[int] = []
        self.rows: list[tuple[Raw, ...]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.line = self.cells = self.column = 0
        self.row: list[Raw] = []
        self.cell: _Open | None = None
        self.taking = self.phonetic = False
        self.memo: dict[tuple[str, str, str], Raw] = {}

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            self._open_cell(given)
        elif tag in ("v", "t"):
            self.taking = self.cell is not None and not self.phonetic
        elif tag == "f" and self.cell is not None:
            self.cell.formula = True
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "row":
            self._open_row(given)
        elif tag == "mergeCell":
            self._merge(given.get("ref", ""))

    def text(self, text: str) -> None:
        if self.taking and self.cell is not None:
            self.cell.pieces.append(text)
            self.cell.length += len(text)
            if self.cell.length > 4 * LONGEST_CELL:
                raise unfit("cell.long", f"{self.where}!{self._place()}", most=LONGEST_CELL)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.taking = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "c" and self.cell is not None:
            self._close_cell(self.cell)
        elif tag == "row":
            self._close_row()

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
        column = self.column + 1
        if address is not None:
            found = _ADDRESS.fullmatch(address)
            if found is None or int(found[2]) != self.line or number_of(found[1]) < column:
                raise unfit("files.order", self.where, place=address[:20])
            column = number_of(found[1])
        self.column = column
        self.cell = _Open(column, given.get("t", "n"), given.get("s", ""))

    def _close_cell(self, cell: _Open) -> None:
        self.cell, self.taking = None, False
        raw = self._raw(cell)
        if raw == "":
            return
        if cell.column > MOST_COLUMNS:
            raise unfit("files.columns", f"{self.where}!{self._place()}", most=MOST_COLUMNS)
        self.row.extend([""] * (cell.column - 1 - len(self.row)))
        self.row.append(raw)

    def _raw(self, cell: _Open) -> Raw:
        text = "".join(cell.pieces)
        if cell.formula and (self.package.uncalculated or (not text and cell.kind != "str")):
            return Problem("cell.formula")
        key = (cell.kind, cell.style, text)
        raw = self.memo.get(key)
        if raw is None:
            raw = self._meaning(cell, text)
            if len(self.memo) < 100_000:
                self.memo[key] = raw
        return raw

    def _meaning(self, cell: _Open, text: str) -> Raw:
        if cell.kind == "s":
            return self._shared(text)
        if cell.kind in ("str", "inlineStr"):
            return _checked(_unescaped(text))
        if cell.kind == "e":
            return Problem("cell.error", params={"text": text[:20]})
        if cell.kind == "b":
            return "yes" if text == "1" else "no" if text == "0" else Problem("cell.kind", params={"text": text[:20]})
        if not text:
            return ""
        if cell.kind == "d":
            return text[:10] if text[10:] in ("", "T00:00:00", "T00:00:00Z") else Problem("cell.time", params={"text": text[:30]})
        return self._number(cell, text) if cell.kind == "n" else Problem("cell.kind", params={"text": cell.kind[:20]})

    def _shared(self, text: str) -> Raw:
        index = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
        if not 0 <= index < len(self.package.shared):
            return Problem("cell.shared", params={"text": text[:20]})
        return _checked(self.package.shared[index])

    def _number(self, cell: _Open, text: str) -> Raw:
        if len(text) > 40 or shortest_decimal(text) is None:
            return Problem("cell.number", params={"text": text[:20]})
        style = int(cell.style) if cell.style.isascii() and cell.style.isdecimal() and len(cell.style) < 7 else 0
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
