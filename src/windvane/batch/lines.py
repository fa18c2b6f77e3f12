"""Formulas that are straight lines in one fact once the statistics of the class are known: ``slope · fact + offset``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from windvane.batch.arrays import Floats, constant
from windvane.batch.floats import Scope, cells, evaluate
from windvane.batch.peers import Peers, Turned
from windvane.formula import Binary, Call, Expr, Name, Negate, Number
from windvane.functions import FUNCTIONS

_LEVEL: Final = ("class_lowest", "class_highest", "class_mean", "class_median", "class_sd", "class_count")  # one number for the class


class FactScope(Scope, Protocol):
    def is_fact(self, name: str) -> bool: ...
    def is_fixed(self, name: str) -> bool:
        """Whether a name is a number of the scheme: a parameter, the full mark, the sign."""

    def raw(self, fact: str) -> Peers:
        """The peers of a fact as it was reported."""


@dataclass(frozen=True, slots=True)
class Straight:
    """``slope`` and ``offset`` are (draws | 1, steps, 1); without a ``fact`` the offset is all there is."""

    fact: str
    slope: Floats
    offset: Floats


def straight(expr: Expr, scope: FactScope) -> Straight | None:
    """Return the line that a formula is, or None where it bends or reads more than one fact."""
    match expr:
        case Number(value):
            return _level(constant(float(value)))
        case Name(name):
            if scope.is_fact(name):
                return Straight(name, constant(1.0), constant(0.0))
            return _level(cells(scope.name(expr)).x) if scope.is_fixed(name) else None
        case Negate(of):
            return _scaled(straight(of, scope), constant(-1.0))
        case Binary(operator, left, right):
            return _combined(operator, straight(left, scope), straight(right, scope))
        case Call(function) if FUNCTIONS[function].group == "class" and function in _LEVEL:
            found = cells(evaluate(expr, scope))
            return _level(found.x) if found.mark is None and found.x.shape[-1] == 1 else None
    return None


def _level(value: Floats) -> Straight:
    return Straight("", constant(0.0), value)


def _scaled(line: Straight | None, by: Floats) -> Straight | None:
    return line and Straight(line.fact, line.slope * by, line.offset * by)


def _combined(operator: str, left: Straight | None, right: Straight | None) -> Straight | None:
    if left is None or right is None:
        return None
    if operator in "+-" and (not left.fact or not right.fact or left.fact == right.fact):
        sign = 1.0 if operator == "+" else -1.0
        return Straight(left.fact or right.fact, left.slope + sign * right.slope, left.offset + sign * right.offset)
    if operator == "*" and not right.fact:
        return _scaled(left, right.offset)
    if operator == "*" and not left.fact:
        return _scaled(right, left.offset)
    if operator == "/" and not right.fact:
        return _scaled(left, 1 / np.where(right.offset == 0, np.nan, right.offset))
    return None


def turned(argument: Expr, scope: FactScope) -> Peers | None:
    """The peers of a fact or of its negative need no array of their own."""
    match argument:
        case Name(name) if scope.is_fact(name):
            return scope.raw(name)
        case Binary("*", Name("sign"), Name(name)) | Binary("*", Name(name), Name("sign")) if scope.is_fact(name):
            return Turned(scope.raw(name), cells(scope.name(Name("sign"))).x)
        case Negate(Name(name)) if scope.is_fact(name):
            return Turned(scope.raw(name), constant(-1.0))
    return None
