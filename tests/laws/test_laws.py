"""Laws over all standard rules and over whole schemes: what must hold whatever the numbers are."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_random_schemes import Maker, books_written, facts_written, read

from windvane import Entry, Fact, Facts, Plan, Ranking, Scheme, Scores, Text, Unit, compile_scheme, rank, score
from windvane.reading import build_scheme
from windvane.rules import standard_rules
from windvane.vetting import vet_scheme

Row = Mapping[str, Fraction]  # facts of one unit, name → number
Numbers = Mapping[str, Fraction | tuple[Fraction, ...]]
SEEDS = range(40)

numbers = st.integers(0, 4000).map(lambda n: Fraction(n, 25))
positive = st.integers(1, 4000).map(lambda n: Fraction(n, 25))
factors = st.integers(1, 300).map(lambda n: Fraction(n, 12))
small = st.integers(1, 40).map(lambda n: Fraction(n, 20))

# The facts each rule reads. Rules over parts or entries, and those that only pass on a number, have laws of their own below.
FACTS: Mapping[str, tuple[str, ...]] = {
    "completion": ("value", "target"), "completion_low": ("value", "target"), "step_down": ("value",), "step_up": ("value",),
    "all_or_nothing": ("value", "target"), "levels": ("value",), "levels_between": ("value",), "stars": ("value",),
    "coefficient_band": ("value", "level"), "per_count": ("value",), "deduct": ("value",), "growth": ("value", "base"),
    "level_and_growth": ("value", "target", "previous"), "efficacy": ("value",), "goalposts": ("value",), "minmax": ("value",),
    "zscore": ("value",), "percentile": ("value",), "rank_points": ("value",), "schedule": ("value", "target"),
    "pace": ("value", "expected"), "difficulty": ("value", "target", "difficulty"), "status": ("value",),
    "ratio": ("numerator", "denominator"), "better_of": ("value", "previous"),
}  # fmt: skip
OVER = ("mean", "sum", "geometric", "harmonic", "weakest")
ENTRIES = ("judges", "ledger")
CLASS = ("minmax", "zscore", "percentile", "rank_points")


def scheme(root: Mapping[str, object]) -> Scheme:
    found, problems = build_scheme({"windvane": "1", "root": root}, {})
    assert isinstance(found, Scheme), [problem.say("en") for problem in problems]
    assert vet_scheme(found) == []
    return found


def text(x: Fraction | tuple[Fraction, ...]) -> object:
    """A number as the scheme writes it; thirds and the like are outside what decimals can say."""
    return [str(text(item)) for item in x] if isinstance(x, tuple) else f"{float(x):.12g}"


def rule_root(rule: str, better: str = "high", with_: Numbers | None = None, full: str = "20") -> dict[str, object]:
    found: dict[str, object] = {"points": rule, "better": better, "full": full, "missing": "skip"}
    return found | ({"with": {name: text(x) for name, x in with_.items()}} if with_ else {})


def units(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"u{i}", Text(f"u{i}"), "all", i) for i in range(count))


def scored(root: Mapping[str, object], rows: Sequence[Mapping[str, Fraction]]) -> Scores:
    """Score units with facts ``node.name`` (or the root's, where there is no node)."""
    facts = []
    for i, row in enumerate(rows):
        for name, x in row.items():
            node, _, fact = name.rpartition(".")
            facts.append(Fact(f"u{i}", node or "total", fact, value=x))
    return score(plan(json.dumps(root)), Facts(units(len(rows)), tuple(facts)))


@cache
def plan(root: str) -> Plan:
    return compile_scheme(scheme(json.loads(root)))


def points(root: Mapping[str, object], rows: Sequence[Row], code: str = "total") -> list[Fraction | None]:
    scores = scored(root, rows)
    return [scores.points(f"u{i}", code) for i in range(len(rows))]


def rows_of(names: Sequence[str], least: int = 1, most: int = 6) -> st.SearchStrategy[list[Row]]:
    """Facts of some units: values may be 0, what divides may not."""
    row = st.fixed_dictionaries({name: numbers if name in ("value", "numerator") else positive for name in names})
    return st.lists(row, min_size=least, max_size=most)


def test_every_standard_rule_has_its_laws() -> None:
    assert set(FACTS) | set(OVER) | set(ENTRIES) == set(standard_rules())


# Units ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("better", ["high", "low"])
@pytest.mark.parametrize("rule", FACTS)
def test_permuting_units_permutes_points(rule: str, better: str) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(rows_of(FACTS[rule], 2), st.randoms(use_true_random=False))
    def law(rows: list[Row], mixed: random.Random) -> None:
        order = mixed.sample(range(len(rows)), len(rows))
        plain = points(rule_root(rule, better), rows)

        assert points(rule_root(rule, better), [rows[i] for i in order]) == [plain[i] for i in order]

    law()


@pytest.mark.parametrize("rule", [rule for rule in FACTS if rule not in CLASS])
def test_a_unit_alone_scores_as_among_others(rule: str) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(rows_of(FACTS[rule]))
    def law(rows: list[Row]) -> None:
        assert points(rule_root(rule), rows) == [points(rule_root(rule), [row])[0] for row in rows]

    law()


# Units of measure -----------------------------------------------------------------------------------------------------


def listed(*numbers: int) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, numbers))


