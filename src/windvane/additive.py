"""Take a formula's value apart into lines that add up exactly: parts, entries, constants, limits, rounding.

Sums and weighted means come apart exactly; geometric means by the logarithms of the shares lost; limits (``max``, ``min``,
``clip``, ``cap``, ``floor``), rounding, better-of and the missing policy each get a line of their own. What cannot be taken apart
is one line, so rows always add up without a theory of credit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Protocol

from windvane import decimals, exact
from windvane.exact import Items, Scope, Value
from windvane.formula import Binary, Call, Choice, Expr, Member, Name, Negate, names
from windvane.scheme import Node
from windvane.scores import Outcome
from windvane.text import Text

_ZERO: Final = Fraction(0)


class NodeScope(Scope, Protocol):
    """Names of a node's formulas that can tell facts from other nodes."""

    def reads_node(self, name: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an account: ``points`` is what it adds to the node. ``own`` is the part's own points where that differs in scale."""

    kind: str  # part entry constant full limit round better_of formula missing floor cap rounding veto given kind_cap
    code: str
    title: Text
    points: Fraction
    own: Fraction | None = None


TITLES: Final[Mapping[str, Text]] = {
    "constant": Text("起点", "Starting points"),
    "full": Text("满分", "Full marks"),
    "limit": Text("算式中的上下限", "Limit in the formula"),
    "round": Text("算式中的四舍五入", "Rounding in the formula"),
    "better_of": Text("取较好者", "Better of"),
    "formula": Text("按算式", "By the formula"),
    "missing": Text("缺失数据的处理", "Missing data"),
    "floor": Text("下限", "Floor"),
    "cap": Text("上限", "Cap"),
    "rounding": Text("四舍五入", "Rounding"),
}


def decompose(expr: Expr, scope: NodeScope, outcome: Outcome, nodes: Mapping[str, Node]) -> tuple[Line, ...]:
    """Return the lines of a node for one unit; they add up to its points exactly. Without points there are none."""
    if outcome.value is None:
        return ()
    lines: list[Line] = []
    if isinstance(outcome.raw, Fraction):
        account = _Account(scope)
        taken_apart = None if account.free(expr) else account.lines(expr)
        lines += _titled([_line("formula", outcome.raw)] if taken_apart is None else taken_apart, nodes, outcome)
    return (*lines, *_stages(outcome))


def _line(kind: str, points: Fraction, code: str = "") -> Line:
    return Line(kind, code, TITLES.get(kind, Text(code)), points)


def _titled(lines: list[Line], nodes: Mapping[str, Node], outcome: Outcome) -> list[Line]:
    entries = {scored.row.entry: scored.row.title for scored in outcome.entries}
    found = []
    for line in lines:
        title = nodes[line.code].title if line.kind in ("part", "better_of") and line.code in nodes else entries.get(line.code, line.title)
        found.append(replace(line, title=title or line.title))
    return found


def _stages(outcome: Outcome) -> list[Line]:
    """What the node's policy, floor, cap and rounding changed."""
    stages = (
        ("missing", outcome.raw, outcome.settled),
        ("floor", outcome.settled, outcome.floored),
        ("cap", outcome.floored, outcome.exact),
        ("rounding", outcome.exact, outcome.points),
    )
    found = []
    for kind, before, after in stages:
        change = (after if isinstance(after, Fraction) else _ZERO) - (before if isinstance(before, Fraction) else _ZERO)
        found += [_line(kind, change)] if change else []
    return found


class _Account:
    """Reads a formula as a sum of terms at one unit's values; None where it is not one."""

    def __init__(self, scope: NodeScope) -> None:
        self.scope = scope

    def value(self, expr: Expr) -> Value:
        return exact.evaluate(expr, self.scope)

    def number(self, expr: Expr) -> Fraction | None:
        value = self.value(expr)
        return value if isinstance(value, Fraction) else None

    def free(self, expr: Expr) -> bool:
        """Whether an expression reads no part, entry or other node."""
        return not any(self.reads_points(read) for read in names(expr))

    def reads_points(self, read: Name | Member) -> bool:
        if isinstance(read, Member):
            return read.base in ("parts", "entries")
        return read.name in ("parts", "entries") or self.scope.reads_node(read.name)

    def lines(self, expr: Expr) -> list[Line] | None:
        if self.free(expr):
            value = self.number(expr)
            return None if value is None else ([_line("constant", value)] if value else [])
        match expr:
            case Name(name):
                value = self.number(expr)
                return None if value is None else [Line("part", name, Text(name), value, value)]
            case Negate(of):
                return _scaled(self.lines(of), Fraction(-1))
            case Binary("+", left, right):
                return _joined(self.lines(left), self.lines(right))
            case Binary("-", left, right):
                return _joined(self.lines(left), _scaled(self.lines(right), Fraction(-1)))
            case Binary("*", left, right):
                return self.product(left, right)
            case Binary("/", left, right) if self.free(right):
                by = self.number(right)
                return _scaled(self.lines(left), 1 / by) if by else None
            case Choice(then, condition, otherwise):
                truth = self.number(condition)
                return None if truth is None else self.lines(then if truth else otherwise)
            case Call():
                return self.call(expr)
        return None

    def product(self, left: Expr, right: Expr) -> list[Line] | None:
        for factor, rest in ((left, right), (right, left)):
            if self.free(factor) and (by := self.number(factor)) is not None:
                return _scaled(self.lines(rest), by)
        return None

    def call(self, call: Call) -> list[Line] | None:
        collection = self.value(call.args[0]) if call.args else None
        if isinstance(collection, Items):
            if call.function in ("sum", "mean"):
                return _shares(collection, call.function == "mean", self.kind(call.args[0]))
            return _log_shares(collection, self.number(call), self.kind(call.args[0])) if call.function == "geometric" else None
        if call.function in ("min", "max", "clip", "round"):
            return self.limited(call)
        return None

    def kind(self, expr: Expr) -> str:
        return "entry" if any(isinstance(read, Name) and read.name == "entries" for read in names(expr)) else "part"

    def limited(self, call: Call) -> list[Line] | None:
        """One term within limits: the term, and a line for what the limit took or gave. Two terms: the better, named."""
        value, bound = self.number(call), [arg for arg in call.args if not self.free(arg)]
        if value is None:
            return None
        if len(bound) == 1:
            inner = self.lines(bound[0])
            change = None if inner is None else value - sum((line.points for line in inner), _ZERO)
            kind = "round" if call.function == "round" else "limit"
            return None if inner is None or change is None else [*inner, *([_line(kind, change)] if change else [])]
        winner = next((arg for arg in bound if self.number(arg) == value), None)
        if winner is None or call.function not in ("min", "max"):
            return None
        losers = [_line("better_of", _ZERO, arg.name) for arg in bound if arg is not winner and isinstance(arg, Name)]
        return _joined(self.lines(winner), losers)


def _joined(left: list[Line] | None, right: list[Line] | None) -> list[Line] | None:
    """Both accounts together; two lines of the same name become one."""
    if left is None or right is None:
        return None
    found: dict[tuple[str, str], Line] = {}
    for line in (*left, *right):
        key = (line.kind, line.code)
        found[key] = replace(line, points=found[key].points + line.points) if key in found else line
    return list(found.values())


def _scaled(lines: list[Line] | None, by: Fraction) -> list[Line] | None:
    return None if lines is None else [replace(line, points=line.points * by) for line in lines]


def _shares(items: Items, mean: bool, kind: str) -> list[Line]:
    present = [(row, row.value) for row in items.rows if isinstance(row.value, Fraction)]
    total = sum((row.weight for row, _ in present), _ZERO) if mean else Fraction(1)
    return (
        [Line(kind, row.key, Text(row.key), value * (row.weight if mean else 1) / total, value) for row, value in present] if total else []
    )


def _log_shares(items: Items, result: Fraction | None, kind: str) -> list[Line] | None:
    """Full marks minus what each part costs: the loss is shared by w·ln(x / full); parts at zero share the whole loss equally."""
    rows = [(row.key, row.value, row.weight, row.full) for row in items.rows if isinstance(row.value, Fraction) and row.weight]
    if result is None or not rows or any(full is None or full <= 0 for *_, full in rows):
        return None
    total = sum((weight for _, _, weight, _ in rows), _ZERO)
    fulls = sum((decimals.natural_log(full or Fraction(1)) * weight for _, _, weight, full in rows), _ZERO)
    start = rows[0][3] if len({full for *_, full in rows}) == 1 else decimals.exponential(fulls / total)
    assert start is not None
    if any(value == 0 for _, value, _, _ in rows):
        terms = [Fraction(int(value == 0)) for _, value, _, _ in rows]
    else:
        terms = [weight * decimals.natural_log(value / full) if full else _ZERO for _, value, weight, full in rows]
    whole, loss = sum(terms, _ZERO), result - start
    if not whole:
        return [_line("full", start), *([_line("round", loss)] if loss else [])]
    return [
        _line("full", start),
        *(Line(kind, key, Text(key), loss * term / whole, value) for (key, value, _, _), term in zip(rows, terms, strict=True)),
    ]
