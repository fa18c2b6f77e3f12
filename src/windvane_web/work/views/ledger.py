"""The ledgers of bonuses and deductions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane_web.core.models import Entry
from windvane_web.core.page import language
from windvane_web.core.permission import allowed, entitled, may
from windvane_web.org.models import Cycle, Role
from windvane_web.org.queries import current_class, current_cycle
from windvane_web.work import actions
from windvane_web.work.amounts import doubts, running, settle_amount
from windvane_web.work.columns import LEDGER_SEARCH, ledger_columns, ledger_filters
from windvane_web.work.forms import CounterForm, EntryForm, me
from windvane_web.work.listing import Cell, Listing
from windvane_web.work.models import LedgerEntry
from windvane_web.work.queries import scheme_of
from windvane_web.work.uploads import checked
from windvane_web.work.views.reports import SEERS

READERS = (*SEERS, Role.Kind.PROVIDER)


def titles_of(cycle: Cycle) -> dict[tuple[str, str], str]:
    """Titles of ledgers (code, "") and of their kinds (code, kind)."""
    scheme, found = scheme_of(cycle), {}
    for node in scheme.nodes.values() if scheme else ():
        if node.ledger is not None:
            found[node.code, ""] = node.title.of(language())
            found |= {(node.code, kind.code): kind.title.of(language()) for kind in node.ledger.values()}
    return found


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    if not me(request).has(*READERS):
        raise PermissionDenied
    cycle = current_cycle(request)
    rows = allowed(request.user, "ledger.see").filter(cycle=cycle).select_related("unit")
    if (cls := current_class(request)) and not me(request).has(*Role.OF_A_UNIT):
        rows = rows.filter(unit__memberships__cls=cls)
    titles = titles_of(cycle)
    listing = Listing(request, rows, ledger_columns(titles), ledger_filters(titles), LEDGER_SEARCH, name=str(_("加分扣分台账")))
    extra = {
        "can_enter": may(request.user, "ledger.enter", cycle),
        "waiting": allowed(request.user, "ledger.approve").filter(cycle=cycle).count(),
    }
    return listing.export() or render(request, "work/entries.html", {"listing": listing, **extra})


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A new entry. What looks doubtful is shown once and entered only when ticked."""
    cycle = current_cycle(request)
    if not entitled(request.user, "ledger.enter", cycle):
        raise PermissionDenied
    form = EntryForm(me(request), cycle, request.POST or None, request.FILES or None)
    told: list[str] = []
    if form.is_valid():
        given = _given(form.cleaned_data)
        try:
            told = [] if form.cleaned_data["sure"] else _told(cycle, given)
            if not told:
                files = [checked(form.cleaned_data["file"])] if form.cleaned_data["file"] else []
                made = actions.enter(me(request), cycle, **given, files=files)
                messages.success(request, _("已录入，等待考核办审批。"))
                return redirect("work:entry", pk=made.pk)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
    status = 422 if form.is_bound else 200
    return render(request, "work/enter.html", {"form": form, "told": told}, status=status)


def _given(clean: dict[str, Any]) -> dict[str, Any]:
    indicator, _colon, kind = clean["kind"].partition(":")
    same = {name: clean[name] for name in ("unit", "amount", "day", "title", "document")}
    return {**same, "indicator": indicator, "kind": kind}


def _told(cycle: Cycle, given: dict[str, Any]) -> list[str]:
    amount = settle_amount(cycle, given["unit"], given["indicator"], given["kind"], given["amount"], given["day"])
    return doubts(cycle, given["unit"], given["indicator"], given["kind"], amount, given["day"], given["title"])


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    rows = allowed(request.user, "ledger.see").select_related("unit", "cycle", "entered_by", "approved_by", "counter_of")
    found = get_object_or_404(rows, pk=pk)
    titles = titles_of(found.cycle)
    context = {
        "entry": found,
        "indicator": titles.get((found.indicator, ""), found.indicator),
        "kind": titles.get((found.indicator, found.kind), found.kind),
        "amount": Cell(found.amount).shown,
        "running": running(found.cycle, found.unit, found.indicator, found.kind).said,
        "files": list(found.evidence.all()),
        "opposite": LedgerEntry.objects.filter(counter_of=found).first(),
        "lines": Entry.objects.filter(subject_type="work.ledgerentry", subject_id=str(found.pk)).order_by("number"),
        "can_approve": may(request.user, "ledger.approve", found),
        "can_attach": may(request.user, "ledger.attach", found),
        "can_counter": may(request.user, "ledger.counter", found),
        "counter_form": CounterForm(),
    }
    return render(request, "work/entry.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, reject, counter or add a document, from the page of the entry."""
    found = get_object_or_404(allowed(request.user, "ledger.see"), pk=pk)
    try:
        messages.success(request, _done(request, found))
    except ValidationError as error:
        for text in error.messages:
            messages.warning(request, text)
        return redirect("work:entry", pk=pk)
    waiting = allowed(request.user, "ledger.approve").filter(cycle=found.cycle).exclude(pk=pk).first()
    return (
        redirect("work:entry", pk=waiting.pk)
        if waiting and request.POST.get("do") in ("approve", "reject")
        else redirect("work:entry", pk=pk)
    )


def _done(request: HttpRequest, found: LedgerEntry) -> str:
    person, given = me(request), request.POST
    version: dict[str, Any] = {"seen": int(given["seen"])} if given.get("seen", "").isdecimal() else {}
    match given.get("do"):
        case "approve":
            actions.approve(person, found, note=given.get("note", ""), **version)
            return _("已批准：%(entry)s") % {"entry": found}
        case "reject":
            actions.reject(person, found, reason=given.get("note", ""), **version)
            return _("未批准：%(entry)s") % {"entry": found}
        case "counter":
            actions.counter(person, found, reason=given.get("reason", ""), document=given.get("document", ""), **version)
            return _("已录入冲销，待另一人审批。")
    for file in request.FILES.getlist("files"):
        actions.attach_to_entry(person, found, file=checked(file))
    return _("已上传。")
