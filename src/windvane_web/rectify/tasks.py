"""What of appeals and problems waits on the desk."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from windvane_web.core.tasks import task
from windvane_web.org.models import Role, User
from windvane_web.rectify.actions import link_of as to_appeal
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.rectify.problem_actions import link_of as to_problem

K = Role.Kind


def of_kind(*kinds: str) -> QuerySet[User]:
    return User.objects.filter(roles__kind__in=kinds, is_active=True).distinct()


def of_unit(problem: Problem) -> QuerySet[User]:
    return User.objects.filter(roles__kind__in=Role.OF_A_UNIT, roles__unit=problem.unit_id, is_active=True).distinct()


def reviewer(appeal: Appeal) -> QuerySet[User]:
    return User.objects.filter(pk__in=[appeal.reviewer_id] if appeal.reviewer_id else [])


APPEAL: dict[str, Any] = {"stage": _("申诉复核"), "link": to_appeal, "cycle": "run__cycle"}
task("appeal.take", button=_("受理"), people=lambda appeal: of_kind(K.REVIEWER), **APPEAL)
task("appeal.uphold", button=_("复核"), people=reviewer, **APPEAL)
task("appeal.rerun", button=_("重新计算"), people=lambda appeal: of_kind(K.OFFICE), **APPEAL)

PROBLEM: dict[str, Any] = {"stage": _("整改"), "link": to_problem}
task("problem.confirm", button=_("确认"), people=of_unit, **PROBLEM)
task("problem.drop", button=_("处理异议"), people=lambda problem: of_kind(K.OFFICE), **PROBLEM)
task("problem.plan", button=_("制定目标"), people=of_unit, **PROBLEM)
task("problem.report_done", button=_("整改"), due="deadline", people=of_unit, **PROBLEM)
task("problem.close", button=_("核验"), people=lambda problem: of_kind(K.OFFICE, K.VERIFIER), **PROBLEM)
