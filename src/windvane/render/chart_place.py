"""Where a label covers least: of several spots round a mark, the one with the fewest drawn points under it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_text import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY: Final = 3  # pixels between points along a line
_TEXT: Final = 1000
_OUTSIDE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of text with its left end and baseline."""

    x: float
    y: float
    text: str
    size: float = c.SMALL
    bold: bool = False

    @property
    def right(self) -> float:
        return self.x + text_width(self.text, self.size, bold=self.bold)

    def covers(self, point: c.Point) -> bool:
        return self.x - 2 <= point[0] <= self.right + 2 and self.y - self.size <= point[1] <= self.y + 4

    def meets(self, other: Spot) -> bool:
        across = min(self.right, other.right) + 2 > max(self.x, other.x)
        return across and min(self.y, other.y) + 3 > max(self.y - self.size, other.y - other.size)

    def drawn(self, fill: str = c.INK) -> str:
        return c.write(self.x, self.y, self.text, fill, size=self.size, bold=self.bold)


def around(at: c.Point, text: str, *, size: float = c.SMALL, bold: bool = False, gap: float = 9) -> list[Spot]:
    """Spots over, under and beside a dot, the likeliest first."""
    width = text_width(text, size, bold=bold)
    x, y = at
    left, right, middle = x + 6 - width, x - 6, x - width / 2
    over, under, level = y - gap - 4, y + gap + size, y + size / 3
    places = (
        (left, over),
        (right, over),
        (middle, over),
        (x + gap, under),
        (x - gap - width, under),
        (x + gap, level),
        (x - gap - width, level),
    )
    return [Spot(*place, text, size, bold) for place in places]


def freest(spots: Sequence[Spot], lines: Sequence[c.Point], texts: Sequence[Spot], width: float, bottom: float) -> Spot:
    """Return the first of the spots that cover least: other texts weigh more than lines, the edge of the picture most."""
    return min(spots, key=lambda spot: _cost(spot, lines, texts, width, bottom))


def _cost(spot: Spot, lines: Sequence[c.Point], texts: Sequence[Spot], width: float, bottom: float) -> int:
    outside = spot.x < 0 or spot.right > width or spot.y - spot.size < 0 or spot.y > bottom - 3
    return sum(map(spot.covers, lines)) + _TEXT * sum(map(spot.meets, texts)) + _OUTSIDE * outside


def along(course: Sequence[c.Point]) -> list[c.Point]:
    """Points along a broken line."""
    points = list(course[:1])
    for (x1, y1), (x2, y2) in pairwise(course):
        steps = ceil(hypot(x2 - x1, y2 - y1) / _EVERY) or 1
        points += [(x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps) for i in range(1, steps + 1)]
    return points
