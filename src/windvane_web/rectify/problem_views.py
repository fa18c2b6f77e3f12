"""Pages of problems: the board, one problem with its timeline, what may be done to it, the list for print, proposals from a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from windvane_web.core.attempt import attempt
from windvane_web.core.downloads import XLSX, attachment
from windvane_web.core.page import language
from windvane_web.core.permission import VERBS, allowed, may
from windvane_web.org.queries import current_class, current_cycle
from windvane_web.rectify import lists, problem_actions, queries
from windvane_web.rectify.candidates import candidates
from windvane_web.rectify.forms import CheckForm, DoneForm, FindForm, NoteForm, PlanForm, ProgressForm, ReasonForm
from windvane_web.rectify.models import Problem
from windvane_web.rectify.sources import node_titles
from windvane_web.rectify.views import asked, demand, form_page, person_of
from windvane_web.results.engine import load


@dataclass(frozen=True)
class Deed:
    """What may be done to a problem: the words of its button, its form and its action."""

    verb: str
    button: str | Promise
    form: type[forms.Form]
    do: Callable[..., Problem]
    primary: bool = False


DEEDS = {
    "confirm": Deed("problem.confirm", gettext_lazy("确认问题"), NoteForm, problem_actions.confirm, True),
    "dispute": Deed("problem.dispute", gettext_lazy("提出异议"), ReasonForm, problem_actions.dispute),
    "keep": Deed("problem.keep", gettext_lazy("维持问题"), ReasonForm, problem_actions.keep, True),
    "drop": Deed("problem.drop", gettext_lazy("撤销问题"), ReasonForm, problem_actions.drop),
    "plan": Deed("problem.plan", gettext_lazy("制定整改目标"), PlanForm, problem_actions.plan, True),
    "progress": Deed("problem.progress", gettext_lazy("填写进展"), ProgressForm, problem_actions.progress),
    "done": Deed("problem.report_done", gettext_lazy("报告整改完成"), DoneForm, problem_actions.report_done, True),
    "close": Deed("problem.close", gettext_lazy("核验销号"), CheckForm, problem_actions.close, True),
    "send-back": Deed("problem.send_back", gettext_lazy("退回整改"), CheckForm, problem_actions.send_back),
}


def _listed(request: HttpRequest) -> tuple[QuerySet[Problem], queries.Wanted]:
    wanted = queries.Wanted.of(request.GET)
    found = queries.problems(person_of(request), current_cycle(request))
    return queries.narrowed(found, wanted, current_class(request), timezone.localdate()), wanted


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """The board: numbers, lights, filters."""
    cycle, today, person = current_cycle(request), timezone.localdate(), person_of(request)
    found, wanted = _listed(request)
    whole = queries.narrowed(queries.problems(person, cycle), queries.Wanted(), current_class(request), today)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    rows = [(one, queries.light_of(one, today)) for one in page]
    shown = {
        "page": page,
        "rows": rows,
        "wanted": wanted,
        "numbers": queries.counted(whole, today),
        "lights": queries.LIGHTS,
        "today": today,
    }
    choices = {"states": Problem.State.choices, "kinds": Problem.Kind.choices}
    can_find = allowed(person, "problem.find").filter(cycle=cycle).exists()
    run = allowed(person, "problem.propose_all").filter(cycle=cycle).order_by("-number").first()
    return render(request, "rectify/problems.html", {**shown, **choices, "can_find": can_find, "run": run})


@require_safe
def problems_file(request: HttpRequest) -> HttpResponse:
    rows, _wanted = _listed(request)
    return attachment(lists.problems_workbook(rows, timezone.localdate()), f"problems-{current_cycle(request).code}.xlsx", XLSX)


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The list of rectification as a document, unit by unit."""
    found, wanted = _listed(request)
    rows = list(found.order_by("unit__order", "unit__code", "deadline", "pk"))
    return render(request, "rectify/printed.html", {"rows": rows, "wanted": wanted, "today": timezone.localdate()})


