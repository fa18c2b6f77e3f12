"""Does this indicator discriminate: how the class is spread, the unit's own bin, and the share at the cap."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_scale import Mark, nice_step, tick_texts
from windvane.render.chart_text import exact, number, percent, said, text_width, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Number, Words

__all__ = ["Mark", "histogram", "histogram_table"]

WIDTH: Final = 306
_PLOT: Final = 76
_EDGE: Final = 8
_WIDEST: Final = 72  # of one bar


@dataclass(frozen=True, slots=True)
class _Bin:
    """Values from ``low`` up to but without ``high``; without low everything below, without high the cap."""

    low: Fraction | None
    high: Fraction | None
    count: int

    def holds(self, x: Fraction) -> bool:
        return (self.low is None or x >= self.low) and (self.high is None or x < self.high)


@dataclass(frozen=True, slots=True)
class _Plot:
    width: float  # of the picture
    left: float
    step: float  # width of a bin
    top: float
    bins: tuple[_Bin, ...]

    @property
    def bottom(self) -> float:
        return self.top + _PLOT

    @property
    def right(self) -> float:
        return self.left + self.step * len(self.bins)

    def middle(self, i: int) -> float:
        return self.left + (i + 0.5) * self.step

    def at(self, x: Fraction) -> float:
        """Where a value lies: within its bin, or in the middle of a bin that is open."""
        i = next((i for i, each in enumerate(self.bins) if each.holds(x)), None)
        if i is None:
            return self.left if x < (self.bins[0].low or 0) else self.right
        low, high = self.bins[i].low, self.bins[i].high
        share = 0.5 if low is None or high is None else min(max(float((x - low) / (high - low)), 0), 1)
        return self.left + (i + share) * self.step


def histogram(
    values: Sequence[Number],
    marks: Sequence[Mark] = (),
    *,
    language: str,
    here: Number | None = None,
    cap: Number | None = None,
    finding: Words = "",
    width: float = WIDTH,
) -> str:
    """Draw counts in bins of nice width; values at the cap have a bin of their own, with their share."""
    if not values:
        return c.picture(width, 32, [c.write(0, 20, _nothing(language), c.INK_3)], c.spoken(finding, language, _nothing(language)))
    bins = _fitting(values, cap, width - 2 * _EDGE, language)
    step = min((width - 2 * _EDGE) / len(bins), _WIDEST)
    plot = _Plot(width, (width - step * len(bins)) / 2, step, 22 + 16 * len(marks), bins)
    parts = [c.line(plot.left - 1, plot.bottom, plot.right + 1, plot.bottom, c.AXIS)]
    for i, mark in enumerate(sorted(marks, key=lambda mark: -mark.value)):
        parts += _mark(said(mark.label, language), exact(mark.value), 10 + 16 * i, plot, _side(i, len(marks)))
    tallest, mine = max(each.count for each in bins), None if here is None else exact(here)
    for i, each in enumerate(bins):
        parts += _bar(each, plot, i, tallest, mine=mine is not None and each.holds(mine))
    parts += [c.tick(plot.middle(i), plot.bottom + 16, text, "middle") for i, text in enumerate(_texts(bins, language))]
    capped, bottom = bins[-1].high is None, plot.bottom + 20
    if capped:
        share = f"{percent(Fraction(bins[-1].count, len(values)))} %"
        parts.append(c.write(plot.middle(len(bins) - 1), plot.bottom + 31, share, c.INK_2, size=c.SMALL, anchor="middle"))
        bottom += 15
    return c.picture(width, bottom, parts, c.spoken(finding, language, _finding(values, bins, language)))


def histogram_table(values: Sequence[Number], *, language: str, cap: Number | None = None) -> c.Table:
    head = ("Points", "Units") if language == "en" else ("得分", "单位数")
    bins = _fitting(values, cap, WIDTH - 2 * _EDGE, language) if values else ()
    return c.Table(head, tuple((text, str(each.count)) for text, each in zip(_texts(bins, language), bins, strict=True)))


def _nothing(language: str) -> str:
    return "No values yet" if language == "en" else "还没有数值"


def _finding(values: Sequence[Number], bins: Sequence[_Bin], language: str) -> str:
    full = bins[-1].count if bins[-1].high is None else 0
    low, high = number(min(values)), number(max(values))
    if language == "en":
        return f"Spread of {len(values)} units from {low} to {high}" + (f", {full} at full marks" if full else "")
    return f"{len(values)} 个单位的分布，从 {low} 到 {high}" + (f"，{full} 个满分" if full else "")


# ---- bins


def _fitting(values: Sequence[Number], cap: Number | None, room: float, language: str) -> tuple[_Bin, ...]:
    """Return as many bins as their captions have room for."""
    exacts, limit = [exact(x) for x in values], None if cap is None else exact(cap)
    choices = [_bins(exacts, limit, most) for most in (6, 5, 4, 3, 2, 1)]
    return next((bins for bins in choices if widest(_texts(bins, language), c.SMALL) + 6 <= room / len(bins)), choices[-1])


def _bins(values: Sequence[Fraction], cap: Fraction | None, most: int) -> tuple[_Bin, ...]:
    rest = sorted(x for x in values if cap is None or x < cap)
    full = [_Bin(cap, None, len(values) - len(rest))] if cap is not None else []
    if not rest:
        return tuple(full)
    low, high = _fence(rest), cap if cap is not None else rest[-1]
    step = nice_step(high - low or abs(high) / 10 or Fraction(1), most)
    first, last = floor(low / step), ceil(high / step) if cap is not None else floor(high / step) + 1
    edges = [i * step for i in range(first, last)]
    below = sum(x < edges[0] for x in rest)
    inside = [_Bin(edge, edge + step, sum(edge <= x < edge + step for x in rest)) for edge in edges]
    return (*([_Bin(None, edges[0], below)] if below else []), *inside, *full)


def _fence(rest: Sequence[Fraction]) -> Fraction:
    """The lowest value that is no outlier: few far-off values share one open bin, so that they do not squash the others."""
    quarter, three = rest[len(rest) // 4], rest[len(rest) * 3 // 4]
    fence = quarter - 3 * (three - quarter) if three > quarter else rest[0]
    return next(x for x in rest if x >= fence)


def _texts(bins: Sequence[_Bin], language: str) -> list[str]:
    edges = [each.low if each.low is not None and each.high is not None else each.high for each in bins]
    texts = tick_texts([edge for edge in edges if edge is not None])
    if bins and bins[-1].high is None:
        texts.append("Full" if language == "en" else "满分")
    return [_caption(each, text) for each, text in zip(bins, texts, strict=True)]


def _caption(each: _Bin, text: str) -> str:
    return text if each.high is None else f"<{text}" if each.low is None else f"{text}–"


# ---- drawing


def _bar(each: _Bin, plot: _Plot, i: int, tallest: int, *, mine: bool) -> list[str]:
    height = _PLOT * each.count / tallest
    middle, top = plot.middle(i), plot.bottom - height
    ink, text = (c.INK if mine else c.INK_3), str(each.count)
    return [
        c.rect(middle - plot.step / 2 + 1.5, top, plot.step - 3, height, c.MAIN if mine else c.SOFT) if each.count else "",
        c.tag(middle, top - 5, text, ink, size=c.SMALL, anchor="middle", bold=mine),
    ]


def _mark(label: str, x: Fraction, y: float, plot: _Plot, side: int) -> list[str]:
    """A dashed line at a value, named above the plot."""
    at, width = plot.at(x), text_width(label, c.SMALL)
    start = at + side * (width / 2 + 4) - width / 2
    inside = min(max(start, 0), plot.width - width)
    top = y + 4 if side == 0 else y - 9
    return [c.line(at, top, at, plot.bottom, c.PEER, dash="3 3"), c.write(inside, y, label, c.INK_2, size=c.SMALL)]


def _side(i: int, count: int) -> int:
    """Marks go from right to left: the first is named at its right, the last at its left, so that no name meets another's line."""
    return 0 if count == 1 else 1 if i < count - 1 else -1
