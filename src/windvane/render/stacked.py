"""What each total is made of: one row a unit, one segment a component; deductions are hatched, left of zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_scale import Scale, tick_texts, ticks_with_room
from windvane.render.chart_text import MISSING, exact, number, said, text_width, widest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from windvane.render.chart_text import Number, Words

WIDTH: Final = 720
_ROW: Final = 24
# Neighbours differ in lightness, so that the segments stay apart in grey.
_FILLS: Final = ("#134c80", "#a8c6e0", "#3b73a6", "#d3dae2", "#17806f", "#b9ddd5", "#6d7887", "#e9cf9b")
_DARK: Final = frozenset({"#134c80", "#3b73a6", "#17806f", "#6d7887"})


@dataclass(frozen=True, slots=True)
class Stack:
    """One unit: its points by component (None is missing), its total, and whether it is the unit looked at."""

    label: Words
    amounts: tuple[Number | None, ...]
    total: Number | None = None
    rank: str = ""
    me: bool = False


def stacked(
    rows: Sequence[Stack],
    components: Sequence[Words],
    *,
    language: str,
    prefix: str = "stacked",
    finding: Words = "",
    width: float = WIDTH,
    places: int = 2,
) -> str:
    """Draw the league table; every row must have one amount a component, and add up to its total."""
    _check(rows, components, places)
    called = [said(component, language) for component in components]
    keys, head = c.legend(_legend(rows, called, language, f"{prefix}-loss"), 0, 12, width)
    page = _page(rows, language, width, head + 30, places)
    bottom = page.top + page.row * len(rows)
    parts = [c.rect(0, page.top + i * page.row, width, page.row, c.TINT) for i, row in enumerate(rows) if row.me]
    parts += _grid(page.scale, page.top, bottom)
    for i, row in enumerate(rows):
        middle = page.top + (i + 0.5) * page.row
        parts += _segments(row, page, middle, c.hatched(f"{prefix}-loss"), places)
        parts += _words(row, page, middle, language, places)
    zero = page.scale(0)
    parts.append(c.line(zero, page.top, zero, bottom, c.AXIS))
    label = c.spoken(finding, language, _finding(rows, called, language))
    return c.picture(width, bottom + 4, [c.hatch(f"{prefix}-loss"), *keys, *parts], label)


def stacked_table(rows: Sequence[Stack], components: Sequence[Words], *, language: str, places: int = 2) -> c.Table:
    first, last = ("Unit", "Total") if language == "en" else ("单位", "总分")
    head = (first, *(said(component, language) for component in components), last)
    return c.Table(head, tuple(_cells(row, language, places) for row in rows))


def _cells(row: Stack, language: str, places: int) -> tuple[str, ...]:
    return (said(row.label, language), *(MISSING if x is None else number(x, places) for x in (*row.amounts, row.total)))


def _check(rows: Sequence[Stack], components: Sequence[Words], places: int) -> None:
    for row in rows:
        if len(row.amounts) != len(components):
            raise ValueError(f"{row.label!s} has {len(row.amounts)} amounts, not {len(components)}")
        gap = abs(sum(_present(row)) - exact(row.total)) if row.total is not None else 0
        if gap * 2 * 10**places > len(components) + 1:
            raise ValueError(f"the amounts of {row.label!s} add to {float(sum(_present(row)))}, not {row.total}")


def _present(row: Stack) -> list[Fraction]:
    return [exact(amount) for amount in row.amounts if amount is not None]


@dataclass(frozen=True, slots=True)
class _Page:
    width: float
    top: float
    row: float
    name: float  # x of the names
    room: float  # their width
    scale: Scale


def _page(rows: Sequence[Stack], language: str, width: float, top: float, places: int) -> _Page:
    ranks = widest([each.rank for each in rows])
    name = ranks + 10 if ranks else 0
    longest = widest([said(each.label, language) for each in rows], bold=True) + 1
    room = min(longest, width * 0.42)
    row = _ROW if longest <= room else _ROW + 8
    totals = widest([_total(each, places) for each in rows], bold=True)
    high = max([sum(x for x in _present(each) if x > 0) for each in rows], default=exact(1)) or exact(1)
    low = min([sum(x for x in _present(each) if x < 0) for each in rows], default=exact(0))
    return _Page(width, top, row, name, room, Scale(low, high, name + room + 12, width - totals - 10))


def _total(row: Stack, places: int) -> str:
    return MISSING if row.total is None else number(row.total, places)


def _legend(rows: Sequence[Stack], called: Sequence[str], language: str, loss: str) -> list[c.Key]:
    drawn = [any((row.amounts[i] or 0) > 0 for row in rows) for i in range(len(called))]
    keys = [c.Key(words, fill=_FILLS[i % len(_FILLS)]) for i, words in enumerate(called) if drawn[i]]
    if any(amount < 0 for row in rows for amount in _present(row)):
        keys.append(c.Key("Deducted" if language == "en" else "扣分", fill=c.hatched(loss), edge=c.MINUS_INK))
    return keys


def _grid(scale: Scale, top: float, bottom: float) -> list[str]:
    ticks = ticks_with_room(scale)
    parts = [c.line(scale(tick), top, scale(tick), bottom) for tick in ticks]
    return parts + [c.tick(scale(tick), top - 6, text, "middle") for tick, text in zip(ticks, tick_texts(ticks), strict=True)]


def _segments(row: Stack, page: _Page, middle: float, loss: str, places: int) -> list[str]:
    parts, up, down = [], exact(0), exact(0)
    thick = _ROW - 6
    for i, amount in enumerate(row.amounts):
        if amount is None or amount == 0:
            continue
        if amount > 0:
            start, up = up, up + exact(amount)
            parts += _segment(page.scale(start), page.scale(up), middle, thick, _FILLS[i % len(_FILLS)], number(amount, places))
        else:
            end, down = down, down + exact(amount)
            parts.append(c.rect(page.scale(down), middle - thick / 2, page.scale(end) - page.scale(down), thick, loss, stroke=c.MINUS_INK))
    return parts


def _segment(left: float, right: float, middle: float, thick: float, fill: str, text: str) -> list[str]:
    """One segment, with its figure where there is room."""
    parts = [c.rect(left, middle - thick / 2, right - left, thick, fill, stroke=c.PAPER)]
    if text_width(text, c.SMALL) + 8 <= right - left:
        ink = c.PAPER if fill in _DARK else c.INK
        parts.append(c.write((left + right) / 2, middle + 4, text, ink, size=c.SMALL, anchor="middle"))
    return parts


def _words(row: Stack, page: _Page, middle: float, language: str, places: int) -> list[str]:
    parts = [c.name(page.name, middle, said(row.label, language), page.room, bold=row.me)]
    parts.append(c.write(page.width, middle + 4, _total(row, places), anchor="end", bold=True))
    if row.rank:
        parts.append(c.write(page.name - 10, middle + 4, row.rank, c.INK_3, anchor="end"))
    return parts


def _finding(rows: Sequence[Stack], called: Sequence[str], language: str) -> str:
    if language == "en":
        return f"Points by component of {len(rows)} units: {', '.join(called)}"
    return f"{len(rows)} 个单位的得分构成：{'、'.join(called)}"
