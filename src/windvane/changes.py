"""Compare two schemes: what changed, in sentences that a director understands, the weightiest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from windvane.decimals import decimal_text
from windvane.formula import Call, Expr, Name, to_text
from windvane.plan import effective_parts, number_at
from windvane.scheme import ROOT, Formula, Grade, Kind, Node, Param, Quota, Scheme, Setting
from windvane.text import Text

KINDS: Final = (
    "class", "added", "removed", "moved", "share", "full", "weight", "formula", "parameter", "entries", "ledger", "missing", "limit",
    "veto", "grade", "ranking", "scope", "cycle", "title", "provider",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: its kind, the code of what changed, and the sentence in both languages."""

    kind: str
    where: str
    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh


def compare(old: Scheme, new: Scheme) -> list[Change]:
    """Return what changed from one scheme to another; nothing where they say the same."""
    found = [*_classes(old, new), *_tree(old, new), *_grades(old, new), *_vetoes(old, new), *_whole(old, new)]
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def _said(kind: str, where: str, what: Text, label: Text, before: Text, after: Text) -> Change:
    zh = f"{what.zh}：{label.zh}由 {before.zh} 改为 {after.zh}"
    en = f"{what.of('en')}: {label.en} was {before.of('en')}, is now {after.of('en')}"
    return Change(kind, where, zh, en)


def _both(text: str) -> Text:
    return Text(text, text)


# Values in words ---------------------------------------------------------------------------------------------------------

NONE: Final = Text("（无）", "(none)")


def _param_text(value: Param) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_param_text, value))}]"
    return value.isoformat() if isinstance(value, date) else decimal_text(value)


def setting_text(setting: Setting | None, scheme: Scheme) -> Text:
    """A setting in words: a number, or one by class, or from a day on."""
    if setting is None or not setting.cases:
        return NONE
    rows = [(scheme.class_title(c.cls) if c.cls else None, c.since, _param_text(c.value)) for c in setting.cases]
    zh = "，".join((cls.zh + " " if cls else "") + (f"自 {since} 起 " if since else "") + value for cls, since, value in rows)
    en = ", ".join((cls.of("en") + " " if cls else "") + (f"from {since} " if since else "") + value for cls, since, value in rows)
    return Text(zh, en)


def _expr_text(expr: Expr | None) -> Text:
    return NONE if expr is None else _both(to_text(expr))


def _formula_text(formula: Formula, scheme: Scheme) -> Text:
    """A rule by its title, a formula as it is written."""
    rule = scheme.rules.get(formula.rule)
    if rule is None or not rule.title:
        return _both(to_text(formula.expr))
    return Text(f"“{rule.title.of('zh')}”（{to_text(rule.points)}）", f"“{rule.title.of('en')}” ({to_text(rule.points)})")


def _quota_text(quota: Quota | None, scheme: Scheme) -> Text:
    if quota is None:
        return NONE
    if not quota.share:
        return setting_text(quota.setting, scheme)
    rows = [(scheme.class_title(c.cls) if c.cls else Text(), c.value) for c in quota.setting.cases]
    shares = [(cls, f"{decimal_text(value * 100)} %") for cls, value in rows if isinstance(value, Fraction)]
    return Text(*("，".join(f"{cls.of(lang)} {share}".strip() for cls, share in shares) for lang in ("zh", "en")))


# The tree ----------------------------------------------------------------------------------------------------------------


def _classes(old: Scheme, new: Scheme) -> Iterator[Change]:
    for code in [c for c in new.classes if c not in old.classes]:
        yield Change("class", code, f"新增类别“{new.classes[code].zh}”", f"new class “{new.classes[code].of('en')}”")
    for code in [c for c in old.classes if c not in new.classes]:
        yield Change("class", code, f"取消类别“{old.classes[code].zh}”", f"class “{old.classes[code].of('en')}” no longer exists")
    for code in [c for c in old.classes if c in new.classes and old.classes[c] != new.classes[c]]:
        yield _said("title", code, old.classes[code], Text("名称", "name"), old.classes[code], new.classes[code])


def _tree(old: Scheme, new: Scheme) -> Iterator[Change]:
    yield from (_appeared("added", new, code) for code in new.nodes if code not in old.nodes)
    yield from (_appeared("removed", old, code) for code in old.nodes if code not in new.nodes)
    for code in [c for c in old.nodes if c in new.nodes]:
        before, after = old.nodes[code], new.nodes[code]
        yield from _moved(old, new, code)
        yield from _shares(old, new, code)
        yield from _fields(old, new, before, after)
        yield from _params(old, new, after.title, code, before.formula, after.formula)
        yield from _ledgers(old, new, before, after)
        yield from _entries(old, new, before, after)


