"""The keys of a scheme file, as one table: the reader, the JSON Schema, the Excel sheets and the documentation all use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """``kind`` says how the value is read; ``zh`` and ``en`` say what it is for."""

    name: str
    kind: str
    zh: str
    en: str


def _table(*rows: tuple[str, str, str, str]) -> Mapping[str, Key]:
    return {row[0]: Key(*row) for row in rows}


FILE: Final = _table(
    ("windvane", "version", "格式版本，写1", "version of the format, 1"),
    ("title", "title", "方案名称", "title of the scheme"),
    ("source", "title", "依据和出处", "legal basis or source"),
    ("simulated", "flag", "yes表示数据为模拟，凡展示处都会标明", "yes: the data are simulated, and every display says so"),
    ("cycle", "cycle", "考核周期，from和to", "the cycle, `from` and `to`"),
    ("classes", "classes", "单位类别，代码: 名称", "classes of units, code: title"),
    ("providers", "classes", "数据提供单位，代码: 名称", "who delivers facts, code: title"),
    ("rules", "rules", "本方案自定的规则", "rules of this scheme"),
    ("root", "node", "指标树，其得分即总分total", "the tree; its points are the `total`"),
    ("beside", "nodes", "只计算和展示、不进总分的指标", "nodes computed and shown but never in the total"),
    ("ranking", "ranking", "排名办法", "how ranks are made"),
    ("veto", "vetoes", "一票否决", "vetoes"),
    ("grades", "grades", "等次，从高到低", "grades, best first"),
)
NODE: Final = _table(
    ("title", "title", "名称", "name"),
    ("note", "title", "说明", "remark"),
    ("provider", "text", "数据提供单位", "who delivers the facts"),
    ("parts", "nodes", "下级指标", "children, code: node"),
    ("each", "each", "下面每个末级指标默认有的键", "keys that every leaf below has unless it says otherwise"),
    ("take", "codes", "另外计入别处的指标", "also count nodes that live elsewhere"),
    ("except", "codes", "计入时除外的指标", "nodes left out of `take`"),
    ("weight", "formula", "在上级加权平均中的权重，默认1", "share in the parent's mean, default 1"),
    ("full", "number", "满分，默认100", "full marks, default 100"),
    ("points", "points", "计分规则名或算式", "a rule's name or a formula"),
    ("with", "params", "算式的参数", "parameters of the formula"),
    ("where", "steps", "先算的各步", "named steps computed first"),
    ("facts", "facts", "标准名称以外的事实", "facts beyond the standard names"),
    ("measure", "text", "计量单位", "unit of measure"),
    ("better", "better", "high越高越好，low越低越好", "`high` or `low`"),
    ("range", "range", "数值可能的范围", "possible values of `value`"),
    ("choices", "choices", "可填的定性选项及其数值", "words that `value` may carry, with their numbers"),
    ("missing", "missing", "没有得分时怎么办", "what happens when there are no points"),
    ("at_least", "formula", "至少要有几项，少于则为缺失", "fewest present parts, fewer = missing"),
    ("floor", "number", "下限", "lower limit"),
    ("cap", "number", "上限", "upper limit"),
    ("round", "number", "保留几位小数", "decimals, half-up"),
    ("for", "class_list", "适用类别，默认全部", "classes that have this node, default all"),
    ("entries", "entries", "每个单位多行的事实及其算式", "many rows of facts per unit, one formula for each"),
    ("ledger", "ledger", "台账种类", "kinds of a ledger"),
)
ENTRIES: Final = _table(
    ("points", "points", "每一行的规则或算式", "rule or formula of one entry"),
    ("rules", "codes", "自有指标可以选用的规则", "rules that an own indicator may choose"),
    ("with", "params", "参数", "parameters"),
    ("where", "steps", "先算的各步", "named steps computed first"),
    ("facts", "facts", "标准名称以外的事实", "facts beyond the standard names"),
    ("full", "number", "每一行的满分，默认1", "full marks of an entry, default 1"),
    ("choices", "choices", "可填的定性选项及其数值", "words that `value` may carry, with their numbers"),
    ("missing", "missing", "某一行没有数据时怎么办", "what happens when an entry has no points"),
)
KIND: Final = _table(
    ("title", "title", "名称", "name"),
    ("zh", "text", "中文名称", "name in Chinese"),
    ("en", "text", "英文名称", "name in English"),
    ("amount", "amount", "固定分值，或分值必须落在的范围", "fixed amount, or the range an entry's amount must lie in"),
    ("cap", "number", "本种类合计的上限（扣分为负）", "limit of the kind's total (negative for deductions)"),
)
CHOICE: Final = _table(
    ("value", "number", "这个选项的数值", "the number of this choice"),
    ("title", "title", "名称", "name"),
    ("zh", "text", "中文名称", "name in Chinese"),
    ("en", "text", "英文名称", "name in English"),
)
RULE: Final = _table(
    ("title", "title", "名称", "name"),
    ("say", "title", "一句话说明，可含参数", "the rule in one sentence, with {parameters}"),
    ("points", "formula", "算式", "formula"),
    ("with", "params", "参数和默认值", "parameters with defaults"),
    ("where", "steps", "先算的各步", "named steps computed first"),
    ("facts", "facts", "要用的事实", "facts it needs beyond the standard names"),
    ("source", "title", "出处", "where the rule comes from"),
)
CYCLE: Final = _table(("from", "date", "开始日期", "first day"), ("to", "date", "结束日期", "last day"))
RANKING: Final = _table(
    ("of", "rank_of", "rounded按修约后的总分，exact按未修约的", "`rounded` points, or `exact` before rounding"),
    (
        "ties",
        "ties",
        "share并列后跳号，dense不跳号，或依次用来区分的指标",
        "`share` (1,2,2,4), `dense` (1,2,2,3), or nodes that break ties",
    ),
)
VETO: Final = _table(
    ("when", "formula", "否决条件", "condition"),
    ("at_best", "text", "最高只能评到的等次", "no grade better than this"),
    ("title", "title", "名称", "name"),
    ("zh", "text", "中文名称", "name in Chinese"),
    ("en", "text", "英文名称", "name in English"),
)
GRADE: Final = _table(
    ("grade", "text", "等次代码", "code of the grade"),
    ("title", "title", "名称", "name"),
    ("zh", "text", "中文名称", "name in Chinese"),
    ("en", "text", "英文名称", "name in English"),
    ("quota", "quota", "名额，或占参加排名单位的比例", "seats, or a share of the ranked units"),
    ("round", "quota_round", "比例名额如何取整：ceil、floor、half_up", "how a share becomes seats: ceil, floor, half_up"),
    ("top", "quota", "名次在前多少比例之内", "rank within this share of the class"),
    ("when", "formula", "还须满足的条件", "condition beside"),
    ("promote", "promote", "专项晋升", "extra seats for special promotion"),
)
PROMOTE: Final = _table(("when", "formula", "条件", "condition"), ("quota", "quota", "名额", "seats"))
DATED: Final = _table(("from", "date", "起用日期", "first day in force"), ("value", "number", "数值", "the value"))
PLACES: Final[Mapping[str, Mapping[str, Key]]] = {
    "file": FILE, "node": NODE, "entries": ENTRIES, "kind": KIND, "choice": CHOICE, "rule": RULE, "cycle": CYCLE,
    "ranking": RANKING, "veto": VETO, "grade": GRADE, "promote": PROMOTE, "dated": DATED,
}  # fmt: skip
STANDARD_FACTS: Final = ("value", "target", "base", "previous", "numerator", "denominator", "n")
ENTRY_FACTS: Final = (*STANDARD_FACTS, "weight", "amount", "full")
