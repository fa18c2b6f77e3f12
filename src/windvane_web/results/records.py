"""What stands behind a fact: the report with its evidence, the provider's datum, the ledger entry; who entered and who verified it.

The snapshot holds the numbers; these rows hold the people and the files. They are read as they are now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from windvane_web.org.models import Cycle, User
from windvane_web.results.reasons import Reason
from windvane_web.work.models import Datum, Evidence, LedgerEntry, Report


@dataclass(frozen=True, slots=True)
class Record:
    """One row behind a fact. ``people``: what each did."""

    title: str
    said: str
    found: str
    note: str
    state: str
    document: str
    files: tuple[Evidence, ...]
    people: tuple[tuple[str, str], ...]


def records(cycle: Cycle, unit: str, why: Reason, names_shown: bool) -> list[Record]:
    """Rows behind the facts of an explanation; ``names_shown``: persons by name, else by their unit."""
    titles = dict(why.names)
    data = Datum.objects.filter(cycle=cycle, unit__code=unit, indicator=why.node, name__in=titles, entry=why.entry)
    found = [_datum(row, titles[row.name], names_shown) for row in data.select_related("entered_by__unit", "confirmed_by__unit")]
    if why.entry:
        found += [*_reports(cycle, why, names_shown), *_ledger(cycle, unit, why, names_shown)]
    return found


def _reports(cycle: Cycle, why: Reason, names_shown: bool) -> Iterator[Record]:
    """The latest verified report of the task; for a joint task that of the unit in the lead."""
    unit, entry = why.reported_by
    found = Report.objects.filter(task__book__cycle=cycle, task__book__unit__code=unit, task__slot=why.node, task__entry=entry)
    found = found.filter(state=Report.State.VERIFIED).select_related("task", "reporter__unit", "signer__unit", "verifier__unit")
    for report in found.prefetch_related("evidence").order_by("-due", "-task__since", "-period", "-pk")[:1]:
        people = ((_("填报人"), report.reporter), (_("签发人"), report.signer), (_("核验人"), report.verifier))
        yield Record(
            title=f"{report.task} · {report.period}",
            said=report.value,
            found=report.verified_value,
            note=report.note or report.superseded_by_appeal,
            state=report.get_state_display(),
            document="",
            files=tuple(report.evidence.all()),
            people=_people(people, names_shown),
        )


def _ledger(cycle: Cycle, unit: str, why: Reason, names_shown: bool) -> Iterator[Record]:
    lines = LedgerEntry.objects.filter(cycle=cycle, unit__code=unit, indicator=why.node, pk=ledger_key(why.entry, why.node))
    for row in lines.select_related("entered_by__unit", "approved_by__unit").prefetch_related("evidence"):
        people = ((_("录入人"), row.entered_by), (_("审批人"), row.approved_by))
        yield Record(
            title=row.title,
            said="" if row.amount is None else str(row.amount.normalize()),
            found="",
            note=row.note,
            state=row.get_state_display(),
            document=row.document,
            files=tuple(row.evidence.all()),
            people=_people(people, names_shown),
        )


def ledger_key(entry: str, node: str) -> int:
    """The row that the name of a ledger entry among the facts stands for; 0 for any other name."""
    number = entry.removeprefix(f"{node}_")
    return int(number) if number.isdecimal() else 0


def _datum(row: Datum, title: str, names_shown: bool) -> Record:
    people = ((_("录入人"), row.entered_by), (_("确认人"), row.confirmed_by))
    return Record(
        title=title,
        said=row.value,
        found="",
        note="",
        state=row.get_state_display(),
        document=row.document,
        files=(),
        people=_people(people, names_shown),
    )


def _people(found: Iterable[tuple[Any, User | None]], names_shown: bool) -> tuple[tuple[str, str], ...]:
    return tuple((str(did), _who(person, names_shown)) for did, person in found if person is not None)


def _who(person: User, names_shown: bool) -> str:
    unit = str(person.unit) if person.unit else _("考核办")
    return f"{person}（{unit}）" if names_shown else unit
