"""A task that closes a cycle: due on the cycle's last day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import Q

from windvane_web.core import permission, tasks
from windvane_web.org.models import Cycle, User
from windvane_web.org.who import holds


@pytest.fixture
def task() -> Iterator[str]:
    verb = "cycle.wind"
    permission.declare(verb, Cycle, "上弦", who=holds("committee"), when=Q(phase="draft"))
    tasks.task(
        verb,
        stage="过程",
        button="去办理",
        link=lambda cycle: f"/somewhere/{cycle.pk}",
        due="end",
        unit="",
        cycle="pk",
        people=lambda cycle: User.objects.filter(roles__kind__in=["committee", "auditor"]),
    )
    yield verb
    del permission.VERBS[verb], tasks.TASKS[verb]
