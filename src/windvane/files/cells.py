"""Text of a cell → number, date, status or word. Nothing is guessed: what has two readings is refused with what to write.

Decisions, each with a test:

* Full-width digits and punctuation count as their ASCII forms; ``1,234`` only where the commas stand right.
* A per-cent sign means *the number of per cent*: ``12.5%`` is 12.5. A cell that Excel formats as per cent stores 0.125 and is 12.5 too.
* ``3.2万`` is 32000. A unit of measure (``3.2万元``) is read only where the measure is known: 3.2 if that is 万元, 32000 if 元.
* A binary number is read through its shortest decimal (17.665, never 17.664999…), and to 15 significant digits, as Excel shows it.
* ``1÷3`` is how a number without an end is written exactly.
* A leading apostrophe before what would be read otherwise (``'12``, ``'=x``) means: text as it stands. The writer puts it there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from windvane.decimals import LONGEST, decimal_text
from windvane.facts import Status
from windvane.problems import Problem

EXCEL_DIGITS: Final = 15  # significant digits that Excel keeps of a number
LONGEST_EXACT: Final = 2000  # digits of either half of ``1÷3``


@dataclass(frozen=True, slots=True)
class Number:
    """A binary number as a file stores it, and whether Excel shows it as per cent."""

    text: str
    percent: bool = False


Raw: TypeAlias = str | Number | date | Problem  # an empty cell is ""; a cell that must not be read is its Problem
Value: TypeAlias = Fraction | date | str | Status

NOT_DUE: Final = frozenset({"not_due", "not due", "未到期", "未到考核期", "不适用", "不考核"})
MISSING: Final = frozenset({"missing", "缺失", "缺报", "未报", "暂缺"})
REPORTED: Final = frozenset({"reported", "已报", "已上报"})
AMBIGUOUS: Final = frozenset({"n/a", "na", "#n/a", "nan", "null", "none", "nil", "无", "空", "/", "inf", "infinity", "不详", "待定", "?"})
YES: Final = frozenset({"yes", "y", "true", "1", "是", "参评", "√", "✓"})
NO: Final = frozenset({"no", "n", "false", "0", "否", "单列", "不参评", "×"})

_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x00A0: " ", 0x2212: "-"}
_DASHES: Final = re.compile(r"[-‐‑‒–—―─]{1,4}")
_NUMBER: Final = re.compile(
    r"(?P<digits>[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2}(?![0-9]))?)\s*(?P<tail>[^\W\d_].*|[%‰℃].*)?",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"(-?[0-9]{1,20})(?:\.([0-9]{1,20}))?")  # most numbers, read fast
_EXACT: Final = re.compile(r"([+-]?\d+)÷(\d+)", re.ASCII)
_DAY: Final = re.compile(
    r"([0-9]{4})\s*(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号])"
)
_SCALES: Final = {"万亿": 10**12, "千万": 10**7, "百万": 10**6, "十万": 10**5, "亿": 10**8, "万": 10**4, "千": 10**3, "百": 100, "": 1}
_SCALED: Final = re.compile(f"({'|'.join(s for s in _SCALES if s)}|)(.*)", re.DOTALL)
_TRIGGERS: Final = tuple("=+-@\t\r\n＝＋－＠")
_CODE: Final = re.compile(r"[^\s/'=+\-@＝＋－＠][^\s/]{0,99}")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def narrow(text: str) -> str:
    """Return the text with full-width ASCII made narrow and the blanks around it removed.

    >>> narrow("　１２．５％ ")
    '12.5%'
    """
    return text.translate(_NARROW).strip()


def has_control(text: str) -> bool:
    """Tell whether the text holds characters that no file of ours may hold (NUL, half a surrogate pair, …)."""
    return _CONTROL.search(text) is not None


def shown(raw: Raw) -> str:
    """Return what a cell says, short enough for a message."""
    text = raw.text + ("%" if raw.percent else "") if isinstance(raw, Number) else "" if isinstance(raw, Problem) else str(raw)
    printable = "".join(c if c.isprintable() else "�" for c in text)
    return printable if len(printable) <= 40 else printable[:39] + "…"


def is_empty(raw: Raw) -> bool:
    return isinstance(raw, str) and not raw.strip()


def number(raw: Raw, measure: str | None = None) -> Fraction | Problem:
    """Return the exact number of a cell. ``measure`` is the indicator's unit of measure where it is known.

    >>> number("１，２３４．５"), number("12.5%"), number("3.2万元", "万元"), number("3.2亿元", "万元")
    (Fraction(2469, 2), Fraction(25, 2), Fraction(16, 5), Fraction(32000, 1))
    """
    if isinstance(raw, Number):
        return _binary(raw, measure)
    if not isinstance(raw, str):
        return raw if isinstance(raw, Problem) else _refused("cell.number", raw)
    if plain := _PLAIN.fullmatch(raw):
        return _of_plain(plain)
    text = narrow(raw)
    if exact := _EXACT.fullmatch(text):
        return _quotient(exact, raw)
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST + 20 else None
    if found is None or len(found["digits"]) > LONGEST:
        return _refused("cell.number", raw)
    x = Fraction(found["digits"].replace(",", ""))
    return x if not found["tail"] else _in_measure(x, found["tail"].strip(), measure, raw)


def _quotient(exact: re.Match[str], raw: Raw) -> Fraction | Problem:
    over, under = exact.groups()
    if max(len(over), len(under)) > LONGEST_EXACT or not int(under):
        return _refused("cell.number", raw)
    return Fraction(int(over), int(under))


def exact_text(x: Fraction) -> str:
    """Return the text that reads back as exactly this number: its decimal if that ends, else ``n÷d``.

    >>> exact_text(Fraction(1, 8)), exact_text(Fraction(-1, 3))
    ('0.125', '-1÷3')
    """
    places = _places(x.denominator)
    text = decimal_text(x, places) if places is not None and places < LONGEST else ""
    return text if 0 < len(text) <= LONGEST else f"{x.numerator}÷{x.denominator}"


def _places(denominator: int) -> int | None:
    """Return how many decimals a fraction needs, None if it never ends."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _binary(raw: Number, measure: str | None) -> Fraction | Problem:
    x = shortest_decimal(raw.text)
    if x is None:
        return _refused("cell.number", raw)
    return _in_measure(x * 100, "%", measure, raw) if raw.percent else x


