"""Pages of the scheme: versions, one version as people read it, the editor, comparison, freezing, downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from windvane import Change, Problem, Severity, compare
from windvane_web.core.attempt import attempt
from windvane_web.core.downloads import XLSX, attachment
from windvane_web.core.page import language
from windvane_web.core.permission import allowed, may
from windvane_web.org.models import Role, User
from windvane_web.org.queries import current_cycle
from windvane_web.scheme import actions, rows
from windvane_web.scheme.checking import doubts, line_of, misfits
from windvane_web.scheme.content import workbook_of
from windvane_web.scheme.forms import SchemeForm, text_of_upload
from windvane_web.scheme.models import Version
from windvane_web.scheme.outline import outline
from windvane_web.scheme.queries import frozen_version, scheme_of

form_page = require_http_methods(["GET", "HEAD", "POST"])
YAML = "application/yaml; charset=utf-8"
LIGHT = {Severity.ERROR: "late", Severity.WARNING: "lag", Severity.NOTE: "none"}


def me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the login middleware lets only people in
    return request.user


def demand(request: HttpRequest, verb: str, subject: Model) -> None:
    """A page for a deed exists for those who may do it."""
    if not may(me(request), verb, subject):
        raise PermissionDenied


def seen_of(request: HttpRequest) -> int | None:
    """The version of a row that the person was shown; None where the page did not say."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() else None


@dataclass(frozen=True, slots=True)
class Said:
    """A problem as the page shows it."""

    light: str
    line: int | None
    where: str
    what: str
    hint: str


def said(problems: tuple[Problem, ...] | list[Problem]) -> list[Said]:
    return [Said(LIGHT[p.severity], line_of(p), p.where, p.what(language()), p.hint(language())) for p in problems]


def _version(request: HttpRequest, pk: int) -> Version:
    found: Version = get_object_or_404(allowed(me(request), "scheme.see").select_related("cycle", "made_by"), pk=pk)
    return found


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    cycle = current_cycle(request)
    found = list(allowed(me(request), "scheme.see").filter(cycle=cycle).select_related("made_by"))
    waiting = next((one for one in found if one.state == Version.State.DRAFT), None)
    shown = {"versions": found, "may_draft": may(me(request), "scheme.draft", cycle), "draft": waiting}
    return render(request, "scheme/versions.html", shown)


@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    found = _version(request, pk)
    shown = {
        "version": found,
        "outline": outline(found.text, language()),
        "problems": said(doubts(found.text)) if found.state == Version.State.DRAFT else [],
        "others": [one for one in allowed(me(request), "scheme.see").filter(cycle=found.cycle) if one != found],
        "history": rows.history_of(found),
        "digest": found.digest or scheme_of(found).digest,
    }
    return render(request, "scheme/version.html", shown)


@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """The version that counts now; before the first freeze, the list."""
    found = frozen_version(current_cycle(request))
    return redirect("scheme:version", found.pk) if found else redirect("scheme:versions")


@form_page
def draft(request: HttpRequest) -> HttpResponse:
    """A new draft, beginning with the text in force, or with last year's."""
    cycle = current_cycle(request)
    demand(request, "scheme.draft", cycle)
    before = frozen_version(cycle) or (frozen_version(cycle.previous) if cycle.previous else None)
    form = _form(request, {"text": before.text if before else ""})
    if saves(request) and attempt(form, lambda data: actions.draft(me(request), cycle, text=data["text"], note=data["note"])):
        messages.success(request, _("草案已保存。"))
        return redirect("scheme:versions")
    return _editor(request, form, {"before": before})


@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _version(request, pk)
    demand(request, "scheme.edit", found)
    form, seen = _form(request, {"text": found.text, "note": found.note}), seen_of(request)
    if saves(request) and attempt(form, lambda data: actions.edit(me(request), found, text=data["text"], note=data["note"], seen=seen)):
        messages.success(request, _("草案已保存。"))
        return redirect("scheme:version", pk)
    return _editor(request, form, {"version": found, "seen": seen or found.version})


def saves(request: HttpRequest) -> bool:
    """Whether the person pressed save; an upload is shown in the editor first."""
    return request.method == "POST" and not request.FILES


