"""One unit on one page: the way from full marks to the total, and its parts beside the class. Titles say the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from windvane.additive import Line
from windvane.exact import Absent
from windvane.portrait import Component, Portrait
from windvane.ranking import Ranking
from windvane.render.chart_text import number
from windvane.render.league import League
from windvane.render.phrases import Phrases
from windvane.render.radar import Axis, radar
from windvane.render.waterfall import Kind, Step, waterfall
from windvane.scheme import ROOT
from windvane.text import Text

MOST_AXES: Final = 8
MOST_BARS: Final = 14  # of a waterfall that can still be read


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its finding and what it measures."""

    title: str
    measure: str
    svg: str


@dataclass(frozen=True, slots=True)
class Share:
    """One row beside the radar, as text."""

    title: str
    code: str
    unit: str
    median: str
    best: str
    rank: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    unit: str
    total: str
    distance: str  # to the class median, as a phrase
    median: str
    way: Figure | None
    profile: Figure | None
    shares: tuple[Share, ...]


def scorecard(ranking: Ranking, table: League, portrait: Portrait, say: Phrases, prefix: str) -> Scorecard:
    """Return what one unit's page shows beside the explanation; ``prefix`` makes the ids of its charts unique on the page."""
    place = portrait.place
    total = "" if place.points is None else number(place.points, table.places)
    components = [_with_full(c, table) for c in portrait.components]
    return Scorecard(
        unit=place.unit,
        total=total,
        distance=_distance(place.points, table, say),
        median="" if table.median is None else number(table.median, table.places),
        way=_way(ranking, table, portrait, components, say, prefix),
        profile=_profile(components, say),
        shares=tuple(_share(c, say) for c in components),
    )


def _with_full(component: Component, table: League) -> Component:
    """Parts of a mean have the standard full marks where they declare none."""
    column = next(column for column in table.columns if column.code == component.code)
    return Component(component.code, component.title, component.points, column.full, component.median, component.best, component.rank)


def _distance(points: Fraction | None, table: League, say: Phrases) -> str:
    if points is None or table.median is None:
        return ""
    gap = points - table.median
    return say.text("card.above" if gap > 0 else "card.below" if gap < 0 else "card.equal", points=number(abs(gap), table.places))


# The way from full marks to the total -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """Bars from ``start`` to the total; ``lost``: parts are shown by what they lost, not by what they earned."""

    start: Step
    steps: tuple[Step, ...]
    lost: bool


def _way(ranking: Ranking, table: League, portrait: Portrait, components: Sequence[Component], say: Phrases, prefix: str) -> Figure | None:
    points = portrait.place.points
    if points is None or len(portrait.lines) < 2:
        return None
    way = _from_full(ranking, portrait, components, table, say) or _from_zero(portrait, components, table, say)
    if len(way.steps) > MOST_BARS:
        way = Way(way.start, _gathered(way.steps, say), way.lost)
    rank = portrait.place.rank
    end = Step(say.text("word.total"), say.text("card.ranked", rank=rank) if rank else "", points, "total")
    svg = waterfall(way.steps, way.start, end, language=say.language, prefix=prefix, unit=say.text("word.points"), places=table.places)
    key = "card.way_lost" if way.lost else "card.way_earned"
    return Figure(_way_title(portrait, components, way, say), say.text(key), svg)


def _way_title(portrait: Portrait, components: Sequence[Component], way: Way, say: Phrases) -> str:
    losses = [(c.full - c.points, c) for c in components if c.full and c.points is not None and c.points < c.full]
    if not way.lost:
        largest = max((c for c in components if c.points is not None), key=lambda c: c.points or 0, default=None)
        return say.text("card.most_from", part=largest.title.of(say.language)) if largest else say.text("card.way")
    if not losses:
        return say.text("card.no_loss")
    losses.sort(key=lambda loss: -loss[0])
    whole = sum((lost for lost, _ in losses), Fraction(0))
    main = losses[:1] if losses[0][0] * 3 >= whole * 2 else losses[:2]
    names = [c.title.of(say.language) for _, c in main]
    return (
        say.text("card.lost_in", parts=say.text("mark.and").join(names))
        if len(main) < len(losses) or len(main) == 1
        else say.text("card.lost_only", parts=say.text("mark.and").join(names))
    )


def _from_full(ranking: Ranking, portrait: Portrait, components: Sequence[Component], table: League, say: Phrases) -> Way | None:
    """Full marks, then what each part lost; None where the full marks of the parts do not add up to those of the total."""
    start_line = next((line for line in portrait.lines if line.kind == "full"), None)
    by_code = {c.code: c for c in components}
    start = start_line.points if start_line else portrait.full
    steps, fulls = [], Fraction(0)
    for line in portrait.lines:
        full = Fraction(0) if start_line or line.kind != "part" else _full_inside(ranking, portrait, by_code.get(line.code), line)
        fulls += full
        steps.append(_step(line, line.points - full, by_code.get(line.code), bool(full) or start_line is not None, table, say))
    for component in _absent(ranking, portrait, components):
        fulls += component.full or 0
        steps.append(Step(component.title, say.text(f"absent.{_reason(ranking, portrait, component)}"), -(component.full or 0), "part"))
    if start_line is None and fulls != start:
        return None
    steps = [step for step in steps if step.amount or step.kind == "part"]
    return Way(
        Step(say.text("word.full"), "", start, "total"), tuple(s for s in steps if not (start_line and s.label is start_line.title)), True
    )


