"""Target books: what is in force on a day, what counts, and a digest of everything agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from windvane import Book, Milestone, Task, Text

ROADS = Task("roads", "key_work", Text("公路"), weight=Fraction(3), facts={"target": Fraction(100)})
PARKS = Task("parks", "key_work", Text("公园"))
OTHER = Task("survey", "quality")
SUMMER = replace(ROADS, facts={"target": Fraction(80)}, since=date(2019, 7, 1), reason="汛情", approval="府函1号")
AUTUMN = replace(ROADS, weight=Fraction(5), since=date(2019, 10, 1))
NEW = Task("bridge", "key_work", since=date(2019, 9, 1))
BOOK = Book("a", (ROADS, PARKS, OTHER, AUTUMN, SUMMER, NEW))


@pytest.mark.parametrize(
    ("day", "tasks"),
    [
        (date(2019, 1, 1), (ROADS, PARKS)),
        (date(2019, 6, 30), (ROADS, PARKS)),
        (date(2019, 7, 1), (SUMMER, PARKS)),
        (date(2019, 9, 30), (SUMMER, PARKS, NEW)),
        (date(2019, 12, 31), (AUTUMN, PARKS, NEW)),
        (None, (AUTUMN, PARKS, NEW)),
    ],
)
def test_in_force_on_a_day(day: date | None, tasks: tuple[Task, ...]) -> None:
    assert BOOK.in_force("key_work", day) == tasks


def test_slots_are_apart() -> None:
    assert BOOK.in_force("quality", None) == (OTHER,)
    assert BOOK.in_force("nowhere", None) == ()


def test_a_share_splits_the_weight() -> None:
    assert replace(ROADS, share=Fraction(2, 5)).credited_weight == Fraction(6, 5)
    assert ROADS.credited_weight == 3


@pytest.mark.parametrize(
    "changed",
    [
        replace(ROADS, weight=Fraction(4)),
        replace(ROADS, share=Fraction(1, 2)),
        replace(ROADS, facts={"target": Fraction(99)}),
        replace(ROADS, facts={"base": Fraction(100)}),
        replace(ROADS, params={"cap": Fraction(1)}),
        replace(ROADS, title=Text("公路", "Roads")),
        replace(ROADS, item=Text("交通")),
        replace(ROADS, rule="levels"),
        replace(ROADS, better="low"),
        replace(ROADS, measure="公里"),
        replace(ROADS, milestones=(Milestone(date(2019, 6, 30), Fraction(40)),)),
        replace(ROADS, lead="b"),
        replace(ROADS, partners=("b", "c")),
        replace(ROADS, joint="b/roads"),
        replace(ROADS, sensitive=True),
        replace(ROADS, source="政府工作报告"),
        replace(ROADS, clause="三（一）"),
        replace(ROADS, since=date(2019, 1, 1)),
        replace(ROADS, reason="x"),
        replace(ROADS, approval="x"),
        replace(ROADS, entry="road"),
        replace(ROADS, slot="quality"),
    ],
)
def test_the_digest_covers_everything_agreed(changed: Task) -> None:
    assert Book("a", (changed, PARKS)).digest != Book("a", (ROADS, PARKS)).digest


def test_the_digest_is_that_of_the_unit_and_ignores_where_it_was_read() -> None:
    assert Book("a", (ROADS,)).digest != Book("b", (ROADS,)).digest
    assert Book("a", (replace(ROADS, where="books.csv:3"),)).digest == Book("a", (ROADS,)).digest
    assert repr(BOOK).startswith("Book(a, 6 tasks, digest ")
