"""Permissions: each verb declares once who may do it to which rows, as a filter; the answer for one object is the same filter.

Lists and objects cannot disagree, because there is one declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

NOBODY = Q(pk__in=[])
EVERY = Q()


@dataclass(frozen=True)
class Verb:
    """``who``: rows of ``subject`` that a person may act on; ``when``: rows whose state allows it."""

    name: str
    subject: type[Model]
    title: str | Promise
    who: Callable[[Any], Q]
    when: Q = EVERY


VERBS: dict[str, Verb] = {}


def declare(name: str, subject: type[Model], title: str | Promise, *, who: Callable[[Any], Q], when: Q = EVERY) -> Verb:
    """Declare a verb; twice the same name is a programmer's mistake."""
    if name in VERBS:
        raise ValueError(f"verb {name} is declared twice")
    VERBS[name] = verb = Verb(name, subject, title, who, when)
    return verb


def allowed(person: Any, name: str) -> QuerySet[Any]:
    """Return the rows to which a person may do this now."""
    verb = VERBS[name]
    if not getattr(person, "is_active", False):
        return verb.subject._default_manager.none()
    return verb.subject._default_manager.filter(verb.who(person) & verb.when).distinct()


def entitled(person: Any, name: str, subject: Model) -> bool:
    """Whether a person may ever do this to a row, whatever its state."""
    verb = VERBS[name]
    return bool(getattr(person, "is_active", False)) and verb.subject._default_manager.filter(verb.who(person), pk=subject.pk).exists()


def may(person: Any, name: str, subject: Model) -> bool:
    """Whether a person may do this to a row now."""
    return allowed(person, name).filter(pk=subject.pk).exists()
