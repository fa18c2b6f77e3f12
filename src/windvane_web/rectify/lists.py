"""Lists as workbooks: exactly what the page shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from windvane.files.tables import Sheet, workbook_bytes
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.rectify.queries import LIGHTS, light_of


def problems_workbook(rows: Iterable[Problem], today: date) -> bytes:
    heads = (
        _("单位"),
        _("问题"),
        _("类型"),
        _("来源"),
        _("状态"),
        _("提示"),
        _("整改目标"),
        _("期限"),
        _("配合单位"),
        _("整改结果"),
        _("核验意见"),
    )
    return workbook_bytes([Sheet(_("问题清单"), heads, [_problem(one, today) for one in rows])])


def _problem(one: Problem, today: date) -> tuple[str, ...]:
    partners = "、".join(str(unit) for unit in one.partners.all())
    state, light = one.get_state_display(), str(LIGHTS[light_of(one, today)])
    day = one.deadline.isoformat() if one.deadline else ""
    return (str(one.unit), one.title, one.get_kind_display(), one.origin, state, light, one.goal, day, partners, one.result, one.note)


def appeals_workbook(rows: Iterable[Appeal]) -> bytes:
    heads = (
        _("编号"),
        _("单位"),
        _("指标"),
        _("事项"),
        _("理由"),
        _("主张的数值"),
        _("状态"),
        _("复核结论"),
        _("更正前"),
        _("更正后"),
        _("提出时间"),
    )
    return workbook_bytes([Sheet(_("申诉"), heads, [_appeal(one) for one in rows])])


def _appeal(one: Appeal) -> tuple[str, ...]:
    said = (str(one.pk), str(one.unit), one.node, one.entry, one.reason, one.wanted, one.get_state_display(), one.outcome)
    return (*said, one.before, one.corrected, one.filed_at.date().isoformat())
