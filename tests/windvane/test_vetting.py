"""Formulas are vetted before anything is computed."""

from __future__ import annotations

import pytest

from windvane import Scheme, parse_scheme

FRAME = """
windvane: 1
root:
  parts:
    x: {{points: '{}', with: {{k: 3, cuts: [1, 2]}}, where: {{s: value / 2}}, facts: {{own: 自有}}}}
    y: {{where: {{t: value}}}}
"""
PARENT = "windvane: 1\nroot: {{points: '{}', parts: {{a: {{where: {{s: value}}}}, b: {{}}}}}}\n"
ENTRIES = "windvane: 1\nroot: {{points: mean(entries), entries: {{points: '{}', with: {{k: 1}}, facts: {{own: 自有}}}}}}\n"
LEDGER = "windvane: 1\nroot: {{points: '{}', ledger: {{k: 1}}}}\n"


def codes(text: str) -> list[str]:
    found = parse_scheme(text)
    if isinstance(found, Scheme):
        return []
    assert all(problem.say("zh") and problem.say("en") for problem in found)
    return [problem.code for problem in found]


@pytest.mark.parametrize(
    ("frame", "formula", "expected"),
    [
        (FRAME, "value * k + s + own + y + y.t + y.value + full * weight * sign", []),
        (FRAME, "band(value, cuts, [1, 2, 3])", []),
        (FRAME, "valeu", ["formula.name"]),
        (FRAME, "y.u", ["formula.name"]),
        (FRAME, "z.value", ["formula.name"]),
        (FRAME, "x", ["formula.name", "scheme.circle"]),
        (FRAME, "parts", ["formula.name", "formula.collection"]),
        (FRAME, "sum(parts)", ["formula.name"]),
        (FRAME, "sum(value)", ["formula.single"]),
        (FRAME, "max(value)", ["formula.single"]),
        (FRAME, "cuts", ["formula.list_here"]),
        (FRAME, "cuts + 1", ["formula.list_here"]),
        (FRAME, "[1, 2]", ["formula.list_here"]),
        (FRAME, "band(value, 1, [1, 2])", ["formula.list"]),
        (FRAME, "band(value, [[1]], [1, 2])", ["formula.list_here"]),
        (FRAME, "class_mean(class_mean(value))", ["formula.nested_class"]),
        (FRAME, "class_mean(value) + class_rank(y)", []),
        (PARENT, "sum(parts)", []),
        (PARENT, "sum(parts.s)", []),
        (PARENT, "sum(parts >= 0.9)", []),
        (PARENT, "mean(best(parts, 1))", []),
        (PARENT, "class_rank(sum(parts))", []),
        (PARENT, "parts", ["formula.collection"]),
        (PARENT, "parts + 1", ["formula.collection"]),
        (PARENT, "best(parts, 1)", ["formula.collection"]),
        (PARENT, "sum(parts.q)", ["formula.name"]),
        (PARENT, "sum(entries)", ["formula.name"]),
        (PARENT, "class_mean(parts)", ["formula.collection"]),
        (PARENT, "power_mean(parts, parts)", ["formula.collection"]),
        (PARENT, "band(50, parts, [1, 2, 3])", ["formula.list", "formula.collection"]),
        (PARENT, "sum(parts if a > 1 else 3)", ["formula.collection"]),
        (PARENT, "sum(parts if parts > 1 else 3)", []),
        (ENTRIES, "value / target * k * full + own", []),
        (ENTRIES, "vlaue", ["formula.name"]),
        (ENTRIES, "class_mean(value)", ["formula.peers"]),
        (ENTRIES, "class_rank(class_mean(value))", ["formula.nested_class", "formula.peers", "formula.peers"]),
        (ENTRIES, "total", ["formula.name"]),
        (LEDGER, "max(0, full + sum(entries))", []),
        (LEDGER, "count(entries)", []),
        (LEDGER, "sum(parts)", ["formula.name"]),
    ],
)
def test_a_formula_in_its_place(frame: str, formula: str, expected: list[str]) -> None:
    assert codes(frame.format(formula)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("root: {parts: {a: {points: b}, b: {points: a}}}", ["scheme.circle"]),
        ("root: {parts: {a: {points: total}}}", ["scheme.circle"]),
        ("root: {parts: {a: {take: [b]}, b: {take: [a]}}}", ["scheme.circle"]),
        ("root: {parts: {a: {points: b.s}, b: {where: {s: a}}}}", ["scheme.circle"]),
        ("root: {parts: {a: {points: b.value}, b: {points: a}}}", []),
        ("root: {parts: {a: {weight: b}, b: {points: a.value}}}", []),
        ("root: {parts: {a: {take: [q]}}}", ["scheme.node"]),
        ("root: {parts: {a: {}}, take: [a], except: [q]}", ["scheme.node"]),
        ("root: {}\nranking: {ties: [q]}", ["scheme.node"]),
        ("root: {}\ngrades: [{grade: A, when: totl > 1}]", ["formula.name"]),
        ("root: {}\ngrades: [{grade: A, when: value > 1}]", ["formula.name"]),
        ("root: {}\ngrades: [{grade: A, when: total.value > 1, promote: {when: q > 1, quota: 1}}]", ["formula.name"]),
        ("root: {}\ngrades: [{grade: A}]\nveto: [{when: q > 1, at_best: A}]", ["formula.name"]),
        ("root: {weight: vlaue}", ["formula.name"]),
        ("root: {at_least: q, parts: {a: 1}}", ["formula.name"]),
        ("root: {where: {s: t, t: value}}", ["formula.name"]),
        ("root: {where: {s: value, t: s}, points: t}", []),
    ],
)
def test_names_and_order(text: str, expected: list[str]) -> None:
    assert codes("windvane: 1\n" + text) == expected


def test_a_name_that_does_not_exist_is_told_with_its_column_and_neighbours() -> None:
    found = parse_scheme("windvane: 1\nroot: {points: 2 * valeu}")

    assert isinstance(found, list)
    assert (found[0].params["column"], found[0].params["name"]) == ("5", "valeu")
    assert "value" in found[0].params["near"]
