"""Reads of results that more than one caller wants."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, User
from windvane_web.results.models import Placed, Publication, Run, Snapshot

DOUBT = "0.8"
OPEN = ("filed", "reviewing")  # states of an appeal that has no answer yet


def open_appeals(cycle: Cycle) -> QuerySet[Run]:
    """Runs of a cycle joined to their appeals without an answer: one row an appeal."""
    return Run.objects.filter(cycle=cycle, appeals__state__in=OPEN)


def runs(person: User, cycle: Cycle) -> QuerySet[Run]:
    """The runs of a cycle that a person sees, newest first, without the text of their snapshots."""
    found: QuerySet[Run] = allowed(person, "run.see").filter(cycle=cycle)
    return found.select_related("made_by", "decided_by", "supersedes", "job").prefetch_related("publications").order_by("-number")


def scored_runs(person: User, cycle: Cycle) -> QuerySet[Run]:
    """Those of them that have places."""
    return runs(person, cycle).filter(~Q(state__in=(Run.State.RUNNING, Run.State.FAILED)))


def cards(person: User) -> QuerySet[Placed]:
    """The scorecards that a person sees, newest run first."""
    found: QuerySet[Placed] = allowed(person, "scorecard.see")
    return found.select_related("run", "run__cycle", "unit").order_by("-run__cycle__start", "-run__number", "unit__order")


def public_publications() -> QuerySet[Publication]:
    """What everyone may read, newest first; a superseded run stays readable under its own address and says so."""
    return Publication.objects.filter(audience=Publication.Audience.PUBLIC).select_related("run", "run__cycle").order_by("-at")


def content_of(run: Run) -> dict[str, str]:
    """The text of a run's snapshot."""
    found: dict[str, str] = Snapshot.objects.values_list("content", flat=True).get(runs=run)
    return found


def holds_secrets(run: Run) -> bool:
    """Whether the snapshot of a run holds tasks that are marked as secret."""
    rows = csv.DictReader(io.StringIO(content_of(run).get("books.csv", "").lstrip("\ufeff")))
    return any(row.get("sensitive") == "yes" for row in rows)


def snapshot_digests(run: Run) -> dict[str, Any] | None:
    """What the page says of a snapshot, without its text."""
    wanted = ("facts_digest", "plan_digest", "made_at", "version__number", "made_by__name")
    found: dict[str, Any] | None = Snapshot.objects.filter(runs=run).values(*wanted).first()
    return found


def placed(run: Run | None) -> dict[str, Placed]:
    """Places of a run by the code of the unit; none without a run."""
    return {row.unit.code: row for row in run.places.select_related("unit")} if run else {}


def before(person: User, run: Run) -> Run | None:
    """The scored run before this one that the person sees too."""
    return scored_runs(person, run.cycle).filter(number__lt=run.number).first()


def doubtful(run: Run) -> QuerySet[Placed]:
    """Units whose grade is less sure than 80 %: named before the committee decides."""
    return run.places.filter(sure__lt=DOUBT).select_related("unit").order_by("sure")


def around(rows: Sequence[Placed], one: Placed) -> tuple[Placed | None, Placed | None]:
    """The units before and after one in the official order."""
    codes = [row.pk for row in rows]
    i = codes.index(one.pk)
    return rows[i - 1] if i else None, rows[i + 1] if i + 1 < len(rows) else None


def objections_until(run: Run) -> date | None:
    """The last day of the objection window of units."""
    found: date | None = run.publications.filter(audience=Publication.Audience.UNIT).aggregate(last=Max("until"))["last"]
    return found
