"""Ranks of whole arrays: for every draw, who comes where among the units of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from windvane.arrays import CLOSE, EQUAL, Flags, Floats, Places

Ranks: TypeAlias = NDArray[np.int32]
MANY: Final = 1 << 15  # units from which sorting packed keys is faster


@dataclass(frozen=True, slots=True)
class Standing:
    """Ranks, 0 for units without; ``near``: whose numbers nearly agree with a neighbour's, equal ones included."""

    ranks: Ranks
    near: Flags


def standing(keys: Sequence[Floats], *, dense: bool = False, within: float = CLOSE) -> Standing:
    """Rank units in every draw: ``keys`` are (draws, units), what counts first comes first, higher is better.

    Equal units share their rank, 1, 2, 2, 4 or dense 1, 2, 2, 3. A unit without the first number has rank 0.

    >>> standing([np.array([[3.0, 5.0, np.nan, 3.0]])]).ranks.tolist()
    [[2, 1, 0, 2]]
    """
    found = _places(keys[0], dense or len(keys) > 1, within)
    for i, key in enumerate(keys[1:], 2):
        tied = np.where(found.near, key, np.nan)  # a later key matters only where the earlier ones tie
        level: Floats = found.ranks.astype(np.float64) * (key.shape[1] + 1) + _places(tied, True, within).ranks
        found = Standing(_places(-level, dense or i < len(keys), within).ranks, _places(tied, True, within).near)
    gap = np.isnan(keys[0])
    if gap.any():
        found.ranks[gap] = 0
        found.near[gap] = False
    return found


def _places(x: Floats, dense: bool, within: float) -> Standing:
    """Places from the top, NaN last; computed numbers that nearly agree count as equal."""
    order = np.argsort(-x, axis=1) if x.shape[0] > 1 or x.shape[1] < MANY else _packed_order(x[0])[np.newaxis]
    value = np.take_along_axis(x, order, axis=1)
    step, size = value[:, :-1] - value[:, 1:], np.abs(value[:, :-1])
    lower, near = np.ones(x.shape, np.bool_), np.zeros(x.shape, np.bool_)
    lower[:, 1:] = ~(step <= EQUAL * size)
    close = step <= within * size
    near[:, 1:] = close
    near[:, :-1] |= close
    if dense:
        place = np.cumsum(lower, axis=1, dtype=np.int32)
    else:
        place = np.where(lower, np.arange(1, x.shape[1] + 1, dtype=np.int32), np.int32(0))
        np.maximum.accumulate(place, axis=1, out=place)
    ranks, nearby = np.empty(x.shape, np.int32), np.empty(x.shape, np.bool_)
    np.put_along_axis(ranks, order, place, axis=1)
    np.put_along_axis(nearby, order, near, axis=1)
    return Standing(ranks, nearby)


def _packed_order(x: Floats) -> Places:
    """The order from the top. Sorting whole numbers is several times faster than sorting with an index beside:
    the low bits of each number give way to its place, and the few neighbours that this confuses are put right."""
    bits = max(int(x.size - 1).bit_length(), 1)
    raw = np.where(np.isnan(x), np.inf, -x).view(np.int64)
    rising = raw ^ ((raw >> 63) & np.int64(0x7FFFFFFFFFFFFFFF))
    low = np.int64((1 << bits) - 1)
    order = (np.sort((rising & ~low) | np.arange(x.size, dtype=np.int64)) & low).astype(np.intp, copy=False)
    for _ in range(64):
        value = np.nan_to_num(x[order], nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        wrong = np.flatnonzero(value[:-1] < value[1:])
        if not wrong.size:
            return order
        wrong = wrong[np.concatenate([[True], np.diff(wrong) > 1])]
        order[wrong], order[wrong + 1] = order[wrong + 1], order[wrong].copy()
    return np.argsort(-x)
