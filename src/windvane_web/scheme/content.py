"""The content of a task between the engine's value, the columns of the database and the words of a form or file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from windvane import Book, Problem, Scheme, Task, read_books, write_books, write_scheme
from windvane.files.cells import exact_text
from windvane.files.tables import Sheet, write_sheets
from windvane_web.core.page import language
from windvane_web.scheme.models import BookTask

WORDS: Final = ("entry", "slot", "source", "clause", "rule", "measure", "better", "lead", "joint")
PLACES: Final = 4  # decimals that the columns of weight and share keep


def content_of(task: Task) -> dict[str, Any]:
    """The columns that hold a task, but for those of its amendment."""
    return {
        **{name: getattr(task, name) for name in WORDS},
        "zh": task.title.zh,
        "en": task.title.en,
        "item_zh": task.item.zh,
        "item_en": task.item.en,
        "weight": _column(task.weight, task),
        "share": _column(task.share, task),
        "params": texts(task.params),
        "facts": texts(task.facts),
        "milestones": [[one.day.isoformat(), exact_text(one.value)] for one in task.milestones],
        "partners": list(task.partners),
        "sensitive": task.sensitive,
    }


def _column(x: Fraction, task: Task) -> Decimal:
    if (x * 10**PLACES).denominator != 1:
        said = {"entry": task.entry, "n": PLACES, "x": exact_text(x)}
        raise ValidationError(_("%(entry)s：权重和分担比例最多 %(n)s 位小数，现为 %(x)s。") % said)
    return Decimal(exact_text(x))


def texts(numbers: Mapping[str, Fraction | date]) -> dict[str, str]:
    return {name: value.isoformat() if isinstance(value, date) else exact_text(value) for name, value in numbers.items()}


def row_of(task: Task, order: int) -> BookTask:
    """A row of the database, not yet saved and without its book."""
    amended = {"since": task.since, "reason": task.reason, "approval": task.approval}
    return BookTask(order=order, **content_of(task), **amended)


def read_row(words: Mapping[str, str]) -> Task | dict[str, list[Problem]]:
    """Read one task from the words of a form as a row of a file is read; mistakes by the name of their field.

    ``params`` and ``facts`` are written ``cap=1.2; slope=0.5``.
    """
    more = {f"with.{name}": text for name, text in _pairs(words.get("params", ""))}
    more |= {f"fact.{name}": text for name, text in _pairs(words.get("facts", ""))}
    filled = {name: text for name, text in words.items() if text and name not in ("params", "facts")} | more
    with tempfile.TemporaryDirectory(prefix="windvane-") as folder:
        path = Path(folder) / "task.csv"
        write_sheets([Sheet("books", ("unit", *filled), [("unit", *filled.values())])], path)
        found = read_books(path)
    if not isinstance(found, list):
        return found[0].tasks[0]
    mistakes: dict[str, list[Problem]] = {}
    for problem in found:
        mistakes.setdefault(_field(problem.where.rpartition(" ")[2]), []).append(problem)
    return mistakes


def _pairs(text: str) -> list[tuple[str, str]]:
    pieces = [piece.partition("=") for piece in text.replace("；", ";").split(";") if piece.strip()]
    return [(name.strip(), value.strip()) for name, _equals, value in pieces]


def _field(column: str) -> str:
    prefix = column.partition(".")[0]
    return {"with": "params", "fact": "facts"}.get(prefix, column) if "." in column else column


def words_of(row: BookTask) -> dict[str, str]:
    """The words in which a form shows a row: what ``read_row`` reads back."""
    said = {name: str(getattr(row, name)) for name in (*WORDS, "item_en")}
    said |= {"title": row.zh, "title_en": row.en, "item": row.item_zh, "weight": plain(row.weight), "share": plain(row.share)}
    said |= {"target": row.facts.get("target", ""), "base": row.facts.get("base", ""), "partners": " ".join(row.partners)}
    said |= {"milestones": "; ".join(f"{day}={value}" for day, value in row.milestones), "sensitive": "yes" if row.sensitive else ""}
    said |= {"params": pairs(row.params), "facts": pairs({k: v for k, v in row.facts.items() if k not in ("target", "base")})}
    return said


def pairs(numbers: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in numbers.items())


def plain(number: Decimal) -> str:
    """A number without the zeros that its column keeps.

    >>> plain(Decimal("18.0000")), plain(Decimal("0.6000"))
    ('18', '0.6')
    """
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def file_of(books: Sequence[Book], suffix: str) -> bytes:
    """Target books as csv or xlsx, in the form in which they can be brought in again."""
    with tempfile.TemporaryDirectory(prefix="windvane-") as folder:
        path = Path(folder) / f"books{suffix}"
        problems = write_books(books, path)
        if problems:
            raise ValueError("; ".join(map(str, problems)))
        return path.read_bytes()


def workbook_of(scheme: Scheme) -> bytes:
    """A scheme as a workbook that can be edited and brought in again."""
    with tempfile.TemporaryDirectory(prefix="windvane-") as folder:
        path = Path(folder) / "scheme.xlsx"
        problems = write_scheme(scheme, path)
        if problems:
            raise ValidationError([problem.say(language()) for problem in problems])
        return path.read_bytes()
