"""Carry out a run: snapshot, check, score, rank, places. Each step can be repeated; nothing is half written."""

from __future__ import annotations

from fractions import Fraction

from django.db import transaction

from windvane import Place, Problem, Ranking
from windvane.decimals import decimal_text
from windvane.ranking import places_of
from windvane_web.core.audit import Deed, append
from windvane_web.org.models import Unit
from windvane_web.results import engine
from windvane_web.results.doubts import Doubt, doubts
from windvane_web.results.engine import Step, nothing
from windvane_web.results.gather import take
from windvane_web.results.models import Placed, Run, Snapshot

STEPS = ("snapshot", "check", "score", "rank", "write")


def execute(run: Run, tell: Step = nothing) -> Run:
    """Compute a run that waits; one that is already done is returned as it is."""
    run = Run.objects.select_related("cycle", "made_by").get(pk=run.pk)
    if run.state != Run.State.RUNNING:
        return run
    tell("snapshot")
    snapshot = run.snapshot or _snapshot(run)
    if isinstance(snapshot, list):
        return _fail(run, snapshot)
    case = engine.read(snapshot.content)
    if isinstance(case, list):
        return _fail(run, case)
    ranking, problems = engine.judge(case, tell)
    if ranking is None:
        return _fail(run, problems)
    tell("write")
    return _finish(run, ranking, problems)


def _snapshot(run: Run) -> Snapshot | list[Problem]:
    found = take(run.cycle, run.made_by)
    if isinstance(found, Snapshot):
        run.snapshot = found
        run.save(update_fields=["snapshot"])
    return found


def _fail(run: Run, problems: list[Problem]) -> Run:
    with transaction.atomic():
        run.state, run.problems = Run.State.FAILED, [in_words(p) for p in problems]
        run.version += 1
        run.save()
        append([Deed(run.made_by, "run.finish", run, {"state": run.state, "problems": len(problems)})])
    return run


def _finish(run: Run, ranking: Ranking, problems: list[Problem]) -> Run:
    snapshot = run.snapshot
    assert snapshot is not None
    digests = {"digest": ranking.digest, "facts": snapshot.facts_digest, "plan": snapshot.plan_digest}
    drawn = doubts(ranking)
    with transaction.atomic():
        run.state, run.digest, run.problems = Run.State.DONE, ranking.digest, [in_words(p) for p in problems]
        run.version += 1
        run.save()
        ids = dict(Unit.objects.filter(code__in=ranking.index).values_list("code", "pk"))
        Placed.objects.bulk_create([placed(run, ranking, place, ids[place.unit], drawn.get(place.unit)) for place in ranking.places])
        append([Deed(run.made_by, "run.finish", run, {"state": run.state, **digests})])
    return run


def placed(run: Run, ranking: Ranking, place: Place, unit: int, doubt: Doubt | None) -> Placed:
    """One place as a row; points as they are published."""
    low, high = doubt.rank if doubt and doubt.rank else (None, None)
    return Placed(
        run=run,
        unit_id=unit,
        cls=place.cls,
        rank=place.rank,
        points=shown(ranking, place.cls, place.points),
        grade=place.grade or "",
        state=place.state,
        low=low,
        high=high,
    )


def shown(ranking: Ranking, cls: str, points: Fraction | None) -> str:
    """A total as it is published: with all its decimals."""
    return "" if points is None else decimal_text(points, places_of(ranking.scores, cls))


def in_words(problem: Problem) -> dict[str, str]:
    """A problem as it is kept with the run, in both languages."""
    words = {"zh": problem.what("zh"), "en": problem.what("en"), "hint_zh": problem.hint("zh"), "hint_en": problem.hint("en")}
    return {"severity": problem.severity.value, "code": problem.code, "where": problem.where, **words}
