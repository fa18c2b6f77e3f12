"""The tree: full marks that add up, weights that look like per cent, rules that hide, ledgers that cannot count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from windvane.checks.findings import error, listed, note, shown, warning
from windvane.checks.settings import days_of, reached
from windvane.checks.span import Spans
from windvane.formula import Call, Expr, Member, Name, Number, names
from windvane.keys import STANDARD_FACTS
from windvane.plan import FULL, effective_parts, number_at
from windvane.problems import Problem
from windvane.scheme import ROOT, Formula, Kind, Node, Scheme
from windvane.text import Text


def check_tree(scheme: Scheme, spans: Mapping[str, Spans]) -> Iterator[Problem]:
    for node in scheme.nodes.values():
        by_class = {cls: _check_node(scheme, node, cls, spans[cls]) for cls in scheme.classes if reached(scheme, node.code, cls)}
        yield from _told_once(scheme, by_class)
        for kind in (node.ledger or {}).values():
            yield from _check_kind(scheme, node, kind)
    yield from _check_steps(scheme)
    yield from _check_gaps(scheme)
    yield from _check_titles(scheme)


def _check_node(scheme: Scheme, node: Node, cls: str, spans: Spans) -> list[Problem]:
    found = [*_check_full(scheme, node, cls), *_check_weights(scheme, node, cls), *_check_limits(scheme, node, cls)]
    return [*found, *_check_span(node, cls, spans)]


def _check_limits(scheme: Scheme, node: Node, cls: str) -> Iterator[Problem]:
    """A floor above the cap would give every unit the same points."""
    for day in days_of(scheme, [node.floor, node.cap]):
        floor, cap = number_at(node.floor, cls, day), number_at(node.cap, cls, day)
        if floor is not None and cap is not None and floor > cap:
            yield error("floor_above_cap", node.where, floor=shown(floor), cap=shown(cap))


def _told_once(scheme: Scheme, by_class: Mapping[str, list[Problem]]) -> Iterator[Problem]:
    """What is wrong in every class is said once, the rest with its classes."""
    for problem in dict.fromkeys(problem for found in by_class.values() for problem in found):
        classes = [cls for cls, found in by_class.items() if problem in found]
        named = f" ({listed(str(scheme.class_title(cls)) for cls in classes)})" if len(classes) < len(by_class) else ""
        yield replace(problem, where=problem.where + named)


def _sums(node: Node) -> bool:
    return node.formula.expr == Call("sum", (Name("parts"),))


def _check_full(scheme: Scheme, node: Node, cls: str) -> Iterator[Problem]:
    """Declared full marks of the parts of a sum add up to those of the sum; a part without them is outside the hundred."""
    if not _sums(node):
        return
    parts = [part for code in effective_parts(scheme, node, cls) if (part := scheme.nodes[code]).full]
    for day in days_of(scheme, [node.full, *(part.full for part in parts)]) if parts else []:
        total = sum((number_at(part.full, cls, day) or Fraction(0) for part in parts), Fraction(0))
        full = number_at(node.full, cls, day) if node.full else FULL if node.code == ROOT else None
        where = node.where if day == scheme.end else f"{node.where} ({day})"
        if full is None:
            yield note("full_unsaid", where, sum=shown(total))
        elif full != total:
            yield error("full_sum", where, full=shown(full), sum=shown(total), parts=listed(part.code for part in parts))


def _check_weights(scheme: Scheme, node: Node, cls: str) -> Iterator[Problem]:
    weights = [scheme.nodes[code].weight for code in effective_parts(scheme, node, cls)]
    every = [part.weight for part in node.parts]
    fixed = [w.value for w in weights if isinstance(w, Number)]
    negative = [part.code for part in node.parts if isinstance(part.weight, Number) and part.weight.value < 0]
    if negative:
        yield error("weight_negative", node.where, parts=listed(negative))
    if fixed and len(fixed) == len(weights) and not any(fixed):
        yield error("weight_nothing", node.where)
    if _almost_hundred(weights) and _almost_hundred(every):
        total = sum((w.value for w in weights if isinstance(w, Number)), Fraction(0))
        yield warning("weights_sum", node.where, sum=shown(total))


def _almost_hundred(weights: list[Expr | None]) -> bool:
    """Whether weights look like per cent (or shares of 1) but do not add up to 100 (or 1)."""
    values = [w.value for w in weights if isinstance(w, Number)]
    if len(values) < max(2, len(weights)):
        return False
    total = sum(values, Fraction(0))
    percent = max(values) >= 2 and abs(total - 100) <= 20
    shares = max(values) < 1 and abs(total - 1) <= Fraction(1, 5)
    return (percent and total != 100) or (shares and total != 1)


def _check_span(node: Node, cls: str, spans: Spans) -> Iterator[Problem]:
    """A leaf's rule should be able to give nothing and to give full marks; else it hides good work or bad."""
    if not node.is_leaf or node.formula.expr == Name("value") and not node.full:
        return
    low, high = spans.of(node.code)
    full = spans.plan.step(cls, node.code).full
    counts = node.full is not None or any(Name("full") == read for expr in _formulas(node.formula) for read in names(expr))
    said = {"worst": shown(low), "best": shown(high), "full": shown(full), "title": str(node.title)}
    if low is not None and low > 0 and (counts or (high is not None and low > high / 5)):
        say = warning if node.ledger is None else note  # a ledger's caps are meant
        yield say("hides", node.where, **said)
    if high is not None and counts and high < full:
        yield warning("never_full", node.where, **said)
    if high is not None and counts and high > full:
        yield note("above_full", node.where, **said)


