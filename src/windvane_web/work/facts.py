"""What people reported, entered and had verified, as the facts of one cycle. Nothing else of this app reaches a score."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from windvane import Entry, Fact, Loading, Status, Text
from windvane.decimals import parse_decimal
from windvane_web.org.models import Cycle
from windvane_web.work.models import Datum, Evidence, LedgerEntry, Report
from windvane_web.work.values import stored

UNIT_REPORT = "unit_report"


def facts(cycle: Cycle) -> tuple[tuple[Fact, ...], tuple[Entry, ...], tuple[Loading, ...]]:
    """Return the rows, entries and loadings of a cycle, for ``windvane.Facts``."""
    data = list(Datum.objects.filter(cycle=cycle, state=Datum.State.CONFIRMED).select_related("unit"))
    ledger = list(in_force(cycle))
    rows = (*reported(cycle), *map(_datum, data), *map(_amount, ledger))
    return rows, tuple(map(_entry, ledger)), tuple(line for datum in data for line in _loadings(datum))


def reported(cycle: Cycle) -> Iterator[Fact]:
    """The latest verified report of each task is its value; earlier periods only tracked the way there."""
    verified = Report.objects.filter(task__book__cycle=cycle, state=Report.State.VERIFIED).select_related("task__book__unit")
    latest = {(r.task.book_id, r.task.slot, r.task.entry): r for r in verified.order_by("due", "task__since", "period", "pk")}
    names = _evidence_names(cycle)
    for report in latest.values():
        yield _report(report, "；".join(names.get(report.pk, ())))


def _evidence_names(cycle: Cycle) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    pairs = Evidence.objects.filter(report__task__book__cycle=cycle, report__state=Report.State.VERIFIED).values_list("report_id", "name")
    for report, name in pairs:
        found.setdefault(report, []).append(name)
    return found


def _report(report: Report, document: str) -> Fact:
    task = report.task
    unit = task.book.unit.code
    return fact_of(unit, task.slot, "value", task.entry, report.verified_value, source=UNIT_REPORT, document=document)


def fact_of(unit: str, indicator: str, name: str, entry: str, text: str, *, error: str = "", source: str = "", document: str = "") -> Fact:
    """A kept text as a fact; a status carries no value."""
    value = stored(text)
    if isinstance(value, Status):
        return Fact(unit, indicator, name, "", entry, None, value, None, source, document)
    return Fact(unit, indicator, name, "", entry, value, Status.REPORTED, _number(error), source, document)


def _number(text: str) -> Fraction | None:
    """A kept number; empty is none."""
    if not text:
        return None
    value = stored(text)
    if not isinstance(value, Fraction):
        raise ValueError(f"not a kept number: {text!r}")
    return value


def _datum(datum: Datum) -> Fact:
    words = {"error": datum.error, "source": datum.source, "document": datum.document}
    return fact_of(datum.unit.code, datum.indicator, datum.name, datum.entry, datum.value, **words)


def _loadings(datum: Datum) -> Iterator[Loading]:
    for shock, text in datum.loadings.items():
        yield Loading(datum.unit.code, datum.indicator, datum.name, datum.entry, shock, _number(text) or Fraction(0))


def in_force(cycle: Cycle) -> Iterator[LedgerEntry]:
    """Approved entries, without those that a counter-entry cancels and without the counter-entries."""
    approved = LedgerEntry.objects.filter(cycle=cycle, state=LedgerEntry.State.APPROVED, counter_of=None)
    yield from approved.exclude(countered_by__state=LedgerEntry.State.APPROVED).select_related("unit").order_by("day", "pk")


def entry_code(line: LedgerEntry) -> str:
    """The name of a ledger entry among the facts, and in every explanation."""
    return f"{line.indicator}_{line.pk}"


def _entry(line: LedgerEntry) -> Entry:
    return Entry(line.unit.code, line.indicator, entry_code(line), line.kind, Text(line.title), line.document, line.day)


def _amount(line: LedgerEntry) -> Fact:
    amount = None if line.amount is None else parse_decimal(str(line.amount))
    status = Status.MISSING if amount is None else Status.REPORTED
    return Fact(line.unit.code, line.indicator, "amount", "", entry_code(line), amount, status, None, "", line.document)
