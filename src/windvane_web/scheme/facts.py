"""Frozen target books as the engine knows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from windvane import Book, Milestone, Task, Text
from windvane.decimals import parse_decimal
from windvane_web.org.models import Cycle
from windvane_web.scheme import models


def books(cycle: Cycle) -> tuple[Book, ...]:
    """Return the frozen books of a cycle with the tasks in force; amendments are later rows of their entry."""
    found = models.Book.objects.filter(cycle=cycle, state=models.Book.State.FROZEN).select_related("unit").prefetch_related("tasks")
    return tuple(Book(book.unit.code, tuple(_task(row) for row in book.tasks.all() if row.state == row.State.IN_FORCE)) for book in found)


def _task(row: models.BookTask) -> Task:
    return Task(
        entry=row.entry,
        slot=row.slot,
        title=Text(row.zh, row.en),
        item=Text(row.item_zh, row.item_en),
        source=row.source,
        clause=row.clause,
        weight=parse_decimal(str(row.weight)),
        rule=row.rule,
        params=_numbers(row.params),
        facts=_numbers(row.facts),
        measure=row.measure,
        better=row.better,
        milestones=tuple(Milestone(date.fromisoformat(day), parse_decimal(value)) for day, value in row.milestones),
        lead=row.lead,
        partners=tuple(row.partners),
        joint=row.joint,
        share=parse_decimal(str(row.share)),
        sensitive=row.sensitive,
        since=row.since,
        reason=row.reason,
        approval=row.approval,
    )


def _numbers(texts: Mapping[str, str]) -> dict[str, Fraction | date]:
    return {name: _number(text) for name, text in texts.items()}


def _number(text: str) -> Fraction | date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_decimal(text)
