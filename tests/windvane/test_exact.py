"""Formulas of one unit in exact arithmetic: absences, logic, collections, the class, and what must never crash."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windvane.exact import Absent, Atom, Item, Items, Sample, Value, evaluate, strongest
from windvane.formula import Expr, Member, Name, parse, to_text
from windvane.problems import Problem

MISSING, NOT_DUE, REFUSED = Absent.MISSING, Absent.NOT_DUE, Absent.REFUSED
numbers = st.integers(-400, 400).map(lambda n: Fraction(n, 8))


@dataclass
class Desk:
    """A scope of plain names, with the values of the class for every statistic."""

    values: Mapping[str, Value] = field(default_factory=dict)
    peers: Sequence[Fraction] = ()
    refused: bool = False
    noted: list[str] = field(default_factory=list)

    def name(self, expr: Name) -> Value:
        return self.values[expr.name]

    def member(self, expr: Member) -> Value:
        return self.values[f"{expr.base}.{expr.name}"]

    def sample(self, argument: Expr) -> Sample:
        return Sample(tuple(sorted(self.peers)), self.refused)

    def note(self, code: str, **params: str) -> None:
        self.noted.append(code)


def items(*values: Atom | tuple[Atom, int], empty: Atom = MISSING) -> Items:
    rows = [value if isinstance(value, tuple) else (value, 1) for value in values]
    return Items(tuple(Item(value, Fraction(weight), Fraction(100), f"x{i}") for i, (value, weight) in enumerate(rows)), empty)


def ask(text: str, *, desk: Desk | None = None, **values: Value | int) -> Value:
    expr = parse(text)
    assert not isinstance(expr, Problem), expr.say("en")
    given_ = {name: Fraction(value) if isinstance(value, int) else value for name, value in values.items()}
    return evaluate(expr, desk or Desk(given_))


def big(x: int) -> Fraction:
    return Fraction(x)


# Absence --------------------------------------------------------------------------------------------------------------

STATES = (Fraction(1), MISSING, NOT_DUE, REFUSED)


@pytest.mark.parametrize("formula", ["a + b", "a - b", "a * b", "a / b", "a ** b", "a < b", "min(a, b)", "clip(a, b, 9)", "days(a, b)"])
def test_the_strongest_absence_wins(formula: str) -> None:
    for a, b in product(STATES, repeat=2):
        found = ask(formula, a=a, b=b)
        order = [REFUSED, NOT_DUE, MISSING]
        expected = next((state for state in order if state in (a, b)), None)
        assert found == expected if expected else isinstance(found, Fraction)


def test_strongest_of_many() -> None:
    assert strongest([Fraction(0), MISSING, NOT_DUE]) is NOT_DUE
    assert strongest([MISSING, REFUSED, NOT_DUE]) is REFUSED
    assert strongest([Fraction(0)]) is None
    assert strongest([]) is None


TABLE = {  # and, or of yes, no, missing
    ("yes", "yes"): ("yes", "yes"), ("yes", "no"): ("no", "yes"), ("yes", "missing"): ("missing", "yes"),
    ("no", "yes"): ("no", "yes"), ("no", "no"): ("no", "no"), ("no", "missing"): ("no", "missing"),
    ("missing", "yes"): ("missing", "yes"), ("missing", "no"): ("no", "missing"), ("missing", "missing"): ("missing", "missing"),
}  # fmt: skip
WORDS: Mapping[str, Atom] = {"yes": Fraction(1), "no": Fraction(0), "missing": MISSING}


@pytest.mark.parametrize(("given_", "expected"), TABLE.items())
def test_logic_is_three_valued(given_: tuple[str, str], expected: tuple[str, str]) -> None:
    a, b = (WORDS[word] for word in given_)

    assert (ask("a and b", a=a, b=b), ask("a or b", a=a, b=b)) == tuple(WORDS[word] for word in expected)


def test_a_choice_looks_only_at_what_it_takes() -> None:
    assert ask("a if c else b", a=1, b=MISSING, c=1) == 1
    assert ask("a if c else b", a=1, b=MISSING, c=0) is MISSING
    assert ask("a if c else b", a=1, b=2, c=NOT_DUE) is NOT_DUE


def test_first_and_present_see_absences_but_never_refusal() -> None:
    assert ask("first(a, b, 7)", a=MISSING, b=NOT_DUE) == 7
    assert ask("first(a, b)", a=MISSING, b=NOT_DUE) is NOT_DUE
    assert ask("first(a, 7)", a=REFUSED) is REFUSED
    assert [ask("present(a)", a=a) for a in STATES] == [1, 0, 0, REFUSED]


# Arithmetic -----------------------------------------------------------------------------------------------------------


@given(numbers, numbers, numbers)
def test_arithmetic_is_that_of_fractions(a: Fraction, b: Fraction, c: Fraction) -> None:
    assert ask("a + b * c - a * b", a=a, b=b, c=c) == a + b * c - a * b
    assert ask("clip(a, min(b, c), max(b, c))", a=a, b=b, c=c) == min(max(a, min(b, c)), max(b, c))
    assert ask("a / b", a=a, b=b) == (a / b if b else MISSING)
    assert ask("abs(a) + floor(a) + ceil(a)", a=a) == abs(a) + (a // 1) - (-a // 1)


@given(numbers, st.lists(st.integers(-40, 40), min_size=1, max_size=5, unique=True), st.booleans())
def test_bands_count_the_cuts_that_are_reached(x: Fraction, cuts: list[int], falling: bool) -> None:
    cuts = sorted(cuts, reverse=falling and len(cuts) > 1)
    marks = list(range(len(cuts) + 1))
    reached = [cut for cut in cuts if (x <= cut if falling and len(cuts) > 1 else x >= cut)]

    assert ask(f"band(x, {cuts}, {marks})", x=x) == len(reached)


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=5, unique=True), st.lists(st.integers(-9, 9), min_size=5, max_size=5), numbers)
def test_interpolation_goes_through_its_points_and_stays_between(xs: list[int], ys: list[int], x: Fraction) -> None:
    xs, ys = sorted(xs), ys[: len(xs)]

    assert [ask(f"interpolate(x, {xs}, {ys})", x=point) for point in xs] == ys
    found = ask(f"interpolate(x, {xs}, {ys})", x=x)
    assert isinstance(found, Fraction)
    assert min(ys) <= found <= max(ys)
    assert ask(f"interpolate(x, {xs[::-1]}, {ys[::-1]})", x=x) == found


def test_marks_that_do_not_fit_the_cuts_are_missing() -> None:
    assert ask("band(5, [1, 2], [1, 2])") is MISSING
    assert ask("interpolate(5, [1, 2], [1])") is MISSING
    assert ask("interpolate(5, [], [])") is MISSING
    assert ask("band(5, [1, a], [1, 2, 3])", a=NOT_DUE) is NOT_DUE


@pytest.mark.parametrize(
    ("formula", "note"),
    [
        ("1 / 0", "score.zero_division"),
        ("0 ** -1", "score.power"),
        ("(0 - 1) ** 0.5", "score.power"),
        ("sqrt(0 - 1)", "score.domain"),
        ("ln(0)", "score.domain"),
        ("exp(701)", "score.too_large"),
        ("9 ** 9 ** 9", "score.too_large"),
        ("(1 / 3) ** 5000 * (1 / 3) ** 5000", "score.too_large"),
        ("(1 / 3) ** 5000 / 3 ** 5000 * 2", "score.too_large"),
    ],
)
def test_what_has_no_value_is_missing_and_noted(formula: str, note: str) -> None:
    desk = Desk()

    assert ask(formula, desk=desk) is MISSING
    assert desk.noted == [note]


def test_zero_to_the_zero_is_one() -> None:
    assert ask("0 ** 0") == 1


# Collections ----------------------------------------------------------------------------------------------------------


def test_totals() -> None:
    parts = items((big(10), 1), (big(20), 3), MISSING)

    assert ask("sum(parts)", parts=parts) == 30
    assert ask("mean(parts)", parts=parts) == Fraction(70, 4)
    assert ask("count(parts)", parts=parts) == 2
    assert ask("min(parts)", parts=parts) == 10
    assert ask("max(parts) * 2", parts=parts) == 40
    assert ask("mean(best(parts, 1))", parts=parts) == 20
    assert ask("mean(share(parts))", parts=parts) == Fraction(70, 400)


@pytest.mark.parametrize("formula", ["sum", "mean", "geometric", "harmonic", "variance", "min", "max"])
def test_nothing_to_sum_up(formula: str) -> None:
    def total(*values: Atom, empty: Atom = MISSING) -> Value:
        return ask(f"{formula}(parts)", parts=items(*values, empty=empty))

    assert total() is MISSING
    assert total(empty=NOT_DUE) is NOT_DUE
    assert total(MISSING) is MISSING
    assert total(NOT_DUE, NOT_DUE) is NOT_DUE
    assert total(NOT_DUE, MISSING) is MISSING
    assert total(MISSING, empty=NOT_DUE) is MISSING
    assert total(big(5), REFUSED) is REFUSED


def test_an_empty_ledger_is_zero() -> None:
    empty = items(empty=big(0))

    assert ask("sum(entries)", entries=empty) == 0
    assert ask("mean(entries)", entries=empty) == 0
    assert ask("count(entries)", entries=empty) == 0
    assert ask("10 + sum(entries)", entries=empty) == 10


def test_part_by_part() -> None:
    parts = items(big(1), MISSING, big(3))

    assert ask("sum(parts * 2 >= 4)", parts=parts) == 1
    assert ask("sum(min(parts, 2))", parts=parts) == 3
    assert ask("sum(first(parts, 10))", parts=parts) == 14
    assert ask("sum(-parts)", parts=parts) == -4
    assert ask("sum(not parts)", parts=parts) == 0
    assert ask("sum(parts if parts > 2 else 0)", parts=parts) == 3
    assert ask("sum(band(parts, [2], [10, 20]))", parts=parts) == 30


def test_collections_of_different_length_do_not_go_together() -> None:
    parts = items(big(1), big(2), big(3))

    for formula in ("sum(parts + best(parts, 2))", "sum(first(best(parts, 2), parts))", "sum(parts and best(parts, 2))"):
        assert ask(formula, parts=parts) is MISSING
    assert ask("sum(parts if best(parts, 2) else 1)", parts=parts) is MISSING


def test_best_and_trimmed_pass_on_states() -> None:
    assert ask("mean(best(parts, 2))", parts=items(big(1), MISSING)) is MISSING
    assert ask("mean(best(parts, 2))", parts=items(NOT_DUE, NOT_DUE)) is NOT_DUE
    assert ask("mean(best(parts, 1))", parts=items(big(1), REFUSED)) is REFUSED
    assert ask("mean(trimmed(parts, 1))", parts=items(big(1), big(9))) is MISSING
    assert ask("mean(best(parts, k))", parts=items(big(1)), k=MISSING) is MISSING
    assert ask("mean(best(parts, -1))", parts=items(big(1), big(9))) is MISSING
    assert ask("mean(trimmed(parts, -1))", parts=items(big(1), big(9))) is MISSING
    assert ask("mean(trimmed(parts, 0))", parts=items(big(1), big(9))) == 5


@given(st.lists(st.tuples(numbers, st.integers(1, 5)), min_size=2, max_size=6))
def test_variance_is_that_of_repeated_values_for_equal_weights(rows: list[tuple[Fraction, int]]) -> None:
    values = [x for x, _ in rows]

    assert ask("variance(parts)", parts=items(*values)) == statistics.variance(values)
    assert ask("variance(parts)", parts=items(*((x, 3) for x in values))) == statistics.variance(values)


# The class ------------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.lists(numbers, min_size=2, max_size=9), st.integers(1, 19))
def test_statistics_of_the_class(peers: list[Fraction], twentieth: int) -> None:
    x, q = peers[0], Fraction(twentieth, 20)
    quantiles = statistics.quantiles(peers, n=20, method="inclusive")

    def of_class(function: str) -> Value:
        return ask(function, desk=Desk({"x": x, "q": q}, peers))

    assert of_class("class_mean(x)") == statistics.mean(peers)
    assert of_class("class_median(x)") == statistics.median(peers)
    assert of_class("class_quantile(x, q)") == quantiles[twentieth - 1]
    assert (of_class("class_lowest(x)"), of_class("class_highest(x)"), of_class("class_count(x)")) == (min(peers), max(peers), len(peers))
    assert of_class("class_rank(x)") == 1 + sum(p > x for p in peers)
    assert of_class("class_percent_rank(x)") == Fraction(sum(p < x for p in peers), len(peers) - 1)
    sd = of_class("class_sd(x)")
    assert isinstance(sd, Fraction)
    assert abs(sd**2 - statistics.variance(peers)) < Fraction(1, 10**44)


def test_small_and_refused_classes() -> None:
    alone = Desk({"x": Fraction(5)}, [Fraction(5)])

    assert ask("class_sd(x)", desk=alone) is MISSING
    assert ask("class_percent_rank(x)", desk=alone) is MISSING
    assert ask("class_rank(x) + class_mean(x)", desk=alone) == 6
    assert alone.noted == ["score.small_class", "score.small_class"]
    assert ask("class_mean(x)", desk=Desk({"x": MISSING})) is MISSING
    assert ask("class_count(x)", desk=Desk({"x": MISSING})) == 0
    assert ask("class_mean(x)", desk=Desk({"x": Fraction(1)}, [Fraction(1)], refused=True)) is REFUSED
    assert ask("class_rank(x)", desk=Desk({"x": NOT_DUE}, [])) is NOT_DUE


def test_a_quantile_outside_zero_to_one_is_the_end() -> None:
    desk = Desk({"x": Fraction(1)}, [Fraction(1), Fraction(5)])

    assert ask("class_quantile(x, 2)", desk=desk) == 5
    assert ask("class_quantile(x, -1)", desk=desk) == 1


# Canonical text means the same ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a-b-a",
        "a/b/a",
        "-a**2",
        "2**a**2",
        "a if b > 1 else -b if a else 3",
        "not a > b or b and a",
        "if(a=b, 50%, a%)",
        "(a+b)%",
        "a - -b",
    ],
)
@given(a=numbers, b=numbers)
@settings(max_examples=20)
def test_the_canonical_text_computes_the_same(text: str, a: Fraction, b: Fraction) -> None:
    expr = parse(text)
    assert not isinstance(expr, Problem)

    assert ask(to_text(expr), a=a, b=b) == ask(text, a=a, b=b)
