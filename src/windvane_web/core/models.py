"""Entries of the audit chain, notices, jobs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

GENESIS = "0" * 64


class Head(models.Model):
    """The end of the audit chain: one row, locked last in every action, so that the chain cannot fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="core_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest[:12]}"


class Entry(models.Model):
    """One line of the audit chain: who did what to which thing, when, with which content. The database refuses to change it."""

    number = models.PositiveBigIntegerField(_("编号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("办理人"))
    actor_label = models.CharField(_("办理人"), max_length=200)
    verb = models.CharField(_("事项"), max_length=80, db_index=True)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(_("对象"), max_length=300)
    content = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="core_entry_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.actor_label} {self.verb} {self.subject_label}"


class Notice(models.Model):
    """A line for one person: something happened that concerns them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    text = models.CharField(_("通知"), max_length=300)
    link = models.CharField(max_length=300, blank=True)
    reminder = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text


class Job(models.Model):
    """Long work in steps that can be repeated. A worker that dies stops beating; the reaper gives its job to the next."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    beat_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.done}/{self.total}"
