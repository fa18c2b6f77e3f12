"""Exact numbers: decimal text ⇄ ``Fraction``, decimal half-up rounding, functions rounded from 50 digits."""

from __future__ import annotations

import re
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

DIGITS: Final = 50  # significant digits kept of an irrational result
LONGEST: Final = 60  # characters of a number as a person writes it
_WORK: Final = Context(prec=DIGITS + 15, Emax=10**6, Emin=-(10**6))
_PATTERN: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


def parse_decimal(text: str) -> Fraction | None:
    """Return the exact value of plain decimal text, or None if it is not a number.

    >>> parse_decimal("17.665")
    Fraction(3533, 200)
    """
    if len(text) > LONGEST or not _PATTERN.fullmatch(text.strip()):
        return None
    return Fraction(text.strip())


def round_half_up(x: Fraction, places: int) -> Fraction:
    """Round to ``places`` decimals, halves away from zero, as offices and Excel's ROUND do.

    >>> round_half_up(Fraction("17.665"), 2)
    Fraction(1767, 100)
    """
    scale = Fraction(10) ** places
    scaled = x * scale
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if x >= 0 else -whole) / scale


def decimal_text(x: Fraction, places: int | None = None) -> str:
    """Write a number as decimal text: with ``places`` decimals, or exactly if it ends within 12, else to 6.

    >>> decimal_text(Fraction(1, 8)), decimal_text(Fraction(1, 3)), decimal_text(Fraction(-1, 2), 2)
    ('0.125', '0.333333', '-0.50')
    """
    if places is None:
        return _shortest(x)
    rounded = round_half_up(x, places)
    digits = str(abs(rounded.numerator) * 10**places // rounded.denominator).rjust(places + 1, "0")
    sign = "-" if rounded < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places > 0 else digits)


def _shortest(x: Fraction) -> str:
    if x.denominator == 1:
        return str(x.numerator)
    places = 12 if 10**12 % x.denominator == 0 else 6
    return decimal_text(x, places).rstrip("0").rstrip(".")


def canonical(x: Fraction) -> str:
    """Return the one text of an exact number that digests are made of.

    >>> canonical(Fraction(3, 8)), canonical(Fraction(1, 3))
    ('3/8', '1/3')
    """
    return str(x.numerator) if x.denominator == 1 else f"{x.numerator}/{x.denominator}"


def _decimal(x: Fraction) -> Decimal:
    with localcontext(_WORK):
        return Decimal(x.numerator) / Decimal(x.denominator)


def rounded_50(x: Decimal) -> Fraction:
    """Return the value rounded to 50 significant digits, as a fraction."""
    with localcontext(Context(prec=DIGITS, Emax=10**6, Emin=-(10**6))):
        return Fraction(+x)


def square_root(x: Fraction) -> Fraction:
    """√x; exact where the root is a terminating decimal, else 50 digits."""
    with localcontext(_WORK):
        return rounded_50(_decimal(x).sqrt())


def natural_log(x: Fraction) -> Fraction:
    with localcontext(_WORK):
        return rounded_50(_decimal(x).ln())


def exponential(x: Fraction) -> Fraction:
    with localcontext(_WORK):
        return rounded_50(_decimal(x).exp())


def power(x: Fraction, y: Fraction) -> Fraction:
    """x ** y: exact for a whole exponent, else ``exp(y ln x)`` rounded from 50 digits."""
    if y.denominator == 1 and abs(y.numerator) <= 64:
        return x**y.numerator
    with localcontext(_WORK):
        return rounded_50((_decimal(y) * _decimal(x).ln()).exp())
