"""One unit on one page: the way from full marks to the total, and its parts beside the class. Titles say the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from windvane.additive import Line
from windvane.exact import Absent
from windvane.portrait import Component, Portrait
from windvane.ranking import Ranking
from windvane.render.chart_text import MISSING, number
from windvane.render.league import League
from windvane.render.phrases import Phrases
from windvane.render.radar import Axis, radar
from windvane.render.waterfall import Kind, Step, waterfall

MOST_AXES: Final = 8
MOST_BARS: Final = 14  # of a waterfall that can still be read
WAY_WIDTH: Final = 612


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its finding and what it measures."""

    title: str
    measure: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Share:
    """One part beside the class, as text: shares of full marks in percent, or points where it has no full marks."""

    title: str
    unit: str
    median: str
    best: str
    rank: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    total: str
    median: str
    distance: str  # from the class median, as a phrase
    way: Figure | None
    profile: Figure | None
    shares: tuple[Share, ...]
    extras: tuple[Share, ...]


def scorecard(ranking: Ranking, table: League, portrait: Portrait, say: Phrases, prefix: str) -> Scorecard:
    """Return what one unit's page shows beside the explanation; ``prefix`` makes the ids of its charts unique on the page."""
    points = portrait.place.points
    components = [_with_full(c, table) for c in portrait.components]
    return Scorecard(
        total="" if points is None else number(points, table.places),
        median="" if table.median is None else number(table.median, table.places),
        distance=_distance(points, table, say),
        way=_way(ranking, table, portrait, components, say, prefix),
        profile=_profile(components, say),
        shares=tuple(_share(c, table, say) for c in components if c.full),
        extras=tuple(_share(c, table, say) for c in components if not c.full),
    )


def _with_full(component: Component, table: League) -> Component:
    """Parts of a mean have the standard full marks where they declare none."""
    return replace(component, full=table.column(component.code).full)


def _distance(points: Fraction | None, table: League, say: Phrases) -> str:
    if points is None or table.median is None:
        return ""
    gap = points - table.median
    return say.text("card.above" if gap > 0 else "card.below" if gap < 0 else "card.equal", points=number(abs(gap), table.places))


def _share(component: Component, table: League, say: Phrases) -> Share:
    places = table.column(component.code).places

    def text(points: Fraction | None) -> str:
        if points is None:
            return MISSING
        share = component.share(points)
        if share is None:
            return number(points, places, signed=True) if points else "0"
        return number(share * 100, 1)

    rank = MISSING if component.rank is None else str(component.rank)
    return Share(component.title.of(say.language), text(component.points), text(component.median), text(component.best), rank)


# The way from full marks to the total -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """Bars from ``start`` to the total; ``lost``: parts are shown by what they lost, not by what they earned."""

    start: Step
    steps: tuple[Step, ...]
    lost: bool


def _way(ranking: Ranking, table: League, portrait: Portrait, components: Sequence[Component], say: Phrases, prefix: str) -> Figure | None:
    place = portrait.place
    if place.points is None or len(portrait.lines) < 2:
        return None
    walk = _Walk(ranking, table, portrait, components, say)
    way = walk.from_full() or walk.from_zero()
    if len(way.steps) > MOST_BARS:
        way = replace(way, steps=_gathered(way.steps, say))
    end = Step(say.text("word.total"), say.text("card.ranked", rank=place.rank) if place.rank else "", place.points, "total")
    unit = say.text("word.points")
    svg = waterfall(way.steps, way.start, end, language=say.language, prefix=prefix, unit=unit, places=table.places, width=WAY_WIDTH)
    return Figure(_way_title(components, way, say), say.text("card.way_lost" if way.lost else "card.way_earned"), Markup(svg))


def _way_title(components: Sequence[Component], way: Way, say: Phrases) -> str:
    if not way.lost:
        largest = max((c for c in components if c.points is not None), key=lambda c: c.points or 0, default=None)
        return say.text("card.most_from", part=largest.title.of(say.language)) if largest else say.text("card.way")
    losses = [(c.full - c.points, c.title.of(say.language)) for c in components if c.full and c.points is not None and c.points < c.full]
    if not losses:
        return say.text("card.no_loss")
    losses.sort(key=lambda loss: -loss[0])
    whole = sum((lost for lost, _ in losses), Fraction(0))
    main = losses[: 1 if losses[0][0] * 3 >= whole * 2 else 2]
    key = "card.lost_in" if len(main) < len(losses) else "card.lost_only"
    return say.text(key, parts=say.text("mark.and").join(name for _, name in main))


