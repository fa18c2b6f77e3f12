"""problem.progress: the unit and its partners write down how far they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.permission import allowed
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem, Progress


def test_the_unit_and_its_partners_write(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("planned")

    for name in ["reporter", "leader", "stranger", "strange_leader"]:
        problem = actions.progress(cast(name), problem, text=f"{name}：已开工")

    assert [(one.by, one.text) for one in Progress.objects.all()][2] == (cast("stranger"), "stranger：已开工")
    assert (Progress.objects.count(), problem.state) == (4, "planned")


def test_something_must_be_said(at: Callable[..., Problem], cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.progress(cast("reporter"), at("planned"), text="")
    assert Progress.objects.count() == 0


def test_a_stranger_cannot(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("planned")

    for name in ["office", "verifier", "committee", "auditor", "security", "finance"]:
        assert (name, refusal(actions.progress, cast(name), problem, text="已开工")) == (name, "stranger")


def test_only_in_its_state_and_not_once_carried_over(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("planned")

    for state in ["found", "disputed", "confirmed", "reported", "closed", "dropped"]:
        Problem.objects.update(state=state)
        assert (state, refusal(actions.progress, cast("reporter"), problem, text="已开工")) == (state, "state")
    Problem.objects.update(state="planned")
    Problem.objects.create(cycle=problem.cycle, unit=problem.unit, title="结转", origin="上年", carried_from=problem)
    assert refusal(actions.progress, cast("reporter"), problem, text="已开工") == "state"


def test_the_audit_line_is_exact(at: Callable[..., Problem], cast: Cast) -> None:
    actions.progress(cast("reporter"), at("planned"), text="已开工")

    assert last_line() == ("reporter", "problem.progress", "省水利厅 · 堤防未达标", {"text": "已开工"})


def test_the_list_costs_the_same_for_one_and_three(
    at: Callable[..., Problem], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reporter")
    assert person.role_list

    for count in (1, 3):
        while Problem.objects.count() < count:
            at("planned", title=f"问题{Problem.objects.count()}")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "problem.progress")) == count
