"""Formulas in float64 over whole arrays: the same tree as ``exact``, one pass for all draws, items and units.

Comparisons and roundings treat computed numbers within ``EQUAL`` as equal, as exact arithmetic would find them;
what lies within ``CLOSE`` of a border is reported to the scope, so that the exact path can decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

import numpy as np

from windvane.batch import sets
from windvane.batch.arrays import CLOSE, EQUAL, NOT_DUE, REFUSED, Cells, Flags, Floats, barred, constant, marked, strongest
from windvane.batch.many import Many
from windvane.batch.peers import Peers, above, below, quantile
from windvane.formula import Binary, Call, Choice, Expr, Listing, Logic, Member, Missing, Name, Negate, Not, Number
from windvane.functions import FUNCTIONS

Value: TypeAlias = Cells | Many | tuple[Cells, ...]
LARGEST_EXPONENT: Final = 700
GIVEN: Final = 2.5e-16  # relative: how far a number as written may lie from its decimal after one multiplication


class Scope(Protocol):
    """Where the names of a formula get their values for all units."""

    def name(self, expr: Name) -> Value: ...
    def member(self, expr: Member) -> Value: ...
    def peers(self, argument: Expr) -> Peers: ...
    @property
    def competing(self) -> Flags: ...
    def given(self, expr: Expr) -> bool:
        """Whether a formula only reads numbers as they were written, so that comparing them is exact."""

    def close(self, near: Flags) -> None:
        """Be told where a value lies near a border."""

    @property
    def watching(self) -> bool: ...

    @property
    def unmarked(self) -> bool:
        """Whether nothing that formulas read is known to be not due or refused."""


def evaluate(expr: Expr, scope: Scope) -> Value:
    """Compute a formula for all draws, items and units in the scope."""
    return _EVALUATE[type(expr)](expr, scope)


def cells(value: Value) -> Cells:
    """Return the single values of a formula's result; a collection here is a programmer's mistake that vetting excludes."""
    if not isinstance(value, Cells):
        raise TypeError("a formula gave many values where one is needed")
    return value


# One value at a time --------------------------------------------------------------------------------------------------


def _lift(compute: Callable[..., Cells], values: Sequence[Value]) -> Value:
    """Apply a function of cells, item by item where a collection takes part."""
    many = [v for v in values if isinstance(v, Many)]
    if not many:
        return compute(*map(cells, values))
    even = sets.aligned(many)
    if even is None:
        return Cells(np.full((1, 1, 1), np.nan))
    supply = iter(even)
    sides = [next(supply) if isinstance(v, Many) else v for v in values]
    if any(m.has_fewer for m in even):
        sides.append(Cells(sets.uneven(even)))
        return _lift_even(lambda *cs: _plain(np.add)(compute(*cs[:-1]), cs[-1]), sides, even[0])
    return _lift_even(compute, sides, even[0])


def _lift_even(compute: Callable[..., Cells], sides: Sequence[Value], first: Many) -> Many:
    pieces = (
        piece.holding(compute(*(side.pieces[i].cells if isinstance(side, Many) else cells(side) for side in sides)))
        for i, piece in enumerate(first.pieces)
    )
    return Many(tuple(pieces), first.empty)


def _plain(compute: Callable[..., Floats]) -> Callable[..., Cells]:
    """A function of numbers, NaN from NaN: marks pass through."""

    def computed(*values: Cells) -> Cells:
        x, mark = compute(*(v.x for v in values)), strongest(values)
        return Cells(x) if mark is None else marked(x, mark)

    return computed


def _flagged(compute: Callable[[Floats, Floats], Flags]) -> Callable[[Floats, Floats], Floats]:
    return lambda x, y: np.where(np.isnan(x) | np.isnan(y), np.nan, compute(x, y))


def _divide(x: Floats, y: Floats) -> Floats:
    found: Floats = x / np.where(y == 0, np.nan, y)
    return found


def _power(x: Floats, y: Floats) -> Floats:
    refused = (x == 0) & (y < 0) | (x < 0) & (y != np.floor(y)) | np.isnan(x) | np.isnan(y)
    found = np.where(refused, 1.0, x) ** np.where(refused, 1.0, y)
    return np.where(refused | np.isinf(found), np.nan, found)


_ARITHMETIC: Final[Mapping[str, Callable[[Floats, Floats], Floats]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divide,
    "**": _power,
}
_COMPARE: Final[Mapping[str, Callable[[Floats, Floats], Flags]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _binary(expr: Binary, scope: Scope) -> Value:
    left, right = evaluate(expr.left, scope), evaluate(expr.right, scope)
    if expr.operator in _COMPARE:
        return _compared(expr, left, right, scope)
    if expr.operator == "/" and not scope.given(expr.right):
        right = _lift(_plain(lambda y, size: np.where(np.abs(y) <= EQUAL * size, 0.0, y)), (right, _size(expr.right, right, scope)))
    return _lift(_plain(_ARITHMETIC[expr.operator]), (left, right))


def _compared(expr: Binary, left: Value, right: Value, scope: Scope) -> Value:
    """Compare; where something was computed, a difference within ``EQUAL`` of the numbers it was made of is none."""
    compare = _COMPARE[expr.operator]
    if _sure(expr.left, expr.right, scope) or _sure(expr.right, expr.left, scope):
        return _lift(_plain(_flagged(compare)), (left, right))

    def nearly(x: Floats, y: Floats, a: Floats, b: Floats) -> Floats:
        apart, size = np.abs(x - y), np.maximum(a, b)
        if scope.watching:
            scope.close(apart <= CLOSE * size)
        return _flagged(compare)(np.where(apart <= EQUAL * size, y, x), y)

    return _lift(_plain(nearly), (left, right, _size(expr.left, left, scope), _size(expr.right, right, scope)))


def _sure(expr: Expr, other: Expr, scope: Scope) -> bool:
    """Whether float64 compares without error: numbers as written, or the sign of their difference."""
    if not scope.given(other):
        return False
    if scope.given(expr):
        return True
    if not isinstance(expr, Binary) or not isinstance(other, Number) or other.value != 0:
        return False
    if expr.operator in "+-":
        return scope.given(expr.left) and scope.given(expr.right)
    return expr.operator == "*" and isinstance(expr.left, Name) and expr.left.name == "sign" and _sure(expr.right, other, scope)


def _size(expr: Expr, value: Value, scope: Scope) -> Value:
    """How large the numbers were that a value was made of: what is left of a difference is judged by them."""
    match expr:
        case Binary("+" | "-", left, right):
            sides = tuple(_size(side, evaluate(side, scope), scope) for side in (left, right))
            return _lift(_plain(np.maximum), sides)
        case Binary("*" | "/" as operator, left, right):
            size, factor = _size(left, evaluate(left, scope), scope), evaluate(right, scope)
            return _lift(_plain(lambda a, b: np.abs(_ARITHMETIC[operator](a, b))), (size, factor))
        case Negate(of):
            return _size(of, value, scope)
    return _lift(_plain(np.abs), (value,))


def _logic(expr: Logic, scope: Scope) -> Value:
    """Three-valued: false and missing is false, true or missing is true."""
    decides = 0.0 if expr.operator == "and" else 1.0

    def decide(left: Cells, right: Cells) -> Cells:
        x, y = (np.where(np.isnan(v.x), np.nan, v.x != 0) for v in (left, right))
        decided = (x == decides) | (y == decides)
        value = np.where(decided, decides, np.where(np.isnan(x) | np.isnan(y), np.nan, 1 - decides))
        mark = strongest((left, right))
        return Cells(value) if mark is None else marked(value, np.where(decided, 0, mark).astype(np.uint8))

    return _lift(decide, (evaluate(expr.left, scope), evaluate(expr.right, scope)))


def _choice(expr: Choice, scope: Scope) -> Value:
    condition, then, otherwise = (evaluate(e, scope) for e in (expr.condition, expr.then, expr.otherwise))
    if isinstance(condition, Cells) and (isinstance(then, Many) or isinstance(otherwise, Many)):
        return _one_of(condition, then, otherwise)
    return _lift(_chosen, (condition, then, otherwise))


def _chosen(condition: Cells, then: Cells, otherwise: Cells) -> Cells:
    """The state of a condition that is absent wins; the branch not taken leaves no trace."""
    absent, true = np.isnan(condition.x), condition.x != 0
    value = np.where(absent, np.nan, np.where(true, then.x, otherwise.x))
    if condition.mark is None and then.mark is None and otherwise.mark is None:
        return Cells(value)
    none = np.zeros((1, 1, 1), np.uint8)
    marks = [none if c.mark is None else c.mark for c in (condition, then, otherwise)]
    return marked(value, np.where(absent, marks[0], np.where(true, marks[1], marks[2])))


def _one_of(condition: Cells, then: Value, otherwise: Value) -> Value:
    """One condition a unit, collections to choose from: each unit keeps the items of its branch."""
    even = sets.aligned([v if isinstance(v, Many) else Many((), cells(v)) for v in (then, otherwise)])
    if even is None or not isinstance(then, Many) or not isinstance(otherwise, Many):
        raise TypeError("the branches of a choice must both be collections of the same items")
    supply = zip(even[0].pieces, even[1].pieces, strict=True)
    return Many(tuple(a.holding(_chosen(condition, a.cells, b.cells)) for a, b in supply), even[0].empty)


def _listing(expr: Listing, scope: Scope) -> Value:
    return tuple(cells(evaluate(item, scope)) for item in expr.items)


# Functions ------------------------------------------------------------------------------------------------------------


def _call(expr: Call, scope: Scope) -> Value:
    if FUNCTIONS[expr.function].group == "class":
        return _class_call(expr, scope)
    args = [evaluate(arg, scope) for arg in expr.args]
    if isinstance(args[0], Many) and (found := _of_items(expr.function, args[0], args[1:])) is not None:
        return found
    if expr.function in _LISTS:
        return _with_lists(expr, args, scope)
    if expr.function in ("present", "first"):
        return _states(expr.function, args)
    if expr.function in _STEPPED:
        return _lift(_plain(lambda *xs: _STEPPED[expr.function](scope, scope.given(expr.args[0]), *xs)), args)
    return _lift(_plain(_NUMBER.get(expr.function, _nothing)), args)


def _of_items(function: str, many: Many, rest: Sequence[Value]) -> Value | None:
    if function in sets.TOTALS and not rest:
        return sets.TOTALS[function](many)
    if function == "share":
        return sets.share(many)
    if function not in ("best", "trimmed", "power_mean"):
        return None
    k = cells(rest[0])
    if function == "power_mean":
        return barred(sets.power_mean(many, np.nan_to_num(k.x)), np.where(np.isnan(k.x), k.state, 0).astype(np.uint8))
    return sets.best(many, k) if function == "best" else sets.trimmed(many, k)


def _nothing(*values: Floats) -> Floats:
    """A sum over something that is not there."""
    return np.full((1, 1, 1), np.nan)


def _least(*values: Floats) -> Floats:
    found = values[0]
    for x in values[1:]:
        found = np.minimum(found, x)
    return found


def _most(*values: Floats) -> Floats:
    found = values[0]
    for x in values[1:]:
        found = np.maximum(found, x)
    return found


def _where(possible: Flags, x: Floats) -> Floats:
    return np.where(possible, x, np.nan)


_NUMBER: Final[Mapping[str, Callable[..., Floats]]] = {
    "min": _least,
    "max": _most,
    "clip": lambda x, low, high: np.maximum(low, np.minimum(x, high)),
    "abs": np.abs,
    "sqrt": lambda x: np.sqrt(_where(x >= 0, x)),
    "ln": lambda x: np.log(_where(x > 0, x)),
    "exp": lambda x: np.exp(_where(np.abs(x) <= LARGEST_EXPONENT, x)),
    "days": np.subtract,
}


def _down(scope: Scope, given: bool, x: Floats) -> Floats:
    whole = np.rint(x)
    apart, size = np.abs(x - whole), np.maximum(np.abs(x), 1)
    if scope.watching and not given:
        scope.close(apart <= CLOSE * size)
    return np.where(apart <= (GIVEN if given else EQUAL) * size, whole, np.floor(x))


def half_up(scope: Scope, given: bool, x: Floats, places: Floats) -> Floats:
    """Round to decimals, halves away from zero; a value within ``EQUAL`` of a half is that half."""
    scale = 10.0 ** np.abs(places)
    scaled = np.where(places < 0, np.abs(x) / scale, np.abs(x) * scale)
    whole = _down(scope, given, scaled + 0.5)
    return np.copysign(np.where(places < 0, whole * scale, whole / scale), x)


def _round(scope: Scope, given: bool, x: Floats, places: Floats | None = None) -> Floats:
    digits = constant(0) if places is None else np.clip(np.floor(places + EQUAL), -30, 30)
    return half_up(scope, given, x, digits)


_STEPPED: Final[Mapping[str, Callable[..., Floats]]] = {
    "floor": _down,
    "ceil": lambda scope, given, x: -_down(scope, given, -x),
    "round": _round,
}


def _with_lists(expr: Call, args: Sequence[Value], scope: Scope) -> Value:
    """``band`` and ``interpolate``: one absent break point makes the result absent."""
    lists = [a if isinstance(a, tuple) else (cells(a),) for a in args[1:]]
    xs, ys = ([point.x for point in row] for row in lists)
    state = np.zeros((1, 1, 1), np.uint8)
    for point in (point for row in lists for point in row):
        state = np.maximum(state, point.state)
    if expr.function == "interpolate":
        return _lift(lambda x: barred(_plain(lambda a: _interpolate(a, xs, ys))(x), state), args[:1])
    given = all(map(scope.given, expr.args))
    return _lift(lambda x: barred(_plain(lambda a: _band(scope, given, a, xs, ys) + 0 * a)(x), state), args[:1])


def _band(scope: Scope, given: bool, x: Floats, cuts: Sequence[Floats], marks: Sequence[Floats]) -> Floats:
    """Rising cuts are reached at ≥, falling ones at ≤; one more mark than cuts."""
    if len(marks) != len(cuts) + 1:
        return np.full((1, 1, 1), np.nan)
    falling = cuts[0] > cuts[-1] if len(cuts) > 1 else np.zeros((1, 1, 1), bool)
    reached = np.zeros((1, 1, 1))
    for cut in cuts:
        apart, size = np.abs(x - cut), np.maximum(np.abs(x), np.abs(cut))
        if scope.watching and not given:
            scope.close(apart <= CLOSE * size)
        reached = reached + ((apart <= EQUAL * size) | np.where(falling, x < cut, x > cut))
    value = marks[0]
    for i, mark in enumerate(marks[1:], 1):
        value = np.where(reached == i, mark, value)
    return value


def _interpolate(x: Floats, xs: Sequence[Floats], ys: Sequence[Floats]) -> Floats:
    """Straight lines between break points, flat outside; of two points at one place the line up to it counts."""
    if len(xs) != len(ys) or not xs:
        return np.full((1, 1, 1), np.nan)
    places, points = _in_order(xs, ys)
    value = points[-1]
    for i in range(len(xs) - 1, 0, -1):
        (x0, y0), (x1, y1) = (places[i - 1], points[i - 1]), (places[i], points[i])
        wide = x1 > x0
        inside = np.where(wide, y0 + (x - x0) / np.where(wide, x1 - x0, 1) * (y1 - y0), y1)
        value = np.where(x <= x1, inside, value)
    return np.where(np.isnan(x), np.nan, np.where(x <= places[0], points[0], value))


def _in_order(xs: Sequence[Floats], ys: Sequence[Floats]) -> tuple[Sequence[Floats], Sequence[Floats]]:
    places, points = np.stack(np.broadcast_arrays(*xs, *ys)).reshape(2, len(xs), *np.broadcast_shapes(*(a.shape for a in (*xs, *ys))))
    order = np.lexsort((points, places), axis=0)
    places, points = (np.take_along_axis(a, order, axis=0) for a in (places, points))
    return list(places), list(points)


_LISTS: Final = ("band", "interpolate")


def _states(function: str, args: Sequence[Value]) -> Value:
    if function == "present":
        return _lift(_present, args)
    found = args[-1]
    for value in reversed(args[:-1]):
        found = _lift(_first, (value, found))
    return found


def _present(value: Cells) -> Cells:
    x = np.where(np.isnan(value.x), 0.0, 1.0)
    return Cells(x) if value.mark is None else marked(x, np.where(value.mark == REFUSED, REFUSED, 0).astype(np.uint8))


def _first(value: Cells, other: Cells) -> Cells:
    """The other where a value is missing or not due; what is refused stays refused."""
    refused = None if value.mark is None else value.mark == REFUSED
    take = np.isnan(value.x) if refused is None else np.isnan(value.x) & ~refused
    x = np.where(take, other.x, value.x)
    if value.mark is None and other.mark is None:
        return Cells(x)
    mark = np.where(take, 0 if other.mark is None else other.mark, 0 if refused is None else np.where(refused, REFUSED, 0))
    return marked(x, mark.astype(np.uint8))


# The class ------------------------------------------------------------------------------------------------------------


def _class_call(expr: Call, scope: Scope) -> Value:
    peers, standing = scope.peers(expr.args[0]), expr.function in ("class_rank", "class_percent_rank")
    x = Cells(constant(np.nan)) if scope.unmarked and not standing else cells(evaluate(expr.args[0], scope))
    rest = [cells(evaluate(arg, scope)) for arg in expr.args[1:]]
    if expr.function == "class_count":
        value = Cells(peers.n)
    elif expr.function in _CLASS:
        value = Cells(_CLASS[expr.function](peers))
    elif expr.function == "class_quantile":
        value = _plain(lambda q: quantile(peers, q))(rest[0])
    else:
        value = _plain(lambda a: _standing(expr, peers, a, scope))(x)
    if x.mark is None and peers.refused is None:
        return value
    none = np.zeros((1, 1, 1), np.uint8)
    mark, refused = none if x.mark is None else x.mark, none if peers.refused is None else peers.refused
    nobody = (mark == NOT_DUE) & (peers.n == 0) & (expr.function != "class_count")
    state = np.where((mark == REFUSED) | (refused == REFUSED), REFUSED, np.where(nobody, NOT_DUE, 0))
    return barred(value, state.astype(np.uint8))


def _standing(expr: Call, peers: Peers, x: Floats, scope: Scope) -> Floats:
    """Rank from the top, or share of the others below; a unit that does not compete has n others."""
    if scope.watching and not scope.given(expr.args[0]):
        margin = (CLOSE - EQUAL) * np.abs(x)
        scope.close(peers.n - above(peers, x + margin) - below(peers, x - margin) > scope.competing)
    if expr.function == "class_rank":
        return np.where(peers.n > 0, 1 + above(peers, x), np.nan)
    others = peers.n - scope.competing
    return np.where(others < 1, np.nan, below(peers, x) / np.maximum(others, 1))


_CLASS: Final[Mapping[str, Callable[[Peers], Floats]]] = {
    "class_lowest": lambda peers: peers.lowest,
    "class_highest": lambda peers: peers.highest,
    "class_mean": lambda peers: peers.mean,
    "class_median": lambda peers: quantile(peers, constant(0.5)),
    "class_sd": lambda peers: peers.sd,
}

_EVALUATE: Final[Mapping[type, Callable[..., Value]]] = {
    Number: lambda expr, scope: Cells(constant(float(expr.value))),
    Missing: lambda expr, scope: Cells(constant(np.nan)),
    Name: lambda expr, scope: scope.name(expr),
    Member: lambda expr, scope: scope.member(expr),
    Negate: lambda expr, scope: _lift(_plain(np.negative), (evaluate(expr.of, scope),)),
    Not: lambda expr, scope: _lift(_plain(lambda x: np.where(np.isnan(x), np.nan, x == 0)), (evaluate(expr.of, scope),)),
    Binary: _binary,
    Logic: _logic,
    Choice: _choice,
    Listing: _listing,
    Call: _call,
}
