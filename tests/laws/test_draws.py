"""Laws of draws: without errors they are the exact scores, and neither chunks, threads nor the order of units change them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from windvane import Book, Fact, Facts, Loading, Plan, Scheme, Task, Text, Unit, compile_scheme, parse_scheme, rank, score
from windvane.batch import draws
from windvane.batch.arrays import Floats
from windvane.batch.chances import BLOCK, Chance, normal_levels
from windvane.batch.columns import Columns
from windvane.batch.draws import score_draws
from windvane.batch.variants import Variants

SCHEME = """
windvane: 1
title: x
classes: {a: a, b: b}
root:
  points: mean
  round: %(places)s
  parts:
    p:
      points: mean
      weight: 3
      parts:
        moving: {points: minmax, weight: 2, missing: skip}
        still: {points: minmax, missing: skip}
        clipped: {points: goalposts, with: {low: 10, high: 40}, missing: class_mean}
    tasks:
      points: mean(entries) * full
      missing: zero
      entries: {points: completion, rules: [levels], missing: zero}
ranking: {ties: [p]}
"""


def plan(places: str = "1") -> Plan:
    scheme = parse_scheme(SCHEME % {"places": places})
    assert isinstance(scheme, Scheme), [p.say("en") for p in scheme]
    return compile_scheme(scheme, (Book("u1", tuple(Task(f"t{i}", "tasks", facts={"target": Fraction(5)}) for i in range(3))),))


def facts(error: str = "2") -> Facts:
    units = tuple(Unit(f"u{i}", Text(), "ab"[i % 3 == 0], i, i != 4) for i in range(11))
    rows = [Fact(u.code, "moving", value=Fraction(7 * u.order % 11), error=Fraction(error)) for u in units]
    rows += [Fact(u.code, "still", value=Fraction(u.order % 4)) for u in units if u.order != 2]
    rows += [
        Fact(u.code, "clipped", value=Fraction(5 * u.order), error=Fraction(error) if u.order % 2 else None) for u in units if u.order != 7
    ]
    rows += [Fact("u1", "tasks", entry=f"t{i}", value=Fraction(i + 3), error=Fraction(error) if i else None) for i in range(3)]
    loadings = [Loading(u.code, "moving", "value", "", "mood", Fraction(error) / 2) for u in units]
    return Facts(units, tuple(rows), (), (*loadings, Loading("u1", "tasks", "value", "t1", "mood", Fraction(error))))


@pytest.mark.parametrize("places", ["0", "2"])
def test_one_draw_without_errors_is_the_exact_score(places: str) -> None:
    scheme = plan(places)
    still = facts("0")

    found = score_draws(scheme, still, 1, seed=1, keep=["p", "tasks", "moving"])

    exact = score(scheme, still)
    for code, points in found.points.items():
        wanted = [exact.points(unit, code) for unit in found.units]
        np.testing.assert_allclose(points[0], [np.nan if x is None else float(x) for x in wanted], rtol=1e-12)
    ranks = rank(exact).index
    assert found.ranks[0].tolist() == [ranks[unit].rank or 0 for unit in found.units]


def test_every_draw_is_the_score_of_the_facts_it_drew() -> None:
    columns = Columns.of(plan("2"), facts())
    found = score_draws(plan("2"), columns, 20, seed=3, keep=["moving"])
    base, spread = columns.values["moving", "value"], columns.errors["moving", "value"]
    chance = Chance(3, (2, len(columns.units)), 2, 1)
    normal = np.concatenate([chance.fact_errors(b, 1) for b in range(2)])[:20, 1]  # rows in order of their names
    shock = np.concatenate([chance.common_shocks(b, 1) for b in range(2)])[:20]
    drawn = base + spread * normal + shock * columns.loadings["moving", "value"]["mood"]

    for members in columns.members.values():
        mine = drawn[:, members]
        peers = np.where(columns.competes[members], mine, np.nan)
        low, high = np.nanmin(peers, axis=1, keepdims=True), np.nanmax(peers, axis=1, keepdims=True)
        np.testing.assert_allclose(found.points["moving"][:, members], (mine - low) / (high - low) * 100, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("cells", [1, 10_000])
@pytest.mark.parametrize("threads", [1, 2])
def test_chunks_and_threads_change_nothing(cells: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = score_draws(plan(), facts(), 100, seed=5, threads=1)
    monkeypatch.setattr(draws, "CELLS", cells)

    found = score_draws(plan(), facts(), 100, seed=5, threads=threads)

    np.testing.assert_array_equal(found.total, whole.total)
    np.testing.assert_array_equal(found.ranks, whole.ranks)


def test_more_draws_begin_with_the_same_draws() -> None:
    few, many = score_draws(plan(), facts(), 10, seed=5), score_draws(plan(), facts(), 70, seed=5)

    np.testing.assert_array_equal(many.total[:10], few.total)


def test_permuting_units_permutes_draws() -> None:
    given = facts()
    order = [5, 3, 0, 10, 8, 1, 9, 2, 7, 6, 4]
    other = replace(given, units=tuple(given.units[i] for i in order), rows=given.rows[::-1])

    found, turned = score_draws(plan(), given, 50, seed=9), score_draws(plan(), other, 50, seed=9)

    assert turned.units == tuple(found.units[i] for i in order)
    np.testing.assert_array_equal(turned.total, found.total[:, order])
    np.testing.assert_array_equal(turned.ranks, found.ranks[:, order])


def test_another_seed_gives_other_draws() -> None:
    assert not np.array_equal(score_draws(plan(), facts(), 5, seed=1).total, score_draws(plan(), facts(), 5, seed=2).total)


def test_weights_may_vary_by_draw() -> None:
    still = facts("0")
    weights = {"p": np.array([1.0, 3.0, 10.0])}

    found = score_draws(plan("4"), still, 3, seed=1, weights=weights, keep=["p", "tasks"])

    for draw, weight in enumerate(weights["p"]):
        p, tasks = found.points["p"][draw], found.points["tasks"][draw]
        both = np.where(np.isnan(tasks), p, (weight * p + tasks) / (weight + 1))
        np.testing.assert_allclose(found.total[draw], both, atol=0.51e-4)


def test_levels_are_standard_normal() -> None:
    levels = normal_levels()

    assert (len(levels), levels[0], levels[32768] > 0) == (65536, -levels[-1], True)
    assert abs(levels.mean()) < 1e-12
    assert abs((levels**2).mean() - 1) < 1e-9
    assert abs((levels**4).mean() - 3) < 1e-3
    assert (np.diff(levels) > 0).all()


def test_bits_are_the_raw_words_of_philox() -> None:
    words = np.random.Philox(key=[7, 5]).random_raw(BLOCK * 2 * 3 // 4)

    np.testing.assert_array_equal(Chance(7, (2, 3), 0, 0).fact_errors(5, 1).ravel(), normal_levels()[words.astype("<u8").view("<u2")])


def test_shocks_and_errors_have_their_covariance() -> None:
    scheme = parse_scheme("{windvane: 1, title: x, root: {points: value}}")
    assert isinstance(scheme, Scheme)
    units = tuple(Unit(c, Text(), "all", i) for i, c in enumerate("xyz"))
    rows = tuple(Fact(u.code, "total", value=Fraction(10), error=Fraction(u.order)) for u in units)
    loads = (Loading("x", "total", "value", "", "s", Fraction(3)), Loading("y", "total", "value", "", "s", Fraction(-2)))

    found = score_draws(compile_scheme(scheme), Facts(units, rows, (), loads), 40_000, seed=4).total

    wanted: Floats = np.array([[9.0, -6, 0], [-6, 5, 0], [0, 0, 4]])
    np.testing.assert_allclose(np.cov(found.T), wanted, atol=0.15)
    np.testing.assert_allclose(found.mean(axis=0), 10, atol=0.08)


# Variants -------------------------------------------------------------------------------------------------------------

TREE = """
windvane: 1
title: x
root:
  points: %(mean)s
  parts:
    p: {points: %(mean)s, weight: 2, parts: {a: {points: "%(leaf)s"}, b: {points: "%(leaf)s", weight: 3, better: low}}}
    q: {points: %(mean)s, parts: {c: {points: "%(leaf)s"}, d: {points: "%(leaf)s"}}%(more)s}
