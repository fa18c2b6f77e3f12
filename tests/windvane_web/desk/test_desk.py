"""The desk shows what one may do now, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.core.audit import Deed, append
from windvane_web.core.tasks import TASKS
from windvane_web.desk import queries
from windvane_web.org.models import Cycle

BACKEND = "django.contrib.auth.backends.ModelBackend"


def only(verb: str, rows: list[queries.Row]) -> list[queries.Row]:
    return [row for row in rows if row.verb == verb]


def test_a_task_waits_for_those_who_may(task: str, cast: Cast, cycle: Cycle) -> None:
    (row,) = only(task, queries.to_do(cast("committee"), cycle))

    assert (row.subject, row.due, row.link, row.label) == (cycle, date(2019, 12, 31), f"/somewhere/{cycle.pk}", "2019年度")
    assert only(task, queries.to_do(cast("office"), cycle)) == []


def test_a_task_done_is_gone(task: str, cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(phase="closed")

    assert only(task, queries.to_do(cast("committee"), cycle)) == []


def test_the_most_urgent_comes_first_and_no_deadline_last(task: str, cast: Cast) -> None:
    for code, end in (("2018", date(2018, 12, 31)), ("2020", date(2020, 12, 31))):
        Cycle.objects.create(code=code, zh=code, start=date(2010, 1, 1), end=end)

    assert [row.subject.code for row in only(task, queries.to_do(cast("committee"), None))] == ["2018", "2019", "2020"]


def test_the_list_costs_one_query_a_verb(task: str, cast: Cast, django_assert_num_queries: pytest.FixtureRequest) -> None:
    person = cast("committee")
    assert person.role_list
    others = [verb for verb in TASKS if verb != task]
    kept = {verb: TASKS.pop(verb) for verb in others}
    Cycle.objects.create(code="2020", zh="2020", start=date(2020, 1, 1), end=date(2020, 12, 31))

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert len(queries.to_do(person, None)) == 2

    TASKS.update(kept)


@pytest.mark.django_db
def test_done_and_started(cast: Cast, cycle: Cycle) -> None:
    office, committee = cast("office"), cast("committee")
    append([Deed(office, "cycle.open", cycle), Deed(committee, "cycle.phase", cycle), Deed(office, "cycle.phase", cycle)])

    assert [line.number for line in queries.done_by(office)] == [3, 1]
    assert [line.number for line in queries.started_by(office)] == [1]
    assert list(queries.started_by(committee)) == []


@pytest.mark.parametrize(("language", "words"), [("zh-hans", ["上弦：2019年度", "逾期"]), ("en", ["To do", "Overdue"])])
def test_the_page_in_both_languages(client: Client, task: str, cast: Cast, language: str, words: list[str]) -> None:
    client.force_login(cast("committee"), backend=BACKEND)
    client.cookies["django_language"] = language

    page = client.get("/").content.decode()

    assert all(word in page for word in words)


@pytest.mark.parametrize("path", ["/done", "/started", "/notices", "/places"])
def test_everyone_has_these_pages(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast("reporter"), backend=BACKEND)

    assert client.get(path).status_code == 200
