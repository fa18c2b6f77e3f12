"""Only what was verified, approved or confirmed becomes a fact."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import add_report, add_task, pdf

from windvane import Entry, Fact, Facts, Loading, Status, Text
from windvane_web.org.facts import units as unit_facts
from windvane_web.org.models import Cycle, Unit
from windvane_web.work.actions import approve, attach, counter, enter_data
from windvane_web.work.facts import facts
from windvane_web.work.models import Datum, LedgerEntry, Report


def test_the_latest_verified_report_is_the_value(year: Cycle, verified: Report, cast: Cast) -> None:
    Report.objects.create(task=verified.task, period="2019-06-30", due=date(2019, 6, 30), state="verified", value="40", verified_value="40")

    rows, _, _ = facts(year)

    assert rows == (Fact("water", "key_work", "value", "", "t01", Fraction(98), source="unit_report"),)


def test_what_is_not_verified_is_no_fact(year: Cycle, signed: Report) -> None:
    assert facts(year) == ((), (), ())


def test_evidence_is_named_and_statuses_carry_no_value(year: Cycle, report: Report, cast: Cast) -> None:
    attach(cast("reporter"), report, file=pdf())
    attach(cast("reporter"), report, file=pdf("清单.pdf", b"x"))
    Report.objects.update(state="verified", verified_value="未到期")

    rows, _, _ = facts(year)

    assert rows == (Fact("water", "key_work", "value", "", "t01", None, Status.NOT_DUE, None, "unit_report", "验收报告.pdf；清单.pdf"),)


def test_a_later_amendment_counts_before_the_row_it_amends(year: Cycle, verified: Report, cast: Cast) -> None:
    later = add_task(year, cast.units["water"], "t01", since=date(2019, 7, 1))
    add_report(later, "verified", value="7", verified_value="7")

    assert [fact.value for fact in facts(year)[0]] == [Fraction(7)]


def test_approved_entries_count_until_they_are_countered(year: Cycle, entry: LedgerEntry, cast: Cast) -> None:
    assert facts(year) == ((), (), ())

    approve(cast("office"), entry)

    name = f"law_{entry.pk}"
    assert facts(year)[0] == (Fact("water", "law", "amount", "", name, Fraction(-3, 2), document="司备审〔2019〕1号"),)
    assert facts(year)[1] == (Entry("water", "law", name, "flaw", Text("未公开征求意见"), "司备审〔2019〕1号", date(2019, 5, 6)),)
    opposite = counter(cast("office"), entry, reason="改判", document="行再1号")
    assert len(facts(year)[0]) == 1
    approve(cast("office2"), opposite)
    assert facts(year) == ((), (), ())


def test_confirmed_data_with_errors_and_loadings(year: Cycle, units: dict[str, Unit], cast: Cast) -> None:
    cells = {"water": {"numerator": "1÷3"}, "finance": {"numerator": "1"}}
    enter_data(cast("finance"), year, indicator="execution", cells=cells, source="决算", document="财1号")
    Datum.objects.filter(unit=units["water"]).update(error="0.5", loadings={"shock": "-0.25"})

    rows, _, loadings = facts(year)

    assert rows == (Fact("water", "execution", "numerator", "", "", Fraction(1, 3), Status.REPORTED, Fraction(1, 2), "决算", "财1号"),)
    assert loadings == (Loading("water", "execution", "numerator", "", "shock", Fraction(-1, 4)),)


def test_the_parts_make_facts_of_the_engine(year: Cycle, verified: Report) -> None:
    assert len(Facts(unit_facts(year), *facts(year)).digest) == 64
