"""Workbooks written part by part, so that tests can write what no spreadsheet program would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="20"/></cellXfs></styleSheet>'
)
STRINGS = f'{HEAD}<sst xmlns="{MAIN}"><si><t>unit</t></si><si><r><t>省</t></r><r><t>水利厅</t></r><rPh><t>shui</t></rPh></si></sst>'


def relations(**targets: str) -> str:
    inside = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{i.rstrip("0123456789")}" Target="{t}"/>' for i, t in targets.items())
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'


def book(sheets: str = '<sheet name="units" sheetId="1" r:id="worksheet1"/>', more: str = "") -> str:
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{more}</workbook>'


def sheet(rows: str, more: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{more}</worksheet>'


def row(line: int, *cells: str) -> str:
    return f'<row r="{line}">{"".join(cells)}</row>'


def text(address: str, words: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{words}</t></is></c>'


def parts(rows: str = "", **changed: str) -> dict[str, str]:
    """Return the parts of a small workbook with one sheet; ``changed`` replaces parts by short names."""
    found = {
        "_rels/.rels": relations(officeDocument1="xl/workbook.xml"),
        "xl/workbook.xml": book(),
        "xl/_rels/workbook.xml.rels": relations(
            worksheet1="worksheets/sheet1.xml", styles2="styles.xml", sharedStrings3="sharedStrings.xml"
        ),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": STRINGS,
        "xl/worksheets/sheet1.xml": sheet(rows),
    }
    names = {name.rpartition("/")[2].partition(".")[0]: name for name in found if not name.endswith(".rels")}
    return found | {names[short]: content for short, content in changed.items()}


def packed(contents: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def save(path: Path, contents: Mapping[str, str | bytes]) -> Path:
    path.write_bytes(packed(contents))
    return path
