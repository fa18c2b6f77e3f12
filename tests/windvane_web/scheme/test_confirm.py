"""book.confirm: the unit's leader stands for what was agreed."""

from __future__ import annotations

from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.core.permission import allowed
from windvane_web.scheme.book_actions import confirm


def test_the_leader_confirms(cast: Cast, make_book: MakeBook) -> None:
    assert confirm(cast("leader"), make_book(state="agreed"), seen=1).state == "confirmed"
    assert last_line() == ("leader", "book.confirm", "省水利厅 目标任务书", {})


def test_a_stranger_cannot(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="agreed")

    assert {refused(lambda who=who: confirm(cast(who), book)) for who in ("reporter", "strange_leader", "office")} == {"stranger"}


def test_only_an_agreed_book(cast: Cast, make_book: MakeBook) -> None:
    assert refused(lambda: confirm(cast("leader"), make_book(state="submitted"))) == "state"


def test_the_list(cast: Cast, make_book: MakeBook) -> None:
    book = make_book(state="agreed")

    assert [list(allowed(cast(who), "book.confirm")) for who in ("leader", "strange_leader")] == [[book], []]
