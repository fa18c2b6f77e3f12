"""problem.report_done: the unit says what it did and what was reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.permission import allowed
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem


def test_the_unit_reports(at: Callable[..., Problem], cast: Cast) -> None:
    problem = actions.report_done(cast("reporter"), at("planned"), result="已补齐")

    assert (problem.state, problem.result, problem.reported_by, problem.checked_by) == ("reported", "已补齐", cast("reporter"), None)


def test_a_result_is_needed(at: Callable[..., Problem], cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.report_done(cast("reporter"), at("planned"), result="")
    assert Problem.objects.get().state == "planned"


def test_a_stranger_cannot(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("planned")

    for name in ["stranger", "strange_leader", "committee", "governor", "auditor", "security", "reviewer", "office", "verifier"]:
        assert (name, refusal(actions.report_done, cast(name), problem, result="已补齐")) == (name, "stranger")


def test_only_in_its_state_and_not_once_carried_over(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("planned")

    for state in ["found", "disputed", "confirmed", "reported", "closed", "dropped"]:
        Problem.objects.update(state=state)
        assert (state, refusal(actions.report_done, cast("reporter"), problem, result="已补齐")) == (state, "state")
    Problem.objects.update(state="planned")
    Problem.objects.create(cycle=problem.cycle, unit=problem.unit, title="结转", origin="上年", carried_from=problem)
    assert refusal(actions.report_done, cast("reporter"), problem, result="已补齐") == "state"


def test_the_audit_line_is_exact(at: Callable[..., Problem], cast: Cast) -> None:
    actions.report_done(cast("reporter"), at("planned"), result="已补齐")

    assert last_line() == ("reporter", "problem.report_done", "省水利厅 · 堤防未达标", {"result": "已补齐"})


def test_the_list_costs_the_same_for_one_and_three(
    at: Callable[..., Problem], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reporter")
    assert person.role_list

    for count in (1, 3):
        while Problem.objects.count() < count:
            at("planned", title=f"问题{Problem.objects.count()}")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "problem.report_done")) == count
