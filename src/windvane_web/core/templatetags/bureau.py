"""Template words: who may, dates, numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from windvane_web.core import permission
from windvane_web.core.permission import VERBS

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: template.Context, verb: str, subject: Model | None) -> bool:
    """``{% may "report.sign" report as can_sign %}``: whether the reader may do this to it now."""
    request = context.get("request")
    return bool(request and subject is not None and permission.may(request.user, verb, subject))


@register.filter
def verb_title(name: str) -> str:
    """The title of a verb; lines of verbs that are gone show their name."""
    return str(VERBS[name].title) if name in VERBS else name


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: Any) -> str:
    """This page's address with some of its query changed: ``{% address page=2 %}``; an empty value takes a key out."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in ("", None):
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("core/due.html")
def due(day: date | None) -> dict[str, Any]:
    """A light for a deadline: overdue, due today, days left."""
    if day is None:
        return {"light": "none", "word": "—"}
    left = (day - timezone.localdate()).days
    if left < 0:
        return {"light": "late", "word": _("逾期 %(n)s 天") % {"n": -left}}
    if left == 0:
        return {"light": "lag", "word": _("今日到期")}
    return {"light": "ok", "word": _("剩 %(n)s 天") % {"n": left}}


@register.inclusion_tag("core/pages.html", takes_context=True)
def pages(context: template.Context, page: Any) -> dict[str, Any]:
    """Previous and next of a ``Page``, with where one is."""
    return {"page": page, "request": context["request"]}
