"""The linter: each doubtful thing is found where it is, and sound schemes are left in peace."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from windvane import (
    Book,
    Entry,
    Fact,
    Facts,
    Milestone,
    Problem,
    Scheme,
    Severity,
    Status,
    Task,
    Text,
    Unit,
    compile_scheme,
    parse_scheme,
    read_scheme,
    score,
)
from windvane.checks import check, worst_best
from windvane.formula import to_text
from windvane.problems import words
from windvane.rules import standard_rules

ROOT = Path(__file__).parents[2]
NOISE = {"check.providers", "check.ranges", "check.titles_en", "check.titles_zh"}
HEAD = "windvane: 1\ncycle: {from: 2019-01-01, to: 2019-12-31}\n"


def scheme_of(text: str) -> Scheme:
    found = parse_scheme(HEAD + text)
    assert isinstance(found, Scheme), [p.say("en") for p in found]
    return found


def problems(text: str, books: tuple[Book, ...] = (), facts: Facts | None = None) -> list[Problem]:
    found = [p for p in check(scheme_of(text), books, facts) if p.code not in NOISE]
    for problem in found:
        for language in ("zh", "en"):
            assert "{" not in problem.say(language).replace("{zh: …, en: …}", "")
    return found


def codes(text: str, books: tuple[Book, ...] = (), facts: Facts | None = None) -> list[str]:
    return [p.code.removeprefix("check.") for p in problems(text, books, facts)]


def one(points: str, extra: str = "") -> str:
    return f"root: {{points: sum, full: 100, parts: {{a: {{full: 100, points: '{points}'{', ' + extra if extra else ''}}}}}}}"


# Sound schemes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/scheme.yaml")), ids=lambda path: path.parent.name)
def test_examples_have_no_errors(path: Path) -> None:
    scheme = read_scheme(path)
    assert isinstance(scheme, Scheme)

    assert [p.say("en") for p in check(scheme) if p.severity is Severity.ERROR] == []


def test_a_sound_scheme_is_left_in_peace() -> None:
    assert check(scheme_of("title: {zh: 方案, en: Scheme}\nroot: {title: {zh: 总, en: All}, provider: x, range: [0, 100]}\n")) == []


# The tree ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("root: {points: sum, full: 100, parts: {a: {full: 60}, b: {full: 30}}}", ["full_sum"]),
        ("root: {points: sum, full: 90, parts: {a: {full: 60}, b: {full: 30}, bonus: {cap: 3}}}", []),
        ("root: {points: sum(parts), parts: {a: {full: 60}, b: {full: 30}}}", ["full_sum"]),
        ("root: {points: sum, full: 60, parts: {a: {full: 60}, b: {points: sum, parts: {c: {full: 5}}}}}", ["full_unsaid"]),
        ("root: {parts: {a: 30, b: 30, c: 30}}", ["weights_sum"]),
        ("root: {parts: {a: 0.4, b: 0.5}}", ["weights_sum"]),
        ("root: {parts: {a: 40, b: 60}}", []),
        ("root: {parts: {a: 3, b: 2}}", []),
        ("root: {parts: {a: {with: {k: 3}}}}", ["unread_parameter"]),
        ("root: {parts: {a: {where: {k: value / 2}}}}", ["unread_step"]),
        ("root: {parts: {a: {where: {k: value / 2}}, b: {points: a.k}}}", []),
        ("root: {points: sum(parts.k), parts: {a: {where: {k: value / 2}}}}", []),
    ],
)
def test_the_tree(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_full_marks_add_up_in_every_class() -> None:
    text = """
