"""Who may: small filters that permissions are put together from. Each takes a person and returns the rows meant for that person."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import TypeAlias

from django.db.models import Q

from windvane_web.core.permission import EVERY, NOBODY
from windvane_web.org.models import User

Who: TypeAlias = Callable[[User], Q]


def holds(*kinds: str) -> Who:
    """All rows, for people with one of these roles."""
    return lambda person: EVERY if person.has(*kinds) else NOBODY


def of_unit(path: str, *kinds: str) -> Who:
    """Rows of the units for which the person holds one of these roles; ``path`` leads from the row to its unit."""
    return lambda person: Q(**{f"{path}__in": [r.unit_id for r in person.role_list if r.kind in kinds and r.unit_id]})


def of_component(path: str, *kinds: str) -> Who:
    """Rows of the components (indicators) for which the person holds one of these roles; a role without component is for all."""

    def filtered(person: User) -> Q:
        mine = [r.component for r in person.role_list if r.kind in kinds]
        return EVERY if "" in mine else Q(**{f"{path}__in": mine}) if mine else NOBODY

    return filtered


def not_own(path: str) -> Who:
    """Recusal: no rows of the person's own unit."""
    return lambda person: ~Q(**{path: person.unit_id}) if person.unit_id else EVERY


def not_by(*fields: str) -> Who:
    """No rows that the person had a hand in: the second person must be another."""

    def filtered(person: User) -> Q:
        found = EVERY
        for field in fields:
            found &= Q(**{f"{field}__isnull": True}) | ~Q(**{field: person.pk})
        return found

    return filtered


def both(*whos: Who) -> Who:
    """Rows that every filter lets through."""

    def filtered(person: User) -> Q:
        found = EVERY
        for who in whos:
            found &= who(person)
        return found

    return filtered


def either(*whos: Who) -> Who:
    """Rows that at least one filter lets through."""

    def filtered(person: User) -> Q:
        found = [who(person) for who in whos]
        if EVERY in found:
            return EVERY  # an empty Q would be lost among others: "or" leaves it out
        return reduce(or_, found, NOBODY)

    return filtered
