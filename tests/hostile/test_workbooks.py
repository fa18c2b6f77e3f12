"""Three hundred damaged workbooks and the bombs: each is refused in words or read, in little memory, and nothing is written."""

from __future__ import annotations

import random
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from tests.windvane.files.parts import HEAD, MAIN, book, packed, parts, relations, row, sheet, text

MUTANTS = 300
MEGABYTES = 50  # what any one of them may add to the memory of the process
Parts = dict[str, str | bytes]


def run(root: Path) -> dict[str, tuple[int, str]]:
    """Read every folder in a process of its own; return growth and verdict by name."""
    before = snapshot(root)
    reader = Path(__file__).with_name("reader.py")
    done = subprocess.run([sys.executable, str(reader), str(root)], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert snapshot(root) == before
    lines = (line.split("\t") for line in done.stdout.splitlines())
    return {name: (int(growth), said) for name, growth, said in lines}


def snapshot(root: Path) -> dict[str, int]:
    return {str(path.relative_to(root)): path.stat().st_size for path in root.rglob("*")}


# ---------------------------------------------------------------- mutants


def honest() -> bytes:
    """A workbook with everything that occurs: texts, numbers, per cent, days, formulas, merged cells, statuses."""
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        percent, day = workbook.add_format({"num_format": "0.00%"}), workbook.add_format({"num_format": "yyyy-mm-dd"})
        page = workbook.add_worksheet("units")
        for line, cells in enumerate([["unit", "class", "order", "zh"], *([f"u{i}", "a", i, f"单位{i}"] for i in range(1, 9))]):
            page.write_row(line, 0, cells)
        page = workbook.add_worksheet("facts")
        page.write_row(0, 0, ["unit", "indicator", "name", "value", "source"])
        for i in range(1, 9):
            page.write_row(i, 1, ["survey", f"n{i}"])
            page.write_number(i, 3, i / 8, percent)
            page.write_string(i, 4, "统计局")
        page.merge_range("A2:A9", "u1")
        page.write_row(9, 0, ["u2", "plan", "value"])
        page.write_number(9, 3, 43830, day)
        page.write_row(10, 0, ["u3", "plan", "value", "未到期"])
    return data.getvalue()


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def flip_packed(rng: random.Random, data: bytes) -> bytes:
    """Some bytes of the file changed."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def without_part(rng: random.Random, data: bytes) -> bytes:
    found = unpacked(data)
    del found[rng.choice(sorted(found))]
    return packed(found)


def flip_xml(rng: random.Random, data: bytes) -> bytes:
    """Some bytes of a part changed, the archive itself whole."""
    found = unpacked(data)
    name = rng.choice(sorted(found))
    found[name] = flip_packed(rng, bytes(found[name])) if isinstance(found[name], bytes) else found[name]
    return packed(found)


def in_sheet(pattern: str, words: Callable[[random.Random], str]) -> Callable[[random.Random, bytes], bytes]:
    """One place of the sheet of facts that matches, replaced."""

    def mutate(rng: random.Random, data: bytes) -> bytes:
        found = unpacked(data)
        name = rng.choice(["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"])
        xml = bytes(found[name]).decode()
        places = list(re.finditer(pattern, xml))
        if places:
            place = rng.choice(places)
            xml = xml[: place.start()] + words(rng) + xml[place.end() :]
        return packed(found | {name: xml})

    return mutate


def drop_tag(rng: random.Random, data: bytes) -> bytes:
    found = unpacked(data)
    name = rng.choice([n for n in sorted(found) if n.endswith((".xml", ".rels"))])
    xml = bytes(found[name]).decode()
    place = rng.choice(list(re.finditer(r"<[^>]+>", xml)))
    return packed(found | {name: xml[: place.start()] + xml[place.end() :]})


VALUES = ["", "<v></v>", "<v>#REF!</v>", "<v>1e999</v>", "<v>NaN</v>", "<f>1/0</f>", "<f>A1</f><v/>"]
MERGED = ["A1:E1", "A1:XFD1048576", "C3:D8", "x", "B2:A1"]
MUTATIONS: list[Callable[[random.Random, bytes], bytes]] = [
    flip_packed,
    cut,
    without_part,
    flip_xml,
    drop_tag,
    in_sheet(r'<dimension ref="[^"]*"', lambda _: '<dimension ref="A1:XFD1048576"'),
    in_sheet(r"<v>\d+</v>", lambda rng: f"<v>{rng.choice([99999, -1, 4294967296, 10**30])}</v>"),
    in_sheet(r"<v>[^<]*</v>", lambda rng: rng.choice(VALUES)),
    in_sheet(r' t="s"', lambda rng: rng.choice(["", ' t="b"', ' t="e"', ' t="str"', ' t="inlineStr"', ' t="d"', ' t="x"'])),
    in_sheet(r' r="[A-Z]+\d+"', lambda rng: f' r="{rng.choice(["XFD1048576", "A1", "", "ZZZZ1", "A0", "1A", "A99999999"])}"'),
    in_sheet(r'<row r="\d+"', lambda rng: f'<row r="{rng.choice(["1", "0", "-5", "1048577", "x", "99999999999999999999"])}"'),
    in_sheet(r' s="\d+"', lambda rng: f' s="{rng.choice(["999999", "-1", "x", "2"])}"'),
    in_sheet(r"</sheetData>", lambda rng: f'</sheetData><mergeCells><mergeCell ref="{rng.choice(MERGED)}"/></mergeCells>'),
]  # fmt: skip


def mutants() -> Iterator[tuple[str, bytes]]:
    data = honest()
    yield "000-honest", data
    for i in range(MUTANTS):
        rng = random.Random(i)
        yield f"{i + 1:03}-{i % len(MUTATIONS)}", MUTATIONS[i % len(MUTATIONS)](rng, data)


def test_three_hundred_damaged_workbooks(tmp_path: Path) -> None:
    for name, data in mutants():
        (tmp_path / name).mkdir()
        (tmp_path / name / "facts.xlsx").write_bytes(data)

    found = run(tmp_path)

    assert len(found) == MUTANTS + 1
    assert found["000-honest"][1] == "read 64 10"
    assert {name: said for name, (_, said) in found.items() if said.startswith("unspeakable")} == {}
    assert {name: growth for name, (growth, _) in found.items() if growth >= MEGABYTES} == {}
    refused = [said for _, said in found.values() if not said.startswith("read")]
    assert len(refused) > MUTANTS // 2
    assert len(set(refused)) > 15  # many kinds of damage, each with its own words


# ---------------------------------------------------------------- bombs


def raw_entry(data: bytes, **fields: int) -> bytes:
    """Change fields of the first entry in the central directory of an archive."""
    offsets = {"flags": (8, "<H"), "method": (10, "<H"), "packed": (20, "<L"), "size": (24, "<L"), "offset": (42, "<L")}
    start = data.index(b"PK\x01\x02")
    changed = bytearray(data)
    for name, value in fields.items():
        at, form = offsets[name]
        struct.pack_into(form, changed, start + at, value)
    return bytes(changed)


def with_more(**more: str | bytes) -> bytes:
    return packed(parts(row(1, text("A1", "unit"))) | {name.replace("__", "/"): content for name, content in more.items()})


def small(rows: str = "", **changed: str) -> bytes:
    return packed(parts(rows, **changed))


def noise(size: int) -> str:
    """Letters that do not pack well, so that the ratio does not give the bomb away."""
    return random.Random(7).randbytes(size // 2).hex()


def laughs(body: str = "&h;") -> str:
    lines = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(7))
    cell = f'<c r="A1" t="inlineStr"><is><t>{body}</t></is></c>'
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">{lines}]>' + sheet(row(1, cell)).removeprefix(HEAD)


def in_utf_16(xml: str) -> bytes:
    return xml.replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")


def repeated_central_directory() -> bytes:
    """A directory of thousands of entries that all lead to one part."""
    data = packed({"a.xml": "x" * 1000})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 6000
    return data[:start] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 6000, 6000, len(entries), start, 0)


def overlapping() -> bytes:
    data = packed({"a.xml": "x" * 1000})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    second = data[start:end].replace(b"a.xml", b"b.xml")
    directory = data[start:end] + second
    return data[:start] + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), start, 0)


def bzip2() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_BZIP2) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
    return data.getvalue()


def wide_rows(count: int) -> str:
    return "".join(f'<row r="{i}"><c r="BXX{i}"><v>1</v></c></row>' for i in range(1, count))


def dense(line: int) -> str:
    """A row of forty short cells."""
    return f"<row>{''.join(f'<c><v>{line * column % 97}</v></c>' for column in range(40))}</row>"


def lying_size() -> bytes:
    """The directory says 1 KB, the part unpacks to 40 MB."""
    data = packed(
        {
            "_rels/.rels": " " * 40_000_000 + relations(officeDocument1="xl/workbook.xml"),
            **{k: v for k, v in parts().items() if k != "_rels/.rels"},
        }
    )
    return raw_entry(data, size=1000)


UNIQUE_TAGS = "".join(f"<t{i}/>" for i in range(300_000))
UNIQUE_ATTRIBUTES = "".join(f'<c a{i}="1"/>' for i in range(300_000))
MERGES = "".join(f'<mergeCell ref="A{i}:XFD{i + 1000}"/>' for i in range(1, 30_000))
SHEET, RELATIONS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
EXTERNAL = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'
MERGED_ALL = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
DIMENSION = '<dimension ref="A1:XFD1048576"/>'
HUGE_DIMENSION = sheet(row(1, text("A1", "unit")) + row(2, text("A2", "a"))).replace("<sheetData>", f"{DIMENSION}<sheetData>")
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "ratio": (lambda: small(sheet1=sheet(" " * 100_000_000)), "files.zip_ratio"),
    "shared-ratio": (lambda: small(sharedStrings=f"{HEAD}<sst><si><t>{'a' * 60_000_000}</t></si></sst>"), "files.zip_ratio"),
    "unused-part-ratio": (lambda: with_more(xl__media__x="0" * 100_000_000), "files.zip_ratio"),
    "entries": (lambda: packed({f"a{i}": "" for i in range(5000)}), "files.zip_entries"),
    "directory": (repeated_central_directory, "files.zip_entries"),
    "overlap": (overlapping, "files.zip_twice"),
    "declared-4-gb": (lambda: raw_entry(small(), size=0xFFFFFFF0, packed=0x7FFFFFFF), "files.zip_size"),
    "declared-lies": (lying_size, "files.damaged"),
    "zip64": (lambda: small()[:-22] + b"PK\x06\x07" + b"\0" * 16 + small()[-22:], "files.zip_64"),
    "path-up": (lambda: with_more(**{"..__..__etc__passwd": "x"}), "files.zip_path"),
    "path-absolute": (lambda: with_more(__etc__passwd="x"), "files.zip_path"),
    "nested": (lambda: with_more(**{"xl__embeddings__a.xlsx": small()}), "files.zip_nested"),
    "encrypted": (lambda: raw_entry(small(), flags=1), "files.zip_kind"),
    "compression": (bzip2, "files.zip_kind"),
    "same-names": (lambda: with_more(**{"xl__Workbook.xml": book()}), "files.zip_twice"),
    "password-protected": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "files.not_xlsx"),
    "empty": (lambda: b"", "files.not_xlsx"),
    "billion-laughs": (lambda: small(sheet1=laughs()), "files.xml_doctype"),
    "external-entity": (lambda: small(sharedStrings=EXTERNAL), "files.xml_doctype"),
    "external-dtd": (lambda: small(workbook='<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><workbook/>'), "files.xml_doctype"),
    "parameter-entity": (lambda: small(styles='<!DOCTYPE a [<!ENTITY % x "y"> %x;]><a/>'), "files.xml_doctype"),
    "laughs-in-utf-16": (lambda: packed(parts() | {SHEET: in_utf_16(laughs())}), "files.xml_doctype"),
    "deep": (lambda: small(sheet1="<a>" * 20_000 + "</a>" * 20_000), "files.xml_deep"),
    "endless-tag": (lambda: small(sheet1=f'<worksheet a="{noise(6_000_000)}"/>'), "files.xml_token"),
    "endless-comment": (lambda: small(sheet1=f"<worksheet><!--{noise(6_000_000)}"), "files.xml_token"),
    "many-tags": (lambda: small(sheet1=sheet(UNIQUE_TAGS)), "files.xml_names"),
    "many-attributes": (lambda: small(sheet1=sheet(UNIQUE_ATTRIBUTES)), "files.xml_names"),
    "endless-cell": (lambda: small(row(1, text("A1", noise(6_000_000)))), "cell.long"),
    "endless-strings": (lambda: small(sharedStrings=f"{HEAD}<sst><si><t>{noise(20_000_000)}</t></si></sst>"), "files.text"),
    "many-strings": (lambda: small(sharedStrings=f"{HEAD}<sst>{'<si/>' * 2_500_000}</sst>"), "files.zip_ratio"),
    "wide-rows": (lambda: small(wide_rows(200_000)), "files.cells"),
    "far-corner": (lambda: small('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "files.columns"),
    "merged-everything": (lambda: small(sheet1=sheet(row(1, text("A1", "unit")), MERGED_ALL)), "read"),
    "many-merged": (lambda: small(sheet1=sheet(row(1, text("A1", "unit")), f"<mergeCells>{MERGES}</mergeCells>")), "files.merged"),
    "many-sheets": (lambda: small(workbook=book('<sheet name="x" r:id="worksheet1"/>' * 5000)), "files.sheets"),
    "many-styles": (lambda: small(styles=f"{HEAD}<styleSheet><cellXfs>{'<xf/>' * 3_000_000}</cellXfs></styleSheet>"), "files.zip_ratio"),
    "sheet-elsewhere": (lambda: packed(parts() | {RELATIONS: relations(worksheet1="../../../etc/passwd")}), "files.part"),
    "huge-dimension": (lambda: small(sheet1=HUGE_DIMENSION), "read"),
    "half-a-megabyte-of-cells": (lambda: small("".join(dense(i) for i in range(1, 20_000))), "facts."),
}  # fmt: skip


@pytest.fixture(scope="module")
def exploded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    root = tmp_path_factory.mktemp("bombs")
    for name, (make, _) in {"0": (honest, ""), **BOMBS}.items():
        (root / name).mkdir()
        (root / name / ("facts.xlsx" if name == "0" else "units.xlsx")).write_bytes(make())
    return run(root)


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_in_little_memory(exploded: dict[str, tuple[int, str]], name: str) -> None:
    growth, said = exploded[name]
    assert said.startswith(BOMBS[name][1])
    assert growth < MEGABYTES


CSV_BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "one-field": (lambda: b"unit,zh\na," + b"x" * 30_000_000, "files.csv"),
    "open-quote": (lambda: b'unit,zh\na,"' + b"x,\n" * 3_000_000, "files.csv"),
    "commas": (lambda: b"unit,zh\n" + b"," * 10_000_000, "files.cells"),
    "columns": (lambda: b"unit," + b",".join(b"c%d" % i for i in range(300_000)), "files.cells"),
    "nul": (lambda: b"unit,zh\na,\0\n", "cell.control"),
    "binary": (lambda: random.Random(3).randbytes(100_000), "files.encoding"),
}


@pytest.fixture(scope="module")
def exploded_csv(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    root = tmp_path_factory.mktemp("csv")
    for name, (make, _) in {"0": (lambda: b"unit\na\n", ""), **CSV_BOMBS}.items():
        (root / name).mkdir()
        (root / name / "units.csv").write_bytes(make())
    return run(root)


@pytest.mark.parametrize("name", CSV_BOMBS)
def test_csv_bombs_are_refused(exploded_csv: dict[str, tuple[int, str]], name: str) -> None:
    growth, said = exploded_csv[name]
    assert said == CSV_BOMBS[name][1]
    assert growth < 2 * MEGABYTES  # a csv is not packed: it takes its own size, once as bytes and once as text
