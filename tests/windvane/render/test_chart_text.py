"""Widths, line breaks and numbers as charts write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from windvane.render.chart_text import exact, fitted, number, percent, said, text_width, wrap
from windvane.text import Text


def test_chinese_characters_are_one_em_and_bold_is_wider() -> None:
    assert text_width("省水利厅", 12) == 48
    assert text_width("省水利厅", 12, bold=True) == pytest.approx(48 * 1.06)


def test_lines_are_about_equally_long_and_leave_no_lone_character() -> None:
    assert wrap("人力资源社会保障厅", 100) == ("人力资源社", "会保障厅")


def test_english_breaks_at_spaces_only() -> None:
    assert wrap("Human Resources and Social Security", 120) == ("Human Resources", "and Social Security")
    assert wrap("Administration", 40) is None


def test_closing_marks_do_not_begin_a_line() -> None:
    lines = wrap("得分率（分），见表", 62, most=3)

    assert lines is not None
    assert not any(line[0] in "），" for line in lines)


def test_what_has_no_room_is_cut_with_an_ellipsis() -> None:
    assert fitted("省人力资源社会保障厅", 60) == ("省人力资…",)
    assert fitted("Wwwwwwwwwwwwww", 3) == ("…",)


@pytest.mark.parametrize(
    ("x", "places", "text"),
    [
        (Fraction("17.665"), 2, "17.67"),
        (17.665, 2, "17.67"),
        (-0.004, 2, "0.00"),
        (-1234.5, 1, "−1,234.5"),
        (1_000_000, 0, "1,000,000"),
        (Fraction(1, 3), None, "0.333333"),
    ],
)
def test_numbers_round_half_up_with_a_true_minus(x: float | Fraction, places: int | None, text: str) -> None:
    assert number(x, places) == text


def test_sign_is_written_on_request_but_never_on_zero() -> None:
    assert [number(x, 2, signed=True) for x in (1.2, -1.2, 0, 0.001)] == ["+1.20", "−1.20", "0.00", "0.00"]


def test_floats_stand_for_the_decimal_that_prints_them() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert percent(0.565, 0) == "57"


def test_words_are_chosen_by_language_and_kept_on_one_line() -> None:
    assert said(Text("总分", "Total"), "en") == "Total"
    assert said("two\n lines", "zh") == "two lines"
