"""Start, decide and publish a run. A run is never edited: a later one supersedes it by being published."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from windvane_web.core.action import action
from windvane_web.core.jobs import ask
from windvane_web.core.models import Notice
from windvane_web.org.models import Cycle, Role, User
from windvane_web.results.jobs import SCORE
from windvane_web.results.models import Publication, Run
from windvane_web.results.queries import holds_secrets, open_appeals
from windvane_web.scheme.models import Version


@action("run.start")
def start(actor: User, cycle: Cycle, *, reason: str) -> Run:
    """Make a run that waits for a worker. The snapshot is taken when it begins."""
    if not reason.strip():
        raise ValidationError({"reason": _("请写明计算原因")})
    if not Version.objects.filter(cycle=cycle, state=Version.State.FROZEN).exists():
        raise ValidationError(_("方案尚未冻结，不能计分"))
    number = (Run.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0) + 1
    run = Run.objects.create(cycle=cycle, number=number, reason=reason.strip(), made_by=actor)
    run.job = ask(SCORE, {"run": run.pk}, actor)
    run.save(update_fields=["job"])
    return run


@action("run.decide")
def decide(actor: User, run: Run, *, opinion: str) -> Run:
    """The committee adopts a draft result; it cannot be taken back, only superseded by a later run."""
    if not opinion.strip():
        raise ValidationError({"opinion": _("请填写审定意见")})
    run.state, run.decision, run.decided_by, run.decided_at = Run.State.DECIDED, opinion.strip(), actor, timezone.now()
    run.version += 1
    run.save()
    return run


@action("run.publish")
def publish(actor: User, run: Run, *, audience: str, until: date | None = None, reason: str = "", open_data: bool = False) -> Run:
    """Show a decided run to one audience. The run published before it in this cycle is superseded."""
    _check_publication(run, audience, reason, open_data)
    if run.state == Run.State.DECIDED:
        _supersede(run)
        run.state = Run.State.PUBLISHED
        run.version += 1
        run.save()
    Publication.objects.create(run=run, audience=audience, until=until, reason=reason.strip(), open_data=open_data, by=actor)
    if audience == Publication.Audience.UNIT:
        _tell_units(run)
    return run


def _check_publication(run: Run, audience: str, reason: str, open_data: bool) -> None:
    if audience not in Publication.Audience.values:
        raise ValidationError({"audience": _("没有这个公布范围")})
    if run.publications.filter(audience=audience).exists():
        raise ValidationError({"audience": _("本批次已向这一范围公布")})
    if Run.objects.filter(cycle=run.cycle, number__gt=run.number, state__in=(Run.State.PUBLISHED, Run.State.SUPERSEDED)).exists():
        raise ValidationError(_("更晚的批次已经公布，本批次不能再公布"))
    waiting = open_appeals(run.cycle).count()
    if waiting and not reason.strip():
        raise ValidationError({"reason": _("尚有 %(n)s 件申诉未办结，公布须写明理由") % {"n": waiting}})
    if open_data and audience != Publication.Audience.PUBLIC:
        raise ValidationError({"open_data": _("数据包只随社会公开一并公开")})
    if open_data and holds_secrets(run):
        raise ValidationError({"open_data": _("目标任务书含涉密任务，数据包不能公开")})


def _supersede(run: Run) -> None:
    """Only one run of a cycle stands: the one published before gives way, and the new one says so."""
    before = Run.objects.filter(cycle=run.cycle, state=Run.State.PUBLISHED).first()
    if before is not None:
        before.state = Run.State.SUPERSEDED
        before.version += 1
        before.save()
        run.supersedes = before


def _tell_units(run: Run) -> None:
    people = User.objects.filter(roles__kind__in=Role.OF_A_UNIT, roles__unit__places__run=run, is_active=True).distinct()
    text = _("%(run)s 的成绩单已公布，请查阅") % {"run": run}
    Notice.objects.bulk_create([Notice(person=person, text=text, link=reverse("results:mine")) for person in people])
