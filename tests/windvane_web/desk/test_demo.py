"""The simulated year is made by real actions, is marked, and leaves something to do for each role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from windvane_web.core.audit import breaks
from windvane_web.core.models import Entry
from windvane_web.desk import demo
from windvane_web.org.models import Cycle, Role, User
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.results.models import Placed, Run
from windvane_web.work.models import LedgerEntry, Report


@pytest.fixture
def year(db: None, settings: object, tmp_path: Path) -> Iterator[Cycle]:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    heard: list[int] = []
    yield demo.build("six", progress=lambda done, total: heard.append(done))
    assert heard == sorted(heard)
    assert heard[-1] == 100


def test_the_year_of_six_units(year: Cycle) -> None:
    _is_whole(year)
    _is_audited()
    _has_a_login_for_each_role()
    _shows_each_login_its_desk()
    with pytest.raises(ValidationError):
        demo.build("six")  # never over anything that is there


def _is_whole(year: Cycle) -> None:
    assert year.simulated
    assert set(Report.objects.values_list("state", flat=True)) >= {"draft", "submitted", "signed", "verified"}
    assert not LedgerEntry.objects.exclude(state="approved").exists()
    first, second = Run.objects.filter(cycle=year).order_by("number")
    assert (first.state, second.state, second.supersedes) == ("superseded", "published", first)
    assert Placed.objects.filter(run=second).count() == 6
    assert set(Appeal.objects.values_list("state", flat=True)) == {"upheld", "dismissed", "filed"}
    assert len(set(Problem.objects.values_list("state", flat=True))) == 6


def _is_audited() -> None:
    assert not list(breaks())
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"scheme.freeze", "book.freeze", "report.verify", "ledger.approve", "run.publish", "appeal.uphold", "problem.close"} <= verbs
    assert demo.PASSWORD not in "".join(str(line.content) for line in Entry.objects.all())


def _has_a_login_for_each_role() -> None:
    missing = set(Role.Kind) - {Role.Kind(one.kind) for one in demo.LOGINS} - {Role.Kind.JUDGE}
    assert not missing
    for one in demo.LOGINS:
        assert User.objects.get(username=one.username).check_password(demo.PASSWORD)
    assert not User.objects.get(username="reporter.justice").has_usable_password()


def _shows_each_login_its_desk() -> None:
    for one in demo.LOGINS:
        client = Client()
        client.force_login(User.objects.get(username=one.username), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/").status_code == 200, one.username