# What is measured in the unit of the value: times k; what counts per unit of it: divided by k. Points stay what they are.
MEASURED: Mapping[str, tuple[Sequence[str], Numbers, Sequence[str]]] = {
    "completion": (("value", "target"), {}, ()),
    "completion_low": (("value", "target"), {}, ()),
    "pace": (("value", "expected"), {}, ()),
    "difficulty": (("value", "target"), {}, ()),
    "ratio": (("numerator", "denominator"), {}, ()),
    "growth": (("value", "base"), {}, ()),
    "level_and_growth": (("value", "target", "previous"), {}, ()),
    "all_or_nothing": (("value", "target"), {}, ()),
    "minmax": (("value",), {}, ()),
    "zscore": (("value",), {}, ()),
    "percentile": (("value",), {}, ()),
    "rank_points": (("value",), {}, ()),
    "levels": (("value", "cuts"), {"cuts": listed(20, 50, 80), "marks": listed(0, 40, 75, 100)}, ()),
    "levels_between": (("value", "cuts", "lowest"), {"cuts": listed(20, 80), "marks": listed(60, 100), "lowest": Fraction(20)}, ()),
    "stars": (("value", "cuts"), {"cuts": listed(20, 80), "stars": listed(1, 2, 3)}, ()),
    "goalposts": (("value", "low", "high"), {"low": Fraction(10), "high": Fraction(90)}, ()),
    "efficacy": (("value", "low", "high"), {"low": Fraction(10), "high": Fraction(90)}, ()),
    "step_down": (("value", "threshold"), {"threshold": Fraction(70), "slope": Fraction(1, 4), "floor_at": Fraction(2)}, ("slope",)),
    "step_up": (("value", "threshold"), {"threshold": Fraction(30), "slope": Fraction(1, 4), "floor_at": Fraction(2)}, ("slope",)),
    "per_count": (("value",), {"each_one": Fraction(1, 4), "most": Fraction(15)}, ("each_one",)),
    "deduct": (("value",), {"each_one": Fraction(1, 4), "floor_at": Fraction(0)}, ("each_one",)),
}  # fmt: skip


def times(x: Fraction | tuple[Fraction, ...], k: Fraction) -> Fraction | tuple[Fraction, ...]:
    return tuple(item * k for item in x) if isinstance(x, tuple) else x * k


@pytest.mark.parametrize("better", ["high", "low"])
@pytest.mark.parametrize("rule", MEASURED)
def test_the_unit_of_measure_does_not_matter(rule: str, better: str) -> None:
    measured, plain, per_unit = MEASURED[rule]

    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(rows_of(FACTS[rule], 2), st.sampled_from([Fraction(1, 100), Fraction(1, 8), Fraction(5, 2), Fraction(10), Fraction(10000)]))
    def law(rows: list[Row], k: Fraction) -> None:
        other = {name: times(x, k if name in measured else 1 / k if name in per_unit else Fraction(1)) for name, x in plain.items()}
        scaled = [{name: x * k if name in measured else x for name, x in row.items()} for row in rows]

        once, again = points(rule_root(rule, better, plain), rows), points(rule_root(rule, better, other), scaled)
        assert again == once if rule != "zscore" else all(same(x, y) for x, y in zip(once, again, strict=True))

    law()


def same(x: Fraction | None, y: Fraction | None) -> bool:
    """Equal as far as an irrational number is known."""
    return x == y or (x is not None and y is not None and abs(x - y) < Fraction(1, 10**45))


# Direction ------------------------------------------------------------------------------------------------------------

