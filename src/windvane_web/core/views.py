"""Pages that belong to no app: health, preferences, notices, all places."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane_web.core.checkpoints import kept
from windvane_web.core.models import Job
from windvane_web.core.page import TYPE_COOKIE

YEAR = 365 * 24 * 3600


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the process answers and reaches its database; says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@login_not_required
@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Keep language and size of type for this browser."""
    back = redirect(_back(request))
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        back.set_cookie(settings.LANGUAGE_COOKIE_NAME, str(language), max_age=YEAR, samesite="Lax", httponly=True)
    if (size := request.POST.get("type")) in ("normal", "large"):
        back.set_cookie(TYPE_COOKIE, str(size), max_age=YEAR, samesite="Lax", httponly=True)
    return back


def _back(request: HttpRequest) -> str:
    """The page one came from, never another site."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "/"


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All pages one may open: the navigation of small screens."""
    return render(request, "core/places.html")


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """One's own notices; a POST marks them as read. Reading is nobody else's business, so it is no audited action."""
    mine = request.user.notices.all()  # type: ignore[union-attr]  # the login middleware lets only people in
    if request.method == "POST":
        mine.filter(read_at=None).update(read_at=timezone.now())
        return redirect("notices")
    return render(request, "core/notices.html", {"page": Paginator(mine, 50).get_page(request.GET.get("page"))})


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one's own long work is; asked again every two seconds until it ends."""
    found = get_object_or_404(Job, pk=pk, owner=request.user)
    partial = "core/job_part.html" if getattr(request, "htmx", False) else "core/job.html"
    return render(request, partial, {"job": found, "share": round(100 * found.done / found.total) if found.total else 0})


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """The system administrator's corner: what runs, what failed, when the trail was last signed."""
    if not request.user.has("system"):  # type: ignore[union-attr]  # the login middleware lets only people in
        raise PermissionDenied
    signed = kept()
    counts = {str(state.label): Job.objects.filter(state=state).count() for state in Job.State}
    shown = {"counts": counts, "signed": signed[-1] if signed else None, "vendor": connection.vendor}
    return render(request, "core/system.html", {**shown, "page": Paginator(Job.objects.all(), 50).get_page(request.GET.get("page"))})
