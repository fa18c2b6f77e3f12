"""One tree, two arithmetics: every case and many random schemes give the same points and ranks in exact numbers and in floats."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from tests.laws.test_random_schemes import Maker, books_written, facts_written, read
from tests.windvane.test_cases import SCORED, Case, facts_of, named, plan_of

from windvane import Facts, Plan, compile_scheme, rank, score
from windvane.batch.column_scores import ColumnScores, score_columns
from windvane.batch.columns import Columns

CLOSE = 1e-9
SEEDS = 100
BATCH = 20


def unlike(plan: Plan, facts: Facts) -> Iterator[str]:
    """Cells and ranks that differ, but for units of which the float path itself says that it cannot decide them."""
    scores = score(plan, facts)
    ranking = rank(scores)
    codes = list(dict.fromkeys(step.code for steps in plan.classes.values() for step in steps))
    found = score_columns(plan, Columns.of(plan, facts), keep=codes)
    for i, unit in enumerate(str(unit) for unit in found.columns.units):
        if found.near[i]:
            continue
        for code in codes:
            points = scores.points(unit, code)
            if not same(None if points is None else float(points), float(found.points[code][i])):
                yield f"{unit} {code}: exact {points}, float {found.points[code][i]}"
        place = ranking.index.get(unit)
        if place is not None and not undecided(found, plan) and (place.rank or 0) != found.ranks[i]:
            yield f"{unit}: exact rank {place.rank}, float {found.ranks[i]}"


def same(exact: float | None, other: float) -> bool:
    if exact is None or math.isnan(other):
        return exact is None and math.isnan(other)
    return abs(exact - other) <= CLOSE * max(1.0, abs(exact))


def undecided(found: ColumnScores, plan: Plan) -> bool:
    """Whether some unit near a border may have moved the ranks of others."""
    return bool(found.near.any())


@pytest.mark.parametrize("case", SCORED, ids=named)
def test_cases_take_both_paths(case: Case) -> None:
    assert list(unlike(plan_of(case), facts_of(case))) == []


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_random_schemes_take_both_paths(first: int) -> None:
    for seed in range(first, first + BATCH):
        told = Maker(seed).assessed()
        plan = compile_scheme(read(told, as_text=False), books_written(told))

        assert list(unlike(plan, facts_written(told))) == [], f"seed {seed}"
