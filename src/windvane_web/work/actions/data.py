"""Provider data: entered in a grid or imported; for one's own unit another body confirms."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from windvane_web.core.action import Refused, action
from windvane_web.org.models import Cycle, User
from windvane_web.work.grids import Cells, read_cells, store_cells
from windvane_web.work.imports import read_import, store_import
from windvane_web.work.models import Datum
from windvane_web.work.queries import in_charge
from windvane_web.work.uploads import Upload


@action("datum.enter")
def enter_data(actor: User, cycle: Cycle, *, indicator: str, cells: Cells, source: str = "", document: str = "") -> Cycle:
    """Write values of one indicator: unit → name → text; an empty text takes a value out. All or nothing."""
    if not in_charge(actor, indicator):
        raise Refused("stranger", "datum.enter", cycle)
    values, problems = read_cells(cycle, indicator, cells)
    if problems:
        raise ValidationError(problems)
    store_cells(actor, cycle, indicator, values, source.strip(), document.strip())
    return cycle


@action("data.import")
def import_data(actor: User, cycle: Cycle, *, file: Upload) -> Cycle:
    """Take over all facts of a file, or none of them."""
    found = read_import(actor, cycle, file)
    if found.problems:
        raise ValidationError([*found.problems])
    store_import(actor, cycle, found, source=file.name)
    return cycle


@action("datum.confirm")
def confirm_datum(actor: User, datum: Datum, *, note: str = "") -> Datum:
    datum.confirmed_by = actor
    return _settled(datum)


@action("datum.correct")
def correct_datum(actor: User, datum: Datum, *, value: str, basis: str) -> Datum:
    """An upheld appeal puts another value in the place of the old one."""
    if not basis.strip():
        raise ValidationError(_("请写明依据。"))
    texts: Mapping[str, Mapping[str, str]] = {datum.unit.code: {datum.name: value}}
    values, problems = read_cells(datum.cycle, datum.indicator, texts)
    if problems or not values:
        raise ValidationError(problems or [_("请填写数值。")])
    datum.value = values[datum.unit.code][datum.name]
    datum.document = basis.strip()[:300]
    datum.confirmed_by = actor
    return _settled(datum)


def _settled(datum: Datum) -> Datum:
    datum.state = Datum.State.CONFIRMED
    datum.version += 1
    datum.save()
    return datum
