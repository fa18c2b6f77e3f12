"""Forms of units, cycles and people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from windvane_web.org.models import Cycle, Role, Succession, Unit, UnitClass, User


class DayField(forms.DateField):
    """A day, picked in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no generic forms at run time
    class Meta:
        model = Unit
        fields = ("zh", "en", "order")


class CycleForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no generic forms at run time
    start = DayField(label=_("开始"))
    end = DayField(label=_("结束"))

    class Meta:
        model = Cycle
        fields = ("code", "zh", "en", "start", "end", "previous", "simulated")
        labels = {"previous": _("上一年度")}
        help_texts = {"code": _("例如 2026"), "previous": _("带入其类别与单位，并用于与上年比较")}


class ClassForm(forms.Form):
    code = forms.SlugField(label=_("代码"), max_length=40)
    zh = forms.CharField(label=_("中文名称"), max_length=200)
    en = forms.CharField(label=_("英文名称"), max_length=300, required=False)


class MemberForm(forms.Form):
    cls = forms.ModelChoiceField(UnitClass.objects.none(), label=_("类别"))
    order = forms.IntegerField(label=_("排序"), min_value=0)
    competes = forms.BooleanField(label=_("参加排名"), required=False, help_text=_("不勾选即单列：计分但不参加排名"))

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cls"].queryset = cycle.classes.all()  # type: ignore[attr-defined]  # a choice of rows


class SuccessionForm(forms.Form):
    new = forms.ModelChoiceField(Unit.objects.all(), label=_("变为"))
    kind = forms.ChoiceField(choices=Succession.Kind.choices, label=_("方式"))
    day = DayField(label=_("日期"))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx 或 csv。有一处错误就全部不导入，并逐格列出。"),
        validators=[FileExtensionValidator(["xlsx", "csv"])],
    )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no generic forms at run time
    class Meta:
        model = User
        fields = ("name", "unit", "email")


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no generic forms at run time
    password = forms.CharField(
        label=_("初始密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
        help_text=_("至少 10 位，不能全是数字"),
    )

    class Meta:
        model = User
        fields = ("username", "name", "unit", "email")


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), validators=[validate_password]
    )


class RoleForm(forms.Form):
    kind = forms.ChoiceField(choices=Role.Kind.choices, label=_("角色"))
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("单位"), required=False, help_text=_("联络员与负责人必填，其余留空即全部"))
    component = forms.CharField(label=_("指标"), max_length=80, required=False, help_text=_("留空即全部"))
    cycle = forms.ModelChoiceField(Cycle.objects.all(), label=_("年度"), required=False)
