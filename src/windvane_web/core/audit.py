"""The audit chain: every line names the digest of the one before, so nothing can be taken out, changed or put in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from windvane_web.core.models import GENESIS, Entry, Head


@dataclass(frozen=True)
class Deed:
    """What an action did, before it has its place in the chain."""

    actor: Any
    verb: str
    subject: models.Model
    content: dict[str, Any] = field(default_factory=dict)


def append(deeds: Sequence[Deed]) -> list[Entry]:
    """Write deeds to the end of the chain. Locks the head, so call it last in the transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit lines are written inside the transaction of their action")
    head = Head.objects.select_for_update().get(pk=1)
    entries = []
    for deed in deeds:
        entry = _entry(head, deed)
        head.number, head.digest = entry.number, entry.digest
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    head.save(update_fields=["number", "digest"])
    return entries


def _entry(head: Head, deed: Deed) -> Entry:
    entry = Entry(
        number=head.number + 1,
        at=timezone.now().replace(microsecond=0),
        actor=deed.actor,
        actor_label=str(deed.actor),
        verb=deed.verb,
        subject_type=deed.subject._meta.label_lower,
        subject_id=str(deed.subject.pk),
        subject_label=str(deed.subject)[:300],
        content=deed.content,
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    return entry


def digest_of(entry: Entry) -> str:
    """SHA-256 of the line's canonical text, which holds the digest of the line before."""
    at: datetime = entry.at
    words = [entry.number, at.astimezone(timezone.get_default_timezone()).isoformat(), entry.actor_id, entry.actor_label, entry.verb]
    words += [entry.subject_type, entry.subject_id, entry.subject_label, entry.content, entry.previous]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold, and why."""

    number: int
    reason: str  # gap | previous | digest | head


def breaks() -> Iterator[Break]:
    """Walk the whole chain; yield every place where it does not hold."""
    number, digest = 0, GENESIS
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        if entry.number != number + 1:
            yield Break(entry.number, "gap")
        if entry.previous != digest:
            yield Break(entry.number, "previous")
        if entry.digest != digest_of(entry):
            yield Break(entry.number, "digest")
        number, digest = entry.number, entry.digest
    head = Head.objects.get(pk=1)
    if (head.number, head.digest) != (number, digest):
        yield Break(head.number, "head")
