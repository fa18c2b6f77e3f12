"""Every example is scored from its files and gives what was published or calculated by hand."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from windvane import Ranking, compile_scheme, rank, score
from windvane.checks import check
from windvane.files.cases import AssessmentCase, case_folders, read_case
from windvane.problems import errors

EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = [folder.name for folder in case_folders(EXAMPLES)]


@dataclass(frozen=True)
class Expected:
    """One row of ``expected.csv``: an empty node is the total; empty cells are not checked."""

    unit: str
    node: str
    points: str
    within: str
    rank: str
    grade: str


@cache
def case(name: str) -> AssessmentCase:
    found = read_case(EXAMPLES / name)
    assert isinstance(found, AssessmentCase), [problem.say("en") for problem in found]
    return found


@cache
def ranked(name: str) -> Ranking:
    found = case(name)
    return rank(score(compile_scheme(found.scheme, found.books), found.facts))


@cache
def expected(name: str) -> tuple[Expected, ...]:
    with (EXAMPLES / name / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(Expected(*(row.get(key) or "" for key in ("unit", "node", "points", "within", "rank", "grade"))) for row in rows)


def test_there_are_eleven_examples() -> None:
    assert len(CASES) == 11


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_refused(name: str) -> None:
    scores = ranked(name).scores

    assert scores.complete, [problem.say("en") for problem in scores.problems]


@pytest.mark.parametrize("name", CASES)
def test_check_finds_no_error(name: str) -> None:
    found = case(name)

    assert errors(check(found.scheme, found.books, found.facts)) == []


@pytest.mark.parametrize("name", CASES)
def test_points_are_as_expected(name: str) -> None:
    scores = ranked(name).scores
    rows = [row for row in expected(name) if row.points]

    assert rows or name.endswith("index")
    for row in rows:
        found = scores.points(row.unit, row.node or "total")
        assert found is not None, row
        assert abs(found - Fraction(row.points)) <= Fraction(row.within or 0), (row, float(found))


@pytest.mark.parametrize("name", CASES)
def test_ranks_and_grades_are_as_expected(name: str) -> None:
    ranking = ranked(name)

    for row in expected(name):
        place = ranking[row.unit]
        assert row.rank in ("", str(place.rank)), row
        assert row.grade in ("", place.grade), row


@pytest.mark.parametrize("name", CASES)
def test_readme_names_source_and_has_a_chinese_summary(name: str) -> None:
    text = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")

    assert "## 中文" in text
    assert re.search(r"https?://|simulated|\.\./", text)
    assert f"({name}/README.md)" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_every_title_is_in_both_languages(name: str) -> None:
    found = case(name)
    titles = [found.scheme.title, *(node.title for node in found.scheme.nodes.values() if node.code != "total")]
    titles += [unit.title for unit in found.facts.units] + [grade.title for grade in found.scheme.grades]

    assert all(title.zh and title.en for title in titles), [title for title in titles if not (title.zh and title.en)]


@pytest.mark.parametrize("name", ["criteria-values", "hangzhou-2020", "innovation-rubric", "korea-grades-2023", "province"])
def test_invented_figures_are_labelled(name: str) -> None:
    assert ranked(name).scores.simulated
    assert "imulated" in (EXAMPLES / name / "README.md").read_text(encoding="utf-8")


# Single cases


def test_ministries_keep_their_published_order_except_for_ties() -> None:
    published = [(Fraction(row.points), row.unit) for row in expected("ministries-2022")]
    totals = {unit: ranked("ministries-2022").scores.points(unit) or Fraction(0) for _, unit in published}

    assert all(totals[a] > totals[b] for (x, a), (y, b) in pairwise(published) if x > y)


def test_ministries_tie_without_gaps() -> None:
    ranks = sorted(place.rank or 0 for place in ranked("ministries-2022-ranks").places)

    assert ranks == [1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15]


def test_hotline_rounds_a_half_up() -> None:
    outcome = ranked("hotline").scores.outcome("xinao_2023_01", "satisfaction")

    assert outcome.exact == Fraction("17.665")
    assert outcome.points == Fraction("17.67")


def test_hotline_reads_each_row_with_the_threshold_of_its_day() -> None:
    scores = ranked("hotline").scores
    thresholds = {
        unit: scores.outcome(unit, "satisfaction").entries[0].params["threshold"] for unit in ("wanlian_2022_02", "xinao_2022_08")
    }

    assert thresholds == {"wanlian_2022_02": 95, "xinao_2022_08": 98}


@pytest.mark.parametrize(("node", "equal", "furthest"), [("rank_bap", 23, 0), ("rank_gme", 23, 0), ("rank_fa", 19, 1), ("rank_ahp", 20, 2)])
def test_technology_ranks_agree_as_far_as_printed_weights_allow(node: str, equal: int, furthest: int) -> None:
    scores = ranked("technology-achievement-index").scores
    rows = [row for row in expected("technology-achievement-index") if row.node == node]
    gaps = [abs((scores.points(row.unit, node) or 0) - Fraction(row.points)) for row in rows]

    assert (gaps.count(Fraction(0)), max(gaps)) == (equal, furthest)


def test_hangzhou_seats() -> None:
    ranking = ranked("hangzhou-2020")

    assert ranking.counts("city") == {"excellent": 18, "good": 16, "pass": 44}
    assert ranking.counts("vertical") == {"excellent": 3, "good": 3, "pass": 9}
    assert sum(place.promoted for place in ranking.places) == 2
    apart = [place for place in ranking.places if place.state == "apart"]
    assert len(apart) == 4
    assert all(place.rank is None and place.grade is None and place.points is not None for place in apart)


def test_korean_seats() -> None:
    ranking = ranked("korea-grades-2023")

    assert ranking.counts("minister") == {"A": 6, "B": 14, "C": 4}
    assert ranking.counts("vice_minister") == {"A": 6, "B": 11, "C": 4}
