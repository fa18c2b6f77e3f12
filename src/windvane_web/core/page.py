"""What every page shows: navigation, notices, language and size of type. Cycle and class come from org/page.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from windvane_web.core.navigation import groups

TYPE_COOKIE = "windvane_type"


def language() -> str:
    """``zh`` or ``en``: the language of this page."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def context(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    return {
        "language": language(),
        "html_lang": "en" if language() == "en" else "zh-CN",
        "type_size": "large" if request.COOKIES.get(TYPE_COOKIE) == "large" else "normal",
        "nav": SimpleLazyObject(lambda: groups(request)) if known else [],
        "notices": user.notices.filter(read_at=None) if known and user else [],
    }
