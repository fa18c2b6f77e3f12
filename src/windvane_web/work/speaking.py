"""Kept values as a page says them: words by their title, numbers with their measure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from windvane import Status
from windvane.decimals import decimal_text, parse_decimal
from windvane_web.core.page import language
from windvane_web.scheme.models import BookTask
from windvane_web.work.models import Report
from windvane_web.work.opening import YEAR
from windvane_web.work.reading import node_of
from windvane_web.work.standing import share_of
from windvane_web.work.values import stored

S = Report.State


def say_value(text: str, task: BookTask | None = None) -> str:
    """``on_schedule`` → 按序时完成; numbers and days as they are."""
    if not text:
        return ""
    value = stored(text)
    if isinstance(value, Status):
        return _("未到期") if value is Status.NOT_DUE else _("未报")
    if isinstance(value, str):
        return _word(value, task)
    return decimal_text(value) if isinstance(value, Fraction) else str(value)


def _word(word: str, task: BookTask | None) -> str:
    node = node_of(task) if task else None
    choices = node.entries.choices if node and node.entries else ()
    return next((choice.title.of(language()) for choice in choices if choice.code == word), word)


def say_period(period: str) -> str:
    return _("全年") if period == YEAR else _("截至 %(day)s") % {"day": period}


def measure_of(task: BookTask) -> str:
    return "" if task.measure == "date" else task.measure


def completion(task: BookTask, text: str) -> Fraction | None:
    """Value over target in per cent; None where either is no number."""
    value = stored(text) if text else None
    target = parse_decimal(task.facts.get("target", ""))
    if not isinstance(value, Fraction) or target is None:
        return None
    return 100 * share_of(value, target, task.better == "high")


def light_of(report: Report, today: date) -> tuple[str, str]:
    """The light of a report and its word; never the colour alone."""
    if report.state == S.VERIFIED:
        return "ok", str(report.get_state_display())
    if report.state in (S.SUBMITTED, S.SIGNED):
        return "wait", str(report.get_state_display())
    left = (report.due - today).days
    if left < 0:
        return "late", _("逾期 %(n)s 天") % {"n": -left}
    if report.state == S.RETURNED:
        return "lag", str(report.get_state_display())
    return ("lag" if left <= 7 else "none"), _("剩 %(n)s 天") % {"n": left} if left else _("今日到期")
