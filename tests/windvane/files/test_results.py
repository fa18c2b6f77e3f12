"""The results folder: every file says the same as the scores, opens where it should, and appears with all others or not at all."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from tests.windvane.render import town

from windvane import compile_scheme, rank, score
from windvane.facts import Facts
from windvane.files.results import ResultsError, ranking_csv, scores_csv, write_results
from windvane.problems import WindvaneError
from windvane.ranking import Ranking
from windvane.render.sheet import workbook
from windvane.text import Text

FILES = ["ranking.csv", "scores.csv", "scores.parquet", "results.xlsx", "results.en.xlsx", "report.html", "report.en.html"]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def hostile() -> Ranking:
    """The town with names that spreadsheets take for formulas."""
    facts = town.facts()
    units = tuple(replace(unit, title=Text(f'=HYPERLINK("{unit.code}")', "@SUM(1)")) for unit in facts.units)
    entries = tuple(replace(entry, title=Text("+1+1"), document="-2") for entry in facts.entries)
    return rank(score(compile_scheme(town.scheme()), Facts(units, facts.rows, entries)))


def test_all_files_are_written_and_named(tmp_path: Path) -> None:
    written = write_results(town.ranking(), tmp_path / "new" / "town")

    assert written == [tmp_path / "new" / "town" / name for name in FILES]
    assert sorted(path.name for path in (tmp_path / "new" / "town").iterdir()) == sorted(FILES)


def test_only_the_formats_asked_for_are_written_and_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    written = write_results(town.ranking(), tmp_path, formats=["csv"])

    assert [path.name for path in written] == FILES[:2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", *FILES[:2]]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WindvaneError, match="pdf"):
        write_results(town.ranking(), tmp_path, formats=["csv", "pdf"])

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_one_file_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "report.en.html").mkdir()
    (tmp_path / "ranking.csv").write_text("before")

    with pytest.raises(ResultsError):
        write_results(town.ranking(), tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["ranking.csv", "report.en.html"]
    assert (tmp_path / "ranking.csv").read_text() == "before"


def test_the_same_results_give_the_same_files(tmp_path: Path) -> None:
    first, second = (write_results(town.ranking(), tmp_path / name) for name in ("a", "b"))

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


# csv and parquet --------------------------------------------------------------------------------------------------------


def test_the_ranking_table() -> None:
    content = ranking_csv(town.ranking())
    north, west, *_, office = rows(content)

    assert content.startswith(b"\xef\xbb\xbf")
    assert (north["zh"], north["rank"], north["points"], north["exact"], north["grade"]) == ("北村", "1", "97.7", "97.7", "best")
    assert (west["rank"], west["grade"], west["vetoed"], west["state"]) == ("2", "pass", "安全事故", "ranked")
    assert (office["rank"], office["points"], office["grade"], office["state"]) == ("", "89", "", "apart")


def test_the_scores_table_holds_every_node_exactly() -> None:
    ranking = town.ranking()
    found = {(row["unit"], row["node"]): row for row in rows(scores_csv(ranking))}

    assert len(found) == 6 * 5
    for (unit, node), row in found.items():
        points = ranking.scores.points(unit, node)
        assert row["state"] == ("scored" if points is not None else "not_due")
        assert (row["exact"] == "") == (points is None)
        assert points is None or Fraction(row["exact"].replace("÷", "/")) == points


def test_texts_that_look_like_formulas_are_disarmed_in_csv_and_numbers_are_not() -> None:
    found = rows(ranking_csv(hostile()))

    assert [row["zh"][:2] for row in found] == ["'="] * 6
    assert [row["en"] for row in found] == ["'@SUM(1)"] * 6
    assert {row["exact"] for row in rows(scores_csv(hostile())) if row["node"] == "ledger" and row["unit"] == "south"} == {"-0.5"}


def test_parquet_has_floats_and_exact_text(tmp_path: Path) -> None:
    ranking = town.ranking()
    (path,) = write_results(ranking, tmp_path, formats=["parquet"])

    frame = pl.read_parquet(path)

    assert frame.columns == ["unit", "class", "node", "points", "exact", "state"]
    assert frame.filter((pl.col("unit") == "north") & (pl.col("node") == "total")).row(0)[3:] == (97.7, "977/10", "scored")
    assert frame.filter((pl.col("unit") == "hill") & (pl.col("node") == "survey")).row(0)[3:] == (None, None, "not_due")


# The workbook -----------------------------------------------------------------------------------------------------------


def sheets(ranking: Ranking, language: str = "zh") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(ranking, language=language)))


def test_the_workbook_has_ranking_nodes_entries_and_origin() -> None:
    assert sheets(town.ranking()).sheetnames == ["排名", "各项得分", "逐项明细", "关于本表"]
    assert sheets(town.ranking(), "en").sheetnames == ["Ranking", "All nodes", "Entries", "About"]


def test_the_league_sheet_has_numbers_filters_and_frozen_panes() -> None:
    sheet = sheets(town.ranking())["排名"]
    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=10)]

    assert table[0] == ["名次", "单位", "总分\n满 100", "重点任务\n满 60", "群众评价\n满 40", "加减分", "等次", "说明"]
    assert table[1] == [1, "北村", 97.7, 60, 36.2, 1.5, "● 优秀", None]
    assert table[2] == [2, "西村", 96.2, 60, 36.2, 0, "◆ 合格", "否决: 安全事故"]
    assert table[6][:5] == ["—", "镇办公室", 89, 57, 32]
    assert table[5][4] == "—"
    assert sheet["C5"].number_format == "0.00"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C5", "A4:H10")
    assert sheet["A12"].value == "共 6 个单位，5 个有名次。"


def test_the_node_sheet_holds_every_node() -> None:
    ranking = town.ranking()
    sheet = sheets(ranking)["各项得分"]
    head = [str(cell.value).split("\n")[-1] for cell in sheet[4]]

    for row in sheet.iter_rows(min_row=5, values_only=True):
        points = [ranking.scores.points(str(row[0]), code) for code in head[2:]]
        assert list(row[2:]) == ["—" if p is None else float(p) for p in points]


def test_the_entry_sheet_has_days_facts_and_documents() -> None:
    sheet = sheets(town.ranking())["逐项明细"]
    found = {(row[1], row[3]): row for row in sheet.iter_rows(min_row=5, values_only=True)}

    day = found["北村", "p3"][7]
    assert isinstance(day, datetime)
    assert (*found["北村", "p3"][5:7], day.date()) == ("县里表扬", "表扬", date(2025, 3, 1))
    assert found["北村", "p5"][10:] == (0.5, None, "表〔2025〕5号")
    assert found["东村", "t1"][8:] == ("完成值 5；目标值 10", "限于(5 ÷ 10, 0, 1) × 1 = 0.5", 0.5, 1, "证明t1")


def test_the_last_sheet_says_where_it_comes_from() -> None:
    ranking = town.ranking()
    found = dict(sheets(ranking)["关于本表"].iter_rows(values_only=True))

    assert found["方案"] == "某镇年度考核"
    assert (found["模拟数据"], found["结果摘要"]) == ("否", ranking.digest)


def test_nothing_in_the_workbook_is_a_formula() -> None:
    book = sheets(hostile())

    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s", "n", "d"}
    assert str(book["排名"]["B5"].value).startswith("=HYPERLINK")


def test_class_names_that_excel_forbids_become_sheet_names() -> None:
    scheme = replace(town.scheme(), classes={"all": Text("甲/乙:类[1]*很长很长很长很长很长很长很长很长的名称"), "b": Text("x")})
    ranking = rank(score(compile_scheme(scheme), town.facts()))

    names = sheets(ranking).sheetnames

    assert all(len(name) <= 31 for name in names)
    assert len(set(names)) == len(names)
