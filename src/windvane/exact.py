"""Formulas in exact arithmetic: rationals in, rationals out; irrational functions rounded from 50 digits.

A value of one unit is a ``Fraction`` or a state of absence; a collection is ``Items``. Absence passes through every formula;
the node's ``missing`` policy decides what it becomes.
"""

from __future__ import annotations

import bisect
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Final, Protocol, TypeAlias

from windvane import decimals
from windvane.formula import Binary, Call, Choice, Expr, Listing, Logic, Member, Missing, Name, Negate, Not, Number
from windvane.functions import FUNCTIONS

LARGEST_BITS: Final = 14_000  # of a numerator or denominator; Python still prints such a number
LARGEST: Final = 10**300  # what a binary number can hold, too
LARGEST_EXPONENT: Final = 700  # of exp, about 1e304


class Absent(Enum):
    """Why there is no number. In one formula the strongest wins: refused, then not due, then missing."""

    MISSING = "missing"
    NOT_DUE = "not_due"
    REFUSED = "refused"


Atom: TypeAlias = Fraction | Absent


@dataclass(frozen=True, slots=True)
class Item:
    """One part or entry: its points, its weight, its full marks (None: it has none) and its code."""

    value: Atom
    weight: Fraction = Fraction(1)
    full: Fraction | None = None
    key: str = ""

    def but(self, value: Atom) -> Item:
        return Item(value, self.weight, self.full, self.key)


@dataclass(frozen=True, slots=True)
class Items:
    """Many values of one unit. ``empty`` is what their sum is when there is none (0 for a ledger)."""

    rows: tuple[Item, ...]
    empty: Atom = Absent.MISSING


Value: TypeAlias = Atom | Items | tuple[Atom, ...]


class Scope(Protocol):
    """Where the names of a formula get their values for one unit."""

    def name(self, expr: Name) -> Value: ...
    def member(self, expr: Member) -> Value: ...
    def sample(self, argument: Expr) -> Sample: ...
    def note(self, code: str, **params: str) -> None: ...


@dataclass(frozen=True)
class Sample:
    """The values of the competing units of a class, ascending; ``mine``: the asking unit is one of them."""

    values: tuple[Fraction, ...]
    refused: bool = False
    mine: bool = True

    @cached_property
    def mean(self) -> Fraction:
        return sum(self.values, Fraction(0)) / len(self.values)

    @cached_property
    def sd(self) -> Fraction:
        squares = sum(((x - self.mean) ** 2 for x in self.values), Fraction(0))
        return decimals.square_root(squares / (len(self.values) - 1))

    def quantile(self, q: Fraction) -> Fraction:
        """Linear between order statistics: R type 7, Excel PERCENTILE.INC."""
        place = q * (len(self.values) - 1)
        low = min(int(place), len(self.values) - 1)
        high = min(low + 1, len(self.values) - 1)
        return self.values[low] + (place - low) * (self.values[high] - self.values[low])

    def above(self, x: Fraction) -> int:
        return len(self.values) - bisect.bisect_right(self.values, x)

    def below(self, x: Fraction) -> int:
        return bisect.bisect_left(self.values, x)


def evaluate(expr: Expr, scope: Scope) -> Value:
    """Compute a formula for one unit."""
    return _EVALUATE[type(expr)](expr, scope)


def number(value: Value) -> Atom:
    """Return the single value of a formula's result; a collection here is a programmer's mistake that ``check`` excludes."""
    if isinstance(value, Items | tuple):
        raise TypeError("a formula gave many values where one is needed")
    return value


# One value at a time --------------------------------------------------------------------------------------------------


def strongest(values: Sequence[Atom]) -> Absent | None:
    """Return the absence that a formula over these values takes, or None if all are numbers."""
    absent = [v for v in values if isinstance(v, Absent)]
    if not absent:
        return None
    return Absent.REFUSED if Absent.REFUSED in absent else Absent.NOT_DUE if Absent.NOT_DUE in absent else Absent.MISSING


def _lift(compute: Callable[..., Atom], values: Sequence[Value]) -> Value:
    """Apply a function of numbers, item by item where a collection takes part."""
    many = [v for v in values if isinstance(v, Items)]
    if not many:
        atoms = [number(v) for v in values]
        return strongest(atoms) or compute(*atoms)
    if len({len(v.rows) for v in many}) > 1:
        return Absent.MISSING
    rows = []
    for i, item in enumerate(many[0].rows):
        atoms = [v.rows[i].value if isinstance(v, Items) else number(v) for v in values]
        rows.append(item.but(strongest(atoms) or compute(*atoms)))
    return Items(tuple(rows), many[0].empty)


