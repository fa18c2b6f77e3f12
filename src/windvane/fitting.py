"""Facts that a scheme cannot use at all: of unknown units, classes or indicators, or given twice. Nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Iterator

from windvane.facts import Facts
from windvane.formula import did_you_mean
from windvane.problems import Problem
from windvane.scheme import Scheme


def unfit(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Yield an error for every fact or entry that scoring would otherwise have to ignore or to choose between."""
    yield from _check_who(scheme, facts)
    yield from _check_twice(facts)


def _said(code: str, **params: str) -> Problem:
    return Problem(f"score.{code}", "", params)


def _check_who(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    for unit in facts.units:
        if unit.cls not in scheme.classes:
            yield _said("unknown_class", unit=unit.code, cls=unit.cls, near=did_you_mean(unit.cls, scheme.classes))
    spoken = dict.fromkeys([*(fact.unit for fact in facts.rows), *(entry.unit for entry in facts.entries)])
    yield from (_said("unknown_unit", unit=unit) for unit in spoken if unit not in facts.unit_index)
    indicators = dict.fromkeys([*(fact.indicator for fact in facts.rows), *(entry.indicator for entry in facts.entries)])
    for code in indicators:
        if code not in scheme.nodes:
            yield _said("unknown_indicator", node=code, near=did_you_mean(code, scheme.nodes))


def _check_twice(facts: Facts) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for fact in facts.rows:
        if fact.key in seen:
            name = " ".join(part for part in (fact.name, fact.period, fact.entry) if part)
            yield _said("duplicate", unit=fact.unit, node=fact.indicator, name=name)
        seen.add(fact.key)
    known: set[tuple[str, ...]] = set()
    for entry in facts.entries:
        key = (entry.unit, entry.indicator, entry.entry)
        if key in known:
            yield _said("duplicate", unit=entry.unit, node=entry.indicator, name=entry.entry)
        known.add(key)
