"""One class on the page: league table beside the dot plot, what the totals are made of, how the indicators spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from windvane.derivation import Derivation
from windvane.ranking import Ranking
from windvane.render import insight
from windvane.render.chart_text import number, widest, wrap
from windvane.render.dots import Border, Dot, dot_pages, dot_plot
from windvane.render.explained import anchor
from windvane.render.findings import borders, mean_losses, of_class
from windvane.render.league import Column, League
from windvane.render.phrases import Phrases
from windvane.render.stacked import Stack, stacked
from windvane.text import Text

MOST_SEGMENTS: Final = 8
MOST_ROWS: Final = 50  # of a dot plot on one A4 page
HALF: Final = 25  # rows of stacked bars that stand beside the next ones
HALF_WIDTH: Final = 624
WHOLE_WIDTH: Final = 720
ROOM: Final = 1296  # pixels for table and plot on a screen of 1366
PLOT: Final = (200, 560)  # narrowest and widest plot beside the table
HEAD_LINE: Final = 88  # pixels that one line of a column's head may take


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes that table and plot share: a head and rows of one height, in rem; ``plot`` is 0 where the table leaves no room."""

    name: float
    row: float
    head: float
    plot: float
    heads: tuple[tuple[str, ...], ...]  # the lines of each column's head


@dataclass(frozen=True, slots=True)
class Stat:
    name: str
    figure: str
    unit: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ClassPage:
    """Everything that the page shows of one class; charts as SVG."""

    table: League
    anchor: str
    title: str
    findings: tuple[Markup, ...]
    stats: tuple[Stat, ...]
    layout: Layout
    has_state: bool
    plot: Markup
    plot_pages: tuple[Markup, ...]
    stacks: tuple[Markup, ...]
    stack_title: str
    note: str
    spreads: tuple[insight.Spread, ...]
    strips: Mapping[str, Markup]
    insight_title: str


def class_page(ranking: Ranking, table: League, derivations: Mapping[str, Derivation], say: Phrases) -> ClassPage:
    rows, edges, layout = _dots(table), _edges(ranking, table, say), _layout(ranking, table, say)
    found = insight.spreads(ranking, table)
    plot = dot_plot(
        rows,
        edges,
        language=say.language,
        row_height_rem=layout.row,
        head_rem=layout.head,
        width=layout.plot or None,
        places=table.places,
        finding=say.text("dots.finding"),
    )
    return ClassPage(
        table=table,
        anchor=f"class-{anchor(table.cls)}",
        title=_title(ranking, table, say),
        findings=tuple(of_class(ranking, table, say)),
        stats=tuple(_stats(ranking, table, say)),
        layout=layout,
        has_state=bool(ranking.scores.plan.scheme.grades) or bool(table.unranked),
        plot=Markup(plot) if layout.plot else Markup(""),
        plot_pages=tuple(map(Markup, dot_pages(rows, edges, language=say.language, most=MOST_ROWS, places=table.places))),
        stacks=tuple(map(Markup, _stacks(table, derivations, say))),
        stack_title=_stack_title(table, say),
        note=_ranking_note(ranking, say),
        spreads=tuple(found),
        strips={spread.code: Markup(insight.strip(spread, _strip_label(spread, say))) for spread in found},
        insight_title=_insight_title(found, say),
    )


# Sizes ------------------------------------------------------------------------------------------------------------------


def _layout(ranking: Ranking, table: League, say: Phrases) -> Layout:
    names = [row.unit.title.of(say.language) for row in table.rows]
    name, lines = _name_room(names)
    heads = tuple(_head_lines(column, say) for column in table.columns)
    grades = [grade.title.of(say.language) for grade in ranking.scores.plan.scheme.grades]
    state = widest([*grades, *(say.text(f"state.{row.place.state}") for row in table.unranked)], 13) + 28
    marks = 44 if any(row.place.vetoed or row.place.promoted for row in table.rows) else 0
    columns = sum(max(widest(lines, 12), 46) + 11 for lines in heads)
    free = ROOM - (52 + name + 12 + 66 + columns + state + marks + 12)
    plot = 0.0 if free < PLOT[0] else float(min(free, PLOT[1]))
    return Layout(name / 16, 1.5 if lines == 1 else 2.25, 3 + 1.125 * (max(map(len, heads), default=1) - 1), plot, heads)


def _name_room(names: Sequence[str]) -> tuple[float, int]:
    """Width of the names and their lines: one line up to 15 rem, else two lines as narrow as they can be."""
    longest = max(widest(names, 13), 40)
    if longest <= 240:
        return longest + 4, 1
    return next(float(w) for w in range(150, 2000, 15) if all(wrap(name, w * 0.97, 13, 2) for name in names)), 2


def _head_lines(column: Column, say: Phrases) -> tuple[str, ...]:
    title = column.title.of(say.language)
    return next((lines for width in range(HEAD_LINE, 900, 12) if (lines := wrap(title, width, 12, 3))), (title,))


# Title, numbers, notes --------------------------------------------------------------------------------------------------


