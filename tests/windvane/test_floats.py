"""The float path gives what the exact path gives: over random schemes with every rule and function, every node of every unit."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from random import Random

import numpy as np
import polars as pl
import pytest

from windvane import (
    Book,
    Entry,
    Fact,
    Facts,
    Plan,
    Scheme,
    Status,
    Task,
    Text,
    Unit,
    compile_scheme,
    parse_scheme,
    rank,
    score,
)
from windvane.batch import column_scores
from windvane.batch.arrays import Floats
from windvane.batch.column_scores import ColumnScores, score_columns
from windvane.batch.columns import Columns
from windvane.batch.rechecks import facts_of, recheck
from windvane.rules import standard_rules

PARENTS = ("mean", "sum", "geometric", "harmonic", "weakest", "judges", "ledger")  # rules that need parts or entries
FORMULAS = (
    "band(value, [target, 2 * target], [0, 50, 100])", "first(value, previous, 50)", "present(value) * 100", "sqrt(abs(value)) * 10",
    "value if value >= target or previous > 3 else missing", "ln(value)", "exp(value / 50)", "floor(value / 3)", "ceil(value / 7)",
    "round(value / 3, 1)", "class_quantile(value, 0.3)", "class_median(value) - value", "class_rank(value * 3 - target)", "value ** 0.5",
    "class_count(value)", "value ** 2 / 100", "min(value, target, 80)", "clip(value, target, 100)", "not (value > 50) and target <= 20",
    "interpolate(value, [0, target, 100], [0, 50, 100])", "abs(value - class_mean(value))", "value / (target - base)", "weight * value",
    "class_percent_rank(value / target)", "(value - target) / class_sd(value - target)", "50 if value / target >= 0.5 else 20",
    "interpolate(-value, [-100, -50, -50, 0], [100, 60, 40, 0])", "days(value, target)", "value > target and previous",
    "target + previous if value == target else class_highest(value) - class_lowest(value)",
)  # fmt: skip
SUMS = (
    "mean", "sum", "geometric", "harmonic", "weakest", "max(parts)", "power_mean(parts, 2)", "power_mean(parts, -0.5)", "variance(parts)",
    "mean(best(parts, 2))", "mean(trimmed(parts, 1))", "sum(parts >= 50)", "sum(share(parts))", "count(parts) * 10",
    "mean(parts) - 0.1 * variance(parts)", "mean(clip(parts, 0, 60))", "min(parts) if count(parts) > 2 else mean(parts)",
    "class_percent_rank(mean(parts)) * 100", "mean(parts if parts > 30 else 30)", "max(0, 100 - sum(abs(parts - 50)))",
    "mean(first(parts, 40))", "mean(parts * parts) / 100", "class_rank(round(mean(parts), 1))",
)  # fmt: skip
ENTRIES = (
    "mean(entries) * full",
    "sum(entries)",
    "mean(best(entries, 2)) * full",
    "sum(entries >= 0.9) / max(count(entries), 1) * full",
    "mean(trimmed(entries, 1))",
)
NAMES = ("value", "target", "base", "previous", "numerator", "denominator", "level", "expected", "difficulty", "weight")


class Chance(Random):
    """Small decimals, so that ties and borders are hit often."""

    def decimal(self) -> Fraction:
        return Fraction(self.choice((0, 1, 2, 5, 10, 20, 25, 40, 50, 60, 75, 90, 95, 100, self.randint(1, 1000) / Fraction(10))))


def leaf(chance: Chance) -> dict[str, object]:
    names = [name for name in standard_rules() if name not in PARENTS]
    node: dict[str, object] = {"points": chance.choice([*names, *FORMULAS]), "better": chance.choice(("high", "low"))}
    if chance.random() < 0.15:
        steps = chance.choice(({"a": "value - target", "b": "class_mean(value)"}, {"a": "value", "b": "class_sd(a + previous)"}))
        node |= {"where": steps, "points": "a * 2 + b"}
    node["facts"] = {name: name for name in ("level", "expected", "difficulty", "weight")}
    node["missing"] = chance.choice(("skip", "skip", "zero", "class_mean", "refuse" if chance.random() < 0.2 else "skip"))
    return node | limits(chance)


def limits(chance: Chance) -> dict[str, object]:
    found: dict[str, object] = {}
    if chance.random() < 0.2:
        found["round"] = chance.randint(0, 2)
    if chance.random() < 0.2:
        found |= {"floor": 10, "cap": chance.choice((60, 90))}
    if chance.random() < 0.5:
        found["weight"] = chance.choice((1, 2, 5, "1 + present(previous)", {"a": 1, "b": 3}["a"]))
    if chance.random() < 0.3:
        found["full"] = chance.choice((10, 50))
    return found


def entries(chance: Chance) -> dict[str, object]:
    many = {
        "points": "completion",
        "rules": ["levels", "all_or_nothing", "schedule", "status", "completion_low", "growth"],
        "missing": chance.choice(("zero", "skip")),
    }
    words = {"ahead": {"value": 1.1, "zh": "提前", "en": "ahead"}, "late": {"value": "0.6", "zh": "滞后", "en": "late"}}
    return {"points": chance.choice(ENTRIES), "entries": many | {"choices": words}, "missing": chance.choice(("skip", "zero")), "full": 100}


def ledger(chance: Chance) -> dict[str, object]:
    kinds = {"good": {"amount": [0.5, 2], "cap": 3, "zh": "加", "en": "good"}, "bad": {"amount": -1.5, "zh": "扣", "en": "bad"}}
    return {"points": "max(-3, sum(entries))", "ledger": kinds}


def parent(chance: Chance, names: list[str], depth: int) -> dict[str, object]:
    parts = {}
    for _ in range(chance.randint(2, 5)):
        names.append(f"n{len(names)}")
        code, which = names[-1], chance.random()
        if depth < 2 and which < 0.35:
            parts[code] = parent(chance, names, depth + 1)
        else:
            parts[code] = entries(chance) if which > 0.93 else ledger(chance) if which > 0.88 else leaf(chance)
        if chance.random() < 0.1 and len(parts) > 1:
            parts[code]["for"] = "a"
    node: dict[str, object] = {
        "points": chance.choice(SUMS),
        "parts": parts,
        "missing": chance.choice(("skip", "skip", "zero", "class_mean")),
    }
    if chance.random() < 0.2:
        node["at_least"] = chance.choice((2, "50%"))
    return node | limits(chance)


def random_scheme(seed: int) -> Scheme:
    chance, names = Chance(seed), list[str]()
    document = {
        "windvane": 1,
        "title": "x",
        "cycle": {"from": "2019-01-01", "to": "2019-12-31"},
        "classes": {"a": "a", "b": "b"},
        "root": parent(chance, names, 0) | {"for": ["a", "b"]},
        "ranking": chance.choice(({"of": "exact"}, {"ties": "dense"}, {"ties": [names[0]]}, {})),
    }
    scheme = parse_scheme(json.dumps(document, ensure_ascii=False))
    assert not isinstance(scheme, list), [p.say("en") for p in scheme]
    return scheme


def random_facts(scheme: Scheme, seed: int) -> tuple[tuple[Book, ...], Facts]:
    chance = Chance(-seed)
    units = tuple(
        Unit(f"u{i:02}", Text(f"u{i}"), "a" if i < 6 else "b", i, chance.random() > 0.15) for i in range(chance.choice((3, 9, 11)))
    )
    rows, given, books = [], list[Entry](), []
    with_books = chance.random() < 0.5
    for unit in units:
        tasks = list[Task]()
        for node in scheme.nodes.values():
            if node.entries:
                for i in range(chance.randint(0, 4)):
                    rule = chance.choice(("", "levels", "status", "all_or_nothing", "completion_low", "growth"))
                    value = chance.choice(("ahead", "late")) if rule == "status" else chance.decimal()
                    rows += [
                        fact(unit, node.code, "value", value, chance, f"e{i}"),
                        fact(unit, node.code, "base", chance.decimal(), chance, f"e{i}"),
                    ]
                    if with_books:
                        tasks.append(Task(f"e{i}", node.code, weight=Fraction(i + 1), rule=rule, facts={"target": chance.decimal()}))
                    else:
                        rows.append(fact(unit, node.code, "target", chance.decimal(), chance, f"e{i}"))
                        given.append(Entry(unit.code, node.code, f"e{i}", rule=rule))
            elif node.ledger:
                for i in range(chance.randint(0, 4)):
                    kind = chance.choice(("good", "bad"))
                    given.append(Entry(unit.code, node.code, f"l{i}", kind, day=date(2019, 1, 1 + i)))
                    amount = Fraction(-3, 2) if kind == "bad" else Fraction(chance.randint(5, 20), 10)
                    rows.append(Fact(unit.code, node.code, "amount", entry=f"l{i}", value=amount))
            elif node.is_leaf:
                rows += [fact(unit, node.code, name, chance.decimal(), chance) for name in NAMES]
        books += [Book(unit.code, tuple(tasks))] if with_books else []
    return tuple(books), Facts(units, tuple(rows), tuple(given))


def fact(unit: Unit, code: str, name: str, value: Fraction | str, chance: Chance, entry: str = "") -> Fact:
    gap = chance.random()
    if gap < 0.08:
        return Fact(unit.code, code, name, entry=entry, status=Status.MISSING)
    if gap < 0.12:
        return Fact(unit.code, code, name, entry=entry, status=Status.NOT_DUE)
    return Fact(unit.code, code, name, entry=entry, value=value)


def assert_same(plan: Plan, facts: Facts, columns: Columns, found: ColumnScores) -> None:
    exact = score(plan, facts)
    for code, points in found.points.items():
        expected = [exact.points(unit, code) for unit in columns.units]
        assert_near(code, points, expected)
    places = rank(exact).index
    assert found.ranks.tolist() == [places[str(unit)].rank or 0 for unit in columns.units]


def assert_near(code: str, points: Floats, expected: list[Fraction | None]) -> None:
    wanted = np.array([np.nan if x is None else float(x) for x in expected])
    assert np.isnan(points).tolist() == np.isnan(wanted).tolist(), code
    assert np.nanmax(np.abs(points - wanted) / np.maximum(1, np.abs(wanted)), initial=0) <= 1e-9, code


@pytest.mark.parametrize("seed", range(200))
def test_floats_agree_with_exact_points_and_ranks(seed: int) -> None:
    scheme = random_scheme(seed)
    books, facts = random_facts(scheme, seed)
    plan = compile_scheme(scheme, books)
    columns = Columns.of(plan, facts)

    found = score_columns(plan, columns, keep=sorted(scheme.nodes), threads=1)

    assert_same(plan, facts, columns, found)


@pytest.mark.parametrize("seed", range(200, 240))
def test_waves_and_threads_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = random_scheme(seed)
    books, facts = random_facts(scheme, seed)
    plan = compile_scheme(scheme, books)
    columns = Columns.of(plan, facts)
    whole = score_columns(plan, columns, keep=sorted(scheme.nodes), threads=1)

    monkeypatch.setattr(column_scores, "FEW", 0)
    monkeypatch.setattr(column_scores, "WIDE", seed % 2 * 1000)
    split = score_columns(plan, columns, keep=sorted(scheme.nodes), threads=2)
    total = score_columns(plan, columns, threads=2)

    for code, points in whole.points.items():
        np.testing.assert_allclose(split.points[code], points, rtol=1e-11, atol=1e-11, err_msg=code)
    np.testing.assert_array_equal(total.total, split.total)
    assert total.ranks.tolist() == split.ranks.tolist() == whole.ranks.tolist()


def units_of(count: int, seed: int) -> Floats:
    """(units, indicators) with gaps, in whole numbers so that there are ties."""
    chance = np.random.default_rng(seed)
    matrix = chance.integers(0, 50, (count, 6)).astype(float)
    matrix[chance.random(matrix.shape) < 0.1] = np.nan
    return matrix


MATRIX_SCHEME = """
windvane: 1
title: x
classes: {a: a, b: b}
root:
  points: mean
  parts:
    p:
      points: mean
      parts:
        i0: {points: minmax, missing: %(policy)s, better: low}
        i1: {points: zscore, missing: %(policy)s, weight: 2}
        i2: {points: minmax, missing: %(policy)s, weight: 3}
    q:
      points: sum
      parts:
        i3: {points: "value / 2", missing: %(policy)s}
        i4: {points: goalposts, missing: %(policy)s}
        i5: {points: minmax, missing: %(policy)s}
