"""Facts that a scheme cannot use at all: of unknown units, classes or indicators, or given twice. Nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Iterator

from windvane.facts import Entry, Fact, Facts
from windvane.formula import did_you_mean
from windvane.problems import Problem
from windvane.scheme import Scheme


def unfit(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Yield an error for every fact or entry that scoring would otherwise have to ignore or to choose between."""
    if not facts.units:
        yield _said("no_units", "")
    yield from _check_who(scheme, facts)
    yield from _check_twice(facts)


def _said(code: str, where: str, **params: str) -> Problem:
    return Problem(f"score.{code}", where, params)


def _check_who(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    for unit in facts.units:
        if unit.cls not in scheme.classes:
            yield _said("unknown_class", "", unit=unit.code, cls=unit.cls, near=did_you_mean(unit.cls, scheme.classes))
    given: list[Fact | Entry] = [*facts.rows, *facts.entries]
    units = {row.unit: row.where for row in reversed(given) if row.unit not in facts.unit_index}
    yield from (_said("unknown_unit", units[unit], unit=unit) for unit in reversed(units))
    codes = {row.indicator: row.where for row in reversed(given) if row.indicator not in scheme.nodes}
    yield from (_said("unknown_indicator", codes[code], node=code, near=did_you_mean(code, scheme.nodes)) for code in reversed(codes))


def _check_twice(facts: Facts) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for fact in facts.rows:
        if fact.key in seen:
            name = " ".join(part for part in (fact.name, fact.period, fact.entry) if part)
            yield _said("duplicate", fact.where, unit=fact.unit, node=fact.indicator, name=name)
        seen.add(fact.key)
    known: set[tuple[str, ...]] = set()
    for entry in facts.entries:
        key = (entry.unit, entry.indicator, entry.entry)
        if key in known:
            yield _said("duplicate", entry.where, unit=entry.unit, node=entry.indicator, name=entry.entry)
        known.add(key)
