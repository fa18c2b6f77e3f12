"""Numbers of many units at once: arrays shaped (draws | 1, items | 1, units), NaN where there is none, and why there is none.

An axis of length 1 stands for "the same for all"; arrays are broadcast, never repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Marks: TypeAlias = NDArray[np.uint8]
Places: TypeAlias = NDArray[np.intp]

MISSING: Final = 1  # of several the largest wins
NOT_DUE: Final = 2
REFUSED: Final = 3
EQUAL: Final = 1e-11  # relative: computed numbers this near count as equal
CLOSE: Final = 1e-9  # relative: a border this near is left to the exact path


@cache
def keep_memory() -> None:
    """Make the C library keep freed memory for the next array.

    By default glibc hands arrays beyond 128 KB back to the system at once and gets them anew, page by page, which can take ten times
    longer than computing on them. It stops doing so, up to 64 MB, once it has seen a large one go. Nothing else depends on this.
    """
    np.empty((1 << 22) - (1 << 12))


@dataclass(frozen=True, slots=True)
class Cells:
    """One value a draw, item and unit. ``mark`` is NOT_DUE or REFUSED where ``x`` is NaN for that reason, else 0; None: nowhere."""

    x: Floats
    mark: Marks | None = None

    @property
    def state(self) -> Marks:
        """0 where there is a number, else why not."""
        gap = np.isnan(self.x).view(np.uint8)
        return gap if self.mark is None else np.maximum(gap, self.mark)

    def items(self, rows: slice | Places) -> Cells:
        return Cells(self.x[:, rows], None if self.mark is None else self.mark[:, rows])

    def units(self, at: Places) -> Cells:
        return Cells(taken(self.x, at), None if self.mark is None else taken(self.mark, at))


def constant(*values: float) -> Floats:
    """The same for all draws and units: one value, or one an item."""
    return np.array(values).reshape(1, -1, 1)


def taken(x: NDArray[np.generic], at: Places) -> NDArray:  # type: ignore[type-arg]  # whatever type came in
    """Some of the units; an array that is the same for all units stays as it is."""
    return x if x.shape[-1] == 1 else x[..., at]


def strongest(cells: Sequence[Cells]) -> Marks | None:
    """The strongest mark of several values; None: nowhere one."""
    marks = [c.mark for c in cells if c.mark is not None]
    if not marks:
        return None
    found = marks[0]
    for mark in marks[1:]:
        found = np.maximum(found, mark)
    return found


def marked(x: Floats, mark: Marks | None) -> Cells:
    """Cells with NaN wherever something is marked."""
    if mark is None or not mark.any():
        return Cells(x)
    shape = np.broadcast_shapes(x.shape, mark.shape)
    return Cells(np.where(mark > 0, np.nan, x), np.broadcast_to(mark, shape))


def barred(cells: Cells, state: Marks) -> Cells:
    """Absent where ``state`` says so, whatever was computed."""
    if not state.any():
        return cells
    mark = np.where(state > 0, state, 0 if cells.mark is None else cells.mark)
    return marked(np.where(state > 0, np.nan, cells.x), np.where(mark > MISSING, mark, 0).astype(np.uint8))
