"""Target books from csv and xlsx, one row a task, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from windvane.book import Book, Milestone, Task
from windvane.facts import Status
from windvane.files import cells
from windvane.files.cells import Raw, shown
from windvane.files.columns import BOOKS, FACT_NAMES, Row, fact_name, understand
from windvane.files.tables import Cell, Sheet, write_sheets
from windvane.files.workbook import read_grid
from windvane.problems import Problem
from windvane.text import Text

SHEETS: Final = ("books", "目标任务书", "任务书")
BETTER: Final = {"high": "high", "low": "low", "越高越好": "high", "越低越好": "low", "正向": "high", "逆向": "low", "": "high"}
_NAME: Final = re.compile(r"(with|fact)\.[^\W\d]\w*")
_FIXED: Final = ("target", "base")
_MILESTONE: Final = re.compile(r"([^=]+)=([^=]+)")


def read_books(path: str | Path) -> tuple[Book, ...] | list[Problem]:
    """Read target books, one a unit in the order of the file; return them, or everything that is wrong with them."""
    grid = read_grid(Path(path), SHEETS)
    if isinstance(grid, Problem):
        return [grid]
    table = understand(grid, BOOKS, needed=["unit", "slot", "entry"], further=_welcome)
    if isinstance(table, list):
        return table
    problems: list[Problem] = []
    books: dict[str, list[Task]] = {}
    for row in table.rows(problems):
        unit = row.needed("unit")
        books.setdefault(unit, []).append(_task(row))
    problems += _amendments(books)
    return problems or tuple(Book(unit, tuple(tasks)) for unit, tasks in books.items())


def _welcome(header: str) -> bool:
    return header in FACT_NAMES or fact_name(header) != header or _NAME.fullmatch(header) is not None


def _task(row: Row) -> Task:
    measure = row.text("measure") or None
    task = Task(
        entry=row.needed("entry"), slot=row.needed("slot"), title=Text(row.text("title"), row.text("title_en")),
        item=Text(row.text("item"), row.text("item_en")), source=row.text("source"), clause=row.text("clause"),
        weight=row.take("weight", _weight, Fraction(1)), rule=row.code("rule"), params=_numbers(row, "with.", None),
        facts=_numbers(row, "", measure), measure=measure or "", better=row.take("better", _better, "high"),
        milestones=row.take("milestones", partial(_milestones, measure=measure), ()), lead=row.code("lead"),
        partners=tuple(row.text("partners").split()), joint=row.text("joint"), share=row.take("share", _share, Fraction(1)),
        sensitive=row.take("sensitive", _yes, False), since=row.take("since", _day, None), reason=row.text("reason"),
        approval=row.text("approval"), where=row.place("entry"),
    )  # fmt: skip
    if task.joint and not re.fullmatch(r"[^\s/]+/[^\s/]+", task.joint):
        row.refuse("joint", "books.joint", text=task.joint)
    return task


def _numbers(row: Row, prefix: str, measure: str | None) -> Mapping[str, Fraction | date]:
    """Rule parameters (``with.NAME``), or the facts that the book fixes (``target``, ``base``, …, ``fact.NAME``)."""
    further = row.table.further
    if prefix:
        columns = {header: header.removeprefix(prefix) for header in further if header.startswith(prefix)}
    else:
        rest = {header: fact_name(header.removeprefix("fact.")) for header in further if not header.startswith("with.")}
        columns = {name: name for name in _FIXED if name in row.table.at} | rest
    found = {name: row.take(header, partial(_fixed, measure=measure), None) for header, name in columns.items()}
    return {name: value for name, value in found.items() if value is not None}


def _fixed(raw: Raw, measure: str | None) -> Fraction | date | Problem | None:
    if cells.is_empty(raw):
        return None
    value = cells.value(raw, measure)
    return Problem("books.number", params={"text": shown(raw)}) if isinstance(value, str | Status) else value


def _weight(raw: Raw) -> Fraction | Problem:
    x = Fraction(1) if cells.is_empty(raw) else cells.number(raw)
    return Problem("books.weight", params={"text": shown(raw)}) if isinstance(x, Fraction) and x < 0 else x


def _share(raw: Raw) -> Fraction | Problem:
    x = Fraction(1) if cells.is_empty(raw) else cells.share(raw)
    return Problem("cell.share", params={"text": shown(raw)}) if x == 0 else x


def _better(raw: Raw) -> str | Problem:
    text = cells.words(raw)
    if isinstance(text, Problem):
        return text
    return BETTER.get(cells.narrow(text).lower()) or Problem("books.better", params={"text": shown(raw)})


def _yes(raw: Raw) -> bool | Problem:
    return cells.yes(raw) or False


def _day(raw: Raw) -> date | Problem | None:
    return None if cells.is_empty(raw) else cells.day(raw)


def _milestones(raw: Raw, measure: str | None) -> tuple[Milestone, ...] | Problem:
    """``2019-06-30=40; 2019-12-31=100``, in order of day."""
    text = cells.words(raw)
    if isinstance(text, Problem):
        return text
    found: list[Milestone] = []
    for piece in filter(None, (part.strip() for part in cells.narrow(text).replace("；", ";").split(";"))):
        halves = _MILESTONE.fullmatch(piece)
        day, value = (cells.day(halves[1]), cells.number(halves[2], measure)) if halves else (None, None)
        if not isinstance(day, date) or not isinstance(value, Fraction):
            return Problem("books.milestone", params={"text": shown(piece)})
        found.append(Milestone(day, value))
    if any(one.day >= other.day for one, other in pairwise(found)):
        return Problem("books.milestone_order", params={"text": shown(text)})
    return tuple(found)


def _amendments(books: Mapping[str, Sequence[Task]]) -> list[Problem]:
    """A task stands once without a day; every later row of it needs a day of its own, a reason and an approval."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str, date | None], Task] = {}
    for unit, tasks in books.items():
        for task in tasks:
            key = (unit, task.slot, task.entry, task.since)
            if key in seen:
                problems.append(Problem("books.twice", task.where, {"entry": f"{unit}/{task.entry}", "other": seen[key].where}))
            seen.setdefault(key, task)
            if task.since and not (task.reason and task.approval):
                problems.append(Problem("books.amendment", task.where, {"entry": f"{unit}/{task.entry}"}))
    return problems


