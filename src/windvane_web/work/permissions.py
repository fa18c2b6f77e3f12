"""Who may report, sign, verify, enter, approve and see. One declaration each, for lists and for objects."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.permission import declare
from windvane_web.org.models import Cycle, Role
from windvane_web.org.who import both, either, holds, not_by, not_own, of_component, of_unit
from windvane_web.work.models import Datum, Evidence, LedgerEntry, Report

K = Role.Kind
SEES_ALL = (K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR)
ENTERS = (K.OFFICE, K.PROVIDER)
BRINGS_DATA = (K.OFFICE, K.PROVIDER, K.SURVEY)
OPEN = (Cycle.Phase.TRACKING, Cycle.Phase.SCORING, Cycle.Phase.RESULTS)  # corrections go on until the year is closed
UNIT = "task__book__unit"
CYCLE = "task__book__cycle__phase__in"
S, L, D = Report.State, LedgerEntry.State, Datum.State

reporter = of_unit(UNIT, K.REPORTER)
leader = both(of_unit(UNIT, K.UNIT_LEADER), not_by("reporter"))
verifier = both(either(of_component("task__slot", K.VERIFIER), holds(K.OFFICE)), not_own(UNIT), not_by("reporter", "signer"))
approver = both(holds(K.OFFICE), not_own("unit"), not_by("entered_by"))
confirmer = both(either(of_component("indicator", K.VERIFIER), holds(K.OFFICE)), not_own("unit"), not_by("entered_by"))
apart = both(holds(K.REVIEWER), not_own(UNIT), not_by("reporter", "signer", "verifier"))
reviewer_of = both(holds(K.REVIEWER), not_own("unit"), not_by("entered_by"))

declare("report.open", Cycle, _("生成填报任务"), who=holds(K.OFFICE), when=Q(phase__in=OPEN))
declare("report.draft", Report, _("填报"), who=reporter, when=Q(state__in=(S.DRAFT, S.RETURNED), **{CYCLE: OPEN}))
declare("report.attach", Report, _("上传佐证"), who=reporter, when=Q(state__in=(S.DRAFT, S.RETURNED), **{CYCLE: OPEN}))
declare("report.detach", Report, _("移除佐证"), who=reporter, when=Q(state__in=(S.DRAFT, S.RETURNED), **{CYCLE: OPEN}))
declare("report.submit", Report, _("提交"), who=reporter, when=Q(state__in=(S.DRAFT, S.RETURNED), **{CYCLE: OPEN}))
declare("report.sign", Report, _("签发"), who=leader, when=Q(state=S.SUBMITTED, **{CYCLE: OPEN}))
declare("report.return_to_reporter", Report, _("退回修改"), who=leader, when=Q(state=S.SUBMITTED, **{CYCLE: OPEN}))
declare("report.verify", Report, _("核验"), who=verifier, when=Q(state=S.SIGNED, **{CYCLE: OPEN}))
declare("report.return", Report, _("核验退回"), who=verifier, when=Q(state=S.SIGNED, **{CYCLE: OPEN}))
declare("report.correct", Report, _("申诉更正核定值"), who=apart, when=Q(state=S.VERIFIED, **{CYCLE: OPEN}))
declare(
    "report.see",
    Report,
    _("查看填报"),
    who=either(holds(*SEES_ALL, K.REVIEWER), of_unit(UNIT, *Role.OF_A_UNIT), of_component("task__slot", K.VERIFIER)),
)

declare("ledger.enter", Cycle, _("录入加分扣分"), who=holds(*ENTERS), when=Q(phase__in=OPEN))
declare(
    "ledger.attach",
    LedgerEntry,
    _("上传依据"),
    who=either(holds(K.OFFICE), of_component("indicator", K.PROVIDER)),
    when=Q(state=L.ENTERED, cycle__phase__in=OPEN),
)
declare("ledger.approve", LedgerEntry, _("审批加分扣分"), who=approver, when=Q(state=L.ENTERED, cycle__phase__in=OPEN))
declare("ledger.reject", LedgerEntry, _("不予批准"), who=approver, when=Q(state=L.ENTERED, cycle__phase__in=OPEN))
declare(
    "ledger.counter",
    LedgerEntry,
    _("冲销"),
    who=either(holds(K.OFFICE), of_component("indicator", K.PROVIDER)),
    when=Q(state=L.APPROVED, counter_of=None, cycle__phase__in=OPEN) & (Q(countered_by=None) | Q(countered_by__state=L.REJECTED)),
)
declare(
    "ledger.correct",
    LedgerEntry,
    _("申诉更正分值"),
    who=both(reviewer_of, not_by("approved_by")),
    when=Q(state=L.APPROVED, counter_of=None, countered_by=None, cycle__phase__in=OPEN),
)
declare(
    "ledger.see",
    LedgerEntry,
    _("查看台账"),
    who=either(holds(*SEES_ALL, K.REVIEWER), of_unit("unit", *Role.OF_A_UNIT), of_component("indicator", K.PROVIDER, K.VERIFIER)),
)

declare("datum.enter", Cycle, _("录入数据"), who=holds(*BRINGS_DATA), when=Q(phase__in=OPEN))
declare("data.import", Cycle, _("导入数据"), who=holds(*BRINGS_DATA), when=Q(phase__in=OPEN))
declare("datum.confirm", Datum, _("确认数据"), who=confirmer, when=Q(state=D.ENTERED, cycle__phase__in=OPEN))
declare(
    "datum.correct",
    Datum,
    _("申诉更正数据"),
    who=both(reviewer_of, not_by("confirmed_by")),
    when=Q(state=D.CONFIRMED, cycle__phase__in=OPEN),
)
declare(
    "datum.see",
    Datum,
    _("查看数据"),
    who=either(holds(*SEES_ALL, K.REVIEWER), of_unit("unit", *Role.OF_A_UNIT), of_component("indicator", K.PROVIDER, K.SURVEY, K.VERIFIER)),
)

declare(
    "evidence.see",
    Evidence,
    _("下载佐证"),
    who=either(
        holds(*SEES_ALL, K.REVIEWER),
        of_unit("report__" + UNIT, *Role.OF_A_UNIT),
        of_component("report__task__slot", K.VERIFIER),
        of_unit("entry__unit", *Role.OF_A_UNIT),
        of_component("entry__indicator", K.PROVIDER, K.VERIFIER),
    ),
)
declare("progress.see", Cycle, _("查看工作进展"), who=holds(*SEES_ALL, K.VERIFIER))
