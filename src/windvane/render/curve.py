"""How a rule turns a value into points, and where this unit stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_place import Spot, along, around, freest
from windvane.render.chart_scale import Mark, Scale, inner_ticks, spanning_ticks, tick_places, tick_texts
from windvane.render.chart_text import exact, number, said, text_width, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Number, Words

__all__ = ["Mark", "Place", "curve", "curve_table"]

WIDTH: Final = 306
_HEIGHT: Final = 124
_GAP: Final = 8  # between tick texts

Rule = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the unit stands: its value, its points, and the words beside the dot."""

    x: Number
    y: Number
    label: Words = ""


@dataclass(frozen=True, slots=True)
class _Plot:
    width: float
    x: Scale
    y: Scale
    levels: tuple[Fraction, ...]  # ticks of the points

    @property
    def bottom(self) -> float:
        return self.y.start

    def at(self, x: Number, y: Number) -> c.Point:
        return self.x(x), self.y(y)

    def upright(self, x: Number, top: Number | None = None) -> tuple[c.Point, c.Point]:
        return (self.x(x), self.bottom), (self.x(x), self.y.end if top is None else self.y(top))


def curve(
    points: Sequence[tuple[Number, Number]],
    here: Place | None = None,
    marks: Sequence[Mark] = (),
    *,
    language: str,
    x_title: Words = "",
    y_title: Words = "",
    finding: Words = "",
    width: float = WIDTH,
) -> str:
    """Draw the rule through (value, points); a jump is two points at one value. Marks are dashed lines at values.

    Raises ValueError if there are fewer than two points.
    """
    rule = [(exact(x), exact(y)) for x, y in points]
    if len(rule) < 2:
        raise ValueError("a rule curve needs two points at least")
    below, beside = said(x_title, language), said(y_title, language)
    plot = _plot(rule, here, width, 40 if beside else 28)
    parts = [
        *_grid(plot, beside),
        *_stops(plot, rule, marks),
        *(c.line(*start, *end, c.PEER, dash="3 3") for start, end in (plot.upright(mark.value) for mark in marks)),
        *_strokes(rule, plot),
        *(_stand(plot, here) if here else ()),
        *_words(plot, rule, here, marks, language),
        c.tick(width, plot.bottom + 31, below) if below else "",
    ]
    return c.picture(width, plot.bottom + (36 if below else 21), parts, c.spoken(finding, language, _finding(rule, here, language)))


def curve_table(points: Sequence[tuple[Number, Number]], *, language: str, x_title: Words = "", y_title: Words = "") -> c.Table:
    head = ("Value", "Points") if language == "en" else ("数值", "得分")
    titles = (said(x_title, language) or head[0], said(y_title, language) or head[1])
    return c.Table(titles, tuple((number(x), number(y)) for x, y in points))


def _finding(rule: Rule, here: Place | None, language: str) -> str:
    if here and (words := said(here.label, language)):
        return f"Scoring rule; this unit: {words}" if language == "en" else f"计分规则曲线；本单位：{words}"
    low, high = min(y for _, y in rule), max(y for _, y in rule)
    if language == "en":
        return f"Scoring rule from {number(low)} to {number(high)} points"
    return f"计分规则曲线，从 {number(low)} 分到 {number(high)} 分"


# ---- axes


def _plot(rule: Rule, here: Place | None, width: float, top: float) -> _Plot:
    xs = [x for x, _ in rule] + ([exact(here.x)] if here else [])
    ys = [y for _, y in rule] + ([exact(here.y)] if here else [])
    levels = spanning_ticks(min([*ys, Fraction(0)]), max(ys))
    left = max(widest(tick_texts(levels), c.SMALL) + 14, 30)
    low, high = min(xs), max(xs)
    if low == high:
        low, high = low - 1, high + 1
    return _Plot(width, Scale(low, high, left, width - 16), Scale(levels[0], levels[-1], top + _HEIGHT, top), levels)


