"""amendment.propose, .approve, .reject: a frozen task changes from a day on, with reason and approval, decided by another."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import CONTENT, MakeBook
from tests.windvane_web.scheme.verbs import last_line, refused

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Role
from windvane_web.scheme import facts
from windvane_web.scheme.book_actions import approve, propose, reject
from windvane_web.scheme.models import Book, BookTask, Version

JULY = date(2019, 7, 1)
LESS = {**CONTENT, "facts": {"target": "8"}}


def test_a_proposal_changes_nothing_yet(cast: Cast, cycle: Cycle, make_book: MakeBook, frozen: Version) -> None:
    task = make_book(state="frozen").tasks.get()

    row = propose(cast("reporter"), task, content={**LESS, "entry": "other"}, since=JULY, reason="汛期工期调整")

    assert (row.entry, row.state, row.since, row.proposed_by.username) == ("t1", "proposed", JULY, "reporter")
    assert [t.facts["target"] for t in facts.books(cycle)[0].tasks] == [10]
    content = {**LESS, "entry": "other", "weight": "2.5"}
    assert last_line() == (
        "reporter",
        "amendment.propose",
        "新建水库",
        {"content": content, "since": "2019-07-01", "reason": "汛期工期调整"},
    )


@pytest.mark.parametrize(("since", "reason"), [(date(2020, 1, 1), "x"), (JULY, " ")])
def test_a_proposal_has_a_day_of_the_year_and_a_reason(cast: Cast, make_book: MakeBook, frozen: Version, since: date, reason: str) -> None:
    with pytest.raises(ValidationError):
        propose(cast("reporter"), make_book(state="frozen").tasks.get(), content=LESS, since=since, reason=reason)


def test_one_proposal_at_a_time(cast: Cast, proposed: BookTask) -> None:
    task = proposed.book.tasks.get(state="in_force")

    with pytest.raises(ValidationError, match="等待审批"):
        propose(cast("reporter"), task, content=LESS, since=date(2019, 8, 1), reason="x")


def test_only_the_units_reporter_and_only_of_a_frozen_book_while_tracking(cast: Cast, make_book: MakeBook, frozen: Version) -> None:
    task, early = make_book(state="frozen").tasks.get(), make_book("transport", state="confirmed").tasks.get()

    for who in ("stranger", "leader", "office"):
        assert refused(lambda who=who: propose(cast(who), task, content=LESS, since=JULY, reason="x")) == "stranger"
    assert refused(lambda: propose(cast("stranger"), early, content=LESS, since=JULY, reason="x")) == "state"
    Cycle.objects.update(phase="scoring")
    assert refused(lambda: propose(cast("reporter"), task, content=LESS, since=JULY, reason="x")) == "state"


def test_an_approved_amendment_counts_from_its_day(cast: Cast, cycle: Cycle, proposed: BookTask) -> None:
    approve(cast("office"), proposed, approval="省考核办〔2019〕12号", seen=1)

    (book,) = facts.books(cycle)
    assert [book.in_force("key_work", day)[0].facts["target"] for day in (date(2019, 6, 30), JULY)] == [10, 8]
    assert Book.objects.get().digest == book.digest
    assert last_line() == ("office", "amendment.approve", "新建水库", {"approval": "省考核办〔2019〕12号"})


def test_an_amendment_that_does_not_fit_is_not_approved(cast: Cast, proposed: BookTask) -> None:
    BookTask.objects.filter(pk=proposed.pk).update(rule="levels")

    with pytest.raises(ValidationError, match="规则 levels"):
        approve(cast("office"), proposed, approval="文")

    assert BookTask.objects.get(pk=proposed.pk).state == "proposed"


def test_approval_names_its_document_and_rejection_its_reason(cast: Cast, proposed: BookTask) -> None:
    with pytest.raises(ValidationError, match="批准文件"):
        approve(cast("office"), proposed, approval="")
    with pytest.raises(ValidationError, match="不批准要写明理由"):
        reject(cast("office"), proposed, remark="")


def test_a_rejected_amendment_never_counts(cast: Cast, cycle: Cycle, proposed: BookTask) -> None:
    reject(cast("office"), proposed, remark="理由不充分", seen=1)

    assert [t.facts["target"] for t in facts.books(cycle)[0].tasks] == [10]
    assert last_line() == ("office", "amendment.reject", "新建水库", {"remark": "理由不充分"})
    assert [(n.person.username, n.text) for n in Notice.objects.all()] == [("reporter", "任务变更未批准：新建水库 理由不充分")]
    assert refused(lambda: approve(cast("office"), proposed, approval="文")) == "state"


def test_a_stranger_cannot_decide_nor_who_proposed(cast: Cast, proposed: BookTask) -> None:
    for who in ("reporter", "leader", "verifier", "committee"):
        assert refused(lambda who=who: approve(cast(who), proposed, approval="文")) == "stranger"
        assert refused(lambda who=who: reject(cast(who), proposed, remark="x")) == "stranger"
    Role.objects.create(user=cast("reporter"), kind="office")
    assert refused(lambda: approve(cast("reporter"), proposed, approval="文")) == "stranger"


def test_the_list(cast: Cast, proposed: BookTask) -> None:
    assert [list(allowed(cast(who), "amendment.approve")) for who in ("office", "verifier")] == [[proposed], []]
