"""Frozen target books as the engine knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from windvane import Book, Milestone, Problem, Task, Text, WindvaneError
from windvane.files import cells
from windvane_web.org.models import Cycle
from windvane_web.scheme import models

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def books(cycle: Cycle) -> tuple[Book, ...]:
    """Return the frozen books of a cycle with the tasks in force; amendments are later rows of their entry."""
    found = models.Book.objects.filter(cycle=cycle, state=models.Book.State.FROZEN).select_related("unit").prefetch_related("tasks")
    return tuple(map(book, found))


def book(row: models.Book) -> Book:
    """A target book with its tasks in force, whatever the state of the book."""
    in_force = [one for one in row.tasks.all() if one.state == one.State.IN_FORCE]
    return Book(row.unit.code, tuple(map(task, sorted(in_force, key=place))))


def place(row: models.BookTask) -> tuple[int, str, date]:
    """Order of rows in a book, the same in every database: an amendment stands after what it amends."""
    return row.order, row.entry, row.since or date.min


def task(row: models.BookTask) -> Task:
    return Task(
        entry=row.entry,
        slot=row.slot,
        title=Text(row.zh, row.en),
        item=Text(row.item_zh, row.item_en),
        source=row.source,
        clause=row.clause,
        weight=_exact(row.weight),
        rule=row.rule,
        params=_numbers(row.params),
        facts=_numbers(row.facts),
        measure=row.measure,
        better=row.better,
        milestones=tuple(Milestone(date.fromisoformat(day), _exact(value)) for day, value in row.milestones),
        lead=row.lead,
        partners=tuple(row.partners),
        joint=row.joint,
        share=_exact(row.share),
        sensitive=row.sensitive,
        since=row.since,
        reason=row.reason,
        approval=row.approval,
    )


def _numbers(texts: Mapping[str, str]) -> dict[str, Fraction | date]:
    return {name: number(text) for name, text in texts.items()}


def number(text: str) -> Fraction | date:
    """A day (2019-12-31) or an exact number, as the columns ``params`` and ``facts`` keep them."""
    found = date.fromisoformat(text) if _DAY.fullmatch(text) else cells.number(text)
    if isinstance(found, Problem):
        raise WindvaneError(f"{text!r} was kept as a number of a task")
    return found


def _exact(text: object) -> Fraction:
    found = number(str(text))
    if isinstance(found, date):
        raise WindvaneError(f"{text!r} was kept as a number of a task")
    return found
