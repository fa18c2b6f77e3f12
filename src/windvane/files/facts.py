"""Facts from csv, xlsx and parquet: all or nothing, every mistake told with its file, sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from windvane.facts import ONLY, Entry, Fact, Facts, Key, Loading, Status, Unit
from windvane.files import cells
from windvane.files.cells import Raw, Value
from windvane.files.columns import ENTRIES, FACT_NAMES, FACTS, LOADINGS, UNITS, Row, Table, close, fact_name, near, understand
from windvane.files.workbook import OTHER_WORKBOOKS, SUFFIXES, Grid, read_grid, read_grids, texts
from windvane.problems import Problem
from windvane.text import Text

Measures: TypeAlias = Mapping[str, str]  # unit of measure by indicator

SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "units": ("units", "单位", "单位名单"),
    "facts": ("facts", "事实", "数据"),
    "entries": ("entries", "台账", "条目"),
    "loadings": ("loadings", "误差", "误差载荷"),
}
SIMULATED_SHEETS: Final = ("simulated", "模拟数据")
SIMULATED_FILE: Final = "SIMULATED.txt"
_LONG_ONLY: Final = frozenset({"value", "数值", "name", "status", "状态", "error", "误差", "source", "来源"})
_NOTHING: Final[Value] = Status.MISSING
_IN_MEASURE: Final = frozenset({"value", "target", "base", "previous"})
_NAME: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")
_SIMULATED: Final = re.compile(r"""^simulated\s*:\s*["']?yes\b""", re.MULTILINE)


def read_facts(
    *,
    units: str | Path,
    facts: str | Path | None = None,
    entries: str | Path | None = None,
    loadings: str | Path | None = None,
    simulated: bool = False,
    measures: Measures | None = None,
) -> Facts | list[Problem]:
    """Read facts from files, which may all be one workbook; return them, or everything that is wrong with them.

    ``measures`` gives the unit of measure of indicators, so that ``3.2万元`` can be read; without it such cells are refused.
    """
    paths = {"units": units, "facts": facts, "entries": entries, "loadings": loadings}
    grids: dict[str, Grid] = {}
    problems: list[Problem] = []
    for role, path in paths.items():
        if path is not None:
            found = read_grid(Path(path), SHEETS[role])
            if isinstance(found, Problem):
                problems.append(found)
            else:
                grids[role] = found
    return problems or build_facts(grids, simulated=simulated, measures=measures)


def read_case_facts(folder: str | Path, *, measures: Measures | None = None) -> Facts | list[Problem]:
    """Read the facts of a folder: ``units``, ``facts``, ``entries`` and ``loadings`` as csv, xlsx or parquet, or one ``facts.xlsx``."""
    folder = Path(folder)
    grids: dict[str, Grid] = {}
    problems: list[Problem] = []
    simulated = _folder_is_simulated(folder)
    for path, role in _case_files(folder):
        found = _one_or_more(path, role)
        if isinstance(found, list):
            problems += found
            continue
        simulated = simulated or "simulated" in found
        for name, grid in found.items():
            if name in grids:
                problems.append(Problem("facts.table_twice", grid.where, {"table": name, "other": grids[name].where}))
            elif name != "simulated":
                grids[name] = grid
    if "units" not in grids and not problems:
        problems.append(Problem("facts.no_units", folder.name))
    return problems or build_facts(grids, simulated=simulated, measures=measures)


