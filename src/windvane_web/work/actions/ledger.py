"""Ledger entries: entered with a document, approved by another, corrected by a counter-entry and never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from windvane_web.core.action import Refused, action
from windvane_web.core.models import Notice
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.work.amounts import settle_amount
from windvane_web.work.models import Evidence, LedgerEntry
from windvane_web.work.queries import in_charge
from windvane_web.work.uploads import Upload, keep

S = LedgerEntry.State


@action("ledger.enter")
def enter(
    actor: User,
    cycle: Cycle,
    *,
    unit: Unit,
    indicator: str,
    kind: str,
    day: date,
    title: str,
    document: str,
    amount: Decimal | None = None,
    files: Sequence[Upload] = (),
) -> LedgerEntry:
    """Enter a bonus or a deduction of a unit; the amount may be left out where the scheme fixes it."""
    if not in_charge(actor, indicator):
        raise Refused("stranger", "ledger.enter", cycle)
    settled = settle_amount(cycle, unit, indicator, kind, amount, day)
    title, document = title.strip(), document.strip()
    if not title or not document:
        raise ValidationError(_("请写明事由和文件。"))
    if (
        LedgerEntry.objects.filter(cycle=cycle, unit=unit, indicator=indicator, kind=kind, document=document, counter_of=None)
        .exclude(state=S.REJECTED)
        .exists()
    ):
        raise ValidationError(_("同一文件的同一事项只计一次。若原条目已冲销，请在文号后注明“更正”。"))
    said = {"indicator": indicator, "kind": kind, "amount": settled, "day": day, "title": title, "document": document}
    entry = LedgerEntry.objects.create(cycle=cycle, unit=unit, entered_by=actor, **said)
    for file in files:
        attach_to_entry(actor, entry, file=file)
    return entry


@action("ledger.attach")
def attach_to_entry(actor: User, entry: LedgerEntry, *, file: Upload) -> Evidence:
    """Add a document to an entry that waits for approval."""
    known = {"name": file.name, "file": keep(file), "size": len(file.content), "kind": file.kind, "added_by": actor}
    return Evidence.objects.get_or_create(entry=entry, digest=file.digest, defaults=known)[0]


@action("ledger.approve")
def approve(actor: User, entry: LedgerEntry, *, note: str = "") -> LedgerEntry:
    return _decided(entry, S.APPROVED, actor, note)


@action("ledger.reject")
def reject(actor: User, entry: LedgerEntry, *, reason: str) -> LedgerEntry:
    if not reason.strip():
        raise ValidationError(_("请写明不予批准的理由。"))
    if entry.entered_by:
        text = _("未批准：%(entry)s。理由：%(reason)s") % {"entry": entry, "reason": reason.strip()}
        Notice.objects.create(person=entry.entered_by, text=text[:300], link=reverse("work:entry", args=[entry.pk]))
    return _decided(entry, S.REJECTED, actor, reason)


@action("ledger.counter")
def counter(actor: User, entry: LedgerEntry, *, reason: str, document: str) -> LedgerEntry:
    """Enter the counter-entry of an approved one; it counts once another person approves it."""
    if not reason.strip() or not document.strip():
        raise ValidationError(_("请写明冲销的理由和文件。"))
    return _counter(entry, reason.strip(), document.strip(), entered_by=actor, approved_by=None, state=S.ENTERED)


@action("ledger.correct")
def correct_entry(actor: User, entry: LedgerEntry, *, amount: Decimal, basis: str) -> LedgerEntry:
    """An upheld appeal cancels the entry and, unless nothing is left of it, puts another amount in its place."""
    if not basis.strip():
        raise ValidationError(_("请写明依据。"))
    cancelled = _counter(entry, basis.strip(), basis.strip(), entered_by=None, approved_by=actor, state=S.APPROVED)
    if not amount:
        return cancelled
    settled = settle_amount(entry.cycle, entry.unit, entry.indicator, entry.kind, amount, entry.day)
    said = {"indicator": entry.indicator, "kind": entry.kind, "amount": settled, "day": entry.day, "title": entry.title}
    document = _("%(document)s（更正 %(number)s）") % {"document": entry.document[:280], "number": entry.pk}
    return LedgerEntry.objects.create(
        cycle=entry.cycle, unit=entry.unit, document=document, state=S.APPROVED, note=basis.strip(), approved_by=actor, **said
    )


def _counter(
    entry: LedgerEntry, reason: str, document: str, *, entered_by: User | None, approved_by: User | None, state: LedgerEntry.State
) -> LedgerEntry:
    """The opposite of an entry; one that was rejected before is taken up again."""
    found = LedgerEntry.objects.filter(counter_of=entry).first() or LedgerEntry(counter_of=entry, cycle=entry.cycle, unit=entry.unit)
    found.indicator, found.kind, found.day = entry.indicator, entry.kind, entry.day
    found.amount = -entry.amount if entry.amount is not None else None
    found.title, found.document, found.note = _("冲销：%(title)s") % {"title": entry.title[:250]}, document, reason
    found.entered_by, found.approved_by, found.state = entered_by, approved_by, state
    found.version += 0 if found._state.adding else 1
    found.save()
    return found


def _decided(entry: LedgerEntry, state: LedgerEntry.State, actor: User, note: str) -> LedgerEntry:
    entry.state, entry.approved_by, entry.note = state, actor, note.strip() or entry.note
    entry.version += 1
    entry.save()
    return entry
