"""The league table of one class as values: columns, rows, and where grades begin. Page and workbook both show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from windvane.exact import Absent, Sample
from windvane.facts import Unit
from windvane.formula import Call, Name, names, walk
from windvane.plan import Step, number_at
from windvane.ranking import Place, Ranking, places_of
from windvane.scheme import ROOT
from windvane.scores import Scores
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """One part of the total. ``full`` is None outside the hundred; ``weight`` is given where the total is a weighted mean."""

    code: str
    title: Text
    full: Fraction | None
    weight: Fraction | None
    places: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Points of a unit at a part, or why there are none: missing, not_due, refused."""

    points: Fraction | None
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    place: Place
    unit: Unit
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The rows from ``first`` on have one grade, but for vetoes and promotions; ``grade`` is None for those without a rank."""

    grade: str | None
    first: int
    count: int


@dataclass(frozen=True)
class League:
    """One class, best first; units without a rank at the end."""

    cls: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]
    places: int
    full: Fraction

    @property
    def ranked(self) -> Sequence[Row]:
        return [row for row in self.rows if row.place.rank is not None]

    @property
    def unranked(self) -> Sequence[Row]:
        return [row for row in self.rows if row.place.rank is None]

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)

    def totals(self) -> list[Fraction]:
        """Totals of the ranked units, best first."""
        return [row.place.points for row in self.ranked if row.place.points is not None]

    @property
    def median(self) -> Fraction | None:
        totals = self.totals()
        return Sample(tuple(sorted(totals))).quantile(Fraction(1, 2)) if totals else None

    def starts(self) -> set[int]:
        """Rows above which a border is drawn."""
        return {band.first for band in self.bands if band.first > 0}


def leagues(ranking: Ranking) -> list[League]:
    """Return the tables of all classes that have units."""
    return [league(ranking, cls) for cls in ranking.scores.plan.classes if ranking.of(cls)]


def league(ranking: Ranking, cls: str) -> League:
    scores = ranking.scores
    root = scores.plan.step(cls, ROOT)
    columns = tuple(_column(scores, cls, code, root) for code in root.parts)
    rows = tuple(Row(p, scores.facts.unit_index[p.unit], tuple(_cell(scores, p.unit, c.code) for c in columns)) for p in ranking.of(cls))
    return League(
        cls, scores.plan.scheme.class_title(cls), columns, rows, tuple(_bands(ranking, cls, rows)), places_of(scores, cls), root.full
    )


def _column(scores: Scores, cls: str, code: str, root: Step) -> Column:
    step = scores.plan.step(cls, code)
    mean = is_mean(root)
    weight = next((o.weight for o in scores.outcomes[cls][code].values() if isinstance(o.weight, Fraction)), None) if mean else None
    full = number_at(step.node.full, cls, scores.plan.day)
    return Column(code, step.node.title, step.full if full is None and mean else full, weight, places_of(scores, cls, code))


MEANS: Final = ("mean", "geometric", "harmonic", "power_mean")


def is_mean(step: Step) -> bool:
    """Whether a node takes some mean of its parts, so that a part without full marks of its own has the standard ones."""
    calls = [expr for expr in walk(step.node.formula.expr) if isinstance(expr, Call) and expr.function in MEANS]
    return any(isinstance(read, Name) and read.name == "parts" for call in calls for read in names(call))


def _cell(scores: Scores, unit: str, code: str) -> Cell:
    outcome = scores.outcome(unit, code)
    return Cell(outcome.value, outcome.points.value if isinstance(outcome.points, Absent) else "")


def _bands(ranking: Ranking, cls: str, rows: Sequence[Row]) -> Iterator[Band]:
    """Where each grade begins in the order of ranks; the vetoed and the promoted stand where their points put them."""
    order = [grade.code for grade in ranking.scores.plan.scheme.grades]
    counts, level = ranking.counts(cls), -1
    for i, row in enumerate(rows):
        place = row.place
        if place.rank is None:
            yield Band(None, i, len(rows) - i)
            return
        own = order.index(place.grade) if place.grade in order else -1
        if own > level and not place.vetoed and not place.promoted:
            first, level = (0 if level < 0 else i), own
            yield Band(order[level], first, counts[order[level]])
