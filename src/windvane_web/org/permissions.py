"""Three administrators with three corners: security grants roles and holds no assessment role, system runs, audit reads the trail.

Units, classes and cycles belong to the assessment office. Nobody changes their own account or roles.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.models import Entry
from windvane_web.core.permission import NOBODY, declare
from windvane_web.org.models import Cycle, Membership, Role, Unit, User
from windvane_web.org.who import Who, both, holds

K = Role.Kind
OPEN = ~Q(phase=Cycle.Phase.CLOSED)
SEES_PEOPLE = (K.SECURITY, K.OFFICE, K.AUDITOR, K.AUDIT)


def oneself(*kinds: str) -> Who:
    """For what has no parent row: it is done from one's own account."""
    return lambda person: Q(pk=person.pk) if person.has(*kinds) else NOBODY


def others(path: str = "") -> Who:
    """Rows of other people."""
    return lambda person: ~Q(**{path or "pk": person.pk})


declare("cycle.open", User, _("建立年度"), who=oneself(K.OFFICE))
declare("cycle.move", Cycle, _("推进阶段"), who=holds(K.OFFICE), when=OPEN)
declare("class.add", Cycle, _("增加类别"), who=holds(K.OFFICE), when=OPEN)
declare("units.import", Cycle, _("导入单位"), who=holds(K.OFFICE), when=OPEN)
declare("unit.edit", Unit, _("修改单位"), who=holds(K.OFFICE))
declare("unit.succeed", Unit, _("登记机构变动"), who=holds(K.OFFICE))
declare("member.edit", Membership, _("调整单位类别"), who=holds(K.OFFICE), when=~Q(cycle__phase=Cycle.Phase.CLOSED))

declare("person.see", User, _("查看人员"), who=holds(*SEES_PEOPLE))
declare("person.add", User, _("开立账号"), who=oneself(K.SECURITY))
declare("people.import", User, _("导入人员"), who=oneself(K.SECURITY))
declare("person.edit", User, _("修改人员"), who=both(holds(K.SECURITY), others()))
declare("person.password", User, _("重设密码"), who=both(holds(K.SECURITY), others()))
declare("person.disable", User, _("停用账号"), who=both(holds(K.SECURITY), others()), when=Q(is_active=True))
declare("person.enable", User, _("启用账号"), who=both(holds(K.SECURITY), others()), when=Q(is_active=False))
declare("role.grant", User, _("授予角色"), who=both(holds(K.SECURITY), others()), when=Q(is_active=True))
declare("role.revoke", Role, _("收回角色"), who=both(holds(K.SECURITY), others("user")))

declare("audit.read", Entry, _("查看审计记录"), who=holds(K.AUDITOR, K.AUDIT))
