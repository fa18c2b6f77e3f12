"""The league table of one class as the page shows it: text cell by text cell, with the picture beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from windvane import Ranking
from windvane.render.chart_text import number, text_width
from windvane.render.dots import Border, Dot, dot_pages, dot_plot
from windvane.render.findings import borders, mean_losses
from windvane.render.league import Cell, Column, League, Row, league
from windvane.render.phrases import Phrases
from windvane_web.results.doubts import Doubt
from windvane_web.results.models import Placed

ROOM = 1130.0  # pixels for table and picture beside the navigation, on a screen of 1366
LONG = 16 * 13  # a name wider than this takes two lines


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: its text, why it is empty, the node that it opens."""

    text: str
    node: str
    absent: str = ""
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the table. ``rise`` is against the run before (None: was not ranked), ``sure`` in percent."""

    code: str
    title: str
    rank: str
    total: str
    cells: tuple[Shown, ...]
    rise: int | None
    interval: str
    grade: str
    sure: str
    doubtful: bool
    state: str
    tags: tuple[str, ...]
    cut: bool

    @property
    def fall(self) -> int | None:
        return None if self.rise is None else -self.rise


@dataclass(frozen=True, slots=True)
class Table:
    cls: str
    title: str
    heads: tuple[tuple[str, str], ...]  # name, what stands under it
    full: str
    lines: tuple[Line, ...]
    stats: tuple[tuple[str, str, str, str], ...]  # name, figure, unit, sentence
    tall: bool
    intervals: bool  # whether they are known
    sure: bool  # whether it is known how sure the grades are
    moved: bool  # whether there is a run before
    plot: str
    plot_pages: tuple[str, ...]


def table(
    ranking: Ranking, cls: str, rows: Mapping[str, Placed], before: Mapping[str, Placed], drawn: Mapping[str, Doubt], say: Phrases
) -> Table:
    """Return the table of a class; ``rows`` are its places as kept, ``before`` those of the run to compare with."""
    found = league(ranking, cls)
    tall = max((text_width(row.unit.title.of(say.language), 13) for row in found.rows), default=0) > LONG
    dots = [_dot(row, rows.get(row.unit.code), drawn.get(row.unit.code)) for row in found.rows]
    edges = list(_edges(ranking, found, say))
    width = max(324.0 if say.language == "en" else 240.0, min(460.0, ROOM - 330 - 68 * len(found.columns)))
    height, head = (2.25, 5.25) if tall else (1.5, 3.0)  # as the style sheet has them
    return Table(
        cls=cls,
        title=found.title.of(say.language) or cls,
        heads=tuple((column.title.of(say.language), _under(column, say)) for column in found.columns),
        full=say.text("column.full", full=number(found.full)),
        lines=tuple(_lines(ranking, found, rows, before, say)),
        stats=tuple(_stats(ranking, found, say)),
        tall=tall,
        intervals=any(row.low is not None for row in rows.values()),
        sure=any(row.sure is not None for row in rows.values()),
        moved=bool(before),
        plot=dot_plot(dots, edges, language=say.language, row_height_rem=height, head_rem=head, width=width, places=found.places),
        plot_pages=tuple(dot_pages(dots, edges, language=say.language, places=found.places)),
    )


def _dot(row: Row, kept: Placed | None, doubt: Doubt | None) -> Dot:
    sure = kept is None or kept.sure is None or kept.sure >= 0.8
    dot = Dot(row.unit.title, row.place.points, rank=str(row.place.rank or ""), sure=sure)
    if doubt is None or row.place.points is None:
        return dot
    return replace(dot, low50=doubt.half[0], high50=doubt.half[1], low90=doubt.most[0], high90=doubt.most[1])


def _edges(ranking: Ranking, found: League, say: Phrases) -> Iterator[Border]:
    for band in found.bands:
        title = ranking.scores.plan.scheme.grade_title(band.grade).of(say.language) if band.grade else ""
        yield Border(say.text("band.grade" if band.grade else "band.unranked", title=title, n=band.count), band.first)


def _under(column: Column, say: Phrases) -> str:
    if column.weight is not None and column.weight != 1:
        return say.text("column.weight", weight=number(column.weight))
    return say.text("column.extra") if column.full is None else say.text("column.full", full=number(column.full))


def _lines(ranking: Ranking, found: League, rows: Mapping[str, Placed], before: Mapping[str, Placed], say: Phrases) -> Iterator[Line]:
    starts = found.starts()
    for i, row in enumerate(found.rows):
        place, kept = row.place, rows.get(row.unit.code)
        yield Line(
            code=row.unit.code,
            title=row.unit.title.of(say.language) or row.unit.code,
            rank="—" if place.rank is None else str(place.rank),
            total="—" if place.points is None else number(place.points, found.places),
            cells=tuple(_shown(cell, column, say) for cell, column in zip(row.cells, found.columns, strict=True)),
            rise=_rise(place.rank, before.get(row.unit.code)),
            interval=f"{kept.low}–{kept.high}" if kept and kept.low is not None else "",
            grade=ranking.scores.plan.scheme.grade_title(place.grade).of(say.language) if place.grade else "",
            sure=sure_text(kept),
            doubtful=bool(kept and kept.sure is not None and kept.sure < 0.8),
            state="" if place.rank is not None else say.text(f"state.{place.state}"),
            tags=tuple(_tags(row, say)),
            cut=i + 1 in starts,
        )


def _shown(cell: Cell, column: Column, say: Phrases) -> Shown:
    if cell.points is None:
        return Shown("—", column.code, say.text(f"absent.{cell.absent}"))
    extra = column.full is None
    zero = extra and cell.points == 0
    return Shown("0" if zero else number(cell.points, column.places, signed=extra), column.code, zero=zero)


def _rise(rank: int | None, before: Placed | None) -> int | None:
    return None if rank is None or before is None or before.rank is None else before.rank - rank


def _tags(row: Row, say: Phrases) -> Iterator[str]:
    if row.place.promoted:
        yield say.text("grade.promoted")
    yield from (veto.of(say.language) for veto in row.place.vetoed)


def sure_text(kept: Placed | None) -> str:
    """How sure the grade is, in percent."""
    if kept is None or kept.sure is None:
        return ""
    return ">99" if kept.sure > 0.99 else str(round(kept.sure * 100))


def _stats(ranking: Ranking, found: League, say: Phrases) -> Iterator[tuple[str, str, str, str]]:
    totals, apart = found.totals(), len(found.unranked)
    unit = say.text("stat.of_unranked", n=apart) if apart else say.text("stat.units")
    yield say.text("stat.ranked"), str(len(totals)), unit, say.text("stat.apart_note" if apart else "stat.all_note")
    if found.median is not None:
        span = number(totals[0] - totals[-1], found.places)
        yield say.text("stat.median"), number(found.median, found.places), "", say.text("stat.span", span=span)
    for grade, inside, outside, gap in borders(ranking, found)[:1]:
        title = ranking.scores.plan.scheme.grade_title(grade).of(say.language)
        note = say.text("stat.border_note", grade=title)
        yield say.text("stat.border", inside=inside, outside=outside), number(gap, found.places), "", note
    for lost, _, i in [loss for loss in mean_losses(found) if loss[0] > 0][:1]:
        note = say.text("stat.loss_note", part=found.columns[i].title.of(say.language))
        yield say.text("stat.loss"), number(lost, found.places), "", note


def note(ranking: Ranking, say: Phrases) -> str:
    """How ranks were made, in a sentence."""
    policy, nodes = ranking.scores.plan.scheme.ranking, ranking.scores.plan.scheme.nodes
    parts = [say.text("note.exact" if policy.exact else "note.rounded")]
    if policy.breakers:
        parts.append(say.text("note.breakers", parts=say.listed([nodes[code].title.of(say.language) for code in policy.breakers])))
    parts.append(say.text("note.dense" if policy.dense else "note.share"))
    return ("" if say.language == "zh" else " ").join(parts)


def classes_of(ranking: Ranking, wanted: str = "") -> Sequence[str]:
    """Codes of the classes that have units; the wanted one alone where it is one of them."""
    found = [cls for cls in ranking.scores.plan.classes if ranking.of(cls)]
    return [wanted] if wanted in found else found
