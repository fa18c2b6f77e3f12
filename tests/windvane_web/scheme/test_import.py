"""book.import: all target books of a file or none; they wait for the units' leaders."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane import Book, Task, Text
from windvane.simulate import province
from windvane_web.org.models import Cycle, Membership, Unit, UnitClass
from windvane_web.scheme import facts, models
from windvane_web.scheme.book_actions import import_books


def given(unit: str = "water", weight: str = "1") -> Book:
    return Book(unit, (Task("a1", "key_work", Text("河道治理", "Rivers"), weight=Fraction(weight), facts={"target": Fraction(5)}),))


def test_books_are_written_over_and_wait_for_the_leader(cast: Cast, cycle: Cycle, make_book: MakeBook) -> None:
    make_book(state="submitted")

    import_books(cast("office"), cycle, books=[given(), given("transport")])

    rows = models.BookTask.objects.order_by("book").values_list("book__unit__code", "book__state", "entry")
    assert list(rows) == [("water", "agreed", "a1"), ("transport", "agreed", "a1")]
    digest = given().digest[:12]
    assert last_line() == (
        "office",
        "book.import",
        "2019年度",
        {"books": [f"Book(water, 1 tasks, digest {digest})", str(given("transport"))]},
    )


def test_all_or_nothing(cast: Cast, cycle: Cycle, make_book: MakeBook) -> None:
    make_book("transport", state="frozen")

    with pytest.raises(ValidationError) as mistakes:
        import_books(cast("office"), cycle, books=[given(), given("transport"), given("nowhere")])

    assert mistakes.value.messages == ["nowhere：不是本年度的单位。", "省交通运输厅：目标任务书已冻结，不能覆盖。"]
    assert list(models.BookTask.objects.values_list("entry")) == [("t1",)]


def test_a_weight_that_cannot_be_kept_exactly_is_refused(cast: Cast, cycle: Cycle) -> None:
    with pytest.raises(ValidationError, match="最多 4 位小数"):
        import_books(cast("office"), cycle, books=[given(weight="0.33333")])

    assert not models.Book.objects.exists()


def test_a_stranger_cannot(cast: Cast, cycle: Cycle) -> None:
    assert {refused(lambda who=who: import_books(cast(who), cycle, books=[given()])) for who in ("reporter", "verifier")} == {"stranger"}


def test_not_into_a_closed_cycle(cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(phase="closed")

    assert refused(lambda: import_books(cast("office"), cycle, books=[given()])) == "state"


def test_a_whole_province_comes_back_as_it_was(cast: Cast, cycle: Cycle) -> None:
    case = province()
    Membership.objects.all().delete()
    agency = UnitClass.objects.get(code="agency")
    for order, unit in enumerate(case.facts.units):
        row, _ = Unit.objects.get_or_create(code=unit.code, defaults={"zh": unit.title.zh, "order": order})
        Membership.objects.create(cycle=cycle, unit=row, cls=agency, order=order)

    import_books(cast("office"), cycle, books=case.books)
    models.Book.objects.update(state="frozen")

    assert {b.unit: b.digest for b in facts.books(cycle)} == {b.unit: b.digest for b in case.books}
