"""Problems that a run shows by itself: points lost in ledgers, own tasks not met, components below the median of the class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils import translation
from django.utils.translation import gettext as _

from windvane import Ranking, portray
from windvane.exact import Absent
from windvane.render.chart_text import number
from windvane.scores import Scored
from windvane_web.rectify.models import Problem

MUCH = Fraction(1, 20)  # of a component's full mark: below the median by more than this stands out


@dataclass(frozen=True)
class Candidate:
    """Something that may be a problem of a unit. ``clear``: proposed without being asked for."""

    unit: str
    kind: str
    node: str
    entry: str
    node_title: str
    title: str
    origin: str
    lost: Fraction
    clear: bool

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.unit, self.kind, self.node, self.entry)

    @property
    def name(self) -> str:
        """The key as one word, for a box to tick."""
        return " ".join(self.key)

    def __str__(self) -> str:
        return self.name.rstrip()


def candidates(ranking: Ranking, number_of_run: int) -> list[Candidate]:
    """Everything that a run shows, unit by unit in official order, the greatest loss first. Kept in Chinese, as the rest of the content."""
    with translation.override("zh-hans"):
        found = [
            one for unit in ranking.scores.facts.units if unit.code in ranking.index for one in _of_unit(ranking, unit.code, number_of_run)
        ]
    order = {unit.code: unit.order for unit in ranking.scores.facts.units}
    return sorted(found, key=lambda one: (order[one.unit], one.unit, -one.lost))


def _of_unit(ranking: Ranking, unit: str, run: int) -> Iterator[Candidate]:
    scores = ranking.scores
    for step in scores.plan.classes[ranking[unit].cls]:
        if step.entry is not None:
            for scored in scores.outcome(unit, step.node.code).entries:
                ledger = step.node.ledger is not None
                found = _deduction(scored, run) if ledger else _task(scored, run)
                if found:
                    yield Candidate(unit, found[0], step.node.code, scored.row.entry, step.node.title.of("zh"), *found[1:], True)
    yield from _low(ranking, unit, run)


def _deduction(scored: Scored, run: int) -> tuple[str, str, str, Fraction] | None:
    points = scored.points
    if not isinstance(points, Fraction) or points >= 0:
        return None
    title, document = scored.row.title.of("zh") or scored.row.entry, scored.row.document
    origin = _("第 %(n)s 次计算：扣 %(points)s 分") % {"n": run, "points": number(-points)}
    return Problem.Kind.LEDGER, f"{title}（{document}）" if document else title, origin, -points


def _task(scored: Scored, run: int) -> tuple[str, str, str, Fraction] | None:
    points = scored.points if isinstance(scored.points, Fraction) else Fraction(0)
    if scored.row.task is None or scored.points is Absent.NOT_DUE or points >= scored.full:
        return None
    origin = _("第 %(n)s 次计算：得 %(points)s 分，满分 %(full)s 分") % {"n": run, "points": number(points, 2), "full": number(scored.full)}
    return (
        Problem.Kind.TASK,
        _("未完成：%(title)s") % {"title": scored.row.title.of("zh") or scored.row.entry},
        origin,
        scored.full - points,
    )


def _low(ranking: Ranking, unit: str, run: int) -> Iterator[Candidate]:
    for one in portray(ranking, unit).components:
        if one.points is None or one.median is None or not one.full or one.points >= one.median:
            continue
        words = {"n": run, "points": number(one.points, 2), "median": number(one.median, 2), "rank": one.rank}
        origin = _("第 %(n)s 次计算：得 %(points)s 分，同类中位 %(median)s 分，列第 %(rank)s") % words
        title, lost = _("%(title)s低于同类中位") % {"title": one.title.of("zh")}, one.median - one.points
        yield Candidate(unit, Problem.Kind.LOW, one.code, "", one.title.of("zh"), title, origin, lost, lost > MUCH * one.full)
