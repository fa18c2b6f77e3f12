"""Facts against the scheme: who they speak of, what reads them, whether their values can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from windvane.checks.findings import error, listed, note, warning
from windvane.checks.settings import reached
from windvane.decimals import decimal_text
from windvane.facts import Entry, Fact, Facts, Status
from windvane.fitting import unfit
from windvane.formula import Call, Expr, Member, Name, names, walk
from windvane.keys import ENTRY_FACTS
from windvane.plan import formulas, number_of
from windvane.problems import Problem, Severity
from windvane.scheme import ROOT, Choice, Formula, Node, Number, Param, Scheme


def check_facts(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    yield from unfit(scheme, facts)
    yield from _check_unread(scheme, facts)
    yield from _check_values(scheme, facts)
    yield from _check_entries(scheme, facts)
    yield from _check_silence(scheme, facts)


def _said(code: str, where: str, **params: str) -> Problem:
    return Problem(f"score.{code}", where, params)


def _doubted(code: str, **params: str) -> Problem:
    return Problem(f"score.{code}", "", params, Severity.WARNING)


def read_facts(scheme: Scheme) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Names of facts that formulas read, by node: of the node itself, and of its entries."""
    found = {code: (_own_reads(node), _entry_reads(node)) for code, node in scheme.nodes.items()}
    everywhere = [expr for node in scheme.nodes.values() for expr in formulas(node)] + _conditions(scheme)
    for expr in everywhere:
        for read in names(expr):
            if isinstance(read, Member) and read.base in found:
                own, entries = found[read.base]
                found[read.base] = (own | {read.name}, entries)
    return found


def _conditions(scheme: Scheme) -> list[Expr]:
    found = [veto.when for veto in scheme.vetoes]
    return found + [expr for grade in scheme.grades for expr in (grade.when, grade.promote_when) if expr]


def _own_reads(node: Node) -> frozenset[str]:
    known = {*node.formula.params, *(name for name, _ in node.formula.where), "full", "sign", "parts", "entries"}
    return frozenset(read.name for expr in formulas(node) for read in names(expr) if isinstance(read, Name) and read.name not in known)


def _entry_reads(node: Node) -> frozenset[str]:
    if node.ledger is not None:
        return frozenset({"amount", "weight"})
    if node.entries is None:
        return frozenset()
    found = {"weight", "full"}
    for formula in (node.entries.formula, *node.entries.rules.values()):
        found |= needed_facts(formula)
    return frozenset(found)


def needed_facts(formula: Formula) -> set[str]:
    """Names that an entry's formula reads and that are not its own parameters or steps."""
    known = {*formula.params, *(name for name, _ in formula.where), "full", "weight", "sign"}
    exprs = (formula.expr, *(expr for _, expr in formula.where))
    return {read.name for expr in exprs for read in names(expr) if isinstance(read, Name) and read.name not in known}


