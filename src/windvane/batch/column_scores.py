"""Scores of very many units at once, in float64: the same tree as ``score``, on columns, node by node, in several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol, TypeVar

import numpy as np

from windvane.batch.arrays import Flags, Floats, keep_memory
from windvane.batch.blocks import blocks, remembered
from windvane.batch.chunks import Chunk, Points
from windvane.batch.columns import Columns
from windvane.batch.stages import NodeScope, run_block
from windvane.batch.standings import Ranks, standing
from windvane.batch.views import View, class_view
from windvane.batch.waves import Task, waves
from windvane.plan import Plan
from windvane.scheme import ROOT

A = TypeVar("A")
B = TypeVar("B")
FEW: Final = 1 << 13  # fewer units are not worth a second thread
WIDE: Final = 1 << 21  # numbers of a block that are computed side by side


class Mapper(Protocol):
    """``map``, perhaps in several threads."""

    def __call__(self, function: Callable[[A], B], over: Iterable[A], /) -> Iterable[B]: ...


@dataclass(frozen=True)
class ColumnScores:
    """Points of all units, (units,) by node, NaN where there are none; the total always.

    ``exact`` is the total before rounding. ``ranks`` are 0 for units out of competition or without a total.
    ``near``: units where a rounding, a band or a tie is so near that float64 should not decide it; see ``recheck``.
    """

    plan: Plan = field(repr=False)
    columns: Columns
    points: Mapping[str, Floats] = field(repr=False)
    exact: Floats = field(repr=False)
    ranks: Ranks = field(repr=False)
    near: Flags = field(repr=False)

    @property
    def total(self) -> Floats:
        return self.points[ROOT]


def score_columns(plan: Plan, columns: Columns, *, keep: Iterable[str] = (), threads: int = 2) -> ColumnScores:
    """Score every unit and rank each class. ``keep``: nodes whose points are wanted beside the total.

    Computed in float64: for publication use ``score``, or ``recheck`` what lies near a border.
    """
    keep_memory()
    n = len(columns.units)
    codes = tuple(dict.fromkeys([ROOT, *keep, *plan.scheme.ranking.breakers]))
    points = {code: np.full(n, np.nan) for code in codes}
    exact, ranks, near = np.full(n, np.nan), np.zeros(n, np.int32), np.zeros(n, np.bool_)
    with mapping(threads) as run, np.errstate(all="ignore"):
        for cls in columns.inhabited(plan):
            chunk, at = _computed(plan, class_view(columns, cls), cls, codes, run), columns.members[cls]
            for code in codes:
                if code in chunk.points:
                    points[code][at] = chunk.cells(code).x[0, 0]
            exact[at] = chunk.exact(ROOT).x[0, 0]
            ranks[at], tied = _ranked(plan, cls, chunk, [points[code][at] for code in plan.scheme.ranking.breakers])
            near[at] = chunk.near | tied
    return ColumnScores(plan, columns, points, exact, ranks, near)


@contextmanager
def mapping(threads: int) -> Iterator[Mapper]:
    """A ``map`` that uses so many threads."""
    if threads < 2:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def _ranked(plan: Plan, cls: str, chunk: Chunk, breakers: Sequence[Floats]) -> tuple[Ranks, Flags]:
    """Ranks of the competing units of a class, as the scheme orders them, and who nearly ties."""
    policy, competes = plan.scheme.ranking, chunk.view.competes
    total = (chunk.exact if policy.exact else chunk.cells)(ROOT).x[0, 0]
    keys = [total if chunk.view.all_compete else np.where(competes, total, np.nan), *(np.nan_to_num(key, nan=-1e9) for key in breakers)]
    found = standing([key[np.newaxis] for key in keys], dense=policy.dense)
    rounded = {step.code: step.round is not None for step in plan.classes[cls]}
    surely = not policy.exact and all(rounded.get(code, True) for code in (ROOT, *policy.breakers))
    near: Flags = np.zeros_like(competes) if surely else found.near[0]
    return found.ranks[0], near


def _computed(plan: Plan, view: View, cls: str, codes: tuple[str, ...], run: Mapper) -> Chunk:
    """The points of a class: block by block where it is small, else in waves of tasks."""
    order = tuple(view.columns.rows.get((step.code, "value"), -1) for step in plan.classes[cls])
    chunk = Chunk(view, watching=True)
    if view.size <= FEW:
        for block in remembered(plan, (cls, order), lambda: blocks(plan, cls, order=order)):
            run_block(chunk, block)
        return chunk
    for wave in remembered(plan, (cls, order, codes), lambda: waves(plan, cls, codes, order)):
        for done, near in run(partial(_done, chunk), wave):
            chunk.points |= done
            chunk.near |= near
    return chunk


def _done(before: Chunk, task: Task) -> tuple[dict[str, tuple[Points, int]], Flags]:
    """Compute a task; only what others read is kept. Blocks too wide for the caches are computed one step at a time."""
    chunk = Chunk(before.view, watching=True, known=before.points)
    with np.errstate(all="ignore"):
        for block in task.blocks:
            wide = len(block.steps) > 1 and len(block.steps) * chunk.view.size > WIDE
            if wide and NodeScope(chunk, block, chunk.view).line is None:
                for single in block.singles:
                    run_block(chunk, single)
            else:
                run_block(chunk, block)
    return {code: chunk.points[code] for code in task.kept}, chunk.near
