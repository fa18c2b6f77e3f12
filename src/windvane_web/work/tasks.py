"""What of this app waits on the desk."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from windvane_web.core.tasks import task
from windvane_web.org.models import Role, User
from windvane_web.work.models import Datum, LedgerEntry, Report
from windvane_web.work.speaking import say_period

K = Role.Kind
OF_REPORT = {"due": "due", "unit": "task__book__unit", "cycle": "task__book__cycle"}


def _named(report: Report) -> str:
    return f"{report.task}（{say_period(report.period)}）"


def _holding(report: Report, kind: str) -> QuerySet[User]:
    return User.objects.filter(roles__kind=kind, roles__unit=report.task.book.unit_id, is_active=True).distinct()


def _reporters(report: Report) -> QuerySet[User]:
    return _holding(report, K.REPORTER)


def _leaders(report: Report) -> QuerySet[User]:
    return _holding(report, K.UNIT_LEADER)


def _verifiers(report: Report) -> QuerySet[User]:
    return User.objects.filter(roles__kind=K.VERIFIER, is_active=True).distinct()


def _office(row: LedgerEntry | Datum) -> QuerySet[User]:
    return User.objects.filter(roles__kind=K.OFFICE, is_active=True).distinct()


def _page(report: Report) -> str:
    return reverse("work:report", args=[report.pk])


def _queue(report: Report) -> str:
    return reverse("work:verify_one", args=[report.pk])


def _entry(entry: LedgerEntry) -> str:
    return reverse("work:entry", args=[entry.pk])


def _confirm(datum: Datum) -> str:
    return reverse("work:confirm_list")


task("report.draft", stage=_("单位填报"), button=_("填报"), link=_page, label=_named, people=_reporters, **OF_REPORT)
task("report.sign", stage=_("负责人签发"), button=_("签发"), link=_page, label=_named, people=_leaders, **OF_REPORT)
task("report.verify", stage=_("核验"), button=_("核验"), link=_queue, label=_named, people=_verifiers, **OF_REPORT)
task("ledger.approve", stage=_("审批"), button=_("审批"), link=_entry, label=lambda e: e.title, people=_office)
task("datum.confirm", stage=_("确认"), button=_("确认"), link=_confirm, people=_office)
