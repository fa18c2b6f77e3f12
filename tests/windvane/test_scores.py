"""Scores: what a run returns, stage by stage, and every problem it reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest

from windvane import Entry, Fact, Facts, PlanError, Scheme, Scores, Status, Text, Unit, compile_scheme, parse_scheme, score
from windvane.decimals import parse_decimal
from windvane.exact import Absent
from windvane.problems import Severity

UNITS = tuple(Unit(code, Text(code), "all", i) for i, code in enumerate("abc"))


def scheme(text: str) -> Scheme:
    found = parse_scheme(f"windvane: 1\n{text}")
    assert isinstance(found, Scheme), [problem.say("en") for problem in found]
    return found


def facts(rows: Mapping[str, Sequence[object]], units: tuple[Unit, ...] = UNITS, entries: tuple[Entry, ...] = ()) -> Facts:
    """``node`` or ``node.name`` → the numbers of the units in order; None is no fact."""
    found = []
    for column, cells in rows.items():
        node, _, name = column.partition(".")
        for unit, cell in zip(units, cells, strict=False):
            if cell is not None:
                number = parse_decimal(str(cell))
                found.append(Fact(unit.code, node, name or "value", value=str(cell) if number is None else number))
    return Facts(units, tuple(found), entries)


def scored(text: str, rows: Mapping[str, Sequence[object]], units: tuple[Unit, ...] = UNITS) -> Scores:
    return score(compile_scheme(scheme(text)), facts(rows, units))


def said(scores: Scores) -> list[tuple[str, str]]:
    return [(problem.code, problem.say("en")) for problem in scores.problems]


# What a run returns ----------------------------------------------------------------------------------------------------


def test_stages_of_an_outcome() -> None:
    scores = scored("root: {missing: zero, floor: 10, cap: 90, round: 0, weight: 3, parts: {x: {missing: skip}}}", {"x": [99.7, 12.345]})
    found = [(o.raw, o.settled, o.floored, o.exact, o.points, o.weight) for o in (scores.outcome(unit) for unit in "abc")]

    high, low = Fraction("99.7"), Fraction("12.345")
    assert found == [
        (high, high, high, 90, 90, 3),
        (low, low, low, low, 12, 3),
        (Absent.MISSING, 0, 10, 10, 10, 3),
    ]


def test_asking_for_points() -> None:
    scores = scored("root: {parts: {x: 1, y: {missing: skip}}}", {"x": [80, 70, 60], "y": [60, None, 20]})

    assert [scores.points(unit) for unit in "abc"] == [70, 70, 40]
    assert [scores.points(unit, "y") for unit in "abc"] == [60, None, 20]
    assert scores.points("a", "nowhere") is None
    assert scores.complete
    assert [unit.code for unit in scores.units()] == ["a", "b", "c"]
    assert repr(scores) == "Scores(3 of 3 units scored, 0 problems, complete=True)"
    with pytest.raises(KeyError):
        scores.outcome("a", "nowhere")


def test_steps_are_kept_for_the_explanation() -> None:
    scores = scored("root: {points: rate * 100, where: {rate: value / target}}", {"total": [45], "total.target": [50]}, UNITS[:1])

    assert scores.outcome("a").steps == {"rate": Fraction(9, 10)}


def test_as_a_frame() -> None:
    frame = scored("root: {parts: {x: {missing: skip}}}", {"x": ["17.665"]}, UNITS[:2]).to_polars()

    assert frame.rows() == [
        ("a", "all", "x", 17.665, "3533/200"),
        ("a", "all", "total", 17.665, "3533/200"),
        ("b", "all", "x", None, None),
        ("b", "all", "total", None, None),
    ]
    assert scored("root: {parts: {x: 1}}", {"x": [1]}, UNITS[:1]).to_pandas().shape == (2, 5)


def test_simulated_by_the_scheme_or_the_facts() -> None:
    assert scored("simulated: yes\nroot: {parts: {x: 1}}", {"x": [1, 1, 1]}).simulated
    plan = compile_scheme(scheme("root: {parts: {x: 1}}"))
    assert score(plan, Facts(UNITS, (), simulated=True)).simulated
    assert not score(plan, Facts(UNITS, ())).simulated


def test_only_the_whole_cycle_counts() -> None:
    """Facts of shorter periods are for tracking."""
    plan = compile_scheme(scheme("root: {parts: {x: {missing: zero}}}"))
    rows = (
        Fact("a", "x", period="2019-03", value=Fraction(50)),
        Fact("b", "x", value=Fraction(70)),
        Fact("b", "x", period="2019-03", value=Fraction(1)),
    )

    scores = score(plan, Facts(UNITS[:2], rows))

    assert [scores.points(unit) for unit in "ab"] == [0, 70]


# Problems -------------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_named() -> None:
    scores = scored("root: {parts: {x: {points: completion}}}", {"x": [50, None, 50], "x.target": [None, None, 100]})

    assert not scores.complete
    assert said(scores) == [
        ("score.missing", "a has no data for x (target) (report it or let the scheme say what `missing` means here)"),
        ("score.missing", "b has no data for x (value、target) (report it or let the scheme say what `missing` means here)"),
    ]
    assert [scores.points(unit) for unit in "abc"] == [None, None, 50]


def test_a_refusal_spreads_upwards_only() -> None:
    scores = scored("root: {points: sum, parts: {p: {parts: {x: 1, y: 1}}, z: 1}}", {"x": [1, 1, 1], "y": [1, 1], "z": [1, 1, 1]})

    assert [scores.outcome("c", code).points for code in ("x", "y", "p", "z", "total")] == [
        1,
        Absent.REFUSED,
        Absent.REFUSED,
        1,
        Absent.REFUSED,
    ]
    assert scores.points("a") == 2
    assert len(scores.problems) == 1


def test_each_problem_is_said_once() -> None:
    """Four formulas divide by the same zero."""
    scores = scored(
        "root: {points: 'sum(parts)', missing: zero, parts: {x: {points: value / 0 + value / 0, missing: zero}}}", {"x": [1, 1, 1]}
    )

    assert [problem.code for problem in scores.problems] == ["score.zero_division"] * 3
    assert {problem.severity for problem in scores.problems} == {Severity.WARNING}


def test_not_due_is_never_a_problem() -> None:
    plan = compile_scheme(scheme("root: {parts: {x: 1, y: 1}}"))
    rows = [Fact(unit, node, status=Status.NOT_DUE) for unit in "abc" for node in "xy"]

    scores = score(plan, Facts(UNITS, tuple(rows)))

    assert scores.problems == ()
    assert [scores.outcome(unit).points for unit in "abc"] == [Absent.NOT_DUE] * 3


def test_an_unknown_word_names_the_choices() -> None:
    scores = scored("root: {choices: {good: 1, bad: 0}}", {"total": ["good", "god"]}, UNITS[:2])

    assert said(scores) == [("score.choice", "b, total: god is not a choice of the scheme (choices are good、bad)")]


def test_a_unit_of_an_unknown_class_is_left_out() -> None:
    stranger = Unit("z", Text("z"), "nowhere", 9)
    scores = scored("classes: {all: 全部}\nroot: {parts: {x: 1}}", {"x": [1]}, (UNITS[0], stranger))

    assert [problem.code for problem in scores.problems] == ["score.unknown_class"]
    assert scores.points("a") == 1


def test_the_order_of_units_is_the_official_one() -> None:
    units = tuple(Unit(code, Text(code), "all", order) for code, order in (("a", 3), ("b", 1), ("c", 2)))

    assert [unit.code for unit in scored("root: {parts: {x: 1}}", {"x": [1, 1, 1]}, units).units()] == ["b", "c", "a"]


# Plans ----------------------------------------------------------------------------------------------------------------


def test_a_circle_is_raised_by_the_compiler_for_those_who_did_not_check() -> None:
    from windvane.reading import build_scheme

    found, problems = build_scheme({"windvane": "1", "root": {"parts": {"p": {"points": "q"}, "q": {"points": "p"}}}}, {})
    assert found is not None and problems == []

    with pytest.raises(PlanError, match=r"p → q → p|q → p → q"):
        compile_scheme(found)


def test_the_plan_has_children_before_parents() -> None:
    plan = compile_scheme(scheme("root: {parts: {q: {points: x}, p: {take: r, parts: {x: 1}}}}\nbeside: {r: {}}"))
    order = [step.code for step in plan.classes["all"]]

    assert order.index("x") < order.index("q") < order.index("total")
    assert order.index("r") < order.index("p")


def test_the_digest_of_a_plan_follows_scheme_and_day() -> None:
    from datetime import date

    one, other = scheme("root: {parts: {x: 1}}"), scheme("root: {parts: {x: 2}}")

    assert compile_scheme(one).digest == compile_scheme(scheme("root: {parts: {x: 1}}")).digest
    assert compile_scheme(one).digest != compile_scheme(other).digest
    assert compile_scheme(one).digest != compile_scheme(one, day=date(2019, 6, 30)).digest
