"""The report: one HTML file that holds everything it shows, complete without scripts, clean on A4."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from windvane.derivation import Derivation
from windvane.deriving import derive
from windvane.portrait import portray
from windvane.problems import Problem, Severity
from windvane.ranking import Place, Ranking
from windvane.render.chart_text import number
from windvane.render.class_page import class_page
from windvane.render.explained import Explained, Explainer, anchor
from windvane.render.findings import overall
from windvane.render.league import League, leagues
from windvane.render.phrases import Phrases
from windvane.render.scorecard import Scorecard, scorecard
from windvane.scheme import ROOT
from windvane.version import __version__

Language = Literal["zh", "en"]
PROBLEMS: Final = 40  # listed before "and so on"
STYLES: Final = ("tokens.css", "report.css", "page.css")


def report_html(ranking: Ranking, *, language: Language) -> str:
    """Return the report of a ranking in one language: one file, without references to others but its twin."""
    say, scores = Phrases(language), ranking.scores
    tables = leagues(ranking)
    derivations = {place.unit: derive(scores, place.unit) for place in ranking.places}
    units = [_unit_page(ranking, table, place, derivations[place.unit], say) for table in tables for place in _official(ranking, table)]
    return (
        _environment()
        .get_template("report.html")
        .render(
            say=say,
            language=language,
            scores=scores,
            scheme=scores.plan.scheme,
            digest=ranking.digest,
            version=__version__,
            style=_style(),
            problems=_problems(ranking, say),
            overall=overall(ranking, tables, say),
            classes=[class_page(ranking, table, derivations, say) for table in tables],
            units=units,
            anchor=anchor,
            half=Fraction(1, 2),
        )
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("windvane.render", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["number"] = number
    return made


@cache
def _style() -> Markup:
    """Return the style sheets as one, without their comments."""
    folder = resources.files("windvane.render") / "assets"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in STYLES)
    return Markup(re.sub(r"/\*.*?\*/\s*", "", text, flags=re.DOTALL))


def _official(ranking: Ranking, table: League) -> list[Place]:
    """Places of a class in the official order of units."""
    return sorted((row.place for row in table.rows), key=lambda place: ranking.scores.facts.unit_index[place.unit].order)


@dataclass(frozen=True, slots=True)
class Problems:
    """What was noticed while scoring, errors first."""

    errors: int
    warnings: int
    shown: tuple[tuple[str, str], ...]  # severity, sentence
    more: int


def _problems(ranking: Ranking, say: Phrases) -> Problems:
    found = sorted(ranking.scores.problems, key=lambda p: list(Severity).index(p.severity))
    failed = sum(p.severity is Severity.ERROR for p in found)
    shown = tuple((p.severity.value, _titled(p, ranking, say).say(say.language)) for p in found[:PROBLEMS])
    return Problems(failed, len(found) - failed, shown, max(len(found) - PROBLEMS, 0))


def _titled(problem: Problem, ranking: Ranking, say: Phrases) -> Problem:
    """Name unit and node by their titles: readers of a report do not know the codes."""
    nodes, units = ranking.scores.plan.scheme.nodes, ranking.scores.facts.unit_index
    titles = {"unit": {code: unit.title for code, unit in units.items()}, "node": {code: node.title for code, node in nodes.items()}}
    named = {key: title.of(say.language) for key, of in titles.items() if (title := of.get(problem.params.get(key, "")))}
    return replace(problem, params={**problem.params, **named})


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything that the page shows of one unit."""

    place: Place
    table: League
    anchor: str
    name: str
    ranked: int
    full: str
    extra: bool  # whether anything counts outside the full marks
    card: Scorecard
    explained: Explained
    beside: tuple[Explained, ...]


def _unit_page(ranking: Ranking, table: League, place: Place, derivation: Derivation, say: Phrases) -> UnitPage:
    scores, portrait, unit = ranking.scores, portray(ranking, place.unit), place.unit
    own = f"unit-{anchor(unit)}"
    explainer = Explainer(scores, say, own)
    beside = [node.code for node in scores.plan.scheme.beside if node.code in scores.outcomes[table.cls]]
    return UnitPage(
        place=place,
        table=table,
        anchor=own,
        name=scores.facts.unit_index[unit].title.of(say.language) or unit,
        ranked=portrait.ranked,
        full=number(portrait.full),
        extra=any(column.full is None for column in table.columns) and scores.plan.scheme.nodes[ROOT].full is not None,
        card=scorecard(ranking, table, portrait, say, f"w-{anchor(unit)}"),
        explained=explainer.explain(derivation),
        beside=tuple(explainer.explain(derive(scores, unit, code)) for code in beside),
    )
