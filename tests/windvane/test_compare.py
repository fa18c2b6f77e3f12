"""What changed between two schemes, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from windvane import Scheme, parse_scheme, read_scheme
from windvane.changes import Change, compare
from windvane.changes.changes import ORDER
from windvane.changes.values import PARAMETERS
from windvane.rules import standard_rules

ROOT = Path(__file__).parents[2]
BASE = """
windvane: 1
title: {zh: 方案, en: Scheme}
cycle: {from: 2019-01-01, to: 2019-12-31}
classes: {party: {zh: 党群部门, en: Party departments}, agency: {zh: 政府机关, en: Agencies}}
root:
  title: {zh: 总分, en: Total}
  points: sum
  full: 100
  parts:
    law: {title: {zh: 依法行政, en: Law}, full: 10, points: "max(0, full + sum(entries))", ledger: {bad: {amount: -1, zh: 瑕疵, en: Flaw}}}
    money:
      title: {zh: 资金, en: Money}
      full: 90
      points: mean
      parts:
        pace: {title: {zh: 执行进度, en: Execution}, weight: 60, points: step_down, with: {threshold: 90, slope: 2}}
        cost: {title: {zh: 运行成本, en: Cost}, weight: 40, better: low, missing: zero}
beside: {red: {title: {zh: 红线, en: Red lines}, ledger: {veto: 1}}}
ranking: {ties: [law]}
veto: [{when: red > 0, at_best: good, zh: 否决, en: Veto}]
grades:
  - {grade: top, zh: 优秀, en: Excellent, quota: 30%, round: floor, when: total >= 90}
  - {grade: good, zh: 良好, en: Good}
  - {grade: poor, zh: 较差, en: Poor, when: total < 60}