def _grid(plot: _Plot, title: str) -> list[str]:
    left, right = plot.x.start, plot.x.end
    parts = [c.line(left, plot.y(level), right, plot.y(level)) for level in plot.levels]
    parts += [spot.drawn(c.INK_3) for spot in _levels(plot)]
    return [*parts, c.line(left, plot.bottom, right, plot.bottom, c.AXIS), c.tick(0, 11, title, "start") if title else ""]


def _levels(plot: _Plot) -> list[Spot]:
    """The ticks of the points, at the left of the plot."""
    right = plot.x.start - 6
    texts = zip(plot.levels, tick_texts(plot.levels), strict=True)
    return [Spot(right - text_width(text, c.SMALL), plot.y(level) + 4, text) for level, text in texts]


def _stops(plot: _Plot, rule: Rule, marks: Sequence[Mark]) -> list[str]:
    """Texts under the axis: first the places where the rule turns, then its ends, then round numbers, as far as there is room."""
    kinks = [exact(mark.value) for mark in marks] + [x for x, _ in rule[1:-1]]
    low, high = exact(plot.x.low), exact(plot.x.high)
    placed: list[tuple[float, str]] = []
    for x in (*kinks, low, high, *inner_ticks(low, high, 5)):
        text = number(x, min(tick_places([x]), 2))
        room = [(text_width(text, c.SMALL) + text_width(other, c.SMALL)) / 2 + _GAP <= abs(plot.x(x) - at) for at, other in placed]
        if all(room) and plot.x(x) + text_width(text, c.SMALL) / 2 <= plot.width:
            placed.append((plot.x(x), text))
    return [c.tick(at, plot.bottom + 16, text, "middle") for at, text in sorted(placed)]


# ---- rule, unit and words


def _pieces(rule: Rule, plot: _Plot) -> tuple[list[list[c.Point]], list[list[c.Point]]]:
    """Return the courses of the rule, and its jumps."""
    courses, jumps = [[plot.at(*rule[0])]], []
    for before, after in pairwise(rule):
        if before[0] == after[0] and before[1] != after[1]:
            jumps.append([plot.at(*before), plot.at(*after)])
            courses.append([])
        courses[-1].append(plot.at(*after))
    return courses, jumps


def _strokes(rule: Rule, plot: _Plot) -> list[str]:
    courses, jumps = _pieces(rule, plot)
    parts = [c.path(jump, c.SOFT, width=1, dash="2 2") for jump in jumps]
    parts += [c.path(course, c.MAIN) for course in courses if len(course) > 1]
    return parts + [c.circle(course[0], 2.5) for course in courses if len(course) == 1]


def _stand(plot: _Plot, here: Place) -> list[str]:
    foot, _ = plot.upright(here.x)
    at = plot.at(here.x, here.y)
    return [c.line(*foot, *at, c.MAIN), c.circle(at, 4.5, width=1.5)]


def _words(plot: _Plot, rule: Rule, here: Place | None, marks: Sequence[Mark], language: str) -> list[str]:
    """Name the marks and the unit, each where it covers least of what is drawn."""
    courses, jumps = _pieces(rule, plot)
    lines = [point for course in (*courses, *jumps, *(plot.upright(mark.value) for mark in marks)) for point in along(course)]
    texts, parts = _levels(plot), []
    if here:
        at = plot.at(here.x, here.y)
        lines += along([plot.upright(here.x)[0], at])
        spots = around(at, said(here.label, language), size=c.SIZE, bold=True)
        texts.append(freest(spots, lines, texts, plot.width, plot.bottom))
        parts.append(texts[-1].drawn())
    for mark in marks:
        spots = _beside(plot, mark, said(mark.label, language))
        texts.append(freest(spots, lines, texts, plot.width, plot.bottom))
        parts.append(texts[-1].drawn(c.INK_2))
    return parts


def _beside(plot: _Plot, mark: Mark, text: str) -> list[Spot]:
    """Spots along a mark's line, on both sides, from the foot up."""
    x, width = plot.x(mark.value), text_width(text, c.SMALL)
    heights = [plot.bottom - 6 - 16 * i for i in range(int(_HEIGHT // 16))]
    return [Spot(side, y, text) for y in heights for side in (x + 5, x - 5 - width)]
