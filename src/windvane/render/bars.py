"""What really decides the ranking: declared against effective weight, two bars a component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_scale import Scale, tick_texts, ticks_with_room
from windvane.render.chart_text import MISSING, exact, number, percent, said, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Number, Words

WIDTH: Final = 528
_ROW: Final = 40
_THICK: Final = 12


@dataclass(frozen=True, slots=True)
class Weight:
    """A component's share 0..1 of the weight as declared, and as it works on the ranking (may be below zero)."""

    label: Words
    declared: Number
    effective: Number | None


def bars(rows: Sequence[Weight], *, language: str, prefix: str = "bars", finding: Words = "", width: float = WIDTH) -> str:
    """Draw both shares of each component in percent; an effective weight below zero is hatched."""
    labels = [said(row.label, language) for row in rows]
    room = min(widest(labels) + 1, width * 0.42)
    called = ("Declared weight", "Effective weight") if language == "en" else ("名义权重", "实际权重")
    keys, head = c.legend([c.Key(called[0], fill=c.SOFT), c.Key(called[1], fill=c.MAIN), c.Key("%")], 0, 12, width)
    top = head + 28
    scale = _scale(rows, room + 12, width - 44)
    parts = [*keys, *_grid(scale, top, top + _ROW * len(rows))]
    for i, (row, label) in enumerate(zip(rows, labels, strict=True)):
        middle = top + (i + 0.5) * _ROW
        parts.append(c.name(0, middle, label, room))
        parts += _bar(row.declared, scale, middle - _THICK - 1, c.SOFT, c.INK_3, "")
        parts += _bar(row.effective, scale, middle + 1, c.MAIN, c.INK, c.hatched(f"{prefix}-loss"))
    label = c.spoken(finding, language, _finding(rows, labels, language))
    return c.picture(width, top + _ROW * len(rows) + 4, [c.hatch(f"{prefix}-loss"), *parts], label)


def bars_table(rows: Sequence[Weight], *, language: str) -> c.Table:
    head = ("Component", "Declared weight %", "Effective weight %") if language == "en" else ("部分", "名义权重 %", "实际权重 %")
    return c.Table(head, tuple((said(row.label, language), _text(row.declared), _text(row.effective)) for row in rows))


def _text(share: Number | None) -> str:
    return MISSING if share is None else percent(share, 1)


def _scale(rows: Sequence[Weight], left: float, right: float) -> Scale:
    shares = [exact(share) * 100 for row in rows for share in (row.declared, row.effective) if share is not None]
    low, high = min(shares, default=exact(0)), max([*shares, exact(1)])
    return Scale(low, high, left + 44, right) if low < 0 else Scale(0, high, left, right)


def _grid(scale: Scale, top: float, bottom: float) -> list[str]:
    ticks = ticks_with_room(scale)
    parts = [c.line(scale(tick), top, scale(tick), bottom) for tick in ticks]
    parts += [c.tick(scale(tick), top - 6, text, "middle") for tick, text in zip(ticks, tick_texts(ticks), strict=True)]
    return [*parts, c.line(scale(0), top, scale(0), bottom, c.AXIS)]


def _bar(share: Number | None, scale: Scale, top: float, fill: str, ink: str, loss: str) -> list[str]:
    """One bar with its figure behind its end."""
    if share is None:
        return [c.write(scale(0) + 6, top + 9.5, MISSING, ink, size=c.SMALL)]
    end, zero = scale(exact(share) * 100), scale(0)
    if share < 0:
        bar = c.rect(end, top, zero - end, _THICK, loss or fill, stroke=c.MINUS_INK)
        return [bar, c.tag(end - 6, top + 9.5, _text(share), c.MINUS_INK, size=c.SMALL, anchor="end")]
    return [c.rect(zero, top, end - zero, _THICK, fill), c.tag(end + 6, top + 9.5, _text(share), ink, size=c.SMALL)]


def _finding(rows: Sequence[Weight], labels: Sequence[str], language: str) -> str:
    """Name the component whose effective weight is furthest from the declared one."""
    pairs = zip(rows, labels, strict=True)
    gaps = [(exact(row.effective) - exact(row.declared), label) for row, label in pairs if row.effective is not None]
    if not gaps:
        return "Declared weights" if language == "en" else "名义权重"
    gap, label = max(gaps, key=lambda pair: abs(pair[0]))
    points = number(gap * 100, 1, signed=True)
    if language == "en":
        return f"Declared and effective weights: furthest apart in {label}, {points} percentage points"
    return f"名义权重与实际权重：相差最大的是{label}，{points} 个百分点"
