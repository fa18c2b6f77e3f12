"""Appeals, problems, goals of rectification and their checks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from windvane_web.org.models import Cycle, Unit
from windvane_web.results.models import Run
from windvane_web.work.models import Datum, LedgerEntry, Report

_source: dict[str, Any] = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "appeals"}
_person: dict[str, Any] = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class Appeal(models.Model):
    """A unit objects to one line of its scorecard; someone who had no part in it reviews; upheld, the source fact is superseded.

    ``report``, ``datum`` or ``ledger`` is the row that the line came from when the appeal was filed; none where the unit says that a
    fact is missing altogether. ``before`` is what the row said when it was corrected.
    """

    class State(models.TextChoices):
        FILED = "filed", _("待受理")
        REVIEWING = "reviewing", _("复核中")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    run = models.ForeignKey(Run, models.PROTECT, related_name="appeals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appeals")
    node = models.CharField(_("指标"), max_length=80)
    entry = models.CharField(_("事项"), max_length=80, blank=True)
    fact = models.CharField(_("数据项"), max_length=40, default="value")
    report = models.ForeignKey(Report, **_source)
    datum = models.ForeignKey(Datum, **_source)
    ledger = models.ForeignKey(LedgerEntry, **_source)
    reason = models.TextField(_("理由"))
    wanted = models.CharField(_("主张的数值"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.FILED)
    outcome = models.TextField(_("复核结论"), blank=True)
    before = models.CharField(_("更正前的数值"), max_length=80, blank=True)
    corrected = models.CharField(_("更正后的数值"), max_length=80, blank=True)
    filed_by = models.ForeignKey(verbose_name=_("提出人"), **_person)
    reviewer = models.ForeignKey(verbose_name=_("复核人"), **_person)
    filed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    new_run = models.ForeignKey(Run, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-filed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("filed_by")), name="rectify_reviewed_by_another"),
            models.CheckConstraint(
                condition=Q(report=None, datum=None) | Q(report=None, ledger=None) | Q(datum=None, ledger=None),
                name="rectify_appeal_of_one_source",
            ),
            models.UniqueConstraint(
                fields=["run", "unit", "node", "entry", "fact"],
                condition=Q(state__in=["filed", "reviewing"]),
                name="rectify_one_open_appeal_a_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.node}{('/' + self.entry) if self.entry else ''}"


class Problem(models.Model):
    """Found → confirmed by the unit → planned by its leadership (goal, deadline) → reported done → verified by someone else and closed.

    A problem that is open when the next year begins is carried over: the row of the old year stays as it is and points to the new one.
    """

    class State(models.TextChoices):
        FOUND = "found", _("待单位确认")
        DISPUTED = "disputed", _("单位有异议")
        CONFIRMED = "confirmed", _("待制定目标")
        PLANNED = "planned", _("整改中")
        REPORTED = "reported", _("待销号核验")
        CLOSED = "closed", _("已销号")
        DROPPED = "dropped", _("不成立")

    class Kind(models.TextChoices):
        LOW = "low", _("得分偏低")
        TASK = "task", _("任务未完成")
        LEDGER = "ledger", _("台账扣分")
        RETURNED = "returned", _("填报退回")
        OPINION = "opinion", _("意见建议")
        OTHER = "other", _("其他")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="problems")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="problems")
    kind = models.CharField(_("类型"), max_length=10, choices=Kind, default=Kind.OTHER)
    run = models.ForeignKey(Run, models.PROTECT, null=True, blank=True, related_name="problems_found")
    node = models.CharField(_("指标"), max_length=80, blank=True)
    entry = models.CharField(_("事项"), max_length=80, blank=True)
    title = models.CharField(_("问题"), max_length=300)
    origin = models.CharField(_("来源"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.FOUND)
    meeting = models.CharField(_("研究会议"), max_length=300, blank=True)
    meeting_day = models.DateField(_("会议日期"), null=True, blank=True)
    goal = models.CharField(_("整改目标"), max_length=500, blank=True)
    deadline = models.DateField(_("期限"), null=True, blank=True)
    partners = models.ManyToManyField(Unit, related_name="joined_problems", blank=True, verbose_name=_("配合单位"))
    objection = models.CharField(_("异议理由"), max_length=500, blank=True)
    result = models.TextField(_("整改结果"), blank=True)
    note = models.CharField(_("核验意见"), max_length=500, blank=True)
    carried_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="carried_to")
    found_by = models.ForeignKey(**_person)
    reported_by = models.ForeignKey(**_person)
    checked_by = models.ForeignKey(**_person)
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("reported_by")), name="rectify_checked_by_another"
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit", "kind", "node", "entry"], condition=Q(run__isnull=False), name="rectify_proposed_once_a_cycle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.title}"


class Progress(models.Model):
    """One dated line on the way to closing a problem."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="progress")
    text = models.CharField(_("进展"), max_length=500)
    by = models.ForeignKey(**_person)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text
