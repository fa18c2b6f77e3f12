from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import Count, link
from windvane_web.core.permission import allowed
from windvane_web.org.models import Role
from windvane_web.org.queries import find_cycle

K = Role.Kind


def waiting(verb: str, cycle: str) -> Count:
    """How many rows of the current cycle wait for this person."""

    def counted(request: HttpRequest) -> int:
        return allowed(request.user, verb).filter(**{cycle: find_cycle(request)}).count()

    return counted


link("process", 10, _("我的任务"), "work:tasks", *Role.OF_A_UNIT)
link("process", 11, _("签发"), "work:sign", K.UNIT_LEADER, count=waiting("report.sign", "task__book__cycle"))
link("process", 20, _("工作进展"), "work:progress", K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR, K.VERIFIER)
link("process", 21, _("填报情况"), "work:tasks", K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR, K.VERIFIER, K.REVIEWER)
link("process", 30, _("佐证核验"), "work:verify", K.VERIFIER, K.OFFICE, count=waiting("report.verify", "task__book__cycle"))
link("process", 40, _("加分扣分台账"), "work:ledger", K.OFFICE, K.PROVIDER, K.COMMITTEE, K.AUDITOR, K.VERIFIER, K.REVIEWER, *Role.OF_A_UNIT)
link("process", 50, _("数据录入"), "work:indicators", K.OFFICE, K.PROVIDER, K.SURVEY)
link("process", 51, _("数据确认"), "work:confirm_list", K.OFFICE, K.VERIFIER, count=waiting("datum.confirm", "cycle"))
