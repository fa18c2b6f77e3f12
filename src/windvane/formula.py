"""The formula language: text → frozen tree → text. Nothing here computes; ``exact`` and ``floats`` do.

The parser is a plain recursive descent. Every error says its column and what exists. Length, depth and size are bounded
before anything is evaluated, and the tree is data: no text is ever executed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NoReturn, TypeAlias

from windvane.decimals import decimal_text, parse_decimal
from windvane.functions import FUNCTIONS
from windvane.problems import Problem

LONGEST: Final = 2000
DEEPEST: Final = 40
LARGEST: Final = 400
LONGEST_NUMBER: Final = 40  # characters, as typed and as printed


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Missing:
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """``node.fact``, ``node.step``, ``parts.step``."""

    base: str
    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    of: Expr
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    of: Expr
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``+ - * / **`` and the comparisons ``< <= > >= == !=``, which give 1 or 0."""

    operator: str
    left: Expr
    right: Expr
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str  # and | or
    left: Expr
    right: Expr
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    then: Expr
    condition: Expr
    otherwise: Expr
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Expr, ...]
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    args: tuple[Expr, ...]
    column: int = field(default=0, compare=False)


Expr: TypeAlias = Number | Missing | Name | Member | Negate | Not | Binary | Logic | Choice | Listing | Call

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|<=|>=|==|!=|<>|[-+*/^%<>=()\[\],.])|(?P<bad>\S))"
)
_PLAIN: Final = str.maketrans("（），、＋－＊／％＜＞＝［］．＾×÷−", "(),,+-*/%<>=[].^*/-")
_WIDE: Final = {"≤": "<=", "≥": ">=", "≠": "!="}
_KEYWORDS: Final = ("and", "or", "not", "if", "else", "missing")
_COMPARE: Final = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "=": "==", "!=": "!=", "<>": "!="}
_ARROWS: Final = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    column: int


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(text: str, where: str = "") -> Expr | Problem:
    """Read a formula; return its tree, or the first mistake with its column.

    >>> str_of(parse("clip(value/target; 0, 1)"))
    'formula.character'
    >>> to_text(parse("if(value>=60, 50%, 0)^2"))
    '(0.5 if value >= 60 else 0) ** 2'
    """
    if len(text) > LONGEST:
        return Problem("formula.long", where, {"length": str(len(text)), "most": str(LONGEST)})
    try:
        return _Parser(_tokens(text, where), where).whole()
    except _Refused as refused:
        return refused.problem


def str_of(result: Expr | Problem) -> str:
    """Return the code of a problem, or the canonical text of a tree."""
    return result.code if isinstance(result, Problem) else to_text(result)


def _tokens(text: str, where: str) -> list[Token]:
    plain = text.translate(_PLAIN)
    for wide, narrow in _WIDE.items():
        plain = plain.replace(wide, narrow)
    found, at = [], 0
    while at < len(plain.rstrip()):
        match = _TOKEN.match(plain, at)
        if match is None or match.lastgroup is None:
            break
        column = match.start(match.lastgroup) + 1
        if match.lastgroup == "bad":
            raise _Refused(Problem("formula.character", where, {"column": str(column), "text": match["bad"]}))
        found.append(Token(match.lastgroup, match[match.lastgroup], column))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


