"""What an xlsx file says beside its cells: which sheets there are, shared strings, number formats, how days are counted."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final
from zipfile import ZipFile

from windvane.files.archive import unfit, walk

MOST_TEXT: Final = 16_000_000  # characters of all shared strings
MOST_SHARED: Final = 2_000_000
MOST_SHEETS: Final = 200
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_LITERALS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|!.|\[[^\]]*\]')
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
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


def read_package(archive: ZipFile, where: str) -> Package:
    """Read the list of sheets, the formats and the shared strings."""
    main = _target(_relations(archive, "_rels/.rels", where), "officeDocument", "", where)
    folder, name = posixpath.split(main)
    relations = _relations(archive, posixpath.join(folder, "_rels", name + ".rels"), where)
    book = _Book(where)
    with open_part(archive, main, where) as stream:
        walk(stream, where, start=book.start, end=book.end)
    listed = [(n, key, hidden) for n, key, hidden in book.sheets if _is_sheet(relations, key)]
    sheets = tuple(SheetRef(n, _resolve(relations, key, folder, where), hidden) for n, key, hidden in listed)
    styles, strings = (_optional(relations, kind, folder, where) for kind in ("styles", "sharedStrings"))
    formats = _formats(archive, styles, where) if styles else []
    shared = _shared(archive, strings, where) if strings else []
    return Package(sheets, formats, shared, book.from_1904, book.uncalculated)


def open_part(archive: ZipFile, name: str, where: str) -> IO[bytes]:
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

    with open_part(archive, name, where) as stream:
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

    with open_part(archive, part, where) as stream:
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
    of_day = any(letter in plain for letter in "hs") or _ELAPSED.search(first) is not None
    if any(letter in plain for letter in "yd") or ("m" in plain and not of_day):
        return "date"
    return "time" if of_day else ""


def _shared(archive: ZipFile, part: str, where: str) -> list[str]:
    strings = _Strings(where)
    with open_part(archive, part, where) as stream:
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
            self.found.append(unescaped("".join(self.pieces)))
            self.pieces = []
            if len(self.found) > MOST_SHARED:
                raise unfit("files.text", self.where, most=MOST_TEXT)
        elif tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.phonetic = False


def unescaped(text: str) -> str:
    """``_x000D_`` is how a workbook writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
