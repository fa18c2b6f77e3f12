"""Facts: what happened, unit by unit. The only thing besides the scheme and the target books that reaches a score."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from windvane.decimals import canonical
from windvane.text import Text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Key: TypeAlias = tuple[str, str, str, str, str]


ONLY = "all"  # the class of units where there is only one


class Status(StrEnum):
    REPORTED = "reported"
    NOT_DUE = "not_due"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that is assessed. ``order`` is its place in the official list; ``competes=False`` means 单列."""

    code: str
    title: Text
    cls: str = ONLY
    order: int = 0
    competes: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its key, status, standard error, source and document.

    ``period`` empty is the whole cycle; only those rows reach a score, shorter periods are for tracking.
    ``error`` is a standard error in the unit of measure of ``value``.
    """

    unit: str
    indicator: str
    name: str = "value"
    period: str = ""
    entry: str = ""
    value: Fraction | date | str | None = None
    status: Status = Status.REPORTED
    error: Fraction | None = None
    source: str = ""
    document: str = ""
    where: str = field(default="", compare=False, repr=False)  # place in the file it was read from

    @property
    def key(self) -> Key:
        return (self.unit, self.indicator, self.name, self.period, self.entry)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said, beside its numbers, about one row of a ledger or one own indicator of a unit."""

    unit: str
    indicator: str
    entry: str
    kind: str = ""
    title: Text = Text()
    document: str = ""
    day: date | None = None
    rule: str = ""
    where: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Loading:
    """How much one fact moves (in its own unit of measure) when a common shock moves by one standard deviation."""

    unit: str
    indicator: str
    name: str
    entry: str
    shock: str
    loading: Fraction


@dataclass(frozen=True)
class Facts:
    """All facts of one cycle with the units they speak of."""

    units: tuple[Unit, ...]
    rows: tuple[Fact, ...]
    entries: tuple[Entry, ...] = ()
    loadings: tuple[Loading, ...] = ()
    simulated: bool = False

    @cached_property
    def index(self) -> Mapping[Key, Fact]:
        return {fact.key: fact for fact in self.rows}

    @cached_property
    def unit_index(self) -> Mapping[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def entry_index(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        """Entries by (unit, indicator), in order of day, then of name: no result depends on the order of rows."""
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            found.setdefault((entry.unit, entry.indicator), []).append(entry)
        return {key: tuple(sorted(rows, key=lambda e: (e.day or date.max, _counted(e.entry)))) for key, rows in found.items()}

    @cached_property
    def entry_ids(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Names of the entries that facts speak of, by (unit, indicator), in order."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for fact in self.rows:
            if fact.entry:
                found.setdefault((fact.unit, fact.indicator), {})[fact.entry] = None
        return {key: tuple(sorted(names, key=_counted)) for key, names in found.items()}

    def get(self, unit: str, indicator: str, name: str = "value", *, entry: str = "") -> Fact | None:
        return self.index.get((unit, indicator, name, "", entry))

    def superseding(self, *facts: Fact) -> Facts:
        """Return the facts with these in the place of those of the same key."""
        new = {fact.key: fact for fact in facts}
        kept = tuple(new.pop(fact.key, fact) for fact in self.rows)
        return replace(self, rows=kept + tuple(new.values()))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical text of units, facts, entries and loadings, whatever the order of the rows."""
        sha = hashlib.sha256()
        for line in _canonical_lines(self):
            sha.update(line.encode() + b"\n")
        return sha.hexdigest()

    def __repr__(self) -> str:
        return f"Facts({len(self.units)} units, {len(self.rows)} facts, {len(self.entries)} entries, digest {self.digest[:12]})"

    def to_polars(self) -> pl.DataFrame:
        """Return one row a fact; numbers as text, so that nothing is lost."""
        import polars as pl  # heavy; only notebooks and files ask for it

        return pl.DataFrame([_row(fact) for fact in self.rows], schema=dict.fromkeys(_COLUMNS, pl.String))

    def to_pandas(self) -> pd.DataFrame:
        return self.to_polars().to_pandas()


def _counted(name: str) -> list[tuple[bool, int, str]]:
    """Sorts e2 before e10."""
    return [(piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in re.split(r"(\d+)", name)]


_COLUMNS = ("unit", "indicator", "name", "period", "entry", "value", "status", "error", "source", "document")


def value_text(value: Fraction | date | str | None) -> str:
    """Return the canonical text of a fact's value."""
    return "" if value is None else canonical(value) if isinstance(value, Fraction) else str(value)


def _row(fact: Fact) -> dict[str, str | None]:
    error = None if fact.error is None else value_text(fact.error)
    tail = (value_text(fact.value) or None, fact.status.value, error, fact.source, fact.document)
    return dict(zip(_COLUMNS, (*fact.key, *tail), strict=True))


def _canonical_lines(facts: Facts) -> Iterator[str]:
    yield "windvane facts 1"
    yield from sorted(_line("U", u.code, u.cls, str(u.order), str(u.competes)) for u in facts.units)
    yield from sorted(_line("F", *(v or "" for v in _row(f).values())) for f in facts.rows)
    yield from sorted(_line("E", *map(str, _entry_values(e))) for e in facts.entries)
    yield from sorted(_line("L", x.unit, x.indicator, x.name, x.entry, x.shock, canonical(x.loading)) for x in facts.loadings)


def _line(*words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _entry_values(e: Entry) -> Iterable[object]:
    return (e.unit, e.indicator, e.entry, e.kind, e.title.zh, e.title.en, e.document, e.day or "", e.rule)
