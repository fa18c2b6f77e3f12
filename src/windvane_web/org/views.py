"""Cycles, classes and units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane_web.core.attempt import attempt
from windvane_web.core.downloads import XLSX, attachment
from windvane_web.core.permission import allowed, may
from windvane_web.org import actions, tables
from windvane_web.org.forms import ClassForm, CycleForm, MemberForm, SuccessionForm, UnitForm, UploadForm
from windvane_web.org.models import Cycle, Membership, Unit, User
from windvane_web.org.queries import all_cycles, current_class, current_cycle, members

form_page = require_http_methods(["GET", "HEAD", "POST"])


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the login middleware lets only people in
    return request.user


def demand(request: HttpRequest, verb: str, subject: Model) -> None:
    """A page for a deed exists for those who may do it."""
    if not may(person_of(request), verb, subject):
        raise PermissionDenied


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "org/me.html", {"roles": person_of(request).role_list})


@require_safe
def cycles(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    movable = set(allowed(person, "cycle.move").values_list("pk", flat=True))
    rows = [(one, one.memberships.count(), _moves(one) if one.pk in movable else []) for one in all_cycles(request)]
    return render(request, "org/cycles.html", {"rows": rows, "may_open": may(person, "cycle.open", person)})


def _moves(cycle: Cycle) -> list[tuple[str, str, bool]]:
    """The phases one step away, and whether the step is forward."""
    here = actions.FORWARD.index(Cycle.Phase(cycle.phase))
    return [(one.value, str(one.label), there > here) for there, one in enumerate(actions.FORWARD) if abs(there - here) == 1]


@form_page
def open_cycle(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    demand(request, "cycle.open", person)
    form = CycleForm(request.POST or None)
    if request.method == "POST" and attempt(form, lambda data: actions.open_cycle(person, person, **data)):
        messages.success(request, _("年度已建立。"))
        return redirect("cycles")
    return render_form(request, form, _("建立年度"), "cycles", _("年度"))


def render_form(request: HttpRequest, form: Any, title: str, back: str, back_title: str, **more: Any) -> HttpResponse:
    address = back if back.startswith("/") else reverse(back)
    return render(request, "core/form_page.html", {"form": form, "title": title, "back": address, "back_title": back_title, **more})


@require_POST
def move_cycle(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.move_cycle(person_of(request), get_object_or_404(Cycle, pk=pk), phase=request.POST.get("phase", ""))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("cycles")
    messages.success(request, _("阶段已变更。"))
    return redirect("cycles")


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    cycle, person = current_cycle(request), person_of(request)
    rows = members(cycle, current_class(request))
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(unit__zh__icontains=text) | rows.filter(unit__en__icontains=text) | rows.filter(unit__code__icontains=text)
    editable = set(allowed(person, "member.edit").filter(cycle=cycle).values_list("pk", flat=True))
    shown = {
        "rows": rows,
        "editable": editable,
        "may_import": may(person, "units.import", cycle),
        "may_class": may(person, "class.add", cycle),
    }
    return render(request, "org/units.html", {**shown, "q": text})


@require_safe
def units_file(request: HttpRequest) -> HttpResponse:
    cycle = current_cycle(request)
    return attachment(tables.units_workbook(cycle), f"units-{cycle.code}.xlsx", XLSX)


@form_page
def import_units(request: HttpRequest) -> HttpResponse:
    cycle = current_cycle(request)
    demand(request, "units.import", cycle)
    form, mistakes = UploadForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        found = tables.read_units(form.cleaned_data["file"], cycle)
        mistakes = [one for one in found if isinstance(one, tables.Mistake)]
        if not mistakes:
            actions.import_units(person_of(request), cycle, units=[one for one in found if not isinstance(one, tables.Mistake)])
            messages.success(request, _("已导入 %(n)s 个单位。") % {"n": len(found)})
            return redirect("units")
    sub = _("列：unit 代码，class 类别，order 排序，zh 名称，en 英文名称，competes 参加排名。可先导出现有单位，改后再导入。")
    return render_form(request, form, _("导入单位"), "units", _("单位与类别"), button=_("导入"), mistakes=mistakes, sub=sub)


@form_page
def add_class(request: HttpRequest) -> HttpResponse:
    cycle = current_cycle(request)
    demand(request, "class.add", cycle)
    form = ClassForm(request.POST or None)
    if request.method == "POST" and attempt(form, lambda data: actions.add_class(person_of(request), cycle, **data)):
        messages.success(request, _("类别已增加。"))
        return redirect("units")
    return render_form(request, form, _("增加类别"), "units", _("单位与类别"))


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    found, person = get_object_or_404(Unit, code=code), person_of(request)
    people = allowed(person, "person.see").filter(unit=found).prefetch_related("roles__unit", "roles__cycle")
    years = found.memberships.select_related("cycle", "cls").order_by("-cycle__start")
    changes = [*found.predecessors.select_related("old", "new"), *found.successors.select_related("old", "new")]
    return render(request, "org/unit.html", {"unit": found, "people": people, "years": years, "changes": changes})


@form_page
def edit_unit(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Unit, code=code)
    demand(request, "unit.edit", found)
    form = UnitForm(request.POST or None, instance=Unit.objects.get(pk=found.pk))
    if request.method == "POST" and attempt(form, lambda data: actions.edit_unit(person_of(request), found, **data)):
        messages.success(request, _("已保存。"))
        return redirect("unit", code)
    return render_form(request, form, _("修改单位"), reverse("unit", args=[code]), str(found))


@form_page
def edit_member(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Membership.objects.select_related("unit", "cycle", "cls"), pk=pk)
    demand(request, "member.edit", found)
    now = {"cls": found.cls, "order": found.order, "competes": found.competes}
    form = MemberForm(request.POST or None, cycle=found.cycle, initial=now)
    if request.method == "POST" and attempt(form, lambda data: actions.edit_member(person_of(request), found, **data)):
        messages.success(request, _("已保存。"))
        return redirect("units")
    return render_form(request, form, _("调整单位类别"), "units", _("单位与类别"), sub=str(found.unit))


@form_page
def succeed(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Unit, code=code)
    demand(request, "unit.succeed", found)
    form = SuccessionForm(request.POST or None)
    if request.method == "POST" and attempt(form, lambda data: actions.succeed(person_of(request), found, **data)):
        messages.success(request, _("已保存。"))
        return redirect("unit", code)
    return render_form(request, form, _("登记机构变动"), reverse("unit", args=[code]), str(found))