def _appeared(kind: str, scheme: Scheme, code: str) -> Change:
    node, parent = scheme.nodes[code], scheme.parents.get(code)
    full = setting_text(node.full, scheme) if node.full else None
    zh_full, en_full = (f"，满分 {full.zh}", f", full mark {full.of('en')}") if full else ("", "")
    where = Text(f"“{parent.title.of('zh')}”下", f" under “{parent.title.of('en')}”") if parent else Text("", "")
    zh, en = ("新增", "new") if kind == "added" else ("取消", "removed")
    return Change(
        kind, code, f"{where.zh}{zh}指标“{node.title.of('zh')}”{zh_full}", f"{en} indicator “{node.title.of('en')}”{where.en}{en_full}"
    )


def _moved(old: Scheme, new: Scheme, code: str) -> Iterator[Change]:
    before, after = (
        scheme.parents[code].title if code in scheme.parents else Text("总分之外", "outside the total") for scheme in (old, new)
    )
    same = getattr(old.parents.get(code), "code", None) == getattr(new.parents.get(code), "code", None)
    if not same:
        yield _said("moved", code, new.nodes[code].title, Text("所属", "place in the tree"), before, after)


def _shares(old: Scheme, new: Scheme, code: str) -> Iterator[Change]:
    """How much of the total a node decides, by declared weights and full marks, class by class."""
    for cls in [c for c in old.classes if c in new.classes]:
        before, after = (declared_share(scheme, code, cls) for scheme in (old, new))
        if before != after and code != ROOT and before is not None and after is not None:
            name = Text(f"（{new.classes[cls].zh}）", f" ({new.classes[cls].of('en')})") if len(new.classes) > 1 else Text("", "")
            what = Text(new.nodes[code].title.of("zh") + name.zh, new.nodes[code].title.of("en") + name.en)
            shares = [_both(f"{decimal_text(share * 100, 1)} %") for share in (before, after)]
            yield _said("share", code, what, Text("占总分的比重", "share of the total"), *shares)


def declared_share(scheme: Scheme, code: str, cls: str) -> Fraction | None:
    """Share (0..1) of the total that a node declares in a class: along sums by full marks, along means by weights; None elsewhere."""
    if code == ROOT:
        return Fraction(1)
    parent = scheme.parents.get(code)
    if parent is None or not scheme.nodes[code].applies(cls):
        return None
    above, step = declared_share(scheme, parent.code, cls), _step_share(scheme, parent, code, cls)
    return None if above is None or step is None else above * step


def _step_share(scheme: Scheme, parent: Node, code: str, cls: str) -> Fraction | None:
    match parent.formula.expr:
        case Call("sum", (Name("parts"),)):
            own, whole = number_at(scheme.nodes[code].full, cls, scheme.end), number_at(parent.full, cls, scheme.end) or Fraction(100)
            return own / whole if own is not None else None
        case Call("mean", (Name("parts"),)):
            weights = [_weight(scheme.nodes[part]) for part in effective_parts(scheme, parent, cls)]
            mine, known = _weight(scheme.nodes[code]), [w for w in weights if w is not None]
            return mine / sum(known, Fraction(0)) if mine is not None and len(known) == len(weights) and any(known) else None
    return None


def _weight(node: Node) -> Fraction | None:
    return Fraction(1) if node.weight is None else getattr(node.weight, "value", None)


_Field = tuple[str, Text, Callable[[Scheme, Node], Text]]
_POLICY: Final[Mapping[str, Text]] = {
    "refuse": Text("拒绝计分", "refuse to score"),
    "skip": Text("不计入，权重由其他项分担", "leave out, others share the weight"),
    "zero": Text("按零分", "zero"),
    "class_mean": Text("按同类平均", "mean of the class"),
}
_BETTER: Final = {"high": Text("越高越好", "higher is better"), "low": Text("越低越好", "lower is better")}


def _class_names(scheme: Scheme, node: Node) -> Text:
    titles = [scheme.class_title(code) for code in node.classes]
    return Text("、".join(t.zh for t in titles), ", ".join(t.of("en") for t in titles)) if titles else Text("全部", "all")