def _form(request: HttpRequest, initial: dict[str, Any]) -> SchemeForm:
    """The form as posted; the text of an uploaded file takes the place of what was typed."""
    if request.method != "POST":
        return SchemeForm(initial=initial)
    if "file" not in request.FILES:
        return SchemeForm(request.POST)
    form = SchemeForm(request.POST, request.FILES)
    try:
        text = text_of_upload(cast("UploadedFile[Any]", request.FILES["file"]))
    except ValidationError as error:
        form.add_error("file", error.messages)
        return form
    return SchemeForm({**request.POST.dict(), "text": text})


def _editor(request: HttpRequest, form: SchemeForm, more: dict[str, Any]) -> HttpResponse:
    text = str(form["text"].value() or "").replace("\r\n", "\n")
    return render(request, "scheme/editor.html", {"form": form, **checked(text), **more})


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the editor with what is said about it."""

    number: int
    light: str
    what: str


def checked(text: str) -> dict[str, Any]:
    """What the editor says of a text: problems as a list, and line by line beside the text."""
    problems = said(doubts(text)) if text.strip() else []
    beside: dict[int, list[Said]] = {}
    for one in problems:
        if one.line:
            beside.setdefault(one.line, []).append(one)
    lines = range(1, text.count("\n") + 2)
    gutter = [Row(n, beside[n][0].light if n in beside else "", " ".join(one.what for one in beside.get(n, ()))) for n in lines]
    reads = not any(one.light == "late" for one in problems)
    return {"problems": problems, "gutter": gutter, "reads": reads and bool(text.strip()), "rows": len(gutter) + 3}


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with the text as typed so far; nothing is saved."""
    if not me(request).has(Role.Kind.OFFICE):
        raise PermissionDenied
    return render(request, "scheme/checked.html", checked(request.POST.get("text", "").replace("\r\n", "\n")))


def _changes(old: Version, new: Version) -> list[tuple[str, Change]]:
    return [(change.say(language()), change) for change in compare(scheme_of(old), scheme_of(new))]


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Two versions side by side in sentences; without a choice the last two that the person sees, last year's included."""
    seen = list(allowed(me(request), "scheme.see").select_related("cycle").order_by("-cycle__start", "-number"))
    if len(seen) < 2:
        return render(request, "scheme/comparison.html", {"versions": seen})
    new = _chosen(request, "new", seen, seen[0])
    old = _chosen(request, "old", seen, next((one for one in seen if one != new and one.pk < new.pk), seen[-1]))
    shown = {"versions": seen, "old": old, "new": new, "changes": _changes(old, new) if old != new else []}
    return render(request, "scheme/comparison.html", shown)


def _chosen(request: HttpRequest, name: str, seen: list[Version], default: Version) -> Version:
    wanted = request.GET.get(name)
    if wanted is None:
        return default
    found = next((one for one in seen if str(one.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


@form_page
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """What freezing will do and change; then the deed, by a second person."""
    found = _version(request, pk)
    demand(request, "scheme.freeze", found)
    refused: list[str] = []
    if request.method == "POST":
        try:
            actions.freeze(me(request), found, seen=seen_of(request))
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("方案已冻结。"))
            return redirect("scheme:version", pk)
    before = frozen_version(found.cycle) or (frozen_version(found.cycle.previous) if found.cycle.previous else None)
    problems = said([*doubts(found.text), *misfits(found.cycle, scheme_of(found))])
    shown = {
        "before": before,
        "changes": _changes(before, found) if before else [],
        "replaces": before and before.cycle_id == found.cycle_id,
    }
    possible = not any(one.light == "late" for one in problems)
    return render(
        request,
        "scheme/freeze.html",
        {"version": found, "problems": problems, "refused": refused, "possible": possible, "digest": scheme_of(found).digest, **shown},
    )


@require_safe
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = _version(request, pk)
    name = f"scheme-{found.cycle.code}-{found.number}"
    if kind == "xlsx":
        return attachment(workbook_of(scheme_of(found)), f"{name}.xlsx", XLSX)
    return attachment(found.text.encode(), f"{name}.yaml", YAML)
