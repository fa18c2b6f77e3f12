"""The first account is opened on the command line, once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from windvane_web.core.audit import breaks
from windvane_web.core.models import Entry
from windvane_web.org.models import User


def test_once(db: None) -> None:
    call_command("first_administrator", "root", password="long-enough-1", stdout=StringIO())

    person = User.objects.get()
    assert (person.username, person.has("security"), person.check_password("long-enough-1")) == ("root", True, True)
    assert [e.verb for e in Entry.objects.all()] == ["person.add", "role.grant"]
    assert list(breaks()) == []
    with pytest.raises(CommandError, match="already"):
        call_command("first_administrator", "again", password="long-enough-1")


def test_a_weak_password_is_refused(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("first_administrator", "root", password="123")
    assert not User.objects.exists()
