"""The report says what the scores say, in both languages, whatever the texts, and asks nothing of the network."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from tests.windvane.render import town
from tests.windvane.render.page import Page

from windvane import Ranking, compile_scheme, rank, score
from windvane.decimals import decimal_text
from windvane.facts import Fact, Facts
from windvane.files.cases import AssessmentCase, case_folders, read_case
from windvane.files.schemes import parse_scheme
from windvane.ranking import places_of
from windvane.render.league import league
from windvane.render.report import Language, report_html
from windvane.scheme import Scheme
from windvane.text import Text

EXAMPLES = Path(__file__).parents[3] / "examples"
CASES = [folder.name for folder in case_folders(EXAMPLES)]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def ranked(name: str) -> Ranking:
    found = read_case(EXAMPLES / name)
    assert isinstance(found, AssessmentCase)
    return rank(score(compile_scheme(found.scheme, found.books), found.facts))


@cache
def read(name: str, language: Language) -> tuple[str, Page]:
    html = report_html(ranked(name), language=language)
    return html, Page.of(html)


@cache
def town_page(language: Language, *, complete: bool = True) -> Page:
    return Page.of(report_html(town.ranking(complete=complete), language=language))


def plain(number: str) -> str:
    return number.strip().replace(",", "").replace("−", "-").lstrip("+")


# Every example ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_a_report_stands_alone(name: str, language: Language) -> None:
    html, page = read(name, language)

    twin = "report.en.html" if language == "zh" else "report.html"
    assert page.fetched == []
    assert page.handlers == []
    assert not page.tags & {"script", "link", "iframe", "img", "object", "base"}
    assert {link for link in page.links if not link.startswith("#")} == {twin}
    assert [found for found in re.findall(r"url\(([^)]*)\)", html) if not found.startswith("#")] == []
    assert "@import" not in html and "{{" not in html and "Undefined" not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_link_leads_somewhere_and_every_tag_closes(name: str, language: Language) -> None:
    _, page = read(name, language)

    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert (page.open, page.unclosed) == ([], [])


@pytest.mark.parametrize("name", CASES)
def test_the_league_tables_hold_the_scores(name: str) -> None:
    ranking, (_, page) = ranked(name), read(name, "zh")
    scores = ranking.scores
    classes = [cls for cls in scores.plan.classes if ranking.of(cls)]
    shown = [table for table in page.tables if table and table[0][:2] == ["名次", "单位"]]

    for cls, table in zip(classes, shown, strict=True):
        parts = [(code, places_of(scores, cls, code)) for code in scores.plan.step(cls, "total").parts]
        for place, row in zip(ranking.of(cls), table[1:], strict=True):
            points = [(place.points, places_of(scores, cls)), *((scores.points(place.unit, code), places) for code, places in parts)]
            cells = [plain(cell) for cell in row[2 : 3 + len(parts)]]
            wanted = ["—" if p is None else decimal_text(p, places) for p, places in points]
            assert row[0].strip() == ("—" if place.rank is None else str(place.rank))
            assert [cell if cell != "0" else "0." + "0" * places for cell, (_, places) in zip(cells, points, strict=True)] == wanted


@pytest.mark.parametrize("name", CASES)
def test_every_unit_has_a_page_with_its_name(name: str) -> None:
    ranking, (_, page) = ranked(name), read(name, "zh")

    assert {f"unit-{place.unit}" for place in ranking.places} <= set(page.ids)
    assert all(unit.title.of("zh") in page.text for unit in ranking.scores.facts.units if unit.code in ranking.index)


def test_simulated_data_are_labelled_on_every_page_and_published_data_are_not() -> None:
    _, simulated = read("province", "zh")
    _, published = read("ministries-2022", "zh")

    assert simulated.text.count("模拟数据") >= 94 + 3
    assert "模拟数据" not in published.text


def test_the_same_results_give_the_same_bytes() -> None:
    ranking = town.ranking()

    assert report_html(ranking, language="zh") == report_html(town.ranking(), language="zh")


# What the findings say --------------------------------------------------------------------------------------------------


def test_the_province_is_counted_from_its_facts() -> None:
    _, page = read("province", "zh")

    assert "94 个单位参加考核，91 个参加排名。" in page.text
    assert "968 项指标，完成 962 项，完成率 99.38 %" in page.text
    assert "27 个大项分解为 376 个小项，完成 376 项，完成率 100.00 %" in page.text
    assert "3 个单位单列，计分不排名次、不占名额：省地震局、省气象局、省邮政局。" in page.text
    assert "省林业局因“一票否决”不能评更高等次，现为合格。" in page.text


def test_the_findings_of_the_town() -> None:
    page = town_page("en")

    assert "6 units are assessed, 5 ranked." in page.text
    assert "1 unit is out of competition, scored without rank or seat: Town office." in page.text
    assert "Grades: Excellent 2 (seats: 2); Pass 3." in page.text
    assert 'West village is held back by "Accident" and has the grade Pass.' in page.text
    assert "1,000 valid ratings" not in page.text and "1,200 valid ratings in all, 200 a unit." in page.text


def test_a_tie_is_said() -> None:
    text = town.SCHEME.replace("ties: [survey]", "ties: share").replace("points: sum", "points: survey if present(survey) else 0")

    page = Page.of(report_html(town.ranking("skip", text=text), language="zh"))

    assert "并列 1 处：第 2 名 北村、西村。" in page.text


def test_an_incomplete_result_says_so_in_red_and_names_what_is_missing() -> None:
    page = town_page("zh", complete=False)

    assert "结果不完整，不得作为正式排名使用" in page.text
    assert "山村 缺少 群众评价 的数据" in page.text
    assert "结果不完整" not in town_page("zh").text


def test_what_is_missing_is_a_dash_with_its_reason_never_a_zero() -> None:
    page = town_page("zh")
    row = next(row for row in page.tables[0] if "山村" in row[1])

    assert row[4].strip() == "—"
    assert ("span", "未到期，不计入") in page.titles


# The explanation --------------------------------------------------------------------------------------------------------


def test_every_entry_shows_its_numbers_and_what_it_counts() -> None:
    page = town_page("zh")
    tasks = next(table for table in page.tables if table[0][0] == "任务或指标")

    assert tasks[1] == ["修桥", "10", "10", "限于(10 ÷ 10, 0, 1) × 1 = 1", "1.00 / 1", "30.00", "证明t1"]
    assert tasks[-1][:2] == ["2 项合计", "60.00"]


def test_a_ledger_shows_day_document_and_what_the_limit_took() -> None:
    ledger = next(table for table in town_page("zh").tables if table[0][0] == "日期")

    assert ledger[1] == ["2025-03-01", "表扬", "县里表扬", "表〔2025〕3号", "+1"]
    assert ledger[2] == ["2025-05-01", "表扬", "县里表扬", "表〔2025〕5号", "+0.5原 +1，“表扬”合计上限"]
    assert ledger[3] == ["2 项合计", "+1.5"]


def test_a_fact_shows_value_error_source_and_document() -> None:
    text = re.sub(r"\s+", " ", town_page("zh").text)

    assert "完成值90.5 ± 1统计站、调查报告" in text
    assert "完成值 ÷ 100 × 满分，若 样本量 ≥ 10，否则 缺失 = 90.5 ÷ 100 × 40，若 200 ≥ 10，否则 缺失 = 36.2" in text


def test_a_policy_and_rounding_get_a_line_in_the_account() -> None:
    text = town.SCHEME.replace("points: value / 100 * full", "points: value / 300 * full")

    page = Page.of(report_html(town.ranking("skip", text=text), language="zh"))

    assert "四舍五入" in page.text


# Hostile texts ----------------------------------------------------------------------------------------------------------


EVIL = '<script>alert("1")</script>\'"><img src=x onerror=alert(2)>{{7*7}}'


def _evil() -> Ranking:
    scheme, facts = town.scheme(), town.facts()
    root = replace(scheme.root, parts=tuple(replace(p, title=Text(EVIL, EVIL), note=Text(EVIL), measure=EVIL) for p in scheme.root.parts))
    grades = tuple(replace(grade, title=Text(EVIL)) for grade in scheme.grades)
    vetoes = tuple(replace(veto, title=Text(EVIL)) for veto in scheme.vetoes)
    evil = Text(EVIL, EVIL)
    hostile = replace(scheme, title=evil, source=evil, root=root, grades=grades, vetoes=vetoes, classes={"all": evil})
    units = tuple(replace(unit, title=Text(f"{EVIL}{unit.order}")) for unit in facts.units)
    rows = tuple(replace(fact, source=EVIL, document=EVIL) for fact in facts.rows)
    entries = tuple(replace(entry, title=Text(EVIL), document=EVIL) for entry in facts.entries)
    return rank(score(compile_scheme(hostile), Facts(units, rows, entries)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_stay_texts(language: Language) -> None:
    html = report_html(_evil(), language=language)
    page = Page.of(html)

    assert not page.tags & {"script", "img"}
    assert page.handlers == [] and page.fetched == []
    assert (page.open, page.unclosed) == ([], [])
    assert EVIL in page.text


def test_codes_that_are_no_ids_still_link() -> None:
    facts = town.facts()
    renamed = tuple(replace(unit, code=f'{unit.code} "x" <{unit.order}>') for unit in facts.units)
    codes = {old.code: new.code for old, new in zip(facts.units, renamed, strict=True)}
    rows = tuple(replace(fact, unit=codes[fact.unit]) for fact in facts.rows)
    entries = tuple(replace(entry, unit=codes[entry.unit]) for entry in facts.entries)
    page = Page.of(report_html(rank(score(compile_scheme(town.scheme()), Facts(renamed, rows, entries))), language="zh"))

    assert all(" " not in each and '"' not in each for each in page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


# Ways to the total ------------------------------------------------------------------------------------------------------


def _waterfall(root: str, parts: str = "") -> str:
    """The label of the waterfall of the first unit, which states where it begins and ends."""
    nodes = f"    a: {{title: 甲, points: value{parts}}}\n    b: {{title: 乙, points: value{parts}}}\n"
    scheme = parse_scheme(f"windvane: 1\ntitle: T\nroot:\n  title: {{zh: 总分, en: Total}}\n{root}\n  parts:\n{nodes}")
    assert isinstance(scheme, Scheme), [problem.say("en") for problem in scheme]
    rows = tuple(Fact("north", code, value=Fraction(value)) for code, value in (("a", 30), ("b", 50)))
    facts = Facts(town.units()[:1], rows)
    html = report_html(rank(score(compile_scheme(scheme), facts)), language="zh")
    found = re.search(r'aria-label="(瀑布图[^"]*)"', html)
    assert found
    return found[1]


def test_a_sum_walks_down_from_full_marks() -> None:
    label = _waterfall("  full: 100\n  points: sum", ", full: 50")

    assert label == "瀑布图：从满分 100.00 到总分 80.00；失分最多的是甲 −20.00"


def test_a_mean_walks_down_in_points_of_the_total() -> None:
    label = _waterfall("  full: 100\n  points: mean")

    assert label == "瀑布图：从满分 100.00 到总分 40.00；失分最多的是甲 −35.00"


def test_a_geometric_mean_walks_down_too() -> None:
    label = _waterfall("  full: 100\n  points: geometric")

    assert label == "瀑布图：从满分 100.00 到总分 38.73；失分最多的是甲 −38.88"  # (100 − √1500) · ln 0.3 ÷ ln 0.15


def test_parts_that_do_not_make_the_full_mark_walk_up_from_zero() -> None:
    label = _waterfall("  full: 100\n  points: sum", ", full: 30")

    assert label == "瀑布图：从起点 0.00 到总分 80.00"


# Tables and bands -------------------------------------------------------------------------------------------------------


def test_borders_are_drawn_past_the_vetoed() -> None:
    bands = league(town.ranking(), "all").bands

    assert [(band.grade, band.first, band.count) for band in bands] == [("best", 0, 2), ("pass", 3, 3), (None, 5, 1)]
