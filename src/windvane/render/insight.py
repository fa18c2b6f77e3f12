"""Does each indicator tell units apart: shares of units at full marks and the spread, counted from the scores of one class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from windvane.exact import Sample
from windvane.plan import number_at
from windvane.ranking import Ranking, places_of
from windvane.render import chart as c
from windvane.render.chart_text import number
from windvane.render.league import League, is_mean
from windvane.scheme import ROOT
from windvane.text import Text

SATURATED: Final = Fraction(4, 5)  # share of units at full marks from which an indicator hardly tells units apart
WIDTH: Final = 176


@dataclass(frozen=True, slots=True)
class Spread:
    """One leaf over the competing units of a class. ``at_full`` is a share 0..1, None outside the hundred."""

    code: str
    title: Text
    above: tuple[Text, ...]
    full: Fraction | None
    places: int
    values: tuple[Fraction, ...]
    absent: int
    at_full: Fraction | None

    def quantile(self, q: Fraction) -> Fraction:
        return Sample(self.values).quantile(q)

    @property
    def constant(self) -> bool:
        return self.values[0] == self.values[-1]

    @property
    def saturated(self) -> bool:
        return self.at_full is not None and self.at_full >= SATURATED


def spreads(ranking: Ranking, table: League) -> list[Spread]:
    """Return the spread of every leaf of the class that has points, in the order of the scheme."""
    scores = ranking.scores
    steps = {step.code: step for step in scores.plan.classes[table.cls]}
    units = [row.unit for row in table.rows if row.unit.competes]
    found = []
    for code in _under(ranking, table, ROOT):
        step = steps[code]
        values = sorted(v for v in (scores.points(unit.code, code) for unit in units) if v is not None)
        parent = scores.plan.scheme.parents.get(code)
        inside_mean = parent is not None and parent.code in steps and is_mean(steps[parent.code])
        full = number_at(step.node.full, table.cls, scores.plan.day) or (step.full if inside_mean else None)
        if values:
            at_full = Fraction(sum(v >= full for v in values), len(values)) if full else None
            above = tuple(a.title for a in _above(ranking, code))
            found.append(
                Spread(
                    code,
                    step.node.title,
                    above,
                    full,
                    places_of(scores, table.cls, code),
                    tuple(values),
                    len(units) - len(values),
                    at_full,
                )
            )
    return found


def _under(ranking: Ranking, table: League, code: str) -> list[str]:
    parts = ranking.scores.plan.step(table.cls, code).parts
    leaves = [leaf for part in parts for leaf in _under(ranking, table, part)] if parts else [code]
    return list(dict.fromkeys(leaves))


def _above(ranking: Ranking, code: str) -> list[_Titled]:
    parents, found = ranking.scores.plan.scheme.parents, []
    while code in parents and parents[code].code != ROOT:
        found.append(_Titled(parents[code].title))
        code = parents[code].code
    return found[::-1]


@dataclass(frozen=True, slots=True)
class _Titled:
    title: Text


def strip(spread: Spread, label: str) -> str:
    """Draw the values on one line from the lowest to full marks (or the highest): a tick a unit, the quartiles as a bar."""
    low, high = min(spread.values[0], Fraction(0) if spread.full is None else spread.values[0]), spread.full or spread.values[-1]
    high = max(high, spread.values[-1])
    span = high - low or Fraction(1)

    def x(value: Fraction) -> float:
        return 3 + float((value - low) / span) * (WIDTH - 6)

    first, middle, third = (x(spread.quantile(Fraction(q, 4))) for q in (1, 2, 3))
    ticks = [c.line(x(v), 4, x(v), 12, c.MIDDLE) for v in dict.fromkeys(spread.values)]
    parts = [
        c.line(3, 8, WIDTH - 3, 8, c.GRID),
        *ticks,
        c.rect(first, 5, max(third - first, 1), 6, c.MAIN, opacity=0.35),
        c.rect(middle - 1, 2, 2, 12, c.MAIN),
    ]
    return c.picture(WIDTH, 16, parts, label)


def text_of(spread: Spread, value: Fraction) -> str:
    return number(value, spread.places)


def saturated(found: Sequence[Spread]) -> list[Spread]:
    return [spread for spread in found if spread.saturated]
