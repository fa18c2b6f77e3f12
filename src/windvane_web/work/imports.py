"""Facts from a workbook or a csv file: read whole, checked against the scheme, shown before they are taken over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from windvane import Fact, Facts, Problem
from windvane.files.cells import exact_text
from windvane.files.facts import SHEETS, build_facts
from windvane.files.workbook import Grid, read_grid, read_grids
from windvane_web.core.page import language
from windvane_web.org.facts import units
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.work.grids import misfits, store
from windvane_web.work.models import Datum
from windvane_web.work.queries import all_sheets, in_charge, scheme_of
from windvane_web.work.uploads import Upload
from windvane_web.work.values import kept_text

READ = {role: SHEETS[role] for role in ("facts", "loadings")}


@dataclass(frozen=True)
class Import:
    """What a file would change. ``problems`` are in words; while there are any nothing is taken over."""

    rows: tuple[Fact, ...] = ()
    loadings: Mapping[tuple[str, str, str, str], dict[str, str]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_import(person: User, cycle: Cycle, file: Upload) -> Import:
    """Read the facts of a file, or everything that is wrong with it."""
    grids = _grids(file)
    if isinstance(grids, list):
        return _refused(grids)
    scheme = scheme_of(cycle)
    measures = {node.code: node.measure for node in scheme.nodes.values()} if scheme else {}
    found = build_facts({"units": _unit_grid(cycle), **grids}, measures=measures)
    if isinstance(found, list):
        return _refused(found)
    problems = [*_strange(person, cycle, found), *misfits(cycle, Facts(units(cycle), found.rows))]
    return Import(found.rows, _loadings(found), tuple(problems))


def _refused(problems: list[Problem]) -> Import:
    return Import(problems=tuple(problem.say(language()) for problem in problems))


def _grids(file: Upload) -> dict[str, Grid] | list[Problem]:
    """The tables of the file: sheets by their names, else the only sheet as facts."""
    with TemporaryDirectory(prefix="windvane-") as folder:
        path = Path(folder) / f"{PurePath(file.name).stem[:60]}{PurePath(file.name).suffix.lower()}"
        path.write_bytes(file.content)
        if path.suffix == ".xlsx":
            named = read_grids(path, READ)
            if isinstance(named, list) or "facts" in named:
                return named
        one = read_grid(path, READ["facts"])
        return [one] if isinstance(one, Problem) else {"facts": one}


def _unit_grid(cycle: Cycle) -> Grid:
    """The units of the cycle, so that a file may name them by code or by title."""
    rows = [("unit", "zh", "en"), *((unit.code, unit.title.zh, unit.title.en) for unit in units(cycle))]
    return Grid("units", "", tuple(range(1, len(rows) + 1)), tuple(rows))


def _strange(person: User, cycle: Cycle, facts: Facts) -> Iterator[str]:
    """Facts that this person does not bring, or that no grid of data has a place for."""
    scheme = scheme_of(cycle)
    known = {sheet.node.code for sheet in all_sheets(scheme)} if scheme else set()
    for code in dict.fromkeys(fact.indicator for fact in facts.rows):
        if code not in known:
            yield _("指标 %(code)s 不由导入的数据计分。") % {"code": code}
        elif not in_charge(person, code):
            yield _("指标 %(code)s 不由您提供数据。") % {"code": code}
    for fact in facts.rows:
        if fact.period:
            yield _("%(unit)s %(code)s：期间应留空，导入的是全年数据。") % {"unit": fact.unit, "code": fact.indicator}
    keys = {(f.unit, f.indicator, f.name, f.entry) for f in facts.rows}
    for x in facts.loadings:
        if (x.unit, x.indicator, x.name, x.entry) not in keys:
            yield _("%(unit)s %(code)s：有误差载荷，却没有数值。") % {"unit": x.unit, "code": x.indicator}


def _loadings(facts: Facts) -> dict[tuple[str, str, str, str], dict[str, str]]:
    found: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for x in facts.loadings:
        found.setdefault((x.unit, x.indicator, x.name, x.entry), {})[x.shock] = exact_text(x.loading)
    return found


def store_import(actor: User, cycle: Cycle, found: Import, *, source: str) -> None:
    """Write all facts; those that were there are superseded."""
    by_code = {unit.code: unit for unit in Unit.objects.all()}
    known = {(d.unit.code, d.indicator, d.name, d.entry): d for d in Datum.objects.filter(cycle=cycle).select_related("unit")}
    for fact in found.rows:
        place = (fact.unit, fact.indicator, fact.name, fact.entry)
        fresh = Datum(cycle=cycle, unit=by_code[fact.unit], indicator=fact.indicator, name=fact.name, entry=fact.entry)
        datum = known.get(place) or fresh
        datum.error = "" if fact.error is None else exact_text(fact.error)
        datum.loadings = found.loadings.get(place, {})
        store(
            actor, datum, kept_text(fact.status if fact.value is None else fact.value), source=fact.source or source, document=fact.document
        )
