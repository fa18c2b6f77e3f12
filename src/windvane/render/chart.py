"""The canvas of every chart: one theme, written as literals, so that page, PDF and Word show the same SVG.

No CSS variables, classes, scripts or ``style`` attributes: the picture also stands where a strict content policy
or a word processor ignores them. Sizes are pixels of the viewBox; the picture itself is as many rem wide as its
viewBox is wide / 16, so that it grows with the text around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import TYPE_CHECKING, Final

from windvane.render.chart_text import Words, fitted, said, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INK: Final = "#18212d"
INK_2: Final = "#414d5e"
INK_3: Final = "#586474"
MAIN: Final = "#1b4f8f"  # this unit, actual
SOFT: Final = "#9fb6d2"  # context
MIDDLE: Final = "#8ba7c7"  # the half-strength blue of a 50 % interval
PART: Final = "#3b73a6"  # points of a part, where they add up from zero
PEER: Final = "#6d7887"  # class median: dashed
BEST: Final = "#a9b3bf"  # class best: dotted
PLUS: Final = "#17806f"
PLUS_INK: Final = "#0c6b5e"
MINUS_INK: Final = "#b1241c"
LAG: Final = "#bd7d06"
GRID: Final = "#e1e6ec"
HAIR: Final = "#edf0f4"
AXIS: Final = "#c5cdd7"
HEAD: Final = "#f7f9fb"
TINT: Final = "#e7eff8"
PAPER: Final = "#ffffff"
FONT: Final = "Noto Sans SC Variable, Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"

DASHED: Final = "4 3"
DOTTED: Final = "1.5 2.5"
SIZE: Final = 12  # labels
SMALL: Final = 11  # ticks and notes
REM: Final = 16

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a chart, as text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def px(x: float) -> str:
    """Write a coordinate with at most one decimal.

    >>> px(12.04), px(-0.01), px(7.25)
    ('12', '0', '7.2')
    """
    text = f"{x:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def picture(width: float, height: float, parts: Iterable[str], label: str) -> str:
    """Return the whole SVG: ``label`` states the finding for those who cannot see it."""
    across, down = ceil(width), ceil(height)
    size = f'viewBox="0 0 {across} {down}" width="{across / REM:g}rem" height="{down / REM:g}rem"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}"'
    body = "\n".join(part for part in parts if part)
    return f'{head} font-family="{FONT}" font-size="{SIZE}" fill="{INK_2}">\n{body}\n</svg>'


def in_points(svg: str) -> str:
    """Size the picture in points instead of rem, for files outside a browser (one rem is 12 pt)."""
    head, close, rest = svg.partition(">")
    sized = re.sub(r'(width|height)="([\d.]+)rem"', lambda found: f'{found[1]}="{float(found[2]) * 12:g}pt"', head)
    return sized + close + rest


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, *, width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}" stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'


def rect(x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "", opacity: float = 1) -> str:
    edge = f' stroke="{stroke}"' if stroke else ""
    seen = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<rect x="{px(x)}" y="{px(y)}" width="{px(max(width, 0))}" height="{px(max(height, 0))}" fill="{fill}"{seen}{edge}/>'


def circle(at: Point, radius: float, fill: str = MAIN, *, stroke: str = PAPER, width: float = 1) -> str:
    return f'<circle cx="{px(at[0])}" cy="{px(at[1])}" r="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'


def path(points: Sequence[Point], stroke: str, *, width: float = 2, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    course = " L".join(f"{px(x)},{px(y)}" for x, y in points)
    return f'<path d="M{course}" fill="none" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}/>'


def polygon(
    points: Sequence[Point], stroke: str = GRID, *, width: float = 1, dash: str = "", fill: str = "none", opacity: float = 1
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    seen = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    corners = " ".join(f"{px(x)},{px(y)}" for x, y in points)
    return f'<polygon points="{corners}" fill="{fill}"{seen} stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}/>'


def write(x: float, y: float, text: str, fill: str = INK, *, size: float = SIZE, anchor: str = "start", bold: bool = False) -> str:
    """Write one line of text; y is the baseline."""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{px(x)}" y="{px(y)}"{side} fill="{fill}" font-size="{size:g}"{weight}>{escape(text)}</text>'


def write_lines(
    x: float, y: float, lines: Sequence[str], fill: str = INK, *, size: float = SIZE, anchor: str = "start", step: float = 14
) -> str:
    """Write lines of text below each other; y is the baseline of the first."""
    return "\n".join(write(x, y + i * step, each, fill, size=size, anchor=anchor) for i, each in enumerate(lines))


def name(x: float, middle: float, text: str, room: float, fill: str = INK, *, anchor: str = "start", bold: bool = False) -> str:
    """Write the name of a row, on two lines if it is long, around the row's middle."""
    lines = fitted(text, room, SIZE, 2, bold=bold)
    first = middle + 4 - 6.5 * (len(lines) - 1)
    return "\n".join(write(x, first + 13 * i, each, fill, anchor=anchor, bold=bold) for i, each in enumerate(lines))


