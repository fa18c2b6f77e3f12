"""Shares of the points to be had, unit against class: as bars, where a radar would have too few or too many axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_scale import Scale
from windvane.render.chart_text import MISSING, number, percent, said, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Number, Words

_ROW: Final = 30
_THICK: Final = 12
_HEAD: Final = 24
_WIDTH: Final = 296
_TRACK: Final = 130  # room for the bars
_LONGEST: Final = 230  # of a name on one line


@dataclass(frozen=True, slots=True)
class Axis:
    """One component: shares 0..1 of its points that the unit, the class median and the class best have; None is missing."""

    label: Words
    unit: Number | None
    median: Number | None = None
    best: Number | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What the three marks are called."""

    unit: str
    median: str
    best: str


def names(language: str) -> Names:
    return Names("This unit", "Median", "Best") if language == "en" else Names("本单位", "中位", "最高")


def shares_text(share: Number | None, places: int = 1) -> str:
    return MISSING if share is None else percent(share, places)


def outer(axes: Sequence[Axis]) -> float:
    """The end of the scale: 1, or the next fifth above the largest share."""
    largest = max((float(share) for axis in axes for share in (axis.unit, axis.median, axis.best) if share is not None), default=1)
    return max(1.0, -(-largest * 5 // 1) / 5)


def shares_table(axes: Sequence[Axis], *, language: str) -> c.Table:
    """Return the shares in percent, one row an axis."""
    called = names(language)
    head = ("Component" if language == "en" else "部分", f"{called.unit} %", f"{called.median} %", f"{called.best} %")
    rows = ((said(axis.label, language), *map(shares_text, (axis.unit, axis.median, axis.best))) for axis in axes)
    return c.Table(head, tuple(rows))


def shares_finding(axes: Sequence[Axis], language: str) -> str:
    """Name the component furthest below the median."""
    behind = [(float(axis.median) - float(axis.unit), axis) for axis in axes if axis.unit is not None and axis.median is not None]
    gap, axis = max(behind, key=lambda pair: pair[0], default=(0.0, None))
    if axis is None or gap <= 0:
        return "Shares of points: nowhere below the median" if language == "en" else "各部分得分率：没有低于中位的部分"
    label, points = said(axis.label, language), number(gap * 100, 1)
    if language == "en":
        return f"Shares of points: furthest below the median in {label}, by {points} percentage points"
    return f"各部分得分率：{label}低于中位最多，低 {points} 个百分点"


def share_bars(axes: Sequence[Axis], *, language: str, finding: Words = "", width: float | None = None) -> str:
    """Draw a bar for the unit on each axis, with the class median dashed and the best dotted."""
    called = names(language)
    labels = [said(axis.label, language) for axis in axes]
    columns = max(widest([called.unit, called.median, "100.0"], c.SMALL) + 8, 44)
    width = width or max(_WIDTH, min(widest(labels), _LONGEST) + 2 * columns + _TRACK)
    room = min(widest(labels) + 1, max(width - 2 * columns - _TRACK, width * 0.3))
    scale = Scale(0, outer(axes), room + 10, width - 2 * columns - 4)
    bottom = _HEAD + _ROW * len(axes)
    heads = ((width - columns, called.unit), (width, called.median))
    parts = [c.write(x, 14, text, c.INK_3, size=c.SMALL, anchor="end") for x, text in heads]
    parts += [c.line(scale(share), _HEAD, scale(share), bottom, c.GRID) for share in (0.5, 1)]
    for i, axis in enumerate(axes):
        middle = _HEAD + (i + 0.5) * _ROW
        parts.append(c.name(0, middle, labels[i], room))
        parts += _marks(axis, scale, middle)
        parts.append(c.write(width - columns, middle + 4, shares_text(axis.unit), anchor="end", bold=True))
        parts.append(c.write(width, middle + 4, shares_text(axis.median), c.INK_3, anchor="end"))
    parts.append(c.line(scale(0), _HEAD, scale(0), bottom, c.AXIS))
    stops = ((0, "0"), (0.5, "50"), (1, "100 %")) if scale(1) - scale(0) > 100 else ((0, "0"), (1, "100 %"))
    parts += [c.tick(scale(share), bottom + 15, text, "middle") for share, text in stops]
    keys, end = c.legend([c.Key(called.unit, fill=c.MAIN), *keys_of(called)[1:]], 0, bottom + 38, width)
    return c.picture(width, end + 8, [*parts, *keys], c.spoken(finding, language, shares_finding(axes, language)))


def keys_of(called: Names) -> list[c.Key]:
    return [
        c.Key(called.unit, line=c.MAIN),
        c.Key(called.median, line=c.PEER, dash=c.DASHED),
        c.Key(called.best, line=c.BEST, dash=c.DOTTED),
    ]


def _marks(axis: Axis, scale: Scale, middle: float) -> list[str]:
    parts = []
    if axis.unit is not None:
        end = scale(max(float(axis.unit), 0))
        parts.append(c.rect(scale(0), middle - _THICK / 2, end - scale(0), _THICK, c.MAIN))
    reach = _ROW / 2 - 4
    for share, stroke, dash in ((axis.best, c.BEST, c.DOTTED), (axis.median, c.PEER, c.DASHED)):
        if share is not None:
            x = scale(max(float(share), 0))
            parts.append(c.line(x, middle - reach, x, middle + reach, c.PAPER, width=4))
            parts.append(c.line(x, middle - reach, x, middle + reach, stroke, width=1.5, dash=dash))
    return parts
