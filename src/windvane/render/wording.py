"""Formulas as people write them: × ÷ −, facts, parts and functions by their names in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from windvane.decimals import parse_decimal
from windvane.derivation import Derivation
from windvane.functions import FUNCTIONS
from windvane.render.chart_text import number
from windvane.render.phrases import Phrases
from windvane.scheme import Node, Scheme

_WORD: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)?")
_OPERATORS: Final = {"*": "×", "/": "÷", "-": "−", ">=": "≥", "<=": "≤", "!=": "≠", "==": "="}
_LOGIC: Final = ("if", "else", "and", "or", "not", "missing", "not_due", "refused")
_ABSENT: Final = {"missing": "absent.missing", "not due": "absent.not_due", "refused": "absent.refused"}
Names = Mapping[str, str]


def called(scheme: Scheme, node: Node, derivation: Derivation, say: Phrases) -> Names:
    """What the names in a node's formulas are called; parameters and steps keep the names that the scheme gave them."""
    language = say.language
    own = {name for name, _ in derivation.params} | {step.name for step in derivation.steps}
    found = {code: other.title.of(language) for code, other in scheme.nodes.items()}
    found |= {name: say.text(f"formula.{name}") for name in ("full", "weight", "parts", "entries", "sign")}
    found |= {read.name: read.title.of(language) for read in derivation.reads}
    if node.ledger is not None:
        found["entries"] = say.text("formula.ledger")
    return {name: title for name, title in found.items() if name not in own}


def worded(formula: str, names: Names, say: Phrases) -> str:
    """Write a formula of the scheme, or one with numbers put in, for the page.

    >>> worded("max(0, full - 2 * value)", {"full": "满分", "value": "件数"}, Phrases("zh"))
    '取大(0, 满分 − 2 × 件数)'
    """
    signs = minus(" ".join(_OPERATORS.get(word, word) for word in formula.replace("not due", "not_due").split(" ")))
    text = _WORD.sub(lambda found: _word(found[0], names, say, call=signs[found.end() : found.end() + 1] == "("), signs)
    return re.sub(r"\s*，\s*", "，", text)


def _word(word: str, names: Names, say: Phrases, *, call: bool) -> str:
    if call and word in FUNCTIONS:
        return say.text(f"function.{word}")
    if word in _LOGIC:
        return say.text(f"logic.{word}")
    base, _, name = word.partition(".")
    if name and base in names:
        return say.text("formula.member", base=names[base], name=names.get(name, name))
    return names.get(word, word)


def result(value: str, say: Phrases) -> str:
    """Write what a formula gives: a number, a date, a list, or why there is nothing."""
    return say.text(_ABSENT[value]) if value in _ABSENT else minus(value)


def minus(text: str) -> str:
    """Put true minus signs before figures below zero; dates keep their hyphens.

    >>> minus("[-1.5, 2019-12-31]")
    '[−1.5, 2019-12-31]'
    """
    return re.sub(r"(?<![\w.)-])-(?=\d)", "−", text)


def figure(text: str) -> str:
    """Write a fact's value: numbers with thousands apart, all else as it is.

    >>> figure("106103.44"), figure("2019-12-31")
    ('106,103.44', '2019-12-31')
    """
    value = parse_decimal(text)
    return minus(text) if value is None else number(value)


def signed(points: Fraction) -> str:
    """Write points of an account or ledger: exactly if they end, with their sign; a plain 0 for nothing."""
    return number(points, signed=True) if points else "0"