@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = _problem(request, pk), person_of(request)
    deeds = [(name, deed) for name, deed in DEEDS.items() if may(person, deed.verb, found)]
    later = Problem.objects.filter(carried_from=found).first()
    progress = found.progress.select_related("by")
    light = queries.light_of(found, timezone.localdate())
    shown = {"problem": found, "deeds": deeds, "later": later, "progress": progress, "light": light, "light_word": queries.LIGHTS[light]}
    return render(
        request,
        "rectify/problem.html",
        {**shown, "node": node_titles(found.cycle, language()).get(found.node, ""), "events": queries.timeline(found)},
    )


def _problem(request: HttpRequest, pk: int) -> Problem:
    seen = allowed(person_of(request), "problem.see").select_related(
        "unit", "cycle", "run", "found_by", "reported_by", "checked_by", "carried_from"
    )
    found: Problem = get_object_or_404(seen, pk=pk)
    return found


@form_page
def do(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """One deed on a problem: its form, then its action."""
    found, known = _problem(request, pk), DEEDS.get(deed)
    if known is None:
        raise Http404
    demand(request, known.verb, found)
    given: dict[str, Any] = {"cycle": found.cycle} if known.form is PlanForm else {}
    form = known.form(data=request.POST if asked(request) else None, **given)
    if asked(request) and attempt(form, lambda data: known.do(person_of(request), found, seen=_seen(request, found), **data)):
        messages.success(request, _("已办理：%(deed)s。") % {"deed": VERBS[known.verb].title})
        return redirect("rectify:problem", pk)
    shown = {"form": form, "title": VERBS[known.verb].title, "button": known.button, "sub": str(found), "seen": found.version}
    return render(request, "rectify/deed.html", {**shown, "back": reverse("rectify:problem", args=[pk]), "problem": found})


def _seen(request: HttpRequest, found: Problem) -> int:
    """The version of the problem that the form showed."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() else found.version


@form_page
def find(request: HttpRequest) -> HttpResponse:
    cycle, person = current_cycle(request), person_of(request)
    members = allowed(person, "problem.find").filter(cycle=cycle).select_related("unit", "cls").order_by("cls__order", "order")
    if not members:
        demand(request, "problem.find", cycle.memberships.first() or _nobody())
    form = FindForm(members, list(node_titles(cycle, language()).items()), request.POST if asked(request) else None)

    def deed(data: dict[str, Any]) -> None:
        problem_actions.find(person, data.pop("member"), **data)

    if asked(request) and attempt(form, deed):
        messages.success(request, _("问题已登记，已通知单位确认。"))
        return redirect("rectify:problems")
    back = {"back": reverse("rectify:problems"), "back_title": _("问题清单")}
    return render(request, "core/form_page.html", {"form": form, "title": _("登记问题"), "button": _("登记"), "sub": str(cycle), **back})


def _nobody() -> Any:
    raise Http404


@form_page
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """What a run shows; what is ticked becomes a problem."""
    person = person_of(request)
    run = get_object_or_404(allowed(person, "run.see").select_related("cycle"), pk=pk)
    demand(request, "problem.propose_all", run)
    known = set(Problem.objects.filter(cycle=run.cycle, run__isnull=False).values_list("unit__code", "kind", "node", "entry"))
    found = [one for one in candidates(load(run), run.number) if one.key not in known]
    ticked = set(request.POST.getlist("chosen"))
    form = forms.Form(request.POST if asked(request) else None)
    chosen = [one for one in found if one.name in ticked]
    if asked(request) and attempt(form, lambda data: problem_actions.propose_all(person, run, found=chosen)):
        messages.success(request, _("已提出 %(n)s 个问题，已通知各单位负责人确认。") % {"n": len(chosen)})
        return redirect("rectify:problems")
    units = {one.unit.code: one.unit for one in run.cycle.memberships.select_related("unit")}
    rows = [
        (one, units[one.unit], Problem.Kind(one.kind).label, one.name in ticked if ticked else one.clear)
        for one in found
        if one.unit in units
    ]
    return render(request, "rectify/propose.html", {"run": run, "rows": rows, "form": form, "known": len(known)})
