"""Every page for those who may, in both languages; nothing for the others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import add_report, add_task, pdf

from windvane_web.org.models import Cycle
from windvane_web.scheme.models import BookTask
from windvane_web.work.actions import attach, enter_data
from windvane_web.work.models import Datum, Evidence, LedgerEntry, Report

Login = Callable[[str], Client]

PAGES = [
    ("tasks", "reporter leader office committee governor auditor verifier reviewer", "finance security"),
    ("sign", "leader", "reporter office verifier"),
    ("verify", "verifier office", "reporter leader finance auditor"),
    ("progress", "office committee governor auditor verifier", "reporter finance security"),
    ("ledger", "office justice auditor reporter leader", "security"),
    ("ledger/enter", "office justice", "reporter auditor verifier"),
    ("data", "office finance", "reporter auditor"),
    ("data/import", "office finance", "reporter auditor"),
    ("data/confirm", "office verifier", ""),
    ("data/of/execution", "office finance", "justice reporter"),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("page", "welcome", "others"), PAGES)
def test_pages_open_for_those_who_may(
    login: Login, signed: Report, entry: LedgerEntry, page: str, welcome: str, others: str, language: str
) -> None:
    for name in welcome.split():
        client = login(name)
        client.cookies["django_language"] = language
        answer = client.get(f"/work/{page}")
        assert answer.status_code == 200, name
        assert " style=" not in answer.content.decode() and "<style" not in answer.content.decode()
    for name in others.split():
        assert login(name).get(f"/work/{page}").status_code in (403, 404), name


@pytest.mark.parametrize("name", ["reporter", "leader", "office", "verifier", "auditor"])
def test_a_report_is_read_by_its_unit_and_the_office(login: Login, signed: Report, name: str) -> None:
    assert login(name).get(f"/work/reports/{signed.pk}").status_code == 200


@pytest.mark.parametrize("name", ["stranger", "strange_leader", "finance", "security"])
def test_for_others_a_report_does_not_exist(login: Login, signed: Report, cast: Cast, name: str) -> None:
    attach_to(signed, cast)

    assert login(name).get(f"/work/reports/{signed.pk}").status_code == 404
    assert login(name).get(f"/work/evidence/{Evidence.objects.get().pk}").status_code == 404


def attach_to(report: Report, cast: Cast) -> None:
    state = report.state
    Report.objects.filter(pk=report.pk).update(state="draft")
    attach(cast("reporter"), report, file=pdf())
    Report.objects.filter(pk=report.pk).update(state=state)


def test_evidence_leaves_as_an_attachment(login: Login, signed: Report, cast: Cast) -> None:
    attach_to(signed, cast)

    answer = login("verifier").get(f"/work/evidence/{Evidence.objects.get().pk}")

    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, "application/pdf", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer.content == pdf().content


def test_one_form_saves_attaches_and_submits(login: Login, report: Report) -> None:
    file = SimpleUploadedFile("报告.pdf", b"%PDF-1.7")

    answer = login("reporter").post(
        f"/work/reports/{report.pk}", {"value": "98.5", "text": "完成", "files": file, "do": "submit", "seen": "1"}
    )

    assert answer["Location"] == "/work/tasks"
    saved = Report.objects.get()
    assert (saved.state, saved.value, saved.text, saved.evidence.get().name) == ("submitted", "98.5", "完成", "报告.pdf")


def test_a_mistake_keeps_what_was_typed_and_saves_nothing(login: Login, report: Report) -> None:
    answer = login("reporter").post(f"/work/reports/{report.pk}", {"value": "九十八", "text": "写了很久", "do": "submit", "seen": "1"})

    assert answer.status_code == 422
    assert "九十八" in answer.content.decode() and "写了很久" in answer.content.decode()
    assert (Report.objects.get().state, Report.objects.get().text) == ("draft", "")


def test_of_two_editors_the_second_gets_409(login: Login, report: Report) -> None:
    client = login("reporter")
    client.post(f"/work/reports/{report.pk}", {"value": "1", "do": "save", "seen": "1"})

    assert client.post(f"/work/reports/{report.pk}", {"value": "2", "do": "save", "seen": "1"}).status_code == 409


def test_the_leader_signs_one_or_all_that_are_ticked(login: Login, year: Cycle, cast: Cast) -> None:
    found = [add_report(add_task(year, cast.units["water"], f"t{i}"), "submitted", value="1", reporter=cast("reporter")) for i in range(3)]
    client = login("leader")

    client.post("/work/sign", {"one": found[0].pk, "ids": [found[1].pk]})
    assert list(Report.objects.order_by("pk").values_list("state", flat=True)) == ["signed", "submitted", "submitted"]

    client.post("/work/sign", {"ids": [found[1].pk, found[2].pk]})
    assert set(Report.objects.values_list("state", flat=True)) == {"signed"}


def test_the_leader_sends_back_from_the_page(login: Login, year: Cycle, task: BookTask, cast: Cast) -> None:
    found = add_report(task, "submitted", value="1", reporter=cast("reporter"))

    login("leader").post(f"/work/reports/{found.pk}/sign", {"do": "return", "reason": "缺材料"})

    assert (Report.objects.get().state, Report.objects.get().note) == ("returned", "缺材料")


def test_verifying_leads_to_the_next(login: Login, year: Cycle, cast: Cast) -> None:
    people = {"value": "98", "reporter": cast("reporter"), "signer": cast("leader")}
    first, second = (add_report(add_task(year, cast.units["water"], f"t{i}"), "signed", **people) for i in range(2))
    client = login("verifier")

    page = client.get(f"/work/verify/{first.pk}").content.decode()
    assert "第 1 / 2 件" in page and "98.00 %" in page
    answer = client.post(f"/work/verify/{first.pk}", {"value": "98", "note": "", "do": "verify", "seen": "1"})

    assert answer["Location"] == f"/work/verify/{second.pk}"
    assert client.post(f"/work/verify/{second.pk}", {"note": "缺页", "do": "return"})["Location"] == "/work/verify"
    assert [r.state for r in Report.objects.order_by("pk")] == ["verified", "returned"]


def test_a_changed_value_without_reason_stays_on_the_page(login: Login, signed: Report) -> None:
    answer = login("verifier").post(f"/work/verify/{signed.pk}", {"value": "90", "note": "", "do": "verify"})

    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()


def test_the_effect_of_a_value_is_shown_before_it_is_set(login: Login, signed: Report) -> None:
    page = login("verifier").get(f"/work/verify/{signed.pk}/effect?value=90").content.decode()

    assert "-8.5" in page
    assert page.count("98.50") == 2 and page.count("90.00") == 2


def test_progress_counts_from_the_database(login: Login, year: Cycle, verified: Report, cast: Cast) -> None:
    met = add_report(add_task(year, cast.units["transport"], "t01"), "verified", value="101", verified_value="101", verifier=cast("office"))

    page = login("office").get("/work/progress").content.decode()

    assert met.task.book.unit.zh in page
    assert re.search(r'政府机关 4 个单位</dt><dd class="wv-v mb-0">1<small>/ 2 个', page)
    assert "滞后 1 个" in page and "完成率 50.00 %，1 个超目标" in page


def test_the_office_opens_reports_from_the_page(login: Login, task: BookTask) -> None:
    login("office").post("/work/progress/open", {"milestones": "yes"})

    assert Report.objects.count() == 1


def test_a_doubtful_entry_is_asked_about_once(login: Login, year: Cycle, entry: LedgerEntry) -> None:
    client = login("justice")
    given = {"unit": entry.unit_id, "kind": "law:flaw", "day": "2019-05-06", "title": entry.title, "document": "司备审〔2019〕2号"}

    answer = client.post("/work/ledger/enter", given)
    assert answer.status_code == 422 and "已有相近的一条" in answer.content.decode()

    client.post("/work/ledger/enter", {**given, "sure": "on"})
    assert LedgerEntry.objects.count() == 2


def test_the_office_approves_from_the_page(login: Login, entry: LedgerEntry) -> None:
    client = login("office")
    assert "上限" not in client.get(f"/work/ledger/{entry.pk}").content.decode()

    client.post(f"/work/ledger/{entry.pk}/decide", {"do": "approve", "seen": "1"})

    assert LedgerEntry.objects.get().state == "approved"


def test_rejecting_without_reason_is_said_in_words(login: Login, entry: LedgerEntry) -> None:
    answer = login("office").post(f"/work/ledger/{entry.pk}/decide", {"do": "reject", "note": ""}, follow=True)

    assert "请写明不予批准的理由" in answer.content.decode()


def test_the_grid_saves_what_changed(login: Login, year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells={"water": {"numerator": "92", "denominator": "100"}})

    answer = login("office").post("/work/data/of/execution", {"water.numerator": "93", "water.denominator": "100", "document": "财1号"})

    assert answer.status_code == 302
    assert [(d.name, d.value, d.entered_by.username) for d in Datum.objects.order_by("name") if d.entered_by] == [
        ("denominator", "100", "finance"),
        ("numerator", "93", "office"),
    ]


def test_mistakes_in_the_grid_keep_everything_typed(login: Login, year: Cycle) -> None:
    answer = login("finance").post("/work/data/of/execution", {"water.numerator": "12O", "transport.numerator": "7"})

    assert answer.status_code == 422
    assert 'value="12O"' in answer.content.decode() and 'value="7"' in answer.content.decode()
    assert Datum.objects.count() == 0


def test_a_template_is_read_back_by_the_import(login: Login, year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells={"water": {"numerator": "92.5", "denominator": "—"}})
    client = login("finance")
    template = client.get("/work/data/of/execution?export=xlsx").content
    Datum.objects.all().delete()

    preview = client.post("/work/data/import", {"file": SimpleUploadedFile("模板.xlsx", template), "do": "preview"})
    assert preview.status_code == 200 and "92.5" in preview.content.decode()
    assert Datum.objects.count() == 0
    client.post("/work/data/import", {"do": "confirm"})

    assert sorted(Datum.objects.values_list("name", "value")) == [("denominator", "未报"), ("numerator", "92.5")]


def test_an_import_shows_every_mistake(login: Login, year: Cycle) -> None:
    file = SimpleUploadedFile("数.csv", b"unit,execution.numerator\nwater,12O\nnobody,1\n")

    answer = login("finance").post("/work/data/import", {"file": file, "do": "preview"})

    assert answer.status_code == 422
    assert "有 2 处需要改正" in answer.content.decode()


def test_lists_filter_sort_and_export_exactly_what_they_show(login: Login, year: Cycle, cast: Cast) -> None:
    for i, state in enumerate(("draft", "signed", "draft")):
        add_report(add_task(year, cast.units["water"], f"t{i}"), state, value="1")
    client = login("office")

    page = client.get("/work/tasks?state=draft&sort=-task").content.decode()
    file = client.get("/work/tasks?state=draft&sort=-task&export=csv").content.decode("utf-8-sig")

    assert page.index("任务t2") < page.index("任务t0") and "任务t1" not in page and "共 2 条" in page
    assert [line.split(",")[1] for line in file.splitlines()] == ["任务", "任务t2", "任务t0"]
    assert client.get("/work/tasks?export=xlsx")["Content-Disposition"].startswith("attachment")


def test_a_list_costs_the_same_for_one_and_three(
    login: Login, year: Cycle, cast: Cast, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client = login("office")
    costs = []
    for number in (1, 3):
        for i in range(number):
            add_report(add_task(year, cast.units["water"], f"{number}_{i}"))
        with django_assert_max_num_queries(60) as counted:  # type: ignore[operator]  # a fixture that is a context manager
            client.get("/work/tasks")
        costs.append(len(counted))
    assert costs[0] == costs[1]