_TEXTS: Final = ("unit", "slot", "entry", "item", "item_en", "title", "title_en", "source", "clause")
_AFTER: Final = ("measure", "better", "milestones", "lead", "partners", "joint", "share", "sensitive", "since", "reason", "approval")


def write_books(books: Iterable[Book], path: str | Path) -> list[Problem]:
    """Write target books to csv or xlsx, to be read back exactly; return why they could not be written, if so."""
    tasks = [(book.unit, task) for book in books for task in book.tasks]
    facts = sorted({name for _, task in tasks for name in task.facts} - set(_FIXED))
    params = sorted({name for _, task in tasks for name in task.params})
    more = [name if name in FACT_NAMES and name != "weight" else f"fact.{name}" for name in facts]
    header = (*_TEXTS, "weight", "rule", *_FIXED, *more, *(f"with.{name}" for name in params), *_AFTER)
    rows = [tuple(_cells(unit, task, (*_FIXED, *facts), params)) for unit, task in tasks]
    return write_sheets([Sheet("books", header, rows)], Path(path))


def _cells(unit: str, task: Task, facts: Iterable[str], params: Iterable[str]) -> Iterable[Cell]:
    yield from (unit, task.slot, task.entry, task.item.zh, task.item.en, task.title.zh, task.title.en, task.source, task.clause)
    yield from (task.weight, task.rule)
    yield from (task.facts.get(name, "") for name in facts)
    yield from (task.params.get(name, "") for name in params)
    milestones = "; ".join(f"{m.day}={cells.exact_text(m.value)}" for m in task.milestones)
    yield from (task.measure, task.better, milestones, task.lead, " ".join(task.partners), task.joint)
    yield from (task.share, "yes" if task.sensitive else "no", task.since or "", task.reason, task.approval)
