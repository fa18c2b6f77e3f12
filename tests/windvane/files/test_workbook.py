"""Grids: every cell with its place, and nothing read that a person does not see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import python_calamine
import xlsxwriter
from tests.windvane.files.parts import book, parts, relations, row, save, sheet, text

from windvane.files.cells import Number, Raw
from windvane.files.workbook import Grid, read_grid, read_grids
from windvane.problems import Problem


def grid(path: Path, *names: str) -> Grid:
    found = read_grid(path, names or ("units",))
    assert isinstance(found, Grid), found
    return found


def refusal(path: Path, *names: str) -> str:
    found = read_grid(path, names or ("units",))
    assert isinstance(found, Problem), found
    assert found.say("zh")
    assert found.say("en")
    return f"{found.where}: {found.code}"


def cell(path: Path, inside: str, **changed: str) -> Raw:
    """What one cell C1 reads as."""
    return grid(save(path / "t.xlsx", parts(row(1, text("A1", "x"), inside), **changed))).rows[0][-1]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<c r="C1"><v>17.664999999999999</v></c>', Number("17.664999999999999")),
        ('<c r="C1" s="1"><v>0.125</v></c>', Number("0.125", percent=True)),
        ('<c r="C1" s="2"><v>43830</v></c>', date(2019, 12, 31)),
        ('<c r="C1" s="3"><v>43830</v></c>', date(2019, 12, 31)),
        ('<c r="C1" t="s"><v>1</v></c>', "省水利厅"),
        ('<c r="C1" t="b"><v>1</v></c>', "yes"),
        ('<c r="C1" t="d"><v>2019-12-31T00:00:00</v></c>', "2019-12-31"),
        ('<c r="C1" t="str"><f>A1&amp;"y"</f><v>xy</v></c>', "xy"),
        ('<c r="C1"><f>1+1</f><v>2</v></c>', Number("2")),
        ('<c r="C1" t="str"><f>""</f><v></v></c>', "x"),  # a formula that gives nothing: the row ends with A1
        ('<c r="C1" t="inlineStr"><is><r><t>a</t></r><rPh><t>no</t></rPh><r><t>b</t></r></is></c>', "ab"),
        ('<c r="C1" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"),
        ('<c t="inlineStr"><is><t>no address</t></is></c>', "no address"),
    ],
)
def test_cells(tmp_path: Path, inside: str, expected: Raw) -> None:
    assert cell(tmp_path, inside) == expected


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<c r="C1"><f>1+1</f></c>', "cell.formula"),
        ('<c r="C1"><f>1+1</f><v></v></c>', "cell.formula"),
        ('<c r="C1"><f>1+1</f><v/></c>', "cell.formula"),
        ('<c r="C1" t="shared"><f t="shared" si="0"/></c>', "cell.formula"),
        ('<c r="C1" t="e"><v>#N/A</v></c>', "cell.error"),
        ('<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "cell.error"),
        ('<c r="C1" t="s"><v>99</v></c>', "cell.shared"),
        ('<c r="C1" t="s"><v>-1</v></c>', "cell.shared"),
        ('<c r="C1" t="zzz"><v>1</v></c>', "cell.kind"),
        ('<c r="C1"><v>1e999</v></c>', "cell.number"),
        ('<c r="C1"><v>nan</v></c>', "cell.number"),
        ('<c r="C1" s="2"><v>43830.75</v></c>', "cell.time"),
        ('<c r="C1" s="4"><v>0.75</v></c>', "cell.time"),
        ('<c r="C1" s="2"><v>60</v></c>', "cell.no_such_day"),
        ('<c r="C1" s="2"><v>99999999</v></c>', "cell.no_such_day"),
        ('<c r="C1" t="inlineStr"><is><t>a_x0000_b</t></is></c>', "cell.control"),
        ('<c r="C1" t="inlineStr"><is><t>a_xD800_b</t></is></c>', "cell.control"),
    ],
)
def test_cells_that_must_not_be_read(tmp_path: Path, inside: str, code: str) -> None:
    found = cell(tmp_path, inside)
    assert isinstance(found, Problem)
    assert found.code == code


def test_a_file_that_asks_to_be_calculated_first_is_not_believed(tmp_path: Path) -> None:
    uncalculated = book(more='<calcPr fullCalcOnLoad="1"/>')
    found = cell(tmp_path, '<c r="C1"><f>1+1</f><v>0</v></c>', workbook=uncalculated)
    assert isinstance(found, Problem)
    assert found.code == "cell.formula"


def test_days_from_1904(tmp_path: Path) -> None:
    assert cell(tmp_path, '<c r="C1" s="2"><v>42368</v></c>', workbook=book(more='<workbookPr date1904="1"/>')) == date(2019, 12, 31)


def test_places(tmp_path: Path) -> None:
    rows = row(3, text("A3", "unit"), text("C3", "x")) + row(7, text("B7", "y"))
    found = grid(save(tmp_path / "数据.xlsx", parts(rows)))
    assert found.lines == (3, 7)
    assert found.rows == (("unit", "", "x"), ("", "y"))
    assert found.place(7, 2) == "数据.xlsx units!C7"


def test_merged_cells_repeat_their_first_and_are_marked(tmp_path: Path) -> None:
    rows = row(1, text("A1", "unit"), text("B1", "v")) + row(2, text("A2", "a"), text("B2", "1")) + row(3, text("B3", "2"))
    more = '<mergeCells><mergeCell ref="A2:A9"/></mergeCells>'
    found = grid(save(tmp_path / "t.xlsx", parts(sheet1=sheet(rows, more))))
    assert found.rows[1:] == (("a", "1"), ("a", "2"))
    assert found.merged == {(3, 0)}


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ('<sheet name="a" r:id="worksheet1"/><sheet name="b" r:id="worksheet1"/>', "t.xlsx: files.which_sheet"),
        ('<sheet name="units" state="hidden" r:id="worksheet1"/>', "t.xlsx: files.sheet_hidden"),
        ('<sheet name="units" r:id="worksheet1"/><sheet name="Units " r:id="worksheet1"/>', "t.xlsx: files.sheet_twice"),
        ('<sheet name="units" r:id="worksheet9"/>', "t.xlsx: files.part"),
        ("", "t.xlsx: files.which_sheet"),
    ],
)
def test_which_sheet(tmp_path: Path, sheets: str, code: str) -> None:
    assert refusal(save(tmp_path / "t.xlsx", parts(workbook=book(sheets)))) == code


def test_the_only_visible_sheet_may_have_any_name(tmp_path: Path) -> None:
    sheets = '<sheet name="列表" state="veryHidden" r:id="worksheet1"/><sheet name="Sheet1" r:id="worksheet1"/>'
    assert grid(save(tmp_path / "t.xlsx", parts(row(1, text("A1", "x")), workbook=book(sheets)))).sheet == "Sheet1"


def test_sheets_by_role(tmp_path: Path) -> None:
    sheets = '<sheet name="单位" r:id="worksheet1"/><sheet name="别的" r:id="worksheet9"/>'
    path = tmp_path / "t.xlsx"
    contents = parts(row(1, text("A1", "x")), workbook=book(sheets))
    contents["xl/_rels/workbook.xml.rels"] = relations(worksheet1="/xl/worksheets/SHEET1.xml", worksheet9="worksheets/sheet1.xml")
    found = read_grids(save(path, contents), {"units": ("units", "单位"), "facts": ("facts",)})
    assert isinstance(found, dict)
    assert list(found) == ["units"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (row(2, text("A2", "x")) + row(1, text("A1", "y")), "files.order"),
        (row(1, text("B1", "x"), text("A1", "y")), "files.order"),
        (row(1, text("A1", "x"), text("A1", "y")), "files.order"),
        (row(1, text("A2", "x")), "files.order"),
        (row(9999999, text("A9999999", "x")), "files.order"),
        (row(1, text("XFD1", "x")), "files.columns"),
        (row(1, '<c r="A1" t="inlineStr"><is><t>' + "字" * 200_000 + "</t></is></c>"), "cell.long"),
    ],
)
def test_sheets_that_no_program_writes(tmp_path: Path, rows: str, code: str) -> None:
    assert refusal(save(tmp_path / "t.xlsx", parts(rows))).endswith(f": {code}")


@pytest.mark.parametrize(("name", "code"), [("a.xls", "files.old_workbook"), ("a.pdf", "files.suffix"), ("a", "files.suffix")])
def test_other_files(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert refusal(tmp_path / name) == f"{name}: {code}"


def test_absent_files_and_folders(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == "none.csv: files.absent"
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "folder.csv") == "folder.csv: files.absent"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["unit", "zh"], ["a", "省水利厅"], ["", ""], ["b", "省教育厅"]]
    (tmp_path / "t.csv").write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    found = grid(tmp_path / "t.csv")
    assert found.rows == (("unit", "zh"), ("a", "省水利厅"), ("b", "省教育厅"))
    assert found.lines == (1, 2, 4)


def test_csv_lines_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('unit,title\na,"two\nlines, one ""cell"""\nb,x\n', encoding="utf-8")
    found = grid(tmp_path / "t.csv")
    assert found.lines == (1, 2, 4)
    assert found.rows[1][1] == 'two\nlines, one "cell"'
    assert found.place(4, 1, "title") == "t.csv:4 title"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'unit,zh\na,"open\nb,x\n', "t.csv:2: files.csv"),
        (b'unit,zh\na,"x"y\n', "t.csv:2: files.csv"),
        ("unit,zh\na,省水利厅省水利厅\nb,".encode() + b"\xff\xfe\n", "t.csv:3: files.encoding"),
        (b"unit,zh\na,\xff\xff\xff\n", "t.csv:2: files.encoding"),
    ],
)
def test_broken_csv(tmp_path: Path, data: bytes, place: str) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    assert refusal(tmp_path / "t.csv") == place


