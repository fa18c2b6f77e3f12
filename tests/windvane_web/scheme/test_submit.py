"""book.submit: the unit's reporter hands in a book that fits the scheme."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.core.permission import allowed
from windvane_web.scheme.book_actions import submit
from windvane_web.scheme.models import Book, Version


def test_a_book_is_submitted(cast: Cast, make_book: MakeBook, frozen: Version) -> None:
    book = submit(cast("reporter"), make_book(), seen=1)

    assert (book.state, book.version) == ("submitted", 2)
    assert last_line() == ("reporter", "book.submit", "省水利厅 目标任务书", {})


def test_not_with_a_task_that_the_scheme_does_not_know(cast: Cast, make_book: MakeBook, frozen: Version) -> None:
    with pytest.raises(ValidationError) as mistakes:
        submit(cast("reporter"), make_book(slot="execution"))

    assert [m.startswith("water / execution / t1") for m in mistakes.value.messages] == [True]
    assert Book.objects.get().state == "draft"


def test_not_without_tasks(cast: Cast, make_book: MakeBook) -> None:
    book = make_book()
    book.tasks.all().delete()

    with pytest.raises(ValidationError, match="还没有任务"):
        submit(cast("reporter"), book)


def test_a_stranger_cannot(cast: Cast, make_book: MakeBook) -> None:
    book = make_book()

    assert {refused(lambda who=who: submit(cast(who), book)) for who in ("stranger", "leader", "office")} == {"stranger"}


def test_only_a_draft(cast: Cast, make_book: MakeBook) -> None:
    assert refused(lambda: submit(cast("reporter"), make_book(state="agreed"))) == "state"


def test_the_list(cast: Cast, make_book: MakeBook) -> None:
    book = make_book()
    make_book("transport", state="submitted")

    assert [list(allowed(cast(who), "book.submit")) for who in ("reporter", "stranger")] == [[book], []]
