"""run.publish: one audience at a time, only what was decided; a later run supersedes the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry, Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Unit
from windvane_web.rectify.models import Appeal
from windvane_web.results import actions
from windvane_web.results.models import Publication, Run
from windvane_web.scheme.models import BookTask


def test_a_decided_run_is_published_to_one_audience_after_another(decided: Callable[[], Run], cast: Cast) -> None:
    run = actions.publish(cast("office"), decided(), audience="unit", until=date(2020, 3, 10))
    run = actions.publish(cast("office"), run, audience="public")

    assert run.state == "published"
    assert list(Publication.objects.order_by("pk").values_list("audience", "until", "open_data")) == [
        ("unit", date(2020, 3, 10), False),
        ("public", None, False),
    ]


def test_units_are_told(decided: Callable[[], Run], cast: Cast) -> None:
    actions.publish(cast("office"), decided(), audience="unit")

    told = sorted(Notice.objects.values_list("person__username", flat=True))
    assert told == ["leader", "reporter", "strange_leader", "stranger"]


def test_a_later_run_supersedes_the_one_before(decided: Callable[[], Run], cast: Cast) -> None:
    first = actions.publish(cast("office"), decided(), audience="unit")
    second = actions.publish(cast("office"), decided(), audience="unit")

    first.refresh_from_db()
    assert (first.state, second.state, second.supersedes) == ("superseded", "published", first)


def test_an_earlier_run_is_not_published_after_a_later_one(decided: Callable[[], Run], cast: Cast) -> None:
    first, second = decided(), decided()
    actions.publish(cast("office"), second, audience="unit")

    with pytest.raises(ValidationError):
        actions.publish(cast("office"), first, audience="unit")
    assert Run.objects.get(pk=first.pk).state == "decided"


def test_with_an_open_appeal_a_reason_is_needed(published: Run, decided: Callable[[], Run], units: dict[str, Unit], cast: Cast) -> None:
    appeal = Appeal.objects.create(run=published, unit=units["water"], node="execution", reason="数据有误", filed_by=cast("leader"))
    second = decided()

    with pytest.raises(ValidationError) as refused:
        actions.publish(cast("office"), second, audience="public")
    assert "reason" in refused.value.message_dict
    actions.publish(cast("office"), second, audience="public", reason="时限已到")
    appeal.state = "dismissed"
    appeal.save()
    actions.publish(cast("office"), second, audience="unit")

    assert list(second.publications.order_by("pk").values_list("audience", "reason")) == [("public", "时限已到"), ("unit", "")]


@pytest.mark.parametrize("wrong", [{"audience": "everyone"}, {"audience": "unit", "open_data": True}])
def test_what_makes_no_sense_is_refused(decided: Callable[[], Run], cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        actions.publish(cast("office"), decided(), **wrong)  # type: ignore[arg-type]  # on purpose
    assert Publication.objects.count() == 0


def test_the_same_audience_is_not_served_twice(published: Run, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.publish(cast("office"), published, audience="unit")


def test_data_with_secret_tasks_are_not_opened(year: object, decided: Callable[[], Run], cast: Cast) -> None:
    BookTask.objects.filter(book__unit__code="water").update(sensitive=True)
    run = decided()

    with pytest.raises(ValidationError):
        actions.publish(cast("office"), run, audience="public", open_data=True)


def test_only_the_office_publishes(decided: Callable[[], Run], cast: Cast) -> None:
    run = decided()

    for name in ["committee", "leader", "governor", "auditor", "verifier", "security"]:
        with pytest.raises(Refused) as refused:
            actions.publish(cast(name), run, audience="unit")
        assert (name, refused.value.reason) == (name, "stranger")
    assert Publication.objects.count() == 0


def test_what_is_not_decided_is_not_published(decided: Callable[[], Run], cast: Cast) -> None:
    run = decided()

    for state in ["running", "failed", "done", "superseded"]:
        Run.objects.update(state=state)
        with pytest.raises(Refused) as refused:
            actions.publish(cast("office"), run, audience="unit")
        assert (state, refused.value.reason) == (state, "state")


def test_the_audit_line_is_exact(decided: Callable[[], Run], cast: Cast) -> None:
    actions.publish(cast("office"), decided(), audience="unit", until=date(2020, 3, 10))

    line = Entry.objects.order_by("number").last()
    assert line is not None
    assert (line.verb, line.subject_label, line.content) == ("run.publish", "2019年度 #1", {"audience": "unit", "until": "2020-03-10"})


def test_the_list_costs_the_same_for_one_and_three(
    decided: Callable[[], Run], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("office")
    assert person.role_list

    for count in (1, 3):
        while Run.objects.count() < count:
            decided()
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "run.publish")) == count
