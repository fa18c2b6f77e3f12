"""Facts to csv or xlsx, to be read back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final

from windvane.facts import Fact, Facts, Status
from windvane.files.facts import SIMULATED_FILE
from windvane.files.tables import Cell, Sheet, csv_bytes, too_long, workbook_bytes, write_whole
from windvane.problems import Problem

_NOTE: Final = "模拟数据 / simulated data"
_UNITS: Final = ("unit", "class", "order", "zh", "en", "competes")
_FACTS: Final = ("unit", "indicator", "name", "period", "entry", "value", "status", "error", "source", "document")
_ENTRIES: Final = ("unit", "indicator", "entry", "kind", "day", "document", "title", "title_en", "rule")
_LOADINGS: Final = ("unit", "indicator", "name", "entry", "shock", "loading")


def write_facts(facts: Facts, target: str | Path) -> list[Problem]:
    """Write facts to a folder (a csv file a table) or to one ``.xlsx``; return why they could not be written, if so.

    Simulated facts carry their mark: a sheet ``simulated`` or the file ``SIMULATED.txt``.
    """
    target, sheets = Path(target), list(fact_sheets(facts))
    contents: dict[Path, Callable[[], bytes]]
    if target.suffix.lower() == ".xlsx":
        mark = [Sheet("simulated", (_NOTE,), [])] if facts.simulated else []
        contents = {target: lambda: workbook_bytes([*filter(_wanted, sheets), *mark])}
    elif target.suffix:
        return [Problem("files.write_suffix", target.name, {"suffix": target.suffix})]
    else:
        paths = {target / f"{sheet.name}.csv": sheet for sheet in sheets}
        contents = {path: partial(csv_bytes, sheet) for path, sheet in paths.items() if _wanted(sheet) or path.exists()}
        if facts.simulated:
            contents[target / SIMULATED_FILE] = lambda: f"{_NOTE}\n".encode()
    return write_whole(contents, too_long(sheets))


def fact_sheets(facts: Facts) -> Iterator[Sheet]:
    """Yield the tables of facts: units, facts, entries, loadings."""
    units = [(u.code, u.cls, Fraction(u.order), u.title.zh, u.title.en, "yes" if u.competes else "no") for u in facts.units]
    yield Sheet("units", _UNITS, units)
    yield Sheet("facts", _FACTS, [_row(fact) for fact in facts.rows], frozenset({"value"}))
    rows = [(e.unit, e.indicator, e.entry, e.kind, e.day or "", e.document, e.title.zh, e.title.en, e.rule) for e in facts.entries]
    yield Sheet("entries", _ENTRIES, rows)
    yield Sheet("loadings", _LOADINGS, [(x.unit, x.indicator, x.name, x.entry, x.shock, x.loading) for x in facts.loadings])


def _wanted(sheet: Sheet) -> bool:
    """Tables without rows are written only over old ones of their name, which must not be read again."""
    return bool(sheet.rows) or sheet.name in ("units", "facts")


def _row(fact: Fact) -> tuple[Cell, ...]:
    value: Cell = "" if fact.value is None else fact.value
    status = "" if fact.status is Status.REPORTED else fact.status.value
    error: Cell = "" if fact.error is None else fact.error
    return (*fact.key, value, status, error, fact.source, fact.document)
