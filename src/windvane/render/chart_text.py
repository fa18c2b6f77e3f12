"""Text in charts: how wide it is, where it breaks, how numbers are written. A chart has no layout engine to ask."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from windvane.decimals import decimal_text
from windvane.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

Number = int | float | Fraction
Words = str | Text

MINUS: Final = "−"
MISSING: Final = "—"
_CLOSING: Final = "，。；：、）》〉】〕”’！？,.;:)]%％"
_OPENING: Final = "（《〈【〔“‘(["
# Hundredths of an em, U+0020 … U+007E, of Noto Sans SC, the widest of the fonts in the list but for some letters of DejaVu.
_REGULAR: Final = (
    *(22, 32, 47, 56, 56, 92, 68, 28, 34, 34, 47, 56, 28, 35, 28, 39, 56, 56, 56, 56, 56, 56, 56, 56, 56, 56, 28, 28, 56, 56, 56, 47),
    *(95, 61, 66, 64, 69, 59, 55, 69, 73, 29, 54, 65, 54, 81, 72, 74, 63, 74, 64, 60, 60, 72, 57, 88, 57, 53, 60, 34, 39, 34, 56, 56),
    *(61, 56, 62, 51, 62, 55, 32, 56, 61, 28, 28, 55, 28, 93, 61, 61, 62, 62, 39, 47, 38, 61, 52, 80, 50, 52, 48, 34, 27, 34, 56),
)
_BOLDER: Final = 1.06


def said(words: Words, language: str) -> str:
    """Return the words in the language, on one line."""
    return " ".join((words.of(language) if isinstance(words, Text) else words).split())


@lru_cache(maxsize=32768)  # breaking lines asks for the same beginnings again and again
def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Width in pixels at a font size; everything outside ASCII counts one em, dashes and accented letters less.

    >>> text_width("省水利厅"), round(text_width("95.18"), 2)
    (48.0, 30.24)
    """
    return sum(map(_hundredths, text)) * size / 100 * (_BOLDER if bold else 1)


def _hundredths(char: str) -> int:
    code = ord(char)
    if 32 <= code < 127:
        return _REGULAR[code - 32]
    if code < 0x250 or char in "−–":
        return 63 if code < 0x250 else 56
    return 100


def widest(texts: Sequence[str], size: float = 12, *, bold: bool = False) -> float:
    return max((text_width(text, size, bold=bold) for text in texts), default=0)


@lru_cache(maxsize=8192)
def wrap(text: str, width: float, size: float = 12, most: int = 2, *, bold: bool = False) -> tuple[str, ...] | None:
    """Break text into at most ``most`` lines of about equal width, or return None if it does not fit.

    >>> wrap("社会认可度", 40)
    ('社会认', '可度')
    >>> wrap("Administrative litigation", 60) is None
    True
    """
    size = size * _BOLDER if bold else size
    lines = _filled(_pieces(text), width, size)
    if lines is None or len(lines) > most:
        return None
    narrower = width
    while narrower > size and (tighter := _filled(_pieces(text), narrower - 1, size)) and len(tighter) == len(lines):
        lines, narrower = tighter, narrower - 1
    return tuple(lines)


def _pieces(text: str) -> tuple[str, ...]:
    """Split where a line may break: after a space or hyphen, and between Chinese characters, but not before closing marks."""
    pieces = [""]
    for char in text:
        before = pieces[-1][-1:]
        wide = ord(char) >= 0x2E80 or (before and ord(before) >= 0x2E80)
        breaks = before in (" ", "-") or (wide and before not in _OPENING and char not in _CLOSING)
        if before and breaks and char != " ":
            pieces.append(char)
        else:
            pieces[-1] += char
    return tuple(pieces)


def _filled(pieces: Sequence[str], width: float, size: float) -> list[str] | None:
    lines = [""]
    for piece in pieces:
        if text_width(piece.rstrip(), size) > width:
            return None
        if text_width((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def fitted(text: str, width: float, size: float = 12, most: int = 1, *, bold: bool = False) -> tuple[str, ...]:
    """Break text to fit; what has no room at all is cut with an ellipsis, as the last resort."""
    size = size * _BOLDER if bold else size
    shorter = (text, *(text[:length].rstrip() + "…" for length in range(len(text) - 1, 0, -1)))
    return next((lines for each in shorter if (lines := wrap(each, width, size, most)) is not None), ("…",))


def exact(x: Number) -> Fraction:
    """The exact value; a float is taken as the decimal that prints it, so that 17.665 rounds as people expect."""
    return Fraction(repr(float(x))) if isinstance(x, float) else Fraction(x)


def number(x: Number, places: int | None = None, *, signed: bool = False) -> str:
    """Write a number as the pages do: thousands apart, a true minus sign, a plus sign only if asked.

    >>> number(Fraction("-17.665"), 2), number(1234567.5, 1), number(0.5, 2, signed=True)
    ('−17.67', '1,234,567.5', '+0.50')
    """
    text = decimal_text(exact(x), places)
    negative, digits = text.startswith("-"), text.lstrip("-")
    whole, point, rest = digits.partition(".")
    zero = not digits.strip("0.")
    sign = MINUS if negative and not zero else "+" if signed and not zero else ""
    return f"{sign}{int(whole):,}{point}{rest}"


def percent(share: Number, places: int = 0) -> str:
    """Write a share of 0..1 in percent, without the sign.

    >>> percent(Fraction(17, 20), 1)
    '85.0'
    """
    return number(exact(share) * 100, places)
