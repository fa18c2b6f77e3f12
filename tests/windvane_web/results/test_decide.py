"""run.decide: the committee adopts a draft with its opinion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry
from windvane_web.core.permission import allowed
from windvane_web.results import actions
from windvane_web.results.models import Run


def test_the_committee_decides_a_draft(scored: Callable[[], Run], cast: Cast) -> None:
    run = actions.decide(cast("committee"), scored(), opinion="同意本次结果")

    assert (run.state, run.decision, str(run.decided_by)) == ("decided", "同意本次结果", "committee")
    assert run.decided_at is not None


def test_nobody_else_decides(scored: Callable[[], Run], cast: Cast) -> None:
    run = scored()

    for name in ["office", "leader", "governor", "auditor", "verifier", "security"]:
        with pytest.raises(Refused) as refused:
            actions.decide(cast(name), run, opinion="同意")
        assert (name, refused.value.reason) == (name, "stranger")
    assert Run.objects.get().state == "done"


def test_only_a_draft_is_decided(scored: Callable[[], Run], cast: Cast) -> None:
    run = scored()

    for state in ["running", "failed", "decided", "published", "superseded"]:
        Run.objects.update(state=state)
        with pytest.raises(Refused) as refused:
            actions.decide(cast("committee"), run, opinion="同意")
        assert (state, refused.value.reason) == (state, "state")


def test_a_draft_that_changed_meanwhile_is_refused(scored: Callable[[], Run], cast: Cast) -> None:
    run = scored()

    with pytest.raises(Refused) as refused:
        actions.decide(cast("committee"), run, opinion="同意", seen=run.version - 1)

    assert refused.value.reason == "changed"


def test_an_opinion_is_needed(scored: Callable[[], Run], cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.decide(cast("committee"), scored(), opinion="  ")


def test_the_audit_line_holds_the_opinion(scored: Callable[[], Run], cast: Cast) -> None:
    actions.decide(cast("committee"), scored(), opinion="同意")

    line = Entry.objects.order_by("number").last()
    assert line is not None
    assert (line.verb, line.actor_label, line.subject_label, line.content) == (
        "run.decide",
        "committee",
        "2019年度 #1",
        {"opinion": "同意"},
    )


def test_the_list_costs_the_same_for_one_and_three(
    scored: Callable[[], Run], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("committee")
    assert person.role_list

    for count in (1, 3):
        while Run.objects.count() < count:
            scored()
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "run.decide")) == count
