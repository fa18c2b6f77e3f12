"""run.start: a snapshot of this moment is scored; what is wrong is said in words; the result can be computed again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast

from windvane_web.core.action import Refused
from windvane_web.core.jobs import run_waiting
from windvane_web.core.models import Entry
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Unit
from windvane_web.results import actions, engine
from windvane_web.results.models import Placed, Run, Snapshot
from windvane_web.results.queries import runs
from windvane_web.results.scoring import execute
from windvane_web.scheme.models import Version
from windvane_web.work.models import Datum, Report


def test_a_run_scores_the_facts_of_this_moment(year: Cycle, cast: Cast) -> None:
    run = actions.start(cast("office"), year, reason="年终计算")
    assert run_waiting() == 1

    run = Run.objects.get(pk=run.pk)
    assert (run.state, run.number, [p["code"] for p in run.problems]) == ("done", 1, [])
    places = {p.unit.code: (p.cls, p.rank, p.points, p.grade) for p in run.places.select_related("unit")}
    assert places == {
        "publicity": ("party", 1, "100.00", "excellent"),
        "united_front": ("party", 2, "90.00", "pass"),
        "transport": ("agency", 1, "98.00", "excellent"),
        "finance": ("agency", 2, "95.20", "excellent"),
        "water": ("agency", 3, "91.30", "pass"),
        "justice": ("agency", 4, "58.00", "pass"),
    }


def test_the_digest_is_computed_again_from_the_snapshot(scored: Callable[[], Run]) -> None:
    run = scored()
    engine.forget()

    assert engine.load(run).digest == run.digest
    assert engine.load(run) is engine.load(run)


def test_an_altered_snapshot_is_noticed(scored: Callable[[], Run]) -> None:
    run = scored()
    snapshot = Snapshot.objects.get(pk=run.snapshot_id)
    snapshot.content["facts.csv"] = snapshot.content["facts.csv"].replace(",92,", ",93,")
    snapshot.save()
    engine.forget()

    with pytest.raises(engine.Altered):
        engine.load(run)


def test_later_changes_do_not_reach_a_run(scored: Callable[[], Run]) -> None:
    run = scored()
    Datum.objects.filter(unit__code="water").update(value="10")
    engine.forget()

    assert engine.load(run)["water"].rank == 3


def test_reports_that_are_not_verified_and_data_that_are_not_confirmed_do_not_count(year: Cycle, scored: Callable[[], Run]) -> None:
    Report.objects.filter(task__book__unit__code="water").update(state="signed")
    Datum.objects.filter(unit__code="finance").update(state="entered")

    places = dict(scored().places.values_list("unit__code", "points"))

    assert (places["water"], places["finance"]) == ("37.30", "60.00")


def test_errors_in_the_data_fail_the_run_in_words(year: Cycle, scored: Callable[[], Run]) -> None:
    Datum.objects.filter(unit__code="water").update(value="120")

    run = scored()

    assert (run.state, run.digest, Placed.objects.count()) == ("failed", "", 0)
    wrong = [p for p in run.problems if p["severity"] == "error"]
    assert len(wrong) == 1 and "120" in wrong[0]["zh"] and "120" in wrong[0]["en"]


def test_executing_twice_leaves_the_same(scored: Callable[[], Run]) -> None:
    run = scored()

    again = execute(run)

    assert (again.digest, again.version, Placed.objects.count(), Snapshot.objects.count()) == (run.digest, run.version, 6, 1)


def test_units_apart_are_scored_without_rank(year: Cycle, apart: Unit, scored: Callable[[], Run]) -> None:
    place = scored().places.get(unit=apart)

    assert (place.rank, place.points, place.state) == (None, "58.00", "apart")


def test_only_the_office_starts(year: Cycle, cast: Cast) -> None:
    for name in ["reporter", "leader", "verifier", "committee", "governor", "auditor", "security", "finance", "reviewer"]:
        with pytest.raises(Refused) as refused:
            actions.start(cast(name), year, reason="年终计算")
        assert (name, refused.value.reason) == (name, "stranger")

    assert (Run.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize("phase", ["draft", "closed"])
def test_a_cycle_that_is_not_running_is_refused(year: Cycle, cast: Cast, phase: str) -> None:
    Cycle.objects.update(phase=phase)

    with pytest.raises(Refused) as refused:
        actions.start(cast("office"), year, reason="年终计算")

    assert refused.value.reason == "state"


def test_without_a_frozen_scheme_or_a_reason_nothing_starts(year: Cycle, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.start(cast("office"), year, reason=" ")
    Version.objects.update(state="superseded")
    with pytest.raises(ValidationError):
        actions.start(cast("office"), year, reason="年终计算")

    assert (Run.objects.count(), Entry.objects.count()) == (0, 0)


def test_the_audit_lines_name_reason_and_digests(scored: Callable[[], Run]) -> None:
    run = scored()
    snapshot = run.snapshot
    assert snapshot is not None

    lines = [(e.verb, e.actor_label, e.subject_label, e.content) for e in Entry.objects.all()]
    digests = {"state": "done", "digest": run.digest, "facts": snapshot.facts_digest, "plan": snapshot.plan_digest}
    assert lines == [
        ("run.start", "office", "2019年度 #1", {"reason": "年终计算"}),
        ("run.finish", "office", "2019年度 #1", digests),
    ]


def test_the_list_costs_the_same_for_one_and_three(
    scored: Callable[[], Run], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    scored()
    person = cast("office")
    assert person.role_list
    cycle = Cycle.objects.get()

    for _ in range(2):
        with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture that is a context manager
            assert all(run.state == "done" and not run.publications.all() for run in runs(person, cycle))
        scored()
        scored()
    assert allowed(person, "run.start").count() == 1
