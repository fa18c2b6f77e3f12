"""Cycles, classes and units belong to the assessment office."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.windvane_web.conftest import Cast

import windvane
from windvane_web.core.action import Refused
from windvane_web.core.models import Entry
from windvane_web.org import actions, facts, tables
from windvane_web.org.models import Cycle, Membership, Succession, Unit
from windvane_web.org.queries import members

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_units_as_facts_in_official_order(cast: Cast, cycle: Cycle) -> None:
    found = facts.units(cycle)

    assert [(u.code, u.cls, u.order) for u in found[:3]] == [("water", "agency", 1), ("transport", "agency", 2), ("finance", "agency", 3)]
    assert found[0].title == windvane.Text("省水利厅", "")


def test_facts_cost_the_same_for_one_and_six(cast: Cast, cycle: Cycle, django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
        assert len(facts.units(cycle)) == 6


def test_a_new_cycle_takes_units_and_classes_along(cast: Cast, cycle: Cycle) -> None:
    office = cast("office")

    new = actions.open_cycle(
        office,
        office,
        code="2020",
        zh="2020年度",
        en="2020",
        start=date(2020, 1, 1),
        end=date(2020, 12, 31),
        previous=cycle,
        simulated=True,
    )

    assert [(m.unit.code, m.cls.code) for m in members(new)] == [(m.unit.code, m.cls.code) for m in members(cycle)]
    line = Entry.objects.get()
    assert (line.verb, line.subject_type, line.subject_label, line.content["previous"]) == (
        "cycle.open",
        "org.cycle",
        "2020年度",
        f"org.cycle:{cycle.pk}",
    )


def test_a_cycle_that_ends_before_it_starts_is_refused(cast: Cast, cycle: Cycle) -> None:
    office = cast("office")

    with pytest.raises(ValidationError):
        actions.open_cycle(
            office, office, code="x", zh="x", en="", start=date(2020, 2, 1), end=date(2020, 1, 1), previous=None, simulated=False
        )
    assert (Cycle.objects.count(), Entry.objects.count()) == (1, 0)


def test_phases_move_one_step(cast: Cast, cycle: Cycle) -> None:
    assert actions.move_cycle(cast("office"), cycle, phase="tracking").phase == "tracking"
    with pytest.raises(ValidationError):
        actions.move_cycle(cast("office"), cycle, phase="results")
    assert actions.move_cycle(cast("office"), cycle, phase="draft").phase == "draft"


def test_a_closed_cycle_stays_closed(cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(phase="closed")

    with pytest.raises(Refused) as refused:
        actions.move_cycle(cast("office"), cycle, phase="results")
    assert refused.value.reason == "state"


@pytest.mark.parametrize("who", ["reporter", "security", "auditor", "governor"])
def test_strangers_change_no_units(cast: Cast, cycle: Cycle, who: str) -> None:
    unit, member = Unit.objects.get(code="water"), Membership.objects.get(unit__code="water")

    for deed in (
        lambda: actions.edit_unit(cast(who), unit, zh="x", en="", order=1),
        lambda: actions.edit_member(cast(who), member, cls=member.cls, order=9, competes=False),
        lambda: actions.import_units(cast(who), cycle, units=[]),
        lambda: actions.add_class(cast(who), cycle, code="x", zh="x"),
        lambda: actions.succeed(cast(who), unit, new=unit, kind="merged", day=date(2019, 1, 1)),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.reason == "stranger"
    assert Entry.objects.count() == 0


def test_a_unit_succeeds_another_never_itself(cast: Cast) -> None:
    water, transport = Unit.objects.get(code="water"), Unit.objects.get(code="transport")

    actions.succeed(cast("office"), water, new=transport, kind="merged", day=date(2019, 3, 1))
    with pytest.raises(ValidationError):
        actions.succeed(cast("office"), water, new=water, kind="merged", day=date(2019, 3, 1))

    assert [str(one) for one in Succession.objects.all()] == ["省水利厅 → 省交通运输厅"]


def upload(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_units_come_in_and_go_out_in_the_same_form(cast: Cast, cycle: Cycle) -> None:
    book = tables.units_workbook(cycle)

    found = tables.read_units(SimpleUploadedFile("units.xlsx", BytesIO(book).read()), cycle)

    assert tuple(found) == facts.units(cycle)


def test_all_mistakes_at_once_and_nothing_imported(client: Client, cast: Cast, cycle: Cycle) -> None:
    client.force_login(cast("office"), backend=BACKEND)
    file = upload("units.csv", "unit,class,order,zh\nnew,agency,1,新单位\nnew,agency,2,又一个\n,agency,x,无代码\n")

    page = client.post("/org/units/import", {"file": file}).content.decode()

    assert "3 处错误，没有导入任何内容" in page
    assert not Unit.objects.filter(code="new").exists()


def test_an_unknown_class_is_named(cast: Cast, cycle: Cycle) -> None:
    found = tables.read_units(upload("units.csv", "unit,class,zh\nnew,nowhere,新单位\n"), cycle)

    assert [one.what for one in found if isinstance(one, tables.Mistake)] == ["没有类别“nowhere”"]


def test_import_from_the_page(client: Client, cast: Cast, cycle: Cycle) -> None:
    client.force_login(cast("office"), backend=BACKEND)

    answer = client.post("/org/units/import", {"file": upload("units.csv", "unit,class,zh,competes\nnew,政府机关,新单位,否\n")})

    assert answer.status_code == 302
    found = Membership.objects.get(unit__code="new")
    assert (found.cls.code, found.competes, found.unit.zh) == ("agency", False, "新单位")
    assert Entry.objects.get().verb == "units.import"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "path",
    ["units", "cycles", "units/water", "units/import", "cycles/open", "classes/add", "units/water/edit", "units/water/succeed", "me"],
)
def test_the_office_s_pages(client: Client, cast: Cast, path: str, language: str) -> None:
    client.force_login(cast("office"), backend=BACKEND)
    client.cookies["django_language"] = language

    assert client.get(f"/org/{path}").status_code == 200


@pytest.mark.parametrize("path", ["units/import", "cycles/open", "classes/add", "units/water/edit", "units/water/succeed", "people"])
def test_pages_for_deeds_are_closed_to_strangers(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast("reporter"), backend=BACKEND)

    assert client.get(f"/org/{path}").status_code == 403


def test_forms_on_pages_end_in_actions(client: Client, cast: Cast, cycle: Cycle) -> None:
    client.force_login(cast("office"), backend=BACKEND)
    member = Membership.objects.get(unit__code="water")

    client.post("/org/units/water/edit", {"zh": "省水利厅", "en": "Water Resources", "order": 2})
    client.post(f"/org/members/{member.pk}", {"cls": member.cls_id, "order": 7})
    client.post("/org/classes/add", {"code": "direct", "zh": "直属单位"})
    client.post(f"/org/cycles/{cycle.pk}/move", {"phase": "tracking"})

    assert list(Entry.objects.values_list("verb", flat=True)) == ["unit.edit", "member.edit", "class.add", "cycle.move"]
    member.refresh_from_db()
    assert (Unit.objects.get(code="water").en, member.order, member.competes) == ("Water Resources", 7, False)


def test_a_step_too_far_is_a_page_in_words(client: Client, cast: Cast, cycle: Cycle) -> None:
    client.force_login(cast("office"), backend=BACKEND)

    answer = client.post(f"/org/cycles/{cycle.pk}/move", {"phase": "results"}, follow=True)

    assert "阶段只能逐步推进" in answer.content.decode()
