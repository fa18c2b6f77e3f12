"""Compile: a scheme with its target books, resolved for every class on one day, in the order of need."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

from windvane.book import Book, Task
from windvane.formula import Expr, Member, Name, names
from windvane.keys import STANDARD_FACTS
from windvane.problems import Problem, WindvaneError
from windvane.scheme import Choice, Formula, Kind, Node, Number, Param, Scheme, Setting

FULL: Final = Fraction(100)
Resolved: TypeAlias = Fraction | tuple[Fraction, ...]


class PlanError(WindvaneError):
    """The scheme or the books have errors; ``problems`` says which. Run ``check`` first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(p.say("en") for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class EntryStep:
    """How the entries of a node are scored: by default, or by a rule that an entry chooses."""

    default: Formula
    rules: Mapping[str, Formula]
    full: Fraction
    missing: str
    choices: Mapping[str, Fraction]
    kinds: Mapping[str, Kind] | None  # None: not a ledger


@dataclass(frozen=True, slots=True)
class Step:
    """One node for one class: every setting resolved, ``parts`` with what it takes from elsewhere."""

    node: Node
    parts: tuple[str, ...]
    params: Mapping[str, Resolved]
    full: Fraction
    floor: Fraction | None
    cap: Fraction | None
    round: int | None
    choices: Mapping[str, Fraction]
    entry: EntryStep | None

    @property
    def code(self) -> str:
        return self.node.code

    @property
    def sign(self) -> Fraction:
        return Fraction(1 if self.node.better == "high" else -1)


@dataclass(frozen=True)
class Plan:
    """What ``score`` runs: for every class its steps, children before parents."""

    scheme: Scheme = field(repr=False)
    books: Mapping[str, Book] = field(repr=False)
    day: date | None
    classes: Mapping[str, tuple[Step, ...]] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the digests of the scheme and of all books, and the day."""
        lines = [self.scheme.digest, str(self.day or ""), *(f"{unit} {self.books[unit].digest}" for unit in sorted(self.books))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def step(self, cls: str, code: str) -> Step:
        return self.index[cls][code]

    @cached_property
    def index(self) -> Mapping[str, Mapping[str, Step]]:
        return {cls: {step.code: step for step in steps} for cls, steps in self.classes.items()}

    def tasks(self, unit: str, slot: str) -> tuple[Task, ...]:
        """Return the tasks in force of a unit under a slot."""
        book = self.books.get(unit)
        return book.in_force(slot, self.day) if book else ()

    @cached_property
    def booked_slots(self) -> frozenset[str]:
        """Nodes whose entries are ruled by target books."""
        return frozenset(task.slot for book in self.books.values() for task in book.tasks)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{cls}: {len(steps)} nodes" for cls, steps in self.classes.items())
        return f"Plan({self.scheme.title.of('en')}; {sizes}; {len(self.books)} books; digest {self.digest[:12]})"


def compile_scheme(scheme: Scheme, books: Iterable[Book] = (), *, day: date | None = None) -> Plan:
    """Resolve a scheme for every class; dated settings are read on ``day`` (default: the end of the cycle).

    Raises ``PlanError`` where nodes need each other in a circle or two books speak of one unit.
    """
    day = day or scheme.end
    by_unit: dict[str, Book] = {}
    for book in books:
        if book.unit in by_unit:
            raise PlanError([Problem("scheme.book_twice", book.unit, {"unit": book.unit})])
        by_unit[book.unit] = book
    classes = {cls: tuple(_step(scheme, node, cls, day) for node in ordered(scheme, cls)) for cls in scheme.classes}
    return Plan(scheme, by_unit, day, classes)


def number_of(value: Number) -> Fraction:
    """A date inside formulas is its day number."""
    return Fraction(value.toordinal()) if isinstance(value, date) else value


def resolve(value: Param) -> Resolved:
    return tuple(map(number_of, value)) if isinstance(value, tuple) else number_of(value)


def resolve_params(params: Mapping[str, Setting], cls: str, day: date | None) -> dict[str, Resolved]:
    found = {name: setting.at(cls, day) for name, setting in params.items()}
    return {name: resolve(value) for name, value in found.items() if value is not None}


def number_at(setting: Setting | None, cls: str, day: date | None) -> Fraction | None:
    value = setting.at(cls, day) if setting else None
    return value if isinstance(value, Fraction) else None


def _step(scheme: Scheme, node: Node, cls: str, day: date | None) -> Step:
    places = number_at(node.round, cls, day)
    full = number_at(node.full, cls, day)
    return Step(
        node=node,
        parts=effective_parts(scheme, node, cls),
        params=resolve_params(node.formula.params, cls, day),
        full=FULL if full is None else full,
        floor=number_at(node.floor, cls, day),
        cap=number_at(node.cap, cls, day),
        round=None if places is None else int(places),
        choices=_choices(node.choices, cls, day),
        entry=_entry_step(node, cls, day),
    )


def _choices(choices: Iterable[Choice], cls: str, day: date | None) -> dict[str, Fraction]:
    """Words that a value may carry: the code, and the titles in both languages."""
    found: dict[str, Fraction] = {}
    for choice in choices:
        value = number_at(choice.value, cls, day)
        for word in (choice.code, choice.title.zh, choice.title.en):
            if word and value is not None:
                found[word] = value
    return found


def _entry_step(node: Node, cls: str, day: date | None) -> EntryStep | None:
    if node.ledger is not None:
        return EntryStep(Formula(Name("amount")), {}, Fraction(1), "refuse", {}, node.ledger)
    if node.entries is None:
        return None
    entries = node.entries
    full = number_at(entries.full, cls, day)
    return EntryStep(
        entries.formula, entries.rules, Fraction(1) if full is None else full, entries.missing, _choices(entries.choices, cls, day), None
    )


def effective_parts(scheme: Scheme, node: Node, cls: str) -> tuple[str, ...]:
    """Own parts, then what it takes; a taken parent stands for all its parts."""
    taken = [part for code in node.take for part in _stands_for(scheme, code)]
    out = {part for code in node.leave for part in (code, *_stands_for(scheme, code))}
    codes = [part.code for part in node.parts] + [code for code in taken if code not in out]
    return tuple(code for code in dict.fromkeys(codes) if scheme.nodes[code].applies(cls))


def _stands_for(scheme: Scheme, code: str) -> list[str]:
    node = scheme.nodes[code]
    return [part.code for part in node.parts] if node.parts else [code]


def formulas(node: Node) -> Iterator[Expr]:
    """Yield every formula of a node that is computed in its own scope."""
    yield node.formula.expr
    yield from (expr for _, expr in node.formula.where)
    yield from (expr for expr in (node.weight, node.at_least) if expr is not None)


def needs(scheme: Scheme, node: Node, cls: str) -> list[str]:
    """Codes of the nodes that must be computed before this one."""
    own = {*node.formula.params, *_step_names(node), *STANDARD_FACTS, *node.facts, "full", "weight", "sign", "parts", "entries"}
    found = list(effective_parts(scheme, node, cls))
    for expr in formulas(node):
        for read in names(expr):
            code = read.name if isinstance(read, Name) else read.base
            if (
                code in scheme.nodes
                and code not in own
                and not (isinstance(read, Member) and read.name not in _step_names(scheme.nodes[code]))
            ):
                found.append(code)
    return list(dict.fromkeys(found))


def _step_names(node: Node) -> set[str]:
    return {name for name, _ in node.formula.where}


def ordered(scheme: Scheme, cls: str) -> list[Node]:
    """Nodes of a class, what is needed first. Raises ``PlanError`` on a circle."""
    done: dict[str, Node] = {}
    open_: list[str] = []

    def visit(code: str) -> None:
        if code in done or not scheme.nodes[code].applies(cls):
            return
        if code in open_:
            circle = " → ".join([*open_[open_.index(code) :], code])
            raise PlanError([Problem("scheme.circle", scheme.nodes[code].where, {"circle": circle})])
        open_.append(code)
        for need in needs(scheme, scheme.nodes[code], cls):
            visit(need)
        open_.pop()
        done[code] = scheme.nodes[code]

    for code in scheme.nodes:
        if _reached(scheme, code, cls):
            visit(code)
    return list(done.values())


def _reached(scheme: Scheme, code: str, cls: str) -> bool:
    """Whether a node and everything above it apply to a class."""
    node = scheme.nodes[code]
    parent = scheme.parents.get(code)
    return node.applies(cls) and (parent is None or _reached(scheme, parent.code, cls))
