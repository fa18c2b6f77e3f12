"""One indicator × all units: texts of cells to values, and values to rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.translation import gettext as _

from windvane import Facts, Problem, Severity
from windvane.checks.facts import check_facts
from windvane_web.core.page import language
from windvane_web.org.facts import units
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.work.facts import fact_of
from windvane_web.work.models import Datum
from windvane_web.work.queries import scheme_of, sheet_of, units_of
from windvane_web.work.values import kept_text, read_value

Cells: TypeAlias = Mapping[str, Mapping[str, str]]  # unit → name → text
UNFIT = {"score.not_for_class", "score.unread"}  # doubtful in a whole year, wrong in what somebody just typed
IN_MEASURE = ("value", "target", "base", "previous")


def read_cells(cycle: Cycle, indicator: str, cells: Cells) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return the cells as kept texts, and everything that is wrong with them in words."""
    scheme = scheme_of(cycle)
    sheet = sheet_of(scheme, indicator) if scheme else None
    if scheme is None or sheet is None:
        return {}, [_("方案中没有指标 %(code)s，或它不由数据直接计分。") % {"code": indicator}]
    titles = {one.unit.code: one.unit for one in units_of(scheme, cycle, indicator)}
    found: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for unit, texts in cells.items():
        for name, text in texts.items():
            place = f"{titles.get(unit, unit)} {name}"
            if unit not in titles or name not in sheet.names:
                problems.append(_("%(place)s：这个指标没有这一格。") % {"place": place})
                continue
            value = read_value(text, sheet.node.measure if name in IN_MEASURE else "") if text.strip() else ""
            if isinstance(value, Problem):
                problems.append(f"{place}：{value.say(language())}")
            else:
                found.setdefault(unit, {})[name] = kept_text(value) if text.strip() else ""
    return found, problems or _misfits(cycle, indicator, found)


def _misfits(cycle: Cycle, indicator: str, cells: Cells) -> list[str]:
    rows = [fact_of(unit, indicator, name, "", text) for unit, texts in cells.items() for name, text in texts.items() if text]
    return misfits(cycle, Facts(units(cycle), tuple(rows)))


def misfits(cycle: Cycle, facts: Facts) -> list[str]:
    """What the scheme cannot use of these facts, in words."""
    scheme = scheme_of(cycle)
    found = check_facts(scheme, facts) if scheme else ()
    return [p.say(language()) for p in found if p.severity is Severity.ERROR or p.code in UNFIT]


def store_cells(actor: User, cycle: Cycle, indicator: str, cells: Cells, source: str, document: str) -> None:
    """Write what changed. Values of the actor's own unit wait for another body."""
    known = {(d.unit.code, d.name): d for d in Datum.objects.filter(cycle=cycle, indicator=indicator, entry="").select_related("unit")}
    by_code = {unit.code: unit for unit in Unit.objects.filter(code__in=cells)}
    for code, texts in cells.items():
        for name, text in texts.items():
            datum = known.get((code, name)) or Datum(cycle=cycle, unit=by_code[code], indicator=indicator, name=name)
            if not text:
                if datum.pk:
                    datum.delete()
            elif datum.value != text or document not in ("", datum.document):
                store(actor, datum, text, source=source, document=document)


def store(actor: User, datum: Datum, text: str, *, source: str, document: str) -> None:
    """Write one value; of one's own unit it counts only when another body has confirmed it."""
    own = actor.unit_id is not None and actor.unit_id == datum.unit_id
    datum.value, datum.entered_by, datum.confirmed_by = text, actor, None
    datum.source, datum.document = source or datum.source, document or datum.document
    datum.state = Datum.State.ENTERED if own else Datum.State.CONFIRMED
    datum.version += 1 if datum.pk else 0
    datum.save()
