"""A refused action becomes a page in words: a stranger gets 403, a wrong state or someone faster 409."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from windvane_web.core.action import Refused
from windvane_web.core.permission import VERBS


class Refusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if exception.reason == "stranger":
            return render(request, "403.html", status=403)
        known = VERBS.get(exception.verb)
        return render(
            request,
            "409.html",
            {"reason": exception.reason, "deed": known.title if known else "", "subject": exception.subject},
            status=409,
        )
