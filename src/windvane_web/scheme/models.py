"""Versions of the scheme and target books with their tasks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windvane_web.org.models import Cycle, Titled, Unit


class Version(models.Model):
    """One text of the scheme of a cycle. A frozen text is never edited: a new version supersedes it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草案")
        FROZEN = "frozen", _("已冻结")
        SUPERSEDED = "superseded", _("已被替代")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    text = models.TextField(_("方案文本"))
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # of the row, for two editors at once

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="scheme_version_number_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state="frozen"), name="scheme_one_frozen_version"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state="draft"), name="scheme_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {_('方案')} {self.number}"


class Book(models.Model):
    """The target book of one unit for one cycle: drafted → submitted → agreed by the office → confirmed by the leader → frozen."""

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        SUBMITTED = "submitted", _("待审核")
        AGREED = "agreed", _("待单位确认")
        CONFIRMED = "confirmed", _("已确认")
        FROZEN = "frozen", _("已冻结")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="books")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="books")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    remark = models.CharField(_("审核意见"), max_length=500, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["unit__order"]
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="scheme_one_book_a_unit")]

    def __str__(self) -> str:
        return str(_("%(unit)s 目标任务书") % {"unit": self.unit})


class BookTask(Titled):
    """One row of a target book. An amendment is a later row of the same entry with ``since``, reason and approval."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("有效")
        PROPOSED = "proposed", _("变更待批")
        REJECTED = "rejected", _("变更未批准")

    book = models.ForeignKey(Book, models.PROTECT, related_name="tasks")
    entry = models.CharField(_("编号"), max_length=40)
    slot = models.CharField(_("指标"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.IN_FORCE)
    item_zh = models.CharField(_("大项"), max_length=200, blank=True)
    item_en = models.CharField(max_length=300, blank=True)
    source = models.CharField(_("任务来源"), max_length=300, blank=True)
    clause = models.CharField(_("条款"), max_length=100, blank=True)
    weight = models.DecimalField(_("权重"), max_digits=12, decimal_places=4, default=1)
    rule = models.CharField(_("计分规则"), max_length=80, blank=True)
    params = models.JSONField(default=dict, blank=True)  # name: decimal or day as text
    facts = models.JSONField(default=dict, blank=True)  # target, base, …: decimal or day as text
    measure = models.CharField(_("计量单位"), max_length=40, blank=True)
    better = models.CharField(_("方向"), max_length=4, choices=[("high", _("越高越好")), ("low", _("越低越好"))], default="high")
    milestones = models.JSONField(default=list, blank=True)  # [day, decimal text]
    lead = models.CharField(_("牵头单位"), max_length=80, blank=True)
    partners = models.JSONField(default=list, blank=True)
    joint = models.CharField(_("联合任务"), max_length=130, blank=True)
    share = models.DecimalField(_("分担比例"), max_digits=6, decimal_places=4, default=1)
    sensitive = models.BooleanField(_("涉密"), default=False)
    since = models.DateField(_("变更起始日"), null=True, blank=True)
    reason = models.CharField(_("变更理由"), max_length=500, blank=True)
    approval = models.CharField(_("批准文件"), max_length=300, blank=True)
    remark = models.CharField(_("审批意见"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["book", "order", "entry", "since"]
        constraints = [
            models.UniqueConstraint(fields=["book", "entry", "slot"], condition=Q(since=None), name="scheme_task_once"),
            models.UniqueConstraint(
                fields=["book", "entry", "slot", "since"], condition=~Q(state="rejected"), name="scheme_one_amendment_a_day"
            ),
        ]
