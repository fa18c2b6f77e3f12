"""Slips of the keyboard that would otherwise be a wrong number: each is refused in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from windvane import Entry, Fact, Facts, Scheme, Text, Unit, check, parse_scheme
from windvane.problems import errors

SCHEME = """
windvane: 1
root:
  points: mean
  full: 100
  parts:
    w: {weight: 2, points: completion, missing: zero}
    l: {weight: 1, ledger: {gift: 1}, floor: 0, cap: 5}
"""
UNITS = (Unit("a", Text("甲")), Unit("b", Text("乙"), order=1))


def codes(text: str, *facts: Fact, entries: tuple[Entry, ...] = ()) -> set[str]:
    scheme = parse_scheme(text)
    assert isinstance(scheme, Scheme)
    sound = [Fact(u.code, "w", name, value=Fraction(9)) for u in UNITS for name in ("value", "target")]
    rows = {fact.key: fact for fact in (*sound, *facts)}
    return {problem.code for problem in errors(check(scheme, (), Facts(UNITS, tuple(rows.values()), entries)))}


def test_the_case_itself_is_sound() -> None:
    assert codes(SCHEME) == set()


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (Fact("a", "w", value=date(2019, 1, 1)), "score.date_here"),
        (Fact("a", "w", "target", value=date(2019, 1, 1)), "score.date_here"),
        (Fact("a", "w", "vlaue", value=Fraction(9)), "score.unread"),
        (Fact("a", "x", value=Fraction(9)), "score.unknown_indicator"),
        (Fact("c", "w", value=Fraction(9)), "score.unknown_unit"),
        (Fact("a", "w", value="nine"), "score.not_number"),
    ],
)
def test_a_slip_in_a_fact_is_an_error(fact: Fact, code: str) -> None:
    assert codes(SCHEME, fact) == {code}


def test_a_number_where_a_date_is_wanted_is_an_error() -> None:
    text = SCHEME.replace("points: completion", "points: schedule, measure: date")

    assert codes(text) == {"score.no_date"}


def test_an_entry_at_a_node_without_entries_is_an_error() -> None:
    assert codes(SCHEME, entries=(Entry("a", "w", "e1", "gift"),)) == {"check.entry_nowhere"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("floor: 0, cap: 5", "floor: 5, cap: 0", "check.floor_above_cap"),
        ("weight: 2", "weight: -2", "check.weight_negative"),
        ("weight: 2, points", "weight: 0, points", ""),
    ],
)
def test_a_slip_in_a_setting_is_an_error(old: str, new: str, code: str) -> None:
    assert codes(SCHEME.replace(old, new)) == ({code} if code else set())


def test_weights_of_nothing_are_an_error() -> None:
    assert codes(SCHEME.replace("weight: 2", "weight: 0").replace("weight: 1", "weight: 0")) == {"check.weight_nothing"}
