"""Units and people from spreadsheets: every mistake told with its cell, all or nothing."""

from __future__ import annotations

import secrets
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

import windvane
from windvane import Problem
from windvane.facts import ONLY
from windvane.files.columns import Row, understand
from windvane.files.facts import read_facts
from windvane.files.tables import Sheet, workbook_bytes
from windvane.files.workbook import read_grid
from windvane_web.core.page import language
from windvane_web.org.actions import Newcomer, Secret
from windvane_web.org.models import Cycle, Role, Unit, User
from windvane_web.org.queries import members

PEOPLE: Final = {
    "username": ("用户名", "账号", "登录名"),
    "name": ("姓名", "姓名或岗位", "岗位"),
    "unit": ("单位", "单位代码", "单位名称"),
    "role": ("角色",),
    "component": ("指标", "指标代码"),
    "email": ("邮箱", "电子邮箱"),
}


@dataclass(frozen=True)
class Mistake:
    """What is wrong with an upload, where, and what to do."""

    where: str
    what: str
    hint: str = ""


def of_problem(problem: Problem) -> Mistake:
    return Mistake(problem.where, problem.what(language()), problem.hint(language()))


def kept(upload: UploadedFile[bytes], folder: str) -> Path:
    """Put an upload into a folder under a name of our own; its ending says what it is."""
    path = Path(folder) / f"upload{Path(upload.name or '').suffix.lower()[:8]}"
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def read_units(upload: UploadedFile[bytes], cycle: Cycle) -> list[windvane.Unit] | list[Mistake]:
    """Read units; their class is one of the cycle's, by code or title."""
    with tempfile.TemporaryDirectory() as folder:
        found = read_facts(units=kept(upload, folder))
    if isinstance(found, list):
        return [of_problem(problem) for problem in found]
    classes = list(cycle.classes.all())
    known = {name for one in classes for name in (one.code, one.zh)}
    only = classes[0].code if len(classes) == 1 else ""
    units = [windvane.Unit(u.code, u.title, only if u.cls == ONLY and only else u.cls, u.order, u.competes) for u in found.units]
    names = ", ".join(one.zh for one in classes) or "—"
    wrong = [
        Mistake(u.code, _("没有类别“%(cls)s”") % {"cls": u.cls}, _("可用的类别：%(names)s") % {"names": names})
        for u in units
        if u.cls not in known
    ]
    return wrong or units


def units_workbook(cycle: Cycle) -> bytes:
    """The units of a cycle in the form in which they can be brought in again."""
    rows = [
        (m.unit.code, m.cls.code, str(place), m.unit.zh, m.unit.en, "yes" if m.competes else "no")
        for place, m in enumerate(members(cycle), 1)
    ]
    return workbook_bytes([Sheet("units", ("unit", "class", "order", "zh", "en", "competes"), rows)])


def people_workbook() -> bytes:
    """An empty form for people, with the roles that may be written."""
    roles = [(str(kind.label), kind.value) for kind in Role.Kind]
    return workbook_bytes([Sheet("people", tuple(names[0] for names in PEOPLE.values()), []), Sheet("角色 roles", ("角色", "code"), roles)])


def read_people(upload: UploadedFile[bytes]) -> list[Newcomer] | list[Mistake]:
    """Read people with their first role; passwords are made here and shown once."""
    with tempfile.TemporaryDirectory() as folder:
        grid = read_grid(kept(upload, folder), ("people", "人员"))
    if isinstance(grid, Problem):
        return [of_problem(grid)]
    table = understand(grid, PEOPLE, needed=["username", "name"])
    if isinstance(table, list):
        return [of_problem(problem) for problem in table]
    problems: list[Problem] = []
    reader = _People()
    people = [reader.person(row) for row in table.rows(problems)]
    mistakes = [of_problem(problem) for problem in problems] + reader.mistakes
    return mistakes or [one for one in people if one]


class _People:
    """Reads rows of people; knows the units, roles and user names there are."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.units = {name: unit for unit in Unit.objects.all() for name in (unit.zh, unit.code)}
        self.roles = {name: kind.value for kind in Role.Kind for name in (str(kind.label), kind.value)}
        self.taken = Counter(User.objects.values_list("username", flat=True))

    def person(self, row: Row) -> Newcomer | None:
        username, name = row.needed("username"), row.text("name")
        unit_text, role_text = row.text("unit"), row.text("role")
        unit, role = self.units.get(unit_text), self.roles.get(role_text, "")
        self._refuse_if(bool(self.taken[username]), row, "username", _("用户名“%(text)s”已经有了") % {"text": username})
        self._refuse_if(not name, row, "name", _("没有写姓名或岗位"))
        self._refuse_if(bool(unit_text) and unit is None, row, "unit", _("没有单位“%(text)s”") % {"text": unit_text})
        self._refuse_if(bool(role_text) and not role, row, "role", _("没有角色“%(text)s”") % {"text": role_text})
        self._refuse_if(role in Role.OF_A_UNIT and unit is None, row, "unit", _("这个角色必须指定单位。"))
        self.taken[username] += 1
        return Newcomer(username, name, unit, row.text("email"), role, row.text("component"), Secret(secrets.token_urlsafe(9)))

    def _refuse_if(self, wrong: bool, row: Row, column: str, what: str) -> None:
        if wrong:
            self.mistakes.append(Mistake(row.place(column), what))
