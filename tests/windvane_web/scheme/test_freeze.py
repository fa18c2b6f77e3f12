"""scheme.freeze: by a second person; the one before is superseded; the cycle moves to tracking."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import OTHER, MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane import parse_scheme
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, UnitClass
from windvane_web.scheme.actions import edit, freeze
from windvane_web.scheme.models import Version
from windvane_web.scheme.queries import frozen_scheme


def test_a_second_person_freezes(cast: Cast, cycle: Cycle, draft: Version) -> None:
    version = freeze(cast("office2"), draft, seen=1)

    assert (version.state, version.digest) == ("frozen", parse_scheme(draft.text).digest)
    assert version.frozen_at is not None
    assert Cycle.objects.get().phase == "tracking"
    assert frozen_scheme(cycle).digest == version.digest


def test_the_one_before_is_superseded_and_the_phase_stays(cast: Cast, cycle: Cycle, frozen: Version) -> None:
    Cycle.objects.update(phase="scoring")
    second = Version.objects.create(cycle=cycle, number=2, text=OTHER, made_by=cast("office"))

    freeze(cast("office2"), second)

    assert list(Version.objects.values_list("number", "state")) == [(2, "frozen"), (1, "superseded")]
    assert Cycle.objects.get().phase == "scoring"


def test_the_writer_of_the_last_text_cannot(cast: Cast, draft: Version) -> None:
    assert refused(lambda: freeze(cast("office"), draft)) == "stranger"
    edit(cast("office2"), draft, text=OTHER)
    assert refused(lambda: freeze(cast("office2"), draft)) == "stranger"
    assert freeze(cast("office"), draft).state == "frozen"


def test_a_stranger_cannot(cast: Cast, draft: Version) -> None:
    assert {refused(lambda who=who: freeze(cast(who), draft)) for who in ("committee", "leader", "security")} == {"stranger"}


def test_only_a_draft(cast: Cast, frozen: Version) -> None:
    assert refused(lambda: freeze(cast("office2"), frozen)) == "state"


def test_not_if_it_was_edited_meanwhile(cast: Cast, draft: Version) -> None:
    edit(cast("office"), draft, text=OTHER)

    assert refused(lambda: freeze(cast("office2"), draft, seen=1)) == "changed"


def test_not_without_a_class_that_units_are_in(cast: Cast, cycle: Cycle, draft: Version) -> None:
    cls = UnitClass.objects.create(cycle=cycle, code="direct", zh="直属单位")
    cycle.memberships.filter(unit__code="justice").update(cls=cls)

    with pytest.raises(ValidationError, match="没有类别 direct"):
        freeze(cast("office2"), draft)


def test_not_if_a_frozen_book_would_not_fit(cast: Cast, cycle: Cycle, frozen: Version, make_book: MakeBook) -> None:
    make_book(state="frozen")
    second = Version.objects.create(cycle=cycle, number=2, text=OTHER.replace("key_work", "duty_work"), made_by=cast("office"))

    with pytest.raises(ValidationError, match="water / key_work / t1"):
        freeze(cast("office2"), second)


def test_the_audit_line(cast: Cast, draft: Version) -> None:
    freeze(cast("office2"), draft, seen=1)

    assert last_line() == ("office2", "scheme.freeze", "2019年度 方案 1", {})


def test_the_list_leaves_out_ones_own_drafts(cast: Cast, draft: Version) -> None:
    assert [list(allowed(cast(who), "scheme.freeze")) for who in ("office", "office2", "reporter")] == [[], [draft], []]
