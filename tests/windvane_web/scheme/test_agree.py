"""book.agree and book.send_back: the office or the competent verifier, never for their own unit."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Role, User
from windvane_web.scheme.book_actions import agree, send_back
from windvane_web.scheme.models import Book


@pytest.mark.parametrize("who", ["office", "verifier"])
def test_a_book_is_agreed(cast: Cast, make_book: MakeBook, who: str) -> None:
    book = agree(cast(who), make_book(state="submitted"), remark="同意", seen=1)

    assert (book.state, book.remark, book.version) == ("agreed", "同意", 2)
    assert last_line() == (who, "book.agree", "省水利厅 目标任务书", {"remark": "同意"})


def test_a_book_is_sent_back_with_a_remark(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="submitted")
    with pytest.raises(ValidationError, match="退回要写明意见"):
        send_back(cast("office"), book, remark=" ")

    send_back(cast("office"), book, remark="目标偏低")

    assert list(Book.objects.values_list("state", "remark")) == [("draft", "目标偏低")]
    assert last_line() == ("office", "book.send_back", "省水利厅 目标任务书", {"remark": "目标偏低"})
    told = [(n.person.username, n.text, n.link) for n in Notice.objects.all()]
    assert told == [("reporter", "目标任务书已退回：目标偏低", f"/scheme/books/{book.pk}")]


def test_the_units_leader_may_send_back_what_was_agreed(cast: Cast, make_book: MakeBook) -> None:
    assert send_back(cast("leader"), make_book(state="agreed"), remark="分工有误").state == "draft"


def test_a_verifier_of_another_indicator_cannot(cast: Cast, make_book: MakeBook) -> None:
    cast.add("law_verifier", "verifier", component="law")

    assert refused(lambda: agree(cast("law_verifier"), make_book(state="submitted"))) == "stranger"


def test_nobody_for_the_own_unit(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="submitted")
    own = User.objects.create(username="own", unit=book.unit)
    Role.objects.create(user=own, kind="office")

    assert refused(lambda: agree(own, book)) == "stranger"
    assert list(allowed(own, "book.agree")) == []


def test_a_stranger_cannot(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="submitted")

    assert {refused(lambda who=who: agree(cast(who), book)) for who in ("reporter", "leader", "stranger", "auditor")} == {"stranger"}
    assert {refused(lambda who=who: send_back(cast(who), book, remark="x")) for who in ("reporter", "strange_leader")} == {"stranger"}


def test_only_a_submitted_book(cast: Cast, make_book: MakeBook) -> None:
    assert refused(lambda: agree(cast("office"), make_book())) == "state"
    assert refused(lambda: send_back(cast("office"), make_book("transport", state="frozen"), remark="x")) == "state"


def test_a_book_with_several_tasks_is_listed_once(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="submitted")
    book.tasks.create(entry="t2", slot="key_work", zh="农村饮水")

    assert list(allowed(cast("verifier"), "book.agree")) == [book]
