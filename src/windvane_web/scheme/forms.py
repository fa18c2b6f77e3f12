"""Forms of schemes, target books and amendments. What a form holds is read as a cell of a file is read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from windvane import Book, Problem, Scheme, read_books, read_scheme, write_scheme
from windvane_web.core.page import language
from windvane_web.org.models import Cycle
from windvane_web.org.queries import members
from windvane_web.scheme.checking import say
from windvane_web.scheme.content import content_of, read_row

MOST_BYTES: Final = 8_000_000


class SchemeForm(forms.Form):
    """The text of a scheme, typed, pasted, or taken from an uploaded file, which goes before the text."""

    text = forms.CharField(label=_("方案文本"), required=False, strip=False, widget=forms.Textarea)
    file = forms.FileField(label=_("上传文件"), required=False, help_text=_("YAML 或 Excel；上传后先显示在编辑框内，检查无误再保存"))
    note = forms.CharField(label=_("说明"), required=False, max_length=300)

    def clean_text(self) -> str:
        """Browsers send lines ended by two characters; the text keeps one."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class RemarkForm(forms.Form):
    remark = forms.CharField(label=_("意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalForm(forms.Form):
    approval = forms.CharField(label=_("批准文件"), max_length=300, help_text=_("文号或会议纪要，如 省考核办〔2019〕12号"))


class UploadForm(forms.Form):
    file = forms.FileField(label=_("文件"), help_text=_("CSV 或 Excel，一行一项任务，列名同导出的表"))


class TaskForm(forms.Form):
    """One task of a target book in words; ``content`` is what the action keeps."""

    slot = forms.ChoiceField(label=_("指标"))
    entry = forms.CharField(label=_("编号"), max_length=40)
    title = forms.CharField(label=_("任务"), max_length=200)
    title_en = forms.CharField(label=_("任务（英文）"), max_length=300, required=False)
    item = forms.CharField(label=_("大项"), max_length=200, required=False)
    item_en = forms.CharField(label=_("大项（英文）"), max_length=300, required=False)
    source = forms.CharField(label=_("任务来源"), max_length=300, required=False)
    clause = forms.CharField(label=_("条款"), max_length=100, required=False)
    weight = forms.CharField(label=_("权重"), max_length=20, initial="1")
    rule = forms.ChoiceField(label=_("计分规则"), required=False)
    params = forms.CharField(label=_("规则参数"), max_length=200, required=False, help_text=_("如 cap=1.2；留空用方案规定的值"))
    target = forms.CharField(label=_("目标值"), max_length=40, required=False)
    base = forms.CharField(label=_("基数"), max_length=40, required=False)
    facts = forms.CharField(label=_("其他约定数值"), max_length=200, required=False, help_text=_("如 previous=12.5"))
    measure = forms.CharField(label=_("计量单位"), max_length=40, required=False)
    better = forms.ChoiceField(label=_("方向"), choices=[("high", _("越高越好")), ("low", _("越低越好"))])
    milestones = forms.CharField(
        label=_("序时进度"), max_length=500, required=False, help_text=_("到期日=累计值，如 2019-06-30=40; 2019-12-31=100")
    )
    lead = forms.ChoiceField(label=_("牵头单位"), required=False)
    partners = forms.MultipleChoiceField(label=_("配合单位"), required=False)
    joint = forms.CharField(label=_("联合任务"), max_length=130, required=False, help_text=_("由牵头单位填报一次：牵头单位代码/任务编号"))
    share = forms.CharField(label=_("分担比例"), max_length=20, required=False, help_text=_("0 到 1，联合任务按比例计权重"))
    sensitive = forms.BooleanField(label=_("涉密任务（不上传佐证，对外不显示内容）"), required=False)

    def __init__(self, *args: Any, cycle: Cycle, scheme: Scheme | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content: dict[str, Any] = {}
        units = [(one.unit.code, str(one.unit)) for one in members(cycle)]
        self._choose("lead", [("", "—"), *units])
        self._choose("partners", units)
        self._choose("slot", slots(scheme))
        self._choose("rule", [("", _t("方案规定的规则")), *rules(scheme)])

    def _choose(self, name: str, choices: list[tuple[str, str | Promise]] | list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self._read(data)
        return data

    def _read(self, data: dict[str, Any]) -> None:
        words = {name: value for name, value in data.items() if isinstance(value, str) and name in self.fields}
        words |= {"partners": " ".join(data["partners"]), "sensitive": "yes" if data["sensitive"] else ""}
        words = {name: words[name] for name in self.fields if name in words and name not in ("since", "reason")}
        found = read_row(words)
        if isinstance(found, dict):
            for name, problems in found.items():
                self.add_error(name if name in self.fields else None, [problem.what(language()) for problem in problems])
            return
        try:
            self.content = content_of(found)
        except ValidationError as error:
            self.add_error("weight", error.messages)


class AmendForm(TaskForm):
    """The task as it shall read from a day on, and why."""

    since = forms.DateField(label=_("变更起始日"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("变更理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("since", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("slot", "entry"):
            self.fields[name].widget = forms.HiddenInput()


def slots(scheme: Scheme | None) -> list[tuple[str, str]]:
    """Nodes that units fill with their own tasks."""
    return [(node.code, node.title.of(language())) for node in scheme.nodes.values() if node.entries] if scheme else []


def rules(scheme: Scheme | None) -> list[tuple[str, str]]:
    """Rules that a task may choose, of any slot; the check says where one does not belong."""
    names = dict.fromkeys(name for node in scheme.nodes.values() if node.entries for name in node.entries.rules) if scheme else {}
    return [(name, scheme.rules[name].title.of(language()) if scheme and name in scheme.rules else name) for name in names]


def text_of_upload(upload: UploadedFile[Any]) -> str:
    """The YAML text of an uploaded scheme; a workbook is read and written as YAML. Mistakes are raised in words."""
    with tempfile.TemporaryDirectory(prefix="windvane-") as folder:
        path = kept(upload, Path(folder), "scheme")
        if path.suffix != ".xlsx":
            return _decoded(path.read_bytes())
        found = read_scheme(path)
        if isinstance(found, list):
            raise ValidationError([say(problem) for problem in found])
        written = path.with_suffix(".yaml")
        write_scheme(found, written)
        return written.read_text(encoding="utf-8")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_t("文件不是 UTF-8 文本。")) from None


def books_of_upload(upload: UploadedFile[Any]) -> tuple[Book, ...] | list[Problem]:
    with tempfile.TemporaryDirectory(prefix="windvane-") as folder:
        return read_books(kept(upload, Path(folder), "books"))


def kept(upload: UploadedFile[Any], folder: Path, stem: str) -> Path:
    """Put an upload into a folder under a name of our own; its ending says what it is."""
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError(_t("文件超过 8 MB。"))
    path = folder / f"{stem}{Path(upload.name or '').suffix.lower()[:8]}"
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path
