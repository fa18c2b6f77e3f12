"""Verification: reported value | evidence | verified value, one after the other."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from windvane.decimals import decimal_text
from windvane_web.core.models import Entry
from windvane_web.core.permission import may
from windvane_web.org.models import Role
from windvane_web.work import actions
from windvane_web.work.columns import REPORT_SEARCH, report_columns
from windvane_web.work.effects import earned_share
from windvane_web.work.forms import me
from windvane_web.work.listing import Listing
from windvane_web.work.models import Report
from windvane_web.work.speaking import completion
from windvane_web.work.values import read_value
from windvane_web.work.views.reports import described, find_report, of_cycle

SHOWN = 12  # of the queue beside the present one


def waiting(request: HttpRequest) -> QuerySet[Report]:
    return of_cycle(request, "report.verify")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """All that waits to be verified, as a list."""
    if not me(request).has(Role.Kind.VERIFIER, Role.Kind.OFFICE):
        raise PermissionDenied
    listing = Listing(request, waiting(request), report_columns(own=False), (), REPORT_SEARCH, name=str(_("待核验")))
    first = listing.found.first()
    return listing.export() or render(request, "work/queue.html", {"listing": listing, "first": first})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One report beside its evidence; the conclusion leads to the next."""
    found = find_report(request, pk)
    if request.method != "POST":
        if not may(request.user, "report.verify", found):
            return redirect("work:report", pk=pk)
        return render(request, "work/verify.html", {**described(request, found), **_around(request, found), "typed": found.value})
    after = _next(request, found)
    try:
        _decided(request, found)
    except ValidationError as error:
        extra = {"errors": error.messages, "typed": request.POST.get("value", ""), "note": request.POST.get("note", "")}
        return render(request, "work/verify.html", {**described(request, found), **_around(request, found), **extra}, status=422)
    return redirect(after)


def _decided(request: HttpRequest, found: Report) -> None:
    note, seen = request.POST.get("note", ""), request.POST.get("seen", "")
    version: dict[str, Any] = {"seen": int(seen)} if seen.isdecimal() else {}
    if request.POST.get("do") == "return":
        actions.return_report(me(request), found, reason=note, **version)
        messages.success(request, _("已退回：%(report)s") % {"report": found})
    else:
        actions.verify(me(request), found, value=request.POST.get("value", ""), note=note, **version)
        messages.success(request, _("已核验：%(report)s") % {"report": found})


def _next(request: HttpRequest, found: Report) -> str:
    """The page of the one after this, else the first that waits, else the empty queue."""
    ids = list(waiting(request).values_list("pk", flat=True))
    place = ids.index(found.pk) if found.pk in ids else -1
    others = [*ids[place + 1 :], *ids[:place]] if place >= 0 else ids
    return reverse("work:verify_one", args=[others[0]]) if others else reverse("work:verify")


def _around(request: HttpRequest, found: Report) -> dict[str, Any]:
    ids = list(waiting(request).values_list("pk", flat=True))
    place = ids.index(found.pk) if found.pk in ids else 0
    start = max(0, min(place - 2, len(ids) - SHOWN))
    shown = Report.objects.filter(pk__in=ids[start : start + SHOWN]).select_related("task__book__unit")
    by_id = {report.pk: report for report in shown}
    today = timezone.localdate()
    done = Entry.objects.filter(actor=me(request), verb__in=("report.verify", "report.return"), at__date=today).count()
    return {
        "place": place + 1,
        "all": len(ids),
        "queue": [by_id[pk] for pk in ids[start : start + SHOWN] if pk in by_id],
        "before": ids[place - 1] if place > 0 else None,
        "after": ids[place + 1] if place + 1 < len(ids) else None,
        "rest": max(0, len(ids) - start - SHOWN),
        "done_today": done,
        "effect": effect(found, found.value),
    }


@require_safe
def effect_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What the typed value would change: for the part of the page beside the field."""
    found = find_report(request, pk)
    return render(request, "work/effect.html", {"effect": effect(found, request.GET.get("value", "")), "report": found})


def effect(found: Report, typed: str) -> dict[str, Any]:
    """Difference to the reported value, completion and share of the mark, before and after."""
    task = found.task
    said, now = read_value(found.value), read_value(typed, task.measure if task.measure != "date" else "")
    shares = [None if share is None else 100 * share for share in (earned_share(found, found.value), earned_share(found, typed))]
    return {
        "difference": decimal_text(now - said) if isinstance(now, Fraction) and isinstance(said, Fraction) else "",
        "rates": (completion(task, found.value), completion(task, typed) if isinstance(now, Fraction) else None),
        "shares": shares,
    }
