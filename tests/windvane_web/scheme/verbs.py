"""What every verb has to show, in one place: refusals and the audit line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry

Deed = Callable[[], object]


def refused(deed: Deed) -> str:
    """Do a deed that is refused; return why. Nothing is written to the trail."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        deed()
    assert Entry.objects.count() == before
    return refusal.value.reason


def last_line() -> tuple[str, str, str, dict[str, object]]:
    """Actor, verb, subject and content of the newest audit line."""
    line = Entry.objects.latest("number")
    return line.actor_label, line.verb, line.subject_label, line.content
