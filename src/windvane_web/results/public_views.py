"""What everyone may read without an account: published places, how to verify them, and the data where they were opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from windvane import Scheme
from windvane.files.tables import Sheet, csv_bytes
from windvane_web.core.page import language
from windvane_web.org.models import UnitClass
from windvane_web.results import files
from windvane_web.results.engine import load
from windvane_web.results.models import Placed, Publication
from windvane_web.results.queries import public_publications, snapshot_digests


@dataclass(frozen=True, slots=True)
class Public:
    """The fields that the public sees: nothing else of a place leaves the house."""

    rank: str
    unit: str
    points: str
    grade: str
    apart: bool


def _publication(pk: int) -> Publication:
    return get_object_or_404(public_publications(), pk=pk)


def shown(row: Placed, scheme: Scheme) -> Public:
    """A place as the public sees it: no intervals, no parts."""
    grade = scheme.grade_title(row.grade).of(language()) if row.grade else ""
    return Public("" if row.rank is None else str(row.rank), str(row.unit), row.points, grade, row.rank is None)


def _classes(publication: Publication) -> list[tuple[str, list[Public]]]:
    run, scheme = publication.run, load(publication.run).scores.plan.scheme
    titles: Mapping[str, UnitClass] = {each.code: each for each in run.cycle.classes.all()}
    rows = sorted(run.places.select_related("unit"), key=lambda row: (_order(titles, row), row.rank or 10**6, row.unit.order))
    return [(str(titles.get(cls, "")), [shown(row, scheme) for row in group]) for cls, group in groupby(rows, key=lambda row: row.cls)]


def _order(titles: Mapping[str, UnitClass], row: Placed) -> tuple[int, str]:
    return (titles[row.cls].order if row.cls in titles else 0, row.cls)


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    return render(request, "results/public_list.html", {"publications": public_publications()})


@login_not_required
@require_safe
def public(request: HttpRequest, pk: int) -> HttpResponse:
    found = _publication(pk)
    shown = {"publication": found, "run": found.run, "cycle": found.run.cycle, "classes_shown": _classes(found)}
    return render(request, "results/public.html", {**shown, "snapshot": snapshot_digests(found.run)})


@login_not_required
@require_safe
def public_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same fields as the page."""
    found = _publication(pk)
    head = (_("类别"), _("名次"), _("单位"), _("总分"), _("等次"), _("模拟数据"))
    simulated = _("是") if found.run.cycle.simulated else _("否")
    rows = [(cls, row.rank, row.unit, row.points, row.grade, simulated) for cls, group in _classes(found) for row in group]
    return files.attached(csv_bytes(Sheet("ranking", head, rows)), f"{files.name_of(found.run)}.csv", "text/csv")


@login_not_required
@require_safe
def public_snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """All data, where the office has opened them."""
    found = _publication(pk)
    if not found.open_data:
        raise Http404
    return files.attached(files.bundle(found.run), f"{files.name_of(found.run)}.zip", "application/zip")
