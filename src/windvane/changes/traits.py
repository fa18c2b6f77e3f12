"""What can be said of a node, a ledger kind, a grade or the scheme as a whole: one trait each, with its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from windvane.changes.values import choices_text, expr_text, formula_text, param_text, parameter_title, quoted, setting_text
from windvane.formula import Expr, Number, to_text
from windvane.scheme import Case, Entries, Formula, Grade, Kind, Node, Quota, Scheme, Setting
from windvane.text import Text

HUNDRED: Final = Setting((Case(Fraction(100)),))
MISSING: Final = {
    "refuse": Text("必须补报，否则不计分", "must be reported, nothing is scored without"),
    "skip": Text("不计入，由其他各项分担权重", "left out, the others share its weight"),
    "zero": Text("计0分", "counts 0"),
    "class_mean": Text("按同类平均计分", "gets the mean of the class"),
}
BETTER: Final = {"high": Text("越高越好", "more is better"), "low": Text("越低越好", "less is better")}
ROUNDING: Final = {"half_up": Text("四舍五入", "half up"), "floor": Text("舍去", "down"), "ceil": Text("进一", "up")}


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing said of an owner: its kind (which orders changes), its name, its value as text or as a setting.

    ``bare`` is the formula of a rule without its parameters.
    """

    kind: str
    name: Text
    text: Text = Text()
    setting: Setting | None = None
    percent: bool = False
    bare: str = ""

    def shown(self, scheme: Scheme) -> Text:
        return setting_text(scheme, self.setting, percent=self.percent) if self.setting else self.text


Traits = dict[str, Trait]


def scheme_traits(scheme: Scheme) -> Traits:
    policy = scheme.ranking
    ties = Text("、".join(str(_title(scheme, c)) for c in policy.breakers), ", ".join(_title(scheme, c).of("en") for c in policy.breakers))
    shared = Text("并列后不跳号", "shared, 1, 2, 2, 3") if policy.dense else Text("并列后跳号", "shared, 1, 2, 2, 4")
    compared = Text("修约前的总分", "the total before rounding") if policy.exact else Text("修约后的总分", "the rounded total")
    cycle = f"{scheme.start or '—'} – {scheme.end or '—'}" if scheme.start or scheme.end else ""
    return {
        "of": Trait("ranking", Text("排名依据", "ranks compare"), compared),
        "ties": Trait("ranking", Text("同分时", "ties"), Text(f"依次比较{ties.zh}", f"broken by {ties.en}") if policy.breakers else shared),
        "cycle": Trait("cycle", Text("考核周期", "cycle"), Text(cycle, cycle)),
        "title": Trait("title", Text("方案名称", "title of the scheme"), scheme.title),
        "source": Trait("source", Text("依据", "source"), scheme.source),
        "simulated": Trait("source", Text("数据性质", "data"), Text("模拟", "simulated") if scheme.simulated else Text("真实", "real")),
    }


def _title(scheme: Scheme, code: str) -> Text:
    return scheme.nodes[code].title if code in scheme.nodes else Text(code)


def node_traits(scheme: Scheme, node: Node) -> Traits:
    found: Traits = {
        "full": Trait("full", Text("满分", "full marks"), setting=node.full or HUNDRED),
        "weight": _weight(node.weight),
        **_formula_traits(scheme, node.formula, node.full, Text("计分规则", "rule"), ""),
        "better": Trait("rule", Text("方向", "direction"), BETTER[node.better]),
        "missing": Trait("missing", Text("缺数据时", "without data"), MISSING[node.missing]),
        "at_least": Trait("missing", Text("最少项数", "fewest parts"), expr_text(node.at_least)),
        "floor": Trait("limit", Text("下限", "lower limit"), setting=node.floor),
        "cap": Trait("limit", Text("上限", "upper limit"), setting=node.cap),
        "round": Trait("rounding", Text("保留小数位数", "decimals"), setting=node.round),
        "choices": Trait("choices", Text("定性选项", "choices"), choices_text(scheme, node.choices)),
        "take": Trait("parts", Text("另外计入", "also counts"), _codes(scheme, node.take)),
        "leave": Trait("parts", Text("计入时除外", "leaves out"), _codes(scheme, node.leave)),
        "for": Trait("for", Text("适用类别", "classes"), _classes(scheme, node.classes)),
        "provider": Trait("provider", Text("数据提供单位", "provider"), Text(node.provider, node.provider)),
        "measure": Trait("measure", Text("计量单位", "unit of measure"), Text(node.measure, node.measure)),
        "range": Trait(
            "measure", Text("数值范围", "range"), Text(param_text(node.range), param_text(node.range)) if node.range else Text()
        ),
        "facts": Trait("measure", Text("所用事实", "facts"), Text("、".join(node.facts), ", ".join(node.facts))),
        "title": Trait("title", Text("名称", "name"), node.title),
        "note": Trait("note", Text("说明", "remark"), node.note),
    }
    return found | (_entries_traits(scheme, node.entries) if node.entries else {})


