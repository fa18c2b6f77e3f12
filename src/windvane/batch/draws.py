"""Draws: the same scores again and again, with facts moved by chance within their errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from windvane.batch.arrays import Cells, Floats, Places, keep_memory
from windvane.batch.blocks import Block, blocks
from windvane.batch.chances import BLOCK, Chance
from windvane.batch.chunks import Chunk, Points
from windvane.batch.column_scores import mapping
from windvane.batch.columns import Columns
from windvane.batch.entry_tables import EntryGroup, EntryTable, FactKey
from windvane.batch.entry_values import group_cells
from windvane.batch.stages import run_block
from windvane.batch.standings import Ranks, standing
from windvane.batch.views import View, class_view
from windvane.facts import Facts
from windvane.plan import Plan
from windvane.scheme import ROOT

CELLS: Final = 1 << 18  # numbers drawn at once, about what the caches hold


@dataclass(frozen=True)
class DrawScores:
    """What every draw gave: ``points`` by node (draws, units), NaN where there are none; ``ranks`` (draws, units), 0 where none.

    ``units`` are codes, in the order of the facts. Draws never set an official rank.
    """

    plan: Plan = field(repr=False)
    units: tuple[str, ...]
    seed: int
    points: Mapping[str, Floats] = field(repr=False)
    ranks: Ranks = field(repr=False)

    @property
    def total(self) -> Floats:
        return self.points[ROOT]

    @property
    def draws(self) -> int:
        return len(self.ranks)


def score_draws(
    plan: Plan,
    facts: Facts | Columns,
    draws: int,
    seed: int,
    *,
    keep: Iterable[str] = (),
    weights: Mapping[str, Floats] | None = None,
    threads: int = 2,
) -> DrawScores:
    """Score ``draws`` times, every fact moved by ``error`` times a normal number and by its loadings times shocks that facts share.

    A fact's variance is error² + Σ loading². ``weights``: (draws,) by node, in the place of the plan's. What does not vary is computed
    once. The numbers depend on the seed, the units' codes and which facts vary, not on the order of units or the number of threads.
    Columns are taken in the order they stand.
    """
    keep_memory()
    columns, back = (facts, None) if isinstance(facts, Columns) else _in_order(plan, facts)
    run = _Run(plan, columns, draws, seed, tuple(dict.fromkeys([ROOT, *keep, *plan.scheme.ranking.breakers])), weights or {})
    with mapping(threads) as each, np.errstate(all="ignore"):
        list(each(run.compute, run.starts))
    units = tuple(map(str, columns.units))
    if back is None:
        return DrawScores(plan, units, seed, run.points, run.ranks)
    points = {code: found[:, back] for code, found in run.points.items()}
    return DrawScores(plan, tuple(units[i] for i in back), seed, points, run.ranks[:, back])


def _in_order(plan: Plan, facts: Facts) -> tuple[Columns, Places]:
    """Columns with units in order of class and code, and the way back to the order of the facts."""
    known = [u for u in facts.units if u.cls in plan.classes]
    order = sorted(range(len(known)), key=lambda i: (known[i].cls, known[i].code))
    return Columns.of(plan, replace(facts, units=tuple(known[i] for i in order))), np.argsort(order)


@dataclass(frozen=True)
class _ClassPart:
    """What draws need of one class: the blocks that vary, and the points of everything else."""

    cls: str
    view: View
    known: Mapping[str, tuple[Points, int]]
    varying: tuple[Block, ...]


class _Run:
    """The drawing of one set of facts. Results are filled in by chunks of draws, each in its own rows."""

    def __init__(self, plan: Plan, columns: Columns, draws: int, seed: int, codes: Sequence[str], weights: Mapping[str, Floats]) -> None:
        self.plan, self.columns, self.draws, self.codes, self.weights = plan, columns, draws, codes, weights
        self.rows = sorted({*columns.errors, *columns.loadings} & {*columns.rows})
        self.entries = _entry_keys(columns)
        self.shocks = sorted({*(s for some in columns.loadings.values() for s in some), *(x.shock for x in columns.entry_loadings)})
        self.chance = Chance(seed, (len(self.rows), len(columns.units)), len(self.entries), len(self.shocks))
        self.points = {code: np.full((draws, len(columns.units)), np.nan) for code in codes}
        self.ranks: Ranks = np.zeros((draws, len(columns.units)), np.int32)
        with np.errstate(all="ignore"):
            self.parts = [self._part(cls) for cls in columns.inhabited(plan)]

    @property
    def starts(self) -> range:
        """The first block of each chunk of draws."""
        each = BLOCK * max(self.chance.facts[0] * self.chance.facts[1] + self.chance.entries, 4 * len(self.columns.units), 1)
        return range(0, -(-self.draws // BLOCK), self.stride(each))

    def stride(self, each: int) -> int:
        return max(1, CELLS // each)

    @cached_property
    def base(self) -> Floats:
        """(rows, units): the facts that vary, as reported."""
        values = self.columns.values
        return np.array([values[key] for key in self.rows]).reshape(len(self.rows), len(self.columns.units))

    @cached_property
    def error(self) -> Floats:
        none = np.zeros(len(self.columns.units))
        return np.array([self.columns.errors.get(key, none) for key in self.rows]).reshape(self.base.shape)

    @cached_property
    def loading(self) -> Floats:
        """(shocks, rows · units)."""
        found = np.zeros((len(self.shocks), *self.base.shape))
        for row, key in enumerate(self.rows):
            for shock, some in self.columns.loadings.get(key, {}).items():
                found[self.shocks.index(shock), row] = some
        return found.reshape(len(self.shocks), -1)

    @cached_property
    def entry_loading(self) -> Floats:
        """(shocks, entries that vary)."""
        found = np.zeros((len(self.shocks), len(self.entries)))
        for x in self.columns.entry_loadings:
            key = (x.unit, x.indicator, x.name, x.entry)
            if key in self.entries:
                found[self.shocks.index(x.shock), self.entries[key]] = float(x.loading)
        return found

    def _part(self, cls: str) -> _ClassPart:
        """Compute what does not vary, once."""
        view, drawn = class_view(self.columns, cls), set(self.rows)
        places = {key: i for i, key in enumerate(self.rows)}
        order = [places.get((s.code, "value"), len(places) + self.columns.rows.get((s.code, "value"), 0)) for s in self.plan.classes[cls]]
        whole = blocks(self.plan, cls, lambda block: frozenset(name for code, name in block.facts if (code, name) in drawn), order)
        moving: set[str] = {code for code, table in view.entries.items() if any(_varies(group, self.entries) for group in table.groups)}
        varying: list[Block] = []
        chunk = Chunk(view)
        for block in whole:
            parts_move = any(code in self.weights for code in block.first.parts)
            if parts_move or not moving.isdisjoint(block.needs | set(block.codes)) or not drawn.isdisjoint(block.facts):
                varying.append(block)
                moving |= set(block.codes)
            run_block(chunk, block)
        known = {code: found for code, found in chunk.points.items() if code not in moving}
        self._fill(chunk, view, [code for code in self.codes if code in known], slice(0, self.draws))
        entries = {code: _fixed(table, view.size, self.entries) for code, table in view.entries.items()}
        return _ClassPart(cls, replace(view, entries=entries), known, tuple(varying))

    def _fill(self, chunk: Chunk, view: View, codes: Iterable[str], at: slice) -> None:
        for code in codes:
            self.points[code][at, view.at] = chunk.cells(code).x[: at.stop - at.start, 0]

    def compute(self, start: int) -> None:
        """Draw some blocks of draws and score every class."""
        number = min(start + self.starts.step, -(-self.draws // BLOCK)) - start
        at = slice(start * BLOCK, min((start + number) * BLOCK, self.draws))
        with np.errstate(all="ignore"):
            drawn, entries = self._drawn(start, number)
            for part in self.parts:
                self._score(part, drawn[: at.stop - at.start], entries[: at.stop - at.start], at)

    def _drawn(self, start: int, number: int) -> tuple[Floats, Floats]:
        """The facts that vary, (draws, rows, units), and what is added to the entries' facts, (draws, entries that vary)."""
        shocks = self.chance.common_shocks(start, number) if self.shocks else None
        drawn = self.chance.fact_errors(start, number)
        drawn *= self.error
        drawn += self.base
        added = self.chance.entry_errors(start, number) * np.array(self.entry_error) if self.entries else np.zeros((len(drawn), 0))
        if shocks is not None:
            drawn += (shocks @ self.loading).reshape(drawn.shape)
            added += shocks @ self.entry_loading
        return drawn, added

    @cached_property
    def entry_error(self) -> Floats:
        found = np.zeros(len(self.entries))
        for table in self.columns.entries.values():
            for facts in (facts for group in table.groups for facts in group.facts.values()):
                for key, error in zip(facts.keys, facts.error, strict=True):
                    if key in self.entries:
                        found[self.entries[key]] = error
        return found

    def _score(self, part: _ClassPart, drawn: Floats, added: Floats, at: slice) -> None:
        entries = {code: _moved(table, added, self.entries) for code, table in part.view.entries.items()}
        view = replace(part.view, drawn=drawn, drawn_rows={key: i for i, key in enumerate(self.rows)}, entries=entries)
        chunk = Chunk(view, known=part.known, weights={code: values[at] for code, values in self.weights.items()})
        for block in part.varying:
            run_block(chunk, block)
        moving = {code for block in part.varying for code in block.codes}
        self._fill(chunk, view, [code for code in self.codes if code in moving], at)
        self.ranks[at, view.at] = self._ranked(chunk, view, at)

    def _ranked(self, chunk: Chunk, view: View, at: slice) -> Ranks:
        policy = self.plan.scheme.ranking
        total = chunk.exact(ROOT).x[:, 0] if policy.exact else self.points[ROOT][at, view.at]
        keys = [np.where(view.competes, total, np.nan)]
        keys += [np.nan_to_num(self.points[code][at, view.at], nan=-1e9) for code in policy.breakers]
        ranks = standing(keys, dense=policy.dense).ranks
        return np.broadcast_to(ranks, (at.stop - at.start, view.size))