"""


@pytest.mark.parametrize("policy", ["skip", "zero", "class_mean", "refuse"])
@pytest.mark.parametrize("few", [0, 10_000])
def test_a_matrix_gives_the_same_as_facts(policy: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_scores, "FEW", few)
    scheme = parse_scheme(MATRIX_SCHEME % {"policy": policy})
    assert isinstance(scheme, Scheme)
    plan, matrix = compile_scheme(scheme), units_of(40, 5)
    member, competes = [i % 3 == 0 for i in range(40)], [i % 7 != 0 for i in range(40)]
    units = tuple(Unit(f"u{i}", Text(), "ab"[member[i]], i, competes[i]) for i in range(40))
    values = {(u.code, f"i{j}"): matrix[i, j] for i, u in enumerate(units) for j in range(6)}
    facts = Facts(units, tuple(Fact(*key, value=Fraction(int(x))) for key, x in values.items() if not np.isnan(x)))
    codes = [f"i{j}" for j in range(6)]
    columns = Columns.from_matrix(
        matrix, codes, units=[u.code for u in units], classes=("a", "b"), member=np.array(member, int), competes=competes
    )

    found = score_columns(plan, columns, keep=sorted(scheme.nodes))

    assert_same(plan, facts, columns, found)
    np.testing.assert_array_equal(np.array([columns.values[code, "value"] for code in codes]).T, matrix)


def test_a_frame_gives_the_same_as_its_matrix() -> None:
    frame = pl.DataFrame({f"i{j}": [None if np.isnan(x) else int(x) for x in units_of(20, 1)[:, j]] for j in range(6)})
    scheme = parse_scheme(MATRIX_SCHEME % {"policy": "skip"})
    assert isinstance(scheme, Scheme)

    found = score_columns(compile_scheme(scheme), Columns.from_polars(frame, classes=("a", "b")))

    matrix = Columns.from_matrix(units_of(20, 1), frame.columns, classes=("a", "b"))
    np.testing.assert_array_equal(found.total, score_columns(compile_scheme(scheme), matrix).total)


@pytest.mark.parametrize(
    ("points", "value", "near"), [("value / 3", 50, False), ("value / 4 * 2", "35.33", True), ("value", "17.665", False)]
)
def test_what_lies_near_a_rounding_is_named(points: str, value: object, near: bool) -> None:
    scheme = parse_scheme(f"{{windvane: 1, title: x, root: {{points: sum, parts: {{a: {{points: {points}, round: 2}}}}}}}}")
    assert isinstance(scheme, Scheme)
    plan, facts = compile_scheme(scheme), Facts((Unit("u", Text(), "all", 0),), (Fact("u", "a", value=Fraction(str(value))),))

    found = score_columns(plan, Columns.of(plan, facts))

    assert found.near.tolist() == [near]
    assert Fraction(str(found.total[0])) == score(plan, facts).points("u")


ROUGH = """
windvane: 1
title: x
classes: {a: a, b: b}
root:
  points: mean
  %(round)s
  parts:
    i0: {points: minmax, missing: skip, better: low}
    i1: {points: value, missing: skip, weight: 2}
    i2: {points: "%(leaf)s", missing: zero, weight: 5}
