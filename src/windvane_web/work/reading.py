"""What a report may say: a number in the task's measure, a day, or one of the words its indicator knows."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from windvane import Node, Problem, Status
from windvane.scheme import Choice
from windvane_web.core.page import language
from windvane_web.scheme.models import BookTask
from windvane_web.work.queries import scheme_of
from windvane_web.work.values import kept_text, read_value


def node_of(task: BookTask) -> Node | None:
    """The node whose slot the task fills, in the frozen scheme."""
    scheme = scheme_of(task.book.cycle)
    return scheme.nodes.get(task.slot) if scheme else None


def choices_of(task: BookTask) -> tuple[Choice, ...]:
    """The words a value may be; empty where the task is measured by a number or a day."""
    node = node_of(task)
    if node is None or "target" in task.facts:
        return ()
    return node.entries.choices if node.entries else node.choices


def read_reported(task: BookTask, text: str) -> str:
    """Return the value as it is kept, or raise what is wrong with it."""
    value = read_value(text.strip(), task.measure if task.measure != "date" else "")
    if isinstance(value, Problem):
        raise ValidationError(value.say(language()))
    if value is Status.MISSING:
        raise ValidationError(_("请填写完成值。"))
    if isinstance(value, str) and not isinstance(value, Status):
        return _word(task, value)
    return kept_text(value)


def _word(task: BookTask, word: str) -> str:
    known = choices_of(task)
    for choice in known:
        if word in (choice.code, choice.title.zh, choice.title.en):
            return choice.code
    listed = "、".join(choice.title.of(language()) for choice in known) or _("数字或日期")
    raise ValidationError(_("“%(word)s”不是可填的内容，可填：%(known)s。") % {"word": word, "known": listed})
