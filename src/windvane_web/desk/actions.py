"""Reminders."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from windvane_web.core.action import action
from windvane_web.core.models import Notice
from windvane_web.core.permission import VERBS, allowed
from windvane_web.core.tasks import TASKS
from windvane_web.org.models import Cycle, User


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
