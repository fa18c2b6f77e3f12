"""Ranks of whole arrays: for every draw, who comes where among the units of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from windvane.batch.arrays import CLOSE, EQUAL, Flags, Floats, Places

Ranks: TypeAlias = NDArray[np.int32]
FEW: Final = 1 << 15  # units up to which a packed number keeps enough of its digits


@dataclass(frozen=True, slots=True)
class Standing:
    """Ranks, 0 for units without; ``near``: whose numbers nearly agree with a neighbour's, equal ones included."""

    ranks: Ranks
    near: Flags


def standing(keys: Sequence[Floats], *, dense: bool = False) -> Standing:
    """Rank units in every draw: ``keys`` are (draws, units), what counts first comes first, higher is better.

    Equal units share their rank, 1, 2, 2, 4 or dense 1, 2, 2, 3. A unit without the first number has rank 0.

    >>> standing([np.array([[3.0, 5.0, np.nan, 3.0]])]).ranks.tolist()
    [[2, 1, 0, 2]]
    """
    found = _places(keys[0], dense or len(keys) > 1)
    for i, key in enumerate(keys[1:], 2):
        tied = np.where(found.near, key, np.nan)  # a later key matters only where the earlier ones tie
        below = _places(tied, True)
        level: Floats = found.ranks.astype(np.float64) * (key.shape[1] + 1) + below.ranks
        found = Standing(_places(-level, dense or i < len(keys)).ranks, below.near)
    gap = np.isnan(keys[0])
    if gap.any():
        found.ranks[gap] = 0
        found.near[gap] = False
    return found


def _places(x: Floats, dense: bool) -> Standing:
    """Places from the top, NaN last; computed numbers that nearly agree count as equal."""
    order = _order(x)
    order += np.arange(x.shape[0])[:, np.newaxis] * x.shape[1]
    value = x.reshape(-1)[order]
    step, size = value[:, :-1] - value[:, 1:], np.abs(value[:, :-1])
    close = step <= CLOSE * size
    place = np.arange(1, x.shape[1] + 1, dtype=np.int32)
    if not close.any() and not np.isnan(value[:, -1:]).any():
        ranks = np.empty(x.shape, np.int32)
        ranks.reshape(-1)[order] = place
        return Standing(ranks, np.zeros(x.shape, np.bool_))
    return _shared(order, step <= EQUAL * size, close, dense)


def _shared(order: Places, equal: Flags, close: Flags, dense: bool) -> Standing:
    """Ranks where some share one. ``equal`` and ``close`` compare each with the next, from the top down."""
    lower, near = np.ones(order.shape, np.bool_), np.zeros(order.shape, np.bool_)
    lower[:, 1:] = ~equal
    near[:, 1:] = close
    near[:, :-1] |= close
    if dense:
        place = np.cumsum(lower, axis=1, dtype=np.int32)
    else:
        place = np.where(lower, np.arange(1, order.shape[1] + 1, dtype=np.int32), np.int32(0))
        np.maximum.accumulate(place, axis=1, out=place)
    ranks, nearby = np.empty(order.shape, np.int32), np.empty(order.shape, np.bool_)
    ranks.reshape(-1)[order] = place
    nearby.reshape(-1)[order] = near
    return Standing(ranks, nearby)


def _order(x: Floats) -> Places:
    """The order from the top in every draw. Sorting whole numbers is several times faster than sorting with an index beside:
    the low bits of each number give way to its place. Up to 32,768 units that confuses only what counts as equal anyway."""
    units = x.shape[1]
    raw = np.where(np.isnan(x), np.inf, -x).view(np.int64)
    rising = raw ^ ((raw >> 63) & np.int64(0x7FFFFFFFFFFFFFFF))
    low = np.int64((1 << max(units - 1, 1).bit_length()) - 1)
    rising &= ~low
    rising |= np.arange(units, dtype=np.int64)
    rising.sort(axis=1)
    rising &= low
    order: Places = rising.astype(np.intp, copy=False)
    return order if units <= FEW else np.stack([_mended(row, mine) for row, mine in zip(x, order, strict=True)])


def _mended(x: Floats, order: Places) -> Places:
    """Put neighbours right that stand the wrong way round."""
    value = np.where(np.isnan(x), -np.inf, x)[order]
    for _ in range(64):
        wrong = np.flatnonzero(value[:-1] < value[1:])
        if not wrong.size:
            return order
        wrong = wrong[np.concatenate([[True], np.diff(wrong) > 1])]
        for a in (order, value):
            a[wrong], a[wrong + 1] = a[wrong + 1], a[wrong].copy()
    return np.argsort(-x)
