"""problem.close: checked by someone else and closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.permission import allowed
from windvane_web.org.models import Role, Unit, User
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem


def test_the_office_and_verifiers_check(at: Callable[..., Problem], cast: Cast) -> None:
    for name in ["office", "verifier"]:
        problem = actions.close(cast(name), at("reported"), note="现场核验")
        assert (problem.state, problem.note, problem.checked_by) == ("closed", "现场核验", cast(name))


def test_nobody_of_the_unit_or_of_its_partners_checks(at: Callable[..., Problem], units: dict[str, Unit], cast: Cast) -> None:
    problem = at("reported")

    for home in ["water", "transport"]:
        User.objects.filter(username="verifier").update(unit=units[home])
        assert (home, refusal(actions.close, cast("verifier"), problem, note="属实")) == (home, "stranger")


def test_whoever_reported_it_does_not_check_it(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("reported")
    User.objects.filter(username="reporter").update(unit=None)
    Role.objects.create(user=cast("reporter"), kind="verifier")

    assert refusal(actions.close, cast("reporter"), problem, note="属实") == "stranger"


def test_a_verifier_checks_only_the_components_of_the_role(at: Callable[..., Problem], cast: Cast) -> None:
    Role.objects.filter(user=cast("verifier")).update(component="law")

    assert refusal(actions.close, cast("verifier"), at("reported", node="key_work"), note="属实") == "stranger"
    assert actions.close(cast("verifier"), at("reported", node="law"), note="属实").state == "closed"


def test_an_opinion_is_needed(at: Callable[..., Problem], cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.close(cast("office"), at("reported"), note="")
    assert Problem.objects.get().state == "reported"


def test_a_stranger_cannot(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("reported")

    for name in ["stranger", "strange_leader", "committee", "governor", "auditor", "security", "reviewer", "leader", "reporter"]:
        assert (name, refusal(actions.close, cast(name), problem, note="属实")) == (name, "stranger")


def test_only_in_its_state_and_not_once_carried_over(at: Callable[..., Problem], cast: Cast) -> None:
    problem = at("reported")

    for state in ["found", "disputed", "confirmed", "planned", "closed", "dropped"]:
        Problem.objects.update(state=state)
        assert (state, refusal(actions.close, cast("verifier"), problem, note="属实")) == (state, "state")
    Problem.objects.update(state="reported")
    Problem.objects.create(cycle=problem.cycle, unit=problem.unit, title="结转", origin="上年", carried_from=problem)
    assert refusal(actions.close, cast("verifier"), problem, note="属实") == "state"


def test_the_audit_line_is_exact(at: Callable[..., Problem], cast: Cast) -> None:
    actions.close(cast("verifier"), at("reported"), note="属实")

    assert last_line() == ("verifier", "problem.close", "省水利厅 · 堤防未达标", {"note": "属实"})


def test_the_list_costs_the_same_for_one_and_three(
    at: Callable[..., Problem], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("verifier")
    assert person.role_list

    for count in (1, 3):
        while Problem.objects.count() < count:
            at("reported", title=f"问题{Problem.objects.count()}")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "problem.close")) == count
