"""Problems: found, confirmed or disputed, planned with goal and deadline, worked on, reported done, closed by someone else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from windvane_web.core.action import Refused, action
from windvane_web.org.models import Membership, Role, Unit, User
from windvane_web.rectify.actions import needed, tell
from windvane_web.rectify.candidates import Candidate
from windvane_web.rectify.models import Problem, Progress
from windvane_web.results.models import Run

P = Problem.State


@action("problem.find")
def find(
    actor: User,
    member: Membership,
    *,
    title: str,
    origin: str,
    kind: str = Problem.Kind.OTHER,
    node: str = "",
    entry: str = "",
    run: Run | None = None,
) -> Problem:
    """Write down a problem of a unit and where it comes from. A verifier does so for the components the role names."""
    if not _in_charge(actor, node):
        raise Refused("stranger", "problem.find", member)
    said = {"title": needed(title, "title")[:300], "origin": needed(origin, "origin")[:300], "kind": kind, "node": node, "entry": entry}
    problem = Problem(cycle=member.cycle, unit=member.unit, run=run, found_by=actor, **said)
    problem.full_clean(exclude=["found_by"])
    problem.save()
    if run is None:
        _tell_unit(problem, _("请确认问题：%(title)s") % {"title": problem.title})
    return problem


def _in_charge(person: User, node: str) -> bool:
    mine = [role.component for role in person.role_list if role.kind == Role.Kind.VERIFIER]
    return person.has(Role.Kind.OFFICE) or "" in mine or node in mine


@action("problem.propose_all")
def propose_all(actor: User, run: Run, *, found: Sequence[Candidate]) -> Run:
    """Write down what a run shows; what was proposed before in this year is passed over."""
    known = set(Problem.objects.filter(cycle=run.cycle, run__isnull=False).values_list("unit__code", "kind", "node", "entry"))
    members = {one.unit.code: one for one in run.cycle.memberships.select_related("unit", "cycle")}
    new = [one for one in found if one.key not in known and one.unit in members and members[one.unit].unit_id != actor.unit_id]
    if not new:
        raise ValidationError(_("没有选择新的问题。"))
    for one in new:
        find(actor, members[one.unit], title=one.title, origin=one.origin, kind=one.kind, node=one.node, entry=one.entry, run=run)
    for unit in {one.unit for one in new}:
        people = User.objects.filter(roles__kind=Role.Kind.UNIT_LEADER, roles__unit=members[unit].unit)
        tell(people, _("第 %(n)s 次计算提出了问题清单，请确认。") % {"n": run.number}, reverse("rectify:problems"))
    return run


@action("problem.confirm")
def confirm(actor: User, problem: Problem, *, note: str = "") -> Problem:
    problem.note = note.strip()
    return _moved(problem, P.CONFIRMED)


@action("problem.dispute")
def dispute(actor: User, problem: Problem, *, reason: str) -> Problem:
    problem.objection = needed(reason, "reason")
    return _moved(problem, P.DISPUTED)


@action("problem.keep")
def keep(actor: User, problem: Problem, *, reason: str) -> Problem:
    """The problem stands in spite of the unit's objection."""
    problem.note = needed(reason, "reason")
    _tell_unit(problem, _("异议未获支持，请制定整改目标：%(title)s") % {"title": problem.title})
    return _moved(problem, P.CONFIRMED)


@action("problem.drop")
def drop(actor: User, problem: Problem, *, reason: str) -> Problem:
    problem.note = needed(reason, "reason")
    _tell_unit(problem, _("问题已撤销：%(title)s") % {"title": problem.title})
    return _moved(problem, P.DROPPED)


@action("problem.plan")
def plan(
    actor: User, problem: Problem, *, meeting: str, meeting_day: date, goal: str, deadline: date, partners: Sequence[Unit] = ()
) -> Problem:
    """The unit's leadership has met: what is to be reached, until when, with whom."""
    if meeting_day > timezone.localdate():
        raise ValidationError({"meeting_day": _("会议还没有开。")})
    if deadline < meeting_day:
        raise ValidationError({"deadline": _("期限早于会议日期。")})
    if problem.unit in partners:
        raise ValidationError({"partners": _("配合单位不含本单位。")})
    problem.meeting, problem.goal = needed(meeting, "meeting"), needed(goal, "goal")
    problem.meeting_day, problem.deadline = meeting_day, deadline
    problem.partners.set(partners)
    for unit in partners:
        tell(_people_of(unit), _("请配合整改：%(problem)s") % {"problem": problem}, link_of(problem))
    return _moved(problem, P.PLANNED)


@action("problem.progress")
def progress(actor: User, problem: Problem, *, text: str) -> Problem:
    Progress.objects.create(problem=problem, text=needed(text, "text")[:500], by=actor)
    return _moved(problem, P.PLANNED)


@action("problem.report_done")
def report_done(actor: User, problem: Problem, *, result: str) -> Problem:
    problem.result = needed(result, "result")
    problem.reported_by = actor
    problem.checked_by = None  # type: ignore[assignment]  # the field may be empty; its type does not say so
    return _moved(problem, P.REPORTED)


@action("problem.close")
def close(actor: User, problem: Problem, *, note: str) -> Problem:
    problem.note, problem.checked_by = needed(note, "note"), actor
    _tell_unit(problem, _("已销号：%(title)s") % {"title": problem.title})
    return _moved(problem, P.CLOSED)


@action("problem.send_back")
def send_back(actor: User, problem: Problem, *, note: str) -> Problem:
    problem.note, problem.checked_by = needed(note, "note"), actor
    _tell_unit(problem, _("整改被退回：%(title)s") % {"title": problem.title})
    return _moved(problem, P.PLANNED)


def link_of(problem: Problem) -> str:
    return reverse("rectify:problem", args=[problem.pk])


def _people_of(unit: Unit) -> QuerySet[User]:
    return User.objects.filter(roles__kind__in=Role.OF_A_UNIT, roles__unit=unit)


def _tell_unit(problem: Problem, text: str) -> None:
    tell(_people_of(problem.unit), text, link_of(problem))


def _moved(problem: Problem, state: Problem.State) -> Problem:
    problem.state = state
    problem.version += 1
    problem.save()
    return problem
