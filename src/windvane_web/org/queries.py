"""What the pages ask of units, cycles and people."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from windvane_web.org.models import Cycle, Membership, UnitClass

ALL = "all"


def find_cycle(request: HttpRequest) -> Cycle | None:
    """The cycle one works in: from ``?cycle=``, else as last chosen, else the latest; None while there is none."""
    if not hasattr(request, "_cycle"):
        request._cycle = _chosen_cycle(request)  # type: ignore[attr-defined]  # asked once a request
    found: Cycle | None = request._cycle  # type: ignore[attr-defined]
    return found


def _chosen_cycle(request: HttpRequest) -> Cycle | None:
    cycles = {cycle.code: cycle for cycle in Cycle.objects.all()}
    request._cycles = list(cycles.values())  # type: ignore[attr-defined]
    if (wanted := request.GET.get("cycle")) in cycles:
        request.session["cycle"] = wanted
    return cycles.get(request.session.get("cycle", ""), next(iter(cycles.values()), None))


def all_cycles(request: HttpRequest) -> list[Cycle]:
    """All cycles, the latest first."""
    find_cycle(request)
    found: list[Cycle] = request._cycles  # type: ignore[attr-defined]
    return found


def current_cycle(request: HttpRequest) -> Cycle:
    """The cycle one works in; a page that needs one does not exist before there is one."""
    if (found := find_cycle(request)) is None:
        raise Http404("no cycle yet")
    return found


def current_classes(request: HttpRequest) -> list[UnitClass]:
    """The classes of the current cycle, in official order."""
    if not hasattr(request, "_classes"):
        cycle = find_cycle(request)
        request._classes = list(cycle.classes.all()) if cycle else []  # type: ignore[attr-defined]
    found: list[UnitClass] = request._classes  # type: ignore[attr-defined]
    return found


def current_class(request: HttpRequest) -> UnitClass | None:
    """The class one looks at: from ``?class=``, else as last chosen; None is all of them."""
    if (wanted := request.GET.get("class")) is not None:
        request.session["class"] = wanted
    return next((one for one in current_classes(request) if one.code == request.session.get("class")), None)


def members(cycle: Cycle, cls: UnitClass | None = None) -> QuerySet[Membership]:
    """The units of a cycle (of one class) in official order."""
    found = cycle.memberships.select_related("unit", "cls").order_by("cls__order", "cls__code", "order", "unit__code")
    return found.filter(cls=cls) if cls else found