%(ranking)s
"""
PEERS = ("value / 8", "50 if value / 4 * 2 >= 25 else 10", "class_rank(value / 3)")
RANKINGS = ("ranking: {of: exact}", "ranking: {ties: [i2, i1]}", "ranking: {ties: dense}")


@pytest.mark.parametrize("leaf", PEERS)
@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("places", ["", "round: 1"])
def test_rechecked_scores_are_the_exact_ones(leaf: str, ranking: str, places: str) -> None:
    scheme = parse_scheme(ROUGH % {"leaf": leaf, "ranking": ranking, "round": places})
    assert isinstance(scheme, Scheme), [p.say("en") for p in scheme]
    plan, matrix = compile_scheme(scheme), units_of(120, 3)[:, :3]
    columns = Columns.from_matrix(matrix, ["i0", "i1", "i2"], classes=("a", "b"), member=[i % 2 for i in range(120)])

    found = score_columns(plan, columns, keep=["i0", "i1", "i2"])
    sure = recheck(found)

    exact = score(plan, facts_of(columns, range(120)))
    ranks = rank(exact).index
    assert not sure.near.any()
    assert sure.ranks.tolist() == [ranks[str(i)].rank or 0 for i in range(120)]
    for code, points in sure.points.items():
        assert_near(code, points, [exact.points(str(i), code) for i in range(120)])


def test_recheck_decides_what_float64_cannot() -> None:
    """Two totals that differ in the twentieth digit, and one that is a hair below a half."""
    scheme = parse_scheme("{windvane: 1, title: x, root: {points: sum, parts: {a: {points: value * 3, round: 2}, b: {points: value / 7}}}}")
    assert isinstance(scheme, Scheme)
    plan, units = compile_scheme(scheme), tuple(Unit(c, Text(), "all", i) for i, c in enumerate("xyz"))
    numbers = {"x": ("5.005", "7"), "y": ("5.005", "7.0000000000000000001"), "z": ("5.00166666666666666666", "6.93")}
    facts = Facts(units, tuple(Fact(u, code, value=Fraction(x)) for u, pair in numbers.items() for code, x in zip("ab", pair, strict=True)))

    found = score_columns(plan, Columns.of(plan, facts), keep=["a"])
    sure = recheck(found, facts)

    assert (found.ranks.tolist(), found.near.tolist()) == ([1, 1, 3], [True, True, True])
    assert sure.ranks.tolist() == [2, 1, 3]
    assert sure.points["a"].tolist() == [15.02, 15.02, 15.0]