def _weight(weight: Expr | None) -> Trait:
    name = Text("权重", "weight")
    if weight is None or isinstance(weight, Number):
        return Trait("weight", name, setting=Setting((Case(weight.value if weight else Fraction(1)),)))
    return Trait("weight", name, expr_text(weight))


def _formula_traits(scheme: Scheme, formula: Formula, full: Setting | None, name: Text, prefix: str) -> Traits:
    """The rule, and where the rule stays, its parameters and steps one by one."""
    said = formula_text(scheme, formula, full)
    found = {prefix + "points": Trait("rule", name, said, bare=f"{formula.rule} {to_text(formula.expr)}")}
    for code, setting in formula.params.items():
        found[f"{prefix}with.{code}"] = Trait("parameter", parameter_title(code), setting=setting)
    for code, expr in formula.where:
        found[f"{prefix}where.{code}"] = Trait("parameter", Text(f"步骤{code}", f"step {code}"), quoted(to_text(expr)))
    return found


def _entries_traits(scheme: Scheme, entries: Entries) -> Traits:
    rules = Text("、".join(entries.rules), ", ".join(entries.rules))
    return {
        **_formula_traits(scheme, entries.formula, entries.full, Text("每一项的计分规则", "rule of an entry"), "entries."),
        "entries.rules": Trait("rule", Text("自有指标可选的规则", "rules that own indicators may choose"), rules),
        "entries.full": Trait(
            "rule", Text("每一项的满分", "full marks of an entry"), setting=entries.full or Setting((Case(Fraction(1)),))
        ),
        "entries.missing": Trait("missing", Text("某一项缺数据时", "an entry without data"), MISSING[entries.missing]),
        "entries.choices": Trait("choices", Text("定性选项", "choices"), choices_text(scheme, entries.choices)),
    }


def _codes(scheme: Scheme, codes: tuple[str, ...]) -> Text:
    titles = [_title(scheme, code) for code in codes]
    return Text("、".join(t.of("zh") for t in titles), ", ".join(t.of("en") for t in titles))


def _classes(scheme: Scheme, classes: tuple[str, ...]) -> Text:
    titles = [scheme.class_title(cls) for cls in classes]
    return Text("、".join(t.of("zh") for t in titles), ", ".join(t.of("en") for t in titles)) or Text("全部", "all")


def kind_traits(scheme: Scheme, kind: Kind) -> Traits:
    span = kind.low != kind.high
    found = {"low": Trait("ledger", Text("最低分值" if span else "分值", "lowest amount" if span else "amount"), setting=kind.low)}
    if span:
        found["high"] = Trait("ledger", Text("最高分值", "highest amount"), setting=kind.high)
    found["cap"] = Trait("ledger", Text("合计上限", "limit of the total"), setting=kind.cap)
    found["title"] = Trait("title", Text("名称", "name"), kind.title)
    return found


def grade_traits(scheme: Scheme, grade: Grade) -> Traits:
    return {
        **dict(_quota_traits("quota", Text("名额", "quota"), grade.quota)),
        **dict(_quota_traits("top", Text("名次须在前", "rank within the first"), grade.top)),
        "when": Trait("grade", Text("条件", "condition"), expr_text(grade.when)),
        "promote.when": Trait("grade", Text("晋升条件", "condition of promotion"), expr_text(grade.promote_when)),
        **dict(_quota_traits("promote.quota", Text("晋升名额", "seats of promotion"), grade.promote_quota)),
        "title": Trait("title", Text("名称", "name"), grade.title),
    }


def _quota_traits(key: str, name: Text, quota: Quota | None) -> Iterator[tuple[str, Trait]]:
    yield key, Trait("grade", name, setting=quota.setting if quota else None, percent=bool(quota and quota.share))
    if quota and quota.share:
        yield f"{key}.round", Trait("grade", Text(f"{name.zh}取整", f"{name.en}, rounding"), ROUNDING[quota.rounding])


def full_text(scheme: Scheme, node: Node) -> Text:
    return setting_text(scheme, node.full) if node.full else Text()