def _title(ranking: Ranking, table: League, say: Phrases) -> str:
    """Class and finding: how narrow the first border is, else how far the units lie apart."""
    edges, totals, scheme = borders(ranking, table), table.totals(), ranking.scores.plan.scheme
    if edges:
        grade, inside, outside, gap = edges[0]
        names = {"grade": scheme.grade_title(grade).of(say.language), "inside": inside, "outside": outside}
        found = say.text("class.border", **names, gap=number(gap, table.places))
    elif len(totals) > 1:
        found = say.text("class.span", span=number(totals[0] - totals[-1], table.places))
    else:
        found = say.text("class.only", n=len(table.rows))
    return say.text("class.title", title=table.title.of(say.language), finding=found) if len(ranking.scores.plan.classes) > 1 else found


def _stats(ranking: Ranking, table: League, say: Phrases) -> list[Stat]:
    totals, unranked = table.totals(), len(table.unranked)
    unit = say.text("stat.of_unranked", n=unranked) if unranked else say.text("stat.units")
    found = [Stat(say.text("stat.ranked"), str(len(totals)), unit, say.text("stat.apart_note" if unranked else "stat.all_note"))]
    if table.median is not None:
        span = say.text("stat.span", span=number(totals[0] - totals[-1], table.places))
        found.append(Stat(say.text("stat.median"), number(table.median, table.places), "", span))
    for grade, inside, outside, gap in borders(ranking, table)[:1]:
        title = ranking.scores.plan.scheme.grade_title(grade).of(say.language)
        name = say.text("stat.border", inside=inside, outside=outside)
        found.append(Stat(name, number(gap, table.places), "", say.text("stat.border_note", grade=title)))
    for lost, _, i in [loss for loss in mean_losses(table) if loss[0] > 0][:1]:
        part = say.text("stat.loss_note", part=table.columns[i].title.of(say.language))
        found.append(Stat(say.text("stat.loss"), number(lost, table.places), "", part))
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
    low, median, high = (insight.text_of(spread, v) for v in (spread.values[0], spread.quantile(Fraction(1, 2)), spread.values[-1]))
    return say.text("insight.strip", title=spread.title.of(say.language), low=low, median=median, high=high)


# The plot beside the table ----------------------------------------------------------------------------------------------


def _dots(table: League) -> list[Dot]:
    return [Dot(row.unit.title, row.place.points, rank=str(row.place.rank or "")) for row in table.rows]


def _edges(ranking: Ranking, table: League, say: Phrases) -> list[Border]:
    found = []
    for band in table.bands:
        title = ranking.scores.plan.scheme.grade_title(band.grade).of(say.language) if band.grade else ""
        found.append(Border(say.text("band.grade" if band.grade else "band.unranked", title=title, n=band.count), band.first))
    return found


# What the totals are made of --------------------------------------------------------------------------------------------


def _stacks(table: League, derivations: Mapping[str, Derivation], say: Phrases) -> list[str]:
    """The account of each total as bars, on as many pictures as A4 needs; unseen rounding is left out, parts beyond the eighth are one."""
    rows = [row for row in table.rows if row.place.points is not None]
    accounts = {row.unit.code: _account(derivations[row.unit.code]) for row in rows}
    titles: dict[str, Text] = {}
    for account in accounts.values():
        titles |= {key: title for key, (title, _) in account.items() if key not in titles}
    shown = list(titles) if len(titles) <= MOST_SEGMENTS else list(titles)[: MOST_SEGMENTS - 1]
    if len(shown) < 2:
        return []
    rest = len(titles) > len(shown)
    components: list[str | Text] = [titles[key] for key in shown] + ([say.text("stack.others")] if rest else [])
    amounts = {unit: _amounts(account, shown, rest=rest) for unit, account in accounts.items()}
    stacks = [Stack(row.unit.title, amounts[row.unit.code], row.place.points, str(row.place.rank or "")) for row in rows]
    count = 1 if len(stacks) <= HALF // 2 else 2 * -(-len(stacks) // (2 * HALF))
    groups = [stacks[a:b] for a, b in pairwise(len(stacks) * i // count for i in range(count + 1))]
    width = HALF_WIDTH if count > 1 else WHOLE_WIDTH
    return [
        stacked(group, components, language=say.language, prefix=f"s-{anchor(table.cls)}-{i}", width=width, places=table.places)
        for i, group in enumerate(groups)
    ]


def _account(derivation: Derivation) -> dict[str, tuple[Text, Fraction]]:
    unseen = Fraction(1, 2 * 10**derivation.places)
    lines = [x for x in derivation.lines if x.points and not (x.kind == "rounding" and abs(x.points) <= unseen)]
    return {f"{line.kind}/{line.code}": (line.title, line.points) for line in lines}


def _amounts(account: Mapping[str, tuple[Text, Fraction]], shown: Sequence[str], *, rest: bool) -> tuple[Fraction, ...]:
    amounts = tuple(account[key][1] if key in account else Fraction(0) for key in shown)
    others = sum((points for key, (_, points) in account.items() if key not in shown), Fraction(0))
    return (*amounts, others) if rest else amounts


def _stack_title(table: League, say: Phrases) -> str:
    """Name the part in which the ranked units lie furthest apart."""
    apart = []
    for i, column in enumerate(table.columns):
        present = [cell.points for row in table.ranked if (cell := row.cells[i]).points is not None]
        if present and column.weight is None:
            apart.append((max(present) - min(present), column.title.of(say.language)))
    if len(apart) < 2:
        return say.text("stack.title")
    return say.text("stack.widest", part=max(apart)[1])
