"""Who stands where, and how sure: a dot a unit, with intervals, in the order of ranks; grade borders run across."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_scale import Scale, inner_ticks, tick_texts
from windvane.render.chart_text import MISSING, exact, fitted, number, said, text_width, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Number, Words

BESIDE: Final = 348  # width beside a table
ALONE: Final = 720  # width on a page of its own, with names
_PAD: Final = 14


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit: its points, the 50 % and 90 % intervals if known, and whether its grade is sure enough for a solid dot."""

    label: Words
    value: Number | None
    low50: Number | None = None
    high50: Number | None = None
    low90: Number | None = None
    high90: Number | None = None
    sure: bool = True
    rank: str = ""
    me: bool = False


@dataclass(frozen=True, slots=True)
class Border:
    """A grade begins at the row ``first`` (counted from 0) and runs to the next border."""

    label: Words
    first: int


def dot_plot(
    rows: Sequence[Dot],
    borders: Sequence[Border] = (),
    *,
    language: str,
    names: bool = False,
    row_height_rem: float = 1.5,
    head_rem: float = 3,
    title: Words = "",
    finding: Words = "",
    width: float | None = None,
    places: int = 2,
    limits: tuple[Number, Number] | None = None,
) -> str:
    """Draw the rows beside a table of the same row height, or with ``names`` on their own.

    ``limits`` fix the ends of the axis, so that several pictures share one.
    """
    lines = [_Line(said(dot.label, language), MISSING if dot.value is None else number(dot.value, places)) for dot in rows]
    page = _page(rows, lines, width or (ALONE if names else BESIDE), head_rem * c.REM, row_height_rem * c.REM, names=names)
    scale = Scale(*(limits or dot_limits(rows)), page.left + _PAD, page.right - _PAD)
    parts = [
        *_head(rows, said(title, language), scale, page, language),
        *_ground(rows, borders, page),
        *_grid(scale, page, len(rows)),
        *(_names(rows, lines, page) if names else ()),
        *(part for i, dot in enumerate(rows) for part in _dot(dot, scale, page.middle(i), page)),
        *_borders(rows, borders, scale, page, language),
    ]
    label = c.spoken(finding, language, _finding(rows, lines, language))
    return c.picture(page.width, page.head + page.row * len(rows), parts, label)