def _case_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the tables of a folder with their roles; capitals do not matter, and workbooks of other kinds come too, to be refused."""
    roles = {name: role for role, names in SHEETS.items() for name in names}
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    for path in files:
        role = roles.get(path.stem.lower())
        if role and path.suffix.lower() in (*SUFFIXES, *OTHER_WORKBOOKS):
            yield path, role


def _one_or_more(path: Path, role: str) -> dict[str, Grid] | list[Problem]:
    """The table of a file; a workbook may hold the tables of other roles too."""
    if path.suffix.lower() == ".xlsx":
        found = read_grids(path, {**SHEETS, "simulated": SIMULATED_SHEETS})
        if isinstance(found, list) or role in found:
            return found
    grid = read_grid(path, SHEETS[role])
    return [grid] if isinstance(grid, Problem) else {role: grid}


def _folder_is_simulated(folder: Path) -> bool:
    if (folder / SIMULATED_FILE).is_file():
        return True
    try:
        with (folder / "scheme.yaml").open(encoding="utf-8-sig") as file:
            return _SIMULATED.search(file.read(2**20)) is not None
    except (OSError, UnicodeDecodeError):
        return False  # the reader of schemes says what is wrong with it


@dataclass
class _Build:
    """What has been read so far, and what was wrong with it."""

    measures: Measures
    problems: list[Problem] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    rows: dict[Key, tuple[Fact, str]] = field(default_factory=dict)
    entries: dict[tuple[str, str, str], Entry] = field(default_factory=dict)
    loadings: dict[tuple[str, str, str, str, str], Loading] = field(default_factory=dict)
    titles: dict[str, list[str]] = field(default_factory=dict)

    def add(self, fact: Fact, row: Row, column: str) -> None:
        if fact.key in self.rows:
            row.refuse(column, "facts.twice", key=" ".join(part for part in fact.key if part), other=self.rows[fact.key][1])
        else:
            self.rows[fact.key] = (fact, row.place(column))

    def measure(self, indicator: str, name: str) -> str | None:
        """The unit of measure of a fact; counts, weights and amounts are not in that of the indicator."""
        return self.measures.get(indicator) if name in _IN_MEASURE else None


def build_facts(grids: Mapping[str, Grid], *, simulated: bool = False, measures: Measures | None = None) -> Facts | list[Problem]:
    """Make facts of grids by role (units, facts, entries, loadings)."""
    build = _Build(measures or {})
    _units(build, grids["units"])
    readers: Mapping[str, Callable[[_Build, Grid], None]] = {"facts": _facts, "entries": _entries, "loadings": _loadings}
    for role, read in readers.items():
        if role in grids:
            read(build, grids[role])
    if build.problems:
        return build.problems
    rows = tuple(replace(fact, where=place) for fact, place in build.rows.values())
    return Facts(tuple(build.units.values()), rows, tuple(build.entries.values()), tuple(build.loadings.values()), simulated)


def _table(build: _Build, found: Table | list[Problem]) -> Iterable[Row]:
    if isinstance(found, list):
        build.problems += found
        return ()
    return found.rows(build.problems)


def _units(build: _Build, grid: Grid) -> None:
    orders: dict[int, str] = {}
    for position, row in enumerate(_table(build, understand(grid, UNITS, needed=["unit"])), 1):
        code = row.needed("unit")
        title = Text(row.text("zh"), row.text("en")) or Text(code)
        order = row.take("order", _whole, position)
        unit = Unit(code, title, row.code("class") or ONLY, order, row.take("competes", _yes, True))
        if code in build.units:
            row.refuse("unit", "facts.unit_twice", unit=code)
        elif order in orders:
            row.refuse("order", "facts.order_twice", order=str(order), other=orders[order])
        if code:
            build.units.setdefault(code, unit)
            orders.setdefault(order, code)
            for name in {title.zh, title.en} - {"", code}:
                build.titles.setdefault(name, []).append(code)


def _whole(raw: Raw) -> int | Problem:
    x = cells.number(raw)
    if isinstance(x, Problem):
        return x
    return int(x) if x.denominator == 1 and abs(x) < 10**9 else Problem("cell.whole", params={"text": cells.shown(raw)})


def _yes(raw: Raw) -> bool | Problem:
    found = cells.yes(raw)
    return True if found is None else found


def _unit(build: _Build, row: Row) -> str:
    """Return the code of the row's unit, which may be written by its code or by its title."""
    raw = row.raw("unit")
    if isinstance(raw, str) and raw in build.units:
        return raw
    before = len(row.problems)
    text = row.text("unit")
    if len(row.problems) > before:
        return ""
    if text in build.units:
        return text
    by_title = build.titles.get(text, [])
    if len(by_title) == 1:
        return by_title[0]
    if by_title:
        row.refuse("unit", "facts.unit_ambiguous", unit=text, near=" / ".join(by_title))
    elif not text:
        row.needed("unit")
    elif build.units:
        row.refuse("unit", "facts.unknown_unit", unit=text, near=near(text, (*build.units, *build.titles)))
    return ""


def _facts(build: _Build, grid: Grid) -> None:
    if _is_long(grid):
        for row in _table(build, understand(grid, FACTS, needed=["unit", "indicator", "value"])):
            _long_row(build, row)
        return
    wide = {"unit": FACTS["unit"], "period": FACTS["period"]}
    found = understand(grid, wide, needed=["unit"], further=lambda header: _NAME.fullmatch(header) is not None)
    for row in _table(build, found):
        _wide_row(build, row)


def _is_long(grid: Grid) -> bool:
    headers = {text.lower() for row in grid.rows[:4] for text in texts(row)}
    return not headers.isdisjoint({"indicator", *FACTS["indicator"]} | _LONG_ONLY)


