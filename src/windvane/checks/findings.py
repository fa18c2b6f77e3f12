"""How the checks say what they found: severity, place, parameters; long lists are cut short."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from windvane.decimals import decimal_text
from windvane.problems import Problem, Severity

MOST_NAMED: Final = 8  # of a long list


def error(code: str, where: str, /, **params: str) -> Problem:
    return Problem(f"check.{code}", where, params)


def warning(code: str, where: str, /, **params: str) -> Problem:
    return Problem(f"check.{code}", where, params, Severity.WARNING)


def note(code: str, where: str, /, **params: str) -> Problem:
    return Problem(f"check.{code}", where, params, Severity.NOTE)


def listed(names: Iterable[str]) -> str:
    """The first names of a list, and how many there are in all.

    >>> listed("abcdefghij")
    'a、b、c、d、e、f、g、h … (10)'
    """
    found = list(dict.fromkeys(names))
    shown = "、".join(found[:MOST_NAMED])
    return shown if len(found) <= MOST_NAMED else f"{shown} … ({len(found)})"


def shown(x: Fraction | None) -> str:
    return "—" if x is None else decimal_text(x)