def dot_pages(
    rows: Sequence[Dot],
    borders: Sequence[Border] = (),
    *,
    language: str,
    most: int = 50,
    title: Words = "",
    finding: Words = "",
    places: int = 2,
) -> list[str]:
    """Draw the rows with names on as many pictures as they need, about equally long and on one axis: for A4 pages."""
    count = -(-len(rows) // most) or 1
    starts = [len(rows) * i // count for i in range(count + 1)]
    limits = dot_limits(rows)
    return [
        dot_plot(
            rows[start:end],
            _borders_within(borders, start, end, language),
            language=language,
            names=True,
            row_height_rem=1.25,
            title=title,
            finding=finding,
            places=places,
            limits=limits,
        )
        for start, end in pairwise(starts)
    ]


def _borders_within(borders: Sequence[Border], start: int, end: int, language: str) -> list[Border]:
    """The borders of a page; a grade that began on an earlier page says that it goes on."""
    inside = [replace(border, first=border.first - start) for border in borders if start <= border.first < end]
    earlier = [border for border in borders if border.first < start]
    if not earlier or (inside and inside[0].first == 0):
        return inside
    label = said(earlier[-1].label, language)
    return [Border(f"{label} (continued)" if language == "en" else f"{label}（续）", 0), *inside]


def dot_limits(rows: Sequence[Dot]) -> tuple[Number, Number]:
    """The ends of an axis that holds every dot and interval, with a little room."""
    numbers = [exact(x) for dot in rows for x in (dot.value, dot.low50, dot.high50, dot.low90, dot.high90) if x is not None]
    low, high = min(numbers, default=exact(0)), max(numbers, default=exact(1))
    room = (high - low) / 40 or abs(high) / 20 or exact(1)
    return low - room, high + room


def dot_table(rows: Sequence[Dot], *, language: str, places: int = 2) -> c.Table:
    english = language == "en"
    head = ("Rank", "Unit", "Total", "50 %", "90 %") if english else ("名次", "单位", "总分", "50 % 区间", "90 % 区间")
    return c.Table(head, tuple(_cells(dot, language, places) for dot in rows))


def _cells(dot: Dot, language: str, places: int) -> tuple[str, ...]:
    value = MISSING if dot.value is None else number(dot.value, places)
    spans = (_span(dot.low50, dot.high50, places), _span(dot.low90, dot.high90, places))
    return (dot.rank, said(dot.label, language), value, *spans)


def _span(low: Number | None, high: Number | None, places: int) -> str:
    return MISSING if low is None or high is None else f"{number(low, places)}–{number(high, places)}"


def _finding(rows: Sequence[Dot], lines: Sequence[_Line], language: str) -> str:
    present = [(exact(dot.value), line) for dot, line in zip(rows, lines, strict=True) if dot.value is not None]
    if not present:
        return "Dot plot of totals: no unit has one" if language == "en" else "总分点图：没有单位有总分"
    (_, best), (_, last) = max(present, key=lambda pair: pair[0]), min(present, key=lambda pair: pair[0])
    if language == "en":
        return f"Dot plot of totals: {len(rows)} units, from {best.name} {best.value} to {last.name} {last.value}"
    return f"总分点图：{len(rows)} 个单位，从{best.name} {best.value} 到{last.name} {last.value}"


# ---- the page: where names, plot and figures stand


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class _Page:
    width: float
    head: float
    row: float
    left: float  # of the plot
    right: float
    name: float  # x of the names

    def middle(self, i: int) -> float:
        return self.head + (i + 0.5) * self.row

    @property
    def radius(self) -> float:
        return min(4.0, self.row / 5)


def _page(rows: Sequence[Dot], lines: Sequence[_Line], width: float, head: float, row: float, *, names: bool) -> _Page:
    if not names:
        return _Page(width, head, row, 0, width, 0)
    ranks = widest([dot.rank for dot in rows])
    name = _PAD + (ranks + 10 if ranks else 0)
    left = name + min(widest([line.name for line in lines]) + 1, width * 0.5) + 10
    return _Page(width, head, row, left, width - _PAD - widest([line.value for line in lines], bold=True), name)


def _ground(rows: Sequence[Dot], borders: Sequence[Border], page: _Page) -> list[str]:
    """Every second grade on a tint, and this unit's own row."""
    ends = [*(border.first for border in borders[1:]), len(rows)]
    bands = [(border.first, end) for border, end in zip(borders, ends, strict=False)][1::2]
    parts = [c.rect(0, page.head + first * page.row, page.width, (end - first) * page.row, c.HEAD, opacity=0.7) for first, end in bands]
    return parts + [c.rect(0, page.head + i * page.row, page.width, page.row, c.TINT) for i, dot in enumerate(rows) if dot.me]


def _grid(scale: Scale, page: _Page, count: int) -> list[str]:
    bottom = page.head + count * page.row
    return [c.line(scale(tick), page.head, scale(tick), bottom) for tick in inner_ticks(scale.low, scale.high)]


def _names(rows: Sequence[Dot], lines: Sequence[_Line], page: _Page) -> list[str]:
    """Rank and name at the left, points at the right, and a hairline that leads from one to the other."""
    hairs = [c.line(0, page.middle(i) + page.row / 2, page.width, page.middle(i) + page.row / 2, c.HAIR) for i in range(len(rows))]
    return hairs + _row_words(rows, lines, page)


def _row_words(rows: Sequence[Dot], lines: Sequence[_Line], page: _Page) -> list[str]:
    parts = []
    for i, (dot, line) in enumerate(zip(rows, lines, strict=True)):
        y = page.middle(i) + 4
        name = fitted(line.name, page.left - page.name - 9, c.SIZE)[0]
        parts.append(c.write(page.name, y, name, bold=dot.me))
        parts.append(c.write(page.width - _PAD, y, line.value, anchor="end", bold=dot.me))
        if dot.rank:
            parts.append(c.write(page.name - 10, y, dot.rank, c.INK_3, anchor="end"))
    return parts


# ---- the head: what is measured, ticks, what the marks mean


def _head(rows: Sequence[Dot], title: str, scale: Scale, page: _Page, language: str) -> list[str]:
    ticks = inner_ticks(scale.low, scale.high)
    words = title or _title(language, spans=any(dot.low90 is not None for dot in rows))
    return [
        c.rect(0, 0, page.width, page.head, c.HEAD),
        c.line(0, 0.5, page.width, 0.5),
        c.line(0, page.head - 0.5, page.width, page.head - 0.5, c.AXIS),
        c.write(_PAD, 18, words, c.INK_2),
        *(c.tick(scale(tick), page.head - 8, text, "middle") for tick, text in zip(ticks, tick_texts(ticks), strict=True)),
        *_keys(rows, _PAD + text_width(words) + 16, page, language),
    ]


def _title(language: str, *, spans: bool) -> str:
    if language == "en":
        return "Total and interval (points)" if spans else "Total (points)"
    return "总分与区间（分）" if spans else "总分（分）"


def _keys(rows: Sequence[Dot], free: float, page: _Page, language: str) -> list[str]:
    """The legend at the right end of the head; what has no room there is left to the caption."""
    parts, end = [], page.width - _PAD
    spans, unsure = ("50 %, 90 % interval", "grade uncertain") if language == "en" else ("50 %、90 % 区间", "等次把握不足")
    if any(dot.low90 is not None for dot in rows):
        end -= text_width(spans, c.SMALL)
        sample = Dot("", 0, -12, 12, -22, 22)
        parts += [c.tick(end, 18, spans, "start"), *_dot(sample, Scale(-22, 22, end - 50, end - 6), 14, page)]
        end -= 66
    if any(not dot.sure for dot in rows) and end - text_width(unsure, c.SMALL) - 14 > free:
        end -= text_width(unsure, c.SMALL)
        parts += [c.tick(end, 18, unsure, "start"), *_dot(Dot("", 0, sure=False), Scale(-1, 1, end - 14, end - 6), 14, page)]
    return parts


# ---- dots and borders


def _dot(dot: Dot, scale: Scale, y: float, page: _Page) -> list[str]:
    parts = []
    if dot.low90 is not None and dot.high90 is not None:
        parts.append(c.line(scale(dot.low90), y, scale(dot.high90), y, c.SOFT, width=1.5))
    if dot.low50 is not None and dot.high50 is not None:
        parts.append(c.line(scale(dot.low50), y, scale(dot.high50), y, c.MIDDLE, width=page.radius))
    if dot.value is not None and dot.sure:
        parts.append(c.circle((scale(dot.value), y), page.radius))
    elif dot.value is not None:
        parts.append(c.circle((scale(dot.value), y), page.radius, c.PAPER, stroke=c.LAG, width=2.25))
    return parts


def _borders(rows: Sequence[Dot], borders: Sequence[Border], scale: Scale, page: _Page, language: str) -> list[str]:
    parts = []
    for border in borders:
        top = page.head + border.first * page.row
        if border.first > 0:
            parts.append(c.line(0, top - 1, page.width, top - 1, c.INK_2, width=2))
        if border.first < len(rows):
            parts += _grade(said(border.label, language), rows[border.first], scale, page.middle(border.first) + 4, page)
    return parts


def _grade(label: str, dot: Dot, scale: Scale, y: float, page: _Page) -> list[str]:
    """Write a grade's name in its first row, at the left unless the row's marks are there."""
    marks = [scale(x) for x in (dot.value, dot.low90, dot.high90, dot.low50, dot.high50) if x is not None]
    width = text_width(label, bold=True)
    left, right = page.left + 4, page.right - 16
    at_right = min(marks, default=right) - 8 < left + width and max(marks) + 8 < right - width
    start = right - width if at_right else left
    return [c.tag(start, y, label, bold=True)]
