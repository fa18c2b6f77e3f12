"""Ranks and grades inside each class: ties, quotas, thresholds, promotion, vetoes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from windvane import exact
from windvane.decimals import canonical, decimal_text, round_half_up
from windvane.exact import Absent, Sample, Value
from windvane.facts import Status, Unit
from windvane.formula import Expr, Member, Name
from windvane.plan import number_of
from windvane.scheme import ROOT, Grade, Quota, Scheme
from windvane.scores import Scores
from windvane.text import Text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


@dataclass(frozen=True, slots=True)
class Place:
    """One unit's place: ``rank`` and ``grade`` are None for units out of competition or with nothing due.

    ``points`` is the published total, ``compared`` what ranks compare. ``promoted``: the grade is an extra seat.
    ``vetoed``: titles of the vetoes that hold the unit back.
    """

    unit: str
    cls: str
    points: Fraction | None
    compared: tuple[Fraction, ...] = ()
    rank: int | None = None
    grade: str | None = None
    promoted: bool = False
    vetoed: tuple[Text, ...] = ()
    state: str = "ranked"  # ranked | apart (单列) | nothing_due | void (too few data, by the scheme) | refused


@dataclass(frozen=True)
class Ranking:
    """Places of all units, class by class, best first; those without a rank at the end of their class."""

    scores: Scores = field(repr=False)
    places: tuple[Place, ...]

    def of(self, cls: str) -> list[Place]:
        return [place for place in self.places if place.cls == cls]

    @cached_property
    def index(self) -> Mapping[str, Place]:
        return {place.unit: place for place in self.places}

    def __getitem__(self, unit: str) -> Place:
        return self.index[unit]

    def counts(self, cls: str) -> dict[str, int]:
        """Return how many units of a class have each grade, best first."""
        codes = [grade.code for grade in self.scores.plan.scheme.grades]
        return {code: sum(place.grade == code for place in self.of(cls)) for code in codes}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical text of exact points of every node, ranks and grades, units by code."""
        sha = hashlib.sha256()
        for line in _canonical_lines(self):
            sha.update(line.encode() + b"\n")
        return sha.hexdigest()

    def __str__(self) -> str:
        lines = []
        for cls in self.scores.plan.classes:
            lines.append(f"{self.scores.plan.scheme.class_title(cls)} ({len(self.of(cls))})")
            lines += [_line(self.scores, place) for place in self.of(cls)]
        return "\n".join(lines)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a unit: unit, class, rank, points (float), grade, promoted, state."""
        import polars as pl  # heavy; only notebooks and files ask for it

        rows = [(p.unit, p.cls, p.rank, None if p.points is None else float(p.points), p.grade, p.promoted, p.state) for p in self.places]
        return pl.DataFrame(rows, schema=["unit", "class", "rank", "points", "grade", "promoted", "state"], orient="row")

    def to_pandas(self) -> pd.DataFrame:
        return self.to_polars().to_pandas()


def _line(scores: Scores, place: Place) -> str:
    points = "—" if place.points is None else decimal_text(place.points, places_of(scores, place.cls))
    grade = str(scores.plan.scheme.grade_title(place.grade)) if place.grade else ""
    return f"{place.rank or '—':>4}  {points:>8}  {grade}  {scores.facts.unit_index[place.unit].title}"


def places_of(scores: Scores, cls: str, code: str = ROOT) -> int:
    """Decimals in which points are shown: the scheme's rounding, else two; for an index from 0 to 1 those of the total, or four."""
    step, root = scores.plan.step(cls, code), scores.plan.step(cls, ROOT)
    if step.round is not None:
        return max(step.round, 0)
    if not 0 < step.full <= 1:
        return 2
    return max(root.round, 0) if root.round is not None and 0 < root.full <= 1 else 4


