"""Long work: done once, taken up again when its worker died, given up after three deaths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.windvane_web.conftest import Cast

from windvane_web.core import jobs
from windvane_web.core.jobs import Progress, ask, perform, run_waiting, take
from windvane_web.core.models import Job

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def kind() -> Iterator[str]:
    @jobs.job("test.count")
    def count(progress: Progress, *, to: int) -> dict[str, Any]:
        for i in range(to):
            progress(i + 1, to)
        if to > 5:
            raise ValueError("too far")
        return {"counted": to}

    yield "test.count"
    del jobs.WORKS["test.count"]


def test_a_job_is_done(db: None, kind: str) -> None:
    asked = ask(kind, {"to": 3})

    assert run_waiting("w") == 1
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total, asked.result, asked.attempt) == ("done", 3, 3, {"counted": 3}, 1)


def test_a_failure_is_kept_in_words(db: None, kind: str) -> None:
    asked = ask(kind, {"to": 6})

    run_waiting("w")

    asked.refresh_from_db()
    assert (asked.state, asked.error) == ("failed", "ValueError: too far")


def test_a_job_of_no_known_kind_is_refused(db: None) -> None:
    with pytest.raises(KeyError, match="no work is registered"):
        ask("nothing", {})


def test_a_dead_worker_s_job_is_taken_up_again_and_the_slow_one_finds_it_lost(db: None, kind: str) -> None:
    ask(kind, {"to": 2})
    slow = take("slow")
    assert slow is not None
    assert take("other") is None
    Job.objects.update(beat_at=timezone.now() - timedelta(minutes=5))

    quick = take("quick")

    assert quick is not None
    assert (quick.pk, quick.attempt) == (slow.pk, 2)
    perform(slow)
    assert Job.objects.get().state == "running"
    assert perform(quick).state == "done"


def test_three_deaths_are_a_failure(db: None, kind: str) -> None:
    ask(kind, {"to": 2})
    for _ in range(3):
        assert take("mortal")
        Job.objects.update(beat_at=timezone.now() - timedelta(minutes=5))

    assert take("next") is None
    assert Job.objects.get().state == "failed"


def test_the_owner_sees_the_progress_and_nobody_else(client: Client, cast: Cast, kind: str) -> None:
    asked = ask(kind, {"to": 2}, cast("office"))
    client.force_login(cast("office"), backend=BACKEND)
    assert 'hx-trigger="every 2s"' in client.get(f"/jobs/{asked.pk}").content.decode()
    run_waiting("w")
    assert "hx-trigger" not in client.get(f"/jobs/{asked.pk}").content.decode()

    client.force_login(cast("reporter"), backend=BACKEND)
    assert client.get(f"/jobs/{asked.pk}").status_code == 404


def test_the_system_administrator_sees_all_jobs_and_nobody_else(client: Client, cast: Cast, kind: str) -> None:
    cast.add("system", "system")
    ask(kind, {"to": 6})
    run_waiting("w")
    client.force_login(cast("system"), backend=BACKEND)
    assert "ValueError: too far" in client.get("/system").content.decode()

    client.force_login(cast("office"), backend=BACKEND)
    assert client.get("/system").status_code == 403
