"""The columns and filters of the lists of this app."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from windvane_web.work.listing import Cell, Column, Filter
from windvane_web.work.models import Datum, LedgerEntry, Report
from windvane_web.work.speaking import light_of, say_period, say_value

S = Report.State


def _report_light(report: Report) -> Cell:
    light, word = light_of(report, timezone.localdate())
    return Cell(word, light=light)


def _page(report: Report) -> str:
    return reverse("work:report", args=[report.pk])


def report_columns(own: bool) -> list[Column]:
    """Columns of a list of reports; ``own``: all of one unit, so it need not be named."""
    unit = Column("unit", _("单位"), lambda r: Cell(str(r.task.book.unit)), "task__book__unit__order")
    return [
        Column("light", _("状态"), _report_light, "state", css="lamp"),
        Column("task", _("任务"), lambda r: Cell(str(r.task), _page(r)), "task__zh", css="what"),
        *(() if own else (unit,)),
        Column("item", _("大项"), lambda r: Cell(r.task.item_zh), "task__item_zh", css="pc"),
        Column("period", _("期间"), lambda r: Cell(say_period(r.period)), "period", css="pc"),
        Column("target", _("目标值"), lambda r: Cell(r.task.facts.get("target", "")), number=True, css="pc"),
        Column("value", _("填报值"), lambda r: Cell(say_value(r.value, r.task)), "value", number=True, css="pc"),
        Column("verified", _("核定值"), lambda r: Cell(say_value(r.verified_value, r.task)), "verified_value", number=True, css="pc"),
        Column("measure", _("计量单位"), lambda r: Cell("" if r.task.measure == "date" else r.task.measure), "task__measure", css="pc"),
        Column("due", _("截止"), lambda r: Cell(r.due), "due", number=True, css="due"),
    ]


def _lateness(wanted: str) -> Q:
    today = timezone.localdate()
    waiting = Q(state__in=(S.DRAFT, S.RETURNED))
    return waiting & (Q(due__lt=today) if wanted == "late" else Q(due__gte=today))


REPORT_FILTERS = (
    Filter("state", _("状态"), S.choices, "state"),
    Filter("time", _("期限"), (("late", _("逾期")), ("soon", _("未到期"))), _lateness),
    Filter(
        "period",
        _("期间"),
        (("year", _("全年")), ("part", _("年内节点"))),
        lambda w: Q(period="year") if w == "year" else ~Q(period="year"),
    ),
)
REPORT_SEARCH = ("task__zh", "task__en", "task__item_zh", "task__source", "task__entry", "task__book__unit__zh", "task__book__unit__en")

L = LedgerEntry.State
LEDGER_LIGHTS = {L.ENTERED: "wait", L.APPROVED: "ok", L.REJECTED: "none"}
LEDGER_SEARCH = ("title", "document", "unit__zh", "unit__en", "kind", "indicator")


def ledger_columns(titles: dict[tuple[str, str], str]) -> list[Column]:
    """``titles``: of indicators and kinds, by code."""

    def kind(entry: LedgerEntry) -> Cell:
        return Cell(titles.get((entry.indicator, entry.kind), entry.kind))

    return [
        Column("state", _("状态"), lambda e: Cell(str(e.get_state_display()), light=LEDGER_LIGHTS[e.state]), "state", css="lamp"),
        Column("title", _("事由"), lambda e: Cell(e.title, reverse("work:entry", args=[e.pk])), "title", css="what"),
        Column("unit", _("单位"), lambda e: Cell(str(e.unit)), "unit__order"),
        Column("indicator", _("指标"), lambda e: Cell(titles.get((e.indicator, ""), e.indicator)), "indicator", css="pc"),
        Column("kind", _("种类"), kind, "kind", css="pc"),
        Column("amount", _("分值"), lambda e: Cell(e.amount), "amount", number=True),
        Column("document", _("文件"), lambda e: Cell(e.document), "document", css="pc"),
        Column("day", _("日期"), lambda e: Cell(e.day), "day", number=True, css="due"),
    ]


def ledger_filters(titles: dict[tuple[str, str], str]) -> tuple[Filter, ...]:
    indicators = [(code, title) for (code, kind), title in titles.items() if not kind]
    return (Filter("state", _("状态"), L.choices, "state"), Filter("indicator", _("指标"), indicators, "indicator"))


def _datum_value(datum: Datum) -> Cell:
    return Cell(say_value(datum.value))


def datum_columns(titles: dict[str, str]) -> list[Column]:
    return [
        Column("unit", _("单位"), lambda d: Cell(str(d.unit)), "unit__order", css="what"),
        Column("indicator", _("指标"), lambda d: Cell(titles.get(d.indicator, d.indicator)), "indicator"),
        Column("name", _("数据项"), lambda d: Cell(d.name), "name", css="pc"),
        Column("value", _("数值"), _datum_value, "value", number=True),
        Column("document", _("依据文件"), lambda d: Cell(d.document), "document", css="pc"),
        Column("by", _("录入人"), lambda d: Cell(str(d.entered_by or "")), "entered_by__name", css="pc"),
    ]
