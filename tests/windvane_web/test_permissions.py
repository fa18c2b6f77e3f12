"""Which roles may ever do what: the table beside this file, written by hand, is what the declarations say.

Relations and states (own unit, second person, not now) are the tests of each verb.
"""

from __future__ import annotations

import csv
from importlib import import_module
from pathlib import Path

import pytest
from django.core.exceptions import EmptyResultSet

from windvane_web.core.permission import VERBS
from windvane_web.org.models import Role, User

for app in ("org", "scheme", "work", "results", "rectify", "desk"):
    import_module(f"windvane_web.{app}.permissions")
_ROWS = Path(__file__).with_name("permissions.csv").read_text(encoding="utf-8").splitlines()
TABLE = {row["verb"]: set(row["roles"].split()) for row in csv.DictReader(_ROWS)}


def _with(kind: str) -> User:
    """Somebody of unit 1 with one role; nothing is asked of the database."""
    person = User(pk=1, username=kind, unit_id=1)
    person._role_list = [Role(kind=kind, unit_id=1 if kind in Role.OF_A_UNIT else None)]
    return person


def _may_ever(kind: str, verb: str) -> bool:
    rows = VERBS[verb].subject._default_manager.filter(VERBS[verb].who(_with(kind)))
    try:
        return bool(str(rows.query))
    except EmptyResultSet:
        return False


def test_every_verb_is_in_the_table() -> None:
    assert sorted(VERBS) == sorted(TABLE)


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_roles(verb: str) -> None:
    assert {str(kind) for kind in Role.Kind.values if _may_ever(kind, verb)} == TABLE[verb]


@pytest.mark.parametrize("kind", Role.ADMINISTRATORS)
def test_administrators_have_no_part_in_assessing(kind: str) -> None:
    assert not [verb for verb, roles in TABLE.items() if kind in roles and not verb.startswith(("person.", "people.", "role.", "audit."))]
