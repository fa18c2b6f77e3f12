"""Appeals, problems, goals of rectification and their checks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from windvane_web.org.models import Cycle, Unit
from windvane_web.results.models import Run

_person = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class Appeal(models.Model):
    """A unit objects to one line of its scorecard; someone who had no part in it reviews; upheld, the source fact is superseded."""

    class State(models.TextChoices):
        FILED = "filed", _("待受理")
        REVIEWING = "reviewing", _("复核中")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    run = models.ForeignKey(Run, models.PROTECT, related_name="appeals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appeals")
    node = models.CharField(_("指标"), max_length=80)
    entry = models.CharField(_("事项"), max_length=80, blank=True)
    reason = models.TextField(_("理由"))
    wanted = models.CharField(_("主张的数值"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.FILED)
    outcome = models.TextField(_("复核结论"), blank=True)
    corrected = models.CharField(_("更正后的数值"), max_length=80, blank=True)
    filed_by = models.ForeignKey(verbose_name=_("提出人"), **_person)
    reviewer = models.ForeignKey(verbose_name=_("复核人"), **_person)
    filed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    new_run = models.ForeignKey(Run, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-filed_at"]
        constraints = [models.CheckConstraint(condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("filed_by")), name="rectify_reviewed_by_another")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.node}{('/' + self.entry) if self.entry else ''}"


class Problem(models.Model):
    """Found → confirmed by the unit → planned by its leadership (goal, deadline) → reported done → verified by someone else and closed."""

    class State(models.TextChoices):
        FOUND = "found", _("待单位确认")
        CONFIRMED = "confirmed", _("待制定目标")
        PLANNED = "planned", _("整改中")
        REPORTED = "reported", _("待销号核验")
        CLOSED = "closed", _("已销号")
        DROPPED = "dropped", _("不成立")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="problems")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="problems")
    node = models.CharField(_("指标"), max_length=80, blank=True)
    title = models.CharField(_("问题"), max_length=300)
    origin = models.CharField(_("来源"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.FOUND)
    meeting = models.CharField(_("研究会议"), max_length=300, blank=True)
    meeting_day = models.DateField(_("会议日期"), null=True, blank=True)
    goal = models.CharField(_("整改目标"), max_length=500, blank=True)
    deadline = models.DateField(_("期限"), null=True, blank=True)
    partners = models.ManyToManyField(Unit, related_name="joined_problems", blank=True, verbose_name=_("配合单位"))
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
        constraints = [models.CheckConstraint(condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("reported_by")), name="rectify_checked_by_another")]

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
