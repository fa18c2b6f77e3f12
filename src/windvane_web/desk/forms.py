"""Forms of the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class RollForm(forms.Form):
    code = forms.SlugField(label=_("年度代码"), max_length=20)
    zh = forms.CharField(label=_("中文名称"), max_length=200)
    en = forms.CharField(label=_("英文名称"), max_length=300, required=False)
    start = forms.DateField(label=_("开始"), **DAY)
    end = forms.DateField(label=_("结束"), **DAY)