def shortest_decimal(text: str) -> Fraction | None:
    """Return the decimal that a binary number stands for, to 15 significant digits; None if it is not a finite number.

    >>> shortest_decimal("17.664999999999999"), shortest_decimal("0.30000000000000004")
    (Fraction(3533, 200), Fraction(3, 10))
    """
    x = finite(text)
    if x is None:
        return None
    digits = repr(x)
    if len(digits) > EXCEL_DIGITS and len(Decimal(digits).normalize().as_tuple().digits) > EXCEL_DIGITS:
        digits = f"{x:.{EXCEL_DIGITS}g}"
    plain = _PLAIN.fullmatch(digits)
    return _of_plain(plain) if plain else Fraction(digits)


def finite(text: str) -> float | None:
    """Return a number as the nearest binary one; None for what is none, infinite or absurdly large or small."""
    try:
        x = float(text)
    except ValueError:
        return None
    return x if x == 0 or 1e-300 < abs(x) < 1e300 else None


def _of_plain(plain: re.Match[str]) -> Fraction:
    decimals = plain[2] or ""
    return Fraction(int(plain[1] + decimals), 10 ** len(decimals))


def _in_measure(x: Fraction, tail: str, measure: str | None, raw: Raw) -> Fraction | Problem:
    """Turn ``x`` followed by words (``万``, ``万元``, ``%``) into the unit of measure of the indicator."""
    scale, base = _split(tail)
    if not measure:
        return x * scale if not base or (base, scale) == ("%", 1) else _refused("cell.measure_unknown", raw, measure=tail)
    own_scale, own_base = _split(narrow(measure))
    if base == own_base:
        return x * scale / own_scale
    if not base and own_scale == 1:
        return x * scale
    return _refused("cell.measure", raw, measure=measure)


def _split(words: str) -> tuple[int, str]:
    """``万元`` → (10000, 元)."""
    found = _SCALED.fullmatch(words)
    return (_SCALES[found[1]], found[2].strip()) if found else (1, words)


def day(raw: Raw) -> date | Problem:
    """Return the date of a cell: ``2019-12-31``, ``2019/12/31``, ``2019.12.31``, ``2019年12月31日`` or a date of Excel.

    >>> day("２０１９年１２月３１日")
    datetime.date(2019, 12, 31)
    """
    if isinstance(raw, date | Problem):
        return raw
    found = _DAY.fullmatch(narrow(raw)) if isinstance(raw, str) else None
    if found is None:
        return _refused("cell.date", raw)
    year, month, of_month = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, of_month)
    except ValueError:
        return _refused("cell.no_such_day", raw)


