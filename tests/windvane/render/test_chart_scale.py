"""Ticks are round, few, and enclose or stay within what they should."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from windvane.render.chart_scale import Scale, inner_ticks, nice_step, spanning_ticks, tick_texts, ticks_with_room
from windvane.render.chart_text import text_width

numbers = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=1000)


@given(numbers, numbers)
def test_spanning_ticks_enclose_both_numbers_with_at_most_six_lines(low: Fraction, high: Fraction) -> None:
    assume(low < high)

    ticks = spanning_ticks(low, high)

    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 6


@given(numbers, numbers)
def test_inner_ticks_stay_between_both_numbers(low: Fraction, high: Fraction) -> None:
    assume(low < high)

    ticks = inner_ticks(low, high)

    assert all(low <= tick <= high for tick in ticks)
    assert 1 <= len(ticks) <= 6


@given(numbers, numbers, st.floats(min_value=60, max_value=700))
def test_ticks_with_room_do_not_touch(low: Fraction, high: Fraction, width: float) -> None:
    assume(low < high)
    scale = Scale(low, high, 0, width)

    ticks = ticks_with_room(scale)

    texts = tick_texts(ticks)
    for i in range(1, len(ticks)):
        room = (text_width(texts[i], 11) + text_width(texts[i - 1], 11)) / 2
        assert scale(ticks[i]) - scale(ticks[i - 1]) > room


def test_equal_ends_still_give_an_axis() -> None:
    assert len(spanning_ticks(5, 5)) > 1
    assert len(spanning_ticks(0, 0)) > 1


def test_texts_have_the_decimals_that_the_step_needs() -> None:
    assert tick_texts([Fraction(0), Fraction(1, 2), Fraction(1)]) == ["0.0", "0.5", "1.0"]


def test_nice_step_divides_into_no_more_parts_than_asked() -> None:
    assert nice_step(Fraction(95, 100), 6) == Fraction(1, 5)
