"""Snapshots of all facts, runs of the engine on them, publications."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.models import Job
from windvane_web.org.models import Cycle, Unit
from windvane_web.scheme.models import Version

_person: dict[str, Any] = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class Snapshot(models.Model):
    """All facts and books of a cycle at one moment, as the text that the engine reads; never changed."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="snapshots")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    content = models.JSONField()  # file name: text, as in a case folder
    facts_digest = models.CharField(max_length=64)
    plan_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(**_person)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.cycle} #{self.pk} {self.facts_digest[:8]}"


class Run(models.Model):
    """One calculation: waiting → done → decided by the committee → published; superseded by a later one, never edited."""

    class State(models.TextChoices):
        RUNNING = "running", _("计算中")
        FAILED = "failed", _("数据有误，未计分")
        DONE = "done", _("草案")
        DECIDED = "decided", _("已研究审定")
        PUBLISHED = "published", _("已公布")
        SUPERSEDED = "superseded", _("已被替代")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField(_("批次"))
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="runs")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="run")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    digest = models.CharField(_("结果摘要"), max_length=64, blank=True)
    problems = models.JSONField(default=list, blank=True)
    reason = models.CharField(_("计算原因"), max_length=300, blank=True)
    decision = models.CharField(_("审定意见"), max_length=500, blank=True)
    decided_by = models.ForeignKey(verbose_name=_("审定人"), **_person)
    decided_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    made_by = models.ForeignKey(**_person)
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="results_run_number_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state="published"), name="results_one_published_run"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} #{self.number}"


class Placed(models.Model):
    """A unit's place in a run, kept for lists and for comparison; every other number is computed again from the snapshot."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="places")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="places")
    cls = models.CharField(max_length=40)
    rank = models.PositiveIntegerField(null=True)
    points = models.CharField(max_length=40, blank=True)  # decimal text as published
    grade = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12)
    low = models.PositiveIntegerField(null=True)  # rank interval, 90 %
    high = models.PositiveIntegerField(null=True)
    sure = models.DecimalField(max_digits=5, decimal_places=4, null=True)  # share of draws in which the grade holds

    class Meta:
        ordering = ["cls", "rank", "unit__order"]
        constraints = [models.UniqueConstraint(fields=["run", "unit"], name="results_unit_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run} {self.unit} {self.rank}"


class Publication(models.Model):
    """A run shown to one audience."""

    class Audience(models.TextChoices):
        COMMITTEE = "committee", _("考核委员会")
        UNIT = "unit", _("被考核单位")
        PUBLIC = "public", _("社会公开")

    run = models.ForeignKey(Run, models.PROTECT, related_name="publications")
    audience = models.CharField(_("公布范围"), max_length=10, choices=Audience)
    until = models.DateField(_("异议截止"), null=True, blank=True)
    reason = models.CharField(_("尚有申诉时公布的理由"), max_length=300, blank=True)
    open_data = models.BooleanField(_("同时公开数据包"), default=False)  # everyone may then compute the result again
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(**_person)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["run", "audience"], name="results_published_once_an_audience")]

    def __str__(self) -> str:
        return f"{self.run} → {self.get_audience_display()}"
