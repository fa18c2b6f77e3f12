"""Pages of target books: the list, one book, its tasks, printing, import, freezing, amendments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from windvane import Problem
from windvane_web.core.attempt import attempt
from windvane_web.core.downloads import CSV, XLSX, attachment
from windvane_web.core.permission import allowed, may
from windvane_web.org.models import Membership, Role
from windvane_web.org.queries import current_class, current_cycle
from windvane_web.scheme import book_actions as deeds
from windvane_web.scheme import facts, rows
from windvane_web.scheme.checking import problems_of, working_scheme
from windvane_web.scheme.content import file_of, words_of
from windvane_web.scheme.forms import AmendForm, ApprovalForm, RemarkForm, TaskForm, UploadForm, books_of_upload
from windvane_web.scheme.models import Book, BookTask
from windvane_web.scheme.views import Said, demand, form_page, me, said, seen_of

DEEDS: dict[str, Callable[..., Book]] = {
    "submit": deeds.submit,
    "agree": deeds.agree,
    "send_back": deeds.send_back,
    "confirm": deeds.confirm,
    "freeze": deeds.freeze_book,
}
REMARKED = ("agree", "send_back")


def _book(request: HttpRequest, pk: int) -> Book:
    found: Book = get_object_or_404(allowed(me(request), "book.see").select_related("cycle", "unit"), pk=pk)
    return found


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    cycle, person = current_cycle(request), me(request)
    found = rows.unit_rows(cycle, current_class(request), person)
    wanted, text = request.GET.get("state", ""), request.GET.get("q", "").strip().lower()
    shown = [row for row in found if wanted in ("", row.state) and text in row.words]
    if order := rows.SORTS.get(request.GET.get("sort", "")):
        shown.sort(key=order)
    freezable = allowed(person, "book.freeze").filter(cycle=cycle).count()
    deciding = allowed(person, "amendment.approve").filter(book__cycle=cycle).count()
    extra = {"may_import": may(person, "book.import", cycle), "freezable": freezable, "deciding": deciding, "wanted": wanted, "q": text}
    tasks = sum(row.tasks for row in shown)
    return render(request, "scheme/books.html", {"rows": shown, "counts": rows.counts(found), "all": len(found), "tasks": tasks, **extra})


@require_safe
def books_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The books that the list shows, in the form in which they can be brought in again."""
    cycle, cls = current_cycle(request), current_class(request)
    found = allowed(me(request), "book.see").filter(cycle=cycle).select_related("unit").prefetch_related("tasks")
    if cls:
        found = found.filter(unit__memberships__cycle=cycle, unit__memberships__cls=cls)
    if state := request.GET.get("state"):
        found = found.filter(state=state)
    content = file_of([facts.book(one) for one in found], f".{kind}")
    return attachment(content, f"books-{cycle.code}.{kind}", XLSX if kind == "xlsx" else CSV)


@form_page
def import_books(request: HttpRequest) -> HttpResponse:
    """All books from one file: every mistake with its cell, or all of them."""
    cycle = current_cycle(request)
    demand(request, "book.import", cycle)
    form, mistakes = UploadForm(request.POST or None, request.FILES or None), list[Said]()
    if request.method == "POST" and form.is_valid():
        found = books_of_upload(form.cleaned_data["file"])
        if isinstance(found, list):
            mistakes = said(found)
        elif attempt(form, lambda _data: deeds.import_books(me(request), cycle, books=found)):
            messages.success(request, _("已导入 %(n)s 个单位的目标任务书，等待单位负责人确认。") % {"n": len(found)})
            return redirect("scheme:books")
    titles = {"title": _("导入目标任务书"), "button": _("导入"), "back": reverse("scheme:books"), "back_title": _("目标任务书")}
    sub = _("全部正确才导入；导入的任务书视为考核办已审核")
    return render(request, "core/form_page.html", {"form": form, "mistakes": mistakes, "sub": sub, **titles})


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    book = deeds.draft_book(me(request), get_object_or_404(Membership, pk=pk))
    return redirect("scheme:book", book.pk)


@require_safe
def book(request: HttpRequest, pk: int) -> HttpResponse:
    found = _book(request, pk)
    return render(request, "scheme/book.html", {**_shown(request, found), "remark": RemarkForm()})


def _shown(request: HttpRequest, found: Book) -> dict[str, Any]:
    person, scheme = me(request), working_scheme(found.cycle)
    tasks = rows.task_rows(found, scheme, person)
    problems = problems_of(found) if found.state != Book.State.FROZEN else list[Problem]()
    return {
        "book": found,
        "tasks": tasks,
        "in_force": sum(1 for row in tasks if not row.amends),
        "problems": said(problems),
        "history": rows.history(found),
        "amendable": set(allowed(person, "amendment.propose").filter(book=found).values_list("pk", flat=True)),
    }


@require_safe
def print_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The book as a document on A4."""
    found = _book(request, pk)
    return render(request, "scheme/print.html", _shown(request, found))


@require_POST
def deed(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of a book on its way; what the step finds wrong is told on the book's page."""
    found = _book(request, pk)
    if verb not in DEEDS:
        raise Http404
    content = {"remark": request.POST.get("remark", "").strip()[:500]} if verb in REMARKED else {}
    try:
        DEEDS[verb](me(request), found, seen=seen_of(request), **content)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("已办理：%(state)s") % {"state": Book.objects.get(pk=pk).get_state_display()})
    return redirect("scheme:book", pk)


