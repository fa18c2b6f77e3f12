from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import link
from windvane_web.desk.queries import count_to_do
from windvane_web.org.models import Role, User
from windvane_web.org.queries import find_cycle


def waiting(request: HttpRequest) -> int:
    return count_to_do(request.user, find_cycle(request)) if isinstance(request.user, User) else 0


link("desk", 0, _("待办"), "desk", count=waiting, hot=True)
link("process", 90, _("催办"), "reminders", Role.Kind.OFFICE)
link("rectify", 90, _("年度结转"), "roll", Role.Kind.OFFICE)
