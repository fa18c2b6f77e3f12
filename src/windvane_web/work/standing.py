"""Where a task stands: met or not, on schedule or behind. Counted from books and reports, without scoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from windvane import Status
from windvane.decimals import parse_decimal
from windvane_web.org.models import Cycle
from windvane_web.scheme.models import BookTask
from windvane_web.work.models import Report
from windvane_web.work.opening import YEAR, tasks_in_force
from windvane_web.work.queries import scheme_of
from windvane_web.work.values import stored

SLIGHT = Fraction(95, 100)  # at least this share of what is expected is "behind", less is "overdue"
S = Report.State
Reports = Mapping[tuple[str, str, str], list[Report]]  # unit, slot, entry


@dataclass(frozen=True)
class Standing:
    """``light``: ok, lag, late; ``share``: value over what is expected, where both are numbers."""

    task: BookTask
    light: str
    met: bool = False
    above: bool = False
    ahead: bool = False
    due: bool = True
    value: str = ""
    expected: str = ""
    share: Fraction | None = None

    @property
    def percent(self) -> Fraction | None:
        return None if self.share is None else 100 * self.share


def standings(cycle: Cycle, today: date) -> list[Standing]:
    """All tasks in force of a cycle, in the order of the books."""
    reports = _reports(cycle)
    choices = _choices(cycle)
    return [_standing(task, _of(reports, task), choices.get(task.slot, {}), today) for task in tasks_in_force(cycle)]


def _reports(cycle: Cycle) -> Reports:
    found: dict[tuple[str, str, str], list[Report]] = {}
    for report in Report.objects.filter(task__book__cycle=cycle).select_related("task__book__unit").order_by("due", "pk"):
        found.setdefault((report.task.book.unit.code, report.task.slot, report.task.entry), []).append(report)
    return found


def _of(reports: Reports, task: BookTask) -> list[Report]:
    """The reports of a task; a joint one has those of its lead."""
    unit, _, entry = task.joint.partition("/") if task.joint else (task.book.unit.code, "", task.entry)
    return reports.get((unit, task.slot, entry), [])


def _choices(cycle: Cycle) -> dict[str, dict[str, Fraction]]:
    """The number of every word of every slot."""
    scheme = scheme_of(cycle)
    found: dict[str, dict[str, Fraction]] = {}
    for node in scheme.nodes.values() if scheme else ():
        if node.entries is not None:
            numbers = {choice.code: choice.value.at("", None) for choice in node.entries.choices}
            found[node.code] = {code: x for code, x in numbers.items() if isinstance(x, Fraction)}
    return found


def latest_value(reports: Iterable[Report]) -> str:
    """The value known last: what was verified, else what was signed."""
    known = [r.verified_value if r.state == S.VERIFIED else r.value for r in reports if r.state in (S.VERIFIED, S.SIGNED) and r.value]
    return known[-1] if known else ""


def _standing(task: BookTask, reports: list[Report], words: Mapping[str, Fraction], today: date) -> Standing:
    text = latest_value(reports)
    late = any(r.due < today and r.state in (S.DRAFT, S.RETURNED) for r in reports)
    if not text:
        return Standing(task, "late" if late else "ok")
    value = stored(text)
    if value is Status.NOT_DUE:
        return Standing(task, "ok", due=False, value=text)
    if isinstance(value, str):
        number = words.get(value, Fraction(0))
        light = "ok" if number >= 1 else "late" if number == 0 else "lag"
        return Standing(task, light, met=number >= 1, ahead=value == "ahead", value=text)
    final = any(r.period == YEAR and r.state in (S.VERIFIED, S.SIGNED) for r in reports)
    return _measured(task, value, text, None if final else today, late)


def _measured(task: BookTask, value: Fraction | date, text: str, today: date | None, late: bool) -> Standing:
    """A number or a day against the target; before the year is reported, against the last milestone."""
    target = _kept(task.facts.get("target", ""))
    if isinstance(value, date):
        on_time = not isinstance(target, date) or value <= target
        return Standing(task, "ok" if on_time else "late", on_time, ahead=isinstance(target, date) and value < target, value=text)
    if not isinstance(target, Fraction):
        return Standing(task, "ok", value=text)
    high = task.better == "high"
    met, above = (value >= target, value > target) if high else (value <= target, value < target)
    wanted = target if today is None else milestone_at(task, today)
    if met or wanted is None:
        return Standing(
            task,
            "late" if late and not met else "ok",
            met,
            above,
            value=text,
            expected=task.facts["target"],
            share=share_of(value, target, high),
        )
    share = share_of(value, wanted, high)
    light = "ok" if share >= 1 else "lag" if share >= SLIGHT else "late"
    return Standing(task, light, met, value=text, expected=str(wanted), share=share)


def milestone_at(task: BookTask, day: date) -> Fraction | None:
    """What the last milestone up to a day expects; None before the first."""
    passed = [value for when, value in sorted(task.milestones) if date.fromisoformat(when) <= day]
    return parse_decimal(passed[-1]) if passed else None


def share_of(value: Fraction, wanted: Fraction, high: bool) -> Fraction:
    """Completion: value over target, or target over value where less is better; 1 where nothing was to be done."""
    over, under = (value, wanted) if high else (wanted, value)
    return over / under if under > 0 else Fraction(1)


def _kept(text: str) -> Fraction | date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_decimal(text)