def _formulas(formula: Formula) -> list[Expr]:
    return [formula.expr, *(expr for _, expr in formula.where)]


def _check_kind(scheme: Scheme, node: Node, kind: Kind) -> Iterator[Problem]:
    where = f"{node.where}.ledger.{kind.code}"
    found: dict[Problem, None] = {}
    for cls in scheme.classes:
        for day in days_of(scheme, [kind.low, kind.high, kind.cap]):
            low, high, cap = (number_at(setting, cls, day) for setting in (kind.low, kind.high, kind.cap))
            if low is not None and high is not None:
                found |= dict.fromkeys(_kind_problems(where, low, high, cap))
    yield from found


def _kind_problems(where: str, low: Fraction, high: Fraction, cap: Fraction | None) -> Iterator[Problem]:
    said = {"low": shown(low), "high": shown(high), "cap": shown(cap)}
    if low > high:
        yield error("amount_order", where, **said)
    elif cap is not None and low < 0 < high:
        yield warning("mixed_signs", where, **said)
    elif cap is not None and ((cap < 0 <= low) or (cap >= 0 >= high and low < 0)):
        yield error("cap_sign", where, **said)
    elif cap is not None and abs(cap) < min(abs(low), abs(high)):
        yield warning("cap_small", where, **said)


# The scheme as a whole -----------------------------------------------------------------------------------------------


def _check_steps(scheme: Scheme) -> Iterator[Problem]:
    read: set[tuple[str, str]] = set()
    for node in scheme.nodes.values():
        for expr in (*_formulas(node.formula), *(e for e in (node.weight, node.at_least) if e)):
            read |= _reads(expr, node.code)
    for expr in _conditions(scheme):
        read |= _reads(expr, "")
    shared = {name for base, name in read if base == "parts"}
    for node in scheme.nodes.values():
        for name, _ in node.formula.where:
            if (node.code, name) not in read and name not in shared:
                yield note("unread_step", f"{node.where}.where.{name}", name=name)


def _reads(expr: Expr, owner: str) -> set[tuple[str, str]]:
    return {(read.base, read.name) if isinstance(read, Member) else (owner, read.name) for read in names(expr)}


def _conditions(scheme: Scheme) -> list[Expr]:
    found = [veto.when for veto in scheme.vetoes]
    return found + [expr for grade in scheme.grades for expr in (grade.when, grade.promote_when) if expr]


def _check_gaps(scheme: Scheme) -> Iterator[Problem]:
    """Leaves without a provider, and leaves whose values may be anything."""
    leaves = [node for node in scheme.nodes.values() if node.is_leaf]
    reads_value = [node for node in leaves if any(read == Name("value") for expr in _formulas(node.formula) for read in names(expr))]
    without = [node.code for node in leaves if not _provider(scheme, node) and not _computed(node)]
    if without:
        yield note("providers", "", nodes=listed(without))
    boundless = [node.code for node in reads_value if node.range is None and not node.choices]
    if boundless:
        yield note("ranges", "", nodes=listed(boundless))


def _provider(scheme: Scheme, node: Node) -> str:
    """Who delivers the facts, said here or above."""
    above = scheme.parents.get(node.code)
    return node.provider or (_provider(scheme, above) if above else "")


def _computed(node: Node) -> bool:
    """Whether a leaf only combines other nodes and reads no fact of its own."""
    own = {*node.formula.params, *dict(node.formula.where)}
    read = {r.name for expr in _formulas(node.formula) for r in names(expr) if isinstance(r, Name)} - own
    return node.ledger is None and node.entries is None and not read & {*STANDARD_FACTS, *node.facts}


def _check_titles(scheme: Scheme) -> Iterator[Problem]:
    titled: list[tuple[str, Text]] = [(node.code, node.title) for node in scheme.nodes.values()]
    titled += [(cls, scheme.class_title(cls)) for cls in scheme.classes]
    titled += [(kind.code, kind.title) for node in scheme.nodes.values() for kind in (node.ledger or {}).values()]
    titled += [(grade.code, grade.title) for grade in scheme.grades] + [("scheme", scheme.title)]
    for language in ("zh", "en"):
        if lacking := [code for code, title in titled if _lacks(code, title, language)]:
            yield note(f"titles_{language}", "", codes=listed(lacking))


def _lacks(code: str, title: Text, language: str) -> bool:
    """Whether a title is not written in a language: plain text counts for the language of its script, a bare code for none."""
    if title.zh and title.en:
        return False
    text = title.zh or title.en
    chinese = any("\u4e00" <= char <= "\u9fff" for char in text)
    return code != ROOT and (not text or text == code) or chinese == (language == "en") and text != ROOT
