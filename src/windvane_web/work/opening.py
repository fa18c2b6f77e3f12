"""Which reports a cycle needs: one a task for the year, one a milestone before its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from windvane_web.org.models import Cycle
from windvane_web.scheme.models import Book, BookTask
from windvane_web.work.models import Report

YEAR = "year"
Key = tuple[int, str, str]  # book, slot, entry


def tasks_in_force(cycle: Cycle) -> list[BookTask]:
    """The latest row of every task of the frozen books, in the order of the books."""
    rows = BookTask.objects.filter(book__cycle=cycle, book__state=Book.State.FROZEN, state=BookTask.State.IN_FORCE)
    latest: dict[Key, BookTask] = {}
    for task in rows.select_related("book__unit").order_by("book__unit__order", "book_id", "order", "since", "pk"):
        known = latest.get(key(task))
        if known is None or (task.since or date.min) >= (known.since or date.min):
            latest[key(task)] = task
    return list(latest.values())


def key(task: BookTask) -> Key:
    return (task.book_id, task.slot, task.entry)


def planned_reports(cycle: Cycle, *, milestones: bool) -> list[Report]:
    """The reports that should be there and are not yet."""
    there = Report.objects.filter(task__book__cycle=cycle).values_list("task__book_id", "task__slot", "task__entry", "period")
    known = set(there)
    planned = []
    for task in tasks_in_force(cycle):
        for period, due in periods(task, cycle) if milestones else [(YEAR, cycle.end)]:
            if not task.joint and (*key(task), period) not in known:
                planned.append(Report(task=task, period=period, due=due))
    return planned


def periods(task: BookTask, cycle: Cycle) -> Iterator[tuple[str, date]]:
    """The days up to which a task is reported, with their names."""
    for day in sorted({date.fromisoformat(text) for text, _value in task.milestones}):
        if day < cycle.end:
            yield day.isoformat(), day
    yield YEAR, cycle.end


def untouched_reports(cycle: Cycle) -> Iterator[tuple[Report, BookTask]]:
    """Reports that nobody has begun and whose task was amended since: with the row now in force."""
    in_force = {key(task): task for task in tasks_in_force(cycle)}
    for report in Report.objects.filter(task__book__cycle=cycle, state=Report.State.DRAFT, value="").select_related("task"):
        task = in_force.get(key(report.task))
        if task is not None and task.pk != report.task_id:
            yield report, task
