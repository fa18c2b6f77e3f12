"""The arithmetic of the independent evaluation: rules of one unit, statistics of a class, totals of many values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

MISSING, NOT_DUE, REFUSED = "missing", "not_due", "refused"
Number = Fraction | str


def half_up(x: Fraction, places: int) -> Fraction:
    """Halves away from zero, by whole-number division."""
    n = abs(x) * Fraction(10) ** places
    whole, rest = divmod(n.numerator, n.denominator)
    if 2 * rest >= n.denominator:
        whole += 1
    return Fraction(whole if x >= 0 else -whole) / Fraction(10) ** places


def between(x: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return low if x < low else high if x > high else x


# Rules of one unit ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """What a rule sees: facts that are there, its numbers, full mark, direction, and the class for statistics."""

    f: Mapping[str, Fraction]
    p: Mapping[str, object]
    full: Fraction
    sign: int
    peers: Sequence[Fraction] = ()  # values of the competing units, times the direction
    mine: bool = True

    def n(self, name: str) -> Fraction:
        value = self.p[name]
        assert isinstance(value, Fraction)
        return value

    def many(self, name: str) -> list[Fraction]:
        value = self.p[name]
        assert isinstance(value, tuple)
        return list(value)


def step_reached(x: Fraction, cuts: list[Fraction]) -> int:
    falling = len(cuts) > 1 and cuts[0] > cuts[-1]
    return len([cut for cut in cuts if (x <= cut if falling else x >= cut)])


def on_line(x: Fraction, xs: list[Fraction], ys: list[Fraction]) -> Fraction:
    if xs[0] > xs[-1]:
        xs, ys = xs[::-1], ys[::-1]
    if x <= xs[0]:
        return ys[0]
    for i in range(1, len(xs)):
        if x <= xs[i]:
            return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1])
    return ys[-1]


def quantile(values: Sequence[Fraction], q: Fraction) -> Fraction:
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    low = math.floor(at)
    if low + 1 >= len(ordered):
        return ordered[-1]
    return ordered[low] * (1 - (at - low)) + ordered[low + 1] * (at - low)


def spread_out(g: Given) -> Number:
    low, high = min(g.peers), max(g.peers)
    return MISSING if low == high else (g.sign * g.f["value"] - low) / (high - low) * g.full


def share_below(g: Given, x: Fraction) -> Number:
    others = len(g.peers) - (1 if g.mine else 0)
    return Fraction(len([p for p in g.peers if p < x]), others) if others > 0 else MISSING


def over(x: Fraction, y: Fraction, then: Callable[[Fraction], Fraction]) -> Number:
    return MISSING if y == 0 else then(x / y)


def low_rate(g: Given) -> Number:
    if g.f["value"] <= 0:
        return g.n("cap") * g.full
    return between(g.f["target"] / g.f["value"], Fraction(0), g.n("cap")) * g.full


def level_and_growth(g: Given) -> Number:
    if g.f["previous"] == 0 or (g.f["target"] == 0 and g.sign > 0):
        return MISSING
    if g.sign < 0:
        level = Fraction(1) if g.f["value"] <= g.f["target"] else g.f["target"] / g.f["value"]
    else:
        level = between(g.f["value"] / g.f["target"], Fraction(0), Fraction(1))
    grown = between(g.sign * (g.f["value"] / g.f["previous"] - 1) / g.n("goal"), Fraction(0), Fraction(1))
    return g.full * (g.n("level_share") * level + (1 - g.n("level_share")) * grown)


def within_band(g: Given) -> Number:
    band = step_reached(g.f["level"], [Fraction(2), Fraction(3), Fraction(4)])
    return between(g.f["value"], g.many("lows")[band], g.many("highs")[band]) * g.full


def on_schedule(g: Given) -> Number:
    late = g.f["value"] - g.f["target"]
    x = g.full + (g.n("early") * -late if late < 0 else -g.n("late") * late)
    return between(x, g.n("floor_at"), g.n("most"))


def between_levels(g: Given) -> Number:
    worse = g.sign * (g.f["value"] - g.n("lowest")) < 0
    return Fraction(0) if worse else on_line(g.f["value"], g.many("cuts"), g.many("marks")) / 100 * g.full


ZERO, ONE = Fraction(0), Fraction(1)
RULES: Mapping[str, tuple[tuple[str, ...], Callable[[Given], Number]]] = {
    "completion": (("value", "target"), lambda g: over(g.f["value"], g.f["target"], lambda r: between(r, ZERO, g.n("cap")) * g.full)),
    "completion_low": (("value", "target"), low_rate),
    "step_down": (("value",), lambda g: max(g.n("floor_at"), g.full - g.n("slope") * max(ZERO, g.n("threshold") - g.f["value"]))),
    "step_up": (("value",), lambda g: max(g.n("floor_at"), g.full - g.n("slope") * max(ZERO, g.f["value"] - g.n("threshold")))),
    "all_or_nothing": (("value", "target"), lambda g: g.full if g.sign * g.f["value"] >= g.sign * g.f["target"] else g.n("otherwise")),
    "levels": (("value",), lambda g: g.many("marks")[step_reached(g.f["value"], g.many("cuts"))] * g.full / 100),
    "levels_between": (("value",), between_levels),
    "stars": (("value",), lambda g: g.many("stars")[step_reached(g.f["value"], g.many("cuts"))]),
    "coefficient_band": (("value", "level"), within_band),
    "per_count": (("value",), lambda g: between(g.f["value"] * g.n("each_one"), ZERO, g.n("most"))),
    "deduct": (("value",), lambda g: max(g.n("floor_at"), g.full - g.n("each_one") * g.f["value"])),
    "growth": (
        ("value", "base"),
        lambda g: over(g.f["value"], g.f["base"], lambda r: between(g.sign * (r - 1) / g.n("goal"), ZERO, g.n("cap")) * g.full),
    ),
    "level_and_growth": (("value", "target", "previous"), level_and_growth),
    "efficacy": (
        ("value",),
        lambda g: (60 + 40 * between((g.f["value"] - g.n("low")) / (g.n("high") - g.n("low")), ZERO, ONE)) * g.full / 100,
    ),
    "goalposts": (("value",), lambda g: between((g.f["value"] - g.n("low")) / (g.n("high") - g.n("low")), ZERO, ONE) * g.full),
    "schedule": (("value", "target"), on_schedule),
    "pace": (("value", "expected"), lambda g: over(g.f["value"], g.f["expected"], lambda r: between(r, ZERO, g.n("cap")) * g.full)),
    "difficulty": (
        ("value", "target", "difficulty"),
        lambda g: over(g.f["value"], g.f["target"], lambda r: between(r, ZERO, g.n("cap")) * g.f["difficulty"] * g.full),
    ),
    "status": (("value",), lambda g: g.f["value"] * g.full),
    "ratio": (("numerator", "denominator"), lambda g: over(g.f["numerator"], g.f["denominator"], lambda r: between(r, ZERO, ONE) * g.full)),
    "better_of": (
        ("value", "previous"),
        lambda g: (max(g.f["value"], g.f["previous"]) if g.sign > 0 else 100 - min(g.f["value"], g.f["previous"])) * g.full / 100,
    ),
    "value": (("value",), lambda g: g.f["value"]),
    "either_year": ((), lambda g: g.f.get("value", g.f.get("previous", ZERO))),
    "line": (("value",), lambda g: on_line(g.f["value"], g.many("xs"), g.many("ys"))),
    "half_steps": (("value",), lambda g: half_up(g.f["value"] * 2, 0) / 2),
    "above_both": (("value", "target"), lambda g: ONE if g.f["value"] >= g.f["target"] and g.f["value"] >= 50 else ZERO),
}
PEERS: Mapping[str, Callable[[Given], Number]] = {
    "minmax": spread_out,
    "percentile": lambda g: x if isinstance(x := share_below(g, g.sign * g.f["value"]), str) else x * g.full,
    "rank_points": lambda g: max(g.n("least"), g.full - g.n("step") * len([p for p in g.peers if p > g.sign * g.f["value"]])),
    "from_mean": lambda g: g.f["value"] - sum(g.peers, ZERO) / len(g.peers),
    "over_median": lambda g: over(g.f["value"], quantile(g.peers, Fraction(1, 2)), lambda r: r * g.full),
    "from_quantile": lambda g: g.f["value"] - quantile(g.peers, g.n("q")) + len(g.peers),
}


# Many values of one unit ----------------------------------------------------------------------------------------------

Items = Sequence[tuple[Number, Fraction, Fraction]]  # value, weight, full mark


def gap(items: Items, empty: Number) -> Number | None:
    """What a collection is worth when nothing can be summed up; None when something can."""
    states = [value for value, _, _ in items]
    if REFUSED in states:
        return REFUSED
    if not states:
        return empty
    if all(isinstance(state, str) for state in states):
        return NOT_DUE if all(state == NOT_DUE for state in states) else MISSING
    return None


def there(items: Items) -> list[tuple[Fraction, Fraction]]:
    return [(value, weight) for value, weight, _ in items if isinstance(value, Fraction)]


def weighted(pairs: Sequence[tuple[Fraction, Fraction]]) -> Number:
    total = sum((w for _, w in pairs), ZERO)
    return MISSING if total == 0 else sum((x * w for x, w in pairs), ZERO) / total


def harmonic(pairs: Sequence[tuple[Fraction, Fraction]]) -> Number:
    pairs = [(x, w) for x, w in pairs if w != 0]
    if any(x < 0 for x, _ in pairs) or not pairs:
        return MISSING
    if any(x == 0 for x, _ in pairs):
        return ZERO
    return sum((w for _, w in pairs), ZERO) / sum((w / x for x, w in pairs), ZERO)


def variance(pairs: Sequence[tuple[Fraction, Fraction]]) -> Number:
    middle, n = weighted(pairs), len(pairs)
    if n < 2 or isinstance(middle, str):
        return MISSING
    total = sum((w for _, w in pairs), ZERO)
    return sum((w * (x - middle) ** 2 for x, w in pairs), ZERO) / total * n / (n - 1)


def middle_ones(pairs: Sequence[tuple[Fraction, Fraction]], k: int) -> Number:
    ordered = sorted(pairs, key=lambda pair: pair[0])
    return weighted(ordered[k : len(ordered) - k]) if len(ordered) > 2 * k else MISSING


def best_ones(pairs: Sequence[tuple[Fraction, Fraction]], k: int) -> Number:
    ordered = sorted(pairs, key=lambda pair: pair[0], reverse=True)
    return weighted(ordered[:k]) if len(ordered) >= k else MISSING


def shares(items: Items) -> Items:
    return [(value / full if isinstance(value, Fraction) else value, weight, full) for value, weight, full in items]


Over = Callable[[list[tuple[Fraction, Fraction]], Mapping[str, object], Fraction], Number]
OVER: Mapping[str, Over] = {
    "mean": lambda pairs, p, full: weighted(pairs),
    "sum": lambda pairs, p, full: sum((x for x, _ in pairs), ZERO),
    "weakest": lambda pairs, p, full: min(x for x, _ in pairs),
    "strongest": lambda pairs, p, full: max(x for x, _ in pairs),
    "harmonic": lambda pairs, p, full: harmonic(pairs),
    "variance": lambda pairs, p, full: variance(pairs),
    "best_two": lambda pairs, p, full: best_ones(pairs, 2),
    "trimmed": lambda pairs, p, full: middle_ones(pairs, 1),
    "flags": lambda pairs, p, full: Fraction(len([x for x, _ in pairs if x >= p["line"]])),  # type: ignore[operator]
    "mean_full": lambda pairs, p, full: x if isinstance(x := weighted(pairs), str) else x * full,
    "shares": lambda pairs, p, full: x if isinstance(x := weighted(pairs), str) else x * full,
    "full_and_sum": lambda pairs, p, full: max(ZERO, full + sum((x for x, _ in pairs), ZERO)),
    "rewarded": lambda pairs, p, full: (
        x if isinstance(x := weighted(pairs), str) else x + (p["reward"] if min(v for v, _ in pairs) >= p["line"] else ZERO)  # type: ignore[operator]
    ),
}
CLASS_OVER = ("sum_percentile", "from_class_mean")  # a sum of the parts compared with the class
