"""problem.keep: the problem stands in spite of the objection; settled by another than who found it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem


def test_the_office_settles_it_and_the_unit_is_told(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("disputed")
    Notice.objects.all().delete()

    problem = actions.keep(cast("office2"), problem, reason="查实")

    assert (problem.state, problem.note) == ("confirmed", "查实")
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["leader", "reporter"]


def test_whoever_found_it_does_not_settle_it(at: Callable[..., Problem], cast: Cast) -> None:
    assert refusal(actions.keep, cast("office"), at("disputed"), reason="查实") == "stranger"


def test_a_reason_is_needed(at: Callable[..., Problem], cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.keep(cast("office2"), at("disputed"), reason="")
    assert Problem.objects.get().state == "disputed"


def test_a_stranger_cannot(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("disputed")

    for name in [
        "stranger",
        "strange_leader",
        "committee",
        "governor",
        "auditor",
        "security",
        "reviewer",
        "leader",
        "reporter",
        "verifier",
    ]:
        assert (name, refusal(actions.keep, cast(name), problem, reason="查实")) == (name, "stranger")


def test_only_in_its_state_and_not_once_carried_over(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("disputed")

    for state in ["found", "confirmed", "planned", "reported", "closed", "dropped"]:
        Problem.objects.update(state=state)
        assert (state, refusal(actions.keep, cast("office2"), problem, reason="查实")) == (state, "state")
    Problem.objects.update(state="disputed")
    Problem.objects.create(cycle=problem.cycle, unit=problem.unit, title="结转", origin="上年", carried_from=problem)
    assert refusal(actions.keep, cast("office2"), problem, reason="查实") == "state"


def test_the_audit_line_is_exact(at: Callable[..., Problem], cast: Cast) -> None:
    actions.keep(cast("office2"), at("disputed"), reason="查实")

    assert last_line() == ("office2", "problem.keep", "省水利厅 · 堤防未达标", {"reason": "查实"})


def test_the_list_costs_the_same_for_one_and_three(
    at: Callable[..., Problem], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("office2")
    assert person.role_list

    for count in (1, 3):
        while Problem.objects.count() < count:
            at("disputed", title=f"问题{Problem.objects.count()}")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "problem.keep")) == count