# Rules whose points never fall when the value gets better; for those that know no direction of their own, the one they have.
RISING = (
    "completion", "step_down", "all_or_nothing", "levels", "levels_between", "stars", "coefficient_band", "per_count", "growth",
    "level_and_growth", "efficacy", "goalposts", "minmax", "zscore", "percentile", "rank_points", "pace", "difficulty", "status",
    "better_of",
)  # fmt: skip
FALLING = ("completion_low", "step_up", "deduct", "schedule")
BOTH = ("all_or_nothing", "growth", "level_and_growth", "minmax", "zscore", "percentile", "rank_points", "better_of")


@pytest.mark.parametrize(
    ("rule", "better"),
    [(rule, "high") for rule in RISING] + [(rule, "low") for rule in (*FALLING, *BOTH)],
)
def test_better_values_never_cost_points(rule: str, better: str) -> None:
    @settings(max_examples=10, derandomize=True, deadline=None)
    @given(rows_of(FACTS[rule], 3), small)
    def law(rows: list[Row], step: Fraction) -> None:
        gain = step * 10 if better == "high" else -step * 10
        improved = [{**rows[0], "value": rows[0]["value"] + gain}, *rows[1:]]

        before, after = points(rule_root(rule, better), rows)[0], points(rule_root(rule, better), improved)[0]
        assert before is None or after is None or after >= before - (Fraction(1, 10**45) if rule == "zscore" else 0)

    law()


LIMITED = (
    "completion", "completion_low", "step_down", "step_up", "all_or_nothing", "levels", "levels_between", "growth", "level_and_growth",
    "goalposts", "minmax", "percentile", "rank_points", "pace", "ratio", "efficacy",
)  # fmt: skip


@pytest.mark.parametrize("better", ["high", "low"])
@pytest.mark.parametrize("rule", LIMITED)
def test_points_stay_between_nothing_and_full_marks(rule: str, better: str) -> None:
    @settings(max_examples=10, derandomize=True, deadline=None)
    @given(rows_of(FACTS[rule], 2))
    def law(rows: list[Row]) -> None:
        assert all(x is None or 0 <= x <= 20 for x in points(rule_root(rule, better), rows))

    law()


def test_full_marks_scale_the_points() -> None:
    proportional = [rule for rule in LIMITED if rule not in ("step_down", "step_up", "rank_points", "all_or_nothing")]

    @settings(max_examples=30, derandomize=True, deadline=None)
    @given(st.sampled_from(proportional), st.data())
    def law(rule: str, data: st.DataObject) -> None:
        rows = data.draw(rows_of(FACTS[rule], 2))
        once, thrice = points(rule_root(rule, full="20"), rows), points(rule_root(rule, full="60"), rows)

        assert [None if x is None else 3 * x for x in once] == thrice

    law()


# Parts ----------------------------------------------------------------------------------------------------------------

weighted = st.lists(st.tuples(st.one_of(st.none(), positive), small), min_size=1, max_size=6)


def tree(
    how: str, parts: Sequence[tuple[Fraction | None, Fraction]], extra: Mapping[str, object] | None = None
) -> tuple[dict[str, object], Row]:
    """A parent over leaves with weights, and the facts of one unit; None is missing."""
    below = {f"x{i}": {"weight": text(w), "missing": "skip"} for i, (_, w) in enumerate(parts)}
    root = {"points": how, "parts": {**below, **(extra or {})}}
    return root, {f"x{i}.value": x for i, (x, _) in enumerate(parts) if x is not None}


@settings(max_examples=40, derandomize=True, deadline=None)
@given(weighted)
def test_parts_are_the_whole_of_a_sum_and_a_mean(parts: list[tuple[Fraction | None, Fraction]]) -> None:
    there = [(x, w) for x, w in parts if x is not None]
    total, weights = sum((x for x, _ in there), Fraction(0)), sum((w for _, w in there), Fraction(0))
    mean = sum((x * w for x, w in there), Fraction(0)) / weights if there else None

    assert points(*alone(tree("sum", parts))) == [total if there else None]
    assert points(*alone(tree("mean", parts))) == [mean]


def alone(made: tuple[dict[str, object], Row]) -> tuple[dict[str, object], list[Row]]:
    return made[0], [made[1]]


@pytest.mark.parametrize("how", ["mean", "geometric", "harmonic", "power_mean(parts, 2)"])
def test_splitting_a_part_into_equal_halves_changes_no_mean(how: str) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(weighted, st.integers(0, 5))
    def law(parts: list[tuple[Fraction | None, Fraction]], place: int) -> None:
        (x, w), rest = parts[place % len(parts)], [part for i, part in enumerate(parts) if i != place % len(parts)]

        assert points(*alone(tree(how, [*rest, (x, w / 2), (x, w / 2)]))) == points(*alone(tree(how, [*rest, (x, w)])))

    law()


