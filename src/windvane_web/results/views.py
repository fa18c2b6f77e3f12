"""Pages of results: runs, ranking, scorecards, explanations. The public pages are in public_views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from windvane.render.phrases import Phrases
from windvane.scheme import ROOT
from windvane_web.core.page import language
from windvane_web.core.permission import allowed, may
from windvane_web.org.models import User
from windvane_web.org.queries import current_class, current_cycle
from windvane_web.results import actions, cards, files, moves, queries, reasons, tables
from windvane_web.results.doubts import doubts_of
from windvane_web.results.engine import load
from windvane_web.results.forms import DecideForm, PublishForm, StartForm
from windvane_web.results.models import Placed, Run
from windvane_web.results.navigation import SEERS
from windvane_web.results.permissions import sees_all
from windvane_web.results.public_views import public, public_csv, public_list, public_snapshot
from windvane_web.results.records import records

__all__ = ["public", "public_csv", "public_list", "public_snapshot"]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _seer(request: HttpRequest) -> User:
    """The person, if results are shown to any of their roles."""
    person = _person(request)
    if not person.has(*SEERS):
        raise PermissionDenied
    return person


def _run(request: HttpRequest, pk: int, *, scored: bool = True) -> Run:
    """A run that the person sees; with ``scored`` only one that has a result."""
    found: QuerySet[Run] = allowed(_person(request), "run.see").select_related("cycle", "made_by", "decided_by", "supersedes")
    run = get_object_or_404(found, pk=pk)
    if scored and not run.digest:
        raise Http404
    return run


def _say() -> Phrases:
    return Phrases(language())


def _done(form: Form, do: Any) -> bool:
    """Whether the action was done; what the person got wrong stands in the form."""
    if not form.is_valid():
        return False
    try:
        do(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


# Runs -------------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: HttpRequest) -> HttpResponse:
    """All runs of the cycle; a POST starts one."""
    person, cycle = _seer(request), current_cycle(request)
    form = StartForm(request.POST or None)
    if request.method == "POST" and _done(form, lambda **given: actions.start(person, cycle, **given)):
        messages.success(request, _("已开始计算，完成后本页显示结果"))
        return redirect("results:runs")
    shown = {"runs": queries.runs(person, cycle), "form": form, "may_start": may(person, "run.start", cycle)}
    return render(request, "results/runs.html", shown)


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk, scored=False)
    others = queries.scored_runs(_person(request), found.cycle).exclude(pk=pk)
    return render(request, "results/run.html", {"run": found, "cycle": found.cycle, "others": others, **_snapshot_of(found)})


def _snapshot_of(run: Run) -> dict[str, Any]:
    digests = queries.snapshot_digests(run)
    errors = [p for p in run.problems if p["severity"] == "error"]
    return {
        "snapshot": digests,
        "errors": errors,
        "warnings": [p for p in run.problems if p not in errors],
        "publications": run.publications.select_related("by"),
    }


@require_safe
def run_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the runs list that changes while a run is computed."""
    return render(request, "results/run_state.html", {"run": _run(request, pk, scored=False)})


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    person, found = _seer(request), _run(request, pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and _done(form, lambda **given: actions.decide(person, found, **given)):
        messages.success(request, _("已研究审定"))
        return redirect("results:run", pk)
    shown = {
        "run": found,
        "cycle": found.cycle,
        "form": form,
        "may_decide": may(person, "run.decide", found),
        "doubtful": queries.doubtful(found),
    }
    return render(request, "results/decide.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    person, found = _seer(request), _run(request, pk)
    form = PublishForm(found, request.POST or None)
    if request.method == "POST" and _done(form, lambda **given: actions.publish(person, found, **given)):
        messages.success(request, _("已公布"))
        return redirect("results:run", pk)
    standing = Run.objects.filter(cycle=found.cycle, state=Run.State.PUBLISHED).exclude(pk=pk).first()
    shown = {"run": found, "cycle": found.cycle, "form": form, "may_publish": may(person, "run.publish", found), "standing": standing}
    return render(request, "results/publish.html", {**shown, "waiting": queries.open_appeals(found.cycle).count()})


# Ranking ----------------------------------------------------------------------------------------------------------------


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """The ranking of the newest run that the person sees."""
    found = queries.scored_runs(_seer(request), current_cycle(request)).first()
    return redirect("results:ranking_of", found.pk) if found else render(request, "results/nothing.html")


@require_safe
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    found, say = _run(request, pk), _say()
    chosen, before = current_class(request), queries.before(_person(request), found)
    computed, rows, past = load(found), queries.placed(found), queries.placed(before)
    drawn = doubts_of(found)
    shown = [tables.table(computed, cls, rows, past, drawn, say) for cls in tables.classes_of(computed, chosen.code if chosen else "")]
    return render(
        request,
        "results/ranking.html",
        {"run": found, "cycle": found.cycle, "tables": shown, "note": tables.note(computed, say), "before": before},
    )


@require_safe
def ranking_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return files.attached(files.workbook(load(found), language()), f"{files.name_of(found)}.xlsx", kind)


@require_safe
def ranking_csv(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    return files.attached(files.table(load(found)), f"{files.name_of(found)}.csv", "text/csv")


@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    return files.attached(files.bundle(found), f"{files.name_of(found)}.zip", "application/zip")


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """A run beside another one (``?with=``), else beside the one before it."""
    new, person = _run(request, pk), _person(request)
    others = queries.scored_runs(person, new.cycle).exclude(pk=pk)
    wanted = request.GET.get("with", "")
    old = get_object_or_404(others, pk=int(wanted)) if wanted.isdigit() else queries.before(person, new)
    if old is None:
        return render(request, "results/compare.html", {"run": new, "cycle": new.cycle, "others": others})
    rows = moves.moved(load(old), load(new), queries.placed(old), queries.placed(new), language())
    names = (str(old), str(new))
    plots = [plot for cls in load(new).scores.plan.classes if (plot := moves.picture(rows, cls, names, language()))]
    return render(
        request, "results/compare.html", {"run": new, "cycle": new.cycle, "old": old, "others": others, "rows": rows, "plots": plots}
    )


# Scorecards -------------------------------------------------------------------------------------------------------------


def _card(request: HttpRequest, pk: int, unit: str) -> Placed:
    found: Placed = get_object_or_404(queries.cards(_person(request)), run_id=pk, unit__code=unit)
    return found


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The newest scorecard of the person's own unit; for those who see many, the newest run's first in the official order."""
    found = queries.cards(_person(request)).filter(run__cycle=current_cycle(request))
    newest = found.first()
    return redirect("results:scorecard", newest.run_id, newest.unit.code) if newest else render(request, "results/nothing.html")


@require_safe
def scorecard(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    kept, say = _card(request, pk, unit), _say()
    computed = load(kept.run)
    all_units = list(queries.cards(_person(request)).filter(run=kept.run))
    shown = {
        "run": kept.run,
        "cycle": kept.run.cycle,
        "kept": kept,
        "card": cards.card(computed, unit, kept, say),
        "sure": tables.sure_text(kept),
        "around": queries.around(all_units, kept),
        "choices": all_units if len(all_units) > 1 else [],
        "root": ROOT,
    }
    return render(request, "results/scorecard.html", shown)


@require_safe
def why(request: HttpRequest, pk: int, unit: str, node: str, entry: str = "") -> HttpResponse:
    """One point explained: formula, facts, evidence, verifier."""
    kept, person = _card(request, pk, unit), _person(request)
    computed, say = load(kept.run), _say()
    found = reasons.reason(computed, unit, node, entry, say)
    if found is None:
        raise Http404
    shown = {
        "run": kept.run,
        "cycle": kept.run.cycle,
        "kept": kept,
        "why": found,
        "records": records(kept.run.cycle, unit, found, sees_all(person)),
        "next": reasons.neighbours(computed, unit, node, say) if not entry else (None, None),
        "until": queries.objections_until(kept.run),
        "own": person.unit_id == kept.unit_id,
    }
    return render(request, "results/why.html", shown)