class _Parser:
    def __init__(self, tokens: list[Token], where: str) -> None:
        self.tokens, self.where, self.at, self.depth, self.size = tokens, where, 0, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def refuse(self, code: str, column: int | None = None, **params: str) -> NoReturn:
        place = {"column": str(column or self.now.column), "found": self.now.text or "∅"}
        raise _Refused(Problem(f"formula.{code}", self.where, place | params))

    def take(self, *signs: str) -> Token | None:
        token = self.now
        if token.kind in ("sign", "name") and token.text in signs:
            self.at += 1
            return token
        return None

    def need(self, sign: str) -> None:
        if not self.take(sign):
            self.refuse("expected", sign=sign)

    def made(self, expr: Expr) -> Expr:
        self.size += 1
        if self.size > LARGEST:
            self.refuse("large", most=str(LARGEST))
        return expr

    def whole(self) -> Expr:
        if self.now.kind == "end":
            self.refuse("empty")
        expr = self.choice()
        if self.now.kind != "end":
            self.refuse("after")
        return expr

    def choice(self) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse("deep", most=str(DEEPEST))
        then = self.either()
        if token := self.take("if"):
            condition = self.either()
            self.need("else")
            then = self.made(Choice(then, condition, self.choice(), token.column))
        self.depth -= 1
        return then

    def either(self) -> Expr:
        left = self.both()
        while token := self.take("or"):
            left = self.made(Logic("or", left, self.both(), token.column))
        return left

    def both(self) -> Expr:
        left = self.inverse()
        while token := self.take("and"):
            left = self.made(Logic("and", left, self.inverse(), token.column))
        return left

    def inverse(self) -> Expr:
        if token := self.take("not"):
            return self.made(Not(self.nested(self.inverse), token.column))
        return self.comparison()

    def comparison(self) -> Expr:
        left = self.additive()
        if token := self.take(*_COMPARE):
            left = self.made(Binary(_COMPARE[token.text], left, self.additive(), token.column))
            if self.now.text in _COMPARE:
                self.refuse("chained")
        return left

    def additive(self) -> Expr:
        left = self.product()
        while token := self.take("+", "-"):
            left = self.made(Binary(token.text, left, self.product(), token.column))
        return left

    def product(self) -> Expr:
        left = self.signed()
        while token := self.take("*", "/"):
            left = self.made(Binary(token.text, left, self.signed(), token.column))
        return left

    def signed(self) -> Expr:
        if self.take("+"):
            return self.nested(self.signed)
        if token := self.take("-"):
            return self.made(_negated(self.nested(self.signed), token.column))
        return self.raised()

    def raised(self) -> Expr:
        base = self.percent()
        if token := self.take("**", "^"):
            return self.made(Binary("**", base, self.nested(self.signed), token.column))
        return base

    def nested(self, read: Callable[[], Expr]) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse("deep", most=str(DEEPEST))
        expr = read()
        self.depth -= 1
        return expr

    def percent(self) -> Expr:
        expr = self.atom()
        while token := self.take("%"):
            expr = self.made(_hundredth(expr, token.column))
            if isinstance(expr, Binary):
                self.made(expr.right)  # it counts as it is printed
        return expr

    def atom(self) -> Expr:
        token = self.now
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name" and token.text not in ("and", "or", "else"):
            return self.named(token)
        if self.take("("):
            expr = self.choice()
            self.need(")")
            return expr
        if self.take("["):
            return self.made(Listing(self.items("]"), token.column))
        return self.refuse("unexpected")

    def number(self, token: Token) -> Expr:
        self.at += 1
        value = parse_decimal(token.text)
        if value is None or len(token.text) > LONGEST_NUMBER or len(number_text(value)) > LONGEST_NUMBER:
            self.refuse("number", token.column, text=token.text[:LONGEST_NUMBER])
        return self.made(Number(value, token.column))

    def named(self, token: Token) -> Expr:
        self.at += 1
        if token.text == "missing":
            return self.made(Missing(token.column))
        if self.take("("):
            return self.call(token)
        if token.text in _KEYWORDS:
            self.refuse("unexpected", token.column)
        if self.take("."):
            return self.member(token)
        return self.made(Name(token.text, token.column))

    def member(self, base: Token) -> Expr:
        name = self.now
        if name.kind != "name":
            self.refuse("member", base=base.text)
        self.at += 1
        return self.made(Member(base.text, name.text, base.column))

    def call(self, token: Token) -> Expr:
        args = self.items(")")
        if token.text.lower() == "if":
            return self.made(self.excel_if(token, args))
        function = FUNCTIONS.get(token.text) or FUNCTIONS.get(token.text.lower())
        if function is None:
            self.refuse("function", token.column, name=token.text, near=did_you_mean(token.text, FUNCTIONS))
        if not function.least <= len(args) <= function.most:
            self.refuse("arguments", token.column, name=function.name, given=str(len(args)), use=function.usage)
        return self.made(Call(function.name, args, token.column))

    def excel_if(self, token: Token, args: tuple[Expr, ...]) -> Expr:
        if len(args) != 3:
            self.refuse("arguments", token.column, name="if", given=str(len(args)), use="if(condition, a, b)")
        return Choice(args[1], args[0], args[2], token.column)

    def items(self, end: str) -> tuple[Expr, ...]:
        found: list[Expr] = []
        while not self.take(end):
            if found:
                self.need(",")
            found.append(self.choice())
        return tuple(found)


def _hundredth(expr: Expr, column: int) -> Expr:
    """A number divided at once, as long as it can be written; anything else as a formula."""
    if isinstance(expr, Number) and len(number_text(expr.value / 100)) <= LONGEST_NUMBER:
        return Number(expr.value / 100, expr.column)
    return Binary("/", expr, Number(Fraction(100)), column)


