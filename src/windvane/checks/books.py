"""Target books against the scheme: slots, rules, weights, targets, milestones, joint tasks, amendments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from windvane.book import Book, Task
from windvane.checks.facts import allowed_rules, needed_facts
from windvane.checks.findings import error, listed, shown, warning
from windvane.checks.settings import reached
from windvane.facts import Facts
from windvane.formula import did_you_mean
from windvane.problems import Problem
from windvane.scheme import Formula, Node, Scheme

_WHOLE: Final = (Fraction(100), Fraction(1))  # what the weights of a slot usually add up to


def check_books(scheme: Scheme, books: Sequence[Book], facts: Facts | None) -> Iterator[Problem]:
    yield from _check_units(scheme, books, facts)
    tasks = {(book.unit, task.entry): task for book in books for task in book.tasks}
    for book in books:
        for task in book.tasks:
            yield from _check_task(scheme, book.unit, task, facts)
            yield from _check_joint(book.unit, task, tasks)
        yield from _check_amendments(book)
        for slot in dict.fromkeys(task.slot for task in book.tasks):
            yield from _check_weights(scheme, book, slot)
    yield from _check_shares(books, tasks)
    if facts:
        yield from _check_sensitive(books, facts)


def _at(unit: str, task: Task) -> str:
    return task.where or f"{unit} / {task.slot} / {task.entry}"


def _slots(scheme: Scheme) -> list[str]:
    return [node.code for node in scheme.nodes.values() if node.entries]


def _check_units(scheme: Scheme, books: Sequence[Book], facts: Facts | None) -> Iterator[Problem]:
    units = [book.unit for book in books]
    for unit in dict.fromkeys(unit for unit in units if units.count(unit) > 1):
        yield Problem("scheme.book_twice", unit, {"unit": unit})
    if facts is None:
        return
    for unit in dict.fromkeys(units):
        if unit not in facts.unit_index:
            yield error("book_unit", unit, unit=unit, near=did_you_mean(unit, facts.unit_index))
    used = {task.slot for book in books for task in book.tasks}
    for cls in scheme.classes:
        slots = [code for code in _slots(scheme) if code in used and reached(scheme, code, cls)]
        without = [unit.code for unit in facts.units if unit.cls == cls and unit.code not in units]
        if slots and without:
            yield warning("no_book", str(scheme.class_title(cls)), units=listed(without), slots=listed(slots))


def _check_task(scheme: Scheme, unit: str, task: Task, facts: Facts | None) -> Iterator[Problem]:
    where, node = _at(unit, task), scheme.nodes.get(task.slot)
    if node is None or node.entries is None:
        yield error("slot", where, slot=task.slot, near=listed(_slots(scheme)) or "—")
        return
    holder = facts.unit_index.get(unit) if facts else None
    if holder and holder.cls in scheme.classes and not reached(scheme, node.code, holder.cls):
        yield error("slot_class", where, slot=task.slot, cls=str(scheme.class_title(holder.cls)))
    if task.weight <= 0:
        yield error("task_weight", where, weight=shown(task.weight))
    if not 0 <= task.share <= 1:
        yield error("task_share", where, share=shown(task.share))
    if facts and (strangers := [code for code in (task.lead, *task.partners) if code and code not in facts.unit_index]):
        yield warning("partners", where, units=listed(strangers))
    yield from _check_rule(scheme, node, unit, task, facts)
    yield from _check_milestones(scheme, where, task)


def _check_rule(scheme: Scheme, node: Node, unit: str, task: Task, facts: Facts | None) -> Iterator[Problem]:
    formula = _formula(node, task)
    if formula is None:
        yield error("task_rule", _at(unit, task), rule=task.rule, near=listed(allowed_rules(node)) or "—")
        return
    for name in task.params:
        if name not in formula.params:
            yield error("task_parameter", _at(unit, task), name=name, near=listed(formula.params) or "—")
    lead, _, entry = task.joint.partition("/")
    owner, name_of = (lead, entry) if task.joint else (unit, task.entry)
    wanted = sorted(needed_facts(formula) - {"value"} - set(task.facts))
    if facts is None:
        if "target" in wanted:
            yield warning("task_target", _at(unit, task), facts="target", rule=task.rule or formula.rule or "points")
        return
    lacking = [name for name in wanted if facts.get(owner, task.slot, name, entry=name_of) is None]
    if lacking:
        yield error("task_target", _at(unit, task), facts=listed(lacking), rule=task.rule or formula.rule or "points")


def _formula(node: Node, task: Task) -> Formula | None:
    assert node.entries is not None
    if not task.rule or task.rule == node.entries.formula.rule:
        return node.entries.formula
    return node.entries.rules.get(task.rule)


def _check_milestones(scheme: Scheme, where: str, task: Task) -> Iterator[Problem]:
    days = [stone.day for stone in task.milestones]
    outside = [str(day) for day in days if (scheme.start and day < scheme.start) or (scheme.end and day > scheme.end)]
    if outside:
        yield warning("milestone_outside", where, days=listed(outside), start=str(scheme.start or "—"), end=str(scheme.end or "—"))
    if len(set(days)) < len(days):
        yield error("milestone_twice", where, days=listed(str(day) for day in days if days.count(day) > 1))
    stones = sorted(task.milestones, key=lambda stone: stone.day)
    falling = [f"{later.day}={shown(later.value)}" for earlier, later in pairwise(stones) if later.value < earlier.value]
    if falling and task.better != "low":
        yield warning("milestone_falls", where, milestones=listed(falling))


def _check_joint(unit: str, task: Task, tasks: Mapping[tuple[str, str], Task]) -> Iterator[Problem]:
    if not task.joint:
        return
    lead, _, entry = task.joint.partition("/")
    found = tasks.get((lead, entry))
    if found is None:
        yield error("joint", _at(unit, task), joint=task.joint, near=did_you_mean(task.joint, ["/".join(key) for key in tasks]))
    elif found.slot != task.slot:
        yield error("joint_slot", _at(unit, task), joint=task.joint, slot=found.slot)
    elif found.joint and found.joint != task.joint:
        yield error("joint_chain", _at(unit, task), joint=task.joint, next=found.joint)


def _check_shares(books: Sequence[Book], tasks: Mapping[tuple[str, str], Task]) -> Iterator[Problem]:
    """The shares of everyone who counts one task add up to 1; all shares left at 1 mean that all count it in full."""
    counted: dict[tuple[str, str], dict[str, Fraction]] = {}
    for (unit, entry), task in tasks.items():
        lead, _, name = task.joint.partition("/")
        counted.setdefault((lead, name) if task.joint else (unit, entry), {})[f"{unit}/{entry}"] = task.share
    for key, shares in counted.items():
        total = sum(shares.values(), Fraction(0))
        if total != 1 and set(shares.values()) != {Fraction(1)} and key in tasks:
            told = "；".join(f"{name} {shown(share)}" for name, share in shares.items())
            yield warning("joint_shares", _at(key[0], tasks[key]), sum=shown(total), shares=told)


def _check_amendments(book: Book) -> Iterator[Problem]:
    seen: set[tuple[str, str, str]] = set()
    for task in book.tasks:
        key = (task.slot, task.entry, str(task.since or ""))
        if key in seen:
            yield error("task_twice", _at(book.unit, task), entry=task.entry, since=str(task.since or "—"))
        seen.add(key)
        if task.since and not (task.reason and task.approval):
            yield error("amendment", _at(book.unit, task), since=str(task.since))
    slots: dict[str, str] = {}
    for task in book.tasks:
        if slots.setdefault(task.entry, task.slot) != task.slot:
            yield error("entry_slots", _at(book.unit, task), entry=task.entry, slots=f"{slots[task.entry]}、{task.slot}")


def _check_weights(scheme: Scheme, book: Book, slot: str) -> Iterator[Problem]:
    tasks = book.in_force(slot, scheme.end)
    total = sum((task.weight for task in tasks), Fraction(0))
    for whole in _WHOLE:
        if len(tasks) > 1 and total != whole and abs(total - whole) <= whole / 20 and (whole > 1 or all(task.weight < 1 for task in tasks)):
            yield warning("book_weights", f"{book.unit} / {slot}", sum=shown(total), whole=shown(whole))


def _check_sensitive(books: Sequence[Book], facts: Facts) -> Iterator[Problem]:
    """Of a sensitive task the documents are not named where many can read them."""
    documents = {(fact.unit, fact.indicator, fact.entry) for fact in facts.rows if fact.document and fact.entry}
    documents |= {(entry.unit, entry.indicator, entry.entry) for entry in facts.entries if entry.document}
    for book in books:
        for task in book.tasks:
            if task.sensitive and (book.unit, task.slot, task.entry) in documents:
                yield warning("sensitive", _at(book.unit, task), entry=task.entry)
