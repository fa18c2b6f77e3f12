"""How many own tasks were met, counted from books and facts alone, without scoring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from windvane.book import Book, Task
from windvane.facts import Facts, Status

BEHIND = ("behind", "undone")  # the words of a qualitative status that are not met


@dataclass(frozen=True, slots=True)
class Tally:
    """``met`` of ``due`` tasks, ``above`` of them beyond the target, ``ahead`` before their time."""

    met: int
    due: int
    above: int
    ahead: int

    @property
    def rate(self) -> Fraction:
        """Share met, 0 to 1."""
        return Fraction(self.met, self.due)


def tally(books: Iterable[Book], facts: Facts, slot: str = "key_work") -> Tally:
    """Count the tasks of a slot as reported for the cycle; a joint task counts by its lead's report.

    A task is met when its value is at least (better low: at most) the target, a date is not after it, or its status is not behind.
    """
    found = [_standing(book.unit, task, facts) for book in books for task in book.in_force(slot, None)]
    due = [standing for standing in found if standing != "not_due"]
    return Tally(len(due) - due.count("short"), len(due), due.count("above"), due.count("ahead"))


def _standing(unit: str, task: Task, facts: Facts) -> str:
    lead, _, entry = (task.joint or f"{unit}/{task.entry}").partition("/")
    fact = facts.get(lead, task.slot, entry=entry)
    if fact is not None and fact.status is Status.NOT_DUE:
        return "not_due"
    value = fact.value if fact else None
    if isinstance(value, str):
        return "short" if value in BEHIND else "ahead" if value == "ahead" else "met"
    return "short" if value is None else _against(value, task)


def _against(value: Fraction | date, task: Task) -> str:
    target = task.facts.get("target")
    if isinstance(value, date) and isinstance(target, date):
        return "short" if value > target else "ahead" if value < target else "met"
    if not isinstance(value, Fraction) or not isinstance(target, Fraction):
        return "short"
    beyond = value - target if task.better == "high" else target - value
    return "short" if beyond < 0 else "above" if beyond > 0 else "met"
