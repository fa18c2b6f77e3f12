"""Text of a cell → value: what is read, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from windvane.facts import Status
from windvane.files import cells
from windvane.files.cells import Number
from windvane.problems import Problem


def code_of(found: object) -> str:
    return found.code if isinstance(found, Problem) else f"read as {found!r}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17.665", "17.665"),
        ("-3", "-3"),
        ("+0.5", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("１２．５", "12.5"),
        ("－１，２３４", "-1234"),
        ("−2", "-2"),
        ("1,234", "1234"),
        ("12,345,678.90", "12345678.90"),
        (" 7 ", "7"),
        ("　7　", "7"),
        ("12.5%", "12.5"),
        ("12.5％", "12.5"),
        ("12.5 %", "12.5"),
        ("3.2万", "32000"),
        ("3.2 万", "32000"),
        ("1.5亿", "150000000"),
        ("2万亿", "2000000000000"),
        ("999999999999999999999999999999", "999999999999999999999999999999"),
    ],
)
def test_numbers_are_read_exactly(text: str, expected: str) -> None:
    assert cells.number(text) == Fraction(expected)


@pytest.mark.parametrize(
    "text",
    [
        "12,34",
        "1,2345",
        ",123",
        "1 234",
        "1.2.3",
        "--3",
        "3-",
        "12abc,",
        "1e500",
        "½",
        "10²",
        "①",
        "٣",
        "1÷0",
        "0x10",
        "(3)",
        "1_000",
        "9" * 61,
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert code_of(cells.number(text)) in ("cell.number", "cell.measure_unknown")


@pytest.mark.parametrize(
    ("text", "measure", "expected"),
    [
        ("3.2万元", "万元", "3.2"),
        ("3.2万元", "元", "32000"),
        ("3.2亿元", "万元", "32000"),
        ("320元", "万元", "0.032"),
        ("3.2万", "元", "32000"),
        ("5千米", "千米", "5"),
        ("12.5%", "%", "12.5"),
        ("98.4分", "分", "98.4"),
        ("98.4", "万元", "98.4"),
    ],
)
def test_measures_are_converted_exactly(text: str, measure: str, expected: str) -> None:
    assert cells.number(text, measure) == Fraction(expected)


@pytest.mark.parametrize(
    ("text", "measure", "code"),
    [
        ("3.2万元", None, "cell.measure_unknown"),
        ("3.2万", "万元", "cell.measure"),
        ("12.5%", "万元", "cell.measure"),
        ("5公里", "千米", "cell.measure"),
        ("3万%", None, "cell.measure_unknown"),
    ],
)
def test_an_unclear_measure_is_refused(text: str, measure: str | None, code: str) -> None:
    assert code_of(cells.number(text, measure)) == code


@pytest.mark.parametrize(
    ("stored", "percent", "expected"),
    [
        ("17.664999999999999", False, "17.665"),
        ("0.28999999999999998", False, "0.29"),
        ("0.30000000000000004", False, "0.3"),
        ("0.125", True, "12.5"),
        ("0.99380000000000002", True, "99.38"),
        ("1E-3", False, "0.001"),
        ("-0", False, "0"),
    ],
)
def test_binary_numbers_are_what_excel_shows(stored: str, percent: bool, expected: str) -> None:
    assert cells.number(Number(stored, percent)) == Fraction(expected)


@pytest.mark.parametrize("stored", ["NaN", "inf", "1e999", "", "abc", "1e-320"])
def test_binary_numbers_that_are_none_are_refused(stored: str) -> None:
    assert code_of(cells.number(Number(stored))) == "cell.number"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4).map(Fraction))
@example(Fraction(17665, 1000))
def test_a_decimal_survives_its_binary_form(x: Fraction) -> None:
    assert cells.number(Number(repr(float(x)))) == x


@given(st.fractions())
def test_exact_text_reads_back(x: Fraction) -> None:
    assert cells.number(cells.exact_text(x)) == x


@pytest.mark.parametrize(
    "text", ["2019-12-31", "2019/12/31", "2019.12.31", "2019年12月31日", "２０１９年１２月３１号", "2019 年 12 月 31 日"]
)
def test_days(text: str) -> None:
    assert cells.day(text) == cells.value(text) == date(2019, 12, 31)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2019-02-30", "cell.no_such_day"),
        ("2019-12", "cell.date"),
        ("20191231", "cell.date"),
        ("12/31", "cell.date"),
        ("2019-12/31", "cell.date"),
        ("19-12-31", "cell.date"),
        (Number("43830"), "cell.date"),
    ],
)
def test_half_days_are_refused(raw: cells.Raw, code: str) -> None:
    assert code_of(cells.day(raw)) == code


@pytest.mark.parametrize("text", ["", "  ", "—", "——", "-", "－", "缺失", "missing", "MISSING"])
def test_missing(text: str) -> None:
    assert cells.value(text) is Status.MISSING


@pytest.mark.parametrize("text", ["not_due", "未到期", "不适用", "NOT_DUE"])
def test_not_due(text: str) -> None:
    assert cells.value(text) is Status.NOT_DUE


@pytest.mark.parametrize("text", ["n/a", "NA", "无", "/", "null", "NaN", "待定", "?"])
def test_words_with_two_meanings_are_refused(text: str) -> None:
    assert code_of(cells.value(text)) == "cell.ambiguous"


@pytest.mark.parametrize("text", ["提前", "on_schedule", "A", "优"])
def test_words_stay_words(text: str) -> None:
    assert cells.value(text) == text


@pytest.mark.parametrize("text", ["2019-12", "12/31", "3-5", "#REF!", "约100"])
def test_neither_number_nor_word(text: str) -> None:
    found = cells.value(text)
    assert code_of(found) == "cell.number" or found == "约100"  # a word; the scheme says whether it knows it


@given(st.text(max_size=12))
@example("=1+1")
@example("'=1")
@example("''")
@example("12")
@example(" a ")
def test_protected_text_reads_back(text: str) -> None:
    assert cells.unprotect(cells.protect(text)) == text
    guarded = cells.protect(text, value=True)
    assert not text or cells.value(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_apostrophes_of_people_are_kept() -> None:
    assert cells.words("'Open data' programme") == "'Open data' programme"


@pytest.mark.parametrize(
    ("text", "code"),
    [("a b", "cell.code"), ("a/b", "cell.code"), ("a\u200b", "cell.invisible"), ("=a", "cell.code"), ("x" * 101, "cell.code")],
)
def test_codes(text: str, code: str) -> None:
    assert code_of(cells.code(text)) == code


@pytest.mark.parametrize(
    ("raw", "expected"), [("40%", "0.4"), ("0.4", "0.4"), (Number("0.4", percent=True), "0.4"), ("1", "1"), ("0", "0")]
)
def test_shares(raw: cells.Raw, expected: str) -> None:
    assert cells.share(raw) == Fraction(expected)


@pytest.mark.parametrize("text", ["40", "-0.1", "101%", "half"])
def test_what_is_no_share_is_refused(text: str) -> None:
    assert isinstance(cells.share(text), Problem)


@pytest.mark.parametrize(("text", "expected"), [("是", True), ("单列", False), ("TRUE", True), ("no", False), ("", None)])
def test_yes_and_no(text: str, expected: bool | None) -> None:
    assert cells.yes(text) is expected


@given(st.text(max_size=40), st.sampled_from([None, "%", "万元", "元"]))
def test_any_text_is_read_or_refused_in_words(text: str, measure: str | None) -> None:
    for found in (
        cells.value(text, measure),
        cells.number(text, measure),
        cells.day(text),
        cells.words(text),
        cells.code(text),
        cells.yes(text),
    ):
        if isinstance(found, Problem):
            assert found.say("zh")
            assert found.say("en")
