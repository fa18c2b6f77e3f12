"""Explanations add up: for every unit and node of random schemes and of all cases, the lines are the points, the gaps are the distance."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import pytest
from tests.laws.test_random_schemes import Maker, scored
from tests.windvane.test_cases import SCORED, Case, facts_of, named, plan_of

from windvane import Scores, derive, score, why

SEEDS = 40
BATCH = 10


def wrong(scores: Scores, units: list[str]) -> Iterator[str]:
    for unit in units:
        whole = derive(scores, unit)
        assert whole.say("zh") and whole.say("en")
        for each in whole.walk():
            if each.points is not None and each.lines and sum((line.points for line in each.lines), Fraction(0)) != each.points:
                yield f"{unit} {each.code}: {each.points} is not the sum of {[str(line.points) for line in each.lines]}"


def wrong_gaps(scores: Scores, units: list[str]) -> Iterator[str]:
    for a, b in pairwise(units):
        points = scores.points(a), scores.points(b)
        same_class = scores.facts.unit_index[a].cls == scores.facts.unit_index[b].cls
        if same_class and points[0] is not None and points[1] is not None:
            gaps = why(scores, a, b)
            if sum((gap.gap for gap in gaps), Fraction(0)) != points[0] - points[1]:
                yield f"{a} − {b}: {points[0] - points[1]} is not the sum of {[str(gap.gap) for gap in gaps]}"


@pytest.mark.parametrize("case", SCORED, ids=named)
def test_lines_of_cases_add_up(case: Case) -> None:
    scores = score(plan_of(case), facts_of(case))
    units = [unit.code for unit in scores.units() if unit.cls in scores.plan.classes]

    assert [*wrong(scores, units), *wrong_gaps(scores, units)] == []


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_lines_of_random_schemes_add_up(first: int) -> None:
    for seed in range(first, first + BATCH):
        told = Maker(seed).assessed()
        scores, _ = scored(told)

        assert [*wrong(scores, list(told.units)), *wrong_gaps(scores, list(told.units))] == [], f"seed {seed}"
