"""Values as people write them ⇄ values as the engine reads them; kept as text that reads back to exactly the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from windvane import Problem, Status
from windvane.files import cells
from windvane.files.cells import Value

NOT_DUE, MISSING = "未到期", "未报"


def read_value(text: str, measure: str = "") -> Value | Problem:
    """Read what a person typed: a number, a day, a word of the scheme, or a status."""
    return cells.value(text, measure or None)


def kept_text(value: Value) -> str:
    """Return the text that ``read_value`` reads back as exactly this value."""
    match value:
        case Status.NOT_DUE:
            return NOT_DUE
        case Status():
            return MISSING
        case Fraction():
            return cells.exact_text(value)
        case date():
            return value.isoformat()
    return cells.protect(value, value=True)


def stored(text: str) -> Value:
    """Read a text that this module wrote; anything else in the database is a programmer's mistake."""
    value = read_value(text)
    if isinstance(value, Problem):
        raise ValueError(f"not a kept value: {text!r}")
    return value
