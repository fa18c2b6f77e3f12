"""Why one point: formula → facts → evidence → verifier, for a node or for one entry of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from windvane import Derivation, Ranking, derive
from windvane.render.chart_text import number
from windvane.render.explained import Explainer, FactRow, Formula, node_anchor
from windvane.render.histogram import histogram
from windvane.render.league import is_mean
from windvane.render.phrases import Phrases
from windvane.render.wording import called
from windvane.scheme import ROOT

ANCHOR = "x"


@dataclass(frozen=True, slots=True)
class Link:
    """A node or entry that one may open from here, with its points."""

    code: str
    title: str
    points: str
    full: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of the account; ``node`` is the part that it stands for, if any."""

    title: str
    points: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    node: str
    entry: str
    title: str
    unit_title: str
    class_title: str
    path: tuple[Link, ...]  # from the total down to the node above
    points: str
    full: str
    state: str
    note: str
    provider: str
    rule: str
    remark: str
    formulas: tuple[Formula, ...]
    params: tuple[tuple[str, str], ...]
    facts: tuple[FactRow, ...]
    account: tuple[Counted, ...]
    parts: tuple[Link, ...]
    entries: tuple[Link, ...]
    documents: tuple[str, ...]
    names: tuple[tuple[str, str], ...]  # of the facts that were read, with their titles
    reported_by: tuple[str, str]  # unit and entry whose report counts
    peers: str
    rank: int | None
    of: int

    @property
    def upwards(self) -> tuple[Link, ...]:
        """The nodes above, the nearest first."""
        return self.path[::-1]


def reason(ranking: Ranking, unit: str, code: str, entry: str, say: Phrases) -> Reason | None:
    """Explain a node of a unit, or one entry of it; None where the unit has no such thing."""
    whole = derive(ranking.scores, unit)
    way = _way(whole, code) or _beside(ranking, unit, code)
    if not way:
        return None
    found = _node(ranking, unit, way, say)
    return _entry(ranking, way[-1], found, entry, say) if entry else found


def _way(d: Derivation, code: str) -> list[Derivation]:
    """The derivations from the total down to a node."""
    if d.code == code:
        return [d]
    for part in d.parts:
        if below := _way(part, code):
            return [d, *below]
    return []


def _beside(ranking: Ranking, unit: str, code: str) -> list[Derivation]:
    """A node outside the total, such as a veto."""
    known = ranking.scores.outcomes[ranking[unit].cls]
    return [derive(ranking.scores, unit, code)] if code in known else []


def _node(ranking: Ranking, unit: str, way: list[Derivation], say: Phrases) -> Reason:
    d, scores = way[-1], ranking.scores
    node = scores.plan.scheme.nodes[d.code]
    above_is_mean = len(way) > 1 and is_mean(scores.plan.step(ranking[unit].cls, way[-2].code))
    told = Explainer(scores, say, ANCHOR).explain(replace(d, parts=(), entries=()), in_mean=above_is_mean)
    values = [p for p in (scores.points(u.code, d.code) for u in scores.units(ranking[unit].cls) if u.competes) if p is not None]
    above = sum(value > d.points for value in values) if d.points is not None else 0
    return Reason(
        node=d.code,
        entry="",
        title=told.title,
        unit_title=scores.facts.unit_index[unit].title.of(say.language),
        class_title=scores.plan.scheme.class_title(ranking[unit].cls).of(say.language),
        path=tuple(_link(each, say) for each in way[:-1]),
        points=told.points,
        full=told.full,
        state=told.state,
        note=told.note,
        provider=scores.plan.scheme.provider_title(d.provider).of(say.language) if d.provider else "",
        rule=told.rule,
        remark=told.remark,
        formulas=told.formulas,
        params=told.params,
        facts=told.facts,
        account=tuple(_account(d, Explainer(scores, say, ANCHOR))),
        parts=tuple(_link(part, say) for part in d.parts),
        entries=tuple(_link(each, say, ledger=node.ledger is not None) for each in d.entries),
        documents=_documents(d),
        names=tuple((read.name, read.title.of(say.language)) for read in d.reads),
        reported_by=(unit, ""),
        peers=histogram(values, language=say.language, here=d.points, cap=d.full) if len(set(values)) > 1 else "",
        rank=None if d.points is None else above + 1,
        of=len(values),
    )


def _account(d: Derivation, explainer: Explainer) -> Iterator[Counted]:
    parts = {node_anchor(ANCHOR, part.code): part.code for part in d.parts}
    for row in explainer.account(d):
        yield Counted(row.title, row.points, parts.get(row.anchor, ""))


def _entry(ranking: Ranking, parent: Derivation, above: Reason, code: str, say: Phrases) -> Reason | None:
    """The same page for one entry of the node."""
    scored = next((s for s in ranking.scores.outcome(parent.unit, parent.code).entries if s.row.entry == code), None)
    d = next((each for each in parent.entries if each.code == code), None)
    if scored is None or d is None:
        return None
    node, language = ranking.scores.plan.scheme.nodes[parent.code], say.language
    explainer = Explainer(ranking.scores, say, ANCHOR)
    return replace(
        above,
        entry=code,
        title=d.title.of(language),
        path=(*above.path, _link(parent, say)),
        points="" if d.points is None else number(d.points, None if node.ledger is not None else 2, signed=node.ledger is not None),
        full="" if d.full is None else number(d.full),
        state="" if d.points is not None else say.text(f"absent.{d.state}"),
        note=scored.row.task.item.of(language) if scored.row.task else "",
        rule=d.rule.of(language),
        remark="",
        formulas=tuple(explainer.formulas(d, called(ranking.scores.plan.scheme, node, d, say))),
        params=() if d.rule else d.params,
        facts=tuple(explainer.fact(read) for read in d.reads),
        account=tuple(Counted(line.title.of(language), number(line.points, signed=True)) for line in d.lines),
        parts=(),
        entries=(),
        documents=_documents(d),
        names=tuple((read.name, read.title.of(language)) for read in d.reads),
        reported_by=scored.row.reported_by,
        peers="",
        rank=None,
        of=0,
    )


def _link(d: Derivation, say: Phrases, ledger: bool = False) -> Link:
    absent = "—" if d.points is None else number(d.points, None if ledger else 2, signed=ledger)
    note = "" if d.points is not None else say.text(f"absent.{d.state}")
    return Link(d.code, d.title.of(say.language), absent, "" if d.full is None else number(d.full), note)


def _documents(d: Derivation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x for x in (d.document, *(read.document for read in d.reads)) if x))


def neighbours(ranking: Ranking, unit: str, code: str, say: Phrases) -> tuple[Link | None, Link | None]:
    """The nodes before and after this one in the order of the scheme, to walk through all of them."""
    found = {d.code: d for d in _nodes(derive(ranking.scores, unit))}
    codes = list(found)
    i = codes.index(code) if code in found else -1
    before = _link(found[codes[i - 1]], say) if i > 0 else None
    return before, _link(found[codes[i + 1]], say) if 0 <= i < len(codes) - 1 else None


def _nodes(d: Derivation) -> Iterator[Derivation]:
    yield d
    for part in d.parts:
        yield from _nodes(part)


__all__ = ["ROOT", "Counted", "Link", "Reason", "neighbours", "reason"]
