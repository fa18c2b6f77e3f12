"""What the results say, in sentences counted from the facts: nothing here is an opinion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from markupsafe import Markup

from windvane.portrait import Completion, completions, gaps_of
from windvane.ranking import Place, Ranking, seats
from windvane.render.chart_text import number
from windvane.render.league import League, Row
from windvane.render.phrases import Phrases
from windvane.scheme import Grade, Scheme
from windvane.scores import Scores

NAMED = 6  # units or tasks named before "and so on"


def overall(ranking: Ranking, tables: Sequence[League], say: Phrases) -> list[Markup]:
    """How many units, how they compete, what was left out."""
    states = [place.state for place in ranking.places]
    found = [say("found.units", n=len(states), ranked=states.count("ranked"))]
    if len(tables) > 1:
        found.append(say("found.classes", n=len(tables), classes=say.listed([_class_size(table, say) for table in tables])))
    for state in ("apart", "nothing_due", "void", "refused"):
        units = [_name(ranking, place, say) for place in ranking.places if place.state == state]
        if units:
            found.append(say(f"found.{state}", n=len(units), units=named(units, say)))
    return found


def _class_size(table: League, say: Phrases) -> str:
    return say.text("found.class_size", title=table.title.of(say.language), n=len(table.rows))


def of_class(ranking: Ranking, table: League, say: Phrases) -> list[Markup]:
    """What one class says: totals, own indicators, grades, ties, vetoes, where points were lost, who answered."""
    return [
        *_totals(ranking, table, say),
        *_own_indicators(ranking.scores, table, say),
        *_grades(ranking, table, say),
        *_ties(table, say),
        *_vetoes(ranking, table, say),
        *_losses(table, say),
        *_respondents(ranking.scores, table, say),
    ]


def _totals(ranking: Ranking, table: League, say: Phrases) -> Iterator[Markup]:
    totals, rows = table.totals(), table.ranked
    if len(rows) > 1 and table.median is not None:
        best, last = (
            say.text("found.at", unit=row.unit.title.of(say.language), points=number(points, table.places))
            for row, points in ((rows[0], totals[0]), (rows[-1], totals[-1]))
        )
        yield say(
            "found.totals",
            median=number(table.median, table.places),
            best=best,
            last=last,
            span=number(totals[0] - totals[-1], table.places),
        )


def _own_indicators(scores: Scores, table: League, say: Phrases) -> Iterator[Markup]:
    for completion in completions(scores):
        if completion.cls == table.cls:
            yield completion_sentence(completion, say)
            unmet = [_gap(scores, unit, title.of(say.language), say) for unit, title in gaps_of(completion, scores)]
            if unmet:
                yield say("found.unmet", n=len(unmet), tasks=named(unmet, say))


def completion_sentence(completion: Completion, say: Phrases) -> Markup:
    key = "found.items_met" if completion.items > 1 else "found.tasks_met"
    share = number((completion.share or Fraction(0)) * 100, 2)
    title = completion.title.of(say.language)
    return say(key, title=title, units=completion.units, items=completion.items, n=completion.tasks, met=completion.met, share=share)


def _gap(scores: Scores, unit: str, title: str, say: Phrases) -> str:
    return say.text("found.gap", unit=scores.facts.unit_index[unit].title.of(say.language), title=title)


# Grades -----------------------------------------------------------------------------------------------------------------


def _grades(ranking: Ranking, table: League, say: Phrases) -> Iterator[Markup]:
    scheme, counts = ranking.scores.plan.scheme, ranking.counts(table.cls)
    if not scheme.grades or not table.ranked:
        return
    said = [_grade(ranking, table, grade, counts[grade.code], say) for grade in scheme.grades if counts[grade.code]]
    yield say("found.grades", grades=Markup(say.text("mark.semicolon")).join(said))
    promoted = [row.unit.title.of(say.language) for row in table.ranked if row.place.promoted]
    if promoted:
        yield say("found.promoted", n=len(promoted), units=named(promoted, say))


def _grade(ranking: Ranking, table: League, grade: Grade, count: int, say: Phrases) -> Markup:
    title = grade.title.of(say.language)
    if grade.quota is None:
        return say("found.grade", title=title, n=count)
    given = seats(grade.quota, table.cls, len(table.ranked), ranking.scores)
    return say("found.grade_seats", title=title, n=count, seats=given)


def _ties(table: League, say: Phrases) -> Iterator[Markup]:
    tied = [(rank, list(rows)) for rank, rows in groupby(table.ranked, key=lambda row: row.place.rank)]
    tied = [(rank, rows) for rank, rows in tied if len(rows) > 1]
    if tied:
        groups = [say.text("found.tie", rank=rank, units=named(_names(rows, say), say)) for rank, rows in tied[:NAMED]]
        yield say("found.ties", n=len(tied), units=sum(len(rows) for _, rows in tied), groups=say.text("mark.semicolon").join(groups))


def _names(rows: Sequence[Row], say: Phrases) -> list[str]:
    return [row.unit.title.of(say.language) for row in rows]


def _vetoes(ranking: Ranking, table: League, say: Phrases) -> Iterator[Markup]:
    scheme = ranking.scores.plan.scheme
    for row in table.ranked:
        if row.place.vetoed:
            titles = say.listed([title.of(say.language) for title in row.place.vetoed])
            yield say("found.veto", unit=row.unit.title.of(say.language), titles=titles, grade=grade_title(scheme, row.place, say))


def grade_title(scheme: Scheme, place: Place, say: Phrases) -> str:
    return scheme.grade_title(place.grade).of(say.language) if place.grade else say.text("grade.none")


# Where points were lost, and who answered -------------------------------------------------------------------------------


def mean_losses(table: League) -> list[tuple[Fraction, str, int]]:
    """Return (mean loss, part, position) of the parts over the ranked units, the largest first.

    Only where the full marks of several parts make those of the total; else a loss in a part is none in the total.
    """
    fulls = [column.full for column in table.columns if column.full]
    if len(fulls) < 2 or sum(fulls, Fraction(0)) != table.full:
        return []
    found = []
    for i, column in enumerate(table.columns):
        points = [row.cells[i].points for row in table.ranked]
        present = [p for p in points if p is not None]
        if column.full and present:
            found.append((column.full - sum(present, Fraction(0)) / len(present), column.code, i))
    return sorted(found, key=lambda loss: -loss[0])


def _losses(table: League, say: Phrases) -> Iterator[Markup]:
    losses = [loss for loss in mean_losses(table) if loss[0] > 0]
    if len(losses) > 1:
        said = [
            say.text("found.loss", title=table.columns[i].title.of(say.language), points=number(lost, table.places))
            for lost, _, i in losses[:3]
        ]
        yield say(
            "found.losses",
            n=len(table.ranked),
            lost=number(sum((lost for lost, *_ in losses), Fraction(0)), table.places),
            parts=say.listed(said),
        )


def _respondents(scores: Scores, table: League, say: Phrases) -> Iterator[Markup]:
    """Facts named n are numbers of valid answers."""
    for step in scores.plan.classes[table.cls]:
        found = [scores.facts.get(row.unit.code, step.code, "n") for row in table.rows]
        counts = [fact.value for fact in found if fact is not None and isinstance(fact.value, Fraction)]
        if counts:
            whole, least, most = (number(x) for x in (sum(counts, Fraction(0)), min(counts), max(counts)))
            key = "found.answers" if least != most else "found.answers_same"
            yield say(key, title=step.node.title.of(say.language), n=whole, least=least, most=most)


def named(names: Sequence[str], say: Phrases) -> str:
    """The first names, and how many more."""
    more = say.text("found.more", n=len(names) - NAMED) if len(names) > NAMED else ""
    return say.listed(list(names[:NAMED])) + more


def _name(ranking: Ranking, place: Place, say: Phrases) -> str:
    return ranking.scores.facts.unit_index[place.unit].title.of(say.language)


def borders(ranking: Ranking, table: League) -> list[tuple[str, int, int, Fraction]]:
    """Return (grade, last rank inside, first rank outside, points between them) of every grade border."""
    rows = table.ranked
    found = []
    for band, following in zip(table.bands, table.bands[1:], strict=False):
        if band.grade and following.grade:
            inside, outside = rows[following.first - 1].place, rows[following.first].place
            if inside.points is not None and outside.points is not None and inside.rank and outside.rank:
                found.append((band.grade, inside.rank, outside.rank, inside.points - outside.points))
    return found
