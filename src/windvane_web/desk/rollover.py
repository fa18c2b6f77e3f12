"""The next year from this one: scheme, units, target books and open problems are taken along; nothing of this year changes.

Roles are not touched: those that name no year go on by themselves, others are granted anew by the security administrator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from windvane.files.cells import exact_text
from windvane_web.org.models import Cycle, Membership, Role, Succession, Unit, User
from windvane_web.rectify.models import Problem
from windvane_web.rectify.queries import open_problems
from windvane_web.scheme.facts import number
from windvane_web.scheme.models import Book, BookTask, Version
from windvane_web.scheme.queries import frozen_version
from windvane_web.work.facts import reported
from windvane_web.work.opening import tasks_in_force

ISO_DAY: Final = re.compile(r"(\bfrom:\s*['\"]?)?\b(\d{4}-\d{2}-\d{2})\b")
TOP: Final = re.compile(r"(\w+):")
MARK: Final = "结转："
TAKEN: Final = (
    "title",
    "origin",
    "kind",
    "node",
    "entry",
    "state",
    "meeting",
    "meeting_day",
    "goal",
    "deadline",
    "objection",
    "result",
    "note",
)
Heirs = Mapping[int, list[Unit]]  # unit: those that stand in its place, in official order
Actual = Fraction | date | str | None


# Units ----------------------------------------------------------------------------------------------------------------


def heirs_of(until: date) -> dict[int, list[Unit]]:
    """Who stands in the place of units that were merged, split or renamed up to a day; chains are followed to their end."""
    direct: dict[int, list[Unit]] = {}
    for change in Succession.objects.filter(day__lte=until).select_related("new").order_by("new__order", "new__code"):
        direct.setdefault(change.old_id, []).append(change.new)
    return {old: _last(old, direct, {old}) for old in direct}


def _last(unit: int, direct: Mapping[int, list[Unit]], seen: set[int]) -> list[Unit]:
    found: dict[int, Unit] = {}
    for new in direct[unit]:
        further = _last(new.pk, direct, seen | {new.pk}) if new.pk in direct and new.pk not in seen else [new]
        found |= {one.pk: one for one in further}
    return list(found.values())


def heir(unit: Unit, heirs: Heirs) -> Unit:
    """The one unit that goes on with what belonged to a unit: itself, or the first of those in its place."""
    return heirs.get(unit.pk, [unit])[0]


def settle_members(cycle: Cycle, heirs: Heirs) -> None:
    """Put those in the place of units that are no more; a unit that is already there stays where it is."""
    for member in list(cycle.memberships.filter(unit__in=heirs)):
        place = {"cls_id": member.cls_id, "order": member.order, "competes": member.competes}
        member.delete()
        for unit in heirs[member.unit_id]:
            Membership.objects.get_or_create(cycle=cycle, unit=unit, defaults=place)


# Scheme ---------------------------------------------------------------------------------------------------------------


def moved_day(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th.

    >>> moved_day(date(2020, 2, 29), 1)
    datetime.date(2021, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def moved_scheme(text: str, year: int, years: int) -> str:
    """The text of a scheme for a later year: its days move, the year in its title too. Parameters in force ``from`` a day keep it.

    >>> moved_scheme("title: {zh: 2019年度}\\ncycle: {from: 2019-01-01}\\nx: [{from: 2018-07-01, value: 2019}]\\ny: 2019-12-31", 2019, 1)
    'title: {zh: 2020年度}\\ncycle: {from: 2020-01-01}\\nx: [{from: 2018-07-01, value: 2019}]\\ny: 2020-12-31'
    """
    lines, top = [], ""
    for line in text.splitlines():
        if found := TOP.match(line):
            top = found[1]
        if top == "title":
            line = re.sub(rf"(?<!\d){year}(?!\d)", str(year + years), line)
        lines.append(ISO_DAY.sub(lambda match, top=top: _moved(match, top == "cycle", years), line))  # type: ignore[misc]  # bound early
    return "\n".join(lines) + ("\n" if text.endswith("\n") else "")


def _moved(match: re.Match[str], always: bool, years: int) -> str:
    if match[1] and not always:
        return match[0]
    return (match[1] or "") + moved_day(date.fromisoformat(match[2]), years).isoformat()


# Target books ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """What the actual value of a task proposes for the next year: numbers the book fixes, and where they come from."""

    facts: dict[str, str]
    note: str = ""


def proposal(task: BookTask, actual: Actual, years: int) -> Proposal:
    """Propose the better of target and actual value as the next target, and the actual value as base and previous value."""
    facts = {name: _moved_text(text, years) for name, text in task.facts.items()}
    target = number(task.facts["target"]) if "target" in task.facts else None
    if not isinstance(actual, Fraction):
        return Proposal(facts)
    facts |= {name: exact_text(actual) for name in ("base", "previous") if name in facts}
    if not isinstance(target, Fraction):
        return Proposal(facts)
    better = (max if task.better == "high" else min)(target, actual)
    facts["target"] = exact_text(better)
    said = {"target": exact_text(target), "actual": exact_text(actual), "better": exact_text(better)}
    return Proposal(facts, _("上年目标 %(target)s，核定 %(actual)s，提议 %(better)s") % said)


def _moved_text(text: str, years: int) -> str:
    value = number(text)
    return moved_day(value, years).isoformat() if isinstance(value, date) else text


def actuals(cycle: Cycle) -> dict[tuple[str, str, str], Actual]:
    """The last verified value of each task: (unit, slot, entry)."""
    return {(fact.unit, fact.indicator, fact.entry): fact.value for fact in reported(cycle)}


def take_books(old: Cycle, new: Cycle, heirs: Heirs, years: int) -> int:
    """Draft the target books of the next year from the tasks in force; return how many tasks."""
    known, codes = actuals(old), _codes(heirs)
    books: dict[int, Book] = {}
    rows: list[BookTask] = []
    members = set(new.memberships.values_list("unit_id", flat=True))
    for task in tasks_in_force(old):
        unit = heir(task.book.unit, heirs)
        if unit.pk not in members:
            continue
        book = books.get(unit.pk) or Book.objects.create(
            cycle=new, unit=unit, remark=_("由%(cycle)s结转，目标值为提议，请逐项核对") % {"cycle": old}
        )
        books[unit.pk] = book
        rows.append(_next_task(task, book, proposal(task, known.get((task.book.unit.code, task.slot, task.entry)), years), codes, years))
    _number(rows)
    BookTask.objects.bulk_create(rows)
    return len(rows)


def _codes(heirs: Heirs) -> dict[str, str]:
    """Codes of units that are no more: of those in their place."""
    return {unit.code: heirs[unit.pk][0].code for unit in Unit.objects.filter(pk__in=heirs)}


def _next_task(task: BookTask, book: Book, proposed: Proposal, codes: Mapping[str, str], years: int) -> BookTask:
    kept = {field.name: getattr(task, field.name) for field in BookTask._meta.fields if field.name not in REWRITTEN | FRESH}
    lead, slash, entry = task.joint.partition("/")
    source = "；".join(x for x in (task.source.partition("；" + MARK)[0], proposed.note and MARK + proposed.note) if x)
    return BookTask(
        **kept,
        book=book,
        source=source[:300],
        params={name: _moved_text(text, years) for name, text in task.params.items()},
        facts=proposed.facts,
        milestones=[[moved_day(date.fromisoformat(day), years).isoformat(), value] for day, value in task.milestones],
        lead=codes.get(task.lead, task.lead),
        partners=[codes.get(code, code) for code in task.partners],
        joint=f"{codes.get(lead, lead)}{slash}{entry}",
    )


REWRITTEN: Final = {"book", "source", "params", "facts", "milestones", "lead", "partners", "joint", "order"}
FRESH: Final = {"id", "state", "since", "reason", "approval", "remark", "proposed_by", "version"}  # of the row, not of the task


def _number(rows: list[BookTask]) -> None:
    """Order the tasks of each book anew; where books were merged, a number that is taken gets another."""
    taken: dict[int, set[str]] = {}
    for row in rows:
        used = taken.setdefault(row.book_id, set())
        base, n = row.entry, 2
        while row.entry in used:
            row.entry, n = f"{base[:36]}_{n}", n + 1
        row.order = len(used)
        used.add(row.entry)


# Problems -------------------------------------------------------------------------------------------------------------


def carry_problems(old: Cycle, new: Cycle, heirs: Heirs) -> int:
    """Open problems go on in the next year with everything that was agreed; return how many."""
    carried = list(open_problems(old).select_related("unit", "found_by", "reported_by").prefetch_related("partners"))
    for problem in carried:
        said = {name: getattr(problem, name) for name in TAKEN}
        people = {"found_by": problem.found_by, "reported_by": problem.reported_by}
        new_one = Problem.objects.create(cycle=new, unit=heir(problem.unit, heirs), carried_from=problem, **said, **people)
        new_one.partners.set({heir(unit, heirs) for unit in problem.partners.all()} - {new_one.unit})
    return len(carried)


# What will happen -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """What the roll-over will do, for the page that asks for confirmation."""

    version: Version | None
    units: int
    changes: list[tuple[str, str]]
    books: int
    tasks: int
    raised: list[tuple[BookTask, str]]  # tasks whose target moves, with the note
    problems: int
    bound: list[Role]  # roles of this year only
    orphans: list[User]  # people of units that are no more


def outlook(cycle: Cycle) -> Outlook:
    heirs, known = heirs_of(next_days(cycle)[1]), actuals(cycle)
    tasks = tasks_in_force(cycle)
    proposed = [(task, proposal(task, known.get((task.book.unit.code, task.slot, task.entry)), 1)) for task in tasks]
    gone = cycle.memberships.filter(unit__in=heirs).select_related("unit")
    return Outlook(
        version=frozen_version(cycle),
        units=cycle.memberships.count(),
        changes=[(str(one.unit), "、".join(map(str, heirs[one.unit_id]))) for one in gone],
        books=len({task.book_id for task in tasks}),
        tasks=len(tasks),
        raised=[(task, one.note) for task, one in proposed if one.facts.get("target") != task.facts.get("target") and one.note],
        problems=open_problems(cycle).count(),
        bound=list(Role.objects.filter(cycle=cycle).select_related("user", "unit", "cycle")),
        orphans=list(User.objects.filter(roles__unit__in=heirs, is_active=True).distinct()),
    )


def next_days(cycle: Cycle) -> tuple[date, date]:
    """Beginning and end of the year after."""
    return moved_day(cycle.start, 1), moved_day(cycle.end, 1)


def suggested(cycle: Cycle) -> dict[str, Any]:
    """What the form shows first: the names of this year with the next one's number."""
    start, end = next_days(cycle)
    names = model_to_dict(cycle, ["code", "zh", "en"])
    year = re.compile(rf"(?<!\d){cycle.start.year}(?!\d)")
    return {**{key: year.sub(str(start.year), text) for key, text in names.items()}, "start": start, "end": end}
