from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import link
from windvane_web.org.models import Role

K = Role.Kind
SEERS = (K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR)

link("scoring", 10, _("计算批次"), "results:runs", *SEERS)
link("results", 10, _("排名"), "results:ranking", *SEERS)
link("results", 20, _("成绩单与画像"), "results:mine", *SEERS, *Role.OF_A_UNIT)
link("results", 30, _("公示结果"), "results:public")
