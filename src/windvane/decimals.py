"""Exact numbers: decimal text ⇄ ``Fraction``, decimal half-up rounding, functions rounded from 50 digits."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

DIGITS: Final = 50  # significant digits kept of an irrational result
LONGEST: Final = 60  # characters of a number as a person writes it
_ROOT_BITS: Final = 20_000  # longer integers are not searched for a rational root
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
    """√x; exact where the root is rational, else 50 digits.

    >>> square_root(Fraction(4, 9))
    Fraction(2, 3)
    """
    found = rational_root(x, 2)
    if found is not None:
        return found
    with localcontext(_WORK):
        return rounded_50(_decimal(x).sqrt())


def natural_log(x: Fraction) -> Fraction:
    with localcontext(_WORK):
        return rounded_50(_decimal(x).ln())


def exponential(x: Fraction) -> Fraction:
    with localcontext(_WORK):
        return rounded_50(_decimal(x).exp())


def power(x: Fraction, y: Fraction) -> Fraction:
    """x ** y: exact for a whole exponent and where the root is rational, else ``exp(y ln x)`` rounded from 50 digits.

    >>> power(Fraction(8, 27), Fraction(2, 3))
    Fraction(4, 9)
    """
    root = x if y.denominator == 1 else rational_root(x, y.denominator)
    if root is not None:
        return root**y.numerator
    with localcontext(_WORK):
        return rounded_50(_raised(_decimal(x), _decimal(y)))


def geometric_mean(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """∏ x ** (w / Σ w) of positive (x, w): exact where the result is rational, else rounded from 50 digits.

    >>> geometric_mean([(Fraction(80), Fraction(1, 3)), (Fraction(80), Fraction(1, 7))])
    Fraction(80, 1)
    """
    if len({x for x, _ in pairs}) == 1:
        return pairs[0][0]
    total = sum((w for _, w in pairs), Fraction(0))
    shares = [w / total for _, w in pairs]
    degree = math.lcm(*(share.denominator for share in shares))
    if degree * max(_bits(x) for x, _ in pairs) <= _ROOT_BITS and all(share > 0 for share in shares):
        product = math.prod((x ** int(share * degree) for (x, _), share in zip(pairs, shares, strict=True)), start=Fraction(1))
        if (found := rational_root(product, degree)) is not None:
            return found
    with localcontext(_WORK):
        return rounded_50(sum((_decimal(share) * _decimal(x).ln() for (x, _), share in zip(pairs, shares, strict=True)), Decimal(0)).exp())


def power_mean(pairs: Sequence[tuple[Fraction, Fraction]], p: Fraction) -> Fraction:
    """(Σ w x ** p / Σ w) ** (1 / p) of positive (x, w): exact where the result is rational and p is whole, else rounded from 50 digits."""
    if len({x for x, _ in pairs}) == 1:
        return pairs[0][0]
    total = sum((w for _, w in pairs), Fraction(0))
    if p.denominator == 1:
        return power(sum((w * x**p.numerator for x, w in pairs), Fraction(0)) / total, 1 / p)
    with localcontext(_WORK):
        mean = sum((_decimal(w / total) * _raised(_decimal(x), _decimal(p)) for x, w in pairs), Decimal(0))
        return rounded_50(_raised(mean, _decimal(1 / p)))


def rational_root(x: Fraction, degree: int) -> Fraction | None:
    """The rational root of x ≥ 0, or None where it is not rational.

    >>> rational_root(Fraction(27, 8), 3), rational_root(Fraction(2), 2)
    (Fraction(3, 2), None)
    """
    top, bottom = _integer_root(x.numerator, degree), _integer_root(x.denominator, degree)
    return None if top is None or bottom is None else Fraction(top, bottom)


def _integer_root(n: int, degree: int) -> int | None:
    if n < 2:
        return n if n >= 0 else None
    if n.bit_length() <= degree or n.bit_length() > _ROOT_BITS:
        return None
    if degree == 2:
        found = math.isqrt(n)
    else:  # Newton from above; each step is a whole number, so it ends at the root rounded down
        found, better = 0, 1 << -(-n.bit_length() // degree)
        while found == 0 or better < found:
            found = better
            better = ((degree - 1) * found + n // found ** (degree - 1)) // degree
    return found if found**degree == n else None


def _raised(x: Decimal, y: Decimal) -> Decimal:
    return (y * x.ln()).exp()


def _bits(x: Fraction) -> int:
    return max(x.numerator.bit_length(), x.denominator.bit_length())
