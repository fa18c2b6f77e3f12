"""A unit's reports: the list, the form, the leader's sign-off, evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, Count, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane_web.core.downloads import attachment
from windvane_web.core.models import Entry
from windvane_web.core.permission import allowed, may
from windvane_web.org.models import Role
from windvane_web.org.queries import current_class, current_cycle
from windvane_web.work import actions
from windvane_web.work.columns import REPORT_FILTERS, REPORT_SEARCH, report_columns
from windvane_web.work.forms import ReturnForm, me
from windvane_web.work.listing import Listing
from windvane_web.work.models import Report
from windvane_web.work.reading import choices_of
from windvane_web.work.speaking import completion, light_of, measure_of, say_period, say_value
from windvane_web.work.uploads import ACCEPT, LARGEST, checked

S = Report.State
ORDER = ("due", "task__book__unit__order", "task__order", "pk")


def of_cycle(request: HttpRequest, verb: str) -> QuerySet[Report]:
    """The reports of the current cycle (and class) to which this verb gives a right."""
    rows = allowed(request.user, verb).filter(task__book__cycle=current_cycle(request))
    if (cls := current_class(request)) and not me(request).has(*Role.OF_A_UNIT):
        rows = rows.filter(task__book__unit__memberships__cls=cls)
    return rows.select_related("task__book__unit", "task__book__cycle").order_by(*ORDER)


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """All reports one may see: for a unit its own tasks."""
    if not me(request).has(*SEERS):
        raise PermissionDenied
    rows = (
        of_cycle(request, "report.see")
        .annotate(later=Case(When(state__in=(S.DRAFT, S.RETURNED), then=0), default=1))
        .order_by("later", *ORDER)
    )
    own = me(request).has(*Role.OF_A_UNIT)
    listing = Listing(request, rows, report_columns(own), REPORT_FILTERS, REPORT_SEARCH, name=str(_("填报情况")))
    if file := listing.export():
        return file
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk", distinct=True)))
    today = timezone.localdate()
    late = rows.filter(state__in=(S.DRAFT, S.RETURNED), due__lt=today).count()
    numbers = {"waiting": counts.get(S.DRAFT, 0) + counts.get(S.RETURNED, 0), "late": late}
    numbers |= {"submitted": counts.get(S.SUBMITTED, 0), "signed": counts.get(S.SIGNED, 0), "verified": counts.get(S.VERIFIED, 0)}
    upcoming = rows.filter(state__in=(S.DRAFT, S.RETURNED), due__gte=today).first()
    return render(request, "work/tasks.html", {"listing": listing, "numbers": numbers, "own": own, "upcoming": upcoming})


SEERS = (
    Role.Kind.OFFICE,
    Role.Kind.COMMITTEE,
    Role.Kind.LEADER,
    Role.Kind.AUDITOR,
    Role.Kind.VERIFIER,
    Role.Kind.REVIEWER,
    *Role.OF_A_UNIT,
)


def find_report(request: HttpRequest, pk: int) -> Report:
    """One report that one may see; for anybody else it does not exist."""
    rows: QuerySet[Report] = allowed(request.user, "report.see").select_related("task__book__unit", "task__book__cycle")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a reporter; for others the same page to read."""
    found = find_report(request, pk)
    if request.method != "POST":
        return render(request, "work/report.html", described(request, found))
    try:
        with transaction.atomic():
            _written(request, found)
    except ValidationError as error:
        return render(
            request, "work/report.html", {**described(request, found), "errors": error.messages, "typed": request.POST}, status=422
        )
    messages.success(request, _("已提交，等待负责人签发。") if request.POST.get("do") == "submit" else _("已保存。"))
    return redirect("work:tasks" if request.POST.get("do") == "submit" else request.path)


def _written(request: HttpRequest, found: Report) -> None:
    """Value, words, documents and, if asked for, submission: all of it or nothing."""
    person, seen = me(request), request.POST.get("seen", "")
    version: dict[str, Any] = {"seen": int(seen)} if seen.isdecimal() else {}
    actions.draft(person, found, value=request.POST.get("value", ""), text=request.POST.get("text", ""), **version)
    for file in request.FILES.getlist("files"):
        actions.attach(person, found, file=checked(file))
    if request.POST.get("do") == "submit":
        actions.submit(person, found)


def described(request: HttpRequest, found: Report) -> dict[str, Any]:
    """What every page about one report shows."""
    task = found.task
    light, word = light_of(found, timezone.localdate())
    return {
        "report": found,
        "task": task,
        "unit": task.book.unit,
        "period": say_period(found.period),
        "measure": measure_of(task),
        "reported": say_value(found.value, task),
        "verified": say_value(found.verified_value, task),
        "rate": completion(task, found.verified_value or found.value),
        "target": task.facts.get("target", ""),
        "base": task.facts.get("base", ""),
        "light": light,
        "light_word": word,
        "choices": choices_of(task),
        "files": list(found.evidence.select_related("added_by")),
        "earlier": [(one, say_value(one.verified_value or one.value, task)) for one in _earlier(found)],
        "lines": Entry.objects.filter(subject_type="work.report", subject_id=str(found.pk)).order_by("number"),
        "can_draft": may(request.user, "report.draft", found),
        "can_sign": may(request.user, "report.sign", found),
        "can_verify": may(request.user, "report.verify", found),
        "accept": ACCEPT,
        "most": LARGEST // 2**20,
    }


def _earlier(found: Report) -> QuerySet[Report]:
    """Other periods of the same task, the latest first."""
    task = found.task
    same = Report.objects.filter(task__book=task.book_id, task__slot=task.slot, task__entry=task.entry)
    return same.exclude(pk=found.pk).exclude(value="").order_by("-due")


@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_report(request, pk)
    actions.detach(me(request), found, digest=request.POST.get("digest", ""))
    return redirect("work:report", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """What waits for the leader's signature; one click signs one, or all that are ticked."""
    if not me(request).has(Role.Kind.UNIT_LEADER):
        raise PermissionDenied
    rows = of_cycle(request, "report.sign")
    if request.method == "POST":
        return _sign_chosen(request)
    listing = Listing(request, rows.annotate(files=Count("evidence")), report_columns(own=True), (), REPORT_SEARCH, name=str(_("待签发")))
    return listing.export() or render(request, "work/sign.html", {"listing": listing})


def _sign_chosen(request: HttpRequest) -> HttpResponse:
    one = request.POST.get("one", "")
    chosen = [one] if one else request.POST.getlist("ids")
    with transaction.atomic():
        found = list(Report.objects.filter(pk__in=[text for text in chosen if text.isdecimal()]))
        for report_ in found:
            actions.sign(me(request), report_)
    if found:
        messages.success(request, _("已签发 %(n)s 件，转入核验。") % {"n": len(found)})
    return redirect("work:sign")


@require_POST
def sign_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign or send back from the page of the report."""
    found = find_report(request, pk)
    if request.POST.get("do") == "return":
        form = ReturnForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("请写明退回理由。"))
            return redirect("work:report", pk=pk)
        actions.return_to_reporter(me(request), found, reason=form.cleaned_data["reason"])
        messages.success(request, _("已退回填报人。"))
    else:
        actions.sign(me(request), found)
        messages.success(request, _("已签发，转入核验。"))
    return redirect("work:sign")


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """A document as an attachment, of the kind its content is."""
    found = get_object_or_404(allowed(request.user, "evidence.see"), pk=pk)
    try:
        with found.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    return attachment(content, found.name, found.kind)
