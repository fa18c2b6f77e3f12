"""The desk costs the same for one task and for many, with the tasks the apps really register."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.windvane_web.conftest import Cast

from windvane_web.core.permission import VERBS
from windvane_web.core.tasks import TASKS, follow
from windvane_web.desk.queries import to_do
from windvane_web.org.models import Cycle, Unit
from windvane_web.scheme.models import Book, BookTask
from windvane_web.work.models import Report


def report(cycle: Cycle, entry: str) -> Report:
    book, _made = Book.objects.get_or_create(cycle=cycle, unit=Unit.objects.get(code="water"), defaults={"state": "frozen"})
    task = BookTask.objects.create(book=book, entry=entry, slot="work", zh=f"任务{entry}")
    return Report.objects.create(task=task, period="2019-06", due=date(2019, 7, 5))


def cost(cast: Cast, cycle: Cycle) -> tuple[int, int]:
    person = cast("reporter")
    assert person.role_list
    with CaptureQueriesContext(connection) as asked:
        rows = to_do(person, cycle)
    return len([row for row in rows if row.verb == "report.draft"]), len(asked)


def test_one_and_three_reports_cost_the_same(cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(phase="tracking")
    cycle = Cycle.objects.get()
    report(cycle, "1")
    one = cost(cast, cycle)

    report(cycle, "2")
    report(cycle, "3")

    assert cost(cast, cycle) == (3, one[1])


@pytest.mark.parametrize("verb", sorted(TASKS))
def test_the_paths_of_every_task_are_fields(verb: str) -> None:
    task, empty = TASKS[verb], VERBS[verb].subject

    for path in (task.due, task.unit, task.cycle):
        if path and path != "pk":
            assert empty._default_manager.filter(**{f"{path}__isnull": False}).query is not None
    assert follow(empty(), "") is None


def test_every_app_has_its_tasks_on_the_desk() -> None:
    assert {verb.split(".")[0] for verb in TASKS} >= {"report", "ledger", "book", "scheme", "problem", "appeal"}
