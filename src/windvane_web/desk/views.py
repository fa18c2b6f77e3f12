"""The desk: what one has to do, has done, has started; reminders."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from windvane_web.core.permission import VERBS, may
from windvane_web.core.tasks import TASKS
from windvane_web.desk import actions, queries
from windvane_web.org.models import User
from windvane_web.org.queries import current_cycle, find_cycle


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the login middleware lets only people in
    return request.user


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    rows = queries.to_do(_me(request), find_cycle(request))
    wanted = request.GET.get("verb", "")
    shown = [row for row in rows if not wanted or row.verb == wanted]
    chips = [(verb, VERBS[verb].title, number) for verb, number in Counter(row.verb for row in rows).items()]
    page = Paginator(shown, 30).get_page(request.GET.get("page"))
    today = timezone.localdate()
    extra = {"page": page, "chips": chips, "wanted": wanted, "weeks": queries.month_of(today, rows), "tab": "todo"}
    return render(request, "desk/desk.html", {**_numbers(request, rows), **extra})


def _numbers(request: HttpRequest, rows: list[queries.Row]) -> dict[str, Any]:
    today, cycle = timezone.localdate(), find_cycle(request)
    due = [row.due for row in rows if row.due]
    return {
        "today": today,
        "all": len(rows),
        "late": sum(day < today for day in due),
        "due_today": sum(day == today for day in due),
        "soon": sum(today < day <= today + timedelta(days=7) for day in due),
        "days_left": max((cycle.end - today).days, 0) if cycle else None,
        "can_remind": bool(cycle and may(_me(request), "task.remind", cycle)),
    }


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.done_by(_me(request)), 50).get_page(request.GET.get("page"))
    return render(request, "desk/lines.html", {"page": page, "tab": "done", "title": _("已办")})


@require_safe
def started(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.started_by(_me(request)), 50).get_page(request.GET.get("page"))
    return render(request, "desk/lines.html", {"page": page, "tab": "started", "title": _("我发起的")})


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """What is overdue, whoever has to do it."""
    cycle = current_cycle(request)
    if not may(_me(request), "task.remind", cycle):
        raise PermissionDenied
    today = timezone.localdate()
    page = Paginator(queries.overdue_of_others(cycle, today), 50).get_page(request.GET.get("page"))
    return render(request, "desk/reminders.html", {"page": page, "today": today})


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    verb, row = request.POST.get("verb", ""), request.POST.get("row", "")
    if verb not in TASKS or not row.isdigit():
        raise Http404
    try:
        actions.remind(_me(request), current_cycle(request), verb=verb, row=int(row))
    except ValidationError as problem:
        messages.warning(request, problem.message)
    else:
        messages.success(request, _("已催办，对方会在通知中看到。"))
    return redirect("reminders")
