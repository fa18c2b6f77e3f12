"""Why this total: a waterfall from full marks to the total. Losses are hatched, gains solid, totals blue."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from windvane.render import chart as c
from windvane.render.chart_scale import Scale, spanning_ticks, tick_texts, ticks_with_room
from windvane.render.chart_text import Number, Words, exact, fitted, number, said, widest, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["part", "bonus", "deduction", "total"]

WIDTH: Final = 528
_TOP: Final = 33
_PLOT: Final = 170  # height of the plot with upright bars
_SHARE: Final = 0.58  # of a column that its bar takes
_ROW: Final = 28  # rows of the lying layout
_THICK: Final = 14


@dataclass(frozen=True, slots=True)
class Step:
    """One bar. ``amount`` is the change in points, with its sign; of a ``total`` it is the level reached."""

    label: Words
    sub: Words = ""
    amount: Number = 0
    kind: Kind = "part"


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    sub: str
    text: str  # the amount as written
    kind: Kind
    before: Fraction
    after: Fraction

    @property
    def low(self) -> Fraction:
        return min(self.before, self.after)

    @property
    def high(self) -> Fraction:
        return max(self.before, self.after)

    @property
    def lost(self) -> bool:
        return self.after < self.before


@dataclass(frozen=True, slots=True)
class _Plot:
    parts: list[str]
    bottom: float
    scale: Scale


def waterfall(
    steps: Sequence[Step],
    start: Step,
    end: Step,
    *,
    language: str,
    prefix: str = "waterfall",
    unit: Words = "",
    places: int = 2,
    finding: Words = "",
    width: float = WIDTH,
    note: bool = True,
) -> str:
    """Draw start + steps = end, upright if every label has room, else in rows with the names at the left.

    Raises ValueError if the steps do not lead from start to end (within rounding): a picture may not hide a gap.
    """
    bars = _bars(steps, start, end, language, places)
    loss = c.hatched(f"{prefix}-loss")
    plot = _upright(bars, width, loss) if _fit_upright(bars, width) else _lying(bars, width, loss)
    below = c.note(_note(plot.scale, said(unit, language), language) if note else "", plot.bottom, width)
    label = c.spoken(finding, language, _finding(bars, language))
    return c.picture(width, below.bottom, [c.hatch(f"{prefix}-loss"), *plot.parts, *below.parts], label)


def waterfall_table(steps: Sequence[Step], start: Step, end: Step, *, language: str, unit: Words = "", places: int = 2) -> c.Table:
    measure = said(unit, language)
    head = ("部分", f"增减（{measure}）" if measure else "增减", "说明") if language == "zh" else _english_head(measure)
    return c.Table(head, tuple((bar.label, bar.text, bar.sub) for bar in _bars(steps, start, end, language, places)))


def _english_head(measure: str) -> tuple[str, str, str]:
    return ("Part", f"Change ({measure})" if measure else "Change", "Note")


def _bars(steps: Sequence[Step], start: Step, end: Step, language: str, places: int) -> list[_Bar]:
    level, bars = exact(start.amount), []
    for step in (start, *steps, end):
        whole = step is start or step is end or step.kind == "total"
        before, level = level, exact(step.amount) if whole else level + exact(step.amount)
        if whole and abs(level - before) * 2 * 10**places > len(steps) + 2:
            raise ValueError(f"the steps reach {float(before)}, not {float(level)} at {said(step.label, language)!r}")
        text = number(step.amount, places, signed=not whole)
        bars.append(_Bar(said(step.label, language), said(step.sub, language), text, "total" if whole else step.kind, before, level))
    return bars


def _domain(bars: Sequence[_Bar]) -> tuple[Fraction, Fraction]:
    """From zero, unless the steps are small beside the totals: then from below them, and the note says so."""
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    span = high - low or abs(high) / 10 or Fraction(1)
    if low > 0 and 2 * span < high:
        return max(low - span * Fraction(4, 5), Fraction(0)), high
    return min(low - span / 8 if low < 0 else low, Fraction(0)), max(high, Fraction(0))


def _fit_upright(bars: Sequence[_Bar], width: float) -> bool:
    column = (width - 46) / len(bars)
    labels = all(wrap(bar.label, column - 4, c.SIZE, 2) for bar in bars)
    subs = all(wrap(bar.sub, column - 2, c.SMALL, 2) for bar in bars)
    return labels and subs and widest([bar.text for bar in bars], c.SIZE, bold=True) <= column


def _note(scale: Scale, unit: str, language: str) -> str:
    start = number(scale.low)
    if language == "en":
        cut = f"The axis starts at {start}{f' {unit}' if unit else ''}. " if scale.low > 0 else ""
        return f"{cut}Hatched: lost or deducted; solid: gained."
    cut = f"坐标轴自 {start}{f' {unit}' if unit else ' '}起。" if scale.low > 0 else ""
    return f"{cut}斜纹为失分、扣分，实色为加分。"


def _finding(bars: Sequence[_Bar], language: str) -> str:
    """First and last bar, and the largest loss between them."""
    first, last = bars[0], bars[-1]
    worst = min((bar for bar in bars if bar.kind != "total"), key=lambda bar: bar.after - bar.before, default=first)
    if language == "en":
        most = f"; largest loss: {worst.label} {worst.text}" if worst.lost else ""
        return f"Waterfall from {first.label} {first.text} to {last.label} {last.text}{most}"
    most = f"；失分最多的是{worst.label} {worst.text}" if worst.lost else ""
    return f"瀑布图：从{first.label} {first.text} 到{last.label} {last.text}{most}"


def _fill(bar: _Bar, loss: str, *, last: bool) -> tuple[str, str]:
    """Return fill and edge."""
    if bar.kind == "total":
        return (c.MAIN if last else c.SOFT), ""
    if bar.lost:
        return loss, c.MINUS_INK
    return (c.PART if bar.kind == "part" else c.PLUS), ""


def _ink(bar: _Bar) -> str:
    if bar.kind == "total":
        return c.INK
    if bar.after == bar.before:
        return c.INK_3
    return c.MINUS_INK if bar.lost else c.INK if bar.kind == "part" else c.PLUS_INK


def _ends(bar: _Bar, scale: Scale) -> tuple[float, float]:
    """Pixels of the bar's low and high end; totals stand on zero, or on the axis where it is cut."""
    if bar.kind != "total":
        return scale(bar.low), scale(bar.high)
    ground = max(Fraction(0), exact(scale.low))
    return scale(min(ground, bar.after)), scale(max(ground, bar.after))


