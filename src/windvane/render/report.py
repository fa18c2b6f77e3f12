"""The report: one HTML file that holds everything it shows, complete without scripts, clean on A4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from windvane import __version__
from windvane.additive import Line
from windvane.deriving import derive
from windvane.portrait import portray
from windvane.problems import Problem, Severity
from windvane.ranking import Place, Ranking
from windvane.render import insight
from windvane.render.chart_text import number, text_width
from windvane.render.dots import Border, Dot, dot_pages, dot_plot
from windvane.render.explained import Explained, Explainer, anchor
from windvane.render.findings import borders, mean_losses, of_class, overall
from windvane.render.league import Cell, Column, League, leagues
from windvane.render.phrases import Phrases
from windvane.render.scorecard import Scorecard, scorecard
from windvane.render.stacked import Stack, stacked
from windvane.scheme import ROOT
from windvane.text import Text

Language = Literal["zh", "en"]
MARKS: Final = ("●", "◆", "▲", "■", "▼", "○")  # of grades, best first
MOST_SEGMENTS: Final = 8
MOST_ROWS: Final = 50  # of a chart on one A4 page
STACK_WIDTH: Final = 624
HALF: Final = 25  # rows of stacked bars that stand beside the next ones
ROOM: Final = 1292  # pixels for table and dot plot on a screen of 1366
PROBLEMS: Final = 40  # listed before "and so on"


def report_html(ranking: Ranking, *, language: Language) -> str:
    """Return the report of a ranking in one language, as one file without references to others but its twin."""
    say = Phrases(language)
    tables = leagues(ranking)
    cards = [_class_card(ranking, table, say) for table in tables]
    units = [_unit_page(ranking, table, place.unit, say) for table in tables for place in _official(ranking, table)]
    page = _environment().get_template("report.html")
    return page.render(
        say=say,
        language=language,
        scores=ranking.scores,
        scheme=ranking.scores.plan.scheme,
        digest=ranking.digest,
        version=__version__,
        style=Markup(_style()),
        problems=_problems(ranking, say),
        overall=overall(ranking, tables, say),
        classes=cards,
        units=units,
        ranking=ranking,
        anchor=anchor,
        half=Fraction(1, 2),
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("windvane.render", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["number"] = number
    return made


@cache
def _style() -> str:
    folder = resources.files("windvane.render") / "assets"
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("tokens.css", "report.css", "page.css"))


def _official(ranking: Ranking, table: League) -> list[Place]:
    """Places of a class in the official order of units."""
    return sorted((row.place for row in table.rows), key=lambda place: ranking.scores.facts.unit_index[place.unit].order)


# Problems ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problems:
    """What was noticed while scoring, errors first."""

    errors: int
    warnings: int
    shown: tuple[Problem, ...]
    more: int


def _problems(ranking: Ranking, say: Phrases) -> Problems:
    found = sorted(ranking.scores.problems, key=lambda p: list(Severity).index(p.severity))
    failed = sum(p.severity is Severity.ERROR for p in found)
    return Problems(failed, len(found) - failed, tuple(found[:PROBLEMS]), max(len(found) - PROBLEMS, 0))


# One class --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClassCard:
    """Everything that the page shows of one class; charts as SVG."""

    table: League
    anchor: str
    title: str
    findings: tuple[Markup, ...]
    stats: tuple[tuple[str, str, str, str], ...]  # name, figure, unit, sentence
    row_rem: float
    has_state: bool
    plot: Markup
    plot_pages: tuple[Markup, ...]
    stacks: tuple[Markup, ...]
    stack_title: str
    note: str
    spreads: tuple[insight.Spread, ...]
    strips: Mapping[str, Markup]
    insight_title: str


def _class_card(ranking: Ranking, table: League, say: Phrases) -> ClassCard:
    rows, edges = _dots(ranking, table, say), _edges(ranking, table, say)
    row_rem = _row_rem(table, say)
    found = insight.spreads(ranking, table)
    return ClassCard(
        table=table,
        anchor=f"class-{anchor(table.cls)}",
        title=_class_title(ranking, table, say),
        findings=tuple(of_class(ranking, table, say)),
        stats=tuple(_stats(ranking, table, say)),
        row_rem=row_rem,
        has_state=bool(ranking.scores.plan.scheme.grades) or bool(table.unranked),
        plot=Markup(dot_plot(rows, edges, language=say.language, row_height_rem=row_rem, width=_plot_width(table), places=table.places)),
        plot_pages=tuple(map(Markup, dot_pages(rows, edges, language=say.language, most=MOST_ROWS, places=table.places))),
        stacks=tuple(map(Markup, _stacks(ranking, table, say))),
        stack_title=_stack_title(table, say),
        note=_ranking_note(ranking, say),
        spreads=tuple(found),
        strips={spread.code: Markup(insight.strip(spread, _strip_label(spread, say))) for spread in found},
        insight_title=_insight_title(found, say),
    )


def _row_rem(table: League, say: Phrases) -> float:
    """Rows of table and dot plot share one height: one line of text, or two where names are long."""
    longest = max((text_width(row.unit.title.of(say.language), 13) for row in table.rows), default=0)
    return 1.5 if longest <= 16 * 13 else 2.25


def _plot_width(table: League) -> float:
    return float(max(260, min(560, ROOM - 330 - 72 * len(table.columns))))


def _dots(ranking: Ranking, table: League, say: Phrases) -> list[Dot]:
    return [Dot(row.unit.title, row.place.points, rank=str(row.place.rank or "")) for row in table.rows]


def _edges(ranking: Ranking, table: League, say: Phrases) -> list[Border]:
    found = []
    for band in table.bands:
        key = "band.grade" if band.grade else "band.unranked"
        title = ranking.scores.plan.scheme.grade_title(band.grade).of(say.language) if band.grade else ""
        found.append(Border(say.text(key, title=title, n=band.count), band.first))
    return found


def _class_title(ranking: Ranking, table: League, say: Phrases) -> str:
    """Class and finding: how narrow the first border is, else how far the units lie apart."""
    title, edges, totals = (
        table.title.of(say.language) if len(ranking.scores.plan.classes) > 1 else "",
        borders(ranking, table),
        table.totals(),
    )
    if edges:
        grade, inside, outside, gap = edges[0]
        found = say.text(
            "class.border",
            grade=ranking.scores.plan.scheme.grade_title(grade).of(say.language),
            inside=inside,
            outside=outside,
            gap=number(gap, table.places),
        )
    elif len(totals) > 1:
        found = say.text("class.span", span=number(totals[0] - totals[-1], table.places))
    else:
        found = say.text("class.only", n=len(table.rows))
    return say.text("class.title", title=title, finding=found) if title else found


def _stats(ranking: Ranking, table: League, say: Phrases) -> list[tuple[str, str, str, str]]:
    totals, unranked = table.totals(), len(table.unranked)
    found = [
        (
            say.text("stat.ranked"),
            str(len(totals)),
            say.text("stat.of_unranked", n=unranked) if unranked else say.text("stat.units"),
            say.text("stat.apart_note" if unranked else "stat.all_note"),
        )
    ]
    if table.median is not None:
        found.append(
            (
                say.text("stat.median"),
                number(table.median, table.places),
                "",
                say.text("stat.span", span=number(totals[0] - totals[-1], table.places)),
            )
        )
    edges = borders(ranking, table)
    if edges:
        grade, inside, outside, gap = edges[0]
        title = ranking.scores.plan.scheme.grade_title(grade).of(say.language)
        found.append(
            (
                say.text("stat.border", inside=inside, outside=outside),
                number(gap, table.places),
                "",
                say.text("stat.border_note", grade=title),
            )
        )
    losses = [loss for loss in mean_losses(table) if loss[0] > 0]
    if losses:
        lost, _, i = losses[0]
        found.append(
            (
                say.text("stat.loss"),
                number(lost, table.places),
                "",
                say.text("stat.loss_note", part=table.columns[i].title.of(say.language)),
            )
        )
    return found


def _ranking_note(ranking: Ranking, say: Phrases) -> str:
    policy, scheme = ranking.scores.plan.scheme.ranking, ranking.scores.plan.scheme
    parts = [say.text("note.exact" if policy.exact else "note.rounded")]
    if policy.breakers:
        parts.append(say.text("note.breakers", parts=say.listed([scheme.nodes[code].title.of(say.language) for code in policy.breakers])))
    parts.append(say.text("note.dense" if policy.dense else "note.share"))
    return "".join(parts) if say.language == "zh" else " ".join(parts)


def _insight_title(found: Sequence[insight.Spread], say: Phrases) -> str:
    full, constant = insight.saturated(found), [spread for spread in found if spread.constant]
    if full:
        return say.text("insight.saturated", n=len(full), all=len(found))
    return say.text("insight.constant", n=len(constant)) if constant else say.text("insight.spread")


def _strip_label(spread: insight.Spread, say: Phrases) -> str:
    ends = (
        insight.text_of(spread, spread.values[0]),
        insight.text_of(spread, spread.quantile(Fraction(1, 2))),
        insight.text_of(spread, spread.values[-1]),
    )
    return say.text("insight.strip", title=spread.title.of(say.language), low=ends[0], median=ends[1], high=ends[2])


# Contributions ----------------------------------------------------------------------------------------------------------


def _stacks(ranking: Ranking, table: League, say: Phrases) -> list[str]:
    """What each total is made of, on as many pictures as A4 needs; the parts that come after the eighth are one."""
    rows = [row for row in table.rows if row.place.points is not None]
    lines = {row.unit.code: _amounts(derive(ranking.scores, row.unit.code).lines) for row in rows}
    titles: dict[str, Text] = {}
    for found in lines.values():
        titles |= {key: title for key, (title, _) in found.items() if key not in titles}
    keys = list(titles)
    if len(keys) < 2:
        return []
    shown = keys if len(keys) <= MOST_SEGMENTS else keys[: MOST_SEGMENTS - 1]
    components: list[str | Text] = [titles[key] for key in shown] + ([say.text("stack.others")] if len(keys) > len(shown) else [])
    stacks = [
        Stack(row.unit.title, _amounts_of(lines[row.unit.code], shown, keys), row.place.points, str(row.place.rank or "")) for row in rows
    ]
    count = 1 if len(stacks) <= HALF // 2 else 2 * -(-len(stacks) // (2 * HALF))
    ends = [len(stacks) * i // count for i in range(count + 1)]
    draw = [stacks[a:b] for a, b in zip(ends, ends[1:], strict=False)]
    prefix = f"s-{anchor(table.cls)}"
    return [
        stacked(
            part, components, language=say.language, prefix=f"{prefix}-{i}", width=STACK_WIDTH if count > 1 else 720, places=table.places
        )
        for i, part in enumerate(draw)
    ]


def _amounts(lines: Sequence[Line]) -> dict[str, tuple[Text, Fraction]]:
    return {f"{line.kind}/{line.code}": (line.title, line.points) for line in lines if line.points}


def _amounts_of(found: Mapping[str, tuple[Text, Fraction]], shown: Sequence[str], keys: Sequence[str]) -> tuple[Fraction | None, ...]:
    amounts = tuple(found[key][1] if key in found else Fraction(0) for key in shown)
    rest = sum((points for key, (_, points) in found.items() if key not in shown), Fraction(0))
    return (*amounts, rest) if len(keys) > len(shown) else amounts


def _stack_title(table: League, say: Phrases) -> str:
    losses = mean_losses(table)
    apart = [
        (max(p) - min(p), i)
        for i in range(len(table.columns))
        if (p := [row.cells[i].points for row in table.ranked if row.cells[i].points is not None])
    ]
    if not losses or not apart:
        return say.text("stack.title")
    widest = max(apart, key=lambda each: each[0] or 0)[1]
    return say.text("stack.widest", part=table.columns[widest].title.of(say.language))


# One unit ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitPage:
    place: Place
    table: League
    anchor: str
    name: str
    ranked: int
    full: str
    card: Scorecard
    explained: Explained
    beside: tuple[Explained, ...]
    cells: tuple[tuple[Column, Cell], ...]


def _unit_page(ranking: Ranking, table: League, unit: str, say: Phrases) -> UnitPage:
    scores, portrait = ranking.scores, portray(ranking, unit)
    own = f"unit-{anchor(unit)}"
    explainer = Explainer(scores, say, own)
    beside = [node.code for node in scores.plan.scheme.beside if node.code in scores.outcomes[table.cls]]
    row = next(row for row in table.rows if row.place.unit == unit)
    return UnitPage(
        place=portrait.place,
        table=table,
        anchor=own,
        name=row.unit.title.of(say.language) or unit,
        ranked=portrait.ranked,
        full=number(portrait.full),
        card=scorecard(ranking, table, portrait, say, f"w-{anchor(unit)}"),
        explained=explainer.explain(derive(scores, unit, ROOT)),
        beside=tuple(explainer.explain(derive(scores, unit, code)) for code in beside),
        cells=tuple(zip(table.columns, row.cells, strict=True)),
    )
