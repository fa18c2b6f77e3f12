"""Changes of units, classes, cycles, people and roles."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from axes.utils import reset
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

import windvane
from windvane_web.core.action import action
from windvane_web.org.models import Cycle, Membership, Role, Succession, Unit, UnitClass, User

FORWARD = list(Cycle.Phase)


@action("cycle.open")
def open_cycle(
    actor: User, me: User, *, code: str, zh: str, en: str, start: date, end: date, previous: Cycle | None, simulated: bool
) -> Cycle:
    """Open a year; units and classes of the year before are taken along."""
    cycle = Cycle(code=code, zh=zh, en=en, start=start, end=end, previous=previous, simulated=simulated)
    cycle.full_clean()
    cycle.save()
    if previous:
        _take_along(previous, cycle)
    return cycle


def _take_along(previous: Cycle, cycle: Cycle) -> None:
    classes = {
        one.pk: UnitClass.objects.create(cycle=cycle, code=one.code, zh=one.zh, en=one.en, order=one.order)
        for one in previous.classes.all()
    }
    for one in previous.memberships.all():
        Membership.objects.create(cycle=cycle, unit_id=one.unit_id, cls=classes[one.cls_id], order=one.order, competes=one.competes)


@action("cycle.move")
def move_cycle(actor: User, cycle: Cycle, *, phase: str) -> Cycle:
    """Move a year to its next phase, or one back while it is not closed."""
    if phase not in FORWARD:
        raise ValidationError(_("阶段只能逐步推进或退回一步。"))
    here, there = FORWARD.index(Cycle.Phase(cycle.phase)), FORWARD.index(Cycle.Phase(phase))
    if abs(here - there) != 1:
        raise ValidationError(_("阶段只能逐步推进或退回一步。"))
    cycle.phase = phase
    cycle.save(update_fields=["phase"])
    return cycle


@action("class.add")
def add_class(actor: User, cycle: Cycle, *, code: str, zh: str, en: str = "") -> UnitClass:
    added = UnitClass(cycle=cycle, code=code, zh=zh, en=en, order=cycle.classes.count())
    added.full_clean()
    added.save()
    return added


@action("units.import")
def import_units(actor: User, cycle: Cycle, *, units: Sequence[windvane.Unit], removed: Sequence[str] = ()) -> Cycle:
    """Bring in units with class, order and whether they compete. Units already known get the new values; classes must exist."""
    classes = {name: one for one in cycle.classes.all() for name in (one.code, one.zh)}
    for given in units:
        values = {"zh": given.title.zh or given.code, "en": given.title.en, "order": given.order}
        unit, _made = Unit.objects.update_or_create(code=given.code, defaults=values)
        place = {"cls": classes[given.cls], "order": given.order, "competes": given.competes}
        Membership.objects.update_or_create(cycle=cycle, unit=unit, defaults=place)
    Membership.objects.filter(cycle=cycle, unit__code__in=removed).delete()
    return cycle


@action("unit.edit")
def edit_unit(actor: User, unit: Unit, *, zh: str, en: str, order: int) -> Unit:
    unit.zh, unit.en, unit.order = zh, en, order
    unit.full_clean()
    unit.save()
    return unit


@action("unit.succeed")
def succeed(actor: User, unit: Unit, *, new: Unit, kind: str, day: date) -> Unit:
    """Note that a unit was merged into, split into or renamed another, so that years compare."""
    change = Succession(old=unit, new=new, kind=kind, day=day)
    change.full_clean()
    change.save()
    return unit


@action("member.edit")
def edit_member(actor: User, member: Membership, *, cls: UnitClass, order: int, competes: bool) -> Membership:
    if cls.cycle_id != member.cycle_id:
        raise ValidationError(_("类别不属于这个年度。"))
    member.cls, member.order, member.competes = cls, order, competes
    member.save()
    return member


class Secret:
    """A text that no audit line, log or page shows. None: no password, nobody signs in with it."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def __str__(self) -> str:
        return "•••"

    __repr__ = __str__


@dataclass(frozen=True)
class Newcomer:
    """A person to be added, with the first role."""

    username: str
    name: str
    unit: Unit | None
    email: str
    role: str
    component: str
    password: Secret

    def __str__(self) -> str:
        return self.username


@action("person.add")
def add_person(actor: User, me: User, *, username: str, name: str, unit: Unit | None, email: str, password: Secret) -> User:
    person = User(username=username, name=name, unit=unit, email=email)
    person.set_password(password.text)
    person.full_clean()
    person.save()
    return person


@action("people.import")
def import_people(actor: User, me: User, *, people: Sequence[Newcomer]) -> User:
    """Add many people, each with a role; one line in the trail for the whole and one for each person and role."""
    for one in people:
        person = add_person(actor, me, username=one.username, name=one.name, unit=one.unit, email=one.email, password=one.password)
        if one.role:
            grant(actor, person, kind=one.role, unit=one.unit if one.role in Role.OF_A_UNIT else None, component=one.component)
    return me


@action("person.edit")
def edit_person(actor: User, person: User, *, name: str, unit: Unit | None, email: str) -> User:
    person.name, person.unit, person.email = name, unit, email
    person.full_clean(exclude=["password"])
    person.save()
    return person


@action("person.password")
def set_password(actor: User, person: User, *, password: Secret) -> User:
    """Set a new password, end all sessions of the person and lift a pause of sign-in."""
    person.set_password(password.text)
    person.save(update_fields=["password"])
    reset(username=person.username)
    return person


@action("person.disable")
def disable(actor: User, person: User, *, reason: str) -> User:
    person.is_active = False
    person.save(update_fields=["is_active"])
    return person


@action("person.enable")
def enable(actor: User, person: User, *, reason: str) -> User:
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


@action("role.grant")
def grant(actor: User, person: User, *, kind: str, unit: Unit | None = None, component: str = "", cycle: Cycle | None = None) -> Role:
    """Give a role. Administrators hold one administrator role and no other; assessors never administer."""
    held = set(person.roles.values_list("kind", flat=True))
    if held and (kind in Role.ADMINISTRATORS or held & set(Role.ADMINISTRATORS)):
        raise ValidationError(_("系统、安全、审计三类管理员各自独立，不能兼任其他角色。"))
    if kind in Role.OF_A_UNIT and unit is None:
        raise ValidationError(_("这个角色必须指定单位。"))
    if person.roles.filter(kind=kind, unit=unit, component=component, cycle=cycle).exists():
        raise ValidationError(_("已经有这个角色。"))
    role = Role(user=person, kind=kind, unit=unit, component=component, cycle=cycle)
    role.full_clean()
    role.save()
    return role


@action("role.revoke")
def revoke(actor: User, role: Role, *, reason: str = "") -> Role:
    gone = copy(role)  # its label and number go into the audit line
    role.delete()
    return gone
