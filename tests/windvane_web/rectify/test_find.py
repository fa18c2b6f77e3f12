"""problem.find: the office or a verifier writes down a problem of a unit and where it comes from."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Membership, Role, Unit, User
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.models import Problem

SAID = {"title": "文件制定未经合法性审查", "origin": "皖水办〔2019〕7号"}


def test_it_waits_for_the_unit_which_is_told(member: Membership, cast: Cast) -> None:
    problem = actions.find(cast("verifier"), member, **SAID)

    assert (problem.state, problem.unit, problem.cycle, problem.found_by) == ("found", member.unit, member.cycle, cast("verifier"))
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["leader", "reporter"]


@pytest.mark.parametrize("wrong", [{"title": " "}, {"origin": ""}, {"kind": "nothing"}])
def test_what_is_not_said_is_refused(member: Membership, cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        actions.find(cast("office"), member, **{**SAID, **wrong})
    assert Problem.objects.count() == 0


def test_a_stranger_cannot(member: Membership, cast: Cast) -> None:
    for name in ["reporter", "leader", "stranger", "committee", "reviewer", "auditor", "security"]:
        assert (name, refusal(actions.find, cast(name), member, **SAID)) == (name, "stranger")


def test_nobody_finds_problems_of_the_own_unit(member: Membership, units: dict[str, Unit], cast: Cast) -> None:
    User.objects.filter(username="office").update(unit=units["water"])

    assert refusal(actions.find, cast("office"), member, **SAID) == "stranger"


def test_a_verifier_finds_within_the_components_of_the_role(member: Membership, cast: Cast) -> None:
    Role.objects.filter(user=cast("verifier")).update(component="law")

    assert refusal(actions.find, cast("verifier"), member, **SAID) == "stranger"
    assert actions.find(cast("verifier"), member, node="law", **SAID).node == "law"


def test_not_in_a_closed_year(member: Membership, cast: Cast) -> None:
    Cycle.objects.update(phase="closed")

    assert refusal(actions.find, cast("office"), member, **SAID) == "state"


def test_the_audit_line_is_exact(member: Membership, cast: Cast) -> None:
    actions.find(cast("office"), member, kind="ledger", **SAID)

    assert last_line() == ("office", "problem.find", "省水利厅 · 文件制定未经合法性审查", {**SAID, "kind": "ledger"})


def test_the_list_costs_one_query(member: Membership, cast: Cast, django_assert_num_queries: pytest.FixtureRequest) -> None:
    person = cast("office")
    assert person.role_list

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert len(allowed(person, "problem.find")) == 6