def _bits(x: Fraction) -> int:
    return max(x.numerator.bit_length(), x.denominator.bit_length())


def _bounded(x: Fraction, scope: Scope) -> Atom:
    if _bits(x) > LARGEST_BITS or abs(x) > LARGEST:
        scope.note("score.too_large")
        return Absent.MISSING
    return x


def _divide(x: Fraction, y: Fraction, scope: Scope) -> Atom:
    if y == 0:
        scope.note("score.zero_division")
        return Absent.MISSING
    return _bounded(x / y, scope)


def _power(x: Fraction, y: Fraction, scope: Scope) -> Atom:
    if x == 0 and y < 0 or x < 0 and y.denominator != 1:
        scope.note("score.power", x=decimals.decimal_text(x), y=decimals.decimal_text(y))
        return Absent.MISSING
    if x == 0:
        return Fraction(1 if y == 0 else 0)
    if abs(y) * _bits(x) > LARGEST_BITS:
        scope.note("score.too_large")
        return Absent.MISSING
    return _bounded(decimals.power(x, y), scope)


def _root(x: Fraction, scope: Scope) -> Atom:
    if x < 0:
        scope.note("score.domain", function="sqrt", x=decimals.decimal_text(x))
        return Absent.MISSING
    return decimals.square_root(x)


def _log(x: Fraction, scope: Scope) -> Atom:
    if x <= 0:
        scope.note("score.domain", function="ln", x=decimals.decimal_text(x))
        return Absent.MISSING
    return decimals.natural_log(x)


def _exp(x: Fraction, scope: Scope) -> Atom:
    if abs(x) > LARGEST_EXPONENT:
        scope.note("score.too_large")
        return Absent.MISSING
    return decimals.exponential(x)


def _flag(truth: bool) -> Fraction:
    return Fraction(int(truth))