def _canonical_lines(ranking: Ranking) -> Iterator[str]:
    scores = ranking.scores
    yield "windvane result 1"
    for unit in sorted(scores.facts.units, key=lambda u: u.code):
        place = ranking.index.get(unit.code)
        if place is None:
            continue
        yield f"{unit.code}\trank\t{place.rank or ''}\t{place.grade or ''}"
        for code in sorted(scores.outcomes[unit.cls]):
            points = scores.points(unit.code, code)
            yield f"{unit.code}\t{code}\t{'' if points is None else canonical(points)}"


def rank(scores: Scores, *, within: Callable[[Unit], bool] | None = None) -> Ranking:
    """Rank and grade the competing units of every class.

    ``within`` keeps only some units (a what-if); the official ranking takes all. Ranks compare the rounded total, or the exact one
    where the scheme says so; then the nodes that break ties, in order. Ties share their rank.
    """
    places: list[Place] = []
    for cls in scores.plan.classes:
        units = [u for u in scores.units(cls) if within is None or within(u)]
        ranked, rest = _split(scores, units)
        ranked = _ranked(ranked, scores.plan.scheme.ranking.dense)
        places += [*_graded(scores, cls, ranked), *rest]
    return Ranking(scores, tuple(places))


_WITHOUT_TOTAL: Final[Mapping[object, str]] = {Absent.REFUSED: "refused", Absent.NOT_DUE: "nothing_due"}


def _split(scores: Scores, units: Sequence[Unit]) -> tuple[list[Place], list[Place]]:
    ranked, rest = [], []
    for unit in units:
        outcome = scores.outcome(unit.code)
        place = Place(unit.code, unit.cls, outcome.value)
        if outcome.value is None:
            rest.append(replace(place, state=_WITHOUT_TOTAL.get(outcome.points, "void")))
        elif not unit.competes:
            rest.append(replace(place, state="apart"))
        else:
            ranked.append(replace(place, compared=_compared(scores, unit)))
    return ranked, rest


def _compared(scores: Scores, unit: Unit) -> tuple[Fraction, ...]:
    policy, outcome = scores.plan.scheme.ranking, scores.outcome(unit.code)
    total = outcome.exact if policy.exact else outcome.points
    assert isinstance(total, Fraction)
    breakers = (scores.points(unit.code, code) for code in policy.breakers)
    return (total, *(b if b is not None else Fraction(-(10**9)) for b in breakers))


def _ranked(places: list[Place], dense: bool) -> list[Place]:
    """Give ranks, best first; equal values share, and keep the official order among themselves."""
    ordered = sorted(places, key=lambda p: p.compared, reverse=True)
    values = [p.compared for p in ordered]
    steps = (
        {value: i for i, value in enumerate(dict.fromkeys(values), 1)}
        if dense
        else {value: values.index(value) + 1 for value in dict.fromkeys(values)}
    )
    return [replace(place, rank=steps[place.compared]) for place in ordered]


# Grades ---------------------------------------------------------------------------------------------------------------


def _graded(scores: Scores, cls: str, places: list[Place]) -> list[Place]:
    """Fill the grades best first; a vetoed unit is passed over for every grade better than its vetoes allow."""
    scheme = scores.plan.scheme
    held = {place.unit: vetoes_of(scores, place.unit) for place in places}
    best = {unit: max((_level(scheme, at_best) for at_best, _ in vetoes), default=0) for unit, vetoes in held.items()}
    places = [replace(place, vetoed=tuple(title for _, title in held[place.unit])) for place in places]
    for level, grade in enumerate(scheme.grades):
        barred = {unit for unit, first in best.items() if level < first}
        places = _give(scores, cls, places, grade, barred)
    return places


def _level(scheme: Scheme, code: str) -> int:
    return next((i for i, grade in enumerate(scheme.grades) if grade.code == code), len(scheme.grades))


def vetoes_of(scores: Scores, unit: str) -> list[tuple[str, Text]]:
    """Return (best grade still open, title) of every veto that holds for a unit."""
    return [(veto.at_best, veto.title) for veto in scores.plan.scheme.vetoes if _holds(scores, unit, veto.when)]


