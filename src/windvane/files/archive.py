"""The guard in front of a zipped workbook: how large it may be, and its parts as bounded streams of XML.

A 500 KB file can ask for 500 MB. So the directory is measured before it is read, sizes are summed before anything is unpacked,
and XML is read as a stream, without document types, deep nesting or endless tokens. What the guard reads is what the reader reads:
there is no second parser that could see another file.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from windvane.problems import Problem

MOST_BYTES: Final = 64 * 2**20  # of the file
MOST_DIRECTORY: Final = 256 * 2**10
MOST_ENTRIES: Final = 1000
MOST_UNPACKED: Final = 384 * 2**20  # of all parts together
MOST_RATIO: Final = 150  # unpacked to packed; an honest sheet of equal rows reaches about 60
RATIO_FROM: Final = 2**20  # bytes below which the ratio says nothing
DEEPEST: Final = 64
LONGEST_TOKEN: Final = 2**20  # bytes of one tag
MOST_NAMES: Final = 2000  # different names of elements and attributes in one part; the parser never forgets one
_CHUNK: Final = 2**16
_END: Final = b"PK\x05\x06"
_NESTED: Final = re.compile(r"\.(zip|xlsx|xlsm|xlsb|docx|pptx|jar|7z|rar|gz|tar|bz2|xz)$", re.IGNORECASE)
DAMAGES: Final = (BadZipFile, zlib.error, EOFError, struct.error, ValueError, KeyError, RuntimeError, NotImplementedError, OverflowError)


class Unfit(Exception):
    """Carries what is wrong with a file out of a callback of the XML parser; the reader returns its Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def unfit(code: str, where: str, **params: object) -> Unfit:
    return Unfit(Problem(code, where, {key: str(value) for key, value in params.items()}))


def open_archive(file: IO[bytes], where: str) -> ZipFile:
    """Open a zip whose directory and declared sizes are within bounds; raise ``Unfit`` for any other."""
    size = _check_directory(file, where)
    file.seek(0)
    archive = ZipFile(file)
    entries = archive.infolist()
    names = {info.filename.lower() for info in entries}
    if len(entries) > MOST_ENTRIES:
        raise unfit("files.zip_entries", where, count=len(entries), most=MOST_ENTRIES)
    if len(names) != len(entries) or len({info.header_offset for info in entries}) != len(entries):
        raise unfit("files.zip_twice", where)
    for info in entries:
        _check_entry(info, where)
    unpacked, packed = sum(i.file_size for i in entries), sum(i.compress_size for i in entries)
    if packed > size or unpacked > MOST_UNPACKED:
        raise unfit("files.zip_size", where, size=unpacked // 2**20, most=MOST_UNPACKED // 2**20)
    return archive


def _check_directory(file: IO[bytes], where: str) -> int:
    """Find the end record where ``zipfile`` will find it; refuse large, split and 64-bit directories. Return the size of the file."""
    size = file.seek(0, 2)
    if size > MOST_BYTES:
        raise unfit("files.large", where, size=size // 2**20, most=MOST_BYTES // 2**20)
    file.seek(max(0, size - 22 - 2**16))
    tail = file.read()
    at = len(tail) - 22 if tail[-22:-18] == _END and tail[-2:] == b"\0\0" else tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise unfit("files.not_xlsx", where)
    disk, first, here, count, length, offset = struct.unpack("<4H2L", tail[at + 4 : at + 20])
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07") or 0xFFFF in (disk, first, here, count) or 0xFFFFFFFF in (length, offset):
        raise unfit("files.zip_64", where)
    if length > MOST_DIRECTORY or count > MOST_ENTRIES:
        raise unfit("files.zip_entries", where, count=count, most=MOST_ENTRIES)
    return size


def _check_entry(info: ZipInfo, where: str) -> None:
    name = info.filename
    if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
        raise unfit("files.zip_path", where, name=name[:80])
    if _NESTED.search(name):
        raise unfit("files.zip_nested", where, name=name[:80])
    if info.flag_bits & 1 or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise unfit("files.zip_kind", where, name=name[:80])
    if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * info.compress_size:
        raise unfit("files.zip_ratio", where, name=name[:80], ratio=info.file_size // max(1, info.compress_size), most=MOST_RATIO)


Start = Callable[[str, dict[str, str]], None]


def walk(stream: IO[bytes], where: str, *, start: Start, end: Callable[[str], None], text: Callable[[str], None] | None = None) -> None:
    """Feed the elements of one XML part, by their local names, to the callbacks."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    local: dict[str, str] = {}
    attribute_names: set[str] = set()
    seen = attribute_names.update

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise unfit("files.xml_deep", where, most=DEEPEST)
        seen(attributes)
        start(local.get(name) or local.setdefault(name, name.rpartition(":")[2]), attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local[name])

    def doctype(*_: object) -> None:
        raise unfit("files.xml_doctype", where)

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    try:
        for _ in _feed(parser, stream, where):
            if len(local) + len(attribute_names) > MOST_NAMES:
                raise unfit("files.xml_names", where, most=MOST_NAMES)
    except expat.ExpatError as error:
        raise unfit("files.xml", where, line=error.lineno, reason=expat.errors.messages.get(error.code, "")) from None


def _feed(parser: expat.XMLParserType, stream: IO[bytes], where: str) -> Iterator[int]:
    """Parse piece by piece and yield the bytes fed so far."""
    fed = 0
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
            raise unfit("files.xml_token", where)
        yield fed
    parser.Parse(b"", True)
