"""Reminders; the next year from this one."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from windvane_web.core.action import action
from windvane_web.core.models import Notice
from windvane_web.core.permission import VERBS, allowed
from windvane_web.core.tasks import TASKS
from windvane_web.desk import rollover
from windvane_web.org.actions import open_cycle
from windvane_web.org.models import Cycle, Role, User
from windvane_web.scheme.actions import draft
from windvane_web.scheme.queries import frozen_version


@action("task.remind")
def remind(actor: User, cycle: Cycle, *, verb: str, row: int) -> Cycle:
    """Tell everyone who has to do this task that it is waited for; once a day is enough."""
    task = TASKS[verb]
    subject = VERBS[verb].subject._default_manager.filter(**({task.cycle: cycle.pk} if task.cycle else {})).get(pk=row)
    people = [one for one in task.people(subject) if allowed(one, verb).filter(pk=row).exists()] if task.people else []
    if not people:
        raise ValidationError(_("没有人可以催办：还没有人担任这个角色，或者事项已经办理。"))
    link = task.link(subject)
    if Notice.objects.filter(person__in=people, link=link, at__date=timezone.localdate(), reminder=True).exists():
        raise ValidationError(_("今天已经催办过了。"))
    for person in people:
        with translation.override("en" if person.language == "en" else "zh-hans"):
            text = _("催办：%(deed)s，%(label)s") % {"deed": VERBS[verb].title, "label": task.label(subject)}
        Notice.objects.create(person=person, text=text[:300], link=link, reminder=True)
    return cycle


@action("cycle.roll")
def roll(actor: User, cycle: Cycle, *, code: str, zh: str, en: str, start: date, end: date) -> Cycle:
    """Open the next year with what this one leaves: units, scheme, target books and open problems. Only once a year."""
    if start <= cycle.start:
        raise ValidationError({"start": _("下一年度应晚于本年度。")})
    names = {"code": code, "zh": zh, "en": en, "start": start, "end": end}
    new = open_cycle(actor, actor, **names, previous=cycle, simulated=cycle.simulated)
    heirs, years = rollover.heirs_of(end), start.year - cycle.start.year
    rollover.settle_members(new, heirs)
    if version := frozen_version(cycle):
        note = _("由%(cycle)s第 %(n)s 版结转，日期顺延") % {"cycle": cycle, "n": version.number}
        draft(actor, new, text=rollover.moved_scheme(version.text, cycle.start.year, years), note=note)
    rollover.take_books(cycle, new, heirs, years)
    rollover.carry_problems(cycle, new, heirs)
    _ask_for_roles(new, heirs)
    return new


def _ask_for_roles(cycle: Cycle, heirs: rollover.Heirs) -> None:
    """Where units have changed, the security administrator moves the roles of their people."""
    if not Role.objects.filter(unit__in=heirs).exists():
        return
    for person in User.objects.filter(roles__kind=Role.Kind.SECURITY, is_active=True).distinct():
        text = _("%(cycle)s有机构变动，请调整有关人员的单位和角色。") % {"cycle": cycle}
        Notice.objects.create(person=person, text=text[:300], link=reverse("people"))