def _give(scores: Scores, cls: str, places: list[Place], grade: Grade, barred: set[str]) -> list[Place]:
    """Give one grade: its seats to the best who may have it and satisfy ``when``, then the extra seats of promotion."""
    total = len(places)
    free = [p for p in places if p.grade is None and p.unit not in barred]
    fit = [p for p in free if grade.when is None or _holds(scores, p.unit, grade.when)]
    if grade.top is not None:
        last = seats(grade.top, cls, total, scores)
        fit = [p for p in fit if (p.rank or 0) <= last]
    if grade.quota is not None:
        fit = _seated(fit, seats(grade.quota, cls, total, scores))
    chosen = {p.unit for p in fit}
    promoted = _promoted(scores, cls, [p for p in free if p.unit not in chosen], grade, total)
    return [replace(p, grade=grade.code, promoted=p.unit in promoted) if p.unit in chosen | promoted else p for p in places]


def _promoted(scores: Scores, cls: str, free: list[Place], grade: Grade, total: int) -> set[str]:
    if grade.promote_when is None:
        return set()
    fit = [p for p in free if _holds(scores, p.unit, grade.promote_when)]
    return {p.unit for p in (_seated(fit, seats(grade.promote_quota, cls, total, scores)) if grade.promote_quota else fit)}


def _seated(places: list[Place], count: int) -> list[Place]:
    """The first ``count`` places; a tie on the last seat is let in."""
    return places if count >= len(places) else [p for p in places if count > 0 and p.compared >= places[count - 1].compared]


_ROUNDING: Final[Mapping[str, Callable[[Fraction], int]]] = {
    "ceil": math.ceil,
    "floor": math.floor,
    "half_up": lambda x: int(round_half_up(x, 0)),
}


def seats(quota: Quota, cls: str, total: int, scores: Scores) -> int:
    """Seats of a quota in a class of ``total`` ranked units."""
    value = quota.setting.at(cls, scores.plan.day)
    if not isinstance(value, Fraction):
        return 0
    return _ROUNDING[quota.rounding](value * total) if quota.share else int(value)


def _holds(scores: Scores, unit: str, when: Expr) -> bool:
    """Whether a condition is true for a unit; a condition that is missing does not hold."""
    value = exact.number(exact.evaluate(when, _Conditions(scores, unit)))
    return isinstance(value, Fraction) and value != 0


class _Conditions:
    """Names in vetoes and grades: points of nodes, steps and facts of nodes."""

    def __init__(self, scores: Scores, unit: str) -> None:
        self.scores, self.unit = scores, unit
        self.nodes = scores.outcomes[scores.facts.unit_index[unit].cls]

    def name(self, expr: Name) -> Value:
        return self.nodes[expr.name][self.unit].points if expr.name in self.nodes else Absent.MISSING

    def member(self, expr: Member) -> Value:
        if expr.base in self.nodes and expr.name in self.nodes[expr.base][self.unit].steps:
            return self.nodes[expr.base][self.unit].steps[expr.name]
        fact = self.scores.facts.get(self.unit, expr.base, expr.name)
        if fact is None or fact.status is not Status.REPORTED or fact.value is None:
            return Absent.MISSING
        if isinstance(fact.value, str):
            step = self.scores.plan.index[self.scores.facts.unit_index[self.unit].cls].get(expr.base)
            return step.choices.get(fact.value, Absent.MISSING) if step and expr.name == "value" else Absent.MISSING
        return number_of(fact.value)

    def sample(self, argument: Expr) -> Sample:
        cls = self.scores.facts.unit_index[self.unit].cls
        peers = [u.code for u in self.scores.units(cls) if u.competes]
        found = [exact.number(exact.evaluate(argument, _Conditions(self.scores, peer))) for peer in peers]
        mine = self.scores.facts.unit_index[self.unit].competes
        return Sample(tuple(sorted(v for v in found if isinstance(v, Fraction))), Absent.REFUSED in found, mine)

    def note(self, code: str, **params: str) -> None:
        """A condition that cannot be computed does not hold; ``check`` warns of such conditions."""
