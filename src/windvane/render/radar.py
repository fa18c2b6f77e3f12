"""How the unit compares: shares of points on three to eight axes, against class median and best. The centre is named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from math import ceil, cos, pi, sin
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_text import fitted, percent, said, wrap
from windvane.render.share_bars import Axis, keys_of, names, outer, share_bars, shares_finding, shares_table, shares_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Number, Words

__all__ = ["Axis", "radar", "radar_table"]

WIDTH: Final = 296
_CENTRES: Final = (0.8, 0.6, 0.4, 0.0)  # the largest that every share exceeds well is the centre
_RADII: Final = (80, 74, 68, 62, 56)
_GAP: Final = 12  # from the outer ring to the labels
_LINE: Final = 14

radar_table = shares_table


def radar(axes: Sequence[Axis], *, language: str, finding: Words = "", width: float | None = None, values: bool = False) -> str:
    """Draw the shares of points; fewer than three axes or more than eight become bars.

    Without a width the picture is as wide as its labels need. ``values`` writes the unit's shares under the labels.
    """
    if not 3 <= len(axes) <= 8:
        return share_bars(axes, language=language, finding=finding, width=width)
    web, labels = _laid(axes, language, width, values=values)
    top = min(label.top for label in labels)
    web, labels = web.moved(6 - top), [label.moved(6 - top) for label in labels]
    low = max(*(y for _, y in web.ring(web.outer)), *(label.top + label.height for label in labels))
    keys, end = c.legend(_keys(web, language), 0, low + 30, 2 * web.x, centred=True)
    parts = [*_rings(web), *_shapes(axes, web), *_ring_texts(web), *(label.drawn() for label in labels), *keys]
    return c.picture(2 * web.x, end + 8, parts, c.spoken(finding, language, shares_finding(axes, language)))


def _laid(axes: Sequence[Axis], language: str, width: float | None, *, values: bool) -> tuple[_Web, list[_Label]]:
    """Try webs until every label has room: first smaller ones, then wider pictures; at last cut the labels."""
    narrowest = max(WIDTH, sum(map(c.key_width, _keys(_web(axes, WIDTH, 1), language))) - 6)
    sizes = [(width or WIDTH, radius) for radius in _RADII]
    if width is None:
        sizes = [(narrowest, radius) for radius in _RADII[:3]] + [(narrowest + 24 * i, _RADII[0]) for i in range(1, 12)]
    texts = [said(axis.label, language) for axis in axes]
    figures = [_figure(axis) if values else "" for axis in axes]
    webs = [_web(axes, whole, radius) for whole, radius in sizes]
    web = next((web for web in webs if all(wrap(text, _room(web, i), c.SIZE, 2) for i, text in enumerate(texts))), webs[-1])
    return web, [_label(i, fitted(texts[i], _room(web, i), c.SIZE, 2), figures[i], web) for i in range(len(axes))]


# ---- the web


@dataclass(frozen=True, slots=True)
class _Web:
    x: float
    y: float
    radius: float
    inner: float  # share at the centre
    outer: float
    count: int

    def moved(self, down: float) -> _Web:
        return _Web(self.x, self.y + down, self.radius, self.inner, self.outer, self.count)

    def at(self, axis: int, radius: float) -> c.Point:
        angle = 2 * pi * axis / self.count
        return self.x + radius * sin(angle), self.y - radius * cos(angle)

    def point(self, axis: int, share: Number) -> c.Point:
        inside = min(max((float(share) - self.inner) / (self.outer - self.inner), 0), 1)
        return self.at(axis, inside * self.radius)

    def ring(self, share: float) -> list[c.Point]:
        return [self.point(axis, share) for axis in range(self.count)]

    def ring_shares(self) -> list[float]:
        steps = (m * 10.0**k for k in count(-2) for m in (5, 10, 20))
        step = next(step for step in steps if (self.outer - self.inner) / step < 5.01)
        inside = ceil((self.outer - self.inner) / step - 0.01)
        return [*(self.inner + step * i for i in range(1, inside)), self.outer]


def _web(axes: Sequence[Axis], width: float, radius: float) -> _Web:
    shares = [float(share) for axis in axes for share in (axis.unit, axis.median, axis.best) if share is not None]
    inner = next((centre for centre in _CENTRES if min(shares, default=0) >= centre + 0.03), 0.0)
    return _Web(width / 2, 0, radius, inner, outer(axes), len(axes))


def _rings(web: _Web) -> list[str]:
    shares = web.ring_shares()
    parts = [c.polygon(web.ring(share), c.AXIS if share is shares[-1] else c.GRID) for share in shares]
    return parts + [c.line(web.x, web.y, *web.at(axis, web.radius)) for axis in range(web.count)]


def _ring_texts(web: _Web) -> list[str]:
    """Name the inner rings, except the one that the shapes' corners are likely to cover."""
    shares, parts = web.ring_shares(), []
    for share in shares[: -2 if len(shares) > 3 else -1]:
        text, y = percent(share), web.point(0, share)[1]
        parts.append(c.tag(web.x - 4, y + 4, text, c.INK_3, size=c.SMALL, anchor="end"))
    return parts


