"""Reports: opened from frozen books, drafted, submitted, signed, verified by another body or returned with a reason."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from windvane_web.core.action import action
from windvane_web.core.models import Notice
from windvane_web.org.models import Cycle, User
from windvane_web.work.models import Evidence, Report
from windvane_web.work.opening import planned_reports, untouched_reports
from windvane_web.work.reading import read_reported
from windvane_web.work.uploads import Upload, keep

S = Report.State


@action("report.open")
def open_reports(actor: User, cycle: Cycle, *, milestones: bool = True) -> Cycle:
    """Make the reports that are still missing: one a task for the year, and one a milestone. Joint tasks are reported by their lead."""
    Report.objects.bulk_create(planned_reports(cycle, milestones=milestones))
    for report, task in untouched_reports(cycle):
        Report.objects.filter(pk=report.pk).update(task=task, version=F("version") + 1)
    return cycle


@action("report.draft")
def draft(actor: User, report: Report, *, value: str, text: str = "") -> Report:
    """Write the unit's value and words; a number, a day or a word of the scheme."""
    report.value = read_reported(report.task, value) if value.strip() else ""
    report.text = text.strip()
    report.reporter = actor
    return _moved(report, S.DRAFT if report.state == S.DRAFT else S.RETURNED)


@action("report.attach")
def attach(actor: User, report: Report, *, file: Upload) -> Evidence:
    """Add a document; the same file twice is kept once."""
    if report.task.sensitive:
        raise ValidationError(_("涉密任务不上传佐证，请按保密规定另行报送。"))
    known = {"name": file.name, "file": keep(file), "size": len(file.content), "kind": file.kind, "added_by": actor}
    return Evidence.objects.get_or_create(report=report, digest=file.digest, defaults=known)[0]


@action("report.detach")
def detach(actor: User, report: Report, *, digest: str) -> Report:
    """Take a document out of a draft; the audit line keeps its digest."""
    report.evidence.filter(digest=digest).delete()
    return report


@action("report.submit")
def submit(actor: User, report: Report) -> Report:
    if not report.value:
        raise ValidationError(_("请先填写完成值。"))
    report.reporter = actor
    return _moved(report, S.SUBMITTED)


@action("report.sign")
def sign(actor: User, report: Report) -> Report:
    report.signer = actor
    return _moved(report, S.SIGNED)


@action("report.return_to_reporter")
def return_to_reporter(actor: User, report: Report, *, reason: str) -> Report:
    return _returned(report, reason)


@action("report.verify")
def verify(actor: User, report: Report, *, value: str = "", note: str = "") -> Report:
    """Accept the reported value (none given) or set another, which needs a reason; both stay side by side."""
    found = read_reported(report.task, value) if value.strip() else report.value
    if found != report.value and not note.strip():
        raise ValidationError(_("核定值与填报值不同，请写明理由。"))
    report.verified_value, report.note, report.verifier = found, note.strip(), actor
    return _moved(report, S.VERIFIED)


@action("report.return")
def return_report(actor: User, report: Report, *, reason: str) -> Report:
    return _returned(report, reason)


@action("report.correct")
def correct_report(actor: User, report: Report, *, value: str, basis: str) -> Report:
    """An upheld appeal puts another verified value in the place of the old one."""
    if not basis.strip():
        raise ValidationError(_("请写明依据。"))
    report.verified_value = read_reported(report.task, value)
    report.superseded_by_appeal = basis.strip()
    return _moved(report, S.VERIFIED)


def _moved(report: Report, state: Report.State) -> Report:
    report.state = state
    report.version += 1
    report.save()
    return report


def _returned(report: Report, reason: str) -> Report:
    if not reason.strip():
        raise ValidationError(_("请写明退回理由。"))
    report.note, report.signer = reason.strip(), None
    if report.reporter:
        text = _("已退回：%(report)s。理由：%(reason)s") % {"report": report, "reason": reason.strip()}
        Notice.objects.create(person=report.reporter, text=text[:300], link=reverse("work:report", args=[report.pk]))
    return _moved(report, S.RETURNED)
