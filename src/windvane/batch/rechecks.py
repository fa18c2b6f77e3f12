"""What float64 should not decide: units near a rounding, a band or a tie, scored again exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from windvane.batch.arrays import CLOSE, NOT_DUE, Flags, Floats, Places
from windvane.batch.blocks import Block, blocks
from windvane.batch.column_scores import ColumnScores
from windvane.batch.columns import Columns
from windvane.batch.standings import Ranks, standing
from windvane.exact import Absent
from windvane.facts import Fact, Facts, Status, Unit
from windvane.formula import Binary, Expr, Name, Negate
from windvane.plan import Plan
from windvane.scheme import ROOT
from windvane.scores import Scores, score
from windvane.text import Text


def recheck(found: ColumnScores, facts: Facts | None = None) -> ColumnScores:
    """Score the units ``near`` a border exactly, and rank anew.

    Without ``facts`` a number of the columns stands for the shortest decimal that it is read from. Where a class is compared
    only by its lowest and highest facts, their owners are scored along; where it is compared otherwise, the whole class is.
    """
    plan, columns = found.plan, found.columns
    if facts is None and columns.entries:
        raise ValueError("entries can be rechecked only with the facts they came from")
    points = {code: values.copy() for code, values in found.points.items()}
    exact, ranks = found.exact.copy(), found.ranks.copy()
    for cls in columns.inhabited(plan):
        near = np.flatnonzero(found.near & (columns.cls == columns.classes.index(cls)))
        if not near.size:
            continue
        scored = _scored(plan, columns, cls, near, facts)
        _replace(plan, columns, scored, points, exact)
        ranks[columns.members[cls]] = _ranked(plan, columns, cls, scored, points, exact)
    return replace(found, points=points, exact=exact, ranks=ranks, near=np.zeros_like(found.near))


def _scored(plan: Plan, columns: Columns, cls: str, near: Places, facts: Facts | None) -> Scores:
    """Score exactly the units near a border, with the units that they are compared by."""
    found = blocks(plan, cls)
    members = np.flatnonzero(columns.cls == columns.classes.index(cls))
    comparing = [block for block in found if block.compares]
    if all(map(_by_extremes, comparing)):
        extremes = [unit for block in comparing for unit in _owners(columns, block, members)]
        units = np.unique(np.concatenate([near, np.array(extremes, np.intp)]))
    else:
        units = members
    if facts is None:
        return score(plan, facts_of(columns, units))
    codes = {str(columns.units[int(i)]) for i in units}
    return score(plan, replace(facts, units=tuple(u for u in facts.units if u.code in codes)))


def _by_extremes(block: Block) -> bool:
    """Whether a block compares only with the lowest and highest number of its own facts."""
    fine = (call.function in ("class_lowest", "class_highest") and _fact(call.args[0], block) for call in block.statistics)
    return block.first.node.missing != "class_mean" and all(fine)


def _fact(argument: Expr, block: Block) -> str:
    """The fact that an argument is, or whose negative it is."""
    match argument:
        case Name(name) | Negate(Name(name)) | Binary("*", Name("sign"), Name(name)) | Binary("*", Name(name), Name("sign")):
            return name if block.reads_fact(name) else ""
    return ""


def _owners(columns: Columns, block: Block, members: Places) -> Iterator[int]:
    """A unit with the lowest and one with the highest number of each fact that a block compares."""
    peers = members[columns.competes[members]]
    for key in {(code, _fact(call.args[0], block)) for code in block.codes for call in block.statistics}:
        values = columns.value(key)[peers]
        if not np.isnan(values).all():
            yield from (int(peers[np.nanargmin(values)]), int(peers[np.nanargmax(values)]))


def facts_of(columns: Columns, units: Sequence[int] | Places) -> Facts:
    """Facts from columns: each number as the shortest decimal that gives it."""
    places = [int(i) for i in units]
    bodies = (Unit(str(columns.units[i]), Text(), columns.classes[columns.cls[i]], i, bool(columns.competes[i])) for i in places)
    return Facts(tuple(bodies), tuple(fact for key in columns.rows for fact in _facts(columns, key, places)))


def _facts(columns: Columns, key: tuple[str, str], places: Sequence[int]) -> Iterator[Fact]:
    values, marks = columns.value(key), columns.marks.get(key)
    for i in places:
        unit = str(columns.units[i])
        if marks is not None and marks[i] == NOT_DUE:
            yield Fact(unit, *key, status=Status.NOT_DUE)
        elif not np.isnan(values[i]):
            yield Fact(unit, *key, value=_decimal(values[i]))


def _decimal(x: np.float64) -> Fraction:
    """The shortest decimal that a number is read from."""
    return Fraction(repr(float(x)))


def _replace(plan: Plan, columns: Columns, scored: Scores, points: Mapping[str, Floats], exact: Floats) -> None:
    place = _places(columns, scored)
    for unit, i in place.items():
        for code, values in points.items():
            value = scored.points(unit, code)
            values[i] = np.nan if value is None else float(value)
        total = scored.outcome(unit).exact
        exact[i] = np.nan if isinstance(total, Absent) else float(total)


def _places(columns: Columns, scored: Scores) -> dict[str, int]:
    codes = {unit.code for unit in scored.facts.units}
    return {str(unit): i for i, unit in enumerate(columns.units) if str(unit) in codes}


def _ranked(plan: Plan, columns: Columns, cls: str, scored: Scores, points: Mapping[str, Floats], exact: Floats) -> Ranks:
    """Rank a class by levels that are told apart exactly where float64 does not."""
    policy, at = plan.scheme.ranking, columns.members[cls]
    inside = {unit: i for i, unit in enumerate(map(str, np.array(columns.units)[at]))}
    keys = []
    for code in (ROOT, *policy.breakers):
        values = (exact if policy.exact and code == ROOT else points[code])[at]
        known = {inside[u.code]: _compared(scored, u.code, code) for u in scored.facts.units if u.cls == cls}
        keys.append(_levels(values, {i: x for i, x in known.items() if x is not None}))
    keys[0] = np.where(columns.competes[at], keys[0], np.nan)
    keys[1:] = [np.nan_to_num(key, nan=-1.0) for key in keys[1:]]
    ranks: Ranks = standing([key[np.newaxis] for key in keys], dense=policy.dense).ranks[0]
    return ranks


def _compared(scored: Scores, unit: str, code: str) -> Fraction | None:
    if code == ROOT and scored.plan.scheme.ranking.exact:
        total = scored.outcome(unit).exact
        return total if isinstance(total, Fraction) else None
    return scored.points(unit, code)


def _levels(values: Floats, exact: Mapping[int, Fraction]) -> Floats:
    """Whole numbers in the order of the values, equal where the values are; neighbours that nearly agree are compared exactly."""
    order = np.argsort(values, kind="stable")
    x = values[order]
    near: Flags = np.zeros(x.shape, np.bool_)
    near[1:] = np.abs(x[1:] - x[:-1]) <= CLOSE * np.abs(x[1:])
    higher = ~near
    for start, stop in _runs(near):
        mine = sorted((exact[i] if i in exact else _decimal(values[i]), i) for i in order[start:stop].tolist())
        order[start:stop] = [i for _, i in mine]
        higher[start + 1 : stop] = [b > a for (a, _), (b, _) in pairwise(mine)]
    found = np.empty(x.shape)
    found[order] = np.cumsum(higher)
    return np.where(np.isnan(values), np.nan, found)


def _runs(near: Flags) -> Iterator[tuple[int, int]]:
    """Where neighbours nearly agree: first place and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        yield start - 1, stop
