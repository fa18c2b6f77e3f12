"""Decimal text ⇄ exact numbers, half-up rounding against Python's decimals, irrational functions against mpmath."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from windvane.decimals import (
    canonical,
    decimal_text,
    exponential,
    natural_log,
    parse_decimal,
    power,
    rational_root,
    round_half_up,
    square_root,
)

fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)
WIDE = Context(prec=100)


# Text -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", Fraction(25, 2)),
        (" 7 ", Fraction(7)),
        ("-0.5", Fraction(-1, 2)),
        ("+3", Fraction(3)),
        (".25", Fraction(1, 4)),
        ("5.", Fraction(5)),
        ("1e3", Fraction(1000)),
        ("1.5E-3", Fraction(3, 2000)),
        ("1２", Fraction(12)),
        ("17.665", Fraction(3533, 200)),
    ],
)
def test_numbers_as_people_write_them(text: str, value: Fraction) -> None:
    assert parse_decimal(text) == value


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1,234", "1 2", "1/3", "0x10", "inf", "nan", "1e", "1e1000", "12.5%", "1_000", "一", "9" * 61]
)
def test_what_is_no_number(text: str) -> None:
    assert parse_decimal(text) is None


@given(decimals)
def test_text_is_read_exactly(x: Decimal) -> None:
    assert parse_decimal(format(x, "f")) == Fraction(x)


@given(fractions, st.integers(0, 12))
def test_text_with_places_is_what_python_decimals_say(x: Fraction, places: int) -> None:
    expected = WIDE.divide(Decimal(x.numerator), Decimal(x.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)
    shown = format(expected, "f")

    assert decimal_text(x, places) == (shown if Decimal(shown) else shown.removeprefix("-"))


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=9, allow_nan=False))
def test_text_without_places_loses_nothing_that_ends(x: Decimal) -> None:
    assert Fraction(decimal_text(Fraction(x))) == Fraction(x)


def test_text_of_what_does_not_end() -> None:
    assert decimal_text(Fraction(2, 3)) == "0.666667"
    assert decimal_text(Fraction(-1, 3)) == "-0.333333"
    assert decimal_text(Fraction(1, 10**13)) == "0"
    assert decimal_text(Fraction(-1, 1000), 2) == "0.00"
    assert decimal_text(Fraction(1500)) == "1500"


@given(fractions)
def test_canonical_text_is_one_to_one(x: Fraction) -> None:
    assert Fraction(canonical(x)) == x


# Rounding -------------------------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(st.integers(-(10**12), 10**12), st.integers(0, 9), st.integers(0, 9))
def test_half_up_is_what_python_decimals_say(digits: int, shift: int, places: int) -> None:
    x = Decimal(digits).scaleb(-shift)

    assert round_half_up(Fraction(x), places) == Fraction(x.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE))


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_every_half_goes_away_from_zero(n: int, places: int) -> None:
    step = Fraction(10) ** -places
    half = (n + Fraction(1, 2)) * step

    assert round_half_up(half, places) == (n + 1 if half > 0 else n) * step


@given(fractions, st.integers(-4, 9))
def test_rounding_is_near_odd_and_settled(x: Fraction, places: int) -> None:
    rounded = round_half_up(x, places)

    assert abs(rounded - x) <= Fraction(10) ** -places / 2
    assert round_half_up(-x, places) == -rounded
    assert round_half_up(rounded, places) == rounded


def test_published_figures_that_floats_get_wrong() -> None:
    """Each of these is a half in decimals; the nearest double lies below it."""
    for text, expected in (("17.665", "17.67"), ("1.005", "1.01"), ("2.675", "2.68"), ("0.285", "0.29"), ("1.115", "1.12")):
        assert round(float(text), 2) < float(expected)
        assert round_half_up(Fraction(text), 2) == Fraction(expected)


def test_all_halves_of_a_hundred_points() -> None:
    """0.005 to 99.995: all 10,000 go up, where doubles get thousands wrong."""
    wrong_in_floats = 0
    for n in range(10_000):
        text = f"{n // 100}.{n % 100:02d}5"
        assert round_half_up(Fraction(text), 2) == Fraction(n + 1, 100)
        wrong_in_floats += round(float(text), 2) != (n + 1) / 100

    assert wrong_in_floats > 3000


# Functions ------------------------------------------------------------------------------------------------------------

positive = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6)


def near(x: Fraction, y: mpf, digits: int = 49) -> bool:
    return bool(abs(mpf(x.numerator) / mpf(x.denominator) - y) <= abs(y) * mpf(10) ** -digits)


@given(positive)
def test_roots_and_logarithms_to_fifty_digits(x: Fraction) -> None:
    with mpmath.workdps(80):
        exact = mpf(x.numerator) / mpf(x.denominator)
        assert near(square_root(x), mpmath.sqrt(exact))
        assert x == 1 or near(natural_log(x), mpmath.log(exact))


@given(st.fractions(min_value=-600, max_value=600, max_denominator=1000))
def test_exponentials_to_fifty_digits(x: Fraction) -> None:
    with mpmath.workdps(80):
        assert near(exponential(x), mpmath.exp(mpf(x.numerator) / mpf(x.denominator)))


@given(positive, st.fractions(min_value=-20, max_value=20, max_denominator=50))
def test_powers_to_fifty_digits(x: Fraction, y: Fraction) -> None:
    with mpmath.workdps(120):
        assert near(power(x, y), (mpf(x.numerator) / mpf(x.denominator)) ** (mpf(y.numerator) / mpf(y.denominator)))


@given(st.fractions(min_value=0, max_value=1000, max_denominator=1000), st.integers(2, 7))
def test_rational_roots_are_found_and_no_others(x: Fraction, degree: int) -> None:
    assert rational_root(x**degree, degree) == x
    found = rational_root(x**degree + 1, degree)
    assert found is None or found**degree == x**degree + 1


def test_whole_powers_are_exact() -> None:
    assert power(Fraction(2), Fraction(200)) == 2**200
    assert power(Fraction(-2), Fraction(65)) == -(2**65)
    assert power(Fraction(3, 2), Fraction(-3)) == Fraction(8, 27)
