"""Facts as columns: one row of numbers an indicator and fact name, one column a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from windvane.batch.arrays import Flags, Floats, Marks, Places
from windvane.batch.entry_tables import EntryTable, entry_table, read
from windvane.facts import Fact, Facts, Loading, Unit
from windvane.plan import Plan

if TYPE_CHECKING:
    import polars as pl

Key: TypeAlias = tuple[str, str]  # indicator, name of the fact


@dataclass(frozen=True)
class Gaps:
    """Where a table has no number: row and unit of each place, row by row; ``starts``: the first place of each row.

    ``bridge``: (rows, classes), the number that stands there instead.
    """

    starts: Places
    rows: Places
    units: Places
    bridge: Floats

    def of(self, row: int) -> Places:
        return self.units[self.starts[row] : self.starts[row + 1]]

    def between(self, row: int, stop: int) -> tuple[Places, Places]:
        """Rows, counted from the first of these, and units of the gaps in some rows one below the other."""
        at = slice(self.starts[row], self.starts[stop])
        return self.rows[at] - row, self.units[at]

    def within(self, row: int, at: slice | Places) -> Places:
        """The gaps of a row among some units, as places among these."""
        mine = self.of(row)
        if isinstance(at, slice):
            low, high = np.searchsorted(mine, (at.start, at.stop))
            return np.asarray(mine[low:high] - at.start, np.intp)
        place = np.searchsorted(at, mine)
        place, mine = place[place < at.size], mine[place < at.size]
        return np.asarray(place[at[place] == mine], np.intp)


@dataclass(frozen=True)
class Columns:
    """What arrays are computed from. ``table``: (draws | 1, rows, units); ``rows`` says which row is which fact.

    What is missing is NaN in the table, or, with ``gaps``, any competing unit's number of the same row and class:
    sums and extremes run over it, and what does not belong is taken out again.
    ``marks``: where a fact is not due or refused. ``errors`` and ``loadings`` (by shock): (units,), in the unit of measure of the fact.
    ``entries``: by class and node. ``units``: codes, or just numbers.
    """

    units: Sequence[str] | range
    classes: tuple[str, ...]
    cls: Places = field(repr=False)
    competes: Flags = field(repr=False)
    table: Floats = field(repr=False)
    rows: Mapping[Key, int] = field(repr=False)
    marks: Mapping[Key, Marks] = field(default_factory=dict, repr=False)
    errors: Mapping[Key, Floats] = field(default_factory=dict, repr=False)
    loadings: Mapping[Key, Mapping[str, Floats]] = field(default_factory=dict, repr=False)
    entries: Mapping[tuple[str, str], EntryTable] = field(default_factory=dict, repr=False)
    entry_loadings: tuple[Loading, ...] = field(default=(), repr=False)
    gaps: Gaps | None = field(default=None, repr=False)

    @property
    def values(self) -> Mapping[Key, Floats]:
        """The numbers of each fact, (units,), NaN where missing."""
        return {key: self.value(key) for key in self.rows}

    def value(self, key: Key) -> Floats:
        row = self.rows[key]
        found = self.table[0, row].copy()
        if self.gaps is not None:
            found[self.gaps.of(row)] = np.nan
        return np.asarray(found, np.float64)

    def inhabited(self, plan: Plan) -> list[str]:
        """The classes of a plan that have units."""
        return [cls for i, cls in enumerate(self.classes) if cls in plan.classes and bool((self.cls == i).any())]

    @cached_property
    def members(self) -> Mapping[str, slice | Places]:
        """The units of each class: a slice where they stand together, so that no number is copied."""
        return {cls: _together(np.flatnonzero(self.cls == i)) for i, cls in enumerate(self.classes)}

    @classmethod
    def of(cls, plan: Plan, facts: Facts) -> Columns:
        """Read facts with a plan, which says what words mean and how entries are scored. Units keep their order."""
        return _from_facts(plan, facts)

    @classmethod
    def from_matrix(
        cls,
        matrix: Floats,
        indicators: Sequence[str],
        *,
        units: Sequence[str] | range | None = None,
        classes: Sequence[str] = ("all",),
        member: Sequence[int] | Places | None = None,
        competes: Sequence[bool] | Flags | None = None,
        name: str = "value",
    ) -> Columns:
        """Take a matrix of (units, indicators), NaN where missing; ``member`` is each unit's place in ``classes``.

        A matrix in Fortran order without gaps is used as it is, any other is copied once.
        """
        table = np.asfortranarray(matrix, dtype=np.float64).T
        n = table.shape[-1]
        places = np.zeros(n, np.intp) if member is None else np.asarray(member, np.intp)
        fit = np.ones(n, np.bool_) if competes is None else np.asarray(competes, np.bool_)
        rows = {(code, name): i for i, code in enumerate(indicators)}
        table, gaps = _bridged(table, [np.flatnonzero((places == i) & fit) for i in range(len(classes))], places)
        return cls(range(n) if units is None else units, tuple(classes), places, fit, table[np.newaxis], rows, gaps=gaps)

    @classmethod
    def from_polars(
        cls, frame: pl.DataFrame, *, classes: Sequence[str] = ("all",), member: Sequence[int] | Places | None = None
    ) -> Columns:
        """Take a frame with one column an indicator; nulls are missing."""
        matrix = frame.cast(dict.fromkeys(frame.columns, _float64())).fill_null(float("nan")).to_numpy(order="fortran")
        return cls.from_matrix(matrix, frame.columns, classes=classes, member=member)

    def stacked(self, others: Sequence[Columns]) -> Columns:
        """The same units and facts several times over, with other numbers: each set is one draw."""
        if any(o.rows != self.rows or len(o.units) != len(self.units) or o.marks or o.entries or o.gaps for o in (*others, self)):
            raise ValueError("only columns with the same rows and units, without gaps, marks and entries, can be stacked")
        return replace(self, table=np.concatenate([self.table, *(other.table for other in others)]))


def _float64() -> type[pl.Float64]:
    import polars as pl  # heavy; only those who bring a frame need it

    return pl.Float64


def _bridged(table: Floats, peers: Sequence[Places], cls: Places) -> tuple[Floats, Gaps | None]:
    """Put a number of the same row and class in the place of each gap, where there is one."""
    rows = [np.flatnonzero(np.isnan(row)) for row in table]
    if not any(row.size for row in rows):
        return table, None
    table, bridge = table.copy(), np.full((len(table), len(peers)), np.nan)
    for row, gaps, numbers in zip(table, rows, bridge, strict=True):
        for i, some in enumerate(peers):
            there = row[some[:1000]]
            there = row[some] if np.isnan(there).all() else there
            numbers[i] = there[np.argmin(np.isnan(there))] if there.size else np.nan
        row[gaps] = numbers[cls[gaps]]
    sizes = [row.size for row in rows]
    return table, Gaps(np.concatenate([[0], np.cumsum(sizes)]), np.repeat(np.arange(len(rows)), sizes), np.concatenate(rows), bridge)


def _together(at: Places) -> slice | Places:
    if at.size and at[-1] - at[0] + 1 == at.size:
        return slice(int(at[0]), int(at[-1]) + 1)
    return at


# From facts -----------------------------------------------------------------------------------------------------------


def _from_facts(plan: Plan, facts: Facts) -> Columns:
    units = [u for u in facts.units if u.cls in plan.classes]
    place = {u.code: i for i, u in enumerate(units)}
    classes = tuple(plan.classes)
    rows = {key: i for i, key in enumerate(dict.fromkeys((f.indicator, f.name) for f in facts.rows if not f.entry and not f.period))}
    table, marks = np.full((1, len(rows), len(units)), np.nan), np.zeros((len(rows), len(units)), np.uint8)
    errors: dict[Key, Floats] = {}
    for fact in facts.rows:
        if fact.entry or fact.period or fact.unit not in place:
            continue
        key, unit = (fact.indicator, fact.name), place[fact.unit]
        table[0, rows[key], unit], marks[rows[key], unit] = read(fact, _choices(plan, units[unit], fact))
        if fact.error is not None:
            errors.setdefault(key, np.zeros(len(units)))[unit] = float(fact.error)
    return Columns(
        units=[u.code for u in units],
        classes=classes,
        cls=np.array([classes.index(u.cls) for u in units], np.intp),
        competes=np.array([u.competes for u in units], np.bool_),
        table=table,
        rows=rows,
        marks={key: marks[row] for key, row in rows.items() if marks[row].any()},
        errors=errors,
        loadings=_loadings(facts, place),
        entries=_entries(plan, facts, units),
        entry_loadings=tuple(x for x in facts.loadings if x.entry),
    )


def _choices(plan: Plan, unit: Unit, fact: Fact) -> Mapping[str, Fraction]:
    step = plan.index[unit.cls].get(fact.indicator) if fact.name == "value" else None
    return step.choices if step else {}


def _loadings(facts: Facts, place: Mapping[str, int]) -> dict[Key, dict[str, Floats]]:
    found: dict[Key, dict[str, Floats]] = {}
    for loading in facts.loadings:
        if not loading.entry and loading.unit in place:
            shocks = found.setdefault((loading.indicator, loading.name), {})
            shocks.setdefault(loading.shock, np.zeros(len(place)))[place[loading.unit]] = float(loading.loading)
    return found


def _entries(plan: Plan, facts: Facts, units: Sequence[Unit]) -> dict[tuple[str, str], EntryTable]:
    members = {cls: [u for u in units if u.cls == cls] for cls in plan.classes}
    steps = [(cls, step) for cls, some in plan.classes.items() for step in some if step.entry]
    return {(cls, step.code): entry_table(plan, facts, members[cls], step) for cls, step in steps}