@form_page
def freeze_all(request: HttpRequest) -> HttpResponse:
    """Freeze all confirmed books of the cycle, all or none, after showing which."""
    cycle, person = current_cycle(request), me(request)
    if not person.has(Role.Kind.OFFICE):
        raise PermissionDenied
    waiting = list(allowed(person, "book.freeze").filter(cycle=cycle).select_related("unit", "cycle").prefetch_related("tasks"))
    refused: list[str] = []
    if request.method == "POST":
        try:
            with transaction.atomic():
                for one in waiting:
                    deeds.freeze_book(person, one)
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("已冻结 %(n)s 份目标任务书。") % {"n": len(waiting)})
            return redirect("scheme:books")
    return render(request, "scheme/freeze_books.html", {"waiting": waiting, "refused": refused})


@form_page
def add_task(request: HttpRequest, pk: int) -> HttpResponse:
    found = _book(request, pk)
    demand(request, "task.add", found)
    scheme = working_scheme(found.cycle)
    number = found.tasks.count() + 1
    form = TaskForm(request.POST or None, cycle=found.cycle, scheme=scheme, initial={"entry": f"t{number:02}", "weight": "1"})
    if request.method == "POST" and attempt(form, lambda _data: deeds.add_task(me(request), found, content=form.content)):
        messages.success(request, _("任务已增加。"))
        return redirect("scheme:add_task" if "again" in request.POST else "scheme:book", pk)
    return _task_page(request, found, form, _("增加任务"), {"again": True})


def _task(request: HttpRequest, pk: int) -> BookTask:
    found = get_object_or_404(BookTask.objects.select_related("book__unit", "book__cycle"), pk=pk)
    _book(request, found.book_id)  # who does not see the book does not see its tasks
    return found


def _words(task: BookTask) -> dict[str, Any]:
    words = words_of(task)
    return {**words, "partners": task.partners, "sensitive": task.sensitive}


@form_page
def edit_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    demand(request, "task.edit", task)
    form = TaskForm(request.POST or None, cycle=task.book.cycle, scheme=working_scheme(task.book.cycle), initial=_words(task))
    seen = seen_of(request)
    if request.method == "POST" and attempt(form, lambda _data: deeds.edit_task(me(request), task, content=form.content, seen=seen)):
        messages.success(request, _("任务已保存。"))
        return redirect("scheme:book", task.book_id)
    return _task_page(request, task.book, form, _("修改任务"), {"task": task, "seen": seen or task.version})


def _task_page(request: HttpRequest, found: Book, form: TaskForm, title: str, more: dict[str, Any]) -> HttpResponse:
    return render(request, "scheme/task.html", {"book": found, "form": form, "title": title, **more})


@require_POST
def remove_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    deeds.remove_task(me(request), task, seen=seen_of(request))
    messages.success(request, _("任务已删除。"))
    return redirect("scheme:book", task.book_id)


@form_page
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    demand(request, "amendment.propose", task)
    form = AmendForm(request.POST or None, cycle=task.book.cycle, scheme=working_scheme(task.book.cycle), initial=_words(task))

    def ask(data: dict[str, Any]) -> BookTask:
        return deeds.propose(me(request), task, content=form.content, since=data["since"], reason=data["reason"])

    if request.method == "POST" and attempt(form, ask):
        messages.success(request, _("变更已报考核办审批；批准前仍按原任务执行。"))
        return redirect("scheme:book", task.book_id)
    return _task_page(request, task.book, form, _("申请变更任务"), {"task": task})


@require_safe
def amendments(request: HttpRequest) -> HttpResponse:
    cycle = current_cycle(request)
    found = [(row, rows.differences(old, row), decidable) for row, old, decidable in rows.amendments(cycle, me(request))]
    return render(
        request, "scheme/amendments.html", {"found": found, "waiting": sum(row.state == "proposed" for row, _diff, _may in found)}
    )


@form_page
def amendment(request: HttpRequest, pk: int) -> HttpResponse:
    """One amendment: what changes, why; approve with a document or reject with a reason."""
    task = _task(request, pk)
    if task.since is None:
        raise Http404
    rejects = "reject" in request.POST
    approval = ApprovalForm(request.POST if request.method == "POST" and not rejects else None)
    remark = RemarkForm(request.POST if request.method == "POST" and rejects else None)
    form: ApprovalForm | RemarkForm = remark if rejects else approval
    verb = deeds.reject if rejects else deeds.approve
    if request.method == "POST" and attempt(form, lambda data: verb(me(request), task, seen=seen_of(request), **data)):
        messages.success(request, _("变更已不予批准。") if rejects else _("变更已批准，自起始日起生效。"))
        return redirect("scheme:amendments")
    shown = {"task": task, "old": rows.amended(task), "approval": approval, "remark": remark}
    return render(request, "scheme/amendment.html", {**shown, "differences": rows.differences(rows.amended(task), task)})