"""
MINMAX = "1 + 99 * (sign * value - class_lowest(sign * value)) / (class_highest(sign * value) - class_lowest(sign * value))"
ZSCORE = "10 + sign * (value - class_mean(value)) / class_sd(value)"


def variants(more: str = "") -> tuple[Plan, ...]:
    found = [
        parse_scheme(TREE % {"mean": mean, "leaf": leaf, "more": more})
        for mean in ("mean", "geometric", "sum")
        for leaf in (MINMAX, ZSCORE)
    ]
    return tuple(compile_scheme(scheme) for scheme in found if isinstance(scheme, Scheme))


@pytest.mark.parametrize("more", ["", ", round: 2"])
def test_variants_are_what_each_scheme_gives_alone(more: str) -> None:
    plans = variants(more)
    chance = np.random.default_rng(8)
    sets = tuple(Columns.from_matrix(chance.random((9, 4)), "abcd") for _ in range(3))
    plan, data = chance.integers(0, 6, 30), chance.integers(0, 3, 30)
    weights = {code: chance.random(30) for code in "aq"}

    found = Variants(plans, sets).score(plan, data, weights)

    for r in range(30):
        alone = score_draws(plans[plan[r]], sets[data[r]], 1, 0, weights={code: w[r : r + 1] for code, w in weights.items()})
        np.testing.assert_allclose(found.total[r], alone.total[0], rtol=1e-12)
        np.testing.assert_array_equal(found.ranks[r], alone.ranks[0])
