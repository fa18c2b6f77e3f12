"""appeal.rerun: one new run for all upheld appeals; who moved is seen by comparing it with the old one."""

from __future__ import annotations

import pytest
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import refusal

from windvane_web.core.models import Entry
from windvane_web.core.permission import allowed
from windvane_web.rectify import actions
from windvane_web.rectify.models import Appeal
from windvane_web.results.models import Placed, Run
from windvane_web.results.scoring import execute


@pytest.fixture
def upheld(taken: Appeal, cast: Cast) -> Appeal:
    return actions.uphold(cast("reviewer"), taken, outcome="属实", value="10")


def test_the_new_run_counts_the_corrected_value(upheld: Appeal, run: Run, cast: Cast) -> None:
    appeal = actions.rerun(cast("office"), upheld)
    new = execute(Run.objects.get(pk=appeal.new_run_id))

    points = [Placed.objects.get(run=one, unit=appeal.unit).points for one in (run, new)]
    assert (new.state, new.number, points) == ("done", 2, ["91.30", "97.30"])


def test_all_upheld_appeals_wait_for_the_same_run(upheld: Appeal, card: Placed, cast: Cast) -> None:
    other = actions.take(cast("reviewer"), actions.file(cast("reporter"), card, node="execution", reason="应为 95"))
    actions.uphold(cast("reviewer"), other, outcome="属实", value="95")

    actions.rerun(cast("office"), upheld)

    assert Run.objects.count() == 2
    assert set(Appeal.objects.values_list("new_run__number", flat=True)) == {2}
    assert Run.objects.first().reason == f"申诉更正后重新计算（申诉 {other.pk}、{upheld.pk}）"  # type: ignore[union-attr]  # there is one


def test_a_stranger_cannot(upheld: Appeal, cast: Cast) -> None:
    for name in ["reviewer", "committee", "leader", "auditor"]:
        assert (name, refusal(actions.rerun, cast(name), upheld)) == (name, "stranger")


def test_only_once_and_only_what_was_upheld(upheld: Appeal, cast: Cast) -> None:
    for state in ["filed", "reviewing", "dismissed"]:
        Appeal.objects.update(state=state)
        assert refusal(actions.rerun, cast("office"), upheld) == "state"
    Appeal.objects.update(state="upheld")
    actions.rerun(cast("office"), upheld)
    assert refusal(actions.rerun, cast("office"), upheld) == "state"


def test_the_audit_lines_are_exact(upheld: Appeal, cast: Cast) -> None:
    actions.rerun(cast("office"), upheld)

    *_others, outer, inner = Entry.objects.order_by("number")
    assert (outer.verb, outer.content, inner.verb) == ("appeal.rerun", {}, "run.start")


def test_the_list_costs_one_query(upheld: Appeal, cast: Cast, django_assert_num_queries: pytest.FixtureRequest) -> None:
    person = cast("office")
    assert person.role_list

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert list(allowed(person, "appeal.rerun")) == [upheld]
