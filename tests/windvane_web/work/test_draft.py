from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import add_report, add_task, line

from windvane_web.core.action import Refused
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Unit
from windvane_web.work.actions import draft
from windvane_web.work.models import Report

SEEN: dict[str, Any] = {"seen": 1}  # the version that both were shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("98.5", "98.5"), ("１，２３４", "1234"), ("2公里", "2"), ("1/3", None), ("2019年6月1日", "2019-06-01"), ("未到期", "未到期")],
)
def test_a_value_is_kept_as_the_engine_reads_it(report: Report, cast: Cast, typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValidationError):
            draft(cast("reporter"), report, value=typed)
        return

    saved = draft(cast("reporter"), report, value=typed, text="  完成  ")

    assert (saved.value, saved.text, saved.reporter, saved.state, saved.version) == (kept, "完成", cast("reporter"), "draft", 2)


@pytest.mark.parametrize("word", ["提前", "Ahead", "ahead"])
def test_a_word_of_the_scheme_is_kept_by_its_code(year: Cycle, units: dict[str, Unit], cast: Cast, word: str) -> None:
    report = add_report(add_task(year, units["water"], "t02", rule="status", facts={}))

    assert draft(cast("reporter"), report, value=word).value == "ahead"


def test_a_word_for_a_number_is_refused(report: Report, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        draft(cast("reporter"), report, value="还行")

    assert refused.value.messages == ["“还行”不是可填的内容，可填：数字或日期。"]
    assert Report.objects.get().value == ""


def test_the_audit_line(report: Report, cast: Cast) -> None:
    draft(cast("reporter"), report, value="98.5", text="已完成")

    assert line() == ("report.draft", "reporter", {"value": "98.5", "text": "已完成"})


@pytest.mark.parametrize("name", ["stranger", "leader", "verifier", "office", "security"])
def test_only_the_units_reporter_drafts(report: Report, cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        draft(cast(name), report, value="1")

    assert refused.value.reason == "stranger"


def test_a_submitted_report_is_not_drafted(report: Report, cast: Cast) -> None:
    Report.objects.update(state="submitted")

    with pytest.raises(Refused) as refused:
        draft(cast("reporter"), report, value="1")

    assert refused.value.reason == "state"


def test_of_two_editors_the_second_is_told(report: Report, cast: Cast) -> None:
    draft(cast("reporter"), report, value="1", **SEEN)

    with pytest.raises(Refused) as refused:
        draft(cast("reporter"), report, value="2", **SEEN)

    assert refused.value.reason == "changed"
    assert Report.objects.get().value == "1"


def test_the_list_costs_the_same_for_one_and_three(
    year: Cycle, units: dict[str, Unit], cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reporter")
    assert person.role_list
    for number in (1, 3):
        for i in range(number):
            add_report(add_task(year, units["water"], f"{number}_{i}"))
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "report.draft")) == {1: 1, 3: 4}[number]
