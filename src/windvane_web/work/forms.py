"""Forms of this app: what they hold is checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from windvane_web.core.page import language
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.work.queries import ledgers, scheme_of
from windvane_web.work.uploads import ACCEPT


def me(request: HttpRequest) -> User:
    """Who is signed in; the login middleware lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("理由（单位可见）"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EntryForm(forms.Form):
    """A new ledger entry. Kind and indicator are chosen together: ``law:lawsuit_lost``."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"))
    kind = forms.ChoiceField(label=_("种类"))
    amount = forms.DecimalField(
        label=_("分值"), required=False, max_digits=10, decimal_places=4, help_text=_("方案规定了固定分值的可以不填；扣分写负数。")
    )
    day = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    title = forms.CharField(label=_("事由"), max_length=300)
    document = forms.CharField(label=_("文件"), max_length=300, help_text=_("文号与标题。同一文件的同一事项只计一次。"))
    file = forms.FileField(label=_("依据材料"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}))
    sure = forms.BooleanField(label=_("已看过提醒，仍要录入"), required=False)

    def __init__(self, person: User, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.filter(memberships__cycle=cycle).order_by("memberships__cls__order", "memberships__order")
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", "—"), *kind_choices(person, cycle)]


def kind_choices(person: User, cycle: Cycle) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds by ledger, of the ledgers that this person writes."""
    scheme = scheme_of(cycle)
    found = []
    for node in ledgers(scheme, person) if scheme else ():
        kinds = [(f"{node.code}:{kind.code}", kind.title.of(language())) for kind in (node.ledger or {}).values()]
        found.append((node.title.of(language()), kinds))
    return found


class CounterForm(forms.Form):
    reason = forms.CharField(label=_("冲销理由"), max_length=500)
    document = forms.CharField(label=_("文件"), max_length=300)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("文件"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}), help_text=_("Excel 或 CSV，可用各指标页的模板。")
    )
