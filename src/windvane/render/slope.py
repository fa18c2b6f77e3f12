"""Who moved: ranks before and after, one line a unit. Rises are solid, falls dashed, the rest pale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windvane.render import chart as c
from windvane.render.chart_text import MISSING, said, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windvane.render.chart_text import Words

WIDTH: Final = 528
_WIDEST: Final = 720
_BETWEEN: Final = 110  # the least room for the lines
_ROW: Final = 18
_HEAD: Final = 30
_RANK: Final = 26  # from a dot to the name, over the rank


@dataclass(frozen=True, slots=True)
class Move:
    """One unit's rank before and after; None where it was not ranked."""

    label: Words
    before: int | None
    after: int | None
    me: bool = False

    @property
    def rise(self) -> int:
        return 0 if self.before is None or self.after is None else self.before - self.after


def slope(
    rows: Sequence[Move],
    before: Words,
    after: Words,
    *,
    language: str,
    notable: int = 3,
    finding: Words = "",
    width: float | None = None,
) -> str:
    """Draw both orders and the moves between them; moves of ``notable`` ranks and more stand out. Long names widen the picture."""
    labels = [said(row.label, language) for row in rows]
    width = width or min(max(WIDTH, widest(labels, bold=True) + 2 * _RANK + _BETWEEN), _WIDEST)
    room = min(widest(labels, bold=True) + 1, (width - 2 * _RANK - _BETWEEN) / 2)
    height = _ROW if widest(labels, bold=True) < room else 2 * _ROW - 6
    left, right = room + _RANK + 8, width - room - _RANK - 8
    starts = _places([row.before for row in rows], [row.after for row in rows], height)
    ends = _places([row.after for row in rows], [row.before for row in rows], height)
    order = sorted(range(len(rows)), key=lambda i: (rows[i].me, abs(rows[i].rise) >= notable, i))
    parts = [
        c.write(left, 14, said(before, language), c.INK_2, anchor="middle", bold=True),
        c.write(right, 14, said(after, language), c.INK_2, anchor="middle", bold=True),
        *(_stroke(rows[i], (left, starts[i]), (right, ends[i]), notable) for i in order if i in starts and i in ends),
    ]
    for i, row in enumerate(rows):
        parts += _end(row, labels[i], row.before, (left, starts[i]), room, -1) if i in starts else []
        parts += _end(row, labels[i], row.after, (right, ends[i]), room, 1) if i in ends else []
    bottom = max([*starts.values(), *ends.values()], default=_HEAD) + height / 2
    once = any(row.before is None or row.after is None for row in rows)
    keys, end = c.legend(_keys(notable, language, once=once), 0, bottom + 18, width, centred=True)
    return c.picture(width, end + 8, [*parts, *keys], c.spoken(finding, language, _finding(rows, labels, language)))


def slope_table(rows: Sequence[Move], before: Words, after: Words, *, language: str) -> c.Table:
    first, last = ("Unit", "Move") if language == "en" else ("单位", "升降")
    head = (first, said(before, language), said(after, language), last)
    return c.Table(head, tuple((said(row.label, language), _rank(row.before), _rank(row.after), _rise(row)) for row in rows))


def _rank(rank: int | None) -> str:
    return MISSING if rank is None else str(rank)


def _rise(row: Move) -> str:
    if row.before is None or row.after is None:
        return MISSING
    return f"▲ {row.rise}" if row.rise > 0 else f"▽ {-row.rise}" if row.rise < 0 else "0"


def _places(ranks: Sequence[int | None], others: Sequence[int | None], height: float) -> dict[int, float]:
    """Give every ranked unit a line of its own; equals stand in the order of the other side, so that their lines do not cross."""
    known = [(rank, others[i] or len(ranks), i) for i, rank in enumerate(ranks) if rank is not None]
    return {i: _HEAD + (k + 0.5) * height for k, (_, _, i) in enumerate(sorted(known))}


def _look(row: Move, notable: int) -> tuple[str, float, str]:
    """Colour, width and dash of a unit's line."""
    wide = 2.5 if row.me else 1.75
    if row.rise >= notable:
        return c.MAIN, wide, ""
    if row.rise <= -notable:
        return c.MINUS_INK, wide, c.DASHED
    return (c.MAIN, wide, "") if row.me else (c.AXIS, 1, "")


def _stroke(row: Move, start: c.Point, end: c.Point, notable: int) -> str:
    stroke, width, dash = _look(row, notable)
    return "\n".join((c.path((start, end), stroke, width=width, dash=dash), c.circle(start, 3, stroke), c.circle(end, 3, stroke)))


def _end(row: Move, label: str, rank: int | None, at: c.Point, room: float, side: int) -> list[str]:
    anchor, y = ("end" if side < 0 else "start"), at[1] + 4
    dot = "" if row.before is not None and row.after is not None else c.circle(at, 3, c.PAPER, stroke=c.PEER, width=1.5)
    return [
        dot,
        c.tick(at[0] + side * 8, y, _rank(rank), anchor),
        c.name(at[0] + side * _RANK, at[1], label, room, c.INK if row.me else c.INK_2, anchor=anchor, bold=row.me),
    ]


def _keys(notable: int, language: str, *, once: bool) -> list[c.Key]:
    if language == "en":
        up, down, rest, alone = f"up {notable} ranks or more", f"down {notable} or more", "less", "○ ranked once only"
    else:
        up, down, rest, alone = f"上升 {notable} 位及以上", f"下降 {notable} 位及以上", "其余", "○ 仅一次参加排名"
    return [
        c.Key(up, line=c.MAIN),
        c.Key(down, line=c.MINUS_INK, dash=c.DASHED),
        c.Key(rest, line=c.AXIS),
        *([c.Key(alone)] if once else []),
    ]


def _finding(rows: Sequence[Move], labels: Sequence[str], language: str) -> str:
    moved = sorted(zip(rows, labels, strict=True), key=lambda pair: pair[0].rise)
    if not moved or not any(row.rise for row in rows):
        return "Ranks before and after: no unit moved" if language == "en" else "前后名次：没有变动"
    (fall, lower), (rise, upper) = moved[0], moved[-1]
    if language == "en":
        return f"Ranks before and after: largest rise {upper}, {rise.rise}; largest fall {lower}, {-fall.rise}"
    return f"前后名次：上升最多的是{upper}，{rise.rise} 位；下降最多的是{lower}，{-fall.rise} 位"
