"""What a verified value would do: the share of the task's full mark that its rule gives, computed by the engine itself."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import windvane
from windvane import Book, Facts, Problem, Task, compile_scheme, score
from windvane.decimals import parse_decimal
from windvane_web.scheme.models import BookTask
from windvane_web.work.facts import fact_of
from windvane_web.work.models import Report
from windvane_web.work.queries import class_of, scheme_of
from windvane_web.work.values import kept_text, read_value


def earned_share(report: Report, text: str) -> Fraction | None:
    """Points over full mark (0..1, more where the rule pays more) for a value as typed; None where it cannot be scored."""
    task, cycle = report.task, report.task.book.cycle
    scheme, cls = scheme_of(cycle), class_of(cycle, task.book.unit)
    value = read_value(text, task.measure if task.measure != "date" else "")
    if scheme is None or not cls or isinstance(value, Problem) or task.slot not in scheme.nodes:
        return None
    unit = task.book.unit.code
    plan = compile_scheme(scheme, [Book(unit, (_task(task),))])
    facts = Facts((windvane.Unit(unit, task.book.unit.title, cls),), (fact_of(unit, task.slot, "value", task.entry, kept_text(value)),))
    entries = score(plan, facts).outcomes[cls][task.slot][unit].entries
    points = entries[0].points if entries else None
    return points / entries[0].full if isinstance(points, Fraction) and entries[0].full else None


def _task(row: BookTask) -> Task:
    """As much of a task as its rule reads; a joint one is scored here by its own report."""
    params, facts = ({name: _number(text) for name, text in given.items()} for given in (row.params, row.facts))
    return Task(row.entry, row.slot, row.title, rule=row.rule, params=params, facts=facts, measure=row.measure, better=row.better)


def _number(text: str) -> Fraction | date:
    found = parse_decimal(text)
    return found if found is not None else date.fromisoformat(text)
