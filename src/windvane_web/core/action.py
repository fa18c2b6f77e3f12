"""Every change by a person is an action: permission, change and audit line in one transaction."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from windvane_web.core.audit import Deed, append
from windvane_web.core.permission import VERBS, entitled, may

P = ParamSpec("P")
S = TypeVar("S", bound=models.Model)
R = TypeVar("R", bound=models.Model)
_deeds: ContextVar[list[Deed] | None] = ContextVar("deeds", default=None)


class Refused(Exception):
    """An action was not done. ``reason``: ``stranger`` (may not), ``state`` (not now), ``changed`` (someone was faster)."""

    def __init__(self, reason: str, verb: str, subject: models.Model) -> None:
        super().__init__(f"{verb}: {reason}: {subject}")
        self.reason, self.verb, self.subject = reason, verb, subject


@contextmanager
def _unit_of_work() -> Iterator[list[Deed]]:
    """Collect deeds; the outermost action writes them to the chain, last of all."""
    outer = _deeds.get()
    if outer is not None:
        yield outer
        return
    with transaction.atomic():
        deeds: list[Deed] = []
        token = _deeds.set(deeds)
        try:
            yield deeds
        finally:
            _deeds.reset(token)
        if deeds:
            append(deeds)


def action(name: str) -> Callable[[Callable[Concatenate[Any, S, P], R]], Callable[..., R]]:
    """Make ``change(actor, subject, **content)`` an action of the declared verb ``name``.

    The subject is locked and read again first, so the change sees what is true now. ``seen`` (a version the person was shown) may be
    passed where the subject has ``version``: another version refuses with ``changed``.
    """

    def decorate(change: Callable[Concatenate[Any, S, P], R]) -> Callable[..., R]:
        signature = inspect.signature(change)

        @functools.wraps(change)
        def perform(actor: Any, subject: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            seen = kwargs.pop("seen", None)
            with _unit_of_work() as deeds:
                now = _locked(subject)
                _ask(actor, name, now, seen)
                bound = signature.bind(actor, now, *args, **kwargs)
                place = len(deeds)
                result = change(actor, now, *args, **kwargs)
                content = {key: plain(value) for key, value in list(bound.arguments.items())[2:]}
                deeds.insert(place, Deed(actor, name, result, _flat(content)))
                return result

        return perform

    return decorate


def _flat(content: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments collected by ``**`` stand beside the others."""
    inner = content.pop("kwargs", {})
    return {**content, **inner}


def _locked(subject: S) -> S:
    manager = subject.__class__._default_manager  # also of the lazy user of a request
    found: S = manager.select_for_update().get(pk=subject.pk)
    return found


def _ask(actor: Any, name: str, subject: models.Model, seen: object) -> None:
    if not isinstance(subject, VERBS[name].subject):
        raise TypeError(f"{name} acts on {VERBS[name].subject.__name__}, not on {type(subject).__name__}")
    if not entitled(actor, name, subject):
        raise Refused("stranger", name, subject)
    if not may(actor, name, subject):
        raise Refused("state", name, subject)
    if seen is not None and seen != getattr(subject, "version", None):
        raise Refused("changed", name, subject)


def plain(value: object) -> Any:
    """Return a value as the audit line keeps it: numbers as text, things by label, files by name and digest."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal() | Fraction():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case FieldFile():
            return value.name
        case models.Model():
            return f"{value._meta.label_lower}:{value.pk}"
        case dict():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(inner) for inner in value]
    return str(value)
