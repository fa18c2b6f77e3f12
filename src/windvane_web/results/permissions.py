"""Who may start, decide, publish and see results. One declaration each, for lists and for objects."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.permission import declare
from windvane_web.org.models import Cycle, Role, User
from windvane_web.org.who import Who, both, either, holds, of_unit
from windvane_web.results.models import Placed, Publication, Run

K, S = Role.Kind, Run.State
SEES_ALL = (K.OFFICE, K.COMMITTEE, K.AUDITOR)
SETTLED = (S.DECIDED, S.PUBLISHED, S.SUPERSEDED)  # what leaders see
SCORED = (S.DONE, *SETTLED)
PHASES = (Cycle.Phase.TRACKING, Cycle.Phase.SCORING, Cycle.Phase.RESULTS)


def rows(found: Q) -> Who:
    """These rows, for whoever the other filter lets through."""
    return lambda person: found


declare("run.start", Cycle, _("开始计算"), who=holds(K.OFFICE), when=Q(phase__in=PHASES))
declare("run.decide", Run, _("研究审定"), who=holds(K.COMMITTEE), when=Q(state=S.DONE))
declare("run.publish", Run, _("公布结果"), who=holds(K.OFFICE), when=Q(state__in=(S.DECIDED, S.PUBLISHED)))
declare(
    "run.see",
    Run,
    _("查看结果"),
    who=either(holds(*SEES_ALL), both(holds(K.LEADER), rows(Q(state__in=SETTLED)))),
)
declare(
    "scorecard.see",
    Placed,
    _("查看成绩单"),
    who=either(
        both(holds(*SEES_ALL), rows(Q(run__state__in=SCORED))),
        both(holds(K.LEADER), rows(Q(run__state__in=SETTLED))),
        both(of_unit("unit", *Role.OF_A_UNIT), rows(Q(run__publications__audience=Publication.Audience.UNIT))),
    ),
)


def public() -> Q:
    """Publications that everyone may read, signed in or not."""
    return Q(audience=Publication.Audience.PUBLIC)


def sees_all(person: User) -> bool:
    """Whether the person sees records behind the points: who entered, verified and approved."""
    return person.has(*SEES_ALL)
