"""The office reminds and opens the next year from this one; everything else on the desk is permitted by the app it belongs to."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.permission import declare
from windvane_web.org.models import Cycle, Role
from windvane_web.org.who import holds

declare("task.remind", Cycle, _("催办"), who=holds(Role.Kind.OFFICE), when=~Q(phase=Cycle.Phase.CLOSED))
declare(
    "cycle.roll",
    Cycle,
    _("结转到下一年度"),
    who=holds(Role.Kind.OFFICE),
    when=Q(phase__in=(Cycle.Phase.RESULTS, Cycle.Phase.CLOSED), next__isnull=True),
)
