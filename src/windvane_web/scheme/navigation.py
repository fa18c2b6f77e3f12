from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import link
from windvane_web.core.permission import allowed
from windvane_web.org.models import Role
from windvane_web.org.queries import find_cycle

K = Role.Kind
ASSESSING = tuple(kind for kind in Role.Kind if kind not in Role.ADMINISTRATORS)
READS_BOOKS = (K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR, K.REVIEWER, K.VERIFIER, K.PROVIDER, *Role.OF_A_UNIT)


def undecided(request: HttpRequest) -> int:
    return allowed(request.user, "amendment.approve").filter(book__cycle=find_cycle(request)).count()


link("scheme", 10, _("考核方案"), "scheme:in_force", *ASSESSING)
link("scheme", 30, _("目标任务书"), "scheme:books", *READS_BOOKS)
link("scheme", 40, _("任务变更"), "scheme:amendments", K.OFFICE, K.AUDITOR, *Role.OF_A_UNIT, count=undecided)
