"""Tables of facts: all or nothing, every mistake at once and at its place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import xlsxwriter

from windvane.facts import Entry, Fact, Facts, Loading, Status, Unit
from windvane.files.fact_tables import write_facts
from windvane.files.facts import read_case_facts, read_facts
from windvane.problems import Problem
from windvane.text import Text

UNITS = "unit,class,order,zh,en,competes\nwater,agency,1,省水利厅,Water,yes\neducation,agency,2,省教育厅,Education,单列\n"


def case(folder: Path, **tables: str) -> Path:
    for name, text in ({"units": UNITS} | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def facts(folder: Path, **tables: str) -> Facts:
    found = read_case_facts(case(folder, **tables))
    assert isinstance(found, Facts), [p.say("en") for p in found]
    return found


def refusals(folder: Path, **tables: str) -> list[str]:
    found = read_case_facts(case(folder, **tables))
    assert isinstance(found, list), found
    assert all(p.say("zh") and p.say("en") for p in found)
    return [f"{p.where}: {p.code}" for p in found]


def test_units(tmp_path: Path) -> None:
    assert facts(tmp_path).units == (
        Unit("water", Text("省水利厅", "Water"), "agency", 1),
        Unit("education", Text("省教育厅", "Education"), "agency", 2, competes=False),
    )


def test_units_need_only_codes(tmp_path: Path) -> None:
    assert facts(tmp_path, units="单位\nwater\neducation\n").units == (
        Unit("water", Text("water"), "all", 1),
        Unit("education", Text("education"), "all", 2),
    )


def test_long_facts(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        facts="""unit,indicator,name,value,period,entry,status,error,source,document
water,survey,,91.2,,,,0.4,统计局,文件1
省教育厅,survey,value,—,,,not_due,,,
education,law,target,2019-12-31,,,,,,
water,law,完成值,提前,2019-Q1,t01,reported,,,
""",
    )
    assert found.rows == (
        Fact("water", "survey", value=Fraction("91.2"), error=Fraction("0.4"), source="统计局", document="文件1"),
        Fact("education", "survey", status=Status.NOT_DUE),
        Fact("education", "law", "target", value=date(2019, 12, 31)),
        Fact("water", "law", period="2019-Q1", entry="t01", value="提前"),
    )


def test_chinese_headers(tmp_path: Path) -> None:
    found = facts(tmp_path, facts="单位,指标,名称,数值,期间,状态,误差,来源,佐证\n省水利厅,survey,目标值,12.5%,,,0.1,局,函\n")
    assert found.rows == (Fact("water", "survey", "target", value=Fraction("12.5"), error=Fraction("0.1"), source="局", document="函"),)


def test_wide_facts(tmp_path: Path) -> None:
    found = facts(tmp_path, facts="单位,survey,survey.n,law.目标值\nwater,91.2,300,\neducation,未到期,—,5\n")
    assert found.rows == (
        Fact("water", "survey", value=Fraction("91.2")),
        Fact("water", "survey", "n", value=Fraction(300)),
        Fact("education", "survey", status=Status.NOT_DUE),
        Fact("education", "survey", "n", status=Status.MISSING),
        Fact("education", "law", "target", value=Fraction(5)),
    )


def test_entries_and_loadings(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        entries="unit,indicator,entry,kind,amount,day,document,title,title_en,rule,value,目标值,quality\n"
        "water,law,a1,drafting_flaw,-1.5,2019年3月8日,文〔2019〕3号,程序瑕疵,Flaw,,,,\nwater,law,a2,,,,,,,levels,3,4,好\n",
        loadings="unit,indicator,name,entry,shock,loading\nwater,survey,,,mood,0.3\n",
    )
    assert found.entries == (
        Entry("water", "law", "a1", "drafting_flaw", Text("程序瑕疵", "Flaw"), "文〔2019〕3号", date(2019, 3, 8)),
        Entry("water", "law", "a2", rule="levels"),
    )
    assert found.rows == (
        Fact("water", "law", "amount", "", "a1", Fraction("-1.5"), document="文〔2019〕3号"),
        Fact("water", "law", "value", "", "a2", Fraction(3)),
        Fact("water", "law", "target", "", "a2", Fraction(4)),
        Fact("water", "law", "quality", "", "a2", "好"),
    )
    assert found.loadings == (Loading("water", "survey", "value", "", "mood", Fraction("0.3")),)


def test_measures_make_units_of_measure_readable(tmp_path: Path) -> None:
    case(tmp_path, facts="unit,indicator,value\nwater,spending,3.2亿元\n")
    paths = {"units": tmp_path / "units.csv", "facts": tmp_path / "facts.csv"}
    found = read_facts(**paths, measures={"spending": "万元"})
    assert isinstance(found, Facts)
    assert found.rows[0].value == 32000
    unknown = read_facts(**paths)
    assert isinstance(unknown, list)
    assert [p.code for p in unknown] == ["cell.measure_unknown"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("unit,indicator,value\nwatr,a,1\n", ["facts.csv:2 unit: facts.unknown_unit"]),
        ("unit,indicator,value\n,a,1\n", ["facts.csv:2 unit: facts.empty"]),
        ("unit,indicator,value\nwater,,1\n", ["facts.csv:2 indicator: facts.empty"]),
        ("unit,indicator,value\nwater,a,1\nwater,a,2\n", ["facts.csv:3 value: facts.twice"]),
        ("unit,a\nwater,1\nwater,2\n", ["facts.csv:3 a: facts.twice"]),
        ("unit,indicator,value,stauts\nwater,a,1,\n", ["facts.csv:1 stauts: facts.column"]),
        ("unit,indicator,value,value\nwater,a,1,2\n", ["facts.csv:1 value: facts.column_twice"]),
        ("unit,value\nwater,1\n", ["facts.csv:1: facts.no_column"]),
        ("unit,indicater,value\nwater,a,1\n", ["facts.csv:1 indicater: facts.column", "facts.csv:1: facts.no_column"]),
        ("unit,indicator,value\nwater,a,1,2\n", ["facts.csv:2: facts.beyond"]),
        ("unit,indicator,value\nwater,a\n", ["facts.csv:2: facts.short"]),
        ("unit,indicator,,value\nwater,a,7,1\n", ["facts.csv:2: facts.beyond"]),
        ("unit,indicator,value,status\nwater,a,1 2,reported\n", ["facts.csv:2 value: cell.number"]),
        ("unit,indicator,value\nwa\0ter,a,1\n", ["facts.csv:2 unit: cell.control"]),
        ("unit,indicator,value,status\nwater,a,1,missing\n", ["facts.csv:2 value: facts.contradiction"]),
        ("unit,indicator,value,status\nwater,a,未到期,missing\n", ["facts.csv:2 value: facts.contradiction"]),
        ("unit,indicator,value,status\nwater,a,,reported\n", ["facts.csv:2 value: facts.reported_nothing"]),
        ("unit,indicator,value,status\nwater,a,1,later\n", ["facts.csv:2 status: cell.status"]),
        ("unit,indicator,value,error\nwater,a,1,-1\n", ["facts.csv:2 error: cell.negative_error"]),
        ("unit,indicator,value,error\nwater,a,,1\n", ["facts.csv:2 error: facts.error_of_nothing"]),
        ("unit,a b\nwater,1\n", ["facts.csv:1 a b: facts.column"]),
        ("unit,a\nwater,1 2\neducation,2019-02-30\n", ["facts.csv:2 a: cell.number", "facts.csv:3 a: cell.no_such_day"]),
        ("", ["facts.csv: facts.no_rows"]),
    ],
)
def test_mistakes_in_facts(tmp_path: Path, table: str, expected: list[str]) -> None:
    assert refusals(tmp_path, facts=table) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("unit,order\na,1\na,2\n", ["units.csv:3 unit: facts.unit_twice"]),
        ("unit,order\na,1\nb,1\n", ["units.csv:3 order: facts.order_twice"]),
        ("unit,order\na,1.5\n", ["units.csv:2 order: cell.whole"]),
        ("unit,competes\na,maybe\n", ["units.csv:2 competes: cell.yes"]),
        ("unit\na b\n", ["units.csv:2 unit: cell.code"]),
        ("name\na\n", ["units.csv:1 name: facts.column", "units.csv:1: facts.no_column"]),
    ],
)
def test_mistakes_in_units(tmp_path: Path, table: str, expected: list[str]) -> None:
    assert refusals(tmp_path, units=table) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("unit,indicator,entry\nwater,law,\n", ["entries.csv:2 entry: facts.empty"]),
        ("unit,indicator,entry\nwater,law,a\nwater,law,a\n", ["entries.csv:3 entry: facts.entry_twice"]),
        ("unit,indicator,entry,day\nwater,law,a,去年\n", ["entries.csv:2 day: cell.date"]),
        ("unit,indicator,entry,documnet\nwater,law,a,x\n", ["entries.csv:1 documnet: facts.column"]),
        ("unit,indicator,entry,amount\nwater,law,a,n/a\n", ["entries.csv:2 amount: cell.ambiguous"]),
    ],
)
def test_mistakes_in_entries(tmp_path: Path, table: str, expected: list[str]) -> None:
    assert refusals(tmp_path, entries=table) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("unit,indicator,shock,loading\nwater,a,s,\n", ["loadings.csv:2 loading: facts.empty"]),
        ("unit,indicator,shock,loading\nwater,a,s,1\nwater,a,s,2\n", ["loadings.csv:3 shock: facts.loading_twice"]),
        ("unit,indicator,shock,loading\nwater,a,,x\n", ["loadings.csv:2 shock: facts.empty", "loadings.csv:2 loading: cell.number"]),
    ],
)
def test_mistakes_in_loadings(tmp_path: Path, table: str, expected: list[str]) -> None:
    assert refusals(tmp_path, loadings=table) == expected


def test_two_units_of_one_name(tmp_path: Path) -> None:
    units = "unit,zh\na,办公室\nb,办公室\n"
    assert refusals(tmp_path, units=units, facts="unit,x\n办公室,1\n") == ["facts.csv:2 unit: facts.unit_ambiguous"]


def test_a_word_that_was_meant_is_offered(tmp_path: Path) -> None:
    found = read_case_facts(case(tmp_path, facts="unit,indicator,value\nwatr,a,1\n"))
    assert isinstance(found, list)
    assert found[0].say("en") == "facts.csv:2 unit: unit “watr” is not in the list (did you mean water / Water)"


def test_a_number_given_twice_in_two_tables(tmp_path: Path) -> None:
    tables = {"facts": "unit,indicator,entry,value\nwater,law,a,1\n", "entries": "unit,indicator,entry,value\nwater,law,a,2\n"}
    found = read_case_facts(case(tmp_path, **tables))
    assert isinstance(found, list)
    assert [p.params["other"] for p in found] == ["facts.csv:2 value"]


def test_many_mistakes_are_cut_short(tmp_path: Path) -> None:
    found = refusals(tmp_path, facts="unit,indicator,value\n" + "nobody,a,1\n" * 5000)
    assert len(found) == 501
    assert found[-1] == "facts.csv: facts.many"


def workbook(path: Path, merge: str = "A2:A3") -> None:
    """One upload as offices make it: a title, merged units, per cent, days, a list of choices hidden at the back."""
    with xlsxwriter.Workbook(str(path)) as book:
        bold, percent, day = (book.add_format(f) for f in ({"bold": True}, {"num_format": "0.00%"}, {"num_format": 'yyyy"年"m"月"d"日"'}))
        page = book.add_worksheet("单位")
        page.write_row(0, 0, ["单位", "类别", "顺序", "名称"])
        page.write_row(1, 0, ["water", "agency", 1, "省水利厅"])
        page.write_row(2, 0, ["education", "agency", 2, "省教育厅"])
        page = book.add_worksheet("事实")
        page.merge_range("A1:C1", "2019年度考核数据", bold)
        page.write_string("D1", "单位：分")
        page.write_row(2, 0, ["单位", "指标", "名称", "数值"], bold)
        page.merge_range(merge.replace("2", "4").replace("3", "5"), "省水利厅")
        page.write_row(3, 1, ["survey", "完成值"])
        page.write_number(3, 3, 0.9938, percent)
        page.write_row(4, 1, ["plan", "目标值"])
        page.write_number(4, 3, 43830, day)
        page.write_row(5, 0, ["education", "survey", "value", 17.665])
        book.add_worksheet("选项").hide()


def test_a_workbook_as_offices_make_it(tmp_path: Path) -> None:
    workbook(tmp_path / "facts.xlsx")
    found = read_case_facts(tmp_path)
    assert isinstance(found, Facts), [p.say("en") for p in found]
    assert [unit.code for unit in found.units] == ["water", "education"]
    assert found.rows == (
        Fact("water", "survey", value=Fraction("99.38")),
        Fact("water", "plan", "target", value=date(2019, 12, 31)),
        Fact("education", "survey", value=Fraction("17.665")),
    )


def test_merged_values_are_refused_by_cell(tmp_path: Path) -> None:
    workbook(tmp_path / "facts.xlsx")
    with xlsxwriter.Workbook(str(tmp_path / "facts.xlsx")) as book:
        page = book.add_worksheet("facts")
        page.write_row(0, 0, ["unit", "indicator", "value"])
        page.write_row(1, 0, ["water", "a"])
        page.write_row(2, 0, ["education", "a"])
        page.merge_range("C2:C3", 7)
    case(tmp_path)
    found = read_case_facts(tmp_path)
    assert isinstance(found, list)
    assert [f"{p.where}: {p.code}" for p in found] == ["facts.xlsx facts!C3: facts.merged"]


def test_uncalculated_formulas_are_refused_by_cell(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "facts.xlsx")) as book:
        page = book.add_worksheet("facts")
        page.write_row(0, 0, ["unit", "indicator", "value"])
        page.write_row(1, 0, ["water", "a", "=1+1"])
    found = read_case_facts(case(tmp_path))
    assert isinstance(found, list)
    assert [f"{p.where}: {p.code}" for p in found] == ["facts.xlsx facts!C2: cell.formula"]


def test_a_table_given_twice(tmp_path: Path) -> None:
    workbook(tmp_path / "facts.xlsx")
    found = read_case_facts(case(tmp_path))
    assert isinstance(found, list)
    assert [f"{p.where}: {p.code}" for p in found] == ["units.csv: facts.table_twice"]


def test_a_folder_without_units(tmp_path: Path) -> None:
    found = read_case_facts(tmp_path)
    assert isinstance(found, list)
    assert [p.code for p in found] == ["facts.no_units"]


@pytest.mark.parametrize("name", ["scheme", "workbook", "folder"])
def test_simulated_data_keep_their_mark(tmp_path: Path, name: str) -> None:
    if name == "scheme":
        case(tmp_path)
        (tmp_path / "scheme.yaml").write_text("# first\nsimulated: yes\n", encoding="utf-8")
    else:
        target = tmp_path / "facts.xlsx" if name == "workbook" else tmp_path
        assert write_facts(Facts((Unit("a", Text("a"), "", 1),), (), simulated=True), target) == []
    found = read_case_facts(tmp_path)
    assert isinstance(found, Facts)
    assert found.simulated


def test_files_may_have_chinese_names_and_capitals(tmp_path: Path) -> None:
    (tmp_path / "单位.CSV").write_text(UNITS, encoding="gb18030")
    workbook(tmp_path / "Facts.XLSX")
    found = read_case_facts(tmp_path)
    assert isinstance(found, list)
    assert [f"{p.where}: {p.code}" for p in found] == ["单位.CSV: facts.table_twice"]


def test_an_old_workbook_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "facts.xls").write_bytes(b"x")
    found = read_case_facts(case(tmp_path))
    assert isinstance(found, list)
    assert [f"{p.where}: {p.code}" for p in found] == ["facts.xls: files.old_workbook"]


def test_problems_are_problems(tmp_path: Path) -> None:
    found = read_facts(units=tmp_path / "units.csv", facts=tmp_path / "facts.doc")
    assert found == [Problem("files.absent", "units.csv"), Problem("files.suffix", "facts.doc", {"suffix": ".doc"})]
