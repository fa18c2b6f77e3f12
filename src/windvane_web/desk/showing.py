"""The demonstration in the browser: a progress page until the year is there, and who can sign in. Silent unless ``settings.DEMO``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from windvane_web.core.models import Job
from windvane_web.desk import demo

OPEN = ("/static/", "/health", "/prefer")


class Preparing:
    """Answers every page with the progress of the year until it is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response, self.ready = get_response, False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.ready or request.path.startswith(OPEN):
            return self.get_response(request)
        unfinished = Job.objects.filter(kind="desk.demo").exclude(state=Job.State.DONE).first()
        self.ready = unfinished is None
        if unfinished is None:
            return self.get_response(request)
        share = unfinished.done * 100 // max(unfinished.total, 1)
        answer = render(request, "desk/preparing.html", {"job": unfinished, "share": share}, status=503)
        if unfinished.state != Job.State.FAILED:
            answer["Refresh"] = answer["Retry-After"] = "2"
        return answer


def context(request: HttpRequest) -> dict[str, Any]:
    """Logins for the login page."""
    return {"demo": {"logins": demo.LOGINS, "password": demo.PASSWORD}} if settings.DEMO else {}