_FIELDS: Final[Sequence[_Field]] = (
    ("title", Text("名称", "name"), lambda s, n: n.title),
    ("title", Text("说明", "remark"), lambda s, n: n.note or NONE),
    ("provider", Text("数据提供单位", "data provider"), lambda s, n: s.provider_title(n.provider) if n.provider else NONE),
    ("full", Text("满分", "full mark"), lambda s, n: setting_text(n.full, s)),
    ("weight", Text("权重", "weight"), lambda s, n: _expr_text(n.weight)),
    ("formula", Text("计分办法", "way of scoring"), lambda s, n: _formula_text(n.formula, s)),
    ("formula", Text("方向", "direction"), lambda s, n: _BETTER[n.better]),
    ("missing", Text("数据缺失时", "what missing data means"), lambda s, n: _POLICY[n.missing]),
    ("missing", Text("最少项数", "fewest present parts"), lambda s, n: _expr_text(n.at_least)),
    ("limit", Text("下限", "floor"), lambda s, n: setting_text(n.floor, s)),
    ("limit", Text("上限", "cap"), lambda s, n: setting_text(n.cap, s)),
    ("limit", Text("保留小数", "decimals"), lambda s, n: setting_text(n.round, s)),
    ("scope", Text("适用类别", "classes"), lambda s, n: _class_names(s, n)),
    ("scope", Text("另外计入", "also counts"), lambda s, n: _both(", ".join(n.take)) if n.take else NONE),
    ("scope", Text("数值范围", "range of values"), lambda s, n: _both("–".join(_param_text(x) for x in n.range)) if n.range else NONE),
    ("scope", Text("计量单位", "unit of measure"), lambda s, n: _both(n.measure) if n.measure else NONE),
)  # fmt: skip


def _fields(old: Scheme, new: Scheme, before: Node, after: Node) -> Iterator[Change]:
    for kind, label, text in _FIELDS:
        first, second = text(old, before), text(new, after)
        if first != second:
            yield _said(kind, after.code, after.title, label, first, second)


def _params(old: Scheme, new: Scheme, title: Text, code: str, before: Formula, after: Formula) -> Iterator[Change]:
    """Parameters that both have, or that one of them gained; steps as formulas."""
    for name in dict.fromkeys([*before.params, *after.params]):
        first, second = before.params.get(name), after.params.get(name)
        if first != second and (before.rule == after.rule or (first and second)):
            yield _said(
                "parameter", code, title, Text(f"参数 {name} ", f"parameter {name}"), setting_text(first, old), setting_text(second, new)
            )
    steps = dict(before.where), dict(after.where)
    for name in dict.fromkeys([*steps[0], *steps[1]]):
        if steps[0].get(name) != steps[1].get(name):
            yield _said(
                "formula",
                code,
                title,
                Text(f"步骤 {name} ", f"step {name}"),
                _expr_text(steps[0].get(name)),
                _expr_text(steps[1].get(name)),
            )


def _entries(old: Scheme, new: Scheme, before: Node, after: Node) -> Iterator[Change]:
    first, second = before.entries, after.entries
    if first is None or second is None:
        return
    pairs = [
        (Text("每一行的计分办法", "scoring of an entry"), _formula_text(first.formula, old), _formula_text(second.formula, new)),
        (Text("可选规则", "rules to choose from"), _both("、".join(first.rules) or "—"), _both("、".join(second.rules) or "—")),
        (Text("某一行缺数据时", "what a missing entry means"), _POLICY[first.missing], _POLICY[second.missing]),
        (Text("每一行的满分", "full mark of an entry"), setting_text(first.full, old), setting_text(second.full, new)),
    ]
    yield from (_said("entries", after.code, after.title, label, x, y) for label, x, y in pairs if x != y)
    yield from _params(old, new, after.title, after.code, first.formula, second.formula)
    words = {c.code: c for c in first.choices}, {c.code: c for c in second.choices}
    for code in [c for c in dict.fromkeys([*words[0], *words[1]]) if words[0].get(c) != words[1].get(c)]:
        values = [setting_text(row[code].value, s) if code in row else NONE for row, s in zip(words, (old, new), strict=True)]
        title = (words[1].get(code) or words[0][code]).title
        yield _said("entries", after.code, after.title, Text(f"选项“{title.of('zh')}”", f"choice “{title.of('en')}”"), *values)


def _ledgers(old: Scheme, new: Scheme, before: Node, after: Node) -> Iterator[Change]:
    first, second = before.ledger or {}, after.ledger or {}
    for code in dict.fromkeys([*first, *second]):
        if first.get(code) == second.get(code):
            continue
        title = (second.get(code) or first[code]).title
        texts = [_kind_text(kind, scheme) for kind, scheme in ((first.get(code), old), (second.get(code), new))]
        yield _said("ledger", after.code, after.title, Text(f"“{title.of('zh')}”", f"“{title.of('en')}”"), *texts)


