"""What the engine finds wrong or doubtful in a scheme and its target books, said in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from windvane import Facts, Problem, Scheme, Severity, check
from windvane.checks.books import check_books
from windvane.problems import errors
from windvane_web.core.page import language
from windvane_web.core.permission import EVERY
from windvane_web.org.facts import units
from windvane_web.org.models import Cycle
from windvane_web.scheme import models
from windvane_web.scheme.facts import book
from windvane_web.scheme.queries import draft_version, frozen_version, read, scheme_of

_PLACE = re.compile(r"[^:\s]+:(\d+)(?::\d+)?")


def say(problem: Problem) -> str:
    return problem.say(language())


def refuse(problems: Iterable[Problem]) -> None:
    """Raise what forbids going on, every sentence of it; doubts pass."""
    if found := errors(problems):
        raise ValidationError([say(problem) for problem in found])


def line_of(problem: Problem) -> int | None:
    """Line of the text that a problem is about; None where it is about the whole."""
    found = _PLACE.match(problem.where)
    return int(found[1]) if found else None


@lru_cache(maxsize=16)
def doubts(text: str) -> tuple[Problem, ...]:
    """What is wrong with a scheme's text, or, if it reads, what is doubtful in it."""
    found = read(text)
    return tuple(check(found)) if isinstance(found, Scheme) else found


def misfits(cycle: Cycle, scheme: Scheme) -> list[Problem]:
    """Where a scheme does not fit the cycle: classes that units are in, frozen books."""
    missing = [one for one in cycle.classes.filter(memberships__isnull=False).distinct() if one.code not in scheme.classes]
    found = [Problem("scheme.class", str(one), {"cls": one.code, "near": ", ".join(scheme.classes)}) for one in missing]
    frozen = set(models.Book.objects.filter(cycle=cycle, state=models.Book.State.FROZEN).values_list("unit__code", flat=True))
    return found + [p for p in errors(book_problems(cycle, scheme)) if unit_of(p) in frozen]


def working_scheme(cycle: Cycle) -> Scheme | None:
    """The scheme that books are written for: the frozen one, before it the draft."""
    version = frozen_version(cycle) or draft_version(cycle)
    return scheme_of(version) if version else None


def book_problems(cycle: Cycle, scheme: Scheme | None = None, among: Q = EVERY) -> list[Problem]:
    """What is wrong with target books as they stand, together because joint tasks point from one to another."""
    scheme = scheme or working_scheme(cycle)
    if scheme is None:
        return []
    rows = models.Book.objects.filter(among, cycle=cycle).distinct().select_related("unit").prefetch_related("tasks")
    found = (_later(p) for p in check_books(scheme, tuple(map(book, rows)), Facts(units(cycle), ())) if p.code != "check.no_book")
    return [p for p in found if p is not None]


def _later(problem: Problem) -> Problem | None:
    """Facts that a rule needs may still come with the unit's report; only a missing target is worth a look now."""
    if problem.code != "check.task_target":
        return problem
    return replace(problem, severity=Severity.WARNING) if "target" in problem.params.get("facts", "") else None


def problems_of(row: models.Book) -> list[Problem]:
    """What is wrong with one book; only the books that share a task with it are read beside it."""
    return [p for p in book_problems(row.cycle, among=_kin(row)) if unit_of(p) == row.unit.code]


def _kin(row: models.Book) -> Q:
    joints = row.tasks.exclude(joint="").values_list("joint", flat=True)
    heads = {row.unit.code, *(joint.partition("/")[0] for joint in joints)}
    found = Q(unit__code__in=heads)
    for head in heads:
        found |= Q(tasks__joint__startswith=f"{head}/")
    return found


def unit_of(problem: Problem) -> str:
    return problem.where.split(" / ")[0]


def problems_by_unit(cycle: Cycle) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in book_problems(cycle):
        found.setdefault(unit_of(problem), []).append(problem)
    return found


def need_scheme(cycle: Cycle) -> Scheme:
    """The frozen scheme, or a refusal in words."""
    version = frozen_version(cycle)
    if version is None:
        raise ValidationError(_("方案还没有冻结。先冻结方案，再冻结目标任务书。"))
    return scheme_of(version)
