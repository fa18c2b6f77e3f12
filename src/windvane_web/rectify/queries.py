"""Reads of appeals and problems that more than one caller wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from windvane_web.core.models import Entry
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, UnitClass, User
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.rectify.permissions import GOES_ON

SOON = timedelta(days=14)
P = Problem.State
SETTLED = (P.CLOSED, P.DROPPED)
LIGHTS: dict[str, str | Promise] = {
    "late": _("逾期"),
    "lag": _("临近期限"),
    "ok": _("按期"),
    "wait": _("未定期限"),
    "closed": _("已销号"),
    "none": _("不再整改"),
}
SORTS = {"deadline": (F("deadline").asc(nulls_last=True), "unit__order", "pk"), "unit": ("unit__order", "pk"), "newest": ("-pk",)}
WORDS: dict[str, str | Promise] = {
    "reason": _("理由"),
    "wanted": _("主张"),
    "outcome": _("结论"),
    "value": _("更正为"),
    "origin": _("来源"),
    "meeting": _("会议"),
    "goal": _("整改目标"),
    "deadline": _("期限"),
    "text": _("进展"),
    "result": _("结果"),
    "note": _("意见"),
}


def appeals(person: User, cycle: Cycle) -> QuerySet[Appeal]:
    """The appeals of a year that a person sees, those without an answer first."""
    found: QuerySet[Appeal] = allowed(person, "appeal.see").filter(run__cycle=cycle)
    return found.select_related("run__cycle", "unit", "filed_by", "reviewer", "new_run", "report__task", "datum", "ledger").order_by(
        "decided_at", "-pk"
    )


def problems(person: User, cycle: Cycle) -> QuerySet[Problem]:
    """The problems of a year that a person sees."""
    found: QuerySet[Problem] = allowed(person, "problem.see").filter(cycle=cycle)
    return found.select_related("unit", "cycle", "found_by").prefetch_related("partners")


def open_problems(cycle: Cycle) -> QuerySet[Problem]:
    """Problems that are neither closed nor dropped nor carried over."""
    return Problem.objects.filter(GOES_ON, cycle=cycle).exclude(state__in=SETTLED)


def light_of(problem: Problem, today: date) -> str:
    """``late`` after the deadline, ``lag`` shortly before it, ``wait`` without one; ``closed`` and ``none`` need nothing more."""
    if problem.state in SETTLED:
        return "closed" if problem.state == P.CLOSED else "none"
    if problem.deadline is None:
        return "wait"
    return "late" if problem.deadline < today else "lag" if problem.deadline <= today + SOON else "ok"


def lit(light: str, today: date) -> Q:
    """The same as ``light_of``, for lists."""
    going = ~Q(state__in=SETTLED)
    return {
        "closed": Q(state=P.CLOSED),
        "none": Q(state=P.DROPPED),
        "wait": going & Q(deadline=None),
        "late": going & Q(deadline__lt=today),
        "lag": going & Q(deadline__gte=today, deadline__lte=today + SOON),
        "ok": going & Q(deadline__gt=today + SOON),
    }.get(light, Q())


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to and how it is sorted, from the address of the page."""

    light: str = ""
    state: str = ""
    kind: str = ""
    text: str = ""
    sort: str = "deadline"

    @classmethod
    def of(cls, query: Any) -> Wanted:
        light, state, kind, text = (query.get(name, "").strip() for name in ("light", "state", "kind", "q"))
        return cls(light, state, kind, text, query.get("sort", "deadline"))


def narrowed(found: QuerySet[Problem], wanted: Wanted, cls: UnitClass | None, today: date) -> QuerySet[Problem]:
    if cls is not None:
        found = found.filter(unit__memberships__cls=cls)
    if wanted.state in P.values:
        found = found.filter(state=wanted.state)
    if wanted.kind in Problem.Kind.values:
        found = found.filter(kind=wanted.kind)
    if wanted.text:
        found = found.filter(Q(title__icontains=wanted.text) | Q(unit__zh__icontains=wanted.text) | Q(unit__en__icontains=wanted.text))
    return found.filter(lit(wanted.light, today)).order_by(*SORTS.get(wanted.sort, SORTS["deadline"]))


def counted(found: Iterable[Problem], today: date) -> dict[str, int]:
    """How many problems have each light, all of them, and how many wait for their check."""
    rows = list(found)
    numbers = dict.fromkeys(LIGHTS, 0)
    for one in rows:
        numbers[light_of(one, today)] += 1
    return {
        **numbers,
        "all": len(rows),
        "open": len(rows) - numbers["closed"] - numbers["none"],
        "check": sum(one.state == P.REPORTED for one in rows),
    }


@dataclass(frozen=True)
class Event:
    """One line of a timeline, from the audit trail."""

    at: Any
    who: str
    verb: str
    said: tuple[tuple[str | Promise, str], ...]


def timeline(subject: Model) -> list[Event]:
    """What happened to an appeal or a problem, in order; for a problem carried over, also in the years before."""
    rows: list[Model] = [subject]
    while isinstance(last := rows[-1], Problem) and last.carried_from is not None:
        rows.append(last.carried_from)
    lines = Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id__in=[str(row.pk) for row in rows]).order_by("number")
    return [Event(line.at, line.actor_label, line.verb, _said(line.content)) for line in lines]


def _said(content: dict[str, Any]) -> tuple[tuple[str | Promise, str], ...]:
    return tuple((WORDS[key], str(value)) for key, value in content.items() if key in WORDS and value)
