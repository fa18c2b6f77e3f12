"""What waits on the desk: each app says in its ``tasks.py`` which of its verbs are tasks, when they are due and where they are done.

The rows of a task are ``allowed(person, verb)`` and nothing else, so the desk can neither hide nor invent work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from windvane_web.core.permission import VERBS


@dataclass(frozen=True)
class Task:
    """``due``, ``unit`` and ``cycle`` are paths from the row (``task__book__unit``); empty where there is none."""

    verb: str
    stage: str | Promise
    button: str | Promise
    link: Callable[[Any], str]
    label: Callable[[Any], str]
    due: str
    unit: str
    cycle: str
    people: Callable[[Any], QuerySet[Any]] | None


TASKS: dict[str, Task] = {}


def task(
    verb: str,
    *,
    stage: str | Promise,
    button: str | Promise,
    link: Callable[[Any], str],
    label: Callable[[Any], str] = str,
    due: str = "",
    unit: str | None = None,
    cycle: str | None = None,
    people: Callable[[Any], QuerySet[Any]] | None = None,
) -> None:
    """Put a verb on the desk of whoever may do it. ``people``: who might do it to a row, so that they can be reminded.

    Rows that have a ``unit`` or a ``cycle`` of their own need not name it.
    """
    if verb not in VERBS:
        raise KeyError(f"{verb} is not declared; declare it before it becomes a task")
    if verb in TASKS:
        raise ValueError(f"{verb} is registered twice")
    own = {field.name for field in VERBS[verb].subject._meta.get_fields()}
    unit = ("unit" if "unit" in own else "") if unit is None else unit
    cycle = ("cycle" if "cycle" in own else "") if cycle is None else cycle
    for path in (due, unit, cycle):
        if path not in ("", "pk") and path.partition("__")[0] not in own:
            raise ValueError(f"{verb}: {path} is not a path from {VERBS[verb].subject.__name__}")
    TASKS[verb] = Task(verb, stage, button, link, label, due, unit, cycle, people)


def follow(row: Any, path: str) -> Any:
    """Walk a path of fields from a row; None where it ends early or is empty."""
    for name in path.split("__") if path else ():
        if row is None:
            return None
        row = getattr(row, name)
    return row if path else None
