"""The points of some units in some draws, as they are computed block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from windvane.batch.arrays import Cells, Flags, Floats, Places, barred, constant
from windvane.batch.blocks import Block
from windvane.batch.many import Line, Many, Piece
from windvane.batch.views import View


@dataclass(frozen=True)
class Points:
    """What a block gave. A line is turned into numbers only when somebody asks for them.

    ``compute`` gives the points before and after rounding; ``weight`` and ``full`` are (draws | 1, steps, units | 1).
    """

    compute: Callable[[], tuple[Cells, Cells]]
    weight: Cells
    full: Floats
    steps: Mapping[str, Cells]
    line: Line | None = None
    pieces: dict[tuple[tuple[int, ...], str], Piece] = field(default_factory=dict)  # as parts of other nodes, each made once

    @cached_property
    def both(self) -> tuple[Cells, Cells]:
        return self.compute()

    @property
    def exact(self) -> Cells:
        return self.both[0]

    @property
    def cells(self) -> Cells:
        return self.both[1]

    def step(self, name: str, rows: slice | Places) -> Cells:
        found = self.steps.get(name)
        return Cells(constant(np.nan)) if found is None else found.items(rows)


def side_by_side(rows: tuple[int, ...]) -> slice | Places:
    """A slice where the rows lie side by side, so that nothing is copied."""
    return slice(rows[0], rows[-1] + 1) if rows[-1] - rows[0] + 1 == len(rows) else np.array(rows, np.intp)


def _made(points: Points, rows: tuple[int, ...], places: tuple[int, ...], step: str, weight: Cells) -> Piece:
    """Some steps of a block as parts; an item without a weight is as absent as its weight."""
    at, state = side_by_side(rows), weight.state
    full = points.full[:, at]

    def load() -> Cells:
        found = points.step(step, at) if step else points.cells.items(at)
        return barred(found, state) if state.any() else found

    if step or points.line is None or state.any():
        return Piece(load, places, np.where(state > 0, 0.0, weight.x), full)
    return Piece(load, places, weight.x, full, None, points.line.items(at))


class Chunk:
    """Points by node. ``weights``: (draws,) by node, in the place of the plan's.

    ``near``: the units with a value near a border, where ``watching``.
    """

    def __init__(
        self,
        view: View,
        *,
        weights: Mapping[str, Floats] | None = None,
        watching: bool = False,
        known: Mapping[str, tuple[Points, int]] | None = None,
    ) -> None:
        self.view, self.weights, self.watching = view, weights or {}, watching
        self.points: dict[str, tuple[Points, int]] = dict(known or {})
        self.near: Flags = np.zeros(view.size, np.bool_)

    def put(self, block: Block, points: Points) -> None:
        for row, code in enumerate(block.codes):
            self.points[code] = (points, row)

    def cells(self, code: str) -> Cells:
        points, row = self.points[code]
        return points.cells.items(slice(row, row + 1))

    def exact(self, code: str) -> Cells:
        points, row = self.points[code]
        return points.exact.items(slice(row, row + 1))

    def close(self, near: Flags) -> None:
        if near.any():
            self.near |= np.broadcast_to(near.any(axis=(0, 1)), self.near.shape)

    # Parts of a node

    def parts(self, codes: Sequence[str], step: str = "") -> Many:
        """The points (or a named step) of some nodes; those that one block gave make one piece."""
        groups: dict[int, tuple[Points, list[tuple[int, int, str]]]] = {}
        for place, code in enumerate(codes):
            if code in self.points:
                points, row = self.points[code]
                groups.setdefault(id(points), (points, []))[1].append((row, place, code))
        pieces = []
        for points, some in groups.values():
            rows, places, mine = zip(*sorted(some), strict=True)
            pieces.append(self._piece(points, rows, places, mine, step))
        return Many(tuple(pieces), Cells(constant(np.nan)))

    def _piece(self, points: Points, rows: tuple[int, ...], places: tuple[int, ...], codes: Sequence[str], step: str) -> Piece:
        if any(code in self.weights for code in codes):
            weight = points.weight.items(side_by_side(rows))
            return _made(points, rows, places, step, Cells(self._chosen(weight.x, codes)))
        if (rows, step) not in points.pieces:
            points.pieces[rows, step] = _made(points, rows, places, step, points.weight.items(side_by_side(rows)))
        return points.pieces[rows, step]

    def _chosen(self, weight: Floats, codes: Sequence[str]) -> Floats:
        draws = max(len(self.weights[code]) for code in codes if code in self.weights)
        found = np.broadcast_to(weight, (max(draws, weight.shape[0]), len(codes), weight.shape[-1])).copy()
        for i, code in enumerate(codes):
            if code in self.weights:
                found[:, i] = self.weights[code][:, np.newaxis]
        return found
