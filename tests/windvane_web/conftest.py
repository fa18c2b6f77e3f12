"""One named cast for all tests of the bureau."""

from __future__ import annotations

from datetime import date

import pytest

from windvane_web.org.models import Cycle, Membership, Role, Unit, UnitClass, User


@pytest.fixture
def cycle(db: None) -> Cycle:
    return Cycle.objects.create(code="2019", zh="2019年度", en="2019", start=date(2019, 1, 1), end=date(2019, 12, 31), simulated=True)


@pytest.fixture
def units(cycle: Cycle) -> dict[str, Unit]:
    """Six units in two classes; ``finance`` also provides data."""
    found = {}
    classes = {
        code: UnitClass.objects.create(cycle=cycle, code=code, zh=zh) for code, zh in (("party", "党群部门"), ("agency", "政府机关"))
    }
    for i, (code, zh, cls) in enumerate(
        (
            ("publicity", "省委宣传部", "party"),
            ("united_front", "省委统战部", "party"),
            ("water", "省水利厅", "agency"),
            ("transport", "省交通运输厅", "agency"),
            ("finance", "省财政厅", "agency"),
            ("justice", "省司法厅", "agency"),
        )
    ):
        found[code] = Unit.objects.create(code=code, zh=zh, order=i)
        Membership.objects.create(cycle=cycle, unit=found[code], cls=classes[cls], order=i)
    return found


class Cast:
    """People by what they do; each has exactly one role."""

    def __init__(self, units: dict[str, Unit]) -> None:
        self.units = units
        self.people: dict[str, User] = {}

    def __call__(self, name: str) -> User:
        return User.objects.get(pk=self.people[name].pk)  # read again: roles are kept per loaded user

    def add(self, name: str, kind: str, unit: str = "", own: str = "", component: str = "") -> None:
        home = self.units.get(own or unit)
        person = User.objects.create(username=name, name=name, unit=home)
        Role.objects.create(user=person, kind=kind, unit=self.units.get(unit) if kind in Role.OF_A_UNIT else None, component=component)
        self.people[name] = person


@pytest.fixture
def cast(units: dict[str, Unit]) -> Cast:
    found = Cast(units)
    found.add("office", "office")
    found.add("office2", "office")
    found.add("reporter", "reporter", "water")
    found.add("leader", "unit_leader", "water")
    found.add("verifier", "verifier")
    found.add("stranger", "reporter", "transport")
    found.add("strange_leader", "unit_leader", "transport")
    found.add("finance", "provider", own="finance", component="execution")
    found.add("justice", "provider", own="justice", component="law")
    found.add("reviewer", "reviewer")
    found.add("committee", "committee")
    found.add("governor", "leader")
    found.add("auditor", "auditor")
    found.add("security", "security")
    return found