def _negated(expr: Expr, column: int) -> Expr:
    return Number(-expr.value, column) if isinstance(expr, Number) and expr.value > 0 else Negate(expr, column)


def did_you_mean(name: str, known: object) -> str:
    """Return up to three known names near to the given one, or the first dozen of them."""
    names = [str(k) for k in known] if hasattr(known, "__iter__") else []
    near = difflib.get_close_matches(name, names, 3, 0.6)
    return "、".join(near or sorted(names)[:12])


# Printing ------------------------------------------------------------------------------------------------------------

_STRENGTH: Final = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "negate": 7, "**": 8, "atom": 9}
Shown: TypeAlias = Callable[[Expr], str | None]


def to_text(expr: Expr, shown: Shown = lambda _: None) -> str:
    """Write a formula the one canonical way; ``shown`` may put a unit's value in the place of any part of it."""
    return _write(expr, 0, shown)


def _write(expr: Expr, outer: int, shown: Shown) -> str:
    if (value := shown(expr)) is not None:
        return value
    text, strength = _parts(expr, shown)
    return f"({text})" if strength < outer else text


def _parts(expr: Expr, shown: Shown) -> tuple[str, int]:
    match expr:
        case Number(value):
            return number_text(value), _STRENGTH["negate" if value < 0 else "atom" if _ends(value) else "/"]
        case Missing():
            return "missing", _STRENGTH["atom"]
        case Name(name):
            return name, _STRENGTH["atom"]
        case Member(base, name):
            return f"{base}.{name}", _STRENGTH["atom"]
        case Negate(of):
            return "-" + _write(of, _STRENGTH["negate"], shown), _STRENGTH["negate"]
        case Not(of):
            return "not " + _write(of, _STRENGTH["not"], shown), _STRENGTH["not"]
        case Choice(then, condition, otherwise):
            return f"{_write(then, 1, shown)} if {_write(condition, 1, shown)} else {_write(otherwise, 0, shown)}", 0
        case Listing(items):
            return f"[{', '.join(_write(i, 0, shown) for i in items)}]", _STRENGTH["atom"]
        case Call(function, args):
            return f"{function}({', '.join(_write(a, 0, shown) for a in args)})", _STRENGTH["atom"]
        case Binary(operator, left, right) | Logic(operator, left, right):
            return _infix(operator, left, right, shown)


def _infix(operator: str, left: Expr, right: Expr, shown: Shown) -> tuple[str, int]:
    strength = _STRENGTH["compare" if operator in _ARROWS else operator]
    left_outer = strength + (operator in _ARROWS or operator == "**")
    right_outer = strength + (operator not in ("**", "and", "or"))
    if operator == "**":
        right_outer = _STRENGTH["negate"]
    return f"{_write(left, left_outer, shown)} {operator} {_write(right, right_outer, shown)}", strength


def _ends(value: Fraction) -> bool:
    return 10**40 % value.denominator == 0


def number_text(value: Fraction) -> str:
    """Exact decimal text, or ``p / q`` where the decimals do not end."""
    if not _ends(value):
        return f"{value.numerator} / {value.denominator}"
    places = next(p for p in range(41) if 10**p % value.denominator == 0)
    return decimal_text(value, places)


# Looking -------------------------------------------------------------------------------------------------------------


def children(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Negate(of) | Not(of):
            return (of,)
        case Binary(_, left, right) | Logic(_, left, right):
            return (left, right)
        case Choice(then, condition, otherwise):
            return (then, condition, otherwise)
        case Listing(items) | Call(_, items):
            return items
    return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and everything in it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def names(expr: Expr) -> Iterator[Name | Member]:
    """Yield every name and member that the formula reads."""
    return (e for e in walk(expr) if isinstance(e, Name | Member))


def class_calls(expr: Expr) -> Iterator[Call]:
    """Yield the calls that look at all units of the class."""
    return (e for e in walk(expr) if isinstance(e, Call) and FUNCTIONS[e.function].group == "class")


def is_collection(expr: Expr) -> bool:
    """Whether the formula gives one value a part (or entry) instead of one value a unit."""
    match expr:
        case Name(name):
            return name in ("parts", "entries")
        case Member(base, _):
            return base in ("parts", "entries")
        case Call(function, args):
            group = FUNCTIONS[function].group
            many = any(map(is_collection, args))
            return many and (group == "items" or (group == "number" and not (function in ("min", "max") and len(args) == 1)))
    return any(map(is_collection, children(expr)))
