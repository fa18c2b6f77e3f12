"""Values that differ by class or from a date: something must be in force for every class, all through the cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from windvane.checks.findings import error, listed, warning
from windvane.formula import Expr, Name, names
from windvane.problems import Problem
from windvane.scheme import Node, Scheme, Setting


@dataclass(frozen=True)
class Placed:
    """A setting with its place and the classes that need it."""

    where: str
    setting: Setting
    classes: tuple[str, ...]


def placed_settings(scheme: Scheme) -> Iterator[Placed]:
    """Yield every setting of a scheme."""
    for node in scheme.nodes.values():
        classes = tuple(cls for cls in scheme.classes if reached(scheme, node.code, cls))
        yield from (Placed(f"{node.where}.{key}", setting, classes) for key, setting in _of_node(node))
    for i, grade in enumerate(scheme.grades):
        for key, quota in (("quota", grade.quota), ("top", grade.top), ("promote.quota", grade.promote_quota)):
            if quota:
                yield Placed(f"grades.{i} {grade.code}.{key}", quota.setting, tuple(scheme.classes))


def _of_node(node: Node) -> Iterator[tuple[str, Setting]]:
    single = {"full": node.full, "floor": node.floor, "cap": node.cap, "round": node.round}
    yield from ((key, setting) for key, setting in single.items() if setting)
    yield from (("with." + name, setting) for name, setting in node.formula.params.items())
    yield from (("choices." + choice.code, choice.value) for choice in node.choices)
    if node.entries:
        yield from (("entries.with." + name, setting) for name, setting in node.entries.formula.params.items())
        yield from (("entries.choices." + choice.code, choice.value) for choice in node.entries.choices)
        yield from [("entries.full", node.entries.full)] if node.entries.full else []
    for kind in (node.ledger or {}).values():
        yield from ((f"ledger.{kind.code}.{key}", s) for key, s in (("amount", kind.low), ("cap", kind.cap)) if s)


def reached(scheme: Scheme, code: str, cls: str) -> bool:
    """Whether a node and everything above it apply to a class."""
    above = scheme.parents.get(code)
    return scheme.nodes[code].applies(cls) and (above is None or reached(scheme, above.code, cls))


def days_of(scheme: Scheme, settings: Iterable[Setting | None]) -> list[date | None]:
    """The end of the cycle; where a setting changes within the cycle, also its start and the days of the changes."""
    changes = {case.since for setting in settings if setting for case in setting.cases if case.since}
    inside = {day for day in changes if (not scheme.end or day < scheme.end) and (not scheme.start or day > scheme.start)}
    return [*([scheme.start] if inside and scheme.start else []), *sorted(inside), scheme.end]


def check_settings(scheme: Scheme) -> Iterator[Problem]:
    for placed in placed_settings(scheme):
        lacking = [cls for cls in placed.classes if not any(case.cls in (None, cls) for case in placed.setting.cases)]
        if lacking:
            yield error("class_gap", placed.where, classes=listed(lacking))
        yield from dict.fromkeys(problem for cls in placed.classes for problem in _check_days(scheme, placed, cls))
    yield from _check_reading(scheme)


def _check_days(scheme: Scheme, placed: Placed, cls: str) -> Iterator[Problem]:
    days = [case.since for case in placed.setting.cases if case.cls in (None, cls) and case.since]
    if days != sorted(days):
        yield warning("unsorted", placed.where, days=listed(map(str, days)))
    for day in dict.fromkeys(day for day in days if days.count(day) > 1):
        yield error("same_day", placed.where, day=str(day))
    always = any(case.since is None for case in placed.setting.cases if case.cls in (None, cls))
    if not days or always:
        return
    if scheme.end and min(days) > scheme.end:
        yield error("never_in_force", placed.where, first=str(min(days)), end=str(scheme.end))
    elif scheme.start and min(days) > scheme.start:
        yield warning("not_yet_in_force", placed.where, first=str(min(days)), start=str(scheme.start))


def _check_reading(scheme: Scheme) -> Iterator[Problem]:
    """Parameters that nothing reads are mistakes; steps that nothing reads may be there to be shown."""
    for node in scheme.nodes.values():
        own = [expr for _, expr in node.formula.where] + [node.formula.expr, *(e for e in (node.weight, node.at_least) if e)]
        yield from _unread(node.formula.params, own, f"{node.where}.with")
        if node.entries:
            formulas = [node.entries.formula, *node.entries.rules.values()]
            exprs = [expr for f in formulas for expr in (f.expr, *(e for _, e in f.where))]
            yield from _unread(node.entries.formula.params, exprs, f"{node.where}.entries.with")


def _unread(params: Mapping[str, Setting], exprs: Iterable[Expr], where: str) -> Iterator[Problem]:
    read = {found.name for expr in exprs for found in names(expr) if isinstance(found, Name)}
    for name in params:
        if name not in read:
            yield warning("unread_parameter", f"{where}.{name}", name=name)
