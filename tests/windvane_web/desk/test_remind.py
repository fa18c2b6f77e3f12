"""The office reminds those who have to do an overdue task, once a day."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry, Notice
from windvane_web.desk.actions import remind
from windvane_web.org.models import Cycle

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_only_those_who_may_do_it_are_told(task: str, cast: Cast, cycle: Cycle) -> None:
    remind(cast("office"), cycle, verb=task, row=cycle.pk)

    assert [(n.person.username, n.text, n.link) for n in Notice.objects.all()] == [
        ("committee", "催办：上弦，2019年度", f"/somewhere/{cycle.pk}")
    ]


def test_a_stranger_cannot(task: str, cast: Cast, cycle: Cycle) -> None:
    with pytest.raises(Refused) as refused:
        remind(cast("reporter"), cycle, verb=task, row=cycle.pk)

    assert (refused.value.reason, Notice.objects.count()) == ("stranger", 0)


def test_not_in_a_closed_cycle(task: str, cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(phase="closed")

    with pytest.raises(Refused) as refused:
        remind(cast("office"), cycle, verb=task, row=cycle.pk)

    assert refused.value.reason == "state"


def test_once_a_day(task: str, cast: Cast, cycle: Cycle) -> None:
    remind(cast("office"), cycle, verb=task, row=cycle.pk)

    with pytest.raises(ValidationError, match="今天已经催办过了"):
        remind(cast("office2"), cycle, verb=task, row=cycle.pk)
    assert (Notice.objects.count(), Entry.objects.count()) == (1, 1)


def test_the_audit_line(task: str, cast: Cast, cycle: Cycle) -> None:
    remind(cast("office"), cycle, verb=task, row=cycle.pk)

    line = Entry.objects.get()
    assert (line.verb, line.subject_label, line.content) == ("task.remind", "2019年度", {"verb": task, "row": cycle.pk})


def test_from_the_page(client: Client, task: str, cast: Cast, cycle: Cycle) -> None:
    client.force_login(cast("office"), backend=BACKEND)
    assert "上弦：2019年度" in client.get("/reminders").content.decode()

    client.post("/reminders/send", {"verb": task, "row": cycle.pk})

    assert Notice.objects.get().person.username == "committee"


def test_a_stranger_sees_no_page(client: Client, task: str, cast: Cast) -> None:
    client.force_login(cast("reporter"), backend=BACKEND)

    assert client.get("/reminders").status_code == 403
    answer = client.post("/reminders/send", {"verb": task, "row": 1})
    assert (answer.status_code, Notice.objects.count()) == (403, 0)
    assert "您没有这项权限" in answer.content.decode()