def _check_unread(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    read = read_facts(scheme)
    absent: dict[tuple[str, str], list[str]] = {}
    unread: dict[tuple[str, str], list[str]] = {}
    applies = {(code, cls): reached(scheme, code, cls) for code in scheme.nodes for cls in scheme.classes}
    for fact in facts.rows:
        unit = facts.unit_index.get(fact.unit)
        if fact.indicator not in scheme.nodes or unit is None or unit.cls not in scheme.classes:
            continue
        if not applies[fact.indicator, unit.cls]:
            absent.setdefault((fact.indicator, unit.cls), []).append(fact.unit)
        elif not fact.period and fact.name not in read[fact.indicator][bool(fact.entry)]:
            unread.setdefault((fact.indicator, fact.name), []).append(fact.unit)
    yield from (_said("not_for_class", "", unit=listed(units), node=node) for (node, _), units in absent.items())
    for (node, name), units in unread.items():
        tell = _doubted if name in ENTRY_FACTS else _slip
        yield tell("unread", unit=listed(units), node=node, name=name)


def _slip(code: str, **params: str) -> Problem:
    """A name that is neither standard nor read is a slip of the keyboard: what it meant would otherwise be missing."""
    return _said(code, "", **params)


# Values --------------------------------------------------------------------------------------------------------------


def _check_values(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    for fact in facts.rows:
        node = scheme.nodes.get(fact.indicator)
        if node is None or fact.status is not Status.REPORTED or fact.value is None:
            continue
        if isinstance(fact.value, str):
            yield from _check_word(node, fact, fact.value)
        elif fact.name in MEASURED and isinstance(fact.value, date) and not _may_be_date(node, bool(fact.entry)):
            yield _said("date_here", fact.where, unit=fact.unit, node=fact.indicator, value=str(fact.value))
        elif fact.name in MEASURED and not isinstance(fact.value, date) and node.measure == "date":
            yield _said("no_date", fact.where, unit=fact.unit, node=fact.indicator, value=decimal_text(fact.value))
        elif node.range is not None and fact.name == "value" and not fact.entry:
            yield from _check_range(fact, fact.value, node.range)


MEASURED = ("value", "target", "base", "previous")


def _may_be_date(node: Node, entry: bool) -> bool:
    """Whether a value may be a day: the measure, the range or a parameter says so, or the formula counts days."""
    if node.measure == "date" or (node.range is not None and isinstance(node.range[0], date)):
        return True
    formulas = [node.formula] if not entry else [node.entries.formula, *node.entries.rules.values()] if node.entries else []
    return any(_reads_days(formula) for formula in formulas)


def _reads_days(formula: Formula) -> bool:
    exprs = (formula.expr, *(expr for _, expr in formula.where))
    counts = any(isinstance(e, Call) and e.function == "days" for expr in exprs for e in walk(expr))
    return counts or any(isinstance(v, date) for s in formula.params.values() for c in s.cases for v in _values(c.value))


def _values(value: Param) -> tuple[Number, ...]:
    return value if isinstance(value, tuple) else (value,)


def _check_word(node: Node, fact: Fact, word: str) -> Iterator[Problem]:
    choices = node.entries.choices if fact.entry and node.entries else node.choices
    known = _words(choices) if fact.name == "value" else []
    if word not in known:
        place = " / ".join(part for part in (fact.indicator, fact.entry) if part)
        code, near = ("choice", listed(known)) if known else ("not_number", "")
        yield _said(code, fact.where, unit=fact.unit, node=place, word=word, near=near)


def _words(choices: Iterable[Choice]) -> list[str]:
    return [word for choice in choices for word in (choice.code, choice.title.zh, choice.title.en) if word]


def _plain(value: Fraction | date) -> str:
    return decimal_text(value) if isinstance(value, Fraction) else str(value)


def _check_range(fact: Fact, value: Fraction | date, span: tuple[Number, Number]) -> Iterator[Problem]:
    low, high = (_plain(end) for end in span)
    if isinstance(value, date) != isinstance(span[0], date) or not number_of(span[0]) <= number_of(value) <= number_of(span[1]):
        yield _said("range", fact.where, unit=fact.unit, node=fact.indicator, value=_plain(value), low=low, high=high)


def _check_entries(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    nameless: dict[str, list[str]] = {}
    outside: dict[str, list[str]] = {}
    documents: dict[tuple[str, ...], list[str]] = {}
    for entry in facts.entries:
        node = scheme.nodes.get(entry.indicator)
        if node is None:
            continue
        yield from _check_entry(node, entry)
        if node.ledger is not None and entry.document:
            documents.setdefault((entry.unit, node.code, entry.kind, entry.document), []).append(entry.entry)
        if node.ledger is not None and not entry.document:
            nameless.setdefault(node.code, []).append(f"{entry.unit}/{entry.entry}")
        if entry.day and ((scheme.start and entry.day < scheme.start) or (scheme.end and entry.day > scheme.end)):
            outside.setdefault(node.code, []).append(f"{entry.unit}/{entry.entry}")
    yield from (note("no_document", code, entries=listed(rows)) for code, rows in nameless.items())
    for (unit, code, _, document), rows in documents.items():
        if len(rows) > 1:
            yield warning("same_document", f"{unit} / {code}", entries=listed(rows), document=document)
    cycle = {"start": str(scheme.start or "—"), "end": str(scheme.end or "—")}
    yield from (warning("outside_cycle", code, entries=listed(rows), **cycle) for code, rows in outside.items())


def _check_entry(node: Node, entry: Entry) -> Iterator[Problem]:
    said = {"unit": entry.unit, "node": node.code, "entry": entry.entry}
    if node.entries is None and node.ledger is None:
        yield error("entry_nowhere", entry.where or f"{entry.unit} / {node.code}", entry=entry.entry)
    elif node.ledger is not None and entry.kind not in node.ledger:
        yield _said("kind", entry.where, kind=entry.kind or "—", near=listed(node.ledger), **said)
    elif node.entries is not None and entry.rule and entry.rule not in allowed_rules(node):
        yield _said("rule", entry.where, rule=entry.rule, near=listed(allowed_rules(node)) or "—", **said)


def allowed_rules(node: Node) -> list[str]:
    """Rules that an own indicator of this node may name."""
    if node.entries is None:
        return []
    return list(dict.fromkeys(name for name in (node.entries.formula.rule, *node.entries.rules) if name))


def _check_silence(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Leaves that want facts and of which no unit of the class has any."""
    classes = {unit.code: unit.cls for unit in facts.units}
    spoken = {(fact.indicator, classes.get(fact.unit, "")) for fact in facts.rows}
    spoken |= {(entry.indicator, classes.get(entry.unit, "")) for entry in facts.entries}
    peopled = set(classes.values())
    read = read_facts(scheme)
    for node in scheme.nodes.values():
        wants = node.ledger is None and (node.entries is not None or read[node.code][0] - set(scheme.nodes) - {"weight"})
        silent = [cls for cls in scheme.classes if cls in peopled and reached(scheme, node.code, cls) and (node.code, cls) not in spoken]
        if wants and silent and node.is_leaf and node.code != ROOT:
            yield warning("silent", node.where, node=node.code, classes=listed(str(scheme.class_title(cls)) for cls in silent))
