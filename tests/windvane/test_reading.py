"""Reading a scheme: every mistake at its place, all at once; and what the short forms mean."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from windvane import Scheme, Text, parse_scheme
from windvane.formula import to_text
from windvane.scheme import Case, Setting


def scheme_of(text: str) -> Scheme:
    found = parse_scheme("windvane: 1\n" + text)
    assert isinstance(found, Scheme), [p.say("en") for p in found]
    return found


def mistakes(text: str) -> list[tuple[str, str]]:
    found = parse_scheme(text)
    assert isinstance(found, list)
    for problem in found:
        assert problem.say("zh") and problem.say("en")
    return [(p.code, p.where) for p in found]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("root: {}", "scheme.version", "scheme.yaml:1:1 windvane"),
        ("windvane: 2\nroot: {}", "scheme.version", "scheme.yaml:1:1 windvane"),
        ("windvane: 1", "scheme.root", "scheme.yaml:1:1"),
        ("windvane: 1\nroot: {wieght: 1}", "scheme.unknown_key", "scheme.yaml:2:8 root.wieght"),
        ("windvane: 1\nroot: {parts: {a b: 1}}", "scheme.code", "scheme.yaml:2:16 root.a b"),
        ("windvane: 1\nroot: {parts: {a: 1, b: {parts: {a: 1}}}}", "scheme.code_twice", "scheme.yaml:2:34 root.b.a"),
        ("windvane: 1\nroot: {missing: none}", "scheme.one_of", "scheme.yaml:2:8 root.missing"),
        ("windvane: 1\nroot: {full: a}", "scheme.number", "scheme.yaml:2:8 root.full"),
        ("windvane: 1\nroot: {full: [1, 2]}", "scheme.number", "scheme.yaml:2:8 root.full"),
        ("windvane: 1\nroot: {full: 2019-01-01}", "scheme.number", "scheme.yaml:2:8 root.full"),
        ("windvane: 1\nroot: {full: {party: 1}}", "scheme.class", "scheme.yaml:2:15 root.full.party"),
        ("windvane: 1\nroot: {for: party}", "scheme.class", "scheme.yaml:2:8 root.for.party"),
        ("windvane: 1\nroot: {cap: [{from: soon, value: 1}]}", "scheme.day", "scheme.yaml:2:14 root.cap.0"),
        ("windvane: 1\nroot: {cap: [{from: 2019-02-30, value: 1}]}", "scheme.day", "scheme.yaml:2:14 root.cap.0"),
        ("windvane: 1\nroot: {range: [100, 0]}", "scheme.range", "scheme.yaml:2:8 root.range"),
        ("windvane: 1\nroot: {range: [0, 2019-01-01]}", "scheme.range", "scheme.yaml:2:8 root.range"),
        ("windvane: 1\nroot: {points: completion, with: {capp: 1}}", "scheme.parameter", "scheme.yaml:2:35 root.with.capp"),
        ("windvane: 1\nroot: {entries: completion}", "scheme.entries_points", "scheme.yaml:2:1 root"),
        ("windvane: 1\nroot: {points: mean(entries), entries: value, ledger: {k: 1}}", "scheme.entries_or_ledger", "scheme.yaml:2:1 root"),
        ("windvane: 1\nroot: {points: mean(entries), entries: {points: value, rules: [lvels]}}", "scheme.rule", None),
        ("windvane: 1\nroot: {weight: [1, 2]}", "scheme.formula_here", "scheme.yaml:2:8 root.weight"),
        ("windvane: 1\nroot: {ledger: {k: {cap: 1}}}", "scheme.amount", None),
        ("windvane: 1\nroot: {ledger: {k: [1, 2, 3]}}", "scheme.amount", None),
        ("windvane: 1\nroot: {}\ngrades: {a: 1}", "scheme.rows", "scheme.yaml:3:1 grades"),
        ("windvane: 1\nroot: {}\ngrades: [{grade: A}, {grade: A}]", "scheme.code_twice", "scheme.yaml:3:22 grades.1"),
        ("windvane: 1\nroot: {}\ngrades: [{grade: A, quota: 1.5}]", "scheme.quota", "scheme.yaml:3:21 grades.0.quota"),
        (
            "windvane: 1\nroot: {}\ngrades: [{grade: A}]\nveto: [{when: total < 1, at_best: B}]",
            "scheme.one_of",
            "scheme.yaml:4:26 veto.0.at_best",
        ),
        ("windvane: 1\nroot: {title: [a]}", "scheme.text", "scheme.yaml:2:8 root.title"),
        ("windvane: 1\nroot: {title: {de: a}}", "scheme.unknown_key", "scheme.yaml:2:16 root.title.de"),
        ("windvane: 1\nroot: {points: 1 +}", "formula.unexpected", "scheme.yaml:2:8 root.points"),
        ("windvane: 1\nroot: {round: 0.5}", "scheme.round", "scheme.yaml:2:8 root.round"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, code: str, where: str | None) -> None:
    found = mistakes(text)

    assert code in [each[0] for each in found]
    assert where is None or (code, where) in found


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes("windvane: 1\nroot: {wieght: 1, parts: {a: {missing: no, full: x}, b: {points: (}}}")

    assert [code for code, _ in found] == ["scheme.unknown_key", "scheme.number", "scheme.one_of", "formula.unexpected"]


def test_what_could_be_meant_is_said() -> None:
    found = parse_scheme("windvane: 1\nroot: {parts: {a: {wieght: 3}}}")

    assert isinstance(found, list)
    assert "weight" in found[0].say("en")


def test_short_forms() -> None:
    scheme = scheme_of("root: {parts: {a: 3, b: {ledger: {k: -1}}, c: {points: mean(entries), entries: completion}}}")

    a, b, c = scheme.root.parts
    assert a.weight is not None and to_text(a.weight) == "3"
    assert b.ledger is not None and b.ledger["k"].low == b.ledger["k"].high == Setting((Case(Fraction(-1)),))
    assert c.entries is not None and c.entries.formula.rule == "completion"


def test_defaults() -> None:
    scheme = scheme_of("root: {parts: {a: {}, b: {parts: {c: {}}}, d: {ledger: {k: 1}}}}")

    told = {code: (node.missing, node.formula.rule or to_text(node.formula.expr)) for code, node in scheme.nodes.items()}
    leaf, parent = ("refuse", "value"), ("skip", "mean")
    assert told == {"total": parent, "a": leaf, "b": parent, "c": leaf, "d": ("refuse", "ledger")}


def test_each_reaches_the_leaves_below() -> None:
    scheme = scheme_of("root: {each: {missing: zero, full: 5, provider: x}, parts: {a: {}, b: {full: 7, parts: {c: {missing: skip}}}}}")

    node = scheme.nodes
    assert [(node[c].missing, node[c].provider) for c in "abc"] == [("zero", "x"), ("zero", "x"), ("skip", "x")]
    assert [node[c].full for c in "abc"] == [Setting((Case(Fraction(x)),)) for x in (5, 7, 5)]


def test_values_by_class_and_day() -> None:
    text = "classes: {p: P, q: Q}\nroot: {cap: {p: 60, q: [{from: 2019-01-01, value: 5}, {from: 2019-07-01, value: 50%}]}}"

    cap = scheme_of(text).root.cap

    assert cap is not None
    assert [cap.at("p", None), cap.at("q", date(2018, 1, 1)), cap.at("q", date(2019, 6, 30)), cap.at("q", date(2019, 7, 1))] == [
        Fraction(60),
        None,
        Fraction(5),
        Fraction(1, 2),
    ]


def test_words_stay_words() -> None:
    scheme = scheme_of("title: no\nroot: {title: {zh: yes, en: 1.10}, choices: {yes: 1, on: 0.5, off: 0}}")

    assert (scheme.title, scheme.root.title) == (Text("no"), Text("yes", "1.10"))
    assert [choice.code for choice in scheme.root.choices] == ["yes", "on", "off"]


def test_an_own_rule_hides_a_standard_one_only_in_its_scheme() -> None:
    own = scheme_of("rules: {completion: value + 1}\nroot: {points: completion}")
    other = scheme_of("root: {points: completion}")

    assert to_text(own.root.formula.expr) == "value + 1"
    assert to_text(other.root.formula.expr) == "clip(value / target, 0, cap) * full"


def test_titles_beside_or_as_title() -> None:
    scheme = scheme_of("root: {}\ngrades: [{grade: A, zh: 甲, en: First}, {grade: B, title: {zh: 乙}}, {grade: C, title: 丙}, {grade: D}]")

    assert [grade.title for grade in scheme.grades] == [Text("甲", "First"), Text("乙"), Text("丙"), Text("D")]
