"""book.draft, task.add, task.edit, task.remove: the unit's reporter and the office write a book while it is a draft."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import CONTENT, MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.core.permission import allowed
from windvane_web.org.models import Membership, Unit
from windvane_web.scheme.book_actions import add_task, draft_book, edit_task, remove_task
from windvane_web.scheme.models import Book, BookTask

PLAIN = {**CONTENT, "weight": "2.5"}


@pytest.fixture
def member(units: dict[str, Unit]) -> Membership:
    return Membership.objects.get(unit__code="water")


def test_a_reporter_begins_the_book_of_the_unit(cast: Cast, member: Membership) -> None:
    book = draft_book(cast("reporter"), member)

    assert (book.unit.code, book.state) == ("water", "draft")
    assert last_line() == ("reporter", "book.draft", "省水利厅 目标任务书", {})


def test_only_once_and_not_for_others(cast: Cast, member: Membership) -> None:
    assert refused(lambda: draft_book(cast("stranger"), member)) == "stranger"
    draft_book(cast("office"), member)
    assert refused(lambda: draft_book(cast("reporter"), member)) == "state"
    assert list(allowed(cast("reporter"), "book.draft")) == []
    assert [m.unit.code for m in allowed(cast("stranger"), "book.draft")] == ["transport"]


def test_tasks_are_added_in_order(cast: Cast, make_book: MakeBook) -> None:
    book = make_book()
    task = add_task(cast("reporter"), book, content={**CONTENT, "entry": "t2"})

    assert (task.order, task.zh, task.weight) == (1, "新建水库", Decimal("2.5"))
    assert last_line() == ("reporter", "task.add", "新建水库", {"content": {**PLAIN, "entry": "t2"}})


def test_an_entry_stands_once(cast: Cast, make_book: MakeBook) -> None:
    with pytest.raises(ValidationError, match="编号 t1 已经有了"):
        add_task(cast("office"), make_book(), content=CONTENT)

    assert BookTask.objects.count() == 1


def test_a_task_is_edited(cast: Cast, make_book: MakeBook) -> None:
    task = make_book().tasks.get()

    edit_task(cast("reporter"), task, content={**CONTENT, "zh": "新建与加固水库"}, seen=1)

    assert list(BookTask.objects.values_list("zh", "version")) == [("新建与加固水库", 2)]
    assert last_line() == ("reporter", "task.edit", "新建与加固水库", {"content": {**PLAIN, "zh": "新建与加固水库"}})
    assert refused(lambda: edit_task(cast("office"), task, content=CONTENT, seen=1)) == "changed"


def test_a_task_is_removed(cast: Cast, make_book: MakeBook) -> None:
    remove_task(cast("reporter"), make_book().tasks.get())

    assert not BookTask.objects.exists()
    assert last_line() == ("reporter", "task.remove", "新建水库", {})


def test_a_stranger_cannot(cast: Cast, make_book: MakeBook) -> None:
    book = make_book()
    task = book.tasks.get()

    for who in ("stranger", "leader", "verifier", "auditor"):
        assert refused(lambda who=who: add_task(cast(who), book, content={**CONTENT, "entry": "t2"})) == "stranger"
        assert refused(lambda who=who: edit_task(cast(who), task, content=CONTENT)) == "stranger"
        assert refused(lambda who=who: remove_task(cast(who), task)) == "stranger"


@pytest.mark.parametrize("state", ["submitted", "agreed", "confirmed", "frozen"])
def test_only_a_draft(cast: Cast, make_book: MakeBook, state: str) -> None:
    book = make_book(state=state)
    task = book.tasks.get()

    assert refused(lambda: add_task(cast("office"), book, content={**CONTENT, "entry": "t2"})) == "state"
    assert refused(lambda: edit_task(cast("reporter"), task, content=CONTENT)) == "state"
    assert refused(lambda: remove_task(cast("reporter"), task)) == "state"
    assert Book.objects.get().tasks.count() == 1
