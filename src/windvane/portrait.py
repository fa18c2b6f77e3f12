"""Portraits: how one unit stands against its class, component by component; and counts over own indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from windvane.additive import Line
from windvane.deriving import derive
from windvane.exact import Sample
from windvane.plan import number_at
from windvane.ranking import Place, Ranking
from windvane.scheme import ROOT, Node
from windvane.scores import Scores
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the total: points of the unit, the class's median and best, the unit's rank at this part.

    ``full`` is None for parts outside the hundred (bonus, deductions).
    """

    code: str
    title: Text
    points: Fraction | None
    full: Fraction | None
    median: Fraction | None
    best: Fraction | None
    rank: int | None

    def share(self, points: Fraction | None) -> Fraction | None:
        """Points as a share (0..1) of the full mark."""
        return points / self.full if points is not None and self.full else None


@dataclass(frozen=True, slots=True)
class Portrait:
    """One unit: its place, its components, and the way from full marks to the total."""

    place: Place
    ranked: int
    full: Fraction
    components: tuple[Component, ...]
    lines: tuple[Line, ...]

    def losses(self) -> list[Component]:
        """Components below full marks, the largest loss first."""
        below = [c for c in self.components if c.full is not None and c.points is not None and c.points < c.full]
        return sorted(below, key=lambda c: (c.points or Fraction(0)) - (c.full or Fraction(0)))


def portray(ranking: Ranking, unit: str) -> Portrait:
    """Return the portrait of a unit; statistics are over the competing units of its class."""
    scores, place = ranking.scores, ranking[unit]
    cls = place.cls
    components = tuple(_component(scores, unit, cls, code) for code in scores.plan.step(cls, ROOT).parts)
    ranked = sum(p.rank is not None for p in ranking.of(cls))
    return Portrait(place, ranked, scores.plan.step(cls, ROOT).full, components, derive(scores, unit).lines)


def _component(scores: Scores, unit: str, cls: str, code: str) -> Component:
    node, points = scores.plan.scheme.nodes[code], scores.points(unit, code)
    values = [scores.points(u.code, code) for u in scores.units(cls) if u.competes]
    sample = Sample(tuple(sorted(v for v in values if v is not None)))
    median, best = (sample.quantile(Fraction(1, 2)), sample.values[-1]) if sample.values else (None, None)
    rank = None if points is None else 1 + sample.above(points)
    return Component(code, node.title, points, _full(scores, node, cls), median, best, rank)


def _full(scores: Scores, node: Node, cls: str) -> Fraction | None:
    return number_at(node.full, cls, scores.plan.day) if node.full is not None else None


@dataclass(frozen=True, slots=True)
class Completion:
    """Own indicators of a class under one slot, as target books list them: how many, in how many items, how many met.

    Met: the entry's points reach its full mark.
    """

    cls: str
    slot: str
    title: Text
    units: int
    items: int
    tasks: int
    met: int

    @property
    def share(self) -> Fraction | None:
        """Share met (0..1); None without tasks."""
        return Fraction(self.met, self.tasks) if self.tasks else None


def completions(scores: Scores) -> list[Completion]:
    """Count own indicators, class by class and slot by slot; a joint task counts in every book that holds it."""
    found = []
    for cls, steps in scores.plan.classes.items():
        for step in steps:
            if step.entry is not None and step.entry.kinds is None:
                found.append(_completion(scores, cls, step.node))
    return [c for c in found if c.tasks]


def _completion(scores: Scores, cls: str, node: Node) -> Completion:
    units = scores.units(cls)
    own = [(u.code, e) for u in units for e in scores.outcome(u.code, node.code).entries if e.row.task]
    items = {e.row.task.item for _, e in own if e.row.task and e.row.task.item}
    met = sum(isinstance(e.points, Fraction) and e.points >= e.full for _, e in own)
    return Completion(cls, node.code, node.title, len({u for u, _ in own}), len(items), len(own), met)


def gaps_of(completion: Completion, scores: Scores) -> Sequence[tuple[str, Text]]:
    """Return (unit, title) of the own indicators that were not met."""
    rows = [(u.code, e) for u in scores.units(completion.cls) for e in scores.outcome(u.code, completion.slot).entries]
    return [(unit, e.row.title) for unit, e in rows if not (isinstance(e.points, Fraction) and e.points >= e.full)]
