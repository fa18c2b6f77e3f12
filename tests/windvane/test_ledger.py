"""Rows of entries: what the ledger, the facts and the target book say, and how far a kind's cap goes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.windvane.test_scores import scheme

from windvane import Book, Entry, Fact, Facts, Task, Text, Unit, compile_scheme, score
from windvane.exact import Absent
from windvane.ledger import cut, entry_rows, strays
from windvane.scheme import Case, Setting

A, B = (Unit(code, Text(code), "all", i) for i, code in enumerate("ab"))
SLOT = scheme("root: {points: mean(entries), entries: {points: completion, missing: skip}}")
LEDGER = scheme("root: {ledger: {praise: {amount: [0, 5], cap: 3}}}")


def number(entry: str, name: str, value: int, unit: str = "a") -> Fact:
    return Fact(unit, "total", name, entry=entry, value=Fraction(value))


def names(plan_books: tuple[Book, ...], facts: Facts, unit: Unit = A) -> list[str]:
    return [row.entry for row in entry_rows(compile_scheme(SLOT, plan_books), facts, unit, "total")]


def test_without_books_entries_are_what_facts_speak_of_in_order_of_day_and_name() -> None:
    listed = (
        Entry("a", "total", "late", day=date(2019, 9, 1)),
        Entry("a", "total", "early", day=date(2019, 2, 1)),
        Entry("a", "total", "undated"),
    )
    rows = (number("e10", "value", 1), number("e2", "value", 1), number("late", "value", 1), number("other", "value", 1, "b"))

    assert names((), Facts((A, B), rows, listed)) == ["early", "late", "undated", "e2", "e10"]
    assert names((), Facts((A, B), rows[::-1], listed[::-1])) == ["early", "late", "undated", "e2", "e10"]


def test_a_book_rules_its_slot() -> None:
    """Entries that the book does not hold are strays; a unit without tasks has nothing there."""
    books = (Book("a", (Task("t2", "total"), Task("t1", "total"))), Book("b", ()))
    facts = Facts((A, B), (number("t1", "value", 1), number("x", "value", 1), number("y", "value", 1, "b")))

    assert names(books, facts) == ["t2", "t1"]
    assert names(books, facts, B) == []
    assert strays(compile_scheme(SLOT, books), facts, A, "total") == ["x"]
    assert strays(compile_scheme(SLOT, books), facts, B, "total") == ["y"]
    assert strays(compile_scheme(SLOT), facts, A, "total") == []


def test_the_book_fixes_numbers_and_the_report_brings_the_value() -> None:
    books = (Book("a", (Task("t", "total", weight=Fraction(4), share=Fraction(1, 2), facts={"target": Fraction(50)}),)),)
    scores = score(compile_scheme(SLOT, books), Facts((A,), (number("t", "value", 40),)))
    (scored,) = scores.outcome("a").entries

    assert (scored.points, scored.weight) == (Fraction(4, 5), 2)


def test_a_ledger_takes_no_tasks() -> None:
    books = (Book("a", (Task("t", "total"),)),)
    entries = (Entry("a", "total", "e", "praise"),)
    scores = score(compile_scheme(LEDGER, books), Facts((A,), (number("e", "amount", 2),), entries))

    assert scores.points("a") == 2


# Caps -----------------------------------------------------------------------------------------------------------------


def caps(**limits: int | None) -> dict[str, Setting | None]:
    return {kind: None if limit is None else Setting((Case(Fraction(limit)),)) for kind, limit in limits.items()}


amounts = st.lists(st.tuples(st.sampled_from(["up", "down", "free"]), st.integers(-50, 50).map(lambda n: Fraction(n, 10))), max_size=12)


@given(amounts)
def test_each_kind_counts_up_to_its_cap(rows: list[tuple[str, Fraction]]) -> None:
    counted = cut(rows, caps(up=3, down=-2, free=None), "all", None)
    totals = {
        kind: sum((x for (k, _), x in zip(rows, counted, strict=True) if k == kind and isinstance(x, Fraction)), Fraction(0))
        for kind in ("up", "down", "free")
    }
    given_ = {kind: sum((x for k, x in rows if k == kind), Fraction(0)) for kind in totals}

    assert totals == {"up": min(given_["up"], 3), "down": max(given_["down"], -2), "free": given_["free"]}


@given(st.lists(st.integers(0, 50).map(lambda n: Fraction(n, 10)), max_size=10))
def test_an_entry_never_counts_more_than_it_says(rows: list[Fraction]) -> None:
    counted = cut([("up", x) for x in rows], caps(up=3), "all", None)

    assert all(isinstance(y, Fraction) and 0 <= y <= x for x, y in zip(rows, counted, strict=True))
    assert counted == sorted(counted, key=lambda y: y == 0) or any(x == 0 for x in rows)


def test_what_has_no_amount_uses_no_cap() -> None:
    rows = [("up", Fraction(2)), ("up", Absent.REFUSED), ("up", Fraction(2))]

    assert cut(rows, caps(up=3), "all", None) == [2, Absent.REFUSED, 1]


def test_a_cap_by_class_and_day() -> None:
    limits = {"up": Setting((Case(Fraction(1), "party", date(2019, 1, 1)), Case(Fraction(2), "party", date(2019, 7, 1))))}
    rows = [("up", Fraction(5))]

    assert [cut(rows, limits, "party", day) for day in (date(2018, 1, 1), date(2019, 6, 30), date(2019, 7, 1), None)] == [
        [5],
        [1],
        [2],
        [2],
    ]
    assert cut(rows, limits, "agency", None) == [5]
