"""What is written is read back exactly, and no spreadsheet takes any of it for a formula."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from windvane.book import Book, Milestone, Task
from windvane.facts import Entry, Fact, Facts, Loading, Status, Unit
from windvane.files.books import read_books, write_books
from windvane.files.fact_tables import write_facts
from windvane.files.facts import read_case_facts
from windvane.files.refusals import write_problem_workbook
from windvane.files.tables import Sheet, write_sheets
from windvane.problems import Problem
from windvane.text import Text

# Letters of several scripts, and whatever spreadsheets and parsers stumble over.
LETTERS = "abcXYZ019_省水利厅é-.:#%&<>\"'；，（）"
TRICKY = LETTERS + "=+@|;,\t\n /\\＝０①“”💧"
codes = st.text(LETTERS, min_size=1, max_size=6).filter(lambda t: t[0] not in "-'") | st.sampled_from(
    ["001", "1e3", "2019-03", "TRUE", "nan"]
)
names = st.text("abc_省", min_size=1, max_size=4).filter(lambda t: t not in ("value",))
words = st.text(TRICKY, max_size=10).map(str.strip)
numbers = st.fractions(max_denominator=10**6) | st.decimals(min_value=-(10**12), max_value=10**12, places=3).map(Fraction)
days = st.dates(min_value=date(1850, 1, 1), max_value=date(2200, 1, 1))
values = numbers | days | st.text(TRICKY, min_size=1, max_size=8)
texts = st.builds(Text, st.text("省ab", min_size=1, max_size=4), words)

fact_rows = st.builds(
    Fact, unit=st.just(""), indicator=codes, name=names, period=codes | st.just(""), entry=codes | st.just(""), value=values,
    error=st.none() | numbers.map(abs), source=words, document=words,
)  # fmt: skip
no_rows = st.builds(
    Fact, unit=st.just(""), indicator=codes, name=names, status=st.sampled_from([Status.MISSING, Status.NOT_DUE]), source=words
)
entry_rows = st.builds(
    Entry, st.just(""), codes, codes, kind=codes | st.just(""), title=st.builds(Text, words, words), document=words,
    day=st.none() | days, rule=names,
)  # fmt: skip


@st.composite
def facts_of(draw: st.DrawFn) -> Facts:
    unit_codes = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
    units = tuple(Unit(c, replace(draw(texts), zh=f"名{i}"), draw(codes), i * 7, draw(st.booleans())) for i, c in enumerate(unit_codes))
    own = st.sampled_from(unit_codes)
    rows = {f.key: f for f in (replace(f, unit=draw(own)) for f in draw(st.lists(fact_rows | no_rows, max_size=4)))}
    entries = {(e.unit, e.indicator, e.entry): e for e in (replace(e, unit=draw(own)) for e in draw(st.lists(entry_rows, max_size=3)))}
    loadings = {x: Loading(*x, draw(numbers)) for x in draw(st.lists(st.tuples(own, codes, names, codes, codes), max_size=2))}
    return Facts(units, tuple(rows.values()), tuple(entries.values()), tuple(loadings.values()), draw(st.booleans()))


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(facts_of(), st.sampled_from(["", "facts.xlsx"]))
def test_facts_read_back_exactly(facts: Facts, name: str) -> None:
    with TemporaryDirectory() as folder:
        assert write_facts(facts, Path(folder) / name) == []
        found = read_case_facts(folder)
        assert isinstance(found, Facts), [p.say("en") for p in found]
        assert found == facts
        assert found.digest == facts.digest


fixed = st.dictionaries(names, numbers | days, max_size=2)
tasks = st.builds(
    Task, entry=codes, slot=codes, title=st.builds(Text, words, words), item=st.builds(Text, words, words), source=words, clause=words,
    weight=numbers.map(abs), rule=names | st.just(""), params=fixed, facts=fixed, measure=st.sampled_from(["", "%", "万元"]),
    better=st.sampled_from(["high", "low"]), lead=codes | st.just(""), partners=st.lists(codes, max_size=2).map(tuple),
    milestones=st.dictionaries(days, numbers, max_size=3).map(lambda d: tuple(Milestone(k, d[k]) for k in sorted(d))),
    joint=st.sampled_from(["", "water/t1"]), share=st.fractions(0, 1).filter(bool), sensitive=st.booleans(), since=st.none() | days,
    reason=words.filter(bool), approval=words.filter(bool),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(codes, st.lists(tasks, min_size=1, max_size=3, unique_by=lambda t: (t.slot, t.entry, t.since)), min_size=1, max_size=2),
    st.booleans(),
)
def test_books_read_back_exactly(by_unit: dict[str, list[Task]], as_csv: bool) -> None:
    books = tuple(Book(unit, tuple(own)) for unit, own in by_unit.items())
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("books.csv" if as_csv else "books.xlsx")
        assert write_books(books, path) == []
        found = read_books(path)
        assert isinstance(found, tuple), [p.say("en") for p in found]
        assert found == books
        assert [book.digest for book in found] == [book.digest for book in books]


ATTACK = ['=HYPERLINK("http://x","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1", "'=1"]


def attacked() -> Facts:
    rows = tuple(Fact("a", "x", f"n{i}", value=text, source=text, document=text) for i, text in enumerate(ATTACK))
    return Facts((Unit("a", Text("=1+1", "@x"), "", 1),), (*rows, Fact("a", "y", value=Fraction("-1.5"))))


def test_no_csv_cell_begins_a_formula(tmp_path: Path) -> None:
    assert write_facts(attacked(), tmp_path) == []
    with (tmp_path / "facts.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == ["-1.5"]


def test_no_xlsx_cell_is_a_formula_or_a_link(tmp_path: Path) -> None:
    assert write_facts(attacked(), tmp_path / "facts.xlsx") == []
    page = openpyxl.load_workbook(tmp_path / "facts.xlsx")["facts"]
    assert {cell.data_type for line in page.iter_rows() for cell in line} == {"s", "n"}
    assert not [cell for line in page.iter_rows() for cell in line if cell.hyperlink]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert write_facts(attacked(), tmp_path / name) == []
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_old_tables_are_not_left_behind(tmp_path: Path) -> None:
    units = (Unit("a", Text("甲"), "all", 1),)
    assert write_facts(Facts(units, (), (Entry("a", "x", "e1"),)), tmp_path) == []
    assert write_facts(Facts(units, ()), tmp_path) == []
    assert read_case_facts(tmp_path) == Facts(units, ())


@pytest.mark.parametrize("target", ["facts.docx", "file/facts.xlsx", "file/folder"])
def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("a file, no folder", encoding="utf-8")
    (problem,) = write_facts(attacked(), tmp_path / target)
    assert problem.say("zh")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_text_too_long_for_a_cell_is_told(tmp_path: Path) -> None:
    found = write_sheets([Sheet("s", ("a",), [("x" * 40_000,)])], tmp_path / "t.xlsx")
    assert [problem.code for problem in found] == ["cell.long"]
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_the_old_files(tmp_path: Path) -> None:
    assert write_facts(attacked(), tmp_path) == []
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "facts.csv").unlink()
    (tmp_path / "facts.csv").mkdir()
    assert [problem.code for problem in write_facts(replace(attacked(), units=()), tmp_path)] == ["files.write"]
    assert (tmp_path / "units.csv").read_bytes() == before["units.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.csv", "units.csv"]


def test_problems_become_a_workbook(tmp_path: Path) -> None:
    problems = [Problem("facts.unknown_unit", "facts.xlsx Sheet1!A3", {"unit": "=watr", "near": "water"}), Problem("files.absent", "x.csv")]
    assert write_problem_workbook(problems, tmp_path / "problems.xlsx") == []
    lines = list(openpyxl.load_workbook(tmp_path / "problems.xlsx").worksheets[0].values)
    assert len(lines) == 3
    assert lines[1][0] == "facts.xlsx Sheet1!A3"
    assert lines[1][1] == "单位“=watr”不在名单中"
    assert lines[1][4] == "did you mean water"
