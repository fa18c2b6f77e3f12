"""Provider data: entered, imported, confirmed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import File, line

from windvane_web.core.action import Refused
from windvane_web.org.models import Cycle, User
from windvane_web.work.actions import confirm_datum, correct_datum, enter_data, import_data
from windvane_web.work.models import Datum
from windvane_web.work.uploads import Upload, checked

CELLS = {"water": {"numerator": "９２", "denominator": "1,000"}, "transport": {"numerator": "95%", "denominator": "—"}}


def kept() -> dict[str, tuple[str, str]]:
    return {f"{d.unit.code}.{d.name}": (d.value, d.state) for d in Datum.objects.all()}


def csv(text: str) -> Upload:
    return checked(File("数据.csv", text.encode()))


def test_a_provider_enters_values_of_all_units(year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells=CELLS, document="财预〔2020〕1号")

    assert kept() == {
        "water.numerator": ("92", "confirmed"),
        "water.denominator": ("1000", "confirmed"),
        "transport.numerator": ("95", "confirmed"),
        "transport.denominator": ("未报", "confirmed"),
    }
    assert line() == ("datum.enter", "finance", {"indicator": "execution", "cells": CELLS, "document": "财预〔2020〕1号"})


def test_the_own_units_value_waits_for_another_body(year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells={"finance": {"numerator": "1"}})

    datum = Datum.objects.get()
    assert datum.state == "entered"
    with pytest.raises(Refused) as refused:
        confirm_datum(cast("finance"), datum)
    assert refused.value.reason == "stranger"
    assert confirm_datum(cast("office"), datum).state == "confirmed"
    assert line() == ("datum.confirm", "office", {})
    with pytest.raises(Refused) as refused:
        confirm_datum(cast("office"), datum)
    assert refused.value.reason == "state"


def test_nobody_confirms_for_the_own_unit(year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells={"finance": {"numerator": "1"}})
    User.objects.filter(username="verifier").update(unit=cast.units["finance"])

    with pytest.raises(Refused) as refused:
        confirm_datum(cast("verifier"), Datum.objects.get())

    assert refused.value.reason == "stranger"


def test_the_database_refuses_a_confirmer_who_entered(year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells={"water": {"numerator": "1"}})

    with pytest.raises(IntegrityError), transaction.atomic():
        Datum.objects.update(confirmed_by=cast("finance"))


def test_an_emptied_cell_is_taken_out_and_an_equal_one_left_alone(year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells=CELLS)
    enter_data(cast("office"), year, indicator="execution", cells={"water": {"numerator": "92.0", "denominator": ""}})

    assert sorted(kept()) == ["transport.denominator", "transport.numerator", "water.numerator"]
    assert Datum.objects.get(unit__code="water").entered_by == cast("finance")


def test_all_or_nothing_with_every_mistake_told(year: Cycle, cast: Cast) -> None:
    wrong = {"water": {"numerator": "12O", "denominator": "1"}, "publicity": {"numerator": "1"}, "transport": {"value": "1"}}

    with pytest.raises(ValidationError) as refused:
        enter_data(cast("finance"), year, indicator="execution", cells=wrong)

    assert [text.split("：")[0] for text in refused.value.messages] == ["省水利厅 numerator", "publicity numerator", "省交通运输厅 value"]
    assert kept() == {}


def test_a_value_out_of_range_is_refused(year: Cycle, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        enter_data(cast("office"), year, indicator="quality", cells={"water": {"value": "101"}})


@pytest.mark.parametrize("name", ["justice", "reporter", "verifier", "auditor"])
def test_others_enter_nothing(year: Cycle, cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        enter_data(cast(name), year, indicator="execution", cells=CELLS)
    assert refused.value.reason == "stranger"
    with pytest.raises((Refused, ValidationError)):
        import_data(cast(name), year, file=csv("unit,execution.numerator\nwater,1\n"))
    assert kept() == {}


def test_a_wide_table_names_units_by_title(year: Cycle, cast: Cast) -> None:
    file = csv("单位,execution.numerator,execution.denominator\n省水利厅,92,100\ntransport,95,100\n")

    import_data(cast("finance"), year, file=file)

    assert {place: value for place, (value, _) in kept().items()} == {
        "water.numerator": "92",
        "water.denominator": "100",
        "transport.numerator": "95",
        "transport.denominator": "100",
    }
    assert line() == ("data.import", "finance", {"file": f"数据.csv sha256:{file.digest}"})


def test_a_long_table_brings_errors_and_documents(year: Cycle, cast: Cast) -> None:
    text = "unit,indicator,name,value,error,source,document\nwater,quality,value,88.5,1.25,调查,报告1号\n"

    import_data(cast("office"), year, file=csv(text))

    datum = Datum.objects.get()
    assert (datum.value, datum.error, datum.source, datum.document) == ("88.5", "1.25", "调查", "报告1号")


def test_every_mistake_of_a_file_is_told_and_nothing_taken(year: Cycle, cast: Cast) -> None:
    text = "unit,indicator,value\nwater,quality,12O\nnobody,quality,1\ntransport,quality,90\n"

    with pytest.raises(ValidationError) as refused:
        import_data(cast("office"), year, file=csv(text))

    assert len(refused.value.messages) == 2
    assert kept() == {}


def test_a_provider_does_not_import_what_is_not_its_own(year: Cycle, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        import_data(cast("finance"), year, file=csv("unit,quality\nwater,90\n"))

    assert refused.value.messages == ["指标 quality 不由您提供数据。"]


def test_a_closed_year_takes_no_data(year: Cycle, cast: Cast) -> None:
    Cycle.objects.update(phase="closed")

    with pytest.raises(Refused) as refused:
        enter_data(cast("finance"), year, indicator="execution", cells=CELLS)

    assert refused.value.reason == "state"


def test_an_upheld_appeal_corrects_a_value(year: Cycle, cast: Cast) -> None:
    enter_data(cast("finance"), year, indicator="execution", cells={"water": {"numerator": "92"}})

    saved = correct_datum(cast("reviewer"), Datum.objects.get(), value="93", basis="申诉成立")

    assert (saved.value, saved.document, saved.confirmed_by) == ("93", "申诉成立", cast("reviewer"))