_GROWING: Final[Mapping[str, Callable[[Fraction, Fraction], Fraction]]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_COMPARE: Final[Mapping[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "<": lambda x, y: _flag(x < y),
    "<=": lambda x, y: _flag(x <= y),
    ">": lambda x, y: _flag(x > y),
    ">=": lambda x, y: _flag(x >= y),
    "==": lambda x, y: _flag(x == y),
    "!=": lambda x, y: _flag(x != y),
}


def _binary(expr: Binary, scope: Scope) -> Value:
    left, right = evaluate(expr.left, scope), evaluate(expr.right, scope)
    if (compare := _COMPARE.get(expr.operator)) is not None:
        return _lift(compare, (left, right))
    if (grow := _GROWING.get(expr.operator)) is not None:
        return _lift(lambda x, y: _bounded(grow(x, y), scope), (left, right))
    compute = _divide if expr.operator == "/" else _power
    return _lift(lambda x, y: compute(x, y, scope), (left, right))


def _logic(expr: Logic, scope: Scope) -> Value:
    """Three-valued: false and missing is false, true or missing is true."""
    decides = Fraction(0) if expr.operator == "and" else Fraction(1)

    def decide(x: Atom, y: Atom) -> Atom:
        flags = [v if isinstance(v, Absent) else _flag(v != 0) for v in (x, y)]
        return decides if decides in flags else strongest(flags) or 1 - decides

    return _lift_states(decide, evaluate(expr.left, scope), evaluate(expr.right, scope))


def _lift_states(decide: Callable[[Atom, Atom], Atom], x: Value, y: Value) -> Value:
    """Apply a function that wants to see absences, item by item where a collection takes part."""
    many = x if isinstance(x, Items) else y if isinstance(y, Items) else None
    if many is None:
        return decide(number(x), number(y))
    left, right = (_rows(v, len(many.rows)) for v in (x, y))
    if left is None or right is None:
        return Absent.MISSING
    return Items(tuple(item.but(decide(*pair)) for *pair, item in zip(left, right, many.rows, strict=True)), many.empty)


def _rows(value: Value, count: int) -> list[Atom] | None:
    """The values of a collection of ``count`` items, one value again and again, or None for a collection of another size."""
    if isinstance(value, Items):
        return [item.value for item in value.rows] if len(value.rows) == count else None
    return [number(value)] * count


def _choice(expr: Choice, scope: Scope) -> Value:
    condition = evaluate(expr.condition, scope)
    if isinstance(condition, Items):
        then, other = (_rows(evaluate(e, scope), len(condition.rows)) for e in (expr.then, expr.otherwise))
        if then is None or other is None:
            return Absent.MISSING
        taken = (
            c.value if isinstance(c.value, Absent) else (a if c.value != 0 else b)
            for c, a, b in zip(condition.rows, then, other, strict=True)
        )
        return Items(tuple(c.but(v) for v, c in zip(taken, condition.rows, strict=True)), condition.empty)
    truth = number(condition)
    return truth if isinstance(truth, Absent) else evaluate(expr.then if truth != 0 else expr.otherwise, scope)


def _listing(expr: Listing, scope: Scope) -> Value:
    return tuple(number(evaluate(item, scope)) for item in expr.items)


# Functions ------------------------------------------------------------------------------------------------------------


def _call(expr: Call, scope: Scope) -> Value:
    found = _class_call(expr, scope) if FUNCTIONS[expr.function].group == "class" else _plain_call(expr, scope)
    return _bounded(found, scope) if isinstance(found, Fraction) else found


def _plain_call(expr: Call, scope: Scope) -> Value:
    args = [evaluate(arg, scope) for arg in expr.args]
    if expr.function in _ITEMS and isinstance(args[0], Items) and not (expr.function in ("min", "max") and len(args) > 1):
        return _ITEMS[expr.function](args[0], args[1:], scope)
    if expr.function in _LISTS:
        return _with_lists(expr.function, args)
    if expr.function in ("present", "first"):
        return _states(expr.function, args)
    return _lift(lambda *xs: _NUMBER[expr.function](xs, scope), args)


def _whole(x: Fraction, scope: Scope) -> int:
    return max(-30, min(30, math.floor(x)))


_NUMBER: Final[Mapping[str, Callable[[tuple[Fraction, ...], Scope], Atom]]] = {
    "min": lambda xs, _: min(xs),
    "max": lambda xs, _: max(xs),
    "clip": lambda xs, _: max(xs[1], min(xs[0], xs[2])),
    "abs": lambda xs, _: abs(xs[0]),
    "sqrt": lambda xs, scope: _root(xs[0], scope),
    "ln": lambda xs, scope: _log(xs[0], scope),
    "exp": lambda xs, scope: _exp(xs[0], scope),
    "floor": lambda xs, _: Fraction(math.floor(xs[0])),
    "ceil": lambda xs, _: Fraction(math.ceil(xs[0])),
    "round": lambda xs, scope: decimals.round_half_up(xs[0], _whole(xs[1], scope) if len(xs) > 1 else 0),
    "days": lambda xs, _: xs[0] - xs[1],
}


def _band(x: Fraction, cuts: Sequence[Fraction], marks: Sequence[Fraction]) -> Atom:
    """Rising cuts are reached at ≥, falling ones at ≤; one more mark than cuts."""
    if len(marks) != len(cuts) + 1:
        return Absent.MISSING
    rising = len(cuts) < 2 or cuts[0] <= cuts[-1]
    return marks[sum(1 for cut in cuts if (x >= cut if rising else x <= cut))]


def _interpolate(x: Fraction, xs: Sequence[Fraction], ys: Sequence[Fraction]) -> Atom:
    points = sorted(zip(xs, ys, strict=False))
    if len(xs) != len(ys) or not points:
        return Absent.MISSING
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y1 if x1 == x0 else y0 + (x - x0) / (x1 - x0) * (y1 - y0)
    return points[-1][1]


_LISTS: Final[Mapping[str, Callable[[Fraction, Sequence[Fraction], Sequence[Fraction]], Atom]]] = {
    "band": _band,
    "interpolate": _interpolate,
}


def _with_lists(function: str, args: Sequence[Value]) -> Value:
    """``band`` and ``interpolate``: one absent break point makes the result absent."""
    lists = [a if isinstance(a, tuple) else (number(a),) for a in args[1:]]
    gap = strongest([v for row in lists for v in row])
    xs, ys = ([v for v in row if isinstance(v, Fraction)] for row in lists)
    return gap or _lift(lambda x: _LISTS[function](x, xs, ys), args[:1])


def _states(function: str, args: Sequence[Value]) -> Value:
    if function == "present":
        return _lift_states(lambda x, _: x if x is Absent.REFUSED else _flag(isinstance(x, Fraction)), args[0], args[0])
    found = args[-1]
    for value in reversed(args[:-1]):
        found = _lift_states(lambda x, y: y if x in (Absent.MISSING, Absent.NOT_DUE) else x, value, found)
    return found


# Collections ----------------------------------------------------------------------------------------------------------


def _present(items: Items) -> list[tuple[Fraction, Fraction]]:
    """The values that are there, with their weights."""
    return [(row.value, row.weight) for row in items.rows if isinstance(row.value, Fraction)]


def _gap(items: Items) -> Absent | None:
    """Refused if one is; absent if there is nothing to sum up."""
    if not items.rows:
        return items.empty if isinstance(items.empty, Absent) else None
    states = [row.value for row in items.rows if isinstance(row.value, Absent)]
    if Absent.REFUSED in states:
        return Absent.REFUSED
    if len(states) < len(items.rows):
        return None
    return Absent.NOT_DUE if all(s is Absent.NOT_DUE for s in states) else Absent.MISSING


def _mean_of(pairs: Sequence[tuple[Fraction, Fraction]], scope: Scope) -> Atom:
    total = sum((w for _, w in pairs), Fraction(0))
    return _divide(sum((x * w for x, w in pairs), Fraction(0)), total, scope)


def _mean(items: Items, rest: Sequence[Value], scope: Scope) -> Value:
    return Fraction(0) if not items.rows and isinstance(items.empty, Fraction) else _mean_of(_present(items), scope)


def _power_mean_of(pairs: Sequence[tuple[Fraction, Fraction]], p: Fraction, scope: Scope) -> Atom:
    """(Σ w x^p / Σ w)^(1/p); p = 0 is the geometric mean. A value of 0 gives 0 where p ≤ 0."""
    pairs = [(x, w) for x, w in pairs if w != 0]
    if any(x < 0 for x, _ in pairs):
        scope.note("score.negative_mean")
        return Absent.MISSING
    if p <= 0 and any(x == 0 for x, _ in pairs):
        return Fraction(0)
    total = sum((w for _, w in pairs), Fraction(0))
    if total == 0:
        return _divide(Fraction(0), total, scope)
    if p == 0:
        return decimals.geometric_mean(pairs)
    if max(abs(p) * _bits(x) for x, _ in pairs) > LARGEST_BITS or abs(p) * LARGEST_BITS < 1:
        scope.note("score.too_large")
        return Absent.MISSING
    return _bounded(decimals.power_mean(pairs, p), scope)


def _power_mean(items: Items, rest: Sequence[Value], scope: Scope) -> Value:
    p = number(rest[0])
    return p if isinstance(p, Absent) else _power_mean_of(_present(items), p, scope)


def _variance(items: Items, rest: Sequence[Value], scope: Scope) -> Value:
    """Σ w (x − m)² / Σ w · n / (n − 1)."""
    pairs = _present(items)
    middle = _mean_of(pairs, scope)
    if len(pairs) < 2 or isinstance(middle, Absent):
        return Absent.MISSING
    spread = _mean_of([((x - middle) ** 2, w) for x, w in pairs], scope)
    return spread if isinstance(spread, Absent) else spread * len(pairs) / (len(pairs) - 1)


def _best(items: Items, rest: Sequence[Value], scope: Scope) -> Value:
    """The k highest; the first given wins where two are equal."""
    k, present = number(rest[0]), [row for row in items.rows if isinstance(row.value, Fraction)]
    if (gap := _gap(items)) or isinstance(k, Absent) or not 0 <= k <= len(present):
        return Items((), gap or (k if isinstance(k, Absent) else Absent.MISSING))
    return Items(tuple(sorted(present, key=_value_of, reverse=True)[: math.floor(k)]))


def _trimmed(items: Items, rest: Sequence[Value], scope: Scope) -> Value:
    k, present = number(rest[0]), [row for row in items.rows if isinstance(row.value, Fraction)]
    if (gap := _gap(items)) or isinstance(k, Absent) or not 0 <= 2 * k <= len(present) - 1:
        return Items((), gap or (k if isinstance(k, Absent) else Absent.MISSING))
    cut = math.floor(k)
    return Items(tuple(sorted(present, key=_value_of)[cut : len(present) - cut]))


def _value_of(item: Item) -> Fraction:
    assert isinstance(item.value, Fraction)
    return item.value


def _share(items: Items, rest: Sequence[Value], scope: Scope) -> Value:
    rows = (
        row.but(row.value if isinstance(row.value, Absent) else _divide(row.value, row.full or Fraction(0), scope)) for row in items.rows
    )
    return Items(tuple(rows), items.empty)


def _total(compute: Callable[[Items, Sequence[Value], Scope], Value]) -> Callable[[Items, Sequence[Value], Scope], Value]:
    return lambda items, rest, scope: _gap(items) or compute(items, rest, scope)


_ITEMS: Final[Mapping[str, Callable[[Items, Sequence[Value], Scope], Value]]] = {
    "sum": _total(lambda items, rest, scope: sum((x for x, _ in _present(items)), Fraction(0))),
    "mean": _total(_mean),
    "geometric": _total(lambda items, rest, scope: _power_mean_of(_present(items), Fraction(0), scope)),
    "harmonic": _total(lambda items, rest, scope: _power_mean_of(_present(items), Fraction(-1), scope)),
    "power_mean": _total(_power_mean),
    "variance": _total(_variance),
    "min": _total(lambda items, rest, scope: min((x for x, _ in _present(items)), default=Absent.MISSING)),
    "max": _total(lambda items, rest, scope: max((x for x, _ in _present(items)), default=Absent.MISSING)),
    "count": lambda items, rest, scope: Absent.REFUSED if _gap(items) is Absent.REFUSED else Fraction(len(_present(items))),
    "best": _best,
    "trimmed": _trimmed,
    "share": _share,
}


# The class ------------------------------------------------------------------------------------------------------------


def _class_call(expr: Call, scope: Scope) -> Value:
    sample = scope.sample(expr.args[0])
    x = number(evaluate(expr.args[0], scope))
    rest = [number(evaluate(arg, scope)) for arg in expr.args[1:]]
    if sample.refused or x is Absent.REFUSED:
        return Absent.REFUSED
    if expr.function == "class_count":
        return Fraction(len(sample.values))
    if isinstance(x, Absent) and (expr.function in _STANDING or (x is Absent.NOT_DUE and not sample.values)):
        return x
    if not sample.values or (expr.function == "class_sd" and len(sample.values) < 2):
        scope.note("score.small_class", function=expr.function, n=str(len(sample.values)))
        return Absent.MISSING
    return _class_value(expr.function, sample, x, rest, scope)


def _class_value(function: str, sample: Sample, x: Atom, rest: Sequence[Atom], scope: Scope) -> Atom:
    if function in _CLASS:
        return _CLASS[function](sample)
    if function == "class_quantile":
        q = rest[0]
        return q if isinstance(q, Absent) else sample.quantile(max(Fraction(0), min(Fraction(1), q)))
    assert isinstance(x, Fraction)
    if function == "class_rank":
        return Fraction(1 + sample.above(x))
    others = len(sample.values) - sample.mine
    if others < 1:
        scope.note("score.small_class", function=function, n="1")
        return Absent.MISSING
    return Fraction(sample.below(x), others)


_STANDING: Final = ("class_rank", "class_percent_rank")  # where the unit itself stands: without its value there is none
_CLASS: Final[Mapping[str, Callable[[Sample], Fraction]]] = {
    "class_lowest": lambda sample: sample.values[0],
    "class_highest": lambda sample: sample.values[-1],
    "class_mean": lambda sample: sample.mean,
    "class_median": lambda sample: sample.quantile(Fraction(1, 2)),
    "class_sd": lambda sample: sample.sd,
}


def _negate(expr: Negate, scope: Scope) -> Value:
    return _lift(operator.neg, (evaluate(expr.of, scope),))


def _not(expr: Not, scope: Scope) -> Value:
    return _lift(lambda x: _flag(x == 0), (evaluate(expr.of, scope),))


_EVALUATE: Final[Mapping[type, Callable[..., Value]]] = {
    Number: lambda expr, scope: expr.value,
    Missing: lambda expr, scope: Absent.MISSING,
    Name: lambda expr, scope: scope.name(expr),
    Member: lambda expr, scope: scope.member(expr),
    Negate: _negate,
    Not: _not,
    Binary: _binary,
    Logic: _logic,
    Choice: _choice,
    Listing: _listing,
    Call: _call,
}