# ---- upright: columns from left to right


@dataclass(frozen=True, slots=True)
class _Column:
    middle: float
    width: float

    @property
    def left(self) -> float:
        return self.middle - self.width * _SHARE / 2

    @property
    def right(self) -> float:
        return self.middle + self.width * _SHARE / 2


def _upright(bars: Sequence[_Bar], width: float, loss: str) -> _Plot:
    ticks = spanning_ticks(*_domain(bars))
    texts = tick_texts(ticks)
    left, right = max(widest(texts, c.SMALL) + 14, 38), width - 8
    scale = Scale(ticks[0], ticks[-1], _TOP + _PLOT, _TOP)
    step = (right - left) / len(bars)
    columns = [_Column(left + (i + 0.5) * step, step) for i in range(len(bars))]
    parts = [c.line(left, scale(tick), right, scale(tick)) for tick in ticks]
    parts += [c.tick(left - 6, scale(tick) + 4, text) for tick, text in zip(ticks, texts, strict=True)]
    ground = scale(max(ticks[0], Fraction(0)))
    parts.append(c.line(left, ground, right, ground, c.AXIS))
    for bar, column in zip(bars, columns, strict=True):
        parts += _column(bar, column, scale, loss, last=bar is bars[-1])
    for bar, (column, following) in zip(bars, pairwise(columns), strict=False):
        parts.append(c.line(column.right, scale(bar.after), following.left, scale(bar.after), c.PEER))
    names, bottom = _names(bars, columns, scale.start)
    return _Plot(parts + names, bottom, scale)


