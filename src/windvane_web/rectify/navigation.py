from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import link
from windvane_web.org.models import Role, User
from windvane_web.org.queries import find_cycle
from windvane_web.rectify import queries
from windvane_web.rectify.models import Appeal

K = Role.Kind


def waiting(request: HttpRequest) -> int:
    """Appeals without an answer."""
    cycle = find_cycle(request)
    if cycle is None or not isinstance(request.user, User):
        return 0
    return queries.appeals(request.user, cycle).filter(state__in=(Appeal.State.FILED, Appeal.State.REVIEWING)).count()


def going_on(request: HttpRequest) -> int:
    """Problems that are not closed."""
    cycle = find_cycle(request)
    if cycle is None or not isinstance(request.user, User):
        return 0
    return queries.problems(request.user, cycle).exclude(state__in=queries.SETTLED).count()


link(
    "results", 40, _("申诉复核"), "rectify:appeals", K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR, K.REVIEWER, *Role.OF_A_UNIT, count=waiting
)
link(
    "rectify",
    10,
    _("问题清单"),
    "rectify:problems",
    K.OFFICE,
    K.COMMITTEE,
    K.LEADER,
    K.AUDITOR,
    K.VERIFIER,
    *Role.OF_A_UNIT,
    count=going_on,
)