def _kind_text(kind: Kind | None, scheme: Scheme) -> Text:
    if kind is None:
        return NONE
    low, high, cap = (setting_text(setting, scheme) for setting in (kind.low, kind.high, kind.cap))
    span = low if low == high else Text(f"{low.zh} 至 {high.zh}", f"{low.en} to {high.en}")
    return Text(
        f"每笔 {span.zh}" + (f"，合计限 {cap.zh}" if kind.cap else ""), f"{span.en} each" + (f", limit {cap.en}" if kind.cap else "")
    )


# Grades, vetoes, the whole -----------------------------------------------------------------------------------------------


def _grades(old: Scheme, new: Scheme) -> Iterator[Change]:
    first, second = {g.code: g for g in old.grades}, {g.code: g for g in new.grades}
    for code in dict.fromkeys([*first, *second]):
        if code not in first or code not in second:
            title = (second.get(code) or first[code]).title
            zh, en = ("新增", "new") if code not in first else ("取消", "removed")
            yield Change("grade", code, f"{zh}等次“{title.of('zh')}”", f"{en} grade “{title.of('en')}”")
            continue
        for label, before, after in _grade_pairs(old, new, first[code], second[code]):
            if before != after:
                yield _said("grade", code, second[code].title, label, before, after)
    if [c for c in first if c in second] != [c for c in second if c in first]:
        yield Change("grade", "grades", "等次的先后顺序改变", "the order of the grades changed")


def _grade_pairs(old: Scheme, new: Scheme, a: Grade, b: Grade) -> list[tuple[Text, Text, Text]]:
    return [
        (Text("名称", "name"), a.title, b.title),
        (Text("名额", "seats"), _quota_text(a.quota, old), _quota_text(b.quota, new)),
        (Text("名额取整", "rounding of seats"), _both(a.quota.rounding if a.quota else "—"), _both(b.quota.rounding if b.quota else "—")),
        (Text("名次范围", "ranks within"), _quota_text(a.top, old), _quota_text(b.top, new)),
        (Text("条件", "condition"), _expr_text(a.when), _expr_text(b.when)),
        (Text("专项晋升条件", "condition of promotion"), _expr_text(a.promote_when), _expr_text(b.promote_when)),
        (Text("专项晋升名额", "seats of promotion"), _quota_text(a.promote_quota, old), _quota_text(b.promote_quota, new)),
    ]


def _vetoes(old: Scheme, new: Scheme) -> Iterator[Change]:
    for kind, rows, others in (("取消", old.vetoes, new.vetoes), ("新增", new.vetoes, old.vetoes)):
        scheme = old if kind == "取消" else new
        for veto in [v for v in rows if v not in others]:
            best = scheme.grade_title(veto.at_best)
            zh = f"{kind}一票否决：{to_text(veto.when)} 时最高为“{best.of('zh')}”"
            yield Change(
                "veto", "veto", zh, f"{'removed' if kind == '取消' else 'new'} veto: {to_text(veto.when)} allows “{best.of('en')}” at best"
            )


def _whole(old: Scheme, new: Scheme) -> Iterator[Change]:
    pairs = [
        ("title", Text("名称", "title"), old.title, new.title),
        ("title", Text("依据", "source"), old.source or NONE, new.source or NONE),
        ("cycle", Text("考核周期", "cycle"), _both(f"{old.start}–{old.end}"), _both(f"{new.start}–{new.end}")),
        ("ranking", Text("排名依据", "ranks compare"), _rank_of(old), _rank_of(new)),
        ("ranking", Text("并列处理", "ties"), _ties(old), _ties(new)),
    ]
    yield from (
        _said(kind, "scheme", Text("方案", "scheme"), label, before, after) for kind, label, before, after in pairs if before != after
    )
    if old.simulated != new.simulated:
        flag = (Text("模拟数据", "simulated"), Text("真实数据", "real"))
        yield _said(
            "cycle", "scheme", Text("方案", "scheme"), Text("数据性质", "kind of data"), flag[not old.simulated], flag[not new.simulated]
        )


def _rank_of(scheme: Scheme) -> Text:
    return Text("未修约的总分", "exact totals") if scheme.ranking.exact else Text("修约后的总分", "rounded totals")


def _ties(scheme: Scheme) -> Text:
    policy = scheme.ranking
    if policy.breakers:
        titles = [scheme.nodes[code].title for code in policy.breakers]
        return Text("依次比较" + "、".join(t.of("zh") for t in titles), "broken by " + ", ".join(t.of("en") for t in titles))
    return Text("并列且名次连续", "shared, dense") if policy.dense else Text("并列后跳号", "shared, then skipped")
