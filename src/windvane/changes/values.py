"""Values of a scheme in words, and how one value became another: by class, from a day, raised or lowered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from windvane.decimals import decimal_text
from windvane.formula import Expr, to_text
from windvane.scheme import Choice, Formula, Number, Param, Scheme, Setting
from windvane.text import Text

PARAMETERS: Final[Mapping[str, Text]] = {
    "cap": Text("最高倍数", "highest multiple"),
    "centre": Text("中心值", "centre"),
    "cut": Text("去掉的个数", "number left out at each end"),
    "cuts": Text("分界", "cut points"),
    "each_one": Text("每件分值", "points for each"),
    "early": Text("提前一天加分", "points for a day early"),
    "floor_at": Text("最低得分", "lowest points"),
    "goal": Text("增长目标", "growth aimed at"),
    "high": Text("上端值", "upper end"),
    "highs": Text("各档上限", "upper ends of the bands"),
    "late": Text("推迟一天扣分", "points off for a day late"),
    "least": Text("最低得分", "lowest points"),
    "level_share": Text("水平所占份额", "share of the level"),
    "low": Text("下端值", "lower end"),
    "lowest": Text("起点值", "value that still counts"),
    "lows": Text("各档下限", "lower ends of the bands"),
    "marks": Text("各级得分", "marks"),
    "most": Text("最高得分", "highest points"),
    "otherwise": Text("未达标得分", "points if the target is missed"),
    "slope": Text("每差1扣分", "points off for each 1"),
    "spread": Text("离散系数", "spread"),
    "stars": Text("星级", "stars"),
    "step": Text("每退一名扣分", "points off for each place"),
    "threshold": Text("达标线", "threshold"),
}


def parameter_title(name: str) -> Text:
    return PARAMETERS.get(name, Text(f"参数{name}", f"parameter {name}"))


def param_text(value: Param, *, percent: bool = False) -> str:
    """A number, a date or a list.

    >>> param_text((Fraction(1, 2), Fraction(3))), param_text(Fraction(3, 10), percent=True)
    ('[0.5, 3]', '30%')
    """
    if isinstance(value, tuple):
        return f"[{', '.join(_number_text(x, percent) for x in value)}]"
    return _number_text(value, percent)


def _number_text(value: Number, percent: bool) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return decimal_text(value * 100) + "%" if percent else decimal_text(value)


def setting_text(scheme: Scheme, setting: Setting, *, percent: bool = False) -> Text:
    """A value with its classes and days, in both languages."""
    zh, en = [], []
    for case in setting.cases:
        text = param_text(case.value, percent=percent)
        since = (f"自{case.since}起", f" from {case.since}") if case.since else ("", "")
        cls = scheme.class_title(case.cls) if case.cls else Text()
        zh.append(f"{cls.of('zh')}{since[0]}{text}")
        en.append(f"{cls.of('en')} {text}{since[1]}".strip())
    return Text("、".join(zh), ", ".join(en))


def formula_text(scheme: Scheme, formula: Formula, full: Setting | None) -> Text:
    """The sentence of a rule with its parameters, or the formula itself."""
    rule = scheme.rules.get(formula.rule)
    if rule is None:
        return quoted(to_text(formula.expr))
    filled = {name: setting_text(scheme, setting) for name, setting in formula.params.items()}
    filled["full"] = setting_text(scheme, full) if full else Text("100", "100")
    said = [_fill(rule.say.of(language) or rule.title.of(language), language, filled) for language in ("zh", "en")]
    return Text(f"“{said[0]}”", f"“{said[1]}”") if said[0] else quoted(to_text(formula.expr))


def _fill(text: str, language: str, values: Mapping[str, Text]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value.of(language))
    return text


def quoted(text: str) -> Text:
    return Text(f"“{text}”", f"“{text}”")


def expr_text(expr: Expr | None) -> Text:
    return Text() if expr is None else quoted(to_text(expr))


def choices_text(scheme: Scheme, choices: Sequence[Choice]) -> Text:
    values = [(choice.title, setting_text(scheme, choice.value)) for choice in choices]
    return Text("、".join(f"{t.of('zh')} {v.of('zh')}" for t, v in values), ", ".join(f"{t.of('en')} {v.of('en')}" for t, v in values))


# From one value to another -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """A value of some classes became another, from a day on (None: throughout)."""

    classes: tuple[str, ...]
    since: date | None
    old: Param | None
    new: Param | None


def turns(old_scheme: Scheme, new_scheme: Scheme, old: Setting, new: Setting) -> list[Turn]:
    """How a setting changed: what holds at the start of the new cycle, then each day on which the two part anew."""
    classes = [cls for cls in new_scheme.classes if cls in old_scheme.classes] or list(new_scheme.classes)
    found: dict[tuple[date | None, Param | None, Param | None], list[str]] = {}
    for cls in classes:
        for since, before, after in _parting(old, new, cls, new_scheme.start):
            found.setdefault((since, before, after), []).append(cls)
    return [Turn(() if len(c) == len(classes) else tuple(c), *key) for key, c in sorted(found.items(), key=lambda x: x[0][0] or date.min)]


def _parting(old: Setting, new: Setting, cls: str, start: date | None) -> Iterator[tuple[date | None, Param | None, Param | None]]:
    changes = sorted({case.since for setting in (old, new) for case in setting.cases if case.since})
    first = start or (changes[0] if changes else None)
    said: tuple[Param | None, Param | None] | None = None
    for day in [first, *(day for day in changes if first and day > first)]:
        pair = old.at(cls, day), new.at(cls, day)
        if pair[0] != pair[1] and pair != said:
            yield (day if day != first else None), *pair
        said = pair if pair[0] != pair[1] else None


def turned(scheme: Scheme, name: Text, turn: Turn, *, percent: bool = False, neutral: bool = False) -> Text:
    """``达标线自2019-07-01由90提高到92`` / ``threshold raised from 90 to 92 as of 2019-07-01``."""
    zh_class = f"（{'、'.join(scheme.class_title(c).of('zh') for c in turn.classes)}）" if turn.classes else ""
    en_class = f" ({', '.join(scheme.class_title(c).of('en') for c in turn.classes)})" if turn.classes else ""
    zh_day, en_day = (f"自{turn.since}", f" as of {turn.since}") if turn.since else ("", "")
    old, new = (None if x is None else param_text(x, percent=percent) for x in (turn.old, turn.new))
    zh_verb, en_verb = ("改为", "changed") if neutral else _verbs(turn.old, turn.new)
    if old is None:
        return Text(f"{name.of('zh')}{zh_class}{zh_day}定为{new}", f"{name.of('en')}{en_class} set to {new}{en_day}")
    if new is None:
        return Text(f"{name.of('zh')}{zh_class}{zh_day}取消（原为{old}）", f"{name.of('en')}{en_class} dropped (was {old}){en_day}")
    return Text(
        f"{name.of('zh')}{zh_class}{zh_day}由{old}{zh_verb}{new}", f"{name.of('en')}{en_class} {en_verb} from {old} to {new}{en_day}"
    )


def _verbs(old: Param | None, new: Param | None) -> tuple[str, str]:
    if not isinstance(old, Fraction) or not isinstance(new, Fraction):
        return "改为", "changed"
    return ("提高到", "raised") if new > old else ("降低到", "lowered")
