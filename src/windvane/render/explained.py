"""The explanation of a total as values for the page: rule, formula, numbers, facts, accounts and entries, node by node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from windvane.additive import Line
from windvane.derivation import Derivation, Read, Shown
from windvane.exact import Absent
from windvane.ranking import places_of
from windvane.render.chart_text import MISSING, number
from windvane.render.entry_table import EntryTable, entry_table
from windvane.render.league import is_mean
from windvane.render.phrases import Phrases
from windvane.render.wording import Names, called, figure, minus, result, signed, worded
from windvane.scheme import Node
from windvane.scores import Scores
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Formula:
    """One line of arithmetic: as the scheme writes it, in words, with numbers, and its value."""

    name: str
    written: str
    words: str
    numbers: str
    value: str


@dataclass(frozen=True, slots=True)
class FactRow:
    title: str
    value: str
    measure: str
    error: str
    where: str  # source and document
    reason: str  # why there is no value


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line of the account; ``anchor`` leads to the part that it stands for."""

    title: str
    points: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """One node for one unit. ``state`` says why there are no points."""

    anchor: str
    title: str
    points: str
    full: str
    state: str
    note: str
    remark: str  # what the scheme did without data, or that a ledger is empty
    rule: str
    formulas: tuple[Formula, ...]
    params: tuple[tuple[str, str], ...]
    facts: tuple[FactRow, ...]
    account: tuple[AccountRow, ...]
    entries: EntryTable | None
    parts: tuple[Explained, ...]


class Explainer:
    """Turns derivations of one unit into values for the page; every anchor is given once."""

    def __init__(self, scores: Scores, say: Phrases, unit_anchor: str) -> None:
        self.scores, self.say, self.unit_anchor = scores, say, unit_anchor
        self.given: set[str] = set()

    def explain(self, d: Derivation, *, in_mean: bool = False) -> Explained:
        """``in_mean``: the node is a part of a mean, where the standard full marks hold unless it declares its own."""
        language, scheme = self.say.language, self.scores.plan.scheme
        cls = self.scores.facts.unit_index[d.unit].cls
        node, step = scheme.nodes[d.code], self.scores.plan.step(cls, d.code)
        names, empty = called(scheme, node, d, self.say), node.ledger is not None and not d.entries and not d.points
        full = step.full if in_mean and d.full is None else d.full
        return Explained(
            anchor=self.anchor(d.code),
            title=d.title.of(language),
            points="" if d.points is None else number(d.points, places_of(self.scores, cls, d.code)),
            full="" if full is None else number(full),
            state="" if d.points is not None else self.say.text(f"absent.{d.state}"),
            note=self.say.opening(node.note.of(language)),
            rule="" if empty else self.say.opening(d.rule.of(language)),
            remark=self.say.text("why.empty") if empty else self.policy(d, node),
            formulas=() if empty else tuple(self.formulas(d, names)),
            params=() if d.rule else tuple((name, minus(value)) for name, value in d.params),
            facts=tuple(self.fact(read) for read in d.reads),
            account=self.account(d),
            entries=entry_table(self.scores, d, names, self.say) if d.entries else None,
            parts=tuple(self.explain(part, in_mean=is_mean(step)) for part in d.parts),
        )

    def anchor(self, code: str) -> str:
        found = "" if code in self.given else node_anchor(self.unit_anchor, code)
        self.given.add(code)
        return found

    def policy(self, d: Derivation, node: Node) -> str:
        """What the scheme does where the formula gives nothing but there are points."""
        nothing = isinstance(self.scores.outcome(d.unit, d.code).raw, Absent)
        return self.say.text(f"policy.{node.missing}") if nothing and d.points is not None else ""

    def formulas(self, d: Derivation, names: Names) -> Iterator[Formula]:
        """The steps, then the points; a formula that is only a number is not shown."""
        for step in d.steps:
            yield self.formula(step.name, step, names)
        if d.formula.formula != d.formula.value:
            yield self.formula("", d.formula, names)

    def formula(self, name: str, step: Shown, names: Names) -> Formula:
        numbers = "" if step.numbers in (step.formula, step.value) else worded(step.numbers, {}, self.say)
        return Formula(name, step.formula, worded(step.formula, names, self.say), numbers, result(step.value, self.say))

    def fact(self, read: Read) -> FactRow:
        language = self.say.language
        reason = "" if read.value else self.say.text("absent.not_due" if read.status == "not_due" else "absent.missing")
        where = self.say.listed([x for x in (read.source.of(language), read.document) if x])
        value = read.word.of(language) or figure(read.value) or MISSING
        return FactRow(self.say.opening(read.title.of(language)), value, read.measure if read.value else "", read.error, where, reason)

    def account(self, d: Derivation) -> tuple[AccountRow, ...]:
        """Lines that add up to the points, where something beyond plain points of parts, facts or entries made them."""
        plain = ("constant", "formula", "entry", "full")
        if all(line.kind in plain or (line.kind == "part" and line.own == line.points) for line in d.lines):
            return ()
        parts = {part.code for part in d.parts}
        return tuple(self.account_row(line, linked=line.code in parts) for line in self.gathered(d.lines))

    def gathered(self, lines: Sequence[Line]) -> Iterator[Line]:
        """Entries stand in their own table; here they are one line."""
        entries = [line for line in lines if line.kind == "entry"]
        if entries:
            title = Text(*(Phrases(language).text("account.entries", n=len(entries)) for language in ("zh", "en")))
            yield Line("entries", "", title, sum((line.points for line in entries), Fraction(0)))
        yield from (line for line in lines if line.kind != "entry")

    def account_row(self, line: Line, *, linked: bool) -> AccountRow:
        title = line.title.of(self.say.language)
        if line.kind == "veto":
            title = self.say.text("account.veto", title=title)
        return AccountRow(title, signed(line.points), node_anchor(self.unit_anchor, line.code) if linked else "")


def node_anchor(unit_anchor: str, code: str) -> str:
    return f"{unit_anchor}--{anchor(code)}"


def anchor(code: str) -> str:
    """A code as part of an id: what is no letter, digit, dot, dash or underscore is written as its number.

    >>> anchor("省水利厅"), anchor("a b")
    ('省水利厅', 'a-32-b')
    """
    return re.sub(r"[^\w.-]", lambda found: f"-{ord(found[0])}-", code)
