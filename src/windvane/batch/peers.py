"""Statistics of the competing units of a class, for every draw and item at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

import numpy as np

from windvane.batch.arrays import EQUAL, REFUSED, Cells, Floats, Marks


class Peers(Protocol):
    """Arrays shaped (draws, items, 1); NaN where the class gives none. ``values``: ascending, NaN at the end."""

    @property
    def n(self) -> Floats: ...
    @property
    def lowest(self) -> Floats: ...
    @property
    def highest(self) -> Floats: ...
    @property
    def mean(self) -> Floats: ...
    @property
    def sd(self) -> Floats: ...
    @property
    def values(self) -> Floats: ...
    @property
    def refused(self) -> Marks | None: ...


class Sample:
    """Peers whose values are at hand, or can be. ``bridged``: the values with a peer's number in every gap, enough for the extremes."""

    def __init__(self, load: Callable[[], Cells], bridged: Floats | None = None) -> None:
        self.load, self.bridged = load, bridged

    @cached_property
    def cells(self) -> Cells:
        return self.load()

    @cached_property
    def n(self) -> Floats:
        return _counted(self.cells.x)

    @cached_property
    def lowest(self) -> Floats:
        return np.fmin.reduce(self.cells.x if self.bridged is None else self.bridged, axis=-1, keepdims=True, initial=np.nan)

    @cached_property
    def highest(self) -> Floats:
        return np.fmax.reduce(self.cells.x if self.bridged is None else self.bridged, axis=-1, keepdims=True, initial=np.nan)

    @cached_property
    def mean(self) -> Floats:
        total = np.nansum(self.cells.x, axis=-1, keepdims=True)
        return np.where(self.n > 0, total / np.maximum(self.n, 1), np.nan)

    @cached_property
    def sd(self) -> Floats:
        squares = np.nansum((self.cells.x - self.mean) ** 2, axis=-1, keepdims=True)
        return spread(self, squares)

    @cached_property
    def values(self) -> Floats:
        return np.sort(self.cells.x, axis=-1)

    @cached_property
    def refused(self) -> Marks | None:
        return None if self.bridged is not None else refusal(self.cells)


def spread(peers: Peers, squares: Floats) -> Floats:
    """Standard deviation (n − 1) from the sum of squares about the mean; 0 where only rounding differs."""
    sd = np.where(peers.n > 1, np.sqrt(squares / np.maximum(peers.n - 1, 1)), np.nan)
    return np.where(sd <= EQUAL * np.maximum(np.abs(peers.lowest), np.abs(peers.highest)), 0.0 * sd, sd)


class Turned:
    """Peers of a fact times 1 or −1, from the peers of the fact."""

    def __init__(self, of: Peers, sign: Floats) -> None:
        self.of, self.sign = of, sign

    @property
    def n(self) -> Floats:
        return self.of.n

    @cached_property
    def lowest(self) -> Floats:
        return np.where(self.sign < 0, -self.of.highest, self.of.lowest)

    @cached_property
    def highest(self) -> Floats:
        return np.where(self.sign < 0, -self.of.lowest, self.of.highest)

    @cached_property
    def mean(self) -> Floats:
        return self.of.mean * self.sign

    @property
    def sd(self) -> Floats:
        return self.of.sd

    @cached_property
    def values(self) -> Floats:
        return np.sort(self.of.values * self.sign, axis=-1)

    @property
    def refused(self) -> Marks | None:
        return self.of.refused


def refusal(cells: Cells) -> Marks | None:
    """REFUSED for each draw and item where one of the units is refused; None: nowhere."""
    if cells.mark is None:
        return None
    found = (cells.mark == REFUSED).any(axis=-1, keepdims=True)
    return np.where(found, REFUSED, 0).astype(np.uint8) if found.any() else None


def quantile(peers: Peers, q: Floats) -> Floats:
    """Linear between order statistics (R type 7)."""
    values, n = peers.values, peers.n
    if values.shape[-1] == 0:
        return np.full(np.broadcast_shapes(n.shape, q.shape), np.nan)
    place = np.clip(q, 0, 1) * np.maximum(n - 1, 0)
    low = np.floor(place)
    shape = np.broadcast_shapes(place.shape, (*values.shape[:-1], 1))
    at = np.broadcast_to(np.nan_to_num(low), shape).astype(np.intp)
    spread = np.broadcast_to(values, (*shape[:-1], values.shape[-1]))
    below = np.take_along_axis(spread, at, axis=-1)
    above = np.take_along_axis(spread, np.minimum(at + 1, np.maximum(n - 1, 0).astype(np.intp)), axis=-1)
    return below + (place - low) * (above - below)


def above(peers: Peers, x: Floats) -> Floats:
    """How many peers are higher than x; computed numbers that nearly agree count as equal."""
    return peers.n - _places(peers.values, x + EQUAL * np.abs(x), "right")


def below(peers: Peers, x: Floats) -> Floats:
    return _places(peers.values, x - EQUAL * np.abs(x), "left")


def _places(values: Floats, x: Floats, side: str) -> Floats:
    """``np.searchsorted`` for each draw and item; NaN stays NaN."""
    draws, items = (max(values.shape[axis], x.shape[axis]) for axis in (0, 1))
    found = np.empty((draws, items, x.shape[-1]))
    for d in range(draws):
        for i in range(items):
            row, ask = values[min(d, len(values) - 1), min(i, values.shape[1] - 1)], x[min(d, len(x) - 1), min(i, x.shape[1] - 1)]
            found[d, i] = np.searchsorted(row, ask, "left" if side == "left" else "right")
    return np.where(np.isnan(x), np.nan, found)


def _counted(x: Floats) -> Floats:
    return np.count_nonzero(~np.isnan(x), axis=-1, keepdims=True).astype(float)
