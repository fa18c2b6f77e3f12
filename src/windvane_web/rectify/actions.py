"""Appeals: filed from a line of the scorecard, taken by someone apart, upheld with a correction or dismissed with a reason."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from windvane_web.core.action import action
from windvane_web.core.models import Notice
from windvane_web.org.models import Role, User
from windvane_web.rectify.models import Appeal
from windvane_web.rectify.sources import correct, is_divided, node_of, row_of, source_of, value_of
from windvane_web.results.actions import start
from windvane_web.results.models import Placed

A = Appeal.State


@action("appeal.file")
def file(actor: User, placed: Placed, *, node: str, reason: str, entry: str = "", fact: str = "value", wanted: str = "") -> Appeal:
    """Object to one line of one's own scorecard: an entry, an indicator's datum, or what is missing there."""
    known = node_of(placed.run, node)
    source = source_of(placed.run.cycle, placed.unit, node, entry, fact)
    if known is None or (entry and not source):
        raise ValidationError(_("成绩单上没有这一项。"))
    if not entry and is_divided(known):
        raise ValidationError(_("这一项由若干部分组成，请打开有异议的那一部分再提出申诉。"))
    line = {"run": placed.run, "unit": placed.unit, "node": node, "entry": entry, "fact": fact}
    if Appeal.objects.filter(**line, state__in=(A.FILED, A.REVIEWING)).exists():
        raise ValidationError(_("对这一项的申诉正在办理。"))
    said = {"reason": needed(reason, "reason"), "wanted": wanted.strip(), "before": value_of(next(iter(source.values()), None))}
    appeal = Appeal.objects.create(**line, **source, **said, filed_by=actor)
    tell(_of_kind(Role.Kind.REVIEWER), _("有新的申诉：%(appeal)s") % {"appeal": appeal}, link_of(appeal))
    return appeal


@action("appeal.take")
def take(actor: User, appeal: Appeal) -> Appeal:
    appeal.reviewer = actor
    return _moved(appeal, A.REVIEWING)


@action("appeal.uphold")
def uphold(actor: User, appeal: Appeal, *, outcome: str, value: str = "") -> Appeal:
    """Find the appeal right. The row it is about is superseded by the corrected value; the office is asked for a new run."""
    appeal.outcome, appeal.corrected = needed(outcome, "outcome"), value.strip()
    if (row := row_of(appeal)) is not None:
        appeal.before = value_of(row)
        appeal.corrected = _correct(actor, appeal, value.strip())
    _decided(appeal, A.UPHELD)
    tell(_of_kind(Role.Kind.OFFICE), _("申诉成立，请重新计算：%(appeal)s") % {"appeal": appeal}, link_of(appeal))
    return appeal


def _correct(actor: User, appeal: Appeal, value: str) -> str:
    if not value:
        raise ValidationError({"value": _("请填写更正后的数值。")})
    basis = _("申诉 %(number)s：%(outcome)s") % {"number": appeal.pk, "outcome": appeal.outcome}
    kept = correct(actor, appeal, value, basis[:300])
    if kept == appeal.before:
        raise ValidationError({"value": _("与现值相同，没有更正。")})
    return kept


@action("appeal.dismiss")
def dismiss(actor: User, appeal: Appeal, *, outcome: str) -> Appeal:
    appeal.outcome = needed(outcome, "outcome")
    return _decided(appeal, A.DISMISSED)


@action("appeal.rerun")
def rerun(actor: User, appeal: Appeal) -> Appeal:
    """Start the run that all upheld appeals of the year wait for."""
    waiting = Appeal.objects.select_for_update().filter(run__cycle=appeal.run.cycle, state=A.UPHELD, new_run=None)
    numbers = "、".join(str(one.pk) for one in waiting)
    run = start(actor, appeal.run.cycle, reason=_("申诉更正后重新计算（申诉 %(numbers)s）") % {"numbers": numbers[:200]})
    for one in waiting:
        one.new_run = run
        _saved(one)
    appeal.refresh_from_db()
    return appeal


def needed(text: str, field: str) -> str:
    """A text that must not be empty."""
    if not text.strip():
        raise ValidationError({field: _("请写明理由。")})
    return text.strip()


def tell(people: QuerySet[User], text: str, link: str) -> None:
    Notice.objects.bulk_create([Notice(person=person, text=text[:300], link=link) for person in people.filter(is_active=True).distinct()])


def link_of(appeal: Appeal) -> str:
    return reverse("rectify:appeal", args=[appeal.pk])


def _of_kind(kind: str) -> QuerySet[User]:
    return User.objects.filter(roles__kind=kind)


def _decided(appeal: Appeal, state: Appeal.State) -> Appeal:
    appeal.decided_at = timezone.now()
    _moved(appeal, state)
    words = {"appeal": appeal, "state": appeal.get_state_display()}
    tell(
        User.objects.filter(roles__kind__in=Role.OF_A_UNIT, roles__unit=appeal.unit),
        _("申诉%(state)s：%(appeal)s") % words,
        link_of(appeal),
    )
    return appeal


def _moved(appeal: Appeal, state: Appeal.State) -> Appeal:
    appeal.state = state
    return _saved(appeal)


def _saved(appeal: Appeal) -> Appeal:
    appeal.version += 1
    appeal.save()
    return appeal
