"""Facts: keys, indexes, digests that do not depend on the order of rows."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from windvane import Entry, Fact, Facts, Loading, Status, Text, Unit
from windvane.facts import value_text

UNITS = (Unit("a", Text("甲", "A"), "party", 1), Unit("b", Text("乙", "B"), "agency", 2, competes=False))
ROWS = (
    Fact("a", "x", value=Fraction("12.5"), error=Fraction("0.5"), source="survey"),
    Fact("a", "x", "target", value=Fraction(20)),
    Fact("a", "law", "amount", entry="d1", value=Fraction(-1), document="文号1"),
    Fact("b", "done", value=date(2019, 6, 30)),
    Fact("b", "quality", value="good"),
    Fact("b", "x", status=Status.NOT_DUE),
    Fact("b", "x", period="2019-03", value=Fraction(3)),
)
ENTRIES = (Entry("a", "law", "d1", "flaw", Text("瑕疵"), "文号1", date(2019, 3, 1)), Entry("a", "law", "d10"), Entry("a", "law", "d2"))
FACTS = Facts(UNITS, ROWS, ENTRIES, (Loading("a", "x", "value", "", "shock", Fraction(1, 4)),))


def test_looking_up() -> None:
    assert FACTS.get("a", "x") == ROWS[0]
    assert FACTS.get("a", "x", "target") == ROWS[1]
    assert FACTS.get("a", "law", "amount", entry="d1") == ROWS[2]
    assert FACTS.get("b", "x") == ROWS[5]
    assert FACTS.get("a", "nowhere") is None
    assert FACTS.unit_index["b"].title.of("en") == "B"
    assert FACTS.entry_ids == {("a", "law"): ("d1",)}
    assert [entry.entry for entry in FACTS.entry_index["a", "law"]] == ["d1", "d2", "d10"]


def test_the_digest_does_not_depend_on_the_order_of_rows() -> None:
    for seed in range(5):
        mixed = random.Random(seed)
        units, rows, entries = (tuple(mixed.sample(whole, len(whole))) for whole in (UNITS, ROWS, ENTRIES))
        shuffled = replace(FACTS, units=units, rows=rows, entries=entries)
        assert shuffled.digest == FACTS.digest


@pytest.mark.parametrize(
    "changed",
    [
        replace(ROWS[0], value=Fraction("12.50000001")),
        replace(ROWS[0], error=Fraction("0.6")),
        replace(ROWS[0], source="office"),
        replace(ROWS[0], document="文号2"),
        replace(ROWS[0], period="2019"),
        replace(ROWS[0], status=Status.MISSING),
        replace(ROWS[0], unit="b", name="base"),
    ],
)
def test_the_digest_covers_everything_in_a_fact(changed: Fact) -> None:
    assert replace(FACTS, rows=(changed, *ROWS[1:])).digest != FACTS.digest


def test_the_digest_covers_units_entries_and_loadings() -> None:
    others = [
        replace(FACTS, units=(replace(UNITS[0], cls="agency"), UNITS[1])),
        replace(FACTS, units=(replace(UNITS[0], order=5), UNITS[1])),
        replace(FACTS, units=(replace(UNITS[0], competes=False), UNITS[1])),
        replace(FACTS, entries=(replace(ENTRIES[0], kind="other"), *ENTRIES[1:])),
        replace(FACTS, entries=(replace(ENTRIES[0], day=None), *ENTRIES[1:])),
        replace(FACTS, loadings=()),
    ]

    assert FACTS.digest not in [facts.digest for facts in others]
    assert len({facts.digest for facts in others}) == len(others)


def test_values_that_look_alike_are_not_the_same() -> None:
    """No pair of cells may be pushed together so that two different tables have one digest."""
    one = Facts(UNITS, (Fact("a", "x", source="1", document="2"),))
    other = Facts(UNITS, (Fact("a", "x", source="12", document=""),))

    assert one.digest != other.digest


def test_superseding_replaces_what_has_the_same_key_and_keeps_its_place() -> None:
    new = (replace(ROWS[1], value=Fraction(25)), Fact("a", "y", value=Fraction(1)))
    found = FACTS.superseding(*new)

    assert [fact.key for fact in found.rows] == [*(fact.key for fact in ROWS), ("a", "y", "value", "", "")]
    assert found.get("a", "x", "target") == new[0]
    assert FACTS.get("a", "x", "target") == ROWS[1]
    assert found.digest != FACTS.digest


def test_the_text_of_values() -> None:
    found = [value_text(value) for value in (None, Fraction(1, 3), Fraction(5), date(2019, 6, 30), "good")]

    assert found == ["", "1/3", "5", "2019-06-30", "good"]


def test_as_frames() -> None:
    frame = FACTS.to_polars()

    assert frame.shape == (7, 10)
    assert frame.row(0) == ("a", "x", "value", "", "", "25/2", "reported", "1/2", "survey", "")
    assert FACTS.to_pandas().shape == (7, 10)
    assert repr(FACTS).startswith("Facts(2 units, 7 facts, 3 entries, digest ")
