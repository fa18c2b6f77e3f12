"""The explanation of a total as values for the page: rule, formula, numbers, facts, accounts and entries, node by node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from windvane.additive import Line
from windvane.derivation import Derivation, Read, Shown
from windvane.functions import FUNCTIONS
from windvane.render.chart_text import number
from windvane.render.phrases import Phrases
from windvane.scheme import Node
from windvane.scores import Scores

MOST_COLUMNS: Final = 3  # facts of entries that get a column of their own
_WORD: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)?")
_OPERATORS: Final = {"*": "×", "/": "÷", "-": "−", ">=": "≥", "<=": "≤", "!=": "≠"}


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
    reason: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line of the account; ``anchor`` leads to the part that it stands for."""

    title: str
    points: str
    kind: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    title: str
    item: str
    day: str
    rule: str
    cells: tuple[str, ...]
    numbers: str
    points: str
    full: str
    counted: str
    document: str
    met: bool


@dataclass(frozen=True, slots=True)
class EntryTable:
    """The rows of a ledger or target book. ``heads`` are the facts that have columns; ``rules`` the sentences that rows refer to."""

    ledger: bool
    heads: tuple[str, ...]
    rules: tuple[str, ...]
    rows: tuple[EntryRow, ...]
    sum: str


@dataclass(frozen=True, slots=True)
class Explained:
    anchor: str
    title: str
    points: str
    full: str
    share: float | None
    state: str
    note: str
    provider: str
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

    def of(self, text_zh_en: object) -> str:
        return str(text_zh_en)

    def explain(self, d: Derivation) -> Explained:
        node = self.scores.plan.scheme.nodes[d.code]
        anchor = "" if d.code in self.given else node_anchor(self.unit_anchor, d.code)
        self.given.add(d.code)
        language = self.say.language
        names = self.names(d, node)
        return Explained(
            anchor=anchor,
            title=d.title.of(language),
            points="" if d.points is None else number(d.points, d.places),
            full="" if d.full is None else number(d.full),
            share=None if d.points is None or not d.full else float(d.points / d.full),
            state="" if d.points is not None else self.say.text(f"absent.{d.state}"),
            note=node.note.of(language),
            provider=self.scores.plan.scheme.provider_title(d.provider).of(language) if d.provider else "",
            rule=d.rule.of(language),
            formulas=tuple(
                self.formula(step, names, i < len(d.steps)) for i, step in enumerate((*d.steps, d.formula)) if step.formula != step.value
            ),
            params=() if d.rule else d.params,
            facts=tuple(self.fact(read) for read in d.reads),
            account=self.account(d),
            entries=self.entries(d, node) if d.entries else None,
            parts=tuple(self.explain(part) for part in d.parts),
        )

    # Formulas

    def names(self, d: Derivation, node: Node) -> Mapping[str, str]:
        """What the names of a formula are called in the language of the page; parameters keep theirs."""
        say, language = self.say, self.say.language
        own = {name for name, _ in d.params} | {step.name for step in d.steps}
        found = {code: other.title.of(language) for code, other in self.scores.plan.scheme.nodes.items()}
        found |= {name: say.text(f"formula.{name}") for name in ("full", "weight", "parts", "entries", "sign")}
        found |= {read.name: read.title.of(language) for read in d.reads}
        if node.ledger is not None:
            found["entries"] = say.text("formula.ledger")
        return {name: title for name, title in found.items() if name not in own}

    def formula(self, step: Shown, names: Mapping[str, str], is_step: bool) -> Formula:
        numbers = "" if step.numbers in (step.formula, step.value) else self.typeset(step.numbers, {})
        return Formula(step.name if is_step else "", step.formula, self.typeset(step.formula, names), numbers, self.value(step.value))

    def value(self, text: str) -> str:
        return self.say.text(f"absent.{text.replace(' ', '_')}") if text in ("missing", "not due", "refused") else minus(text)

    def typeset(self, text: str, names: Mapping[str, str]) -> str:
        """Write a formula as people do: × ÷ −, names and functions in the language of the page."""
        words = " ".join(_OPERATORS.get(word, word) for word in text.split(" "))
        return _WORD.sub(lambda found: self.word(found[0], words[found.end() : found.end() + 1] == "(", names), minus(words))

    def word(self, word: str, called: bool, names: Mapping[str, str]) -> str:
        if called and word in FUNCTIONS:
            return self.say.text(f"function.{word}")
        if word in ("if", "else", "and", "or", "not", "missing"):
            return self.say.text(f"logic.{word}")
        base, _, name = word.partition(".")
        if name and base in names:
            return self.say.text("formula.member", base=names[base], name=names.get(name, name))
        return names.get(word, word)

    # Facts and accounts

    def fact(self, read: Read) -> FactRow:
        language = self.say.language
        reason = "" if read.value else self.say.text("absent.not_due" if read.status == "not_due" else "absent.missing")
        value = read.word.of(language) or minus(read.value) or "—"
        where = self.say.listed([x for x in (read.source.of(language), read.document) if x])
        return FactRow(read.title.of(language), value, read.measure if read.value else "", read.error, where, reason)

    def account(self, d: Derivation) -> tuple[AccountRow, ...]:
        """Lines that add up; not shown where they would only repeat the formula or the entries."""
        if not d.parts and all(line.kind in ("constant", "formula", "entry", "full") for line in d.lines):
            return ()
        return tuple(self.account_row(line, {part.code for part in d.parts}) for line in self.gathered(d.lines))

    def gathered(self, lines: Sequence[Line]) -> Iterator[Line]:
        """Entries stand in their own table; here they are one line."""
        entries = [line for line in lines if line.kind == "entry"]
        if entries:
            title = self.say.text("account.entries", n=len(entries))
            yield Line("entries", "", type(entries[0].title)(title, title), sum((line.points for line in entries), Fraction(0)))
        yield from (line for line in lines if line.kind != "entry")

    def account_row(self, line: Line, parts: set[str]) -> AccountRow:
        anchor = node_anchor(self.unit_anchor, line.code) if line.kind == "part" and line.code in parts else ""
        title = (
            self.say.text("account.veto", title=line.title.of(self.say.language))
            if line.kind == "veto"
            else line.title.of(self.say.language)
        )
        return AccountRow(title, exact_signed(line.points), line.kind, anchor)

    # Entries

    def entries(self, d: Derivation, node: Node) -> EntryTable:
        language, ledger = self.say.language, node.ledger is not None
        scored = {s.row.entry: s for s in self.scores.outcome(d.unit, d.code).entries}
        titles = dict.fromkeys(read.title.of(language) for entry in d.entries for read in entry.reads)
        heads = () if ledger else tuple(titles)[:MOST_COLUMNS] if len(titles) <= MOST_COLUMNS else (self.say.text("entry.facts"),)
        rules = () if ledger else tuple(dict.fromkeys(entry.rule.of(language) for entry in d.entries if entry.rule))
        counted = {line.code: line.points for line in d.lines if line.kind == "entry"}
        rows = []
        for entry in d.entries:
            row = scored[entry.code].row
            rows.append(
                self.entry(
                    entry,
                    heads,
                    counted,
                    row.task.item.of(language) if row.task else "",
                    row.day,
                    rules,
                    ledger,
                    row.task.clause if row.task else "",
                )
            )
        whole = sum(counted.values(), Fraction(0)) if len(counted) == len(d.entries) else None
        return EntryTable(ledger, heads, rules, tuple(rows), "" if whole is None else self.amount(whole, ledger))

    def entry(
        self,
        e: Derivation,
        heads: Sequence[str],
        counted: Mapping[str, Fraction],
        item: str,
        day: date | None,
        rules: Sequence[str],
        ledger: bool,
        clause: str,
    ) -> EntryRow:
        language = self.say.language
        rule = e.rule.of(language)
        documents = [
            e.document,
            *(read.document for read in e.reads),
            *(f"{read.source.of(language)} {clause}".strip() for read in e.reads if not read.document and read.source),
        ]
        return EntryRow(
            title=e.title.of(language),
            item=item,
            day=day.isoformat() if day else "",
            rule=rule if ledger else (str(rules.index(rule) + 1) if rule in rules and len(rules) > 1 else ""),
            cells=() if ledger else self.cells(e.reads, heads),
            numbers=self.numbers(e, ledger),
            points="—" if e.points is None else self.amount(e.points, ledger),
            full="" if e.full is None else number(e.full),
            counted=self.counted(e, counted, ledger),
            document=self.say.text("mark.semicolon").join(dict.fromkeys(x for x in documents if x)),
            met=e.points is not None and (e.full is None or e.points >= e.full),
        )

    def cells(self, reads: Sequence[Read], heads: Sequence[str]) -> tuple[str, ...]:
        shown = {read.title.of(self.say.language): minus(read.shown(self.say.language)) for read in reads}
        if len(heads) == 1 and heads[0] == self.say.text("entry.facts"):
            return (self.say.text("mark.semicolon").join(f"{title} {value}" for title, value in shown.items()),)
        return tuple(shown.get(head, "") for head in heads)

    def numbers(self, e: Derivation, ledger: bool) -> str:
        """What the kind's limit left of a ledger entry; of an own indicator the formula with its numbers."""
        if ledger:
            cut = [line for line in e.lines if line.kind == "kind_cap"]
            return (
                self.say.text("entry.cut", given=exact_signed(e.lines[0].points), title=cut[0].title.of(self.say.language)) if cut else ""
            )
        return f"{self.typeset(e.formula.numbers, {})} = {self.value(e.formula.value)}" if e.formula.numbers != e.formula.value else ""

    def counted(self, e: Derivation, counted: Mapping[str, Fraction], ledger: bool) -> str:
        return "" if ledger or e.code not in counted else number(counted[e.code], 2)

    def amount(self, points: Fraction, ledger: bool) -> str:
        return exact_signed(points) if ledger else number(points, 2)


def exact_signed(points: Fraction) -> str:
    return number(points, signed=True) if points else "0"


def minus(text: str) -> str:
    """A true minus sign before figures that are below zero."""
    return re.sub(r"(?<![\w.)-])-(?=\d)", "−", text)


def node_anchor(unit_anchor: str, code: str) -> str:
    return f"{unit_anchor}--{anchor(code)}"


def anchor(code: str) -> str:
    """A code as part of an id: what is no letter, digit, dot, dash or underscore is written as its number.

    >>> anchor("省水利厅"), anchor("a b")
    ('省水利厅', 'a-32-b')
    """
    return re.sub(r"[^\w.-]", lambda found: f"-{ord(found[0])}-", code)
