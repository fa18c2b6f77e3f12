"""Entries of a node as arrays: what each formula needs, for all entries that it scores at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np

from windvane.batch.arrays import NOT_DUE, REFUSED, Cells, Flags, Floats, Places, constant, marked
from windvane.exact import Absent, Atom
from windvane.facts import Fact, Facts, Status, Unit
from windvane.formula import names
from windvane.ledger import Row, entry_rows
from windvane.plan import EntryStep, Plan, Resolved, Step, number_of, resolve_params
from windvane.scheme import Formula
from windvane.scores import scored_entries

FactKey: TypeAlias = tuple[str, str, str, str]  # unit, indicator, name, entry
_MARKS: Final = {Absent.MISSING: 0, Absent.NOT_DUE: NOT_DUE, Absent.REFUSED: REFUSED}


@dataclass(frozen=True)
class EntryFacts:
    """One fact of many entries. ``keys`` names the fact that was read, for those that have one: joint tasks share it."""

    cells: Cells  # (draws | 1, 1, entries)
    error: Floats  # (entries,), 0 where there is none
    keys: tuple[FactKey | None, ...]

    def only(self, some: Places) -> EntryFacts:
        return EntryFacts(self.cells.units(some), self.error[some], tuple(self.keys[i] for i in some))


@dataclass(frozen=True)
class EntryGroup:
    """Entries that one formula scores. ``item`` and ``unit`` are their places in the table; the others are (1, 1, entries)."""

    formula: Formula
    item: Places
    unit: Places
    params: Mapping[str, Floats | tuple[Floats, ...]]
    full: Floats
    weight: Floats
    sign: Floats
    facts: Mapping[str, EntryFacts]
    fixed: Cells | None = None  # the points, where they are known already

    def only(self, some: Places) -> EntryGroup:
        """Some of the entries."""
        params = {name: p if isinstance(p, tuple) or p.shape[-1] == 1 else p[..., some] for name, p in self.params.items()}
        facts = {name: found.only(some) for name, found in self.facts.items()}
        full, weight, sign = (a[..., some] for a in (self.full, self.weight, self.sign))
        return EntryGroup(self.formula, self.item[some], self.unit[some], params, full, weight, sign, facts)


@dataclass(frozen=True)
class EntryTable:
    """The entries of all units of a class at one node, padded: (1, items, units). ``points``: those of a ledger, counted exactly."""

    missing: str
    weight: Floats
    full: Floats
    exists: Flags
    empty: Cells
    groups: tuple[EntryGroup, ...] = ()
    points: Cells | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.exists.shape


@dataclass(frozen=True, slots=True)
class _Placed:
    """One entry with its place, the formula that scores it and its parameters."""

    unit: Unit
    place: tuple[int, int]
    row: Row
    formula: Formula = field(hash=False)
    params: Mapping[str, Resolved] = field(hash=False)

    @property
    def group(self) -> Hashable:
        lists = tuple((name, value) for name, value in sorted(self.params.items()) if isinstance(value, tuple))
        return (self.formula.expr, self.formula.where, tuple(sorted(self.params)), lists)


def read(fact: Fact | None, choices: Mapping[str, Fraction]) -> tuple[float, int]:
    """The number of a fact and its mark; a word that the scheme does not know is refused."""
    if fact is not None and fact.status is Status.NOT_DUE:
        return np.nan, NOT_DUE
    if fact is None or fact.status is Status.MISSING or fact.value is None:
        return np.nan, 0
    if not isinstance(fact.value, str):
        return float(number_of(fact.value)), 0
    return (float(choices[fact.value]), 0) if fact.value in choices else (np.nan, REFUSED)


def entry_table(plan: Plan, facts: Facts, members: Sequence[Unit], step: Step) -> EntryTable:
    """Read the entries of a node for the units of one class."""
    entry = step.entry
    assert entry is not None
    if entry.kinds is not None:
        return _ledger(plan, facts, members, step)
    rows = [entry_rows(plan, facts, unit, step.code) for unit in members]
    shape = (1, max(map(len, rows), default=0), len(members))
    table = EntryTable(entry.missing, np.zeros(shape), np.full(shape, np.nan), np.zeros(shape, np.bool_), _nothing(plan, step.code))
    placed = [_place(plan, unit, entry, row, (i, u)) for u, unit in enumerate(members) for i, row in enumerate(rows[u])]
    grouped: dict[Hashable, list[_Placed]] = {}
    for one in placed:
        grouped.setdefault(one.group, []).append(one)
    groups = tuple(_group(facts, step.code, entry, some) for some in grouped.values())
    for group in groups:
        table.weight[0, group.item, group.unit] = group.weight[0, 0]
        table.full[0, group.item, group.unit] = group.full[0, 0]
        table.exists[0, group.item, group.unit] = True
    return EntryTable(table.missing, table.weight, table.full, table.exists, table.empty, groups)


def _nothing(plan: Plan, slot: str) -> Cells:
    """Without entries: nothing is due where books say what is, else the reports are missing."""
    return marked(constant(np.nan), np.array([[[NOT_DUE if slot in plan.booked_slots else 0]]], np.uint8))


def _place(plan: Plan, unit: Unit, entry: EntryStep, row: Row, place: tuple[int, int]) -> _Placed:
    formula = entry.default if not row.rule or row.rule == entry.default.rule else entry.rules.get(row.rule, entry.default)
    params = {**resolve_params(formula.params, unit.cls, row.day or plan.day), **row.params}
    return _Placed(unit, place, row, formula, params)


def _group(facts: Facts, code: str, entry: EntryStep, placed: Sequence[_Placed]) -> EntryGroup:
    formula, params = placed[0].formula, placed[0].params
    own = {*params, *(name for name, _ in formula.where), "full", "weight", "sign"}
    read_names = {read.name for expr in (formula.expr, *(e for _, e in formula.where)) for read in names(expr)} - own
    weights = _facts(facts, code, entry, placed, "weight").cells.x
    fulls = _facts(facts, code, entry, placed, "full").cells.x
    booked = np.array([np.nan if one.row.weight is None else float(one.row.weight) for one in placed]).reshape(1, 1, -1)
    return EntryGroup(
        formula=formula,
        item=np.array([one.place[0] for one in placed], np.intp),
        unit=np.array([one.place[1] for one in placed], np.intp),
        params={name: _param([one.params[name] for one in placed]) for name in params},
        full=np.where(np.isnan(fulls), float(entry.full), fulls),
        weight=np.where(np.isnan(booked), np.where(np.isnan(weights), 1.0, weights), booked),
        sign=np.array([-1.0 if one.row.better == "low" else 1.0 for one in placed]).reshape(1, 1, -1),
        facts={name: _facts(facts, code, entry, placed, name) for name in sorted(read_names)},
    )


def _param(values: Sequence[Resolved]) -> Floats | tuple[Floats, ...]:
    first = values[0]
    if isinstance(first, tuple):
        return tuple(constant(float(x)) for x in first)
    return np.array([float(v) for v in values if isinstance(v, Fraction)]).reshape(1, 1, -1)


def _facts(facts: Facts, code: str, entry: EntryStep, placed: Sequence[_Placed], name: str) -> EntryFacts:
    """A fact of the entries: what the book fixed, else what was reported."""
    x, mark, error = np.full(len(placed), np.nan), np.zeros(len(placed), np.uint8), np.zeros(len(placed))
    keys: list[FactKey | None] = []
    for i, one in enumerate(placed):
        unit, reported = one.row.reported_by
        fact = facts.index.get((unit, code, name, "", reported))
        if name in one.row.facts:
            x[i] = float(one.row.facts[name])
            keys.append(None)
            continue
        x[i], mark[i] = read(fact, entry.choices if name == "value" else {})
        error[i] = float(fact.error) if fact is not None and fact.error is not None else 0.0
        keys.append((unit, code, name, reported))
    return EntryFacts(marked(x.reshape(1, 1, -1), mark.reshape(1, 1, -1)), error, tuple(keys))


def _ledger(plan: Plan, facts: Facts, members: Sequence[Unit], step: Step) -> EntryTable:
    """A ledger never varies: its entries are counted exactly, caps and all, and then become numbers."""
    rows = [scored_entries(plan, facts, unit, step.code) for unit in members]
    shape = (1, max(map(len, rows), default=0), len(members))
    x, mark = np.full(shape, np.nan), np.zeros(shape, np.uint8)
    weight, full, exists = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape, np.bool_)
    for u, mine in enumerate(rows):
        for i, one in enumerate(mine):
            x[0, i, u], mark[0, i, u] = _atom(one.points)
            weight[0, i, u], full[0, i, u], exists[0, i, u] = float(one.weight), float(one.full), True
    return EntryTable("refuse", weight, full, exists, Cells(constant(0.0)), (), marked(x, mark))


def _atom(value: Atom) -> tuple[float, int]:
    return (float(value), 0) if isinstance(value, Fraction) else (np.nan, _MARKS[value])