@pytest.mark.parametrize("how", ["mean", "geometric", "harmonic", "power_mean(parts, 0.5)"])
def test_a_part_without_weight_changes_no_mean(how: str) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(weighted, st.integers(0, 5), numbers)
    def law(parts: list[tuple[Fraction | None, Fraction]], place: int, x: Fraction) -> None:
        at = place % (len(parts) + 1)

        plain = points(*alone(tree(how, parts)))
        assert plain == [None] or points(*alone(tree(how, [*parts[:at], (x, Fraction(0)), *parts[at:]]))) == plain

    law()


@pytest.mark.parametrize("how", [*OVER, "power_mean(parts, 2)", "variance(parts)", "mean(best(parts, 2))", "mean(trimmed(parts, 1))"])
def test_the_order_of_parts_does_not_matter(how: str) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(weighted, st.randoms(use_true_random=False))
    def law(parts: list[tuple[Fraction | None, Fraction]], mixed: random.Random) -> None:
        if "(parts, 1)" in how or "best" in how:  # equal values with unequal weights: the order of the scheme decides
            parts = [(x, Fraction(1)) for x, _ in parts]

        assert points(*alone(tree(how, mixed.sample(parts, len(parts))))) == points(*alone(tree(how, parts)))

    law()


@pytest.mark.parametrize("how", OVER)
def test_a_better_part_never_costs_points(how: str) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None)
    @given(weighted, small)
    def law(parts: list[tuple[Fraction | None, Fraction]], gain: Fraction) -> None:
        x, w = parts[0]
        before = points(*alone(tree(how, parts)))[0]
        after = points(*alone(tree(how, [(None if x is None else x + gain, w), *parts[1:]])))[0]

        assert before == after if x is None else (before is not None and after is not None and after >= before)

    law()


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.lists(st.tuples(positive, small), min_size=1, max_size=5))
def test_means_are_ordered(parts: list[tuple[Fraction, Fraction]]) -> None:
    """harmonic ≤ geometric ≤ arithmetic ≤ quadratic, all between the least and the greatest part."""
    found = [
        points(*alone(tree(how, parts)))[0] for how in ("weakest", "harmonic", "geometric", "mean", "power_mean(parts, 2)", "max(parts)")
    ]

    assert all(a is not None and b is not None and a <= b + Fraction(1, 10**45) for a, b in pairwise(found))


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.lists(positive, min_size=3, max_size=9), st.integers(1, 3))
def test_judges_do_not_gain_by_extremes(marks: list[Fraction], cut: int) -> None:
    """The trimmed mean lies between the marks that remain, whatever the highest and the lowest said."""

    def judged(values: Sequence[Fraction]) -> Fraction | None:
        root = {"points": "judges", "full": "100", "with": {"cut": str(cut)}, "missing": "skip", "entries": "value"}
        facts = tuple(Fact("u0", "total", entry=f"j{i}", value=x) for i, x in enumerate(values))
        return score(compile_scheme(scheme(root)), Facts(units(1), facts)).points("u0")

    ordered = sorted(marks)
    found = judged(marks)

    assert (found is None) == (len(marks) < 2 * cut + 1)
    if found is not None:
        assert ordered[cut] <= found <= ordered[-cut - 1]
        assert judged([*ordered[:-1], ordered[-1] + 1000]) == found


kinds = st.lists(st.tuples(st.sampled_from(["up", "down", "free"]), st.integers(-8, 8)), max_size=8)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(kinds, st.randoms(use_true_random=False))
def test_a_ledger_counts_each_kind_within_its_cap_in_any_order(entries: list[tuple[str, int]], mixed: random.Random) -> None:
    root = {
        "ledger": {"up": {"amount": ["-8", "8"], "cap": "5"}, "down": {"amount": ["-8", "8"], "cap": "-6"}, "free": {"amount": ["-8", "8"]}}
    }
    sums = {kind: sum(n for k, n in entries if k == kind) for kind in ("up", "down", "free")}
    expected = Fraction(min(sums["up"], 5) + max(sums["down"], -6) + sums["free"])

    for order in (entries, mixed.sample(entries, len(entries))):
        rows = tuple(Entry("u0", "total", f"e{i}", kind) for i, (kind, _) in enumerate(order))
        facts = tuple(Fact("u0", "total", "amount", entry=f"e{i}", value=Fraction(n)) for i, (_, n) in enumerate(order))
        scores = score(compile_scheme(scheme(root)), Facts(units(1), facts, rows))
        assert scores.points("u0") == expected
        assert sum((s.points for s in scores.outcome("u0").entries if isinstance(s.points, Fraction)), Fraction(0)) == expected