def tag(x: float, y: float, text: str, fill: str = INK, *, size: float = SIZE, anchor: str = "start", bold: bool = False) -> str:
    """Write text on a little paper, so that a grid line does not run through it."""
    width = text_width(text, size, bold=bold)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    ground = rect(left - 2, y - size + 1, width + 4, size + 2, PAPER, opacity=0.85)
    return ground + write(x, y, text, fill, size=size, anchor=anchor, bold=bold)


def tick(x: float, y: float, text: str, anchor: str = "end") -> str:
    return write(x, y, text, INK_3, size=SMALL, anchor=anchor)


def hatch(name: str, stroke: str = MINUS_INK, ground: str = "#f6dcd9") -> str:
    """Define a hatched fill; the name must be unique on its page."""
    stripes = f'<rect width="5" height="5" fill="{ground}"/><line x1="0" y1="0" x2="0" y2="5" stroke="{stroke}" stroke-width="2"/>'
    tile = 'width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    return f'<defs><pattern id="{escape(name)}" {tile}>{stripes}</pattern></defs>'


def hatched(name: str) -> str:
    return f"url(#{escape(name)})"


@dataclass(frozen=True, slots=True)
class Below:
    """What stands under a plot, and where the picture ends."""

    parts: list[str]
    bottom: float


def note(text: str, top: float, width: float) -> Below:
    """Write a sentence under a plot, as wide as the picture."""
    if not text:
        return Below([], top + 2)
    lines = fitted(text, width, SIZE, 3)
    return Below([write_lines(0, top + 19, lines, INK_3, step=18)], top + 19 + 18 * (len(lines) - 1) + 7)


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a drawn sample, 20 px wide around (0, 0), and its words."""

    words: str
    line: str = ""  # stroke colour of a line sample
    dash: str = ""
    fill: str = ""  # fill of a square sample
    edge: str = ""


_SAMPLE: Final = 24
_GAP: Final = 14


def key_width(key: Key) -> float:
    sample = _SAMPLE if key.line else 17 if key.fill else 0
    return sample + text_width(key.words, SIZE) + _GAP


def legend(keys: Sequence[Key], x: float, y: float, width: float, *, centred: bool = False) -> tuple[list[str], float]:
    """Draw legend entries in as many lines as they need; return them and the baseline of the last line."""
    parts: list[str] = []
    lines = _legend_lines(keys, width)
    for i, keys_of_line in enumerate(lines):
        free = width - sum(map(key_width, keys_of_line)) + _GAP
        at = x + (free / 2 if centred else 0)
        for key in keys_of_line:
            parts += _key(key, at, y + i * 18)
            at += key_width(key)
    return parts, y + (len(lines) - 1) * 18


def _legend_lines(keys: Sequence[Key], width: float) -> list[list[Key]]:
    lines: list[list[Key]] = [[]]
    for key in keys:
        if lines[-1] and sum(map(key_width, lines[-1])) + key_width(key) - _GAP > width:
            lines.append([])
        lines[-1].append(key)
    return lines


def _key(key: Key, x: float, y: float) -> list[str]:
    middle = y - 4
    if key.line:
        width = 2 if not key.dash else 1.5
        return [line(x, middle, x + 20, middle, key.line, width=width, dash=key.dash), write(x + _SAMPLE, y, key.words, INK_2)]
    if key.fill:
        return [rect(x, middle - 5, 12, 10, key.fill, stroke=key.edge), write(x + 17, y, key.words, INK_2)]
    return [write(x, y, key.words, INK_3)]


def spoken(finding: Words, language: str, otherwise: str) -> str:
    """The finding that the caller states, or the one that the chart can state itself."""
    return said(finding, language) or otherwise