def _long_row(build: _Build, row: Row) -> None:
    unit, indicator = _unit(build, row), row.needed("indicator")
    name = fact_name(row.code("name")) or "value"
    before = len(row.problems)
    measure = build.measure(indicator, name)
    value = row.take("value", partial(cells.value, measure=measure), _NOTHING)
    error = row.take("error", partial(_error, measure=measure), None)
    status = row.take("status", cells.status, None)
    if len(row.problems) > before:
        return
    if status is not None:
        value = _with_status(row, value, status)
    elif isinstance(value, Status) and error is not None:
        row.refuse("error", "facts.error_of_nothing")
    fact = _fact((unit, indicator, name, row.code("period"), row.code("entry")), value, error, row.text("source"), row.text("document"))
    if unit and indicator:
        build.add(fact, row, "value")


def _fact(key: Key, value: Value, error: Fraction | None = None, source: str = "", document: str = "") -> Fact:
    if isinstance(value, Status):
        return Fact(*key, value=None, status=value, source=source, document=document)
    return Fact(*key, value=value, status=Status.REPORTED, error=error, source=source, document=document)


def _with_status(row: Row, value: Value, status: Status) -> Value:
    """Let value and status agree: a reported fact has a value, any other has none."""
    if status is Status.REPORTED:
        if isinstance(value, Status):
            row.refuse("value", "facts.reported_nothing")
        return value
    if value not in (status, Status.MISSING):
        row.refuse("value", "facts.contradiction", status=status.value)
    return status


def _error(raw: Raw, measure: str | None) -> Fraction | Problem | None:
    if cells.is_empty(raw):
        return None
    x = cells.number(raw, measure)
    return Problem("cell.negative_error", params={"text": cells.shown(raw)}) if isinstance(x, Fraction) and x < 0 else x


def _wide_row(build: _Build, row: Row) -> None:
    """One fact a cell; an empty cell says nothing (a dash or a status says why there is nothing)."""
    unit, period = _unit(build, row), row.code("period")
    for header in row.table.further:
        indicator, _, name = header.partition(".")
        _one_of_many(build, row, header, (unit, indicator, fact_name(name) or "value", period, ""))


def _one_of_many(build: _Build, row: Row, header: str, key: Key, document: str = "") -> None:
    """Add the fact of one cell of a row that holds many."""
    if cells.is_empty(row.raw(header)):
        return
    before = len(row.problems)
    value = row.take(header, partial(cells.value, measure=build.measure(key[1], key[2])), _NOTHING)
    if key[0] and len(row.problems) == before:
        build.add(_fact(key, value, document=document), row, header)


def _entries(build: _Build, grid: Grid) -> None:
    known = {other for names in (FACT_NAMES, ENTRIES) for name, others in names.items() for other in (name, *others)}

    def welcome(header: str) -> bool:
        """A further column is a fact, unless it looks like a slip in the name of a known column."""
        return header in known or (_NAME.fullmatch(header) is not None and "." not in header and not close(header, known))

    for row in _table(build, understand(grid, ENTRIES, needed=["unit", "indicator", "entry"], further=welcome)):
        _entry_row(build, row)


def _entry_row(build: _Build, row: Row) -> None:
    unit, indicator, code = _unit(build, row), row.needed("indicator"), row.needed("entry")
    title = Text(row.text("title"), row.text("title_en"))
    day = row.take("day", _day, None)
    entry = Entry(unit, indicator, code, row.code("kind"), title, row.text("document"), day, row.code("rule"), row.place("entry"))
    if not (unit and indicator and code):
        return
    if (unit, indicator, code) in build.entries:
        row.refuse("entry", "facts.entry_twice", entry=f"{unit} {indicator} {code}")
        return
    build.entries[unit, indicator, code] = entry
    for header in row.table.further:
        _one_of_many(build, row, header, (unit, indicator, fact_name(header), "", code), entry.document)


def _day(raw: Raw) -> date | Problem | None:
    return None if cells.is_empty(raw) else cells.day(raw)


def _loadings(build: _Build, grid: Grid) -> None:
    for row in _table(build, understand(grid, LOADINGS, needed=["unit", "indicator", "shock", "loading"])):
        unit, indicator, shock = _unit(build, row), row.needed("indicator"), row.needed("shock")
        name = fact_name(row.code("name")) or "value"
        key = (unit, indicator, name, row.code("entry"), shock)
        loading = row.take("loading", cells.number, Fraction(0))
        if cells.is_empty(row.raw("loading")):
            row.refuse("loading", "facts.empty", name="loading")
        if key in build.loadings:
            row.refuse("shock", "facts.loading_twice", key=" ".join(part for part in key if part))
        build.loadings[key] = Loading(*key, loading)
