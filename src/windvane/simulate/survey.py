"""The simulated survey: 3,115 people in 89 places rate 94 bodies. Estimates, standard errors and what moves them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from windvane.facts import Fact, Loading
from windvane.simulate.draws import Draws, decimal, total
from windvane.simulate.names import units

PLACES = 89
PEOPLE = 35  # in each place: 89 × 35 = 3,115
NODE = "survey"
SHOCK = "survey_leniency"
MARKS = ((0.35, 100), (-0.75, 85), (-1.6, 70))  # satisfied, fairly, basically; below: 40, not satisfied
LITTLE_KNOWN = "counsellors"  # nearly everybody answers "don't know"


@dataclass(slots=True)
class Sums:
    """What is known of one unit: for each place the sum of marks, of squares and the number of valid answers."""

    marks: list[int]
    answers: list[int]

    @property
    def n(self) -> int:
        return sum(self.answers)

    @property
    def mean(self) -> float:
        return sum(self.marks) / self.n

    def residuals(self) -> list[float]:
        """What each place adds to the error of the mean."""
        mean, n = self.mean, self.n
        return [(m - mean * a) / n for m, a in zip(self.marks, self.answers, strict=True)]


def survey(seed: int) -> tuple[tuple[Fact, ...], tuple[Loading, ...]]:
    """Return for each unit its mean mark with error and number of answers, and the loadings on the common shock.

    The variance of an estimate is ``error``² + ``loading``²: the loading is what a more or less lenient sample moves in all units together.
    """
    sums = _answers(Draws(seed, "survey"))
    residuals = [one.residuals() for one in sums]
    common = centroid_loadings([[_covariance(a, b) for b in residuals] for a in residuals])
    facts, loadings = [], []
    for unit, one, rows, loading in zip(units(), sums, residuals, common, strict=True):
        error = decimal(sqrt(max(0.0, _covariance(rows, rows) - loading**2)), 3)
        facts.append(Fact(unit.code, NODE, value=decimal(one.mean, 2), error=error, source="statistics", document="模拟调查报告"))
        facts.append(Fact(unit.code, NODE, "n", value=Fraction(one.n), source="statistics", document="模拟调查报告"))
        loadings.append(Loading(unit.code, NODE, "value", "", SHOCK, decimal(loading, 3)))
    return tuple(facts), tuple(loadings)


def _answers(draws: Draws) -> list[Sums]:
    """Let everybody rate every unit: own leniency, the place's view of the unit, chance; some do not know the unit."""
    liked = [0.36 * draws.bell() - 0.2 for _ in units()]
    unknown = [0.98 if unit.code == LITTLE_KNOWN else 0.1 + 0.35 * draws.share() for unit in units()]
    sums = [Sums([0] * PLACES, [0] * PLACES) for _ in units()]
    for place in range(PLACES):
        mood = 0.25 * draws.bell()
        views = [x + mood + 0.45 * draws.bell() for x in liked]
        for _ in range(PEOPLE):
            _one_person(draws, place, 0.5 * draws.bell(), views, unknown, sums)
    return sums


def _one_person(draws: Draws, place: int, lenient: float, views: Sequence[float], unknown: Sequence[float], sums: Sequence[Sums]) -> None:
    share = draws.share
    for view, hidden, one in zip(views, unknown, sums, strict=True):
        if share() >= hidden:
            feeling = view + lenient + 2 * (share() + share() + share()) - 3
            one.marks[place] += next((mark for cut, mark in MARKS if feeling > cut), 40)
            one.answers[place] += 1


def _covariance(a: Sequence[float], b: Sequence[float]) -> float:
    """Covariance of two estimates from the residuals of the places (with replacement)."""
    return total(x * y for x, y in zip(a, b, strict=True)) * PLACES / (PLACES - 1)


def centroid_loadings(covariance: Sequence[Sequence[float]]) -> list[float]:
    """First centroid factor of a covariance matrix: each row's sum off the diagonal over the root of all of them.

    The factor n/(n−1) makes up for the diagonal left out; equal loadings are found exactly.

    >>> [round(x, 6) for x in centroid_loadings([[9, 2, 2], [2, 8, 2], [2, 2, 7]])]
    [1.414214, 1.414214, 1.414214]
    """
    n = len(covariance)
    rows = [total(row) - row[i] for i, row in enumerate(covariance)]
    return [row / sqrt(total(rows) * (n - 1) / n) for row in rows]