# Whole schemes --------------------------------------------------------------------------------------------------------


def run(seed: int, facts: Facts | None = None) -> Ranking:
    told = Maker(seed).assessed()
    return rank(score(compile_scheme(read(told, as_text=False), books_written(told)), facts or facts_written(told)))


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 20))
def test_the_order_of_rows_never_matters(first: int) -> None:
    for seed in range(first, first + 20):
        facts = facts_written(Maker(seed).assessed())
        mixed = random.Random(seed)
        shuffled = replace(
            facts,
            units=tuple(mixed.sample(facts.units, len(facts.units))),
            rows=tuple(mixed.sample(facts.rows, len(facts.rows))),
            entries=tuple(mixed.sample(facts.entries, len(facts.entries))),
        )

        assert facts.digest == shuffled.digest
        assert run(seed, facts).digest == run(seed, shuffled).digest, seed


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 20))
def test_renaming_units_renames_results(first: int) -> None:
    """Codes decide nothing: a second run under other names gives the same places and grades, in the same official order."""
    for seed in range(first, first + 20):
        facts = facts_written(Maker(seed).assessed())
        if Maker(seed).assessed().books:
            continue  # books name their units too
        other = {unit.code: f"z{len(facts.units) - i}" for i, unit in enumerate(facts.units)}
        renamed = Facts(
            tuple(replace(unit, code=other[unit.code]) for unit in facts.units),
            tuple(replace(fact, unit=other[fact.unit]) for fact in facts.rows),
            tuple(replace(entry, unit=other[entry.unit]) for entry in facts.entries),
        )
        plain, new = run(seed, facts), run(seed, renamed)

        assert [(other[p.unit], p.points, p.rank, p.grade) for p in plain.places] == [
            (p.unit, p.points, p.rank, p.grade) for p in new.places
        ]


def test_classes_do_not_touch_each_other() -> None:
    tried = 0
    for seed in SEEDS:
        told = Maker(seed).assessed()
        facts = facts_written(told)
        if len({unit.cls for unit in facts.units}) < 2 or told.books:
            continue
        tried += 1
        without = replace(facts, units=tuple(unit for unit in facts.units if unit.cls == "party"))
        assert [p for p in run(seed, facts).places if p.cls == "party"] == list(run(seed, without).places)

    assert tried >= 5


def test_units_out_of_competition_change_nobody() -> None:
    tried = 0
    for seed in SEEDS:
        told = Maker(seed).assessed()
        facts = facts_written(told)
        if all(unit.competes for unit in facts.units) or told.books:
            continue
        tried += 1
        without = replace(facts, units=tuple(unit for unit in facts.units if unit.competes))
        kept = [place for place in run(seed, facts).places if facts.unit_index[place.unit].competes]
        assert kept == list(run(seed, without).places)

    assert tried >= 10


def test_ranks_and_seats_are_in_order() -> None:
    """Ranks never fall with compared points; equal ones share; a dense ranking has no holes, the other as many as it needs."""
    for seed in SEEDS:
        ranking = run(seed)
        for cls in ranking.scores.plan.classes:
            places = [place for place in ranking.of(cls) if place.rank is not None]
            better = [sum(other.compared > place.compared for other in places) for place in places]
            above = [len({other.compared for other in places if other.compared > place.compared}) for place in places]
            dense = ranking.scores.plan.scheme.ranking.dense
            assert [place.rank for place in places] == [1 + n for n in (above if dense else better)]


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 20))
def test_stages_follow_each_other(first: int) -> None:
    """formula → policy → floor → cap → rounding, for every node and unit."""
    for seed in range(first, first + 20):
        scores = run(seed).scores
        for cls, nodes in scores.outcomes.items():
            for code, outcomes in nodes.items():
                step = scores.plan.step(cls, code)
                for outcome in outcomes.values():
                    if not isinstance(outcome.points, Fraction):
                        assert outcome.points == outcome.exact == outcome.settled
                        continue
                    assert outcome.raw == outcome.settled or not isinstance(outcome.raw, Fraction)
                    assert step.cap is None or outcome.exact <= step.cap  # type: ignore[operator]
                    assert step.floor is None or outcome.floored >= step.floor  # type: ignore[operator]
                    half = Fraction(10) ** -(step.round or 0) / 2
                    assert abs(outcome.points - outcome.exact) <= (half if step.round is not None else 0)  # type: ignore[operator]
