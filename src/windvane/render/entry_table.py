"""The rows of a ledger or target book under the explanation of a node: facts, arithmetic, points, documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from windvane.derivation import Derivation, Read
from windvane.ledger import Row
from windvane.render.chart_text import MISSING, number
from windvane.render.phrases import Phrases
from windvane.render.wording import Names, figure, result, signed, worded
from windvane.scores import Scores

MOST_COLUMNS: Final = 3  # facts that get a column of their own


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row as text. ``rule`` is the kind of a ledger entry, or the number of the rule that an own indicator follows."""

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
    """``heads`` are the facts that have columns, ``rules`` the sentences that rows refer to by number."""

    ledger: bool
    heads: tuple[str, ...]
    rules: tuple[str, ...]
    rows: tuple[EntryRow, ...]
    sum: str


def entry_table(scores: Scores, d: Derivation, names: Names, say: Phrases) -> EntryTable:
    node = scores.plan.scheme.nodes[d.code]
    rows = {scored.row.entry: scored.row for scored in scores.outcome(d.unit, d.code).entries}
    counted = {line.code: line.points for line in d.lines if line.kind == "entry"}
    whole = sum(counted.values(), Fraction(0)) if len(counted) == len(d.entries) else None
    if node.ledger is not None:
        shown = tuple(_ledger_row(entry, rows[entry.code], say) for entry in d.entries)
        return EntryTable(True, (), (), shown, "" if whole is None else signed(whole))
    heads, rules = _heads(d.entries, say), _distinct(say.opening(entry.rule.of(say.language)) for entry in d.entries)
    shown = tuple(_own_row(entry, rows[entry.code], heads, rules, counted, names, say) for entry in d.entries)
    return EntryTable(False, heads, rules, shown, "" if whole is None else number(whole, 2))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _heads(entries: Sequence[Derivation], say: Phrases) -> tuple[str, ...]:
    """A column for each fact, or one for all where there are many."""
    titles = _distinct(say.opening(read.title.of(say.language)) for entry in entries for read in entry.reads)
    return titles if len(titles) <= MOST_COLUMNS else (say.text("entry.facts"),)


def _ledger_row(entry: Derivation, row: Row, say: Phrases) -> EntryRow:
    cut = next((line for line in entry.lines if line.kind == "kind_cap"), None)
    numbers = say.text("entry.cut", given=signed(entry.lines[0].points), title=cut.title.of(say.language)) if cut else ""
    return EntryRow(
        title=entry.title.of(say.language),
        item="",
        day=row.day.isoformat() if row.day else "",
        rule=entry.rule.of(say.language),
        cells=(),
        numbers=numbers,
        points=MISSING if entry.points is None else signed(entry.points),
        full="",
        counted="",
        document=entry.document,
        met=True,
    )


def _own_row(
    entry: Derivation,
    row: Row,
    heads: Sequence[str],
    rules: Sequence[str],
    counted: Mapping[str, Fraction],
    names: Names,
    say: Phrases,
) -> EntryRow:
    rule, title, task = say.opening(entry.rule.of(say.language)), entry.title.of(say.language), row.task
    item = task.item.of(say.language) if task else ""
    return EntryRow(
        title=title,
        item="" if title.startswith(item) else item,
        day="",
        rule=str(rules.index(rule) + 1) if rule else "",
        cells=_cells(entry.reads, heads, say),
        numbers=_arithmetic(entry, names, say),
        points=MISSING if entry.points is None else number(entry.points, 2),
        full="" if entry.full is None else number(entry.full),
        counted=number(counted[entry.code], 2) if entry.code in counted else "",
        document=say.text("mark.semicolon").join(_documents(entry, task.clause if task else "", say)),
        met=entry.points is not None and (entry.full is None or entry.points >= entry.full),
    )


def _cells(reads: Sequence[Read], heads: Sequence[str], say: Phrases) -> tuple[str, ...]:
    shown = {say.opening(read.title.of(say.language)): replace(read, value=figure(read.value)).shown(say.language) for read in reads}
    if heads == (say.text("entry.facts"),) and heads[0] not in shown:
        return (say.text("mark.semicolon").join(f"{title} {value}" for title, value in shown.items()),)
    return tuple(shown.get(head, "") for head in heads)


def _arithmetic(entry: Derivation, names: Names, say: Phrases) -> str:
    """The formula with its numbers; where nothing was put in, the formula itself."""
    shown = entry.formula
    if shown.numbers == shown.value:
        return ""
    return f"{worded(shown.numbers, names, say)} = {result(shown.value, say)}"


def _documents(entry: Derivation, clause: str, say: Phrases) -> tuple[str, ...]:
    """What proves the facts, then where the targets come from, with the clause."""
    sources = [f"{source} {clause}".strip() for read in entry.reads if not read.document and (source := read.source.of(say.language))]
    return _distinct([entry.document, *(read.document for read in entry.reads), *sources])
