"""One unit's scorecard as the page shows it: charts, parts beside the class, ledger and own tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from windvane import Derivation, Ranking, derive
from windvane.portrait import portray
from windvane.render.chart_text import number
from windvane.render.league import League, league
from windvane.render.phrases import Phrases
from windvane.render.scorecard import Scorecard, Share, scorecard
from windvane_web.results.models import Placed


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry of a ledger, or one own task: what it was, what it gave, what counts."""

    node: str
    node_title: str
    code: str
    title: str
    item: str
    day: str
    kind: str
    document: str
    facts: str
    points: str
    full: str
    cut: str
    met: bool


@dataclass(frozen=True, slots=True)
class Card:
    unit: str
    title: str
    cls: str
    class_title: str
    scheme_title: str
    full: str
    ranked: int
    rank: str
    grade: str
    state: str
    promoted: bool
    vetoed: tuple[str, ...]
    interval: str
    score: Scorecard
    shares: tuple[tuple[str, Share], ...]  # by node; those with full marks first
    ledger: tuple[Entered, ...]
    tasks: tuple[Entered, ...]
    short: int  # own tasks that were not met


def card(ranking: Ranking, unit: str, kept: Placed | None, say: Phrases) -> Card:
    """Return the scorecard of a unit in the language of ``say``."""
    portrait, scheme = portray(ranking, unit), ranking.scores.plan.scheme
    place, language = portrait.place, say.language
    entered = list(_entered(ranking, derive(ranking.scores, unit), say))
    table = league(ranking, place.cls)
    score = scorecard(ranking, table, portrait, say, "card")
    tasks = tuple(sorted((each for each in entered if not each.kind), key=lambda each: each.met))
    return Card(
        unit=unit,
        title=ranking.scores.facts.unit_index[unit].title.of(language) or unit,
        cls=place.cls,
        class_title=scheme.class_title(place.cls).of(language),
        scheme_title=scheme.title.of(language),
        full=number(portrait.full),
        ranked=portrait.ranked,
        rank="—" if place.rank is None else str(place.rank),
        grade=scheme.grade_title(place.grade).of(language) if place.grade else "",
        state="" if place.rank is not None else say.text(f"state.{place.state}"),
        promoted=place.promoted,
        vetoed=tuple(veto.of(language) for veto in place.vetoed),
        interval=f"{kept.low}–{kept.high}" if kept and kept.low is not None else "",
        score=score,
        shares=tuple(_shares(score, table)),
        ledger=tuple(each for each in entered if each.kind),
        tasks=tasks,
        short=sum(not each.met for each in tasks),
    )


def _shares(score: Scorecard, table: League) -> Iterator[tuple[str, Share]]:
    """The rows beside the radar with the nodes that they open."""
    inside, outside = ([c.code for c in table.columns if bool(c.full) is has] for has in (True, False))
    yield from zip(inside, score.shares, strict=True)
    yield from zip(outside, score.extras, strict=True)


def _entered(ranking: Ranking, d: Derivation, say: Phrases) -> Iterator[Entered]:
    """Every entry under the total, node by node; a node that is read twice is listed once."""
    seen: set[str] = set()
    for node in d.walk():
        if node.entries and node.code not in seen:
            seen.add(node.code)
            rows = {scored.row.entry: scored.row for scored in ranking.scores.outcome(node.unit, node.code).entries}
            ledger = ranking.scores.plan.scheme.nodes[node.code].ledger is not None
            for entry in node.entries:
                row = rows[entry.code]
                yield _entry(node, entry, str(row.day or ""), row.task.item.of(say.language) if row.task else "", ledger, say)


def _entry(node: Derivation, entry: Derivation, day: str, item: str, ledger: bool, say: Phrases) -> Entered:
    language = say.language
    points = "—" if entry.points is None else number(entry.points, 2, signed=ledger)
    facts = [f"{read.title.of(language)} {read.shown(language)}" for read in entry.reads]
    documents = dict.fromkeys(x for x in (entry.document, *(read.document for read in entry.reads)) if x)
    return Entered(
        node=node.code,
        node_title=node.title.of(language),
        code=entry.code,
        title=entry.title.of(language),
        item=item,
        day=day,
        kind=entry.rule.of(language) or node.title.of(language) if ledger else "",
        document=say.text("mark.semicolon").join(documents),
        facts=say.text("mark.semicolon").join(facts) if not ledger else "",
        points=points,
        full="" if ledger or entry.full is None else number(entry.full),
        cut=_cut(entry, say) if ledger else "",
        met=entry.points is not None and (entry.full is None or entry.points >= entry.full),
    )


def _cut(entry: Derivation, say: Phrases) -> str:
    """What the limit of its kind took back from a ledger entry."""
    limits = [line for line in entry.lines if line.kind == "kind_cap"]
    if not limits:
        return ""
    given = number(entry.lines[0].points, signed=True)
    return say.text("entry.cut", given=given, title=limits[0].title.of(say.language))
