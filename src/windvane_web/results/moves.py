"""Two runs beside each other: who moved, and which lines of the account made the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from windvane import Derivation, Gap, Ranking, derive
from windvane.render.chart_text import number
from windvane.render.slope import Move, slope
from windvane_web.results.models import Placed
from windvane_web.results.scoring import shown


@dataclass(frozen=True, slots=True)
class Cause:
    """One line that changed: points before and after in the node's own points; ``depth`` under the total."""

    title: str
    code: str
    kind: str
    before: str
    after: str
    gap: str
    depth: int


@dataclass(frozen=True, slots=True)
class Moved:
    code: str
    title: str
    cls: str
    before: str
    after: str
    gap: str
    rank_before: int | None
    rank_after: int | None
    grade_before: str
    grade_after: str
    causes: tuple[Cause, ...]

    @property
    def rise(self) -> int | None:
        return None if self.rank_before is None or self.rank_after is None else self.rank_before - self.rank_after


def gaps(old: Ranking, new: Ranking, unit: str) -> tuple[Gap, ...]:
    """Why a unit has another total than before: as ``windvane.why``, with ``a`` the new and ``b`` the old points."""
    return _gaps(derive(old.scores, unit), derive(new.scores, unit))


def _gaps(old: Derivation, new: Derivation) -> tuple[Gap, ...]:
    before, after = ({(line.kind, line.code): line for line in each.lines} for each in (old, new))
    parts_before, parts_after = ({part.code: part for part in each.parts} for each in (old, new))
    found = []
    for key in dict.fromkeys([*after, *before]):
        line = after.get(key) or before[key]
        a, b = (rows[key].points if key in rows else Fraction(0) for rows in (after, before))
        both = line.kind == "part" and line.code in parts_before and line.code in parts_after
        below = _gaps(parts_before[line.code], parts_after[line.code]) if both else ()
        if a != b or any(gap.gap for gap in below):
            found.append(Gap(line.kind, line.code, line.title, a, b, below))
    return tuple(found)


def moved(old: Ranking, new: Ranking, before: Mapping[str, Placed], after: Mapping[str, Placed], language: str) -> list[Moved]:
    """Units whose points, rank or grade differ, the largest move first; units of only one run are among them."""
    found = []
    for unit in dict.fromkeys([*new.index, *old.index]):
        a, b = new.index.get(unit), old.index.get(unit)
        if a is not None and b is not None and (a.points, a.rank, a.grade) == (b.points, b.rank, b.grade):
            continue
        causes = tuple(_causes(gaps(old, new, unit), language)) if a is not None and b is not None else ()
        found.append(_moved(old, new, unit, before.get(unit), after.get(unit), causes, language))
    return sorted(found, key=lambda each: (-abs(each.rise or 0), each.rank_after or 10**6))


def _moved(
    old: Ranking, new: Ranking, unit: str, before: Placed | None, after: Placed | None, causes: tuple[Cause, ...], language: str
) -> Moved:
    points = [ranking.index[unit].points if unit in ranking.index else None for ranking in (old, new)]
    cls = (new if unit in new.index else old).index[unit].cls
    titles = (new if unit in new.index else old).scores.facts.unit_index[unit].title
    gap = number(points[1] - points[0], 2, signed=True) if points[0] is not None and points[1] is not None else "—"
    return Moved(
        code=unit,
        title=titles.of(language),
        cls=cls,
        before=shown(old, cls, points[0]) or "—",
        after=shown(new, cls, points[1]) or "—",
        gap=gap,
        rank_before=before.rank if before else None,
        rank_after=after.rank if after else None,
        grade_before=_grade(old, before, language),
        grade_after=_grade(new, after, language),
        causes=causes,
    )


def _grade(ranking: Ranking, kept: Placed | None, language: str) -> str:
    return ranking.scores.plan.scheme.grade_title(kept.grade).of(language) if kept and kept.grade else "—"


def _causes(found: tuple[Gap, ...], language: str, depth: int = 0) -> Iterator[Cause]:
    """The lines that changed, the largest first; a part whose formula alone changed needs no line of its own under it."""
    for gap in sorted(found, key=lambda each: -abs(each.gap)):
        texts = [number(points) for points in (gap.b, gap.a)]
        yield Cause(gap.title.of(language), gap.code, gap.kind, texts[0], texts[1], number(gap.gap, signed=True), depth)
        if not (len(gap.parts) == 1 and gap.parts[0].kind == "formula"):
            yield from _causes(gap.parts, language, depth + 1)


def picture(rows: list[Moved], cls: str, names: tuple[str, str], language: str) -> str:
    """A slope chart of the units of one class that changed their rank; empty where none did."""
    found = [Move(row.title, row.rank_before, row.rank_after) for row in rows if row.cls == cls and row.rise]
    return slope(found, *names, language=language) if found else ""
