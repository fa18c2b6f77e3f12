"""book.freeze: a confirmed book begins to count, with its digest."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.org.models import Cycle
from windvane_web.scheme import facts
from windvane_web.scheme.book_actions import freeze_book
from windvane_web.scheme.models import Book, Version


def test_a_confirmed_book_counts(cast: Cast, cycle: Cycle, make_book: MakeBook, frozen: Version) -> None:
    book = make_book(state="confirmed")
    assert facts.books(cycle) == ()

    book = freeze_book(cast("office"), book, seen=1)

    (counted,) = facts.books(cycle)
    assert (book.state, book.digest, counted.unit, counted.tasks[0].facts["target"]) == ("frozen", counted.digest, "water", 10)
    assert last_line() == ("office", "book.freeze", "省水利厅 目标任务书", {})


def test_not_before_the_scheme(cast: Cast, make_book: MakeBook, draft: Version) -> None:
    with pytest.raises(ValidationError, match="先冻结方案"):
        freeze_book(cast("office"), make_book(state="confirmed"))


def test_not_with_mistakes(cast: Cast, make_book: MakeBook, frozen: Version) -> None:
    with pytest.raises(ValidationError, match="规则 levels"):
        freeze_book(cast("office"), make_book(state="confirmed", rule="levels"))

    assert Book.objects.get().digest == ""


def test_mistakes_of_others_do_not_matter(cast: Cast, make_book: MakeBook, frozen: Version) -> None:
    make_book("transport", rule="levels")

    assert freeze_book(cast("office"), make_book(state="confirmed")).state == "frozen"


def test_a_stranger_cannot(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="confirmed")

    assert {refused(lambda who=who: freeze_book(cast(who), book)) for who in ("reporter", "leader", "verifier")} == {"stranger"}


def test_only_a_confirmed_book(cast: Cast, make_book: MakeBook) -> None:
    assert refused(lambda: freeze_book(cast("office"), make_book(state="agreed"))) == "state"