"""


def scheme_of(text: str) -> Scheme:
    found = parse_scheme(text)
    assert isinstance(found, Scheme), [p.say("en") for p in found]
    return found


def changes(*replacements: tuple[str, str]) -> list[Change]:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return compare(scheme_of(BASE), scheme_of(text))


@pytest.mark.parametrize(
    ("old", "new", "kind", "zh", "en"),
    [
        ("en: Law}, full: 10", "en: Law}, full: 12", "full", "“依法行政”满分由10改为12", "Law: full marks changed from 10 to 12"),
        (
            "en: Law}, full: 10",
            "en: Law}, full: {party: 10, agency: 12}",
            "full",
            "“依法行政”满分（政府机关）由10改为12",
            "Law: full marks (Agencies) changed from 10 to 12",
        ),
        (
            "threshold: 90",
            "threshold: [{from: 2019-01-01, value: 90}, {from: 2019-07-01, value: 92}]",
            "parameter",
            "“执行进度”达标线自2019-07-01由90提高到92",
            "Execution: threshold raised from 90 to 92 as of 2019-07-01",
        ),
        (", slope: 2", "", "parameter", "“执行进度”每差1扣分由2降低到1", "Execution: points off for each 1 lowered from 2 to 1"),
        ("missing: zero", "missing: skip", "missing", "“运行成本”缺数据时由计0分改为不计入，由其他各项分担权重", None),
        (
            "better: low",
            "better: high",
            "rule",
            "“运行成本”方向由越低越好改为越高越好",
            "Cost: direction changed from less is better to more is better",
        ),
        ("amount: -1", "amount: -2", "ledger", "“依法行政·瑕疵”分值由-1改为-2", "Law, Flaw: amount changed from -1 to -2"),
        ("amount: -1", "amount: -1, cap: -4", "ledger", "“依法行政·瑕疵”合计上限定为-4", "Law, Flaw: limit of the total set to -4"),
        ("{bad: {", "{bad2: {", "code", "“依法行政·瑕疵”的代码由bad改为bad2", "Law, Flaw: code changed from bad to bad2"),
        ("zh: 瑕疵, en: Flaw}}", "zh: 瑕疵, en: Flaw}, new: -1}", "ledger", "“依法行政”新增种类“new”", "Law: kind added: “new”"),
        ("        pace:", "        speed:", "code", "“执行进度”的代码由pace改为speed", "Execution: code changed from pace to speed"),
        (
            "zh: 执行进度",
            "zh: 支出进度",
            "title",
            "“支出进度”名称由执行进度改为支出进度",
            "Execution: name changed from 执行进度 to 支出进度",
        ),
        ("quota: 30%", "quota: 25%", "grade", "等次“优秀”名额由30%降低到25%", "grade Excellent: quota lowered from 30% to 25%"),
        (
            "round: floor",
            "round: ceil",
            "grade",
            "等次“优秀”名额取整由舍去改为进一",
            "grade Excellent: quota, rounding changed from down to up",
        ),
        ("total >= 90", "total >= 92", "grade", "等次“优秀”条件由“total >= 90”改为“total >= 92”", None),
        ("at_best: good", "at_best: poor", "veto", "“否决”最高由良好改为较差", "Veto: at best Poor instead of Good"),
        ("red > 0", "red > 1", "veto", "取消一票否决“否决”", "veto removed: “Veto”"),
        ("ties: [law]", "ties: share", "ranking", "同分时由依次比较依法行政改为并列后跳号", None),
        ("ties: [law]", "ties: [law], of: exact", "ranking", "排名依据由修约后的总分改为修约前的总分", None),
        ("  full: 100", "  full: 100\n  round: 2", "rounding", "“总分”保留小数位数定为2", "Total: decimals set to 2"),
        ("to: 2019-12-31", "to: 2019-11-30", "cycle", "考核周期由2019-01-01 – 2019-12-31改为2019-01-01 – 2019-11-30", None),
        ("zh: 党群部门", "zh: 党群机关", "title", "类别党群部门改称党群机关", None),
        ("en: Cost}, weight: 40", "en: Cost}, weight: 40, cap: 5", "limit", "“运行成本”上限定为5", "Cost: upper limit set to 5"),
        ("en: Cost}", "en: Cost}, provider: x", "provider", "“运行成本”数据提供单位定为x", "Cost: provider set to x"),
        (
            "en: Cost}",
            "en: Cost}, for: party",
            "for",
            "“运行成本”适用类别由全部改为党群部门",
            "Cost: classes changed from all to Party departments",
        ),
    ],
)
def test_a_change_in_words(old: str, new: str, kind: str, zh: str, en: str | None) -> None:
    found = changes((old, new))

    first = next(change for change in found if change.kind == kind)
    assert first.zh == zh
    assert en is None or first.en == en


def test_schemes_that_say_the_same() -> None:
    typed_otherwise = BASE.replace("weight: 40", "weight: 40.0").replace("ties: [law]", "ties: [law], of: rounded")

    assert compare(scheme_of(BASE), scheme_of(BASE)) == []
    assert [c.kind for c in compare(scheme_of(BASE), scheme_of(typed_otherwise))] == ["wording"]


def test_nodes_added_and_removed() -> None:
    found = changes(
        (
            "        cost: {title: {zh: 运行成本, en: Cost}, weight: 40, ",
            "        debt: {title: {zh: 债务, en: Debt}, weight: 40, full: 5, ",
        )
    )

    assert [(c.kind, c.zh) for c in found[:2]] == [
        ("removed", "取消指标“运行成本”，在“资金”之下"),
        ("added", "新增指标“债务”，在“资金”之下，满分5"),
    ]


def test_a_node_that_moved() -> None:
    line = "        cost: {title: {zh: 运行成本, en: Cost}, weight: 40, better: low, missing: zero}\n"

    found = changes((line, ""), ("beside: {", "beside: {cost: {title: {zh: 运行成本, en: Cost}, weight: 40, better: low, missing: zero}, "))

    assert [(c.kind, c.zh) for c in found] == [
        ("moved", "“运行成本”由“资金”之下移到总分之外"),
        ("share", "“执行进度”占总分的比重由54.00%变为90.00%"),
    ]


def test_the_share_of_the_total_follows_the_weights() -> None:
    found = changes(("weight: 60", "weight: 110"))

    assert [(c.kind, c.where, c.zh) for c in found] == [
        ("share", "pace", "“执行进度”占总分的比重由54.00%变为66.00%"),
        ("share", "cost", "“运行成本”占总分的比重由36.00%变为24.00%"),
        ("weight", "pace", "“执行进度”权重由60提高到110"),
    ]


def test_another_rule_is_told_by_both_sentences() -> None:
    found = changes(("points: step_down, with: {threshold: 90, slope: 2}", "points: completion"))

    assert [(c.kind, c.zh) for c in found] == [
        (
            "rule",
            "“执行进度”计分规则由“达到90得满分100；每低1扣2，最低得0”改为“完成值除以目标值，最低0、最高1，乘以满分100”",
        )
    ]


def test_classes_added_and_removed() -> None:
    found = changes(("agency: {zh: 政府机关, en: Agencies}", "court: {zh: 法检, en: Courts}"))

    assert [c.zh for c in found] == ["取消类别“政府机关”", "新增类别“法检”"]


def test_what_matters_most_comes_first() -> None:
    found = changes(
        ("zh: 运行成本", "zh: 成本"),
        ("en: Law}, full: 10", "en: Law}, full: 12"),
        ("quota: 30%", "quota: 10%"),
        ("weight: 40", "weight: 80"),
    )

    kinds = [change.kind for change in found]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert kinds[0] == "full"


def test_every_parameter_of_a_standard_rule_has_a_name() -> None:
    assert {name for rule in standard_rules().values() for name in rule.params} == set(PARAMETERS)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/scheme.yaml")), ids=lambda path: path.parent.name)
def test_any_two_schemes_can_be_compared(path: Path) -> None:
    scheme, base = read_scheme(path), scheme_of(BASE)
    assert isinstance(scheme, Scheme)

    there, back = compare(base, scheme), compare(scheme, base)

    assert there and back
    assert all(
        change.zh and change.en and "{" not in change.en.replace("{}", "") for change in (*there, *back) if change.kind != "own_rule"
    )
