"""Rows of a node with many facts per unit: own indicators from target books, ledger entries with documents, caps of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from windvane.book import Task
from windvane.exact import Absent, Atom
from windvane.facts import Entry, Facts, Unit
from windvane.plan import Plan, number_of
from windvane.scheme import Setting
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of one unit: what its book or the ledger says; numbers that the book fixed are in ``facts``.

    ``reported_by`` is the (unit, entry) whose facts count: the lead's for a joint task.
    """

    entry: str
    title: Text = Text()
    kind: str = ""
    document: str = ""
    day: date | None = None
    rule: str = ""
    better: str = "high"
    weight: Fraction | None = None
    facts: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    params: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    reported_by: tuple[str, str] = ("", "")
    task: Task | None = None


def entry_rows(plan: Plan, facts: Facts, unit: Unit, slot: str) -> list[Row]:
    """Return the rows of a unit at a node: the tasks in force of its book, else the entries that facts speak of."""
    given = {entry.entry: entry for entry in facts.entry_index.get((unit.code, slot), ())}
    tasks = booked(plan, unit, slot)
    if tasks is not None:
        return [_task_row(unit.code, task, given.get(task.entry)) for task in tasks]
    return [_entry_row(unit.code, name, given.get(name)) for name in _reported(facts, unit, slot)]


def booked(plan: Plan, unit: Unit, slot: str) -> tuple[Task, ...] | None:
    """Return the tasks of a unit under a slot, or None where no target book rules it: a ledger, or a slot that no book speaks of."""
    if plan.scheme.nodes[slot].ledger is not None or slot not in plan.booked_slots:
        return None
    return plan.tasks(unit.code, slot)


def strays(plan: Plan, facts: Facts, unit: Unit, slot: str) -> list[str]:
    """Return the entries that were reported for a slot although the unit's target book does not hold them."""
    tasks = booked(plan, unit, slot)
    return [] if tasks is None else [name for name in _reported(facts, unit, slot) if name not in {task.entry for task in tasks}]


def _reported(facts: Facts, unit: Unit, slot: str) -> list[str]:
    """Names of the entries that facts or the ledger speak of, in order of day."""
    listed = [entry.entry for entry in facts.entry_index.get((unit.code, slot), ())]
    return list(dict.fromkeys([*listed, *facts.entry_ids.get((unit.code, slot), ())]))


def _task_row(unit: str, task: Task, entry: Entry | None) -> Row:
    lead, _, name = task.joint.partition("/")
    reported_by = (lead, name) if task.joint else (unit, task.entry)
    facts = {key: number_of(value) for key, value in task.facts.items()}
    params = {key: number_of(value) for key, value in task.params.items()}
    document = entry.document if entry else ""
    return Row(task.entry, task.title, "", document, None, task.rule, task.better, task.credited_weight, facts, params, reported_by, task)


def _entry_row(unit: str, name: str, entry: Entry | None) -> Row:
    if entry is None:
        return Row(name, Text(name), reported_by=(unit, name))
    return Row(name, entry.title or Text(name), entry.kind, entry.document, entry.day, entry.rule, reported_by=(unit, name))


def cut(rows: Sequence[tuple[str, Atom]], caps: Mapping[str, Setting | None], cls: str, day: date | None) -> list[Atom]:
    """Count each (kind, amount) as far as its kind's cap goes: clip(S_i) − clip(S_{i−1}), S the running sum of the kind."""
    sums: dict[str, Fraction] = {}
    counted: list[Atom] = []
    for kind, amount in rows:
        if isinstance(amount, Absent):
            counted.append(amount)
            continue
        before = sums.get(kind, Fraction(0))
        sums[kind] = before + amount
        cap = limit.at(cls, day) if (limit := caps.get(kind)) else None
        counted.append(_clip(sums[kind], cap) - _clip(before, cap) if isinstance(cap, Fraction) else amount)
    return counted


def _clip(total: Fraction, cap: Fraction) -> Fraction:
    """A positive cap limits from above, a negative one (deductions) from below."""
    return min(total, cap) if cap >= 0 else max(total, cap)
