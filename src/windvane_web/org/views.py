"""Units, people and roles; one's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "org/me.html", {"roles": request.user.role_list})  # type: ignore[union-attr]  # only people get here