# ---- what the unit, the median and the best have


def _shapes(axes: Sequence[Axis], web: _Web) -> list[str]:
    best = _points(web, [axis.best for axis in axes])
    median = _points(web, [axis.median for axis in axes])
    unit = _points(web, [axis.unit for axis in axes])
    parts = [
        *_outline(best, c.BEST, width=1.25, dash=c.DOTTED),
        *_outline(unit, c.MAIN, width=2, fill=c.MAIN),
        *_outline(median, c.PEER, width=1.5, dash=c.DASHED),
    ]
    return parts + [c.circle(point, 3) for point in unit if point is not None]


def _points(web: _Web, shares: Sequence[Number | None]) -> list[c.Point | None]:
    return [None if share is None else web.point(i, share) for i, share in enumerate(shares)]


def _outline(points: Sequence[c.Point | None], stroke: str, *, width: float, dash: str = "", fill: str = "none") -> list[str]:
    """Draw the closed shape; where a share is missing the outline stays open rather than invent a corner."""
    present = [point for point in points if point is not None]
    if len(present) == len(points):
        return [c.polygon(present, stroke, width=width, dash=dash, fill=fill, opacity=0.12 if fill != "none" else 1)]
    edges = zip(points, [*points[1:], points[0]], strict=True)
    return [c.path((start, end), stroke, width=width, dash=dash) for start, end in edges if start is not None and end is not None]


# ---- labels round the web


@dataclass(frozen=True, slots=True)
class _Label:
    x: float
    top: float
    anchor: str
    lines: tuple[str, ...]
    figure: str

    @property
    def height(self) -> float:
        return _LINE * (len(self.lines) + bool(self.figure))

    def moved(self, down: float) -> _Label:
        return _Label(self.x, self.top + down, self.anchor, self.lines, self.figure)

    def drawn(self) -> str:
        name = c.write_lines(self.x, self.top + 11, self.lines, anchor=self.anchor)
        figure = c.write(self.x, self.top + 11 + _LINE * len(self.lines), self.figure, c.INK_2, anchor=self.anchor, bold=True)
        return f"{name}\n{figure}" if self.figure else name


def _keys(web: _Web, language: str) -> list[c.Key]:
    centre = f"Centre: {percent(web.inner)} %" if language == "en" else f"中心为 {percent(web.inner)} %"
    return [*keys_of(names(language)), c.Key(centre)]


def _figure(axis: Axis) -> str:
    return shares_text(axis.unit) if axis.unit is None else f"{shares_text(axis.unit)} %"


def _label(i: int, lines: tuple[str, ...], figure: str, web: _Web) -> _Label:
    x, y = web.at(i, web.radius + _GAP)
    label = _Label(x, 0, _anchor(web, i), lines, figure)
    up = cos(2 * pi * i / web.count)
    spread = (label.height - _LINE) / 2 + (2 if label.anchor == "middle" else 0)
    return label.moved(y - label.height / 2 - up * spread)


def _anchor(web: _Web, i: int) -> str:
    across = sin(2 * pi * i / web.count)
    return "middle" if abs(across) < 0.1 else "start" if across > 0 else "end"


def _room(web: _Web, i: int) -> float:
    """Width that a label may take before it meets the edge, or for the upper and lower label its neighbours."""
    x, anchor = web.at(i, web.radius + _GAP)[0], _anchor(web, i)
    if anchor != "middle":
        return x if anchor == "end" else 2 * web.x - x
    return 2 * sin(2 * pi / web.count) * (web.radius + _GAP) - 8 if web.count > 4 else 2 * web.x
