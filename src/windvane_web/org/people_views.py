"""Pages of people and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from windvane_web.core.attempt import attempt
from windvane_web.core.downloads import XLSX, attachment
from windvane_web.core.permission import allowed, may
from windvane_web.org import actions, tables
from windvane_web.org.forms import NewPersonForm, PasswordForm, PersonForm, RoleForm, UploadForm
from windvane_web.org.models import Role, User
from windvane_web.org.permissions import SEES_PEOPLE
from windvane_web.org.views import demand, form_page, person_of, render_form

VERBS = ("person.edit", "person.password", "person.disable", "person.enable", "role.grant")


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not person.has(*SEES_PEOPLE):
        raise PermissionDenied
    found = _filtered(allowed(person, "person.see"), request).select_related("unit").prefetch_related("roles__unit", "roles__cycle")
    shown = {"page": Paginator(found, 50).get_page(request.GET.get("page")), "kinds": Role.Kind.choices}
    return render(request, "org/people.html", {**shown, "may_add": may(person, "person.add", person)})


def _filtered(found: QuerySet[User], request: HttpRequest) -> QuerySet[User]:
    if text := request.GET.get("q", "").strip():
        found = found.filter(Q(username__icontains=text) | Q(name__icontains=text) | Q(unit__zh__icontains=text))
    if kind := request.GET.get("role", ""):
        found = found.filter(roles__kind=kind)
    return found.distinct().order_by("username")


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    me = person_of(request)
    found = get_object_or_404(allowed(me, "person.see").select_related("unit"), pk=pk)
    can = {verb.replace(".", "_"): may(me, verb, found) for verb in VERBS}
    revocable = set(allowed(me, "role.revoke").filter(user=found).values_list("pk", flat=True))
    return render(request, "org/person.html", {"person": found, "can": can, "revocable": revocable, "form": RoleForm()})


@form_page
def add_person(request: HttpRequest) -> HttpResponse:
    me = person_of(request)
    demand(request, "person.add", me)
    form = NewPersonForm(request.POST or None)

    def add(data: dict[str, Any]) -> User:
        return actions.add_person(me, me, **{**data, "password": actions.Secret(str(data["password"]))})

    if request.method == "POST" and attempt(form, add):
        messages.success(request, _("账号已开立，请授予角色。"))
        return redirect("person", User.objects.get(username=form.cleaned_data["username"]).pk)
    return render_form(request, form, _("开立账号"), "people", _("人员与角色"))


@require_safe
def people_form(request: HttpRequest) -> HttpResponse:
    demand(request, "people.import", person_of(request))
    return attachment(tables.people_workbook(), "people.xlsx", XLSX)


@form_page
def import_people(request: HttpRequest) -> HttpResponse:
    me = person_of(request)
    demand(request, "people.import", me)
    form, mistakes = UploadForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        found = tables.read_people(form.cleaned_data["file"])
        mistakes = [one for one in found if isinstance(one, tables.Mistake)]
        newcomers = [one for one in found if isinstance(one, actions.Newcomer)]
        if newcomers and attempt(form, lambda _data: actions.import_people(me, me, people=newcomers)):
            return _receipt(request, newcomers)
    sub = _("列：用户名、姓名、单位、角色、指标、邮箱。初始密码由系统生成，只显示一次。")
    return render_form(request, form, _("导入人员"), "people", _("人员与角色"), button=_("导入"), mistakes=mistakes, sub=sub)


def _receipt(request: HttpRequest, newcomers: list[actions.Newcomer]) -> HttpResponse:
    """The first passwords, shown this once and kept nowhere."""
    answer = render(request, "org/receipt.html", {"rows": [(one, one.password.text) for one in newcomers]})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@form_page
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    demand(request, "person.edit", found)
    form = PersonForm(request.POST or None, instance=User.objects.get(pk=pk))
    if request.method == "POST" and attempt(form, lambda data: actions.edit_person(person_of(request), found, **data)):
        messages.success(request, _("已保存。"))
        return redirect("person", pk)
    return render_form(request, form, _("修改人员"), reverse("person", args=[pk]), str(found))


@form_page
def set_password(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    demand(request, "person.password", found)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and attempt(
        form, lambda data: actions.set_password(person_of(request), found, password=actions.Secret(data["password"]))
    ):
        messages.success(request, _("新密码已生效，原有登录全部失效。"))
        return redirect("person", pk)
    return render_form(request, form, _("重设密码"), reverse("person", args=[pk]), str(found))


@require_POST
def switch_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable or enable an account."""
    found = get_object_or_404(User, pk=pk)
    deed = actions.disable if found.is_active else actions.enable
    deed(person_of(request), found, reason=request.POST.get("reason", "")[:300])
    messages.success(request, _("账号已停用。") if found.is_active else _("账号已启用。"))
    return redirect("person", pk)


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = get_object_or_404(User, pk=pk), RoleForm(request.POST)
    if attempt(form, lambda data: actions.grant(person_of(request), found, **data)):
        messages.success(request, _("角色已授予。"))
    else:
        messages.error(request, " ".join(str(problem) for problems in form.errors.values() for problem in problems))
    return redirect("person", pk)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role.objects.select_related("user"), pk=pk)
    try:
        actions.revoke(person_of(request), role, reason=request.POST.get("reason", "")[:300])
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("角色已收回。"))
    return redirect("person", role.user_id)
