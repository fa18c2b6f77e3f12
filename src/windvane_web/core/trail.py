"""Pages of the audit trail: filter, export, check of the chain. Who reads it is declared as ``audit.read``."""

from __future__ import annotations

import json
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from windvane.files.tables import Sheet, csv_bytes
from windvane_web.core.audit import breaks
from windvane_web.core.checkpoints import faults, kept, public_key
from windvane_web.core.downloads import CSV, attachment
from windvane_web.core.models import Entry, Head
from windvane_web.core.permission import VERBS, allowed

MOST = 100_000  # lines of one export
HEADER = ("编号 number", "时间 at", "办理人 actor", "事项 verb", "对象 subject", "内容 content", "摘要 digest")


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def lines(request: HttpRequest) -> QuerySet[Entry]:
    """The lines that the reader may see and has asked for, the latest first."""
    found, asked = allowed(request.user, "audit.read"), request.GET
    if verb := asked.get("verb"):
        found = found.filter(verb=verb)
    if who := asked.get("who", "").strip():
        found = found.filter(Q(actor_label__icontains=who) | Q(actor__username=who))
    if what := asked.get("what", "").strip():
        found = found.filter(subject_label__icontains=what)
    if start := _day(asked.get("from", "")):
        found = found.filter(at__date__gte=start)
    if end := _day(asked.get("to", "")):
        found = found.filter(at__date__lte=end)
    return found.order_by("-number")


def _demand(request: HttpRequest) -> None:
    if not request.user.has("auditor", "audit"):  # type: ignore[union-attr]  # the login middleware lets only people in
        raise PermissionDenied


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    _demand(request)
    page = Paginator(lines(request), 50).get_page(request.GET.get("page"))
    verbs = sorted((name, verb.title) for name, verb in VERBS.items())
    return render(request, "core/trail.html", {"page": page, "verbs": verbs, "query": request.GET.urlencode()})


@require_safe
def trail_file(request: HttpRequest) -> HttpResponse:
    """Exactly what the page shows, as a table in which nothing is read as a formula."""
    _demand(request)
    rows = [_cells(one) for one in lines(request)[:MOST]]
    return attachment(csv_bytes(Sheet("audit", HEADER, rows)), "audit.csv", CSV)


def _cells(one: Entry) -> tuple[str, ...]:
    content = json.dumps(one.content, ensure_ascii=False, sort_keys=True)
    at = timezone.localtime(one.at).isoformat(sep=" ", timespec="seconds")
    return (str(one.number), at, one.actor_label, one.verb, one.subject_label, content, one.digest)


@require_safe
def trail_check(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now and say whether it holds."""
    _demand(request)
    found = [*breaks(), *faults(public_key())]
    return render(request, "core/trail_check.html", {"found": found, "head": Head.objects.get(pk=1), "checkpoints": kept()[-10:][::-1]})
