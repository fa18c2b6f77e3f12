"""Axes: nice round ticks, and the map from numbers to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from windvane.render.chart_text import Number, Words, exact, number, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS: Final = (1, 2, 5)
_FOUR: Final = 4  # a step for axes that must enclose their numbers closely
_MOST: Final = 6  # grid lines, so that the grid stays quiet


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from ``low`` … ``high`` to the pixels ``start`` … ``end``.

    >>> Scale(0, 10, 100, 0)(2.5)
    75.0
    """

    low: Number
    high: Number
    start: float
    end: float

    def __call__(self, x: Number) -> float:
        span = float(self.high) - float(self.low)
        return self.start + (float(x) - float(self.low)) / span * (self.end - self.start)

    def holds(self, x: Number) -> bool:
        return self.low <= x <= self.high


def spanning_ticks(low: Number, high: Number, most: int = _MOST) -> tuple[Fraction, ...]:
    """Return nice ticks whose first and last enclose both numbers.

    >>> [str(tick) for tick in spanning_ticks(88.6, 100)]
    ['88', '92', '96', '100']
    """
    below, above = _opened(low, high)
    plain, fours = _candidates(above - below, _STEPS), _candidates(above - below, (_FOUR,))
    costs = [(_cost(step, below, above, most), step) for step in plain]
    costs += [(_cost(step, below, above, most) + 0.1, step) for step in fours]
    _, best = min(costs)
    return tuple(best * i for i in range(floor(below / best), ceil(above / best) + 1))


def inner_ticks(low: Number, high: Number, most: int = _MOST) -> tuple[Fraction, ...]:
    """Return nice ticks between both numbers, the ends included.

    >>> [str(tick) for tick in inner_ticks(89.2, 98.1)]
    ['90', '92', '94', '96', '98']
    """
    below, above = _opened(low, high)
    for step in _candidates(above - below, _STEPS):
        if floor(above / step) - ceil(below / step) < most:
            return tuple(step * i for i in range(ceil(below / step), floor(above / step) + 1))
    raise AssertionError(f"no step for {low} … {high}")


def ticks_with_room(scale: Scale, size: float = 11) -> tuple[Fraction, ...]:
    """Return nice ticks whose texts do not touch along a horizontal axis."""
    for most in range(_MOST, 2, -1):
        ticks = inner_ticks(scale.low, scale.high, most)
        if _apart(ticks, scale, size):
            return ticks
    ends = (ticks[0], ticks[-1])
    return ends if _apart(ends, scale, size) else ends[:1]


def _apart(ticks: Sequence[Fraction], scale: Scale, size: float) -> bool:
    return len(ticks) < 2 or scale(ticks[1]) - scale(ticks[0]) > widest(tick_texts(ticks), size) + 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A named place on an axis."""

    label: Words
    value: Number


def _opened(low: Number, high: Number) -> tuple[Fraction, Fraction]:
    below, above = sorted((exact(low), exact(high)))
    if below < above:
        return below, above
    return below - max(abs(below) / 10, Fraction(1)), above + max(abs(above) / 10, Fraction(1))


def _candidates(span: Fraction, steps: tuple[int, ...]) -> list[Fraction]:
    decade = floor(log10(float(span))) - 1
    return [step * Fraction(10) ** power for power in range(decade, decade + 4) for step in steps]


def _cost(step: Fraction, low: Fraction, high: Fraction, most: int) -> float:
    """Ticks that overhang cost, and ticks that are too few; too many are out of the question."""
    first, last = floor(low / step), ceil(high / step)
    overhang = float((last - first) * step / (high - low)) - 1
    count = last - first + 1
    return overhang + 0.06 * abs(most - count) + 10 * (count > most)


def nice_step(span: Fraction, most: int) -> Fraction:
    """Return the smallest nice step that divides the span into at most so many parts.

    >>> str(nice_step(Fraction(9, 10), 6))
    '1/5'
    """
    return next(step for step in _candidates(span, _STEPS) if span / step <= most)


def tick_places(ticks: Sequence[Fraction]) -> int:
    """The fewest decimals that write every tick exactly (at most 6)."""
    return next((places for places in range(6) if all((tick * 10**places).denominator == 1 for tick in ticks)), 6)


def tick_texts(ticks: Sequence[Fraction]) -> list[str]:
    places = tick_places(ticks)
    return [number(tick, places) for tick in ticks]
