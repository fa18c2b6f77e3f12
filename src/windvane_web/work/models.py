"""Reports with evidence, provider data, ledger entries."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from windvane_web.org.models import Cycle, Unit, User
from windvane_web.scheme.models import BookTask


class Report(models.Model):
    """What a unit reports on one task for one period: draft → submitted → signed → verified, or returned with a reason.

    ``value`` is what the unit said, ``verified_value`` what the verifier found, side by side; numbers, days or words as text.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待负责人签发")
        SIGNED = "signed", _("待核验")
        VERIFIED = "verified", _("已核验")
        RETURNED = "returned", _("已退回")

    task = models.ForeignKey(BookTask, models.PROTECT, related_name="reports")
    period = models.CharField(_("期间"), max_length=20)
    due = models.DateField(_("截止"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    value = models.CharField(_("完成值"), max_length=80, blank=True)
    text = models.TextField(_("完成情况"), blank=True)
    verified_value = models.CharField(_("核定值"), max_length=80, blank=True)
    note = models.CharField(_("核验意见"), max_length=500, blank=True)
    superseded_by_appeal = models.CharField(_("申诉更正依据"), max_length=300, blank=True)
    reporter = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("填报人"))
    signer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发人"))
    verifier = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核验人"))
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due", "task"]
        constraints = [
            models.UniqueConstraint(fields=["task", "period"], name="work_one_report_a_period"),
            models.CheckConstraint(condition=Q(verifier__isnull=True) | ~Q(verifier=F("reporter")), name="work_verified_by_another"),
            models.CheckConstraint(condition=~Q(state="verified") | ~Q(verified_value=""), name="work_verified_has_a_value"),
        ]

    def __str__(self) -> str:
        return f"{self.task.book.unit} · {self.task} · {self.period}"


class Evidence(models.Model):
    """A file behind a report, a datum or a ledger entry, stored by digest and never changed."""

    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="evidence")
    entry = models.ForeignKey("LedgerEntry", models.PROTECT, null=True, blank=True, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to="evidence/%Y")
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=80)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Datum(models.Model):
    """A provider's number for one unit at a common indicator. For the provider's own unit another body confirms it."""

    class State(models.TextChoices):
        ENTERED = "entered", _("待他方确认")
        CONFIRMED = "confirmed", _("有效")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="data")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="data")
    indicator = models.CharField(_("指标"), max_length=80)
    name = models.CharField(_("数据项"), max_length=40, default="value")
    entry = models.CharField(max_length=40, blank=True)
    value = models.CharField(_("数值"), max_length=80, blank=True)
    status = models.CharField(max_length=10, default="reported")
    error = models.CharField(_("标准误差"), max_length=40, blank=True)
    loadings = models.JSONField(default=dict, blank=True)  # shock: decimal text
    source = models.CharField(_("数据来源"), max_length=200, blank=True)
    document = models.CharField(_("依据文件"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.CONFIRMED)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["indicator", "unit__order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "unit", "indicator", "name", "entry"], name="work_datum_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")), name="work_confirmed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.indicator}.{self.name}"


class LedgerEntry(models.Model):
    """One bonus or deduction with its document: entered by one, approved by another; corrected by a counter-entry, never edited."""

    class State(models.TextChoices):
        ENTERED = "entered", _("待审批")
        APPROVED = "approved", _("已生效")
        REJECTED = "rejected", _("未批准")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="ledger")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="ledger")
    indicator = models.CharField(_("指标"), max_length=80)
    kind = models.CharField(_("种类"), max_length=80)
    amount = models.DecimalField(_("分值"), max_digits=10, decimal_places=4, null=True, blank=True)
    day = models.DateField(_("日期"))
    title = models.CharField(_("事由"), max_length=300)
    document = models.CharField(_("文件"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ENTERED)
    note = models.CharField(_("审批意见"), max_length=500, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人"))
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人"))
    counter_of = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="countered_by")
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("entered_by")), name="work_approved_by_another"
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit", "indicator", "kind", "document"],
                condition=Q(counter_of=None) & ~Q(state="rejected"),
                name="work_one_fact_counts_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.title}"
