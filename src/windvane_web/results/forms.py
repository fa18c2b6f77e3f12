"""Forms of results: what is asked for before a run is started, decided or published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from windvane_web.results.models import Publication, Run


class StartForm(forms.Form):
    reason = forms.CharField(label=_("计算原因"), max_length=300, help_text=_("例如：年终试算、申诉更正后重算"))


class DecideForm(forms.Form):
    opinion = forms.CharField(label=_("审定意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class PublishForm(forms.Form):
    audience = forms.ChoiceField(label=_("公布范围"), help_text=_("一次一个范围"))
    until = forms.DateField(
        label=_("异议截止"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("被考核单位可在这一天之前提出申诉")
    )
    reason = forms.CharField(label=_("尚有申诉时公布的理由"), max_length=300, required=False)
    open_data = forms.BooleanField(
        label=_("同时公开数据包"), required=False, help_text=_("任何人都可下载全部数据自行重算；含涉密任务时不能公开")
    )

    def __init__(self, run: Run, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        done = {publication.audience for publication in run.publications.all()}
        self.fields["audience"].choices = [choice for choice in Publication.Audience.choices if choice[0] not in done]  # type: ignore[attr-defined]  # a choice field
