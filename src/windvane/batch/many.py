"""Collections over arrays: parts and entries, with what their sums and means are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from windvane.batch.arrays import MISSING, NOT_DUE, REFUSED, Cells, Flags, Floats, Places, constant, taken

STRIP: Final = 1 << 14  # units whose sums stay in the nearest cache while items are added
_NOWHERE: Final = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Bridged:
    """Gaps in rows that hold something there: places among the items (ascending) and the units, and what the rows hold, by item."""

    item: Places
    unit: Places
    number: Floats

    def items(self, rows: slice | Places) -> Bridged:
        if isinstance(rows, slice):
            low, high = np.searchsorted(self.item, (rows.start, rows.stop))
            return Bridged(self.item[low:high] - rows.start, self.unit[low:high], self.number[rows])
        edges = np.searchsorted(self.item, np.stack([rows, rows + 1]))
        at = [np.arange(low, high) for low, high in edges.T]
        item = np.repeat(np.arange(rows.size), [some.size for some in at])
        return Bridged(item, self.unit[np.concatenate(at)], self.number[rows])


@dataclass(frozen=True, slots=True)
class Line:
    """``slope · rows + offset``: points not yet computed, because a weighted mean of lines needs only one pass over ``rows``.

    What is missing is NaN in ``rows``, or known by ``gaps``.
    ``skips``: what is missing stays so; otherwise ``at`` computes the points of the units with gaps the ordinary way.
    """

    rows: Floats
    slope: Floats  # (draws | 1, items, 1)
    offset: Floats
    skips: bool
    at: Callable[[Places], Cells]
    gaps: Bridged | None = None

    def items(self, rows: slice | Places) -> Line:
        whole, gaps = self.at, self.gaps.items(rows) if self.gaps else None
        return Line(self.rows[:, rows], self.slope[:, rows], self.offset[:, rows], self.skips, lambda at: whole(at).items(rows), gaps)


@dataclass(frozen=True)
class Piece:
    """Some items of a collection, with their places in it. ``exists``: which items a unit has (None: all); ``full`` NaN: no full marks."""

    load: Callable[[], Cells]
    places: tuple[int, ...]
    weight: Floats
    full: Floats
    exists: Flags | None = None
    line: Line | None = None

    @cached_property
    def cells(self) -> Cells:
        return self.load()

    @property
    def size(self) -> int:
        return len(self.places)

    def holding(self, cells: Cells) -> Piece:
        """The same items with other values."""
        return Piece(lambda: cells, self.places, self.weight, self.full, self.exists)

    def units(self, at: Places) -> Piece:
        cells = self.line.at(at) if self.line else self.cells.units(at)
        exists = None if self.exists is None else taken(self.exists, at)
        return Piece(lambda: cells, self.places, taken(self.weight, at), taken(self.full, at), exists)

    @cached_property
    def weighted(self) -> Totals:
        return _totals(self, self.weight)

    @cached_property
    def counted(self) -> Totals:
        return _totals(self, np.ones((1, self.size, 1)))


@dataclass(frozen=True)
class Many:
    """A collection: parts or entries. ``empty`` is what the sum is where a unit has none."""

    pieces: tuple[Piece, ...]
    empty: Cells

    @cached_property
    def weighted(self) -> Totals:
        return _added([piece.weighted for piece in self.pieces])

    @cached_property
    def counted(self) -> Totals:
        return _added([piece.counted for piece in self.pieces])

    @property
    def places(self) -> tuple[tuple[int, ...], ...]:
        return tuple(piece.places for piece in self.pieces)

    @property
    def has_fewer(self) -> bool:
        """Whether some units have fewer items than others."""
        return any(piece.exists is not None for piece in self.pieces)

    def mapped(self, compute: Callable[[Piece], Cells]) -> Many:
        return Many(tuple(piece.holding(compute(piece)) for piece in self.pieces), self.empty)

    @cached_property
    def merged(self) -> Piece:
        """All items in one piece, in their order."""
        if len(self.pieces) == 1:
            return self.pieces[0]
        order = np.argsort([place for piece in self.pieces for place in piece.places])
        marks = [p.cells.mark for p in self.pieces]
        mark = None
        if any(m is not None for m in marks):
            whole = [np.zeros_like(p.cells.x, np.uint8) if m is None else m for p, m in zip(self.pieces, marks, strict=True)]
            mark = self._joined(whole)[:, order]
        cells = Cells(self._joined([p.cells.x for p in self.pieces])[:, order], mark)
        exists = None
        if any(p.exists is not None for p in self.pieces):
            exists = self._joined([np.ones((1, p.size, 1), np.bool_) if p.exists is None else p.exists for p in self.pieces])[:, order]
        weight, full = (self._joined(arrays)[:, order] for arrays in ([p.weight for p in self.pieces], [p.full for p in self.pieces]))
        return Piece(lambda: cells, tuple(range(order.size)), weight, full, exists)

    def _joined(self, arrays: Sequence[NDArray]) -> NDArray:  # type: ignore[type-arg]  # whatever type came in
        if not arrays:
            return np.empty((1, 0, 1))
        draws, units = (max(a.shape[axis] for a in arrays) for axis in (0, 2))
        return np.concatenate([np.broadcast_to(a, (draws, p.size, units)) for a, p in zip(arrays, self.pieces, strict=True)], axis=1)


# Sums -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """What sums and means are made of: Σ weight · value and Σ weight over what is present, and how many items there are of each sort."""

    total: Floats
    weight: Floats
    absent: Floats
    rows: Floats
    not_due: Floats
    refused: Floats

    @property
    def present(self) -> Floats:
        return self.rows - self.absent

    @property
    def all_plain(self) -> bool:
        """Whether every unit has something present and nothing refused."""
        someone = self.absent.max(initial=0) < self.rows.max(initial=1) if self.rows.size == 1 else (self.absent < self.rows).all()
        return bool(someone) and self.refused.max(initial=0.0) == 0


def _added(totals: Sequence[Totals]) -> Totals:
    if not totals:
        return Totals(*(np.zeros((1, 1, 1)) for _ in range(6)))
    found = totals[0]
    for other in totals[1:]:
        found = Totals(
            found.total + other.total, found.weight + other.weight, found.absent + other.absent,
            found.rows + other.rows, found.not_due + other.not_due, found.refused + other.refused,
        )  # fmt: skip
    return found


def _totals(piece: Piece, weight: Floats) -> Totals:
    """Sum as if nothing were missing; only the units that turn out to have gaps are summed again with care."""
    if piece.exists is not None:
        return _careful(piece, weight)
    total = _along(piece, weight)
    if piece.line and piece.line.gaps is not None:
        if piece.line.skips and weight.shape[-1] == 1:
            return _less_gaps(total, piece.line, weight, piece.line.gaps)
        gaps = np.unique(piece.line.gaps.unit)
    else:
        gap = np.isnan(total)
        gaps = np.flatnonzero(gap.any(axis=(0, 1))) if gap.any() else _NOWHERE
    if total.shape[-1] == 1 and gaps.size or gaps.size > total.shape[-1] // 2:
        return _careful(piece, weight)
    none = constant(0.0)
    plain = Totals(total, weight.sum(axis=1, keepdims=True), none, constant(piece.size), none, none)
    if not gaps.size:
        return plain
    if piece.line and piece.line.skips and weight.shape[-1] == 1:
        return _mended(plain, gaps, _careful_line(piece.line, weight, gaps))
    return _mended(plain, gaps, _careful(piece.units(gaps), taken(weight, gaps)))


def _along(piece: Piece, weight: Floats) -> Floats:
    """Σ weight · value over the items, NaN where one is missing."""
    if piece.line is None or weight.shape[-1] > 1:
        return dot(weight, piece.cells.x)
    found = dot(weight * piece.line.slope, piece.line.rows)
    found += (weight * piece.line.offset).sum(axis=1, keepdims=True)
    return found


def dot(weight: Floats, x: Floats) -> Floats:
    """Σ over items of weight · x, shaped (draws, 1, units)."""
    if weight.shape[-1] > 1:
        total: Floats = (weight * x).sum(axis=1, keepdims=True)
        return total
    if weight.shape[0] == 1:
        found: Floats = np.empty((x.shape[0], x.shape[2]))
        for start in range(0, x.shape[2], STRIP):
            at = slice(start, start + STRIP)
            np.einsum("i,diu->du", weight[0, :, 0], x[..., at], out=found[:, at])
    elif x.shape[0] == 1:
        found = weight[:, :, 0] @ x[0]
    else:
        found = np.einsum("di,diu->du", weight[:, :, 0], x)
    return found[:, np.newaxis]


def _careful(piece: Piece, weight: Floats) -> Totals:
    x, mark = piece.cells.x, piece.cells.mark
    present = ~np.isnan(x)
    rows = constant(piece.size) if piece.exists is None else piece.exists.sum(axis=1, keepdims=True, dtype=float)
    total = (np.where(present, x, 0.0) * weight).sum(axis=1, keepdims=True)
    none = np.zeros((1, 1, 1))
    not_due = none if mark is None else _number(mark == NOT_DUE)
    refused = none if mark is None else _number(mark == REFUSED)
    return Totals(total, (present * weight).sum(axis=1, keepdims=True), rows - _number(present), rows, not_due, refused)


def _less_gaps(total: Floats, line: Line, weight: Floats, gaps: Bridged) -> Totals:
    """Sums over everything, less what stands in the gaps."""
    size, none, units = constant(line.rows.shape[1]), constant(0.0), total.shape[-1]
    if not gaps.item.size:
        return Totals(total, weight.sum(axis=1, keepdims=True), none, size, none, none)
    each = weight[0, :, 0]
    foreign = each * (line.slope[0, :, 0] * gaps.number + line.offset[0, :, 0])
    total -= np.bincount(gaps.unit, foreign[gaps.item], units)
    there = each.sum() - np.bincount(gaps.unit, each[gaps.item], units).reshape(1, 1, -1)
    absent = np.bincount(gaps.unit, minlength=units).reshape(1, 1, -1).astype(float)
    if absent.max() == line.rows.shape[1]:
        nothing = absent == line.rows.shape[1]
        total[nothing] = there[nothing] = 0.0
    return Totals(total, there, absent, size, none, none)


def _careful_line(line: Line, weight: Floats, at: Places) -> Totals:
    """The same for lines: what is missing is taken out again, place by place, for it is little."""
    rows = np.take(line.rows, at, axis=2)
    draw, item, unit = np.nonzero(rows != rows)
    rows[draw, item, unit] = 0.0
    place, shape = draw * at.size + unit, (rows.shape[0], 1, at.size)
    size = shape[0] * at.size

    def without(each: Floats) -> Floats:
        """Σ over the items that are present."""
        lost = np.broadcast_to(each, (*rows.shape[:2], 1))[draw, item, 0]
        return np.asarray(each.sum(axis=1, keepdims=True) - np.bincount(place, lost, size).reshape(shape), float)

    total = dot(weight * line.slope, rows) + without(weight * line.offset)
    absent = np.bincount(place, minlength=size).reshape(shape).astype(float)
    return Totals(total, without(weight), absent, constant(rows.shape[1]), constant(0.0), constant(0.0))


def _number(which: Flags) -> Floats:
    return np.asarray(which.sum(axis=1, keepdims=True, dtype=float), float)


def _mended(plain: Totals, at: Places, careful: Totals) -> Totals:
    def put(whole: Floats, part: Floats) -> Floats:
        if whole.shape[-1] == 1 and part.shape[-1] == 1 and np.array_equal(whole, part):
            return whole
        found = np.broadcast_to(whole, (max(whole.shape[0], part.shape[0]), 1, plain.total.shape[-1])).copy()
        found[..., at] = part
        return found

    return Totals(
        put(plain.total, careful.total), put(plain.weight, careful.weight), put(plain.absent, careful.absent),
        put(plain.rows, careful.rows), put(plain.not_due, careful.not_due), put(plain.refused, careful.refused),
    )  # fmt: skip


def settled(many: Many, value: Floats, totals: Totals) -> Cells:
    """The result of a sum-like function: refused if an item is, absent where no item is present."""
    if totals.all_plain:
        return Cells(value)
    empty = totals.rows == 0
    nothing = (totals.absent == totals.rows) & ~empty
    state = np.where(nothing, np.where(totals.not_due == totals.rows, NOT_DUE, MISSING), 0)
    state = np.where(empty, many.empty.state, state)
    state = np.where(totals.refused > 0, REFUSED, state)
    shape = np.broadcast_shapes(value.shape, state.shape)
    found = np.where(empty, many.empty.x, value)
    mark = np.broadcast_to(np.where(state > MISSING, state, 0).astype(np.uint8), shape)
    return Cells(np.where(state > 0, np.nan, found), mark if mark.any() else None)
