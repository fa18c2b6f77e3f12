"""Entering, attaching to and deciding on ledger entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import line, pdf

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry, Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.work.actions import approve, attach_to_entry, correct_entry, counter, enter, reject
from windvane_web.work.amounts import doubts
from windvane_web.work.models import LedgerEntry


def said(units: dict[str, Unit], **other: Any) -> dict[str, Any]:
    known = {
        "unit": units["water"],
        "indicator": "law",
        "kind": "lawsuit",
        "amount": Decimal(-1),
        "day": date(2019, 5, 6),
        "title": "败诉",
        "document": "行终1号",
    }
    return {**known, **other}


def test_a_provider_enters_a_deduction_with_its_evidence(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    entry = enter(cast("justice"), year, **said(units), files=[pdf()])

    assert (entry.state, entry.amount, entry.entered_by, entry.evidence.get().name) == (
        "entered",
        Decimal(-1),
        cast("justice"),
        "验收报告.pdf",
    )
    first, second = Entry.objects.order_by("number")
    assert (first.verb, first.content["amount"], first.content["document"]) == ("ledger.enter", "-1", "行终1号")
    assert (second.verb, second.subject_type) == ("ledger.attach", "work.evidence")


def test_a_fixed_amount_comes_from_the_scheme(entry: LedgerEntry) -> None:
    assert entry.amount == Decimal("-1.5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal(-3)},
        {"amount": None},
        {"kind": "flaw", "amount": Decimal(-1)},
        {"kind": "gift"},
        {"day": date(2020, 1, 1)},
        {"document": " "},
        {"title": ""},
    ],
)
def test_what_the_scheme_does_not_know_is_refused(year: Cycle, units: dict[str, Unit], cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        enter(cast("office"), year, **said(units, **wrong))

    assert (LedgerEntry.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["finance", "reporter", "verifier"])
def test_only_the_provider_of_the_component_enters(year: Cycle, units: dict[str, Unit], cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        enter(cast(name), year, **said(units))

    assert refused.value.reason == "stranger"


def test_one_document_counts_once(entry: LedgerEntry, year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    again = said(units, kind="flaw", amount=None, document=entry.document)

    with pytest.raises(ValidationError):
        enter(cast("office"), year, **again)
    reject(cast("office"), entry, reason="重报")
    enter(cast("office"), year, **again)

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.update(state="entered")


def test_caps_and_likes_are_told_before_entering(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    enter(cast("justice"), year, **said(units, amount=Decimal(-2)))

    told = doubts(year, units["water"], "law", "lawsuit", Decimal(-2), date(2019, 6, 6), "败诉")

    assert told == ["这一种累计 -4 分，超过上限 -3 分，超出的 1 分不计。", "已有相近的一条：2019-05-06 败诉（行终1号）。"]


def test_the_office_approves(entry: LedgerEntry, cast: Cast) -> None:
    saved = approve(cast("office"), entry, note="属实")

    assert (saved.state, saved.approved_by, saved.note) == ("approved", cast("office"), "属实")
    assert line() == ("ledger.approve", "office", {"note": "属实"})


@pytest.mark.parametrize("name", ["justice", "finance", "verifier", "reporter", "committee"])
def test_others_do_not_approve(entry: LedgerEntry, cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        approve(cast(name), entry)
    assert refused.value.reason == "stranger"
    with pytest.raises(Refused) as refused:
        reject(cast(name), entry, reason="x")
    assert refused.value.reason == "stranger"


def test_who_entered_does_not_approve(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    entry = enter(cast("office"), year, **said(units))

    with pytest.raises(Refused) as refused:
        approve(cast("office"), entry)
    assert refused.value.reason == "stranger"
    assert approve(cast("office2"), entry).state == "approved"


def test_nobody_approves_for_the_own_unit(entry: LedgerEntry, cast: Cast) -> None:
    User.objects.filter(username="office").update(unit=cast.units["water"])

    with pytest.raises(Refused) as refused:
        approve(cast("office"), entry)

    assert refused.value.reason == "stranger"


def test_the_database_refuses_an_approver_who_entered(entry: LedgerEntry, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.update(approved_by=cast("justice"))


def test_rejecting_needs_a_reason_which_the_enterer_gets(entry: LedgerEntry, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        reject(cast("office"), entry, reason="")

    saved = reject(cast("office"), entry, reason="证据不足")

    assert (saved.state, saved.note) == ("rejected", "证据不足")
    assert line() == ("ledger.reject", "office", {"reason": "证据不足"})
    assert "证据不足" in Notice.objects.get(person=cast("justice")).text


def test_decided_entries_are_neither_decided_nor_added_to_again(entry: LedgerEntry, cast: Cast) -> None:
    approve(cast("office"), entry)

    for deed in (lambda: approve(cast("office2"), entry), lambda: attach_to_entry(cast("justice"), entry, file=pdf())):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.reason == "state"


def test_a_counter_entry_is_approved_by_another_and_cancels(entry: LedgerEntry, cast: Cast) -> None:
    approve(cast("office"), entry)

    opposite = counter(cast("office"), entry, reason="判决改判", document="行再1号")

    assert (opposite.amount, opposite.counter_of, opposite.state) == (Decimal("1.5"), entry, "entered")
    assert line() == ("ledger.counter", "office", {"reason": "判决改判", "document": "行再1号"})
    with pytest.raises(Refused):
        approve(cast("office"), opposite)
    assert approve(cast("office2"), opposite).state == "approved"
    with pytest.raises(Refused) as refused:
        counter(cast("office"), entry, reason="又", document="又")
    assert refused.value.reason == "state"


def test_a_rejected_counter_entry_may_be_taken_up_again(entry: LedgerEntry, cast: Cast) -> None:
    approve(cast("office"), entry)
    opposite = counter(cast("office"), entry, reason="改判", document="行再1号")
    reject(cast("office2"), opposite, reason="未生效")

    again = counter(cast("justice"), entry, reason="已生效", document="行再1号")

    assert (again.pk, again.state, again.approved_by) == (opposite.pk, "entered", None)


def test_an_upheld_appeal_puts_another_amount_in_its_place(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    entry = approve(cast("office"), enter(cast("justice"), year, **said(units, amount=Decimal(-2))))

    fresh = correct_entry(cast("reviewer"), entry, amount=Decimal("-0.5"), basis="申诉成立")

    assert (fresh.amount, fresh.state, fresh.approved_by) == (Decimal("-0.5"), "approved", cast("reviewer"))
    assert entry.countered_by.state == "approved"


def test_the_list_costs_the_same_for_one_and_three(
    year: Cycle, units: dict[str, Unit], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("office")
    assert person.role_list
    for number in (1, 3):
        for i in range(number):
            enter(cast("justice"), year, **said(units, document=f"{number}_{i}"))
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "ledger.approve")) == {1: 1, 3: 4}[number]
