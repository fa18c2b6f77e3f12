"""Scores of very many units at once, in float64: the same tree as ``score``, on columns, in spans of units and several threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from windvane.arrays import Flags, Floats
from windvane.blocks import Block, blocks, remembered
from windvane.chunks import Chunk, Points
from windvane.columns import Columns
from windvane.peers import Peers
from windvane.plan import Plan
from windvane.pooled import Mapper, Span, can_gather, gather
from windvane.scheme import ROOT
from windvane.stages import run_block
from windvane.standings import Ranks, standing
from windvane.views import View, class_view

SPAN: Final = 1 << 15  # units computed at once: small beside the caches, large beside the cost of a call
FEW: Final = 1 << 13  # fewer units are computed in one go


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
    n = len(columns.units)
    codes = list(dict.fromkeys([ROOT, *keep, *plan.scheme.ranking.breakers]))
    points = {code: np.full(n, np.nan) for code in codes}
    exact, ranks, near = np.full(n, np.nan), np.zeros(n, np.int32), np.zeros(n, np.bool_)
    with mapping(threads) as run, np.errstate(all="ignore"):
        for cls in columns.inhabited(plan):
            done = _ClassRun(plan, class_view(columns, cls), cls, codes, run)
            done.compute()
            at = columns.members[cls]
            for code in codes:
                points[code][at] = done.points[code]
            exact[at], near[at] = done.exact, done.near
            ranks[at] = _ranked(plan, done)
            near[at] |= done.near
    return ColumnScores(plan, columns, points, exact, ranks, near)


@contextmanager
def mapping(threads: int) -> Iterator[Mapper]:
    """A ``map`` that uses so many threads."""
    if threads < 2:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def _ranked(plan: Plan, done: _ClassRun) -> Ranks:
    """Ranks of the competing units of a class, as the scheme orders them."""
    policy, competes = plan.scheme.ranking, done.view.competes
    total = done.exact if policy.exact else done.points[ROOT]
    keys = [np.where(competes, total, np.nan), *(np.nan_to_num(done.points[code], nan=-1e9) for code in policy.breakers)]
    found = standing([key[np.newaxis] for key in keys], dense=policy.dense)
    rounded = {step.code: step.round is not None for step in plan.classes[done.cls]}
    if policy.exact or not all(rounded.get(code, True) for code in (ROOT, *policy.breakers)):
        done.near |= found.near[0]
    ranks: Ranks = found.ranks[0]
    return ranks


class _ClassRun:
    """One class: in one go where it is small; else span by span, with the statistics of the class gathered beforehand."""

    def __init__(self, plan: Plan, view: View, cls: str, codes: Sequence[str], run: Mapper) -> None:
        self.view, self.cls, self.codes, self.run = view, cls, [c for c in codes if c in plan.index[cls]], run
        self.in_spans = view.size > FEW and not view.entries
        order = tuple(view.columns.rows.get((step.code, "value"), -1) for step in plan.classes[cls])
        split = _apart if self.in_spans else _side_by_side
        self.blocks = remembered(plan, (cls, self.in_spans, order), lambda: blocks(plan, cls, split, order))
        self.points = {code: np.full(view.size, np.nan) for code in codes}
        self.exact, self.near = np.full(view.size, np.nan), np.zeros(view.size, np.bool_)

    def compute(self) -> None:
        if self.in_spans:
            self._in_spans()
            return
        chunk = Chunk(self.view, watching=True)
        for block in self.blocks:
            run_block(chunk, block)
        self._store(chunk, slice(0, self.view.size), self.codes)

    def _store(self, chunk: Chunk, at: slice, codes: Iterable[str]) -> None:
        for code in codes:
            self.points[code][at] = chunk.cells(code).x[0, 0]
        self.near[at] |= chunk.near
        if ROOT in codes:
            self.exact[at] = chunk.exact(ROOT).x[0, 0]

    # Span by span

    def _in_spans(self) -> None:
        levels, kept = self._levels(), dict[str, tuple[Points, int]]()
        for level in sorted(set(levels.values())):
            mine = [block for block in self.blocks if levels[block] == level]
            for block in (b for b in mine if _is_whole(b)):
                self._whole(block, kept)
            flowing = [block for block in mine if not _is_whole(block)]
            later = {code for block in self.blocks if levels[block] > level for code in block.needs}
            self._flow(flowing, [code for block in flowing for code in block.codes if code in later], kept)

    def _levels(self) -> dict[Block, int]:
        """A block that needs all units at once starts a new level after everything it reads."""
        level: dict[str, int] = {}
        for block in self.blocks:
            base = max((level[code] for code in block.needs if code in level), default=0)
            level |= dict.fromkeys(block.codes, base + 1 if _is_whole(block) else base)
        return {block: level[block.first.code] for block in self.blocks}

    def _whole(self, block: Block, kept: dict[str, tuple[Points, int]]) -> None:
        chunk = Chunk(self.view, watching=True, known=kept)
        run_block(chunk, block)
        kept |= {code: chunk.points[code] for code in block.codes}
        self._store(chunk, slice(0, self.view.size), [code for code in block.codes if code in self.codes])

    def _flow(self, flowing: Sequence[Block], later: Sequence[str], kept: dict[str, tuple[Points, int]]) -> None:
        """Compute blocks span by span; what later levels read is put together again."""
        if not flowing:
            return
        spans = _spans(self.view.size)
        ready: dict[tuple[Block, str], Peers] = {}
        for block in flowing:
            ready |= gather(self.view, block, spans, self.run)
        wanted = [code for block in flowing for code in block.codes if code in self.codes]

        def one(span: Span) -> list[Points]:
            with np.errstate(all="ignore"):
                known = {code: (points.units(slice(*span)), row) for code, (points, row) in kept.items()}
                chunk = Chunk(self.view.span(*span), ready=ready, watching=True, known=known)
                for block in flowing:
                    run_block(chunk, block)
                self._store(chunk, slice(*span), wanted)
                return [chunk.points[code][0].item(chunk.points[code][1]) for code in later]

        found = list(self.run(one, spans))
        for code, some in zip(later, zip(*found, strict=True), strict=False):
            kept[code] = (Points.joined(some), 0)


def _spans(size: int) -> list[Span]:
    """An even number of spans, so that two threads are done at the same time."""
    edges = np.linspace(0, size, 2 * max(1, -(-size // (2 * SPAN))) + 1).astype(int).tolist()
    return list(pairwise(edges))


def _is_whole(block: Block) -> bool:
    """Whether a block must see all units of the class at once."""
    return block.compares and not can_gather(block)


def _side_by_side(block: Block) -> str:
    return ""


def _apart(block: Block) -> str:
    """Steps that must see the whole class are computed one at a time, to spare memory."""
    return block.first.code if _is_whole(block) else ""
