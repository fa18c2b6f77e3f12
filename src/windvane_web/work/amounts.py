"""What the scheme says about a ledger entry: its amount, the cap of its kind; and what looks like the same fact twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from windvane.decimals import decimal_text
from windvane.scheme import Kind
from windvane_web.org.models import Cycle, Unit
from windvane_web.work.models import LedgerEntry
from windvane_web.work.queries import class_of, kind_of, number_at, scheme_of

COUNTS = (LedgerEntry.State.ENTERED, LedgerEntry.State.APPROVED)


@dataclass(frozen=True)
class Running:
    """How much of a kind's cap is used up by approved and waiting entries of a unit."""

    total: Fraction
    cap: Fraction | None

    @property
    def said(self) -> dict[str, str]:
        """The numbers as a page says them; an absent or kept cap is empty."""
        return {
            "total": decimal_text(self.total),
            "cap": "" if self.cap is None else decimal_text(self.cap),
            "over": decimal_text(self.over) if self.over else "",
        }

    @property
    def over(self) -> Fraction:
        """By how much the sum passes the cap; 0 where it does not."""
        if self.cap is None:
            return Fraction(0)
        return max(self.total - self.cap, Fraction(0)) if self.cap >= 0 else max(self.cap - self.total, Fraction(0))


def settle_amount(cycle: Cycle, unit: Unit, indicator: str, kind: str, amount: Decimal | None, day: date) -> Decimal:
    """Return the amount that counts; raise if the scheme knows no such entry or does not allow the amount."""
    found, cls = kind_of(scheme_of(cycle), indicator, kind), class_of(cycle, unit)
    if found is None:
        raise ValidationError(_("方案中没有这种加分扣分。"))
    if not cls:
        raise ValidationError(_("%(unit)s 不在本年度的考核单位中。") % {"unit": unit})
    if not cycle.start <= day <= cycle.end:
        raise ValidationError(_("日期不在考核周期内。"))
    return _within(found, cls, amount, day)


def _within(kind: Kind, cls: str, amount: Decimal | None, day: date) -> Decimal:
    low, high = number_at(kind.low, cls, day), number_at(kind.high, cls, day)
    if amount is None:
        if low is None or low != high:
            raise ValidationError(_("请填写分值。"))
        return Decimal(decimal_text(low))
    if (low is not None and Fraction(amount) < low) or (high is not None and Fraction(amount) > high):
        raise ValidationError(_("分值应在 %(low)s 至 %(high)s 之间。") % {"low": _text(low), "high": _text(high)})
    return amount


def _text(x: Fraction | None) -> str:
    return "—" if x is None else decimal_text(x)


def running(cycle: Cycle, unit: Unit, indicator: str, kind: str, *, more: Decimal | None = None) -> Running:
    """The sum of a kind for a unit (``more``: with one more entry) beside its cap."""
    rows = LedgerEntry.objects.filter(cycle=cycle, unit=unit, indicator=indicator, kind=kind, state__in=COUNTS)
    total = Fraction(rows.aggregate(sum=Sum("amount"))["sum"] or 0) + Fraction(more or 0)
    found = kind_of(scheme_of(cycle), indicator, kind)
    return Running(total, number_at(found.cap, class_of(cycle, unit), None) if found else None)


def doubts(cycle: Cycle, unit: Unit, indicator: str, kind: str, amount: Decimal, day: date, title: str) -> list[str]:
    """What to look at again before entering: the cap is passed, or a like entry is there."""
    found = []
    after = running(cycle, unit, indicator, kind, more=amount)
    if after.over and after.cap is not None:
        said = {"cap": decimal_text(after.cap), "sum": decimal_text(after.total), "over": decimal_text(after.over)}
        found.append(_("这一种累计 %(sum)s 分，超过上限 %(cap)s 分，超出的 %(over)s 分不计。") % said)
    like = LedgerEntry.objects.filter(cycle=cycle, unit=unit, indicator=indicator, counter_of=None, state__in=COUNTS)
    for entry in like.filter(Q(title=title) | Q(kind=kind, day=day))[:3]:
        found.append(
            _("已有相近的一条：%(day)s %(title)s（%(document)s）。") % {"day": entry.day, "title": entry.title, "document": entry.document}
        )
    return found