classes: {party: Party, agency: Agency}
root: {points: sum, full: 100, parts: {a: {full: {party: 60, agency: 55}}, b: {full: 40}}}
"""

    found = problems(text)

    assert [(p.code, p.where) for p in found] == [("check.full_sum", "scheme.yaml:5:1 root (Agency)")]


def test_full_marks_add_up_on_every_day_of_the_cycle() -> None:
    full = "[{from: 2018-01-01, value: 60}, {from: 2019-07-01, value: 70}]"

    found = problems(f"root: {{points: sum, full: 70, parts: {{a: {{full: {full}}}}}}}")

    assert [p.code for p in found] == ["check.full_sum"] and [p.where for p in found] == ["scheme.yaml:3:1 root (2019-01-01)"]


def test_a_formula_that_hides_names_its_worst_and_best_case() -> None:
    found = problems(one("100 - value / 2", "range: [0, 100], better: low"))

    assert [(p.code, p.params["worst"], p.params["best"]) for p in found] == [("check.hides", "50", "100")]
    assert "最差也得50分（最好100" in found[0].say("zh")


@pytest.mark.parametrize(
    ("points", "extra", "expected"),
    [
        ("efficacy", "", ["hides"]),
        ("value * 0.8", "range: [0, 100]", ["never_full"]),
        ("value * 1.2", "range: [0, 100]", ["above_full"]),
        ("completion", "", []),
        ("completion", "with: {cap: 1.2}", ["above_full"]),
        ("minmax", "", []),
        ("percentile", "range: [0, 5]", []),
        ("zscore", "range: [0, 5]", []),
        ("levels", "range: [0, 120]", []),
        ("levels", "range: [60, 120]", ["hides"]),
        ("step_down", "with: {floor_at: 50}", ["hides"]),
        ("value", "range: [0, 100], floor: 20", ["hides"]),
        ("value * full", "choices: {yes: 1, no: 0}", []),
        ("value * full", "choices: {good: 1, fair: 0.5}", ["hides"]),
        ("100 if value < 60 else 0", "range: [0, 100]", []),
        ("max(0, full + sum(entries))", "ledger: {bad: {amount: -1, cap: -4}}", ["hides"]),
    ],
)
def test_rules_reach_nothing_and_full_marks(points: str, extra: str, expected: list[str]) -> None:
    assert codes(one(points, extra)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("root: {range: [0, 50], points: value * 2}", (0, 100)),
        ("root: {range: [10, 20], points: value * previous}", (None, None)),
        ("root: {points: 'max(0, full + sum(entries))', full: 10, ledger: {bad: -1}}", (0, 10)),
        ("root: {cap: 3, ledger: {good: 1, bad: {amount: -1, cap: -2}}}", (-2, 3)),
        ("root: {ledger: {good: {amount: [0.1, 1], cap: 2}}}", (0, 2)),
        ("root: {ledger: {good: 1}}", (0, None)),
        ("root: {points: sum, parts: {a: {range: [0, 5]}, b: {range: [0, 7], floor: 2}}}", (2, 12)),
        ("root: {points: sum, parts: {a: {range: [0, 5]}, b: {ledger: {bad: -1}}}}", (None, 5)),
        ("root: {parts: {a: {weight: 3, range: [0, 100]}, b: {range: [20, 100]}}}", (5, 100)),
        ("root: {points: 100 - a, parts: {a: {range: [0, 30]}}}", (70, 100)),
        ("root: {points: mean(entries) * full, entries: completion}", (0, 100)),
        ("root: {points: mean(entries) * full, entries: {points: completion, rules: [status], choices: {done: 1, undone: 0}}}", (0, 100)),
        ("root: {points: class_rank(value)}", (None, None)),
        ("root: {range: [0, 1], points: value, round: 0}", (0, 1)),
        ("root: {range: [2019-01-01, 2019-12-31], points: 'schedule', with: {late: 1, most: 100}}", (None, None)),
    ],
)
def test_worst_and_best_case(text: str, expected: tuple[int | None, int | None]) -> None:
    scheme = scheme_of(text)

    found = worst_best(scheme, scheme.root, "all")

    assert found == tuple(None if x is None else Fraction(x) for x in expected)


# Ledgers, settings, grades -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("{amount: -1, cap: -3}", []),
        ("{amount: -1, cap: 3}", ["cap_sign"]),
        ("{amount: [0.1, 1], cap: -3}", ["cap_sign"]),
        ("{amount: [-1, 1], cap: 3}", ["mixed_signs"]),
        ("{amount: [-0.5, -2]}", ["amount_order"]),
        ("{amount: -3, cap: -2}", ["cap_small"]),
    ],
)
def test_ledger_kinds(kind: str, expected: list[str]) -> None:
    assert codes(f"root: {{ledger: {{k: {kind}}}}}") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[{from: 2019-01-01, value: 1}, {from: 2019-07-01, value: 2}]", []),
        ("[{from: 2019-07-01, value: 2}, {from: 2019-01-01, value: 1}]", ["unsorted"]),
        ("[{from: 2019-01-01, value: 2}, {from: 2019-01-01, value: 1}]", ["same_day"]),
        ("[{from: 2019-07-01, value: 2}]", ["not_yet_in_force"]),
        ("[{from: 2020-07-01, value: 2}]", ["never_in_force"]),
        ("{party: 1}", ["class_gap"]),
        ("{party: 1, agency: [{from: 2020-01-01, value: 2}]}", ["never_in_force"]),
    ],
)
def test_values_in_force(value: str, expected: list[str]) -> None:
    text = f"classes: {{party: P, agency: A}}\nroot: {{parts: {{a: {{points: value * k, with: {{k: {value}}}}}}}}}"

    assert codes(text) == expected


def test_a_class_without_the_node_needs_no_value() -> None:
    assert codes("classes: {party: P, agency: A}\nroot: {parts: {a: {for: party, cap: {party: 1}}, b: 1}}") == []


GRADED = "root: {points: sum, full: 100, parts: {a: {full: 100, range: [0, 100]}}}\n"


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ("[{grade: A, when: total >= 90}, {grade: B}]", []),
        ("[{grade: A, when: total >= 110}, {grade: B}]", ["never_given"]),
        ("[{grade: A, when: 110 <= total and a > 3}, {grade: B}]", ["never_given"]),
        ("[{grade: A}, {grade: B}]", ["after_rest"]),
        ("[{grade: A, when: total >= 60}, {grade: B, when: total >= 80}, {grade: C}]", ["swallowed"]),
        ("[{grade: A, when: total >= 60, quota: 30%}, {grade: B, when: total >= 80}, {grade: C}]", []),
        ("[{grade: A, quota: 60%}, {grade: B, quota: 50%}, {grade: C}]", ["quota_over"]),
    ],
)
def test_grades(grades: str, expected: list[str]) -> None:
    assert codes(GRADED + "grades: " + grades) == expected


def test_a_grade_after_the_rest_is_for_the_vetoed() -> None:
    veto = "\nveto: [{when: a < 60, at_best: B, zh: 否决}]"

    assert codes(GRADED + "grades: [{grade: A}, {grade: B}]" + veto) == []
    assert codes(GRADED.rstrip() + "\nveto: [{when: a < 60, at_best: B, zh: 否决}]") == ["veto_without_grades"]


UNITS = tuple(Unit(f"u{i}", Text(f"单位{i}"), "all", i) for i in range(3))


def facts_of(*rows: Fact, units: tuple[Unit, ...] = UNITS, entries: tuple[Entry, ...] = ()) -> Facts:
    return Facts(units, rows, entries)


def fact(unit: str, indicator: str, value: object = 50, name: str = "value", **more: object) -> Fact:
    return Fact(unit, indicator, name, value=Fraction(value) if isinstance(value, int) else value, **more)  # type: ignore[arg-type]


def test_a_quota_that_rounds_to_no_seat() -> None:
    facts = facts_of(fact("u0", "a"))

    assert codes(GRADED + "grades: [{grade: A, quota: 20%, round: floor}, {grade: B}]", (), facts) == ["no_seats"]
    assert codes(GRADED + "grades: [{grade: A, quota: 20%, round: ceil}, {grade: B}]", (), facts) == []


# Facts ---------------------------------------------------------------------------------------------------------------

PLAIN = """
classes: {all: 全部, other: 其他}
root: {parts: {a: {range: [0, 100]}, b: {choices: {good: 1}}, c: {for: other}, d: {ledger: {k: 1}}}}
"""
SOUND = (fact("u0", "a"), fact("u1", "b", "good"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), []),
        ((fact("u0", "a"),), ["score.duplicate"]),
        ((fact("u9", "a"),), ["score.unknown_unit"]),
        ((fact("u1", "aa"),), ["score.unknown_indicator"]),
        ((fact("u1", "a", name="traget"),), ["score.unread"]),
        ((fact("u1", "a", name="traget", period="2019-06"),), []),
        ((fact("u1", "c"), fact("u2", "c")), ["score.not_for_class"]),
        ((fact("u1", "a", 101),), ["score.range"]),
        ((fact("u1", "a", date(2019, 1, 1)),), ["score.date_here"]),
        ((fact("u1", "a", None, status=Status.MISSING),), []),
        ((fact("u2", "b", "better"),), ["score.choice"]),
    ],
)
def test_facts(rows: tuple[Fact, ...], expected: list[str]) -> None:
    assert [p.code for p in problems(PLAIN, (), facts_of(*SOUND, *rows))] == expected


def test_an_indicator_nobody_reports() -> None:
    assert codes(PLAIN, (), facts_of(fact("u0", "a"))) == ["silent"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry("u0", "d", "e", "k", document="第1号", day=date(2019, 5, 1)), []),
        (Entry("u0", "d", "e", "q", document="第1号"), ["score.kind"]),
        (Entry("u0", "d", "e", "k"), ["no_document"]),
        (Entry("u0", "d", "e", "k", document="第1号", day=date(2018, 5, 1)), ["outside_cycle"]),
        (Entry("u0", "a", "e", "k", document="第1号"), ["entry_nowhere"]),
        (Entry("u9", "d", "e", "k", document="第1号"), ["score.unknown_unit"]),
    ],
)
def test_entries(entry: Entry, expected: list[str]) -> None:
    assert codes(PLAIN, (), facts_of(*SOUND, entries=(entry,))) == expected


def test_units_of_a_class_that_does_not_exist() -> None:
    facts = facts_of(*SOUND, units=(*UNITS, Unit("u7", Text("甲"), "alll", 7)))

    assert codes(PLAIN, (), facts) == ["score.unknown_class"]


# Books ---------------------------------------------------------------------------------------------------------------

SLOT = """root:
  points: sum
  full: 100
  parts:
    own: {full: 70, points: mean(entries) * full, entries: {points: completion, rules: [all_or_nothing]}}
    law: {full: 30, range: [0, 30]}
