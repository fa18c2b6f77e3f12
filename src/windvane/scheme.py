"""The scheme: how units are scored. Frozen nouns; ``reading`` builds them from a document, ``plan`` resolves them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

from windvane.formula import Expr
from windvane.text import Text

ROOT: Final = "total"
Document: TypeAlias = Mapping[str, object]
Number: TypeAlias = Fraction | date
Param: TypeAlias = Number | tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One value of a setting: for a class (None: all) from a day (None: always)."""

    value: Param
    cls: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that may differ by class and from a date."""

    cases: tuple[Case, ...]

    def at(self, cls: str, day: date | None) -> Param | None:
        """Return the value in force for a class on a day (None: the latest), or None where it has none."""
        mine = [c for c in self.cases if c.cls in (None, cls) and (day is None or c.since is None or c.since <= day)]
        return max(mine, key=lambda c: c.since or date.min).value if mine else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A formula with a name: ``say`` is its sentence, with parameters in braces."""

    name: str
    title: Text
    say: Text
    points: Expr
    params: Mapping[str, Setting] = field(default_factory=dict, hash=False)
    where: tuple[tuple[str, Expr], ...] = ()
    facts: Mapping[str, Text] = field(default_factory=dict, hash=False)
    source: Text = Text()


@dataclass(frozen=True, slots=True)
class Formula:
    """The points of a node or entry: a rule by name, or a formula of its own; its parameters and steps."""

    expr: Expr
    rule: str = ""
    params: Mapping[str, Setting] = field(default_factory=dict, hash=False)
    where: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of ledger entry: ``amount`` fixed (low = high) or a range; ``cap`` limits the kind's total."""

    code: str
    title: Text
    low: Setting | None
    high: Setting | None
    cap: Setting | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that a qualitative ``value`` may carry, and its number."""

    code: str
    title: Text
    value: Setting


@dataclass(frozen=True, slots=True)
class Entries:
    """Many rows of facts per unit. ``rules`` are those an own indicator may choose instead of ``formula``."""

    formula: Formula
    rules: Mapping[str, Formula] = field(default_factory=dict, hash=False)
    facts: Mapping[str, Text] = field(default_factory=dict, hash=False)
    full: Setting | None = None
    choices: tuple[Choice, ...] = ()
    missing: str = "refuse"


@dataclass(frozen=True, slots=True)
class Node:
    """Inputs → formula → points. ``parts`` are its own children, ``take`` nodes that live elsewhere."""

    code: str
    title: Text
    formula: Formula
    parts: tuple[Node, ...] = ()
    note: Text = Text()
    provider: str = ""
    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    weight: Expr | None = None
    full: Setting | None = None
    facts: Mapping[str, Text] = field(default_factory=dict, hash=False)
    measure: str = ""
    better: str = "high"
    range: tuple[Number, Number] | None = None
    choices: tuple[Choice, ...] = ()
    missing: str = "refuse"
    at_least: Expr | None = None
    at_least_share: bool = False  # written as a share of the parts that apply
    floor: Setting | None = None
    cap: Setting | None = None
    round: Setting | None = None
    classes: tuple[str, ...] = ()
    entries: Entries | None = None
    ledger: Mapping[str, Kind] | None = field(default=None, hash=False)
    where: str = field(default="", compare=False)

    @property
    def is_leaf(self) -> bool:
        return not self.parts and not self.take

    def applies(self, cls: str) -> bool:
        return not self.classes or cls in self.classes

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, top down."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class RankingPolicy:
    exact: bool = False
    dense: bool = False
    breakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Veto:
    when: Expr
    at_best: str
    title: Text


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats (``share=False``) or a share of the ranked units, by class."""

    setting: Setting
    share: bool
    rounding: str = "half_up"


@dataclass(frozen=True, slots=True)
class Grade:
    code: str
    title: Text
    quota: Quota | None = None
    top: Quota | None = None
    when: Expr | None = None
    promote_when: Expr | None = None
    promote_quota: Quota | None = None


@dataclass(frozen=True)
class Scheme:
    """A versioned, checked, published text. ``document`` is its content, from which the digest is made."""

    title: Text
    document: Document = field(repr=False, hash=False)
    root: Node = field(repr=False)
    source: Text = Text()
    simulated: bool = False
    start: date | None = None
    end: date | None = None
    classes: Mapping[str, Text] = field(default_factory=dict, hash=False)
    providers: Mapping[str, Text] = field(default_factory=dict, hash=False)
    rules: Mapping[str, Rule] = field(default_factory=dict, hash=False, repr=False)
    beside: tuple[Node, ...] = field(default=(), repr=False)
    ranking: RankingPolicy = RankingPolicy()
    vetoes: tuple[Veto, ...] = field(default=(), repr=False)
    grades: tuple[Grade, ...] = field(default=(), repr=False)

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """Every node by its code, the tree first, top down."""
        return {node.code: node for top in (self.root, *self.beside) for node in top.walk()}

    @cached_property
    def parents(self) -> Mapping[str, Node]:
        """The node that owns each part."""
        return {part.code: node for node in self.nodes.values() for part in node.parts}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical text of the document."""
        return hashlib.sha256(json.dumps(self.document, ensure_ascii=False, sort_keys=False).encode()).hexdigest()

    def class_title(self, cls: str) -> Text:
        return self.classes.get(cls, Text(cls))

    def provider_title(self, code: str) -> Text:
        return self.providers.get(code, Text(code))

    def grade_title(self, code: str) -> Text:
        return next((g.title for g in self.grades if g.code == code), Text(code))
