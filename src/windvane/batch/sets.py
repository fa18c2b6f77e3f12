"""Functions of collections (parts, entries) over arrays; missing items are skipped, a refused one refuses the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from windvane.batch.arrays import MISSING, Cells, Flags, Floats, marked
from windvane.batch.many import Many, Piece, settled


def total(many: Many) -> Cells:
    return settled(many, many.counted.total, many.counted)


def mean(many: Many) -> Cells:
    sums = many.weighted
    return settled(many, _over(sums.total, sums.weight), sums)


def variance(many: Many) -> Cells:
    """Σ w (x − m)² / Σ w · n / (n − 1)."""
    middle = _over(many.weighted.total, many.weighted.weight)
    spread = many.mapped(lambda piece: Cells((piece.cells.x - middle) ** 2)).weighted
    n = many.counted.present
    value = _over(spread.total, spread.weight) * _over(n, n - 1)
    return settled(many, np.where(n < 2, np.nan, value), many.counted)


def power_mean(many: Many, p: Floats) -> Cells:
    """(Σ w x^p / Σ w)^(1/p), for p = 0 the geometric mean. Items of weight 0 do not count; a value of 0 gives 0 where p ≤ 0."""
    geometric, logs = p == 0, many.mapped(lambda piece: Cells(np.log(_counting(piece, p))))
    value = np.zeros((1, 1, 1))
    if geometric.any():
        value = np.exp(_over(logs.weighted.total, many.weighted.weight))
    if not geometric.all():
        raised = many.mapped(lambda piece: Cells(_counting(piece, p) ** p))
        value = np.where(geometric, value, _over(raised.weighted.total, many.weighted.weight) ** (1 / np.where(geometric, 1, p)))
    zero = _any(many, lambda piece: (piece.cells.x == 0) & (piece.weight != 0))
    negative = _any(many, lambda piece: (piece.cells.x < 0) & (piece.weight != 0))
    value = np.where(zero & (p <= 0) & ~np.isnan(value), 0.0, value)
    return settled(many, np.where(negative, np.nan, value), many.weighted)


def _counting(piece: Piece, p: Floats) -> Floats:
    """Values, with 1 where an item does not count and where the mean is known otherwise; gaps stay."""
    x = piece.cells.x
    return np.where((piece.weight == 0) & ~np.isnan(x) | (x < 0) | (x == 0) & (p <= 0), 1.0, x)


def _any(many: Many, test: Callable[[Piece], Flags]) -> Flags:
    found: Flags = np.zeros((1, 1, 1), np.bool_)
    for piece in many.pieces:
        found = found | test(piece).any(axis=1, keepdims=True)
    return found


def _over(x: Floats, y: Floats) -> Floats:
    if y.min(initial=1.0) > 0:
        return x / y
    none = y == 0
    return np.where(none, np.nan, x / np.where(none, 1, y))


def smallest(many: Many) -> Cells:
    return _extreme(many, np.fmin)


def largest(many: Many) -> Cells:
    return _extreme(many, np.fmax)


def _extreme(many: Many, choose: np.ufunc) -> Cells:
    value = np.full((1, 1, 1), np.nan)
    for piece in many.pieces:
        if piece.size:
            value = choose(value, choose.reduce(piece.cells.x, axis=1, keepdims=True))
    return settled(many, np.where(many.counted.present == 0, np.nan, value), many.counted)


def count(many: Many) -> Cells:
    sums = many.counted
    return marked(sums.present + np.zeros_like(sums.total), np.where(sums.refused > 0, 3, 0).astype(np.uint8))


def share(many: Many) -> Many:
    return many.mapped(lambda piece: Cells(_over(piece.cells.x, np.nan_to_num(piece.full)), piece.cells.mark))


# Some of the items ----------------------------------------------------------------------------------------------------


def best(many: Many, k: Cells) -> Many:
    """The k highest; the first given wins where two are equal."""
    return _chosen(many, k, least=k.x, first=np.zeros((1, 1, 1)), last=np.floor(k.x), sign=-1)


def trimmed(many: Many, k: Cells) -> Many:
    present, cut = many.counted.present, np.floor(k.x)
    return _chosen(many, k, least=2 * k.x + 1, first=cut, last=present - cut, sign=1)


def _chosen(many: Many, k: Cells, least: Floats, first: Floats, last: Floats, sign: int) -> Many:
    """Items in order of value from place ``first`` up to ``last``; none where fewer than ``least`` are present."""
    piece, gap = many.merged, settled(many, many.counted.total * 0, many.counted)
    x = piece.cells.x
    shape = np.broadcast_shapes(x.shape, piece.weight.shape, piece.full.shape)
    order = np.argsort(np.broadcast_to(sign * x, shape), axis=1, kind="stable")
    sort = [np.take_along_axis(np.broadcast_to(a, shape), order, axis=1) for a in (x, piece.weight, piece.full)]
    gap_state = np.maximum(gap.state, np.where(gap.state == 0, k.state, 0))
    enough = (gap_state == 0) & ~(many.counted.present < least) & ~(k.x < 0)
    place = np.arange(piece.size).reshape(1, -1, 1)
    exists = enough & (place >= first) & (place < last)
    state = np.where(gap_state == 0, MISSING, gap_state).astype(np.uint8)
    empty = marked(np.full(state.shape, np.nan), np.where(state > MISSING, state, 0).astype(np.uint8))
    cells = Cells(np.where(exists, sort[0], np.nan))
    chosen = Piece(lambda: cells, tuple(range(piece.size)), sort[1], sort[2], np.broadcast_to(exists, cells.x.shape))
    return Many((chosen,), empty)


TOTALS: Final[Mapping[str, Callable[[Many], Cells]]] = {
    "sum": total,
    "mean": mean,
    "geometric": lambda many: power_mean(many, np.zeros((1, 1, 1))),
    "harmonic": lambda many: power_mean(many, -np.ones((1, 1, 1))),
    "variance": variance,
    "min": smallest,
    "max": largest,
    "count": count,
}


def aligned(values: Sequence[Many]) -> list[Many] | None:
    """Collections cut into the same pieces, so that they can be computed with item by item; None where their sizes differ."""
    if len({many.places for many in values}) == 1:
        return list(values)
    if len({sum(map(len, many.places)) for many in values}) > 1:
        return None
    return [Many((many.merged,), many.empty) for many in values]


def uneven(values: Sequence[Many]) -> Floats:
    """NaN for units whose collections differ in size, else 0."""
    rows = [many.counted.rows for many in values]
    found = np.zeros((1, 1, 1))
    for other in rows[1:]:
        found = found + np.where(other == rows[0], 0.0, np.nan)
    return found