def _step(line: Line, amount: Fraction, component: Component | None, inside: bool, table: League, say: Phrases) -> Step:
    kind: Kind = "part" if inside and line.kind == "part" else "bonus" if amount >= 0 else "deduction"
    return Step(line.title, _own(component, table, say), amount, kind)


def _own(component: Component | None, table: League, say: Phrases) -> str:
    """Points of the part itself, against its full marks or with its rank in the class."""
    if component is None or component.points is None:
        return ""
    if component.full is not None:
        return f"{number(component.points, _places(component, table))} / {number(component.full)}"
    return say.text("card.ranked", rank=component.rank) if component.rank and component.points else ""


def _places(component: Component, table: League) -> int:
    return next(column.places for column in table.columns if column.code == component.code)


def _full_inside(ranking: Ranking, portrait: Portrait, component: Component | None, line: Line) -> Fraction:
    """A part's full marks in points of the total: scaled as its own points are."""
    if component is None or component.full is None:
        return Fraction(0)
    if line.own:
        return component.full * line.points / line.own
    return component.full * _weight_share(ranking, portrait, component.code)


def _weight_share(ranking: Ranking, portrait: Portrait, code: str) -> Fraction:
    """How much one point of a part counts in the total, where the part itself has none that would show it."""
    lines = [line for line in portrait.lines if line.kind == "part" and line.own]
    other = next((line for line in lines if line.code != code), None)
    if other is None or other.own is None:
        return Fraction(1)
    scores, unit = ranking.scores, portrait.place.unit
    mine, theirs = scores.outcome(unit, code).weight, scores.outcome(unit, other.code).weight
    same = isinstance(mine, Absent) or isinstance(theirs, Absent) or not theirs
    return other.points / other.own if same else other.points / other.own * mine / theirs  # type: ignore[operator]  # both are numbers here


def _absent(ranking: Ranking, portrait: Portrait, components: Sequence[Component]) -> list[Component]:
    """Parts of a sum without points: their full marks are missing in the total."""
    sums = all(line.own == line.points for line in portrait.lines if line.kind == "part")
    return [c for c in components if c.points is None and c.full] if sums else []


def _reason(ranking: Ranking, portrait: Portrait, component: Component) -> str:
    found = ranking.scores.outcome(portrait.place.unit, component.code).points
    return found.value if isinstance(found, Absent) else "missing"


def _from_zero(portrait: Portrait, components: Sequence[Component], table: League, say: Phrases) -> Way:
    by_code = {c.code: c for c in components}
    steps = [_step(line, line.points, by_code.get(line.code), True, table, say) for line in portrait.lines]
    return Way(Step(say.text("card.zero"), "", 0, "total"), tuple(step for step in steps if step.amount), False)


def _gathered(steps: Sequence[Step], say: Phrases) -> tuple[Step, ...]:
    """The largest steps in their order, the others as one."""
    kept = sorted(steps, key=lambda step: -abs(step.amount))[: MOST_BARS - 1]
    rest = [step for step in steps if step not in kept]
    amount = sum((Fraction(step.amount) for step in rest), Fraction(0))
    return (
        *(step for step in steps if step in kept),
        Step(say.text("card.others", n=len(rest)), "", amount, "bonus" if amount >= 0 else "deduction"),
    )


# The profile beside the class -------------------------------------------------------------------------------------------


def _profile(components: Sequence[Component], say: Phrases) -> Figure | None:
    scaled = [c for c in components if c.full]
    if len(scaled) < 2 or len(scaled) > 2 * MOST_AXES or all(c.points is None for c in scaled):
        return None
    shown = scaled[:MOST_AXES] if len(scaled) > MOST_AXES else scaled
    axes = [Axis(c.title, c.share(c.points), c.share(c.median), c.share(c.best)) for c in shown]
    return Figure(_profile_title(scaled, say), say.text("card.shares"), radar(axes, language=say.language))


def _profile_title(components: Sequence[Component], say: Phrases) -> str:
    gaps = [((c.share(c.median) or 0) - (c.share(c.points) or 0), c) for c in components if c.points is not None and c.median is not None]
    if not gaps:
        return say.text("card.profile")
    gap, worst = max(gaps, key=lambda each: each[0])
    if gap <= 0:
        return say.text("card.nowhere_below")
    return say.text("card.furthest_below", part=worst.title.of(say.language), points=number(Fraction(gap) * 100, 1))


def _share(component: Component, say: Phrases) -> Share:
    def text(points: Fraction | None) -> str:
        if points is None:
            return "—"
        share = component.share(points)
        return number(points, 2, signed=True) if share is None else number(share * 100, 1)

    rank = "—" if component.rank is None else str(component.rank)
    return Share(
        component.title.of(say.language), component.code, text(component.points), text(component.median), text(component.best), rank
    )


def unit_title(title: Text, code: str, say: Phrases) -> str:
    return title.of(say.language) or code


__all__ = ["ROOT", "Figure", "Scorecard", "Share", "scorecard", "unit_title"]