# Entries --------------------------------------------------------------------------------------------------------------


def _entry_keys(columns: Columns) -> dict[FactKey, int]:
    """The facts of entries that vary, each with its place."""
    loaded = {(x.unit, x.indicator, x.name, x.entry) for x in columns.entry_loadings}
    found: set[FactKey] = set()
    for table in columns.entries.values():
        for facts in (facts for group in table.groups for facts in group.facts.values()):
            found |= {key for key, error in zip(facts.keys, facts.error, strict=True) if key and (error > 0 or key in loaded)}
    return {key: i for i, key in enumerate(sorted(found))}


def _varies(group: EntryGroup, moving: Mapping[FactKey, int]) -> bool:
    return any(key in moving for facts in group.facts.values() for key in facts.keys)


def _fixed(table: EntryTable, units: int, moving: Mapping[FactKey, int]) -> EntryTable:
    """Compute the entries that do not vary, once; those that do get groups of their own."""
    groups: list[EntryGroup] = []
    for group in table.groups:
        moves = np.array([any(facts.keys[i] in moving for facts in group.facts.values()) for i in range(group.item.size)], np.bool_)
        for some, varies in ((np.flatnonzero(~moves), False), (np.flatnonzero(moves), True)):
            if some.size:
                part = group.only(some)
                groups.append(part if varies else replace(part, fixed=group_cells(part, table.missing, None, units)))
    return replace(table, groups=tuple(groups))


def _moved(table: EntryTable, added: Floats, moving: Mapping[FactKey, int]) -> EntryTable:
    """The same entries, with what was drawn added to their facts."""
    if not any(group.fixed is None for group in table.groups):
        return table
    groups = [group if group.fixed is not None else _moved_group(group, added, moving) for group in table.groups]
    return replace(table, groups=tuple(groups))


def _moved_group(group: EntryGroup, added: Floats, moving: Mapping[FactKey, int]) -> EntryGroup:
    found = {}
    for name, facts in group.facts.items():
        places = np.array([moving.get(key, -1) if key else -1 for key in facts.keys], np.intp)
        moves = np.where(places >= 0, added[:, places], 0.0)[:, np.newaxis] if (places >= 0).any() else None
        found[name] = facts if moves is None else replace(facts, cells=Cells(facts.cells.x + moves, facts.cells.mark))
    return replace(group, facts=found)
