"""problem.plan: after its meeting the unit says what it will reach, until when, with whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import PLAN, last_line, refusal

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Unit
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem


def test_the_unit_plans_and_its_partners_are_told(at: Callable[..., Problem], units: dict[str, Unit], cast: Cast) -> None:
    problem = at("confirmed")
    Notice.objects.all().delete()

    problem = actions.plan(cast("reporter"), problem, partners=[units["transport"]], **PLAN)

    assert (problem.state, problem.meeting, problem.deadline, list(problem.partners.all())) == (
        "planned",
        "厅长办公会",
        date(2020, 6, 30),
        [units["transport"]],
    )
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["strange_leader", "stranger"]


@pytest.mark.parametrize(
    "wrong",
    [{"goal": ""}, {"meeting": " "}, {"deadline": date(2020, 3, 31)}, {"meeting_day": timezone.localdate() + timedelta(days=1)}],
)
def test_what_makes_no_sense_is_refused(at: Callable[..., Problem], cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        actions.plan(cast("leader"), at("confirmed"), **{**PLAN, **wrong})
    assert Problem.objects.get().state == "confirmed"


def test_a_unit_is_not_its_own_partner(at: Callable[..., Problem], units: dict[str, Unit], cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.plan(cast("leader"), at("confirmed"), partners=[units["water"]], **PLAN)


def test_a_stranger_cannot(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("confirmed")

    for name in ["stranger", "strange_leader", "office", "verifier", "committee", "auditor", "security"]:
        assert (name, refusal(actions.plan, cast(name), problem, **PLAN)) == (name, "stranger")


def test_only_when_it_is_confirmed(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("confirmed")

    for state in ["found", "disputed", "planned", "reported", "closed", "dropped"]:
        Problem.objects.update(state=state)
        assert (state, refusal(actions.plan, cast("leader"), problem, **PLAN)) == (state, "state")


def test_the_audit_line_is_exact(at: Callable[..., Problem], units: dict[str, Unit], cast: Cast) -> None:
    actions.plan(cast("leader"), at("confirmed"), partners=[units["transport"]], **PLAN)

    content = {"meeting": "厅长办公会", "meeting_day": "2020-04-01", "goal": "六月底前补齐 1 公里", "deadline": "2020-06-30"}
    assert last_line() == (
        "leader",
        "problem.plan",
        "省水利厅 · 堤防未达标",
        {**content, "partners": [f"org.unit:{units['transport'].pk}"]},
    )


def test_the_list_costs_the_same_for_one_and_three(
    at: Callable[..., Problem], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("leader")
    assert person.role_list

    for count in (1, 3):
        while Problem.objects.count() < count:
            at("confirmed", title=f"问题{Problem.objects.count()}")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "problem.plan")) == count
