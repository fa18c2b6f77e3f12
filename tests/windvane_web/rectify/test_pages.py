"""Pages of appeals and problems: for those who may, in both languages; the deeds through the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.windvane_web.conftest import Cast

from windvane_web.org.models import Membership, User
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.results.models import Placed, Run

Enter = Callable[..., Client]


def form_of(card: Placed) -> str:
    return reverse("rectify:appeal_file", args=[card.run_id, card.unit.code, "key_work", "t1"])


def test_an_appeal_from_the_scorecard_to_the_new_run(card: Placed, enter: Enter) -> None:
    unit = enter("reporter")
    form = unit.get(form_of(card)).content.decode()
    assert "修建堤防" in form and "water竣工验收.pdf" in form
    assert unit.post(form_of(card), {"fact": "value", "wanted": "10", "reason": "验收单为 10 公里"}).status_code == 302
    appeal = Appeal.objects.get()
    page = reverse("rectify:appeal", args=[appeal.pk])

    reviewer = enter("reviewer")
    assert "受理申诉" in reviewer.get(page).content.decode()
    reviewer.post(reverse("rectify:take", args=[appeal.pk]))
    appeal.refresh_from_db()
    wrong = reviewer.post(reverse("rectify:uphold", args=[appeal.pk]), {"outcome": "属实", "value": "", "seen": appeal.version})
    assert "请填写更正后的数值" in wrong.content.decode()
    reviewer.post(reverse("rectify:uphold", args=[appeal.pk]), {"outcome": "属实", "value": "10", "seen": appeal.version})

    office = enter("office")
    assert "重新计算" in office.get(page).content.decode()
    office.post(reverse("rectify:rerun", args=[appeal.pk]))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.before, appeal.corrected, appeal.new_run.number if appeal.new_run else None) == ("upheld", "9", "10", 2)


def test_a_refused_appeal_keeps_what_was_typed(card: Placed, enter: Enter) -> None:
    answer = enter("reporter").post(form_of(card), {"fact": "value", "wanted": "10", "reason": ""})

    assert answer.status_code == 200
    assert 'value="10"' in answer.content.decode()


def test_an_indicator_shows_the_data_that_its_formula_reads(card: Placed, enter: Enter) -> None:
    client, form = enter("leader"), reverse("rectify:appeal_file", args=[card.run_id, card.unit.code, "execution"])

    assert '<input type="hidden" name="fact" value="value"' in client.get(form).content.decode()
    client.post(form, {"fact": "value", "wanted": "95", "reason": "决算为 95"})

    assert Appeal.objects.values_list("node", "fact", "before", "datum__value").get() == ("execution", "value", "92", "92")


def test_a_line_made_of_parts_leads_to_its_parts(card: Placed, enter: Enter) -> None:
    client = enter("reporter")

    answer = client.get(reverse("rectify:appeal_file", args=[card.run_id, card.unit.code, "key_work"]), follow=True)

    assert answer.redirect_chain == [(reverse("results:why", args=[card.run_id, card.unit.code, "key_work"]), 302)]
    assert "请打开有异议的那一部分" in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("stranger", 404), ("office", 403), ("security", 404), ("reviewer", 404)])
def test_the_form_is_for_the_unit(card: Placed, enter: Enter, name: str, status: int) -> None:
    assert enter(name).get(form_of(card)).status_code == status


@pytest.mark.parametrize(
    ("name", "status"), [("office", 200), ("committee", 200), ("reviewer", 200), ("reporter", 200), ("stranger", 404), ("verifier", 404)]
)
def test_who_sees_an_appeal(appeal: Appeal, enter: Enter, name: str, status: int) -> None:
    assert enter(name).get(reverse("rectify:appeal", args=[appeal.pk])).status_code == status


def test_lists_hold_only_what_one_sees(appeal: Appeal, at: Callable[..., Problem], enter: Enter) -> None:
    at("found")

    for name, seen in [("reporter", True), ("stranger", False), ("office", True)]:
        client = enter(name)
        assert ("堤防未达标" in client.get("/rectify/problems").content.decode()) is seen
        assert ("竣工验收单" in client.get("/rectify/appeals").content.decode()) is seen


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "问题清单"), ("en", "Problem list")])
def test_every_page_opens_in_both_languages(
    appeal: Appeal, at: Callable[..., Problem], run: Run, enter: Enter, language: str, words: str
) -> None:
    problem = at("reported")
    client = enter("office", language)

    assert words in client.get("/rectify/problems?light=late&sort=unit&kind=task&state=reported&q=堤").content.decode()
    for path in [
        "appeals",
        "appeals.xlsx",
        f"appeals/{appeal.pk}",
        "problems.xlsx",
        "problems/list",
        "problems/find",
        f"problems/{problem.pk}",
    ]:
        assert (path, client.get(f"/rectify/{path}").status_code) == (path, 200)
    for path in [f"problems/{problem.pk}/close", f"problems/{problem.pk}/send-back", f"runs/{run.pk}/propose"]:
        assert (path, client.get(f"/rectify/{path}").status_code) == (path, 200)


def test_a_problem_through_the_browser(member: Membership, enter: Enter, cast: Cast) -> None:
    enter("office").post(
        "/rectify/problems/find", {"member": member.pk, "title": "堤防未达标", "kind": "task", "node": "", "origin": "核验"}
    )
    problem = Problem.objects.get()
    plan = {"meeting": "厅长办公会", "meeting_day": "2020-04-01", "goal": "补齐", "deadline": "2020-06-30", "partners": []}
    road = [
        ("leader", "confirm", {}),
        ("leader", "plan", plan),
        ("reporter", "progress", {"text": "已开工"}),
        ("reporter", "done", {"result": "已补齐"}),
        ("verifier", "send-back", {"note": "差半公里"}),
        ("reporter", "done", {"result": "已全部补齐"}),
        ("verifier", "close", {"note": "属实"}),
    ]

    for name, deed, given in road:
        path = reverse("rectify:do", args=[problem.pk, deed])
        client = enter(name)
        assert (deed, client.get(path).status_code, client.post(path, given).status_code) == (deed, 200, 302)

    problem.refresh_from_db()
    assert (problem.state, problem.checked_by) == ("closed", User.objects.get(username="verifier"))
    page = enter("office").get(reverse("rectify:problem", args=[problem.pk])).content.decode()
    assert all(text in page for text in ["差半公里", "已全部补齐", "已开工", "已销号"])


def test_a_deed_is_for_those_who_may_and_in_its_state(at: Callable[..., Problem], enter: Enter) -> None:
    problem = at("found")

    assert enter("reporter").get(reverse("rectify:do", args=[problem.pk, "confirm"])).status_code == 403
    assert enter("leader").post(reverse("rectify:do", args=[problem.pk, "confirm"]), {"seen": "9"}).status_code == 409
    assert enter("leader").get(reverse("rectify:do", args=[problem.pk, "nothing"])).status_code == 404


def test_what_a_run_shows_is_ticked_and_proposed(run: Run, enter: Enter) -> None:
    client = enter("office")
    path = reverse("rectify:propose", args=[run.pk])
    page = client.get(path).content.decode()

    assert "未完成：修建堤防" in page
    assert client.post(path, {"chosen": ["water task key_work t1"]}).status_code == 302
    assert Problem.objects.values_list("title", flat=True).get() == "未完成：修建堤防"
    assert "water task key_work t1" not in client.get(path).content.decode()


def test_the_board_costs_the_same_for_one_and_three(
    at: Callable[..., Problem],
    enter: Enter,
    django_assert_num_queries: pytest.FixtureRequest,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, costs = enter("office"), []
    for count in (1, 3):
        while Problem.objects.count() < count:
            at("planned", title=f"问题{Problem.objects.count()}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/rectify/problems")
        costs.append(len(queries))
    assert costs[0] == costs[1]
