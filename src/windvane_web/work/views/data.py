"""Provider data: one indicator × all units, from the keyboard, the clipboard or a file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane import Scheme
from windvane.files.cells import exact_text
from windvane.files.tables import Sheet as FileSheet
from windvane.files.tables import csv_bytes, workbook_bytes
from windvane_web.core.downloads import CSV, XLSX, attachment
from windvane_web.core.page import language
from windvane_web.core.permission import allowed, entitled, may
from windvane_web.org.models import Cycle, Membership
from windvane_web.org.queries import current_class, current_cycle
from windvane_web.work import actions
from windvane_web.work.columns import datum_columns
from windvane_web.work.forms import ImportForm, me
from windvane_web.work.imports import Import, read_import
from windvane_web.work.listing import Listing
from windvane_web.work.models import Datum
from windvane_web.work.queries import Sheet, all_sheets, in_charge, scheme_of, sheet_of, sheets, units_of
from windvane_web.work.speaking import say_value
from windvane_web.work.uploads import Upload, checked
from windvane_web.work.values import kept_text, stored

PREVIEWED = 200
KEPT = "work_import"  # in the session: name and digest of the file between preview and confirmation


def _scheme(request: HttpRequest) -> tuple[Cycle, Scheme]:
    cycle = current_cycle(request)
    scheme = scheme_of(cycle)
    if scheme is None:
        raise Http404("no frozen scheme")
    return cycle, scheme


def _may_bring(request: HttpRequest) -> None:
    if not entitled(request.user, "datum.enter", current_cycle(request)):
        raise PermissionDenied


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """The indicators that one brings data for: how many cells are filled, what waits for confirmation."""
    _may_bring(request)
    cycle = current_cycle(request)
    scheme = scheme_of(cycle)
    counts = dict(Datum.objects.filter(cycle=cycle).order_by().values_list("indicator").annotate(Count("pk")))
    rows = []
    for sheet in sheets(scheme, me(request)) if scheme else ():
        cells = len(units_of(scheme, cycle, sheet.node.code)) * len(sheet.names) if scheme else 0
        title = sheet.node.title.of(language())
        provider = scheme.provider_title(sheet.node.provider).of(language()) if scheme else ""
        rows.append({"sheet": sheet, "title": title, "provider": provider, "filled": counts.get(sheet.node.code, 0), "cells": cells})
    waiting = allowed(request.user, "datum.confirm").filter(cycle=cycle).count()
    return render(request, "work/indicators.html", {"rows": rows, "waiting": waiting, "scheme": scheme})


@dataclass(frozen=True)
class GridCell:
    name: str
    text: str
    state: str
    error: str
    own: bool


@dataclass(frozen=True)
class GridRow:
    member: Membership
    cells: list[GridCell]


def _names(sheet: Sheet) -> list[tuple[str, str]]:
    """The facts of an indicator with their titles."""
    standard = {
        "value": _("数值"),
        "target": _("目标值"),
        "base": _("基数"),
        "previous": _("上年值"),
        "numerator": _("分子"),
        "denominator": _("分母"),
        "n": _("样本量"),
    }
    return [(name, sheet.node.facts[name].of(language()) if name in sheet.node.facts else standard.get(name, name)) for name in sheet.names]


def _rows(request: HttpRequest, cycle: Cycle, scheme: Scheme, sheet: Sheet, typed: dict[str, dict[str, str]]) -> list[GridRow]:
    known = {(d.unit_id, d.name): d for d in Datum.objects.filter(cycle=cycle, indicator=sheet.node.code, entry="")}
    found = units_of(scheme, cycle, sheet.node.code)
    if cls := current_class(request):
        found = [one for one in found if one.cls_id == cls.pk]
    own = me(request).unit_id
    rows = []
    for one in found:
        cells = []
        for name in sheet.names:
            datum = known.get((one.unit_id, name))
            text = typed.get(one.unit.code, {}).get(name, say_value(datum.value) if datum else "")
            cells.append(GridCell(name, text, datum.state if datum else "", datum.error if datum else "", one.unit_id == own))
        rows.append(GridRow(one, cells))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, indicator: str) -> HttpResponse:
    _may_bring(request)
    cycle, scheme = _scheme(request)
    sheet = sheet_of(scheme, indicator)
    if sheet is None or not in_charge(me(request), indicator):
        raise Http404
    typed: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    if request.method == "POST":
        typed = _typed(request, sheet)
        try:
            given = {"source": request.POST.get("source", ""), "document": request.POST.get("document", "")}
            actions.enter_data(me(request), cycle, indicator=indicator, cells=_changed(request, cycle, scheme, sheet, typed), **given)
        except ValidationError as error:
            problems = error.messages
        else:
            messages.success(request, _("已保存。本单位的数值待其他机构确认后生效。"))
            return redirect("work:grid", indicator=indicator)
    rows = _rows(request, cycle, scheme, sheet, typed)
    if (kind := request.GET.get("export", "")) in ("xlsx", "csv"):
        return _template(kind, sheet, rows)
    context = {
        "sheet": sheet,
        "title": sheet.node.title.of(language()),
        "note": sheet.node.note.of(language()),
        "names": _names(sheet),
        "rows": rows,
    }
    context |= {"problems": problems, "filled": sum(bool(cell.text) for row in rows for cell in row.cells)}
    context |= {"can_enter": may(request.user, "datum.enter", cycle)}
    return render(request, "work/grid.html", context, status=422 if problems else 200)


def _typed(request: HttpRequest, sheet: Sheet) -> dict[str, dict[str, str]]:
    """Cells are named ``unit.name``."""
    found: dict[str, dict[str, str]] = {}
    for key, text in request.POST.items():
        unit, dot, name = key.rpartition(".")
        if dot and name in sheet.names:
            found.setdefault(unit, {})[name] = str(text)
    return found


def _changed(
    request: HttpRequest, cycle: Cycle, scheme: Scheme, sheet: Sheet, typed: dict[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Only what differs from what is there, so that the audit line says what was changed."""
    there = {row.member.unit.code: {cell.name: cell.text for cell in row.cells} for row in _rows(request, cycle, scheme, sheet, {})}
    found: dict[str, dict[str, str]] = {}
    for unit, texts in typed.items():
        changed = {name: text for name, text in texts.items() if text.strip() != there.get(unit, {}).get(name, "")}
        if changed:
            found[unit] = changed
    return found


