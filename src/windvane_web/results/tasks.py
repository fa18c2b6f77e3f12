"""What of runs waits on the desk."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from windvane_web.core.tasks import task
from windvane_web.org.models import Role, User


def _of_kind(kind: str) -> QuerySet[User]:
    return User.objects.filter(roles__kind=kind, is_active=True).distinct()


task(
    "run.decide",
    stage=_("结果"),
    button=_("研究审定"),
    link=lambda run: reverse("results:decide", args=[run.pk]),
    unit="",
    people=lambda run: _of_kind(Role.Kind.COMMITTEE),
)
