"""Pages of target books: list, book, task form, printing, import, amendments."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.windvane_web.conftest import Cast
from tests.windvane_web.scheme.conftest import MakeBook
from tests.windvane_web.scheme.test_pages import Visit

from windvane_web.org.models import Cycle
from windvane_web.scheme.models import Book, BookTask, Version

FORM = {
    "slot": "key_work", "entry": "t2", "title": "农村饮水", "weight": "2.5", "target": "１２０", "measure": "万人",
    "better": "high",
    "milestones": "2019年6月30日=40；2019-12-31=120", "rule": "completion", "params": "cap=1.2",
    "source": "省政府工作要点", "clause": "第4条",
}  # fmt: skip


@pytest.fixture
def visit(client: Client, cast: Cast) -> Visit:
    return Visit(client, cast)


def test_who_sees_which_book(visit: Visit, make_book: MakeBook, frozen: Version, cast: Cast) -> None:
    cast.add("law_verifier", "verifier", component="law")
    book = make_book()
    asked = {
        who: visit.status(who, f"/scheme/books/{book.pk}")
        for who in ("office", "reporter", "leader", "stranger", "verifier", "law_verifier", "security")
    }

    assert asked == {"office": 200, "reporter": 200, "leader": 200, "stranger": 404, "verifier": 200, "law_verifier": 404, "security": 404}


def test_a_reporter_writes_and_submits_a_book(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    book = make_book()
    client = visit.as_("reporter")
    assert client.post(f"/scheme/books/{book.pk}/add", FORM).status_code == 302

    task = BookTask.objects.get(entry="t2")
    assert (task.zh, task.facts, task.params, task.milestones) == (
        "农村饮水", {"target": "120"}, {"cap": "1.2"}, [["2019-06-30", "40"], ["2019-12-31", "120"]],
    )  # fmt: skip
    client.post(f"/scheme/books/{book.pk}/do/submit", {"seen": "1"})
    assert Book.objects.get().state == "submitted"


def test_a_mistake_stands_at_its_field_and_nothing_is_lost(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    page = visit.as_("reporter").post(f"/scheme/books/{make_book().pk}/add", {**FORM, "target": "十二", "milestones": "六月"})

    assert sorted(page.context["form"].errors) == ["milestones", "target"]
    assert 'value="农村饮水"' in page.content.decode() and BookTask.objects.count() == 1


def test_a_task_is_shown_in_the_form_as_it_was_written(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    book = make_book()
    client = visit.as_("reporter")
    full = {
        "item": "水利",
        "item_en": "Water",
        "facts": "previous=12.5",
        "partners": ["transport", "justice"],
        "lead": "water",
        "share": "0.6",
    }
    client.post(f"/scheme/books/{book.pk}/add", {**FORM, **full, "base": "3", "joint": "transport/t1", "sensitive": "on"})
    task = BookTask.objects.get(entry="t2")
    assert (task.facts, task.partners, task.sensitive) == (
        {"target": "120", "base": "3", "previous": "12.5"},
        ["transport", "justice"],
        True,
    )
    before = {f.name: getattr(task, f.name) for f in BookTask._meta.fields}

    form = client.get(f"/scheme/books/tasks/{task.pk}/edit").context["form"]
    client.post(f"/scheme/books/tasks/{task.pk}/edit", {**{k: v for k, v in form.initial.items() if v}, "seen": "1"})

    after = BookTask.objects.get(pk=task.pk)
    assert {f.name: getattr(after, f.name) for f in BookTask._meta.fields} == {**before, "version": 2}


def test_the_way_of_a_book_by_its_buttons(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    book = make_book(state="submitted")
    do = f"/scheme/books/{book.pk}/do/"
    visit.as_("verifier").post(do + "agree", {"seen": "1", "remark": "同意"})
    visit.as_("leader").post(do + "confirm", {"seen": "2"})
    visit.as_("office").post("/scheme/books/freeze")

    assert Book.objects.get().state == "frozen"
    assert visit.as_("office").post(do + "confirm").status_code == 403
    assert visit.as_("leader").post(do + "confirm").status_code == 409
    assert visit.as_("leader").post(do + "nothing").status_code == 404


def test_a_confidential_task_is_not_shown_to_others(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    book = make_book(sensitive=True)
    shown = {
        who: "新建水库" in visit.as_(who).get(f"/scheme/books/{book.pk}").content.decode()
        for who in ("reporter", "office", "governor", "verifier")
    }

    assert shown == {"reporter": True, "office": True, "governor": False, "verifier": False}


def test_import_tells_every_mistake_by_its_cell(visit: Visit, cycle: Cycle) -> None:
    bad = "unit,slot,entry,title,weight,target\nwater,key_work,a1,河道,x,5\nwater,key_work,a2,渠道,1,十\n"
    page = visit.as_("office").post("/scheme/books/import", {"file": SimpleUploadedFile("b.csv", bad.encode())}).content.decode()

    assert "books.csv:2 weight" in page and "books.csv:3 target" in page
    assert not Book.objects.exists()
    assert visit.status("reporter", "/scheme/books/import") == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported(visit: Visit, make_book: MakeBook, kind: str) -> None:
    make_book()
    make_book("transport")
    file = visit.as_("office").get(f"/scheme/books.{kind}")
    Book.objects.filter(unit__code="water").get().tasks.all().delete()

    visit.as_("office").post("/scheme/books/import", {"file": SimpleUploadedFile(f"b.{kind}", file.content)})

    assert list(Book.objects.values_list("state", "tasks__zh")) == [("agreed", "新建水库")] * 2


def test_a_change_is_asked_for_and_approved(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    task = make_book(state="frozen").tasks.get()
    client = visit.as_("reporter")
    form = client.get(f"/scheme/books/tasks/{task.pk}/amend").context["form"]
    words = {key: value for key, value in form.initial.items() if value} | {"target": "8", "since": "2019-07-01", "reason": "汛期"}
    assert client.post(f"/scheme/books/tasks/{task.pk}/amend", words).status_code == 302
    row = BookTask.objects.get(state="proposed")

    office = visit.as_("office")
    assert "10 座" in office.get(f"/scheme/amendments/{row.pk}").content.decode()
    assert office.post(f"/scheme/amendments/{row.pk}", {"approve": "1", "approval": "", "seen": "1"}).status_code == 200
    office.post(f"/scheme/amendments/{row.pk}", {"approve": "1", "approval": "省考核办〔2019〕12号", "seen": "1"})

    assert list(BookTask.objects.order_by("pk").values_list("state", "facts")) == [
        ("in_force", {"target": "10"}),
        ("in_force", {"target": "8"}),
    ]
    assert visit.status("stranger", f"/scheme/amendments/{row.pk}") == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(visit: Visit, make_book: MakeBook, proposed: BookTask, language: str) -> None:
    book, early = proposed.book, make_book("transport")
    pages = ["books", "books/import", "books/freeze", f"books/{book.pk}", f"books/{book.pk}/print", f"books/{early.pk}/add", "amendments"]
    pages += [f"books/tasks/{early.tasks.get().pk}/edit", f"amendments/{proposed.pk}", "versions", "compare", "draft"]

    assert {page: visit.as_("office", language).get(f"/scheme/{page}").status_code for page in pages} == dict.fromkeys(pages, 200)


def test_the_list_costs_the_same_for_one_book_and_for_three(visit: Visit, make_book: MakeBook, frozen: Version) -> None:
    client = visit.as_("office")
    client.get("/scheme/books")  # caches of the session and of the scheme
    counts = []
    for unit in ("water", "transport", "justice"):
        make_book(unit)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/scheme/books")
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_desk_shows_what_waits(visit: Visit, make_book: MakeBook, proposed: BookTask) -> None:
    make_book("transport", state="agreed")

    assert "省交通运输厅" in visit.as_("strange_leader").get("/").content.decode()
    assert "批准任务变更" in visit.as_("office").get("/").content.decode()