def _template(kind: str, sheet: Sheet, rows: list[GridRow]) -> HttpResponse:
    """The grid as a file that the import reads back."""
    code = sheet.node.code
    header = ("unit", *(f"{code}.{name}" for name in sheet.names))
    lines = [(row.member.unit.zh, *(_filed(cell.text) for cell in row.cells)) for row in rows]
    table = FileSheet("facts", header, lines)
    if kind == "csv":
        return attachment(csv_bytes(table), f"{code}.csv", CSV)
    return attachment(workbook_bytes([table]), f"{code}.xlsx", XLSX)


def _filed(text: str) -> Fraction | str:
    """Numbers as numbers; what is typed and not yet right is no part of a template."""
    value = stored(text) if text else ""
    return value if isinstance(value, Fraction) else text


@require_safe
def confirm_list(request: HttpRequest) -> HttpResponse:
    """Values of providers' own units that wait for another body."""
    cycle = current_cycle(request)
    rows = allowed(request.user, "datum.confirm").filter(cycle=cycle).select_related("unit", "entered_by")
    scheme = scheme_of(cycle)
    titles = {sheet.node.code: sheet.node.title.of(language()) for sheet in all_sheets(scheme)} if scheme else {}
    listing = Listing(request, rows, datum_columns(titles), (), ("unit__zh", "indicator"), name=str(_("待确认数据")))
    return listing.export() or render(request, "work/confirm.html", {"listing": listing})


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    actions.confirm_datum(me(request), get_object_or_404(Datum, pk=pk))
    messages.success(request, _("已确认，数值生效。"))
    return redirect("work:confirm_list")


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Upload → preview with every mistake → confirm: all or nothing."""
    _may_bring(request)
    cycle = current_cycle(request)
    if request.method == "POST" and request.POST.get("do") == "confirm":
        return _confirmed(request, cycle)
    form = ImportForm(request.POST or None, request.FILES or None)
    found = Import()
    name = ""
    if form.is_valid():
        try:
            upload = checked(form.cleaned_data["file"])
            found, name = read_import(me(request), cycle, upload), upload.name
            _hold(request, upload)
        except ValidationError as error:
            form.add_error("file", ValidationError(error.messages))
    rows = [
        (f.unit, f.indicator, f.name, f.entry, _shown(f), exact_text(f.error) if f.error else "", f.document)
        for f in found.rows[:PREVIEWED]
    ]
    context = {
        "form": form,
        "found": found,
        "rows": rows,
        "name": name,
        "count": len(found.rows),
        "units": len({f.unit for f in found.rows}),
    }
    return render(request, "work/import.html", context, status=422 if found.problems or (form.is_bound and form.errors) else 200)


def _shown(fact: Any) -> str:
    return say_value(kept_text(fact.status if fact.value is None else fact.value))


def _hold(request: HttpRequest, upload: Upload) -> None:
    """Keep the file between preview and confirmation."""
    path = f"imports/{upload.digest}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(upload.content))
    request.session[KEPT] = [upload.name, upload.digest]


def _confirmed(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    name, digest = request.session.pop(KEPT, ["", ""])
    path = f"imports/{digest}"
    if not digest or not default_storage.exists(path):
        messages.warning(request, _("请重新上传文件。"))
        return redirect("work:import")
    with default_storage.open(path) as file:
        upload = Upload(name, file.read(), "", digest)
    try:
        actions.import_data(me(request), cycle, file=upload)
    except ValidationError as error:
        for text in error.messages[:20]:
            messages.warning(request, text)
        return redirect("work:import")
    messages.success(request, _("已导入 %(name)s。") % {"name": name})
    return redirect("work:indicators")
