"""problem.confirm: the unit's leader takes the problem as its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.permission import allowed
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem


def test_the_leader_confirms(at: Callable[..., Problem], cast: Cast) -> None:
    assert actions.confirm(cast("leader"), at(), note="属实").state == "confirmed"


def test_a_stranger_cannot(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("found")

    for name in [
        "stranger",
        "strange_leader",
        "committee",
        "governor",
        "auditor",
        "security",
        "reviewer",
        "reporter",
        "office",
        "verifier",
    ]:
        assert (name, refusal(actions.confirm, cast(name), problem)) == (name, "stranger")


def test_only_in_its_state_and_not_once_carried_over(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("found")

    for state in ["disputed", "confirmed", "planned", "reported", "closed", "dropped"]:
        Problem.objects.update(state=state)
        assert (state, refusal(actions.confirm, cast("leader"), problem)) == (state, "state")
    Problem.objects.update(state="found")
    Problem.objects.create(cycle=problem.cycle, unit=problem.unit, title="结转", origin="上年", carried_from=problem)
    assert refusal(actions.confirm, cast("leader"), problem) == "state"


def test_the_audit_line_is_exact(at: Callable[..., Problem], cast: Cast) -> None:
    actions.confirm(cast("leader"), at("found"))

    assert last_line() == ("leader", "problem.confirm", "省水利厅 · 堤防未达标", {})


def test_the_list_costs_the_same_for_one_and_three(
    at: Callable[..., Problem], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("leader")
    assert person.role_list

    for count in (1, 3):
        while Problem.objects.count() < count:
            at("found", title=f"问题{Problem.objects.count()}")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "problem.confirm")) == count
