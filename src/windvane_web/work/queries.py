"""What the pages and actions ask of the frozen scheme: which indicators are entered by whom, with which facts and amounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from windvane import Node, Scheme
from windvane.checks.facts import read_facts
from windvane.checks.settings import reached
from windvane.keys import STANDARD_FACTS
from windvane.scheme import Kind, Setting
from windvane_web.org.models import Cycle, Membership, Role, Unit, User
from windvane_web.org.queries import members
from windvane_web.scheme.queries import frozen_version
from windvane_web.scheme.queries import scheme_of as read_version

CHARGED = (Role.Kind.PROVIDER, Role.Kind.SURVEY)
EXACT_FACT_NAMES = {"weight", "full", "sign", "parts", "entries", "amount"}


def scheme_of(cycle: Cycle) -> Scheme | None:
    """The scheme in force, None before the first freeze."""
    version = frozen_version(cycle)
    return read_version(version) if version else None


def in_charge(person: User, indicator: str) -> bool:
    """Whether the person brings the data of an indicator: the office all, others those of their roles (none named: all)."""
    mine = (role for role in person.role_list if role.kind in CHARGED)
    return person.has(Role.Kind.OFFICE) or any(role.component in ("", indicator) for role in mine)


@dataclass(frozen=True)
class Sheet:
    """A common indicator with the names of the facts that its formula reads."""

    node: Node
    names: tuple[str, ...]


def sheets(scheme: Scheme, person: User) -> list[Sheet]:
    """The indicators whose data this person brings, in the order of the scheme."""
    return [sheet for sheet in all_sheets(scheme) if in_charge(person, sheet.node.code)]


def all_sheets(scheme: Scheme) -> Iterator[Sheet]:
    """Indicators with facts of their own: not ledgers, not slots of target books, not sums of others."""
    read = read_facts(scheme)
    for node in scheme.nodes.values():
        if node.ledger is None and node.entries is None:
            names = read[node.code][0] - set(scheme.nodes) - EXACT_FACT_NAMES
            if names:
                yield Sheet(node, tuple(sorted(names, key=lambda name: (_place(name), name))))


def _place(name: str) -> int:
    return STANDARD_FACTS.index(name) if name in STANDARD_FACTS else len(STANDARD_FACTS)


def sheet_of(scheme: Scheme, indicator: str) -> Sheet | None:
    return next((sheet for sheet in all_sheets(scheme) if sheet.node.code == indicator), None)


def units_of(scheme: Scheme, cycle: Cycle, indicator: str) -> list[Membership]:
    """The units to which an indicator applies, in official order."""
    applies = {cls: reached(scheme, indicator, cls) for cls in scheme.classes}
    return [one for one in members(cycle) if applies.get(one.cls.code)]


def ledgers(scheme: Scheme, person: User) -> list[Node]:
    """The ledgers into which this person may write."""
    return [node for node in scheme.nodes.values() if node.ledger is not None and in_charge(person, node.code)]


def kind_of(scheme: Scheme | None, indicator: str, kind: str) -> Kind | None:
    node = scheme.nodes.get(indicator) if scheme else None
    return node.ledger.get(kind) if node is not None and node.ledger is not None else None


def class_of(cycle: Cycle, unit: Unit) -> str:
    """The code of the unit's class; empty for a unit that is not assessed this year."""
    found = Membership.objects.filter(cycle=cycle, unit=unit).values_list("cls__code", flat=True).first()
    return found or ""


def number_at(setting: Setting | None, cls: str, day: date | None) -> Fraction | None:
    """A setting that is a number, for a class on a day."""
    value = setting.at(cls, day) if setting else None
    return value if isinstance(value, Fraction) else None
