"""problem.propose_all: what a run shows becomes problems: deductions, tasks not met, components below the median; never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import lines, refusal

from windvane_web.core.models import Entry, Notice
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Unit
from windvane_web.rectify import problem_actions as actions
from windvane_web.rectify.candidates import Candidate, candidates
from windvane_web.rectify.models import Problem
from windvane_web.results import engine
from windvane_web.results.models import Run
from windvane_web.scheme.models import Version
from windvane_web.work.models import LedgerEntry


@pytest.fixture
def shown(decided: Callable[[], Run], year: Cycle, units: dict[str, Unit], cast: Cast) -> tuple[Run, list[Candidate]]:
    """A decided run with a deduction of ``justice``, and what it shows."""
    version = Version.objects.get()
    version.text = version.text.replace("ledger: {commended:", "ledger: {flaw: {amount: -1, zh: 程序瑕疵, en: Flaw}, commended:")
    version.save()
    entry = {"unit": units["justice"], "indicator": "bonus", "kind": "flaw", "day": date(2019, 5, 1), "title": "两件文件程序有瑕疵"}
    people = {"entered_by": cast("office"), "approved_by": cast("office2")}
    LedgerEntry.objects.create(cycle=year, **entry, document="法〔2019〕7号", amount="-1", state="approved", **people)
    run = decided()
    return run, candidates(engine.load(run), run.number)


def of(unit: str, found: list[Candidate]) -> list[tuple[str, str, str, bool]]:
    return [(one.kind, one.title, one.origin, one.clear) for one in found if one.unit == unit]


def test_what_a_run_shows(shown: tuple[Run, list[Candidate]]) -> None:
    _run, found = shown

    assert of("justice", found) == [
        ("low", "重点工作低于同类中位", "第 1 次计算：得 30.00 分，同类中位 57.00 分，列第 4", True),
        ("low", "预算执行低于同类中位", "第 1 次计算：得 28.00 分，同类中位 36.00 分，列第 4", True),
        ("ledger", "两件文件程序有瑕疵（法〔2019〕7号）", "第 1 次计算：扣 1 分", True),
        ("task", "未完成：修建堤防", "第 1 次计算：得 0.50 分，满分 1 分", True),
    ]
    assert of("publicity", found) == []
    assert [(kind, clear) for kind, _title, _origin, clear in of("finance", found)] == [("low", False)]


def test_what_is_chosen_waits_for_the_units(shown: tuple[Run, list[Candidate]], cast: Cast) -> None:
    run, found = shown
    Notice.objects.all().delete()

    actions.propose_all(cast("office"), run, found=found)

    assert Problem.objects.filter(state="found", run=run).count() == len(found)
    assert Notice.objects.get(person__username="leader").text == "第 1 次计算提出了问题清单，请确认。"


def test_never_twice_in_a_year(shown: tuple[Run, list[Candidate]], decided: Callable[[], Run], cast: Cast) -> None:
    run, found = shown
    actions.propose_all(cast("office"), run, found=found[:2])
    later = decided()

    actions.propose_all(cast("office"), later, found=candidates(engine.load(later), later.number))

    assert Problem.objects.count() == len(found)
    with pytest.raises(ValidationError):
        actions.propose_all(cast("office"), run, found=found)


def test_a_stranger_cannot(shown: tuple[Run, list[Candidate]], cast: Cast) -> None:
    run, found = shown

    for name in ["verifier", "committee", "leader", "auditor"]:
        assert (name, refusal(actions.propose_all, cast(name), run, found=found)) == (name, "stranger")


def test_only_from_what_was_decided(shown: tuple[Run, list[Candidate]], cast: Cast) -> None:
    run, found = shown

    for state in ["running", "failed", "done", "superseded"]:
        Run.objects.update(state=state)
        assert (state, refusal(actions.propose_all, cast("office"), run, found=found)) == (state, "state")


def test_the_audit_lines_are_exact(shown: tuple[Run, list[Candidate]], cast: Cast) -> None:
    run, found = shown

    actions.propose_all(cast("office"), run, found=found[-2:])

    line = Entry.objects.get(verb="problem.propose_all")
    assert (line.subject_label, line.content) == ("2019年度 #1", {"found": [str(one) for one in found[-2:]]})
    assert lines("problem.find") == 2


def test_the_list_costs_one_query(shown: tuple[Run, list[Candidate]], cast: Cast, django_assert_num_queries: pytest.FixtureRequest) -> None:
    person = cast("office")
    assert person.role_list

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert list(allowed(person, "problem.propose_all")) == [shown[0]]