class _Walk:
    """Turns the account of one total into bars. Rounding is left out where it is below what a bar can show."""

    def __init__(self, ranking: Ranking, table: League, portrait: Portrait, components: Sequence[Component], say: Phrases) -> None:
        self.ranking, self.table, self.portrait, self.say = ranking, table, portrait, say
        self.components = {c.code: c for c in components}
        unseen = Fraction(1, 2 * 10**table.places)
        self.lines = [x for x in portrait.lines if x.kind != "veto" and not (x.kind == "rounding" and abs(x.points) <= unseen)]

    def from_full(self) -> Way | None:
        """Full marks, then what each part lost; None where the full marks of the parts do not add up to those of the total."""
        given = next((line for line in self.lines if line.kind == "full"), None)
        fulls = [Fraction(0) if given or line.kind != "part" else self.full_inside(line) for line in self.lines]
        lines = [(line, full) for line, full in zip(self.lines, fulls, strict=True) if line is not given]
        steps = [self.step(line, line.points - full, inside=bool(full) or given is not None) for line, full in lines]
        absent = self.absent()
        steps += [Step(c.title, self.say.text(f"absent.{self.reason(c)}"), -(c.full or Fraction(0))) for c in absent]
        whole = sum(fulls, Fraction(0)) + sum((c.full or Fraction(0) for c in absent), Fraction(0))
        if given is None and whole != self.portrait.full:
            return None
        start = given.points if given else self.portrait.full
        return Way(Step(self.say.text("word.full"), "", start, "total"), _worth_showing(steps), lost=True)

    def from_zero(self) -> Way:
        """Nothing, then what each part earned."""
        steps = [self.step(line, line.points, inside=True) for line in self.lines]
        return Way(Step(self.say.text("card.zero"), "", 0, "total"), _worth_showing(steps), lost=False)

    def step(self, line: Line, amount: Fraction, *, inside: bool) -> Step:
        kind: Kind = "part" if inside and line.kind == "part" else "bonus" if amount >= 0 else "deduction"
        return Step(line.title, self.own(line), amount, kind)

    def own(self, line: Line) -> str:
        """Points of the part itself, against its full marks or with its rank in the class."""
        component = self.components.get(line.code)
        if component is None or component.points is None:
            return ""
        if component.full is not None:
            return f"{number(component.points, self.table.column(line.code).places)} / {number(component.full)}"
        return self.say.text("card.ranked", rank=component.rank) if component.rank and component.points else ""

    def full_inside(self, line: Line) -> Fraction:
        """A part's full marks in points of the total: scaled as its own points are."""
        component = self.components.get(line.code)
        if component is None or component.full is None:
            return Fraction(0)
        return component.full * (line.points / line.own if line.own else self.scale_of(line.code))

    def scale_of(self, code: str) -> Fraction:
        """How much one point of a part counts in the total, read off another part where this one has no points."""
        other = next((line for line in self.lines if line.kind == "part" and line.own and line.code != code), None)
        if other is None or not other.own:
            return Fraction(1)
        scores, unit = self.ranking.scores, self.portrait.place.unit
        mine, theirs = scores.outcome(unit, code).weight, scores.outcome(unit, other.code).weight
        share = mine / theirs if isinstance(mine, Fraction) and isinstance(theirs, Fraction) and theirs else Fraction(1)
        return other.points / other.own * share

    def absent(self) -> list[Component]:
        """Parts of a sum without points: their full marks are missing in the total. A mean leaves them out."""
        plain = all(line.own == line.points for line in self.lines if line.kind == "part")
        return [c for c in self.components.values() if c.points is None and c.full] if plain else []

    def reason(self, component: Component) -> str:
        found = self.ranking.scores.outcome(self.portrait.place.unit, component.code).points
        return found.value if isinstance(found, Absent) else "missing"


def _worth_showing(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Parts with full marks always; bonus, deductions and limits only where they changed anything."""
    return tuple(step for step in steps if step.amount or step.kind == "part")


def _gathered(steps: Sequence[Step], say: Phrases) -> tuple[Step, ...]:
    """The largest steps in their order, the others as one."""
    largest = sorted(steps, key=lambda step: -abs(float(step.amount)))[: MOST_BARS - 1]
    kept = [step for step in steps if step in largest]
    rest = [Fraction(step.amount) for step in steps if step not in largest]
    amount = sum(rest, Fraction(0))
    return (*kept, Step(say.text("card.others", n=len(rest)), "", amount, "bonus" if amount >= 0 else "deduction"))


# The profile beside the class -------------------------------------------------------------------------------------------


def _profile(components: Sequence[Component], say: Phrases) -> Figure | None:
    scaled = [c for c in components if c.full]
    if len(scaled) < 2 or all(c.points is None for c in scaled):
        return None
    shown = sorted(scaled, key=lambda c: c.full or 0, reverse=True)[:MOST_AXES]
    axes = [Axis(c.title, c.share(c.points), c.share(c.median), c.share(c.best)) for c in scaled if c in shown]
    return Figure(_profile_title(scaled, say), say.text("card.shares"), Markup(radar(axes, language=say.language)))


def _profile_title(components: Sequence[Component], say: Phrases) -> str:
    shares = [(c.share(c.median), c.share(c.points), c) for c in components]
    gaps = [(median - own, c.title.of(say.language)) for median, own, c in shares if median is not None and own is not None]
    if not gaps:
        return say.text("card.profile")
    gap, part = max(gaps)
    return say.text("card.furthest_below", part=part, points=number(gap * 100, 1)) if gap > 0 else say.text("card.nowhere_below")
