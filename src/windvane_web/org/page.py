"""What every page shows of the year: the cycle one works in, the others, its classes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from windvane_web.org.queries import all_cycles, current_class, current_classes, find_cycle


def context(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not (user and user.is_authenticated and hasattr(request, "session")):
        return {}
    chosen = current_class(request)
    return {
        "cycle": find_cycle(request),
        "cycles": all_cycles(request),
        "classes": current_classes(request),
        "class_code": chosen.code if chosen else "",
    }
