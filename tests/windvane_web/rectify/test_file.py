"""appeal.file: a unit objects to one line of its own scorecard while the window is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Unit
from windvane_web.rectify import actions
from windvane_web.rectify.models import Appeal
from windvane_web.results.models import Placed, Publication, Run
from windvane_web.scheme.models import BookTask
from windvane_web.work.models import LedgerEntry, Report


def test_a_task_a_datum_and_a_ledger_entry_can_be_objected_to(card: Placed, bonus: LedgerEntry, cast: Cast) -> None:
    for node, entry, fact in [("key_work", "t1", "value"), ("execution", "", "value"), ("bonus", f"bonus_{bonus.pk}", "amount")]:
        actions.file(cast("leader"), card, node=node, entry=entry, fact=fact, reason="有误")

    found = Appeal.objects.order_by("pk")
    assert [(str(a.report or ""), str(a.datum or ""), a.ledger, a.before) for a in found] == [
        ("省水利厅 · 修建堤防 · 2019", "", None, "9"),
        ("", "省水利厅 · execution.value", None, "92"),
        ("", "", bonus, "0.5"),
    ]


def test_a_joint_task_is_about_the_report_of_the_lead(card: Placed, units: dict[str, Unit], cast: Cast) -> None:
    BookTask.objects.filter(book__unit=units["water"]).update(joint="transport/t1")

    appeal = actions.file(cast("reporter"), card, node="key_work", entry="t1", reason="有误")

    assert appeal.report == Report.objects.get(task__book__unit=units["transport"])


def test_what_is_missing_in_a_ledger_can_be_objected_to(card: Placed, cast: Cast) -> None:
    appeal = actions.file(cast("reporter"), card, node="bonus", fact="amount", reason="另有一项表彰未记")

    assert (appeal.state, appeal.report, appeal.datum, appeal.ledger) == ("filed", None, None, None)


@pytest.mark.parametrize(("node", "entry"), [("nothing", ""), ("key_work", "t9"), ("key_work", ""), ("total", "")])
def test_what_is_no_line_is_refused(card: Placed, cast: Cast, node: str, entry: str) -> None:
    with pytest.raises(ValidationError):
        actions.file(cast("reporter"), card, node=node, entry=entry, reason="有误")
    assert Appeal.objects.count() == 0


def test_a_reason_is_needed_and_one_line_has_one_open_appeal(appeal: Appeal, card: Placed, cast: Cast) -> None:
    for line, reason in [({"node": "execution"}, " "), ({"node": "key_work", "entry": "t1"}, "再次")]:
        with pytest.raises(ValidationError):
            actions.file(cast("reporter"), card, reason=reason, **line)
    assert Appeal.objects.count() == 1


def test_reviewers_are_told(appeal: Appeal) -> None:
    assert Notice.objects.filter(link=f"/rectify/appeals/{appeal.pk}").values_list("person__username", flat=True).get() == "reviewer"


def test_a_stranger_cannot(card: Placed, cast: Cast) -> None:
    for name in ["stranger", "strange_leader", "office", "committee", "reviewer", "verifier", "auditor", "security"]:
        assert (name, refusal(actions.file, cast(name), card, node="execution", reason="有误")) == (name, "stranger")


def test_only_a_published_run_in_its_window_in_an_open_year(card: Placed, run: Run, cycle: Cycle, cast: Cast) -> None:
    wrong: list[Callable[[], object]] = [
        lambda: Run.objects.update(state="superseded"),
        lambda: Publication.objects.update(audience="public"),
        lambda: Publication.objects.update(until=timezone.localdate() - timedelta(days=1)),
        lambda: Cycle.objects.update(phase="closed"),
    ]
    for change in wrong:
        change()
        assert refusal(actions.file, cast("reporter"), card, node="execution", reason="有误") == "state"
        Run.objects.update(state="published")
        Publication.objects.update(audience="unit", until=timezone.localdate())
        Cycle.objects.update(phase="results")
    actions.file(cast("reporter"), card, node="execution", reason="有误")


def test_a_window_without_end_stays_open(card: Placed, cast: Cast) -> None:
    Publication.objects.update(until=None)

    assert actions.file(cast("reporter"), card, node="execution", reason="有误").state == "filed"


def test_the_audit_line_is_exact(appeal: Appeal) -> None:
    content = {"node": "key_work", "entry": "t1", "wanted": "10", "reason": "竣工验收单为 10 公里"}
    assert last_line() == ("reporter", "appeal.file", "省水利厅 · key_work/t1", content)


def test_the_list_costs_the_same_for_one_and_three(
    card: Placed, run: Run, cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reporter")
    assert person.role_list

    for count in (1, 3):
        while Placed.objects.filter(unit=card.unit).count() < count:
            another = Run.objects.create(
                cycle=Cycle.objects.create(code=f"y{count}{Run.objects.count()}", zh="年", **DAYS), number=1, state="published"
            )
            Publication.objects.create(run=another, audience="unit")
            Cycle.objects.filter(pk=another.cycle_id).update(phase="results")
            Placed.objects.create(run=another, unit=card.unit, cls="agency", state="ranked")
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "appeal.file")) == count


DAYS = {"start": date(2018, 1, 1), "end": date(2018, 12, 31)}