def test_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "unit": ["a", "b"],
            "x": [17.665, None],
            "n": [2**60, 3],
            "day": [date(2019, 12, 31), None],
            "ok": [True, False],
            "text": ["1/3", "a\0"],
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    found = grid(tmp_path / "t.parquet")
    assert found.rows[0] == ("unit", "x", "n", "day", "ok", "text")
    assert found.rows[1] == ("a", Number("17.665"), str(2**60), date(2019, 12, 31), "yes", "1÷3")
    assert found.rows[2][:5] == ("b", "", "3", "", "no")
    assert isinstance(found.rows[2][5], Problem)


def test_broken_parquet(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1" + b"\0" * 100 + b"PAR1")
    assert refusal(tmp_path / "t.parquet") == "t.parquet: files.damaged"


def _sample(path: Path) -> list[list[object]]:
    rows: list[list[object]] = [["unit", "zh", "value"]]
    rows += [[f"u{i}", f"单位 {i} <&>\t“”", (i * 37 % 1000) / 8] for i in range(300)]
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet("units")
        for line, cells in enumerate(rows):
            page.write_row(line, 0, cells)
    return rows


def test_two_other_readers_agree(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = _sample(path)
    ours = [[float(c.text) if isinstance(c, Number) else c for c in line] for line in grid(path).rows]
    assert ours == rows
    assert ours == python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("units").to_python()
    assert ours == [list(line) for line in openpyxl.load_workbook(path)["units"].values]


def test_what_openpyxl_saves_is_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    for line in (["unit", "day", "rate"], ["a", date(2019, 12, 31), 0.9938]):
        page.append(line)
    page["C2"].number_format = "0.00%"
    page["A3"] = "=A2"
    workbook.save(tmp_path / "t.xlsx")
    found = grid(tmp_path / "t.xlsx")
    assert found.rows[1] == ("a", date(2019, 12, 31), Number("0.9938", percent=True))
    assert isinstance(found.rows[2][0], Problem)