def _column(bar: _Bar, column: _Column, scale: Scale, loss: str, *, last: bool) -> list[str]:
    low, high = _ends(bar, scale)
    hangs = bar.after < (0 if bar.kind == "total" else bar.before)
    baseline = low + 14 if hangs and low + 18 <= scale.start else high - 6
    text = c.tag(column.middle, baseline, bar.text, _ink(bar), anchor="middle", bold=True)
    if bar.kind != "total" and bar.after == bar.before:
        return [c.line(column.left, high, column.right, high, c.PEER, width=2), text]
    fill, edge = _fill(bar, loss, last=last)
    return [c.rect(column.left, high, column.right - column.left, low - high, fill, stroke=edge), text]


def _names(bars: Sequence[_Bar], columns: Sequence[_Column], top: float) -> tuple[list[str], float]:
    step = columns[0].width
    labels = [wrap(bar.label, step - 4, c.SIZE) or () for bar in bars]
    subs = [wrap(bar.sub, step - 2, c.SMALL) or () if bar.sub else () for bar in bars]
    under = top + 17 + 14 * (max(map(len, labels)) - 1)
    parts = [c.write_lines(at.middle, top + 17, lines, anchor="middle") for at, lines in zip(columns, labels, strict=True)]
    for at, lines in zip(columns, subs, strict=True):
        parts.append(c.write_lines(at.middle, under + 15, lines, c.INK_3, size=c.SMALL, anchor="middle"))
    return parts, under + 14 * max(map(len, subs)) + 6


# ---- lying: rows from top to bottom, for long names, many steps and large numbers


def _lying(bars: Sequence[_Bar], width: float, loss: str) -> _Plot:
    names = min(widest([bar.label for bar in bars]), width * 0.42)
    subs = min(widest([bar.sub for bar in bars], c.SMALL), width * 0.2)
    low, high = _domain(bars)
    low = spanning_ticks(low, high)[0] if low else low
    top, bottom = 20, 20 + _ROW * len(bars)
    amounts = widest([bar.text for bar in bars], bold=True) + 8
    scale = Scale(low, high, names + 12 + (amounts if low < 0 else 0), width - subs - 12 - amounts)
    ticks = ticks_with_room(scale)
    ground = scale(max(low, Fraction(0)))
    parts = [c.line(scale(tick), top, scale(tick), bottom) for tick in ticks]
    parts += [c.tick(scale(tick), top - 7, text, "middle") for tick, text in zip(ticks, tick_texts(ticks), strict=True)]
    parts.append(c.line(ground, top, ground, bottom, c.AXIS))
    for i, bar in enumerate(bars):
        middle = top + (i + 0.5) * _ROW
        parts += _row(bar, scale, middle, loss, last=bar is bars[-1])
        parts += _row_words(bar, names, subs, width, middle)
        if bar is not bars[-1]:
            parts.append(c.line(scale(bar.after), middle + _THICK / 2, scale(bar.after), middle + _ROW - _THICK / 2, c.PEER))
    return _Plot(parts, bottom, scale)


def _row(bar: _Bar, scale: Scale, middle: float, loss: str, *, last: bool) -> list[str]:
    left, right = _ends(bar, scale)
    text = c.tag(right + 6, middle + 4, bar.text, _ink(bar), bold=True)
    if bar.kind == "total" and bar.after < 0:
        text = c.tag(left - 6, middle + 4, bar.text, _ink(bar), anchor="end", bold=True)
    if bar.kind != "total" and bar.after == bar.before:
        return [c.line(left, middle - _THICK / 2, left, middle + _THICK / 2, c.PEER, width=2), text]
    fill, edge = _fill(bar, loss, last=last)
    return [c.rect(left, middle - _THICK / 2, right - left, _THICK, fill, stroke=edge), text]


def _row_words(bar: _Bar, names: float, subs: float, width: float, middle: float) -> list[str]:
    parts = [c.name(0, middle, bar.label, names + 0.5)]
    if bar.sub:
        parts.append(c.write(width, middle + 4, fitted(bar.sub, subs + 0.5, c.SMALL)[0], c.INK_3, size=c.SMALL, anchor="end"))
    return parts
