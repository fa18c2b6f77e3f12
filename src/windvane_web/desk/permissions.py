"""The office reminds; everything else on the desk is permitted by the app it belongs to."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.permission import declare
from windvane_web.org.models import Cycle, Role
from windvane_web.org.who import holds

declare("task.remind", Cycle, _("催办"), who=holds(Role.Kind.OFFICE), when=~Q(phase=Cycle.Phase.CLOSED))
