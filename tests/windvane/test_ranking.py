"""Ranking: places as a value, what-ifs, digests, seats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.windvane.test_scores import facts, scheme

from windvane import Ranking, Text, Unit, compile_scheme, rank, score
from windvane.ranking import places_of, seats
from windvane.scheme import Case, Quota, Setting

GRADED = """
classes: {party: {zh: 党群, en: Party}, agency: {zh: 政府, en: Agencies}}
root: {round: 1, parts: {x: 1}}
grades: [{grade: top, zh: 优秀, quota: 50%}, {grade: rest, zh: 合格}]
"""
UNITS = tuple(
    Unit(code, Text(f"单位{code}"), cls, i, code != "e")
    for i, (code, cls) in enumerate(zip("abcde", ["party"] * 2 + ["agency"] * 3, strict=True))
)


def ranked(points: Mapping[str, str], text: str = GRADED) -> Ranking:
    return rank(score(compile_scheme(scheme(text)), facts({"x": [points.get(unit.code) for unit in UNITS]}, UNITS)))


ALL = {"a": "70", "b": "80", "c": "90.04", "d": "90.01", "e": "99"}


def test_places_are_found_by_unit_and_by_class() -> None:
    ranking = ranked(ALL)

    assert [place.unit for place in ranking.places] == ["b", "a", "c", "d", "e"]
    assert [place.unit for place in ranking.of("agency")] == ["c", "d", "e"]
    assert (ranking["c"].rank, ranking["d"].rank, ranking["e"].rank) == (1, 1, None)
    assert ranking["c"].points == Fraction("90.0")
    assert ranking.counts("agency") == {"top": 2, "rest": 0}
    assert ranking.counts("party") == {"top": 1, "rest": 1}


def test_as_text_and_as_a_frame() -> None:
    ranking = ranked(ALL)

    assert str(ranking).splitlines()[:3] == ["党群 (2)", "   1      80.0  优秀  单位b", "   2      70.0  合格  单位a"]
    assert ranking.to_polars().row(0) == ("b", "party", 1, 80.0, "top", False, "ranked")
    assert ranking.to_polars().row(4) == ("e", "agency", None, 99.0, None, False, "apart")
    assert ranking.to_pandas().shape == (5, 7)


def test_a_what_if_keeps_only_some_units() -> None:
    ranking = ranked(ALL)
    without_c = rank(ranking.scores, within=lambda unit: unit.code != "c")

    assert [place.unit for place in without_c.of("agency")] == ["d", "e"]
    assert without_c["d"].grade == "top"
    assert ranking.scores.points("c") == 90


def test_the_digest_covers_points_ranks_and_grades_but_no_titles() -> None:
    ranking = ranked(ALL)

    assert ranked(ALL).digest == ranking.digest
    assert ranked({**ALL, "a": "70.01"}).digest != ranking.digest  # a leaf's points, although the total rounds to the same
    assert ranked(ALL, GRADED.replace("50%", "100%")).digest != ranking.digest
    assert ranked(ALL, GRADED.replace("zh: 优秀", "zh: 很好")).digest == ranking.digest
    assert ranked(ALL, GRADED.replace("of: rounded", "of: exact")).digest == ranking.digest
    assert len(ranking.digest) == 64


def test_decimals_shown() -> None:
    assert places_of(ranked(ALL).scores, "party") == 1
    assert places_of(ranked(ALL).scores, "party", "x") == 2
    assert places_of(ranked(ALL, GRADED.replace("round: 1", "round: -1")).scores, "party") == 0


def test_places_are_values() -> None:
    place = ranked(ALL)["a"]

    assert replace(place, rank=1).rank == 1
    assert place.rank == 2


quotas = st.fractions(min_value=0, max_value=1, max_denominator=100)


@settings(max_examples=40)
@given(quotas, st.integers(0, 200))
def test_seats_of_a_share(share: Fraction, total: int) -> None:
    scores = ranked(ALL).scores
    exact = share * total
    expected = {"ceil": math.ceil(exact), "floor": math.floor(exact), "half_up": math.floor(exact + Fraction(1, 2))}

    for rounding, count in expected.items():
        assert seats(Quota(Setting((Case(share),)), True, rounding), "party", total, scores) == count
    assert seats(Quota(Setting((Case(Fraction(7)),)), False), "party", total, scores) == 7


def test_a_quota_that_a_class_does_not_have_is_no_seat() -> None:
    quota = Quota(Setting((Case(Fraction(3), "party"),)), False)

    assert [seats(quota, cls, 10, ranked(ALL).scores) for cls in ("party", "agency")] == [3, 0]


@pytest.mark.parametrize("share", ["10%", "29%", "57%", "58%"])
def test_a_share_is_exact(share: str) -> None:
    """0.29 × 100 is 28.999999999999996 in floats; a seat would be lost."""
    n = int(share.removesuffix("%"))
    units = tuple(Unit(f"u{i:03}", Text(""), "all", i) for i in range(100))
    text = f"root: {{parts: {{x: 1}}}}\ngrades: [{{grade: a, quota: {share}, round: floor}}, {{grade: b}}]"

    ranking = rank(score(compile_scheme(scheme(text)), facts({"x": range(100)}, units)))

    assert ranking.counts("all") == {"a": n, "b": 100 - n}
