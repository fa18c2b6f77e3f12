"""Forms of appeals and problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from windvane_web.org.models import Cycle, Membership, Unit
from windvane_web.rectify.models import Problem

DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
LONG: dict[str, Any] = {"widget": forms.Textarea(attrs={"rows": 4})}


class AppealForm(forms.Form):
    fact = forms.ChoiceField(label=_("有异议的数据"))
    wanted = forms.CharField(label=_("主张的数值"), max_length=80, required=False, help_text=_("您认为应当是多少；不涉及数值可不填"))
    reason = forms.CharField(label=_("理由"), max_length=2000, help_text=_("写明依据的文件与文号"), **LONG)

    def __init__(self, facts: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].choices = facts  # type: ignore[attr-defined]  # a choice field
        if len(facts) == 1:
            self.fields["fact"].widget = forms.HiddenInput()
            self.fields["fact"].initial = facts[0][0]


class UpholdForm(forms.Form):
    value = forms.CharField(label=_("更正后的数值"), max_length=80, required=False)
    outcome = forms.CharField(label=_("复核结论"), max_length=2000, help_text=_("写明查证情况和依据，单位可见"), **LONG)


class DismissForm(forms.Form):
    outcome = forms.CharField(label=_("复核结论"), max_length=2000, help_text=_("写明为什么不成立，单位可见"), **LONG)


class FindForm(forms.Form):
    member = forms.ModelChoiceField(Membership.objects.none(), label=_("单位"))
    title = forms.CharField(label=_("问题"), max_length=300)
    kind = forms.ChoiceField(label=_("类型"), choices=Problem.Kind.choices)
    node = forms.ChoiceField(label=_("指标"), required=False)
    origin = forms.CharField(label=_("来源"), max_length=300, help_text=_("哪份文件、哪次核验、哪条意见"))

    def __init__(self, members: QuerySet[Membership], nodes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]  # a choice of rows
        self.fields["node"].choices = [("", "—"), *nodes]  # type: ignore[attr-defined]  # a choice field


class NoteForm(forms.Form):
    note = forms.CharField(label=_("说明"), max_length=500, required=False, **LONG)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=500, **LONG)


class PlanForm(forms.Form):
    meeting = forms.CharField(label=_("研究会议"), max_length=300, help_text=_("例如：厅长办公会第 3 次"))
    meeting_day = forms.DateField(label=_("会议日期"), **DAY)
    goal = forms.CharField(label=_("整改目标"), max_length=500, help_text=_("可以核验的目标"), **LONG)
    deadline = forms.DateField(label=_("期限"), **DAY)
    partners = forms.ModelMultipleChoiceField(Unit.objects.none(), label=_("配合单位"), required=False)

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].queryset = Unit.objects.filter(memberships__cycle=cycle).order_by("memberships__order")  # type: ignore[attr-defined]  # rows


class ProgressForm(forms.Form):
    text = forms.CharField(label=_("进展"), max_length=500, **LONG)


class DoneForm(forms.Form):
    result = forms.CharField(label=_("整改结果"), max_length=2000, help_text=_("做了什么、达到了什么，核验人据此核验"), **LONG)


class CheckForm(forms.Form):
    note = forms.CharField(label=_("核验意见"), max_length=500, **LONG)
