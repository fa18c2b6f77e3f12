"""Who appeals, reviews, finds, plans, reports and closes. Nobody reviews what they had a hand in; nobody closes what they reported."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from windvane_web.core.permission import declare
from windvane_web.org.models import Cycle, Membership, Role, User
from windvane_web.org.who import both, either, holds, not_by, not_own, of_component, of_unit
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.results.models import Placed, Publication, Run

K = Role.Kind
A, P = Appeal.State, Problem.State
SEES_ALL = (K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR)
OPEN = (Cycle.Phase.TRACKING, Cycle.Phase.SCORING, Cycle.Phase.RESULTS)
HANDS = (
    "filed_by",
    "report__reporter",
    "report__signer",
    "report__verifier",
    "datum__entered_by",
    "datum__confirmed_by",
    "ledger__entered_by",
    "ledger__approved_by",
)
HOMES = ("unit", "report__task__book__unit", "datum__entered_by__unit", "ledger__entered_by__unit")
UNTIL = "run__publications__until"
WINDOW = Q(run__publications__audience=Publication.Audience.UNIT) & (
    Q(**{f"{UNTIL}__isnull": True}) | Q(**{f"{UNTIL}__gte": TruncDate(Now())})
)
GOES_ON = Q(carried_to__isnull=True)  # what was carried over goes on in the next year


def reviews(person: User) -> Q:
    """Appeals that this person took up."""
    return Q(reviewer=person.pk)


def at(*states: str) -> Q:
    """Problems in these states that were not carried over."""
    return Q(state__in=states) & GOES_ON


own = of_unit("unit", *Role.OF_A_UNIT)
leader = of_unit("unit", K.UNIT_LEADER)
apart = both(holds(K.REVIEWER), *map(not_own, HOMES), not_by(*HANDS))
taken = both(apart, reviews)
finder = both(holds(K.OFFICE, K.VERIFIER), not_own("unit"))
checker = both(either(holds(K.OFFICE), of_component("node", K.VERIFIER)), not_own("unit"), not_own("partners"), not_by("reported_by"))
settler = both(holds(K.OFFICE), not_own("unit"), not_by("found_by"))

declare("appeal.file", Placed, _("提出申诉"), who=own, when=WINDOW & Q(run__state=Run.State.PUBLISHED, run__cycle__phase__in=OPEN))
declare("appeal.take", Appeal, _("受理申诉"), who=apart, when=Q(state=A.FILED))
declare("appeal.uphold", Appeal, _("认定申诉成立"), who=taken, when=Q(state=A.REVIEWING))
declare("appeal.dismiss", Appeal, _("认定申诉不成立"), who=taken, when=Q(state=A.REVIEWING))
declare("appeal.rerun", Appeal, _("更正后重新计算"), who=holds(K.OFFICE), when=Q(state=A.UPHELD, new_run=None, run__cycle__phase__in=OPEN))
declare("appeal.see", Appeal, _("查看申诉"), who=either(holds(*SEES_ALL, K.REVIEWER), own))

declare("problem.find", Membership, _("登记问题"), who=finder, when=~Q(cycle__phase=Cycle.Phase.CLOSED))
declare(
    "problem.propose_all",
    Run,
    _("从计算结果提出问题"),
    who=holds(K.OFFICE),
    when=Q(state__in=(Run.State.DECIDED, Run.State.PUBLISHED)) & ~Q(cycle__phase=Cycle.Phase.CLOSED),
)
declare("problem.confirm", Problem, _("确认问题"), who=leader, when=at(P.FOUND))
declare("problem.dispute", Problem, _("对问题提出异议"), who=leader, when=at(P.FOUND))
declare("problem.keep", Problem, _("维持问题"), who=settler, when=at(P.DISPUTED))
declare("problem.drop", Problem, _("撤销问题"), who=settler, when=at(P.DISPUTED))
declare("problem.plan", Problem, _("制定整改目标"), who=own, when=at(P.CONFIRMED))
declare("problem.progress", Problem, _("填写整改进展"), who=either(own, of_unit("partners", *Role.OF_A_UNIT)), when=at(P.PLANNED))
declare("problem.report_done", Problem, _("报告整改完成"), who=own, when=at(P.PLANNED))
declare("problem.close", Problem, _("销号"), who=checker, when=at(P.REPORTED))
declare("problem.send_back", Problem, _("退回整改"), who=checker, when=at(P.REPORTED))
declare(
    "problem.see",
    Problem,
    _("查看问题"),
    who=either(holds(*SEES_ALL), of_component("node", K.VERIFIER), own, of_unit("partners", *Role.OF_A_UNIT)),
)
