"""An action asks, changes and writes one audit line, or does nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Q
from tests.windvane_web.conftest import Cast

from windvane_web.core import permission
from windvane_web.core.action import Refused, action
from windvane_web.core.audit import Break, breaks
from windvane_web.core.models import Entry
from windvane_web.org.models import Cycle, User
from windvane_web.org.who import holds


@pytest.fixture
def verb() -> Iterator[str]:
    permission.declare("cycle.note", Cycle, "记录", who=holds("office"), when=Q(phase="draft"))
    yield "cycle.note"
    del permission.VERBS["cycle.note"]


@action("cycle.note")
def note(actor: User, cycle: Cycle, *, text: str) -> Cycle:
    cycle.en = text
    cycle.save()
    return cycle


@action("cycle.note")
def note_twice(actor: User, cycle: Cycle, *, text: str) -> Cycle:
    return note(actor, note(actor, cycle, text=text), text=text + "!")


def test_an_action_changes_and_writes_one_line(verb: str, cast: Cast, cycle: Cycle) -> None:
    note(cast("office"), cycle, text="hello")

    line = Entry.objects.get()
    assert (line.number, line.actor_label, line.verb, line.subject_type, line.subject_id) == (1, "office", verb, "org.cycle", str(cycle.pk))
    assert line.content == {"text": "hello"}
    assert Cycle.objects.get().en == "hello"
    assert list(breaks()) == []


def test_a_stranger_changes_nothing(verb: str, cast: Cast, cycle: Cycle) -> None:
    with pytest.raises(Refused) as refused:
        note(cast("reporter"), cycle, text="hello")

    assert refused.value.reason == "stranger"
    assert (Entry.objects.count(), Cycle.objects.get().en) == (0, "2019")


def test_a_wrong_state_is_refused(verb: str, cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(phase="closed")

    with pytest.raises(Refused) as refused:
        note(cast("office"), cycle, text="hello")

    assert refused.value.reason == "state"


def test_nested_actions_write_their_lines_at_the_end_outermost_first(verb: str, cast: Cast, cycle: Cycle) -> None:
    note_twice(cast("office"), cycle, text="a")

    assert [(e.number, e.content) for e in Entry.objects.all()] == [(1, {"text": "a"}), (2, {"text": "a"}), (3, {"text": "a!"})]
    assert list(breaks()) == []


def test_the_database_refuses_to_change_or_remove_a_line(verb: str, cast: Cast, cycle: Cycle) -> None:
    note(cast("office"), cycle, text="hello")

    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(actor_label="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().actor_label == "office"


def test_a_line_forged_past_the_database_is_found(verb: str, cast: Cast, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    note(cast("office"), cycle, text="hello")
    monkeypatch.setattr("windvane_web.core.audit.digest_of", lambda entry: "f" * 64)

    assert list(breaks()) == [Break(1, "digest")]


def test_asking_costs_the_same_for_one_and_three(
    verb: str, cast: Cast, cycle: Cycle, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("office")
    assert person.role_list

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert list(permission.allowed(person, verb)) == [cycle]
