"""Grades that nobody can get, quotas that round to nothing, vetoes without grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from windvane.checks.findings import error, listed, shown, warning
from windvane.checks.span import Spans
from windvane.facts import Facts
from windvane.formula import Binary, Expr, Logic, Name, Negate, Number
from windvane.plan import number_at
from windvane.problems import Problem
from windvane.ranking import seats
from windvane.scheme import Grade, Quota, Scheme
from windvane.scores import Scores

_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
Bound = tuple[str, str, Fraction]  # node, comparison, number


def check_grades(scheme: Scheme, spans: Mapping[str, Spans], facts: Facts | None) -> Iterator[Problem]:
    if scheme.vetoes and not scheme.grades:
        yield error("veto_without_grades", "veto")
    levels = {grade.code: i for i, grade in enumerate(scheme.grades)}
    lowest = max((levels.get(veto.at_best, 0) for veto in scheme.vetoes), default=-1)
    for i, grade in enumerate(scheme.grades):
        where = f"grades.{i} {grade.code}"
        before = scheme.grades[:i]
        if (rest := next((g for g in before if _takes_all(g)), None)) and lowest < i:
            yield warning("after_rest", where, grade=str(grade.title), rest=str(rest.title))
        elif (better := next((g for g in before if _swallows(g, grade)), None)) and lowest < i:
            yield warning("swallowed", where, grade=str(grade.title), better=str(better.title))
        yield from _check_possible(scheme, grade, where, spans)
        if facts:
            yield from _check_seats(scheme, grade, where, spans, facts)
    yield from _check_shares(scheme)


def _takes_all(grade: Grade) -> bool:
    return grade.quota is None and grade.top is None and grade.when is None and grade.promote_when is None


def bounds(expr: Expr | None) -> list[Bound] | None:
    """A condition as ``node compared with number``, all of which must hold; None where it says anything else."""
    match expr:
        case Logic("and", left, right):
            both = (bounds(left), bounds(right))
            return None if None in both else [bound for row in both for bound in row or ()]
        case Binary(operator, Name(name), other) if operator in _TURNED and (number := _constant(other)) is not None:
            return [(name, operator, number)]
        case Binary(operator, other, Name(name)) if operator in _TURNED and (number := _constant(other)) is not None:
            return [(name, _TURNED[operator], number)]
    return None


def _constant(expr: Expr) -> Fraction | None:
    match expr:
        case Number(value):
            return value
        case Negate(Number(value)):
            return -value
    return None


def _parts(expr: Expr | None) -> list[Expr]:
    """The conditions that must all hold."""
    if isinstance(expr, Logic) and expr.operator == "and":
        return [*_parts(expr.left), *_parts(expr.right)]
    return [] if expr is None else [expr]


def _swallows(better: Grade, grade: Grade) -> bool:
    """Whether a better grade without limit of seats has already taken everyone whom this one could."""
    wide = bounds(better.when)
    if better.quota or better.top or not wide or grade.promote_when:
        return False
    narrow = [bound for part in _parts(grade.when) for bound in bounds(part) or ()]
    return all(any(_implies(given, wanted) for given in narrow) for wanted in wide)


def _implies(given: Bound, wanted: Bound) -> bool:
    if given[0] != wanted[0] or given[1][0] != wanted[1][0] or given[1][0] not in "<>":
        return given == wanted
    room = given[2] - wanted[2] if given[1][0] == ">" else wanted[2] - given[2]
    return room > 0 or (room == 0 and (len(given[1]) == 1 or len(wanted[1]) == 2))


def _check_possible(scheme: Scheme, grade: Grade, where: str, spans: Mapping[str, Spans]) -> Iterator[Problem]:
    for name, operator, number in [bound for part in _parts(grade.when) for bound in bounds(part) or ()]:
        hopeless = [cls for cls in scheme.classes if not _possible(spans[cls].of(name), operator, number)]
        if hopeless and name in scheme.nodes:
            low, high = spans[hopeless[0]].of(name)
            classes = listed(str(scheme.class_title(cls)) for cls in hopeless)
            condition = f"{name} {operator} {shown(number)}"
            yield warning("never_given", where, grade=str(grade.title), when=condition, worst=shown(low), best=shown(high), classes=classes)


def _possible(span: tuple[Fraction | None, Fraction | None], operator: str, number: Fraction) -> bool:
    low, high = span
    match operator:
        case ">":
            return high is None or high > number
        case ">=":
            return high is None or high >= number
        case "<":
            return low is None or low < number
        case "<=":
            return low is None or low <= number
        case "==":
            return (low is None or low <= number) and (high is None or high >= number)
    return True


def _check_seats(scheme: Scheme, grade: Grade, where: str, spans: Mapping[str, Spans], facts: Facts) -> Iterator[Problem]:
    for key, quota in (("quota", grade.quota), ("top", grade.top), ("promote.quota", grade.promote_quota)):
        for cls in scheme.classes if quota else ():
            n = sum(unit.cls == cls and unit.competes for unit in facts.units)
            value = quota.setting.at(cls, spans[cls].plan.day) if quota else None
            if quota and n and isinstance(value, Fraction) and value > 0 and seats(quota, cls, n, Scores(spans[cls].plan, facts, {})) == 0:
                said = {"grade": str(grade.title), "cls": str(scheme.class_title(cls)), "n": str(n), "quota": _quota_text(quota, value)}
                yield warning("no_seats", f"{where}.{key}", **said)


def _quota_text(quota: Quota, value: Fraction) -> str:
    return f"{shown(value * 100)}%" if quota.share else shown(value)


def _check_shares(scheme: Scheme) -> Iterator[Problem]:
    """Shares of more than the whole class leave nobody for the last grades."""
    for cls in scheme.classes:
        shares = [number_at(grade.quota.setting, cls, scheme.end) for grade in scheme.grades if grade.quota and grade.quota.share]
        total = sum((share for share in shares if share), Fraction(0))
        if total > 1:
            yield warning("quota_over", "grades", cls=str(scheme.class_title(cls)), sum=f"{shown(total * 100)}%")
