"""appeal.uphold: the source is superseded by the corrected value, before and after are kept, the office is asked for a new run."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.models import Entry, Notice
from windvane_web.core.permission import allowed
from windvane_web.rectify import actions
from windvane_web.rectify.models import Appeal
from windvane_web.results.models import Placed
from windvane_web.work.models import Datum, LedgerEntry, Report


def test_the_report_is_corrected_and_both_values_are_kept(taken: Appeal, cast: Cast) -> None:
    appeal = actions.uphold(cast("reviewer"), taken, outcome="验收单属实", value="10")

    report = Report.objects.get(pk=appeal.report_id)
    assert (appeal.state, appeal.before, appeal.corrected) == ("upheld", "9", "10")
    assert (report.value, report.verified_value, report.superseded_by_appeal) == ("10", "10", f"申诉 {appeal.pk}：验收单属实")


def test_the_datum_is_corrected(card: Placed, cast: Cast) -> None:
    appeal = actions.take(cast("reviewer"), actions.file(cast("reporter"), card, node="execution", reason="应为 95", wanted="95"))

    appeal = actions.uphold(cast("reviewer"), appeal, outcome="决算为 95", value="95")

    datum = Datum.objects.get(pk=appeal.datum_id)
    assert (appeal.before, datum.value, datum.confirmed_by, datum.document) == (
        "92",
        "95",
        cast("reviewer"),
        f"申诉 {appeal.pk}：决算为 95",
    )


def test_the_ledger_entry_is_countered_and_entered_anew(card: Placed, bonus: LedgerEntry, cast: Cast) -> None:
    LedgerEntry.objects.update(kind="commended")
    line = {"node": "bonus", "entry": f"bonus_{bonus.pk}", "fact": "amount"}
    appeal = actions.take(cast("reviewer"), actions.file(cast("reporter"), card, reason="不应记", **line))

    appeal = actions.uphold(cast("reviewer"), appeal, outcome="文件已撤销", value="0")

    counter = LedgerEntry.objects.get(counter_of=bonus)
    assert (appeal.before, appeal.corrected, str(counter.amount), counter.state) == ("0.5", "0", "-0.5000", "approved")


def test_what_is_missing_is_only_decided(card: Placed, cast: Cast) -> None:
    appeal = actions.take(cast("reviewer"), actions.file(cast("reporter"), card, node="bonus", fact="amount", reason="另有一项"))

    appeal = actions.uphold(cast("reviewer"), appeal, outcome="请财政厅补录", value="")

    assert (appeal.state, appeal.corrected) == ("upheld", "")


@pytest.mark.parametrize("wrong", [{"value": ""}, {"value": "9"}, {"value": "９.0"}, {"value": "十公里"}, {"outcome": " "}])
def test_without_a_new_value_or_a_reason_nothing_changes(taken: Appeal, cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        actions.uphold(cast("reviewer"), taken, **{"outcome": "属实", "value": "10", **wrong})

    assert (Appeal.objects.get().state, Report.objects.get(pk=taken.report_id).verified_value) == ("reviewing", "9")


def test_the_office_and_the_unit_are_told(taken: Appeal, cast: Cast) -> None:
    Notice.objects.all().delete()

    actions.uphold(cast("reviewer"), taken, outcome="属实", value="10")

    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["leader", "office", "office2", "reporter"]


def test_only_the_reviewer_who_took_it(taken: Appeal, cast: Cast) -> None:
    cast.add("reviewer2", "reviewer")
    for name in ["reviewer2", "office", "committee", "leader", "verifier"]:
        assert (name, refusal(actions.uphold, cast(name), taken, outcome="属实", value="10")) == (name, "stranger")


def test_only_while_it_is_reviewed_and_as_it_was_seen(taken: Appeal, cast: Cast) -> None:
    assert refusal(actions.uphold, cast("reviewer"), taken, outcome="属实", value="10", seen=taken.version - 1) == "changed"
    for state in ["filed", "upheld", "dismissed"]:
        Appeal.objects.update(state=state)
        assert refusal(actions.uphold, cast("reviewer"), taken, outcome="属实", value="10") == "state"


def test_the_audit_lines_are_exact(taken: Appeal, cast: Cast) -> None:
    actions.uphold(cast("reviewer"), taken, outcome="属实", value="10")

    *_others, outer, inner = Entry.objects.order_by("number")
    assert (outer.verb, outer.subject_id, outer.content) == ("appeal.uphold", str(taken.pk), {"outcome": "属实", "value": "10"})
    assert (inner.verb, inner.content) == ("report.correct", {"value": "10", "basis": f"申诉 {taken.pk}：属实"})
    assert last_line()[0] == "reviewer"


def test_the_list_costs_the_same_for_one_and_three(
    taken: Appeal, card: Placed, cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reviewer")
    assert person.role_list

    for more in ([], [{"node": "execution"}, {"node": "bonus", "fact": "amount"}]):
        for line in more:
            actions.take(person, actions.file(cast("reporter"), card, reason="有误", **line))
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "appeal.uphold")) == 1 + len(more)
