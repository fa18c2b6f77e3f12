"""cycle.roll: the next year begins with what this one leaves, and this one stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify import conftest as rectify
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.models import Entry, Notice
from windvane_web.core.permission import allowed
from windvane_web.desk import actions
from windvane_web.org.models import Cycle, Role, Succession, Unit
from windvane_web.rectify.models import Problem
from windvane_web.scheme.models import Book, BookTask, Version
from windvane_web.work.models import Report

year, files, member, at, enter = rectify.year, rectify.files, rectify.member, rectify.at, rectify.enter
NEXT = {"code": "2020", "zh": "2020年度", "en": "2020", "start": date(2020, 1, 1), "end": date(2020, 12, 31)}


@pytest.fixture
def over(year: Cycle) -> Cycle:
    """The year in its last phase; water built 9 of 10 km of dykes, transport 12, with milestones and a parameter that is a day."""
    Report.objects.filter(task__book__unit__code="transport").update(verified_value="12")
    dated = {
        "milestones": [["2019-06-30", "4"]],
        "params": {"lowest": "2020-02-29"},
        "facts": {"target": "10", "base": "8"},
        "source": "工作要点",
    }
    BookTask.objects.update(**dated)
    year.phase = "results"
    year.save()
    return year


def test_units_classes_and_the_scheme_are_taken_along(over: Cycle, cast: Cast) -> None:
    new = actions.roll(cast("office"), over, **NEXT)

    version = Version.objects.get(cycle=new)
    assert (new.previous, new.phase, new.simulated) == (over, "draft", True)
    assert list(new.memberships.values_list("unit__code", "cls__code")) == list(over.memberships.values_list("unit__code", "cls__code"))
    assert (version.state, version.made_by, version.note) == ("draft", cast("office"), "由2019年度第 1 版结转，日期顺延")
    assert "title: {zh: 2020年度考核, en: Assessment 2020}" in version.text
    assert "cycle: {from: 2020-01-01, to: 2020-12-31}" in version.text


def test_books_are_drafts_with_targets_proposed_from_what_was_reached(over: Cycle, cast: Cast) -> None:
    new = actions.roll(cast("office"), over, **NEXT)

    assert set(Book.objects.filter(cycle=new).values_list("state", flat=True)) == {"draft"}
    rows = {task.book.unit.code: task for task in BookTask.objects.filter(book__cycle=new).select_related("book__unit")}
    assert (rows["water"].facts, rows["water"].source) == ({"target": "10", "base": "9"}, "工作要点；结转：上年目标 10，核定 9，提议 10")
    assert (rows["transport"].facts, rows["transport"].source) == (
        {"target": "12", "base": "12"},
        "工作要点；结转：上年目标 10，核定 12，提议 12",
    )
    assert (rows["water"].milestones, rows["water"].params) == ([["2020-06-30", "4"]], {"lowest": "2021-02-28"})


@pytest.mark.parametrize(
    ("better", "actual", "target"), [("high", "10.25", "10.25"), ("low", "10.25", "10"), ("low", "9.5", "9.5"), ("high", "提前", "10")]
)
def test_the_better_of_target_and_what_was_reached(over: Cycle, cast: Cast, better: str, actual: str, target: str) -> None:
    BookTask.objects.update(better=better)
    Report.objects.update(verified_value=actual)

    actions.roll(cast("office"), over, **NEXT)

    assert BookTask.objects.get(book__cycle__code="2020", book__unit__code="water").facts["target"] == target


def test_an_amended_task_is_taken_as_it_stands_at_the_end(over: Cycle, cast: Cast) -> None:
    task = BookTask.objects.get(book__unit__code="water")
    amended = {"facts": {"target": "11"}, "since": date(2019, 7, 1), "reason": "批准", "approval": "1号"}
    BookTask.objects.create(book=task.book, entry="t1", slot="key_work", zh="修建堤防（调整）", **amended)

    actions.roll(cast("office"), over, **NEXT)

    new = BookTask.objects.get(book__cycle__code="2020", book__unit__code="water")
    assert (new.zh, new.facts, new.since, new.reason, new.approval) == ("修建堤防（调整）", {"target": "11"}, None, "", "")


def test_units_that_merged_go_on_as_their_successor(over: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    merged = Unit.objects.create(code="works", zh="省水利交通厅", order=9)
    for code in ("water", "transport"):
        Succession.objects.create(old=units[code], new=merged, kind="merged", day=date(2020, 1, 1))
    BookTask.objects.filter(book__unit__code="finance").update(joint="water/t1", lead="water", partners=["transport"])

    new = actions.roll(cast("office"), over, **NEXT)

    assert sorted(new.memberships.values_list("unit__code", flat=True)) == ["finance", "justice", "publicity", "united_front", "works"]
    tasks = list(BookTask.objects.filter(book__cycle=new, book__unit=merged).values_list("entry", "order"))
    finance = BookTask.objects.get(book__cycle=new, book__unit__code="finance")
    assert tasks == [("t1", 0), ("t1_2", 1)]
    assert (finance.joint, finance.lead, finance.partners) == ("works/t1", "works", ["works"])
    assert Notice.objects.get(person=cast("security")).text == "2020年度有机构变动，请调整有关人员的单位和角色。"


def test_a_change_after_the_next_year_does_not_count_yet(over: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    Succession.objects.create(old=units["water"], new=units["transport"], kind="merged", day=date(2021, 1, 1))

    new = actions.roll(cast("office"), over, **NEXT)

    assert new.memberships.filter(unit=units["water"]).exists()


def test_open_problems_go_on(over: Cycle, at: Callable[..., Problem], units: dict[str, Unit], cast: Cast) -> None:
    for state in ["found", "planned", "closed", "dropped"]:
        at(state, title=state)

    new = actions.roll(cast("office"), over, **NEXT)

    planned = Problem.objects.get(cycle=new, title="planned")
    assert sorted(Problem.objects.filter(cycle=new).values_list("title", flat=True)) == ["found", "planned"]
    assert (planned.state, planned.goal, planned.deadline) == ("planned", "六月底前补齐 1 公里", date(2020, 6, 30))
    assert (list(planned.partners.all()), planned.carried_from.cycle if planned.carried_from else None) == ([units["transport"]], over)
    assert list(allowed(cast("reporter"), "problem.report_done")) == [planned]


def test_roles_are_kept_as_they_are(over: Cycle, cast: Cast) -> None:
    Role.objects.filter(user=cast("verifier")).update(cycle=over)
    before = list(Role.objects.values_list("user", "kind", "unit", "cycle"))

    actions.roll(cast("office"), over, **NEXT)

    assert list(Role.objects.values_list("user", "kind", "unit", "cycle")) == before


def test_never_twice(over: Cycle, cast: Cast) -> None:
    actions.roll(cast("office"), over, **NEXT)

    assert refusal(actions.roll, cast("office"), over, **{**NEXT, "code": "2020b"}) == "state"


def test_an_earlier_year_or_a_known_code_changes_nothing(over: Cycle, cast: Cast) -> None:
    for wrong in [{"start": date(2019, 1, 1)}, {"code": "2019"}, {"end": date(2019, 12, 31)}]:
        with pytest.raises(ValidationError):
            actions.roll(cast("office"), over, **{**NEXT, **wrong})
    assert Cycle.objects.count() == 1


def test_a_stranger_cannot(over: Cycle, cast: Cast) -> None:
    for name in ["committee", "leader", "reporter", "auditor", "security"]:
        assert (name, refusal(actions.roll, cast(name), over, **NEXT)) == (name, "stranger")


def test_only_when_the_results_are_out(over: Cycle, cast: Cast) -> None:
    for phase in ["draft", "tracking", "scoring"]:
        Cycle.objects.update(phase=phase)
        assert (phase, refusal(actions.roll, cast("office"), over, **NEXT)) == (phase, "state")


def test_the_audit_lines_are_exact(over: Cycle, cast: Cast) -> None:
    actions.roll(cast("office"), over, **NEXT)

    said = {"code": "2020", "zh": "2020年度", "en": "2020", "start": "2020-01-01", "end": "2020-12-31"}
    assert [(line.verb, line.subject_label) for line in Entry.objects.order_by("number")] == [
        ("cycle.roll", "2020年度"),
        ("cycle.open", "2020年度"),
        ("scheme.draft", last_line()[2]),
    ]
    assert Entry.objects.get(verb="cycle.roll").content == said


def test_the_list_costs_one_query(over: Cycle, cast: Cast, django_assert_num_queries: pytest.FixtureRequest) -> None:
    person = cast("office")
    assert person.role_list

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert list(allowed(person, "cycle.roll")) == [over]


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "1 项任务的目标值有变"), ("en", "Tasks with another target: 1")])
def test_the_page_says_what_will_happen(over: Cycle, enter: Callable[..., Client], language: str, words: str) -> None:
    client = enter("office", language)

    assert words in client.get("/roll").content.decode()
    assert client.post("/roll", {**NEXT, "start": "2020-01-01", "end": "2020-12-31"}).status_code == 302
    assert Cycle.objects.filter(previous=over).count() == 1
    assert client.get("/roll?cycle=2019").status_code == 200


def test_the_page_is_for_the_office(over: Cycle, enter: Callable[..., Client]) -> None:
    assert enter("leader").get("/roll").status_code == 403
