"""scheme.draft: the office saves a text that reads as the one draft of the cycle."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import BAD, SCHEME
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle
from windvane_web.scheme.actions import draft
from windvane_web.scheme.actions import draft as again  # where the fixture bears the verb's name
from windvane_web.scheme.models import Version


def test_a_text_that_reads_is_saved(cast: Cast, cycle: Cycle) -> None:
    version = draft(cast("office"), cycle, text=SCHEME, note="初稿")

    assert (version.number, version.state, version.text, version.made_by.username) == (1, "draft", SCHEME, "office")


def test_a_text_that_does_not_read_is_not_saved(cast: Cast, cycle: Cycle) -> None:
    with pytest.raises(ValidationError) as mistake:
        draft(cast("office"), cycle, text=BAD)

    assert "scheme.yaml:14:3" in mistake.value.messages[0]
    assert not Version.objects.exists()


def test_a_stranger_cannot(cast: Cast, cycle: Cycle) -> None:
    assert {refused(lambda who=who: draft(cast(who), cycle, text=SCHEME)) for who in ("reporter", "committee", "security")} == {"stranger"}


def test_not_beside_another_draft_and_not_in_a_closed_cycle(cast: Cast, cycle: Cycle, draft: Version) -> None:
    assert refused(lambda: again(cast("office"), cycle, text=SCHEME)) == "state"
    draft.delete()
    Cycle.objects.update(phase="closed")
    assert refused(lambda: again(cast("office"), cycle, text=SCHEME)) == "state"


def test_the_audit_line(cast: Cast, cycle: Cycle) -> None:
    draft(cast("office"), cycle, text=SCHEME, note="初稿")

    assert last_line() == ("office", "scheme.draft", "2019年度 方案 1", {"text": SCHEME, "note": "初稿"})


def test_the_list_is_the_cycles_without_a_draft(cast: Cast, cycle: Cycle) -> None:
    assert [list(allowed(cast(who), "scheme.draft")) for who in ("office", "auditor")] == [[cycle], []]
