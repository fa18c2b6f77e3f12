from __future__ import annotations

from datetime import date

import pytest
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import add_task, line

from windvane_web.core.action import Refused
from windvane_web.org.models import Cycle, Unit
from windvane_web.scheme.models import Book, BookTask
from windvane_web.work.actions import open_reports
from windvane_web.work.models import Report

MILESTONES = [["2019-06-30", "40"], ["2019-12-31", "100"]]


def periods() -> list[tuple[str, str]]:
    return list(Report.objects.order_by("task__entry", "due").values_list("task__entry", "period"))


def test_one_report_for_the_year_and_one_a_milestone(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    add_task(year, units["water"], "t01", milestones=MILESTONES)
    add_task(year, units["water"], "t02")

    open_reports(cast("office"), year)

    assert periods() == [("t01", "2019-06-30"), ("t01", "year"), ("t02", "year")]
    assert Report.objects.get(period="2019-06-30").due == date(2019, 6, 30)
    assert line() == ("report.open", "office", {})


def test_opening_again_adds_nothing(year: Cycle, task: BookTask, cast: Cast) -> None:
    open_reports(cast("office"), year)
    open_reports(cast("office"), year)

    assert Report.objects.count() == 1


def test_without_milestones_only_the_year(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    add_task(year, units["water"], "t01", milestones=MILESTONES)

    open_reports(cast("office"), year, milestones=False)

    assert periods() == [("t01", "year")]


def test_joint_tasks_are_reported_by_their_lead(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    add_task(year, units["water"], "t01", joint="transport/t09")

    open_reports(cast("office"), year)

    assert periods() == []


def test_books_that_are_not_frozen_and_rows_not_in_force_give_no_reports(year: Cycle, task: BookTask, cast: Cast) -> None:
    add_task(year, cast.units["water"], "t02", state="proposed", since=date(2019, 7, 1))
    add_task(year, cast.units["transport"], "t01")
    Book.objects.filter(unit=cast.units["transport"]).update(state="draft")

    open_reports(cast("office"), year)

    assert [r.task for r in Report.objects.all()] == [task]


def test_an_untouched_report_follows_an_amendment(year: Cycle, task: BookTask, cast: Cast) -> None:
    open_reports(cast("office"), year)
    later = add_task(year, cast.units["water"], "t01", since=date(2019, 7, 1), facts={"target": "90"})

    open_reports(cast("office"), year)

    assert [r.task for r in Report.objects.all()] == [later]


@pytest.mark.parametrize("name", ["reporter", "verifier", "finance", "auditor"])
def test_only_the_office_opens(year: Cycle, cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        open_reports(cast(name), year)

    assert refused.value.reason == "stranger"


def test_a_closed_year_is_not_opened(year: Cycle, cast: Cast) -> None:
    Cycle.objects.update(phase="closed")

    with pytest.raises(Refused) as refused:
        open_reports(cast("office"), year)

    assert refused.value.reason == "state"