"""
TARGET = {"target": Fraction(10)}


def planned(*stones: tuple[int, int, int, int]) -> Task:
    return Task("t", "own", facts=TARGET, milestones=tuple(Milestone(date(*stone[:3]), Fraction(stone[3])) for stone in stones))


def book(*tasks: Task, unit: str = "u0") -> Book:
    return Book(unit, tasks)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task("t", "own", facts=TARGET), []),
        (Task("t", "own", rule="all_or_nothing", facts=TARGET), []),
        (Task("t", "law", facts=TARGET), ["slot"]),
        (Task("t", "owm", facts=TARGET), ["slot"]),
        (Task("t", "own", rule="schedule", facts=TARGET), ["task_rule"]),
        (Task("t", "own", facts=TARGET, params={"most": Fraction(1)}), ["task_parameter"]),
        (Task("t", "own", facts=TARGET, weight=Fraction(0)), ["task_weight"]),
        (Task("t", "own", facts=TARGET, share=Fraction(2)), ["task_share", "joint_shares"]),
        (Task("t", "own"), ["task_target"]),
        (Task("t", "own", facts=TARGET, joint="u1/t"), ["joint"]),
        (Task("t", "own", facts=TARGET, since=date(2019, 7, 1)), ["amendment"]),
        (Task("t", "own", facts=TARGET, since=date(2019, 7, 1), reason="机构改革", approval="第3号"), []),
        (planned((2018, 6, 30, 4)), ["milestone_outside"]),
        (planned((2019, 6, 30, 4), (2019, 9, 30, 5)), []),
        (planned((2019, 6, 30, 4), (2019, 9, 30, 3)), ["milestone_falls"]),
        (planned((2019, 6, 30, 4), (2019, 6, 30, 4)), ["milestone_twice"]),
    ],
)
def test_tasks(task: Task, expected: list[str]) -> None:
    assert codes(SLOT, (book(task),)) == expected


def test_weights_of_a_slot_that_miss_the_hundred() -> None:
    tasks = [Task(f"t{i}", "own", facts=TARGET, weight=Fraction(33)) for i in range(3)]

    assert codes(SLOT, (book(*tasks),)) == ["book_weights"]
    assert codes(SLOT, (book(*tasks[:2]),)) == []


def test_a_task_is_written_once() -> None:
    task = Task("t", "own", facts=TARGET)

    assert codes(SLOT, (book(task, task),)) == ["task_twice"]


def test_joint_tasks() -> None:
    lead = book(Task("t", "own", facts=TARGET, share=Fraction("0.6")))

    def partner(joint: str, share: str) -> Book:
        return book(Task("s", "own", facts=TARGET, joint=joint, share=Fraction(share)), unit="u1")

    chained = book(Task("r", "own", facts=TARGET, joint="u1/s", share=Fraction(0)), unit="u2")
    assert codes(SLOT, (lead, partner("u0/t", "0.4"))) == []
    assert codes(SLOT, (lead, partner("u0/t", "0.5"))) == ["joint_shares"]
    assert codes(SLOT, (lead, partner("u0/x", "0.4"))) == ["joint", "joint_shares"]
    assert codes(SLOT, (lead, partner("u0/t", "0.4"), chained)) == ["joint_chain", "joint_shares"]


def test_books_against_the_units() -> None:
    reports = [fact("u0", "own", entry="t"), fact("u0", "law", 20)]
    facts = facts_of(*reports)
    task = Task("t", "own", facts=TARGET, lead="u0", partners=("u8",))

    found = problems(SLOT, (book(task), book(Task("t", "own", facts=TARGET), unit="u9")), facts)

    assert [(p.code, p.params.get("units", "")) for p in found] == [
        ("check.book_unit", ""),
        ("check.no_book", "u1、u2"),
        ("check.partners", "u8"),
    ]


def test_two_books_of_one_unit() -> None:
    task = Task("t", "own", facts=TARGET)

    assert codes(SLOT, (book(task), Book("u0", ()))) == ["scheme.book_twice"]


def test_a_target_that_came_with_the_facts_is_enough() -> None:
    rows = [fact("u0", "own", 9, entry="t"), fact("u0", "own", 10, "target", entry="t"), fact("u0", "law", 20)]
    books = tuple(book(Task("t", "own"), unit=unit.code) for unit in UNITS)

    assert codes(SLOT, books[:1], facts_of(*rows, units=UNITS[:1])) == []
    assert codes(SLOT, books[1:2], facts_of(*rows, units=UNITS[1:2]))[:1] == ["task_target"]


def test_a_sensitive_task_names_no_document() -> None:
    rows = [fact("u0", "own", 9, entry="t", document="附件1"), fact("u0", "law", 20)]

    assert codes(SLOT, (book(Task("t", "own", facts=TARGET, sensitive=True)),), facts_of(*rows, units=UNITS[:1])) == ["sensitive"]


# Words ---------------------------------------------------------------------------------------------------------------


def test_titles_missing_in_one_language() -> None:
    scheme = scheme_of("title: 方案\nroot: {title: Total, parts: {a: {title: {zh: 甲, en: A}}, b: 1}}")

    found = {p.code: p.params["codes"] for p in check(scheme) if "titles" in p.code}

    assert found == {"check.titles_zh": "total、b", "check.titles_en": "b、scheme"}


def test_every_finding_has_words_and_every_word_a_finding() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/windvane/checks").glob("*.py"))
    used = {f"check.{code}" for code in re.findall(r'\b(?:error|warning|note|say)\(f?"([a-z_]+)', source)}

    assert {code for code in words() if code.startswith("check.")} == used - {"check.titles_"} | {"check.titles_zh", "check.titles_en"}
    assert all(set(entry) == {"zh", "en", "hint_zh", "hint_en"} for code, entry in words().items() if code.startswith("check."))


# Worst and best case against random facts ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, rule in standard_rules().items() if "parts" not in str(rule.points)])
def test_no_unit_falls_outside_the_worst_and_best_case(name: str) -> None:
    random = Random(7)
    facts = {**dict.fromkeys(("value", "target", "base", "previous", "numerator", "denominator")), **standard_rules()[name].facts}
    entries = "entries" in to_text(standard_rules()[name].points)
    reads = "ledger: {k: 1}" if entries else "range: [0, 120]"
    scheme = scheme_of(f"root: {{points: sum, parts: {{a: {{points: {name}, missing: skip, {reads}}}}}}}")
    units = tuple(Unit(f"u{i}", Text(f"单位{i}"), "all", i) for i in range(60))
    rows = tuple(Fact(u.code, "a", fact, value=Fraction(random.randint(0, 480), 4)) for u in units for fact in facts)
    scores = score(compile_scheme(scheme), Facts(units, rows))

    low, high = worst_best(scheme, scheme.nodes["a"], "all")
    points = [x for u in units if (x := scores.points(u.code, "a")) is not None]

    assert points or entries
    assert low is None or min(points, default=low) >= low
    assert high is None or max(points, default=high) <= high


def test_most_standard_rules_have_a_worst_and_best_case() -> None:
    def known(name: str) -> bool:
        scheme = scheme_of(f"root: {{points: sum, parts: {{a: {{points: {name}, range: [0, 120]}}}}}}")
        return None not in worst_best(scheme, scheme.nodes["a"], "all")

    alone = [name for name, rule in standard_rules().items() if not re.search("parts|entries", to_text(rule.points))]

    assert [name for name in alone if not known(name)] == ["zscore", "rank_points", "schedule", "difficulty", "better_of"]
