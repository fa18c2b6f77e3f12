"""The points of entries over arrays: one formula for all the entries that it scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from windvane.batch.arrays import REFUSED, Cells, Flags, constant, marked
from windvane.batch.entry_tables import EntryGroup, EntryTable
from windvane.batch.floats import Value, cells, evaluate
from windvane.batch.peers import Peers, Sample
from windvane.formula import Binary, Expr, Listing, Member, Name, Negate, Number


def entry_cells(table: EntryTable, close: Callable[[Flags], None] | None) -> Cells:
    """The points of every entry, (draws, items, units), NaN where a unit has no such entry."""
    if table.points is not None:
        return table.points
    found = [(group, group_cells(group, table.missing, close, table.shape[2])) for group in table.groups]
    draws = max((c.x.shape[0] for _, c in found), default=1)
    x, mark = np.full((draws, *table.shape[1:]), np.nan), np.zeros((draws, *table.shape[1:]), np.uint8)
    for group, points in found:
        x[:, group.item, group.unit] = points.x[:, 0]
        if points.mark is not None:
            mark[:, group.item, group.unit] = points.mark[:, 0]
    return marked(x, mark)


def group_cells(group: EntryGroup, missing: str, close: Callable[[Flags], None] | None, units: int) -> Cells:
    """The points of the entries of one formula, (draws, 1, entries), after the policy for missing ones."""
    if group.fixed is not None:
        return group.fixed
    scope = EntryScope(group, close, units)
    for name, expr in group.formula.where:
        scope.steps[name] = cells(evaluate(expr, scope))
    raw = cells(evaluate(group.formula.expr, scope))
    shape = (raw.x.shape[0], 1, group.item.size)
    x = np.broadcast_to(np.where(np.isinf(raw.x), np.nan, raw.x), shape)
    mark = np.zeros(shape, np.uint8) if raw.mark is None else np.broadcast_to(raw.mark, shape)
    gap = np.isnan(x) & (mark == 0)
    if missing == "zero":
        return marked(np.where(gap, 0.0, x), mark)
    return marked(x, np.where(gap, REFUSED, mark).astype(np.uint8) if missing == "refuse" else mark)


class EntryScope:
    """Names of an entry's formula: step or parameter, full/weight/sign, then a fact of the entry or of its task."""

    def __init__(self, group: EntryGroup, on_close: Callable[[Flags], None] | None, units: int) -> None:
        self.group, self.on_close, self.units = group, on_close, units
        self.steps: dict[str, Cells] = {}

    def name(self, expr: Name) -> Value:
        name, group = expr.name, self.group
        if name in self.steps:
            return self.steps[name]
        if name in group.params:
            param = group.params[name]
            return tuple(map(Cells, param)) if isinstance(param, tuple) else Cells(param)
        if name in ("full", "weight", "sign"):
            return Cells({"full": group.full, "weight": group.weight, "sign": group.sign}[name])
        return group.facts[name].cells

    def member(self, expr: Member) -> Value:
        return Cells(constant(np.nan))

    def peers(self, argument: Expr) -> Peers:
        return Sample(lambda: Cells(np.empty((1, 1, 0))))

    @property
    def competing(self) -> Flags:
        return np.ones((1, 1, 1), np.bool_)

    @property
    def unmarked(self) -> bool:
        return True

    @property
    def watching(self) -> bool:
        return self.on_close is not None

    def close(self, near: Flags) -> None:
        """A unit is near a border where one of its entries is."""
        if self.on_close is None or not near.any():
            return
        found = np.zeros((1, 1, self.units), np.bool_)
        found[0, 0, self.group.unit[np.broadcast_to(near.any(axis=(0, 1)), self.group.unit.shape)]] = True
        self.on_close(found)

    def given(self, expr: Expr) -> bool:
        match expr:
            case Number():
                return True
            case Name(name):
                return name not in self.steps
            case Negate(of):
                return self.given(of)
            case Listing(items):
                return all(map(self.given, items))
            case Binary("*", Name("sign"), right):
                return self.given(right)
        return False
