"""The page that rolls a year over: what will happen, the names of the next year, one button."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from windvane_web.core.attempt import attempt
from windvane_web.core.permission import entitled, may
from windvane_web.desk import actions, rollover
from windvane_web.desk.forms import RollForm
from windvane_web.org.models import Cycle, User
from windvane_web.org.queries import current_cycle


@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest) -> HttpResponse:
    person, cycle = request.user, current_cycle(request)
    assert isinstance(person, User)  # the login middleware lets only people in
    if not entitled(person, "cycle.roll", cycle):
        raise PermissionDenied
    form = RollForm(request.POST if request.method == "POST" else None, initial=rollover.suggested(cycle))
    if request.method == "POST" and attempt(form, lambda data: actions.roll(person, cycle, **data)):
        messages.success(request, _("已结转。请核对方案草案和各单位目标任务书草案。"))
        return redirect(f"{reverse('cycles')}?cycle={form.cleaned_data['code']}")
    shown = {"form": form, "can_roll": may(person, "cycle.roll", cycle), "later": Cycle.objects.filter(previous=cycle).first()}
    return render(request, "desk/roll.html", {**shown, "outlook": rollover.outlook(cycle)})