def words(raw: Raw) -> str | Problem:
    """Return the text of a cell. A whole number is its digits (codes and clauses are often numbers); a date is refused.

    >>> words(" 国发〔2019〕3号 "), words("'=x")
    ('国发〔2019〕3号', '=x')
    """
    if isinstance(raw, str):
        return unprotect(raw)
    if isinstance(raw, Problem):
        return raw
    if isinstance(raw, Number) and not raw.percent:
        x = shortest_decimal(raw.text)
        return str(x.numerator) if x is not None and x.denominator == 1 else _refused("cell.text", raw)
    return _refused("cell.text", raw)


def code(raw: Raw) -> str | Problem:
    """Return the code of a unit, indicator, entry …: text without blanks, invisible characters or a slash.

    >>> code("Ａ01 "), code("A/1").code
    ('Ａ01', 'cell.code')
    """
    text = words(raw)
    if isinstance(text, Problem) or not text:
        return text
    if not text.isascii() and any(unicodedata.category(c) == "Cf" for c in text):
        return _refused("cell.invisible", raw)
    return text if _CODE.fullmatch(text) else _refused("cell.code", raw)


def value(raw: Raw, measure: str | None = None) -> Value | Problem:
    """Return the value of a fact: number, date, status (nothing and dashes are missing) or a word of the scheme's choices.

    >>> value("未到期"), value("—"), value("提前"), value("2019.12.31")
    (<Status.NOT_DUE: 'not_due'>, <Status.MISSING: 'missing'>, '提前', datetime.date(2019, 12, 31))
    """
    if not isinstance(raw, str):
        return raw if isinstance(raw, date | Problem) else number(raw, measure)
    if found := _PLAIN.fullmatch(raw):
        return _of_plain(found)
    if (text := unprotect(raw, value=True)) != raw.strip():
        return text
    plain = narrow(raw)
    if (status := _status(plain.lower())) is not None:
        return status
    if _DAY.fullmatch(plain):
        return day(raw)
    if plain.lower() in AMBIGUOUS:
        return _refused("cell.ambiguous", raw)
    return text if plain.lstrip("'")[:1].isalpha() else number(raw, measure)


def _status(plain: str) -> Status | None:
    if not plain or plain in MISSING or _DASHES.fullmatch(plain):
        return Status.MISSING
    return Status.NOT_DUE if plain in NOT_DUE else None


def status(raw: Raw) -> Status | Problem | None:
    """Return what a column of statuses says; None if it says nothing."""
    text = words(raw)
    if isinstance(text, Problem) or not text:
        return text or None
    if narrow(text).lower() in REPORTED:
        return Status.REPORTED
    found = _status(narrow(text).lower())
    return _refused("cell.status", raw) if found is None else found


def share(raw: Raw) -> Fraction | Problem:
    """Return a share 0..1; here ``40%`` is 0.4.

    >>> share("40%"), share("0.4")
    (Fraction(2, 5), Fraction(2, 5))
    """
    in_percent = (isinstance(raw, Number) and raw.percent) or (isinstance(raw, str) and narrow(raw).endswith("%"))
    x = number(raw)
    if isinstance(x, Problem):
        return x
    x = x / 100 if in_percent else x
    return x if 0 <= x <= 1 else _refused("cell.share", raw)


def yes(raw: Raw) -> bool | Problem | None:
    """Return yes or no in either language; None if the cell is empty."""
    text = words(raw)
    if isinstance(text, Problem) or not text:
        return text or None
    plain = narrow(text).lower()
    return True if plain in YES else False if plain in NO else _refused("cell.yes", raw)


def _needs_protection(text: str, *, value: bool) -> bool:
    rest = text.lstrip("'")
    return rest.startswith(_TRIGGERS) or rest != rest.strip() or (value and bool(text) and not _reads_as_word(rest))


def _reads_as_word(text: str) -> bool:
    plain = narrow(text)
    return bool(plain) and plain[0].isalpha() and plain.lower() not in AMBIGUOUS and _status(plain.lower()) is None


def protect(text: str, *, value: bool = False) -> str:
    """Return text as it may stand in a file: no spreadsheet takes it for a formula, no reader of ours for anything but this text.

    >>> protect("=1+1"), protect("'=1"), protect("12", value=True), protect("12")
    ("'=1+1", "''=1", "'12", '12')
    """
    return "'" + text if _needs_protection(text, value=value) else text


def unprotect(text: str, *, value: bool = False) -> str:
    """Return the text that ``protect`` was given; blanks around any other text are dropped."""
    stripped = text.strip()
    if not stripped.startswith("'"):
        return stripped
    guarded = text.lstrip()
    if guarded.startswith("'") and _needs_protection(guarded[1:], value=value):
        return guarded[1:]
    return stripped


def _refused(code: str, raw: Raw, **params: str) -> Problem:
    return Problem(code, params={"text": shown(raw), **params})
