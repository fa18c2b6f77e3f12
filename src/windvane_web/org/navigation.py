from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import link
from windvane_web.org.models import Role
from windvane_web.org.permissions import SEES_PEOPLE
from windvane_web.org.queries import find_cycle


def units(request: HttpRequest) -> int:
    cycle = find_cycle(request)
    return cycle.memberships.count() if cycle else 0


K = Role.Kind
link("scheme", 5, _("年度"), "cycles", K.OFFICE, K.AUDITOR)
link("scheme", 20, _("单位与类别"), "units", K.OFFICE, K.AUDITOR, K.COMMITTEE, K.LEADER, count=units)
link("oversight", 10, _("人员与角色"), "people", *SEES_PEOPLE)
link("oversight", 20, _("审计记录"), "trail", K.AUDITOR, K.AUDIT)
link("oversight", 30, _("运行状态"), "system", K.SYSTEM)
