"""Pages of appeals: the form on a line of the scorecard, the list, the review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane.render.phrases import Phrases
from windvane_web.core.attempt import attempt
from windvane_web.core.downloads import XLSX, attachment
from windvane_web.core.page import language
from windvane_web.core.permission import allowed, may
from windvane_web.org.models import User
from windvane_web.org.queries import current_cycle
from windvane_web.rectify import actions, lists, queries
from windvane_web.rectify.forms import AppealForm, DismissForm, UpholdForm
from windvane_web.rectify.models import Appeal
from windvane_web.rectify.sources import is_divided, line_of, node_of, node_titles, row_of, value_of
from windvane_web.results.engine import load
from windvane_web.results.models import Placed
from windvane_web.results.permissions import sees_all
from windvane_web.results.queries import objections_until
from windvane_web.results.reasons import Reason, reason
from windvane_web.results.records import records

form_page = require_http_methods(["GET", "HEAD", "POST"])


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the login middleware lets only people in
    return request.user


def demand(request: HttpRequest, verb: str, subject: Model) -> None:
    """A page for a deed exists for those who may do it."""
    if not may(person_of(request), verb, subject):
        raise PermissionDenied


def asked(request: HttpRequest) -> bool:
    return request.method == "POST"


def explained(placed: Placed, node: str, entry: str) -> Reason:
    """The line as the scorecard explains it."""
    found = reason(load(placed.run), placed.unit.code, node, entry, Phrases(language()))
    if found is None:
        raise Http404
    return found


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    cycle, state = current_cycle(request), request.GET.get("state", "")
    rows = list(queries.appeals(person_of(request), cycle))
    titles = node_titles(cycle, language())
    shown = [(one, line_of(one, titles)) for one in rows if state in ("", one.state)]
    chips = [(value, label, sum(one.state == value for one in rows)) for value, label in Appeal.State.choices]
    return render(request, "rectify/appeals.html", {"rows": shown, "chips": chips, "state": state, "all": len(rows)})


@require_safe
def appeals_file(request: HttpRequest) -> HttpResponse:
    cycle, state = current_cycle(request), request.GET.get("state", "")
    rows = [one for one in queries.appeals(person_of(request), cycle) if state in ("", one.state)]
    return attachment(lists.appeals_workbook(rows), f"appeals-{cycle.code}.xlsx", XLSX)


@form_page
def file(request: HttpRequest, pk: int, unit: str, node: str, entry: str = "") -> HttpResponse:
    """The form on one line: its formula and facts stand beside what the unit says."""
    seen = allowed(person_of(request), "scorecard.see").select_related("run__cycle", "run__snapshot__version", "unit")
    placed: Placed = get_object_or_404(seen, run_id=pk, unit__code=unit)
    demand(request, "appeal.file", placed)
    why, known = explained(placed, node, entry), node_of(placed.run, node)
    if not entry and known is not None and is_divided(known):
        messages.warning(request, _("这一项由若干部分组成，请打开有异议的那一部分再提出申诉。"))
        return redirect("results:why", pk, unit, node)
    form = AppealForm(_facts(placed, why), request.POST if asked(request) else None)
    if asked(request) and attempt(form, lambda data: actions.file(person_of(request), placed, node=node, entry=entry, **data)):
        messages.success(request, _("申诉已提出，将由没有参与的人复核。"))
        return redirect("rectify:appeals")
    shown = {"form": form, "why": why, "run": placed.run, "placed": placed, "until": objections_until(placed.run)}
    return render(request, "rectify/file.html", {**shown, "records": records(placed.run.cycle, unit, why, False)})


def _facts(placed: Placed, why: Reason) -> list[tuple[str, str]]:
    """The data of the line that one may object to: of an entry its value or amount, of an indicator whatever its formula reads."""
    node = node_of(placed.run, why.node)
    if node is None or node.ledger is not None or why.entry:
        name = "amount" if node is not None and node.ledger is not None else "value"
        return [(name, why.title)]
    return [(name, f"{fact.title} {fact.value}") for (name, _title), fact in zip(why.names, why.facts, strict=False)] or [
        ("value", why.title)
    ]


@require_safe
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _appeal(request, pk))


def _appeal(request: HttpRequest, pk: int) -> Appeal:
    related = ("run__cycle", "run__snapshot__version", "unit", "filed_by", "reviewer__unit", "report__task", "datum", "ledger", "new_run")
    found: Appeal = get_object_or_404(allowed(person_of(request), "appeal.see").select_related(*related), pk=pk)
    return found


def _page(request: HttpRequest, found: Appeal, uphold: UpholdForm | None = None, dismiss: DismissForm | None = None) -> HttpResponse:
    placed = Placed.objects.filter(run=found.run, unit=found.unit).select_related("run", "unit").get()
    why, row, person = explained(placed, found.node, found.entry), row_of(found), person_of(request)
    shown = {
        "appeal": found,
        "why": why,
        "now": value_of(row),
        "row": row,
        "records": records(found.run.cycle, found.unit.code, why, sees_all(person) or person == found.reviewer),
        "events": queries.timeline(found),
        "uphold": uphold or UpholdForm(initial={"value": found.wanted}),
        "dismiss": dismiss or DismissForm(),
        **_outcome(found, person),
    }
    return render(request, "rectify/appeal.html", shown)


def _outcome(found: Appeal, person: User) -> dict[str, Any]:
    """What the correction did to the unit, as far as the person sees the runs."""
    cards = allowed(person, "scorecard.see").filter(unit=found.unit)
    new = cards.filter(run=found.new_run).first() if found.new_run else None
    sees = bool(found.new_run and may(person, "run.see", found.new_run))
    return {"old_card": cards.filter(run=found.run).first(), "new_card": new, "sees_run": sees}


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    actions.take(person_of(request), _appeal(request, pk))
    messages.success(request, _("已受理，请复核。"))
    return redirect("rectify:appeal", pk)


@require_POST
def uphold(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _appeal(request, pk), UpholdForm(request.POST)
    if attempt(form, lambda data: actions.uphold(person_of(request), found, seen=_seen(request), **data)):
        messages.success(request, _("申诉成立，已更正，并已请考核办重新计算。"))
        return redirect("rectify:appeal", pk)
    return _page(request, found, uphold=form)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _appeal(request, pk), DismissForm(request.POST)
    if attempt(form, lambda data: actions.dismiss(person_of(request), found, seen=_seen(request), **data)):
        messages.success(request, _("申诉不成立，结论已告知单位。"))
        return redirect("rectify:appeal", pk)
    return _page(request, found, dismiss=form)


def _seen(request: HttpRequest) -> int:
    """The version of the appeal that the page showed."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() else 0


@require_POST
def rerun(request: HttpRequest, pk: int) -> HttpResponse:
    found = actions.rerun(person_of(request), _appeal(request, pk))
    messages.success(request, _("已开始重新计算，完成后可与原批次比较。"))
    return redirect(reverse("results:run", args=[found.new_run_id]))
