"""A year with a published run, a deduction of ``water``, an appeal at each stage and problems in each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.windvane_web.conftest import Cast
from tests.windvane_web.results import conftest as results

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry
from windvane_web.org.models import Cycle, Membership, Unit
from windvane_web.rectify import actions, problem_actions
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.results.actions import publish
from windvane_web.results.models import Placed, Run
from windvane_web.work.models import LedgerEntry

year, scored, decided, files = results.year, results.scored, results.decided, results.files
BACKEND = "django.contrib.auth.backends.ModelBackend"


def refusal(deed: Callable[..., object], *args: Any, **given: Any) -> str:
    """Why an action was not done."""
    with pytest.raises(Refused) as refused:
        deed(*args, **given)
    return refused.value.reason


def last_line() -> tuple[str, str, str, dict[str, Any]]:
    """Who did what to which thing with which content, as the trail says last."""
    line = Entry.objects.order_by("number").last()
    assert line is not None
    return line.actor_label, line.verb, line.subject_label, line.content


def lines(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


@pytest.fixture
def run(decided: Callable[[], Run], cast: Cast) -> Run:
    """A run that units see, with its objection window open."""
    return publish(cast("office"), decided(), audience="unit", until=timezone.localdate() + timedelta(days=5))


@pytest.fixture
def card(run: Run, units: dict[str, Unit]) -> Placed:
    return Placed.objects.get(run=run, unit=units["water"])


@pytest.fixture
def appeal(card: Placed, cast: Cast) -> Appeal:
    """``water`` says that it built 10 km of dykes, not 9."""
    return actions.file(cast("reporter"), card, node="key_work", entry="t1", wanted="10", reason="竣工验收单为 10 公里")


@pytest.fixture
def taken(appeal: Appeal, cast: Cast) -> Appeal:
    return actions.take(cast("reviewer"), appeal)


@pytest.fixture
def bonus(year: Cycle) -> LedgerEntry:
    return LedgerEntry.objects.get()


@pytest.fixture
def member(cycle: Cycle, units: dict[str, Unit]) -> Membership:
    return Membership.objects.get(cycle=cycle, unit=units["water"])


@pytest.fixture
def at(member: Membership, units: dict[str, Unit], cast: Cast) -> Callable[..., Problem]:
    """A problem of ``water`` brought to a state by those who may; ``transport`` co-operates from the plan on."""

    def found(state: str = "found", title: str = "堤防未达标", node: str = "") -> Problem:
        problem = problem_actions.find(cast("office"), member, title=title, origin="核验意见", kind="task", node=node)
        for verb in ROADS[state]:
            problem = STEPS[verb](problem, cast, units)
        return problem

    return found


PLAN = {"meeting": "厅长办公会", "meeting_day": date(2020, 4, 1), "goal": "六月底前补齐 1 公里", "deadline": date(2020, 6, 30)}
STEPS: dict[str, Callable[[Problem, Cast, dict[str, Unit]], Problem]] = {
    "confirm": lambda problem, cast, units: problem_actions.confirm(cast("leader"), problem),
    "dispute": lambda problem, cast, units: problem_actions.dispute(cast("leader"), problem, reason="已经达标"),
    "drop": lambda problem, cast, units: problem_actions.drop(cast("office2"), problem, reason="查实"),
    "plan": lambda problem, cast, units: problem_actions.plan(cast("leader"), problem, partners=[units["transport"]], **PLAN),
    "done": lambda problem, cast, units: problem_actions.report_done(cast("reporter"), problem, result="已补齐"),
    "close": lambda problem, cast, units: problem_actions.close(cast("verifier"), problem, note="现场核验属实"),
}
ROADS: dict[str, list[str]] = {
    "found": [],
    "disputed": ["dispute"],
    "dropped": ["dispute", "drop"],
    "confirmed": ["confirm"],
    "planned": ["confirm", "plan"],
    "reported": ["confirm", "plan", "done"],
    "closed": ["confirm", "plan", "done", "close"],
}


@pytest.fixture
def enter(client: Client, cast: Cast) -> Callable[..., Client]:
    """The browser of someone of the cast."""

    def signed_in(name: str, language: str = "zh-hans") -> Client:
        client.force_login(cast(name), backend=BACKEND)
        client.cookies["django_language"] = language
        return client

    return signed_in
