"""The people of the demonstration. Those of ``LOGINS`` can sign in; the others of the units act but have no password."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from windvane_web.org.actions import Newcomer, Secret, add_person, grant, import_people
from windvane_web.org.models import Role, Unit, User

PASSWORD = "windvane-demo"  # of a simulated year, told on its login page
K = Role.Kind
HOME = "water_resources"  # the unit whose people can sign in
MONEY = ("execution", "running_cost", "three_public")


@dataclass(frozen=True)
class Login:
    """One who can sign in: what the login page says, the role, the unit of the role or the home, the indicator."""

    username: str
    name: str
    kind: str
    does: str | Promise
    unit: str = ""
    component: str = ""


LOGINS = (
    Login("office", "考核办 · 综合处", K.OFFICE, _("方案、台账、计算、公布")),
    Login("office2", "考核办 · 监督处", K.OFFICE, _("冻结方案、审批台账")),
    Login("reporter", "水利厅联络员", K.REPORTER, _("填报、申诉、整改"), unit=HOME),
    Login("leader", "水利厅负责人", K.UNIT_LEADER, _("签发、确认问题"), unit=HOME),
    Login("verifier", "核验组 · 核验人", K.VERIFIER, _("核验填报、销号")),
    Login("finance", "财政厅数据岗", K.PROVIDER, _("提供资金数据"), unit="finance", component=MONEY[0]),
    Login("justice", "司法厅数据岗", K.PROVIDER, _("依法行政扣分"), unit="justice", component="law"),
    Login("survey", "调查组织人", K.SURVEY, _("导入社会认可度"), component="survey"),
    Login("reviewer", "申诉复核人", K.REVIEWER, _("复核申诉")),
    Login("committee", "考核委员会", K.COMMITTEE, _("研究审定")),
    Login("governor", "省领导", K.LEADER, _("查看结果")),
    Login("auditor", "审计人员", K.AUDITOR, _("查看一切，不改动")),
    Login("security", "安全管理员", K.SECURITY, _("账号与角色")),
    Login("system", "系统管理员", K.SYSTEM, _("运行状况")),
    Login("trail", "审计管理员", K.AUDIT, _("审计记录")),
)
FIRST = ("office", "office2")  # before there are units


class NoPassword(Secret):
    """No password at all: nobody can sign in with it."""

    def __init__(self) -> None:
        super().__init__(None)


@contextmanager
def quickly() -> Iterator[None]:
    """Passwords that everybody is told need no slow hash; the first sign-in stores the usual one."""
    usual, PBKDF2PasswordHasher.iterations = PBKDF2PasswordHasher.iterations, 1000
    try:
        yield
    finally:
        PBKDF2PasswordHasher.iterations = usual


def person(username: str) -> User:
    """A person with the roles held now."""
    return User.objects.get(username=username)


def reporter_of(unit: str) -> str:
    return "reporter" if unit == HOME else f"reporter.{unit}"


def leader_of(unit: str) -> str:
    return "leader" if unit == HOME else f"leader.{unit}"


def first_people() -> None:
    """The security administrator, then the office."""
    call_command("first_administrator", "security", password=PASSWORD, verbosity=0, stdout=StringIO())
    security = person("security")
    for one in LOGINS:
        if one.username in FIRST:
            added = add_person(security, security, username=one.username, name=one.name, unit=None, email="", password=Secret(PASSWORD))
            grant(security, added, kind=one.kind)


def all_people(units: dict[str, Unit]) -> None:
    """Everybody else, in one import; the data of money are three indicators of one person."""
    security = person("security")
    import_people(security, security, people=[*_signing_in(units), *_of_units(units.values())])
    for component in MONEY[1:]:
        grant(security, person("finance"), kind=K.PROVIDER, component=component)


def _signing_in(units: dict[str, Unit]) -> Iterable[Newcomer]:
    for one in LOGINS:
        if one.username not in (*FIRST, "security"):
            yield Newcomer(one.username, one.name, units.get(one.unit), "", one.kind, one.component, Secret(PASSWORD))


def _of_units(units: Iterable[Unit]) -> Iterable[Newcomer]:
    for unit in units:
        if unit.code != HOME:
            yield Newcomer(reporter_of(unit.code), f"{unit.zh}联络员", unit, "", K.REPORTER, "", NoPassword())
            yield Newcomer(leader_of(unit.code), f"{unit.zh}负责人", unit, "", K.UNIT_LEADER, "", NoPassword())
