"""What a person has to do, has done and has started."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from windvane_web.core.models import Entry
from windvane_web.core.permission import VERBS, allowed
from windvane_web.core.tasks import TASKS, Task, follow
from windvane_web.org.models import Cycle, User

MOST = 500  # rows of one verb on one desk; beyond that the list of the app is the better place


@dataclass(frozen=True)
class Row:
    """One thing to do."""

    verb: str
    title: str | Promise
    subject: Any
    label: str
    unit: Any
    stage: str | Promise
    button: str | Promise
    link: str
    due: date | None
    remindable: bool


def _related(task: Task) -> list[str]:
    return [path for path in (task.unit, task.due.rpartition("__")[0]) if path]


def _within(task: Task, cycle: Cycle | None) -> Q:
    return Q(**{task.cycle: cycle.pk}) if task.cycle and cycle else Q()


def _rows(task: Task, found: QuerySet[Any], cycle: Cycle | None) -> list[Row]:
    found = found.filter(_within(task, cycle)).select_related(*_related(task))
    if task.due:
        found = found.order_by(task.due, "pk")
    return [_row(task, subject) for subject in found[:MOST]]


def _row(task: Task, subject: Any) -> Row:
    return Row(
        task.verb,
        VERBS[task.verb].title,
        subject,
        task.label(subject),
        follow(subject, task.unit),
        task.stage,
        task.button,
        task.link(subject),
        follow(subject, task.due),
        task.people is not None,
    )


def _urgent_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.due is None, row.due or date.max))


def to_do(person: User, cycle: Cycle | None) -> list[Row]:
    """Everything a person may do now that is a task, the most urgent first."""
    return _urgent_first([row for task in TASKS.values() for row in _rows(task, allowed(person, task.verb), cycle)])


def count_to_do(person: User, cycle: Cycle | None) -> int:
    return sum(allowed(person, task.verb).filter(_within(task, cycle)).count() for task in TASKS.values())


def overdue_of_others(cycle: Cycle, today: date) -> list[Row]:
    """What is overdue in a cycle, whoever has to do it, where people can be reminded."""
    rows: list[Row] = []
    for task in TASKS.values():
        if task.due and task.people:
            verb = VERBS[task.verb]
            rows += _rows(task, verb.subject._default_manager.filter(verb.when, **{f"{task.due}__lt": today}), cycle)
    return _urgent_first(rows)


def done_by(person: User) -> QuerySet[Entry]:
    """What a person did, the latest first."""
    return Entry.objects.filter(actor=person).order_by("-number")


def started_by(person: User) -> QuerySet[Entry]:
    """The first line of each thing whose first line is this person's."""
    earlier = Entry.objects.filter(subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"), number__lt=OuterRef("number"))
    return done_by(person).exclude(Exists(earlier))


@dataclass(frozen=True)
class Day:
    day: date
    inside: bool
    mark: str  # late | due | ""


def month_of(today: date, rows: list[Row]) -> list[list[Day]]:
    """The weeks of this month, days with something due or overdue marked."""
    due = {row.due for row in rows}
    weeks = calendar.Calendar().monthdatescalendar(today.year, today.month)
    return [
        [Day(day, day.month == today.month, ("late" if day < today else "due") if day in due else "") for day in week] for week in weeks
    ]
