from django.utils.translation import gettext_lazy as _

from windvane_web.core.navigation import link

link("desk", 0, _("待办"), "desk")
