"""Changes of the scheme: drafted, edited, frozen by a second person; a frozen text is only ever superseded."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from windvane import Scheme
from windvane_web.core.action import action
from windvane_web.org.models import Cycle, User
from windvane_web.scheme.checking import doubts, misfits, refuse, say
from windvane_web.scheme.models import Version
from windvane_web.scheme.queries import read, scheme_of

__all__ = ["draft", "edit", "freeze"]


@action("scheme.draft")
def draft(actor: User, cycle: Cycle, *, text: str, note: str = "") -> Version:
    """Save a text that reads as the cycle's one draft."""
    _readable(text)
    last = cycle.versions.aggregate(last=Max("number"))["last"] or 0
    return Version.objects.create(cycle=cycle, number=last + 1, text=text, note=note, made_by=actor)


@action("scheme.edit")
def edit(actor: User, version: Version, *, text: str, note: str = "") -> Version:
    """Put another text in the place of a draft; whoever wrote the last text cannot be the one who freezes it."""
    _readable(text)
    version.text, version.note, version.made_by = text, note, actor
    version.version += 1
    version.save()
    return version


def _readable(text: str) -> Scheme:
    found = read(text)
    if not isinstance(found, Scheme):
        raise ValidationError([say(problem) for problem in found])
    return found


@action("scheme.freeze")
def freeze(actor: User, version: Version) -> Version:
    """Make a draft the scheme in force. The one before is superseded; a cycle in its first phase moves on to tracking."""
    cycle, scheme = Cycle.objects.select_for_update().get(pk=version.cycle_id), scheme_of(version)
    refuse([*doubts(version.text), *misfits(cycle, scheme)])
    Version.objects.filter(cycle=cycle, state=Version.State.FROZEN).update(state=Version.State.SUPERSEDED)
    version.state, version.digest, version.frozen_at = Version.State.FROZEN, scheme.digest, timezone.now()
    version.version += 1
    version.save()
    if cycle.phase == Cycle.Phase.DRAFT:
        cycle.phase = Cycle.Phase.TRACKING
        cycle.save(update_fields=["phase"])
    return version
