"""appeal.dismiss: with a reason, and nothing else changes."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.models import Notice
from windvane_web.core.permission import allowed
from windvane_web.rectify import actions
from windvane_web.rectify.models import Appeal
from windvane_web.results.models import Placed
from windvane_web.work.models import Report


def test_the_source_stays_and_the_unit_is_told(taken: Appeal, cast: Cast) -> None:
    Notice.objects.all().delete()

    appeal = actions.dismiss(cast("reviewer"), taken, outcome="验收单为另一项目")

    assert (appeal.state, appeal.outcome, Report.objects.get(pk=appeal.report_id).verified_value) == ("dismissed", "验收单为另一项目", "9")
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["leader", "reporter"]


def test_the_same_line_may_then_be_objected_to_again(taken: Appeal, card: Placed, cast: Cast) -> None:
    actions.dismiss(cast("reviewer"), taken, outcome="证据不足")

    assert actions.file(cast("reporter"), card, node="key_work", entry="t1", reason="补充证据").state == "filed"


def test_a_reason_is_needed(taken: Appeal, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.dismiss(cast("reviewer"), taken, outcome="")
    assert Appeal.objects.get().state == "reviewing"


def test_a_stranger_cannot(taken: Appeal, cast: Cast) -> None:
    cast.add("reviewer2", "reviewer")
    for name in ["reviewer2", "office", "reporter", "verifier"]:
        assert (name, refusal(actions.dismiss, cast(name), taken, outcome="不成立")) == (name, "stranger")


def test_only_while_it_is_reviewed(taken: Appeal, cast: Cast) -> None:
    for state in ["filed", "upheld", "dismissed"]:
        Appeal.objects.update(state=state)
        assert refusal(actions.dismiss, cast("reviewer"), taken, outcome="不成立") == "state"


def test_the_audit_line_is_exact(taken: Appeal, cast: Cast) -> None:
    actions.dismiss(cast("reviewer"), taken, outcome="不成立")

    assert last_line() == ("reviewer", "appeal.dismiss", "省水利厅 · key_work/t1", {"outcome": "不成立"})


def test_the_list_costs_the_same_for_one_and_three(
    taken: Appeal, card: Placed, cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reviewer")
    assert person.role_list

    for more in ([], [{"node": "execution"}, {"node": "bonus", "fact": "amount"}]):
        for line in more:
            actions.take(person, actions.file(cast("reporter"), card, reason="有误", **line))
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "appeal.dismiss")) == 1 + len(more)
