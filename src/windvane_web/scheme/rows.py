"""Target books as pages show them: rows of tasks in words, the list of units with their books, what happened to a book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from windvane import Problem, Scheme
from windvane.changes.values import parameter_title
from windvane.deriving import STANDARD_TITLES
from windvane_web.core.models import Entry
from windvane_web.core.page import language
from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle, Membership, Role, Unit, UnitClass, User
from windvane_web.org.queries import members
from windvane_web.scheme.checking import problems_by_unit
from windvane_web.scheme.content import pairs, plain
from windvane_web.scheme.models import Book, BookTask, Version

S = Book.State
LIGHTS = {S.FROZEN: "ok", S.CONFIRMED: "wait", S.AGREED: "lag", S.SUBMITTED: "lag", S.DRAFT: "none"}
SECRETS = (Role.Kind.OFFICE, Role.Kind.COMMITTEE, Role.Kind.AUDITOR)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in words. ``amends`` is a later row; ``secret`` shows nothing but that it exists."""

    task: BookTask
    number: int
    title: str
    item: str
    source: str
    weight: str
    goal: str
    rule: str
    milestones: tuple[tuple[str, str], ...]
    units: str
    amends: bool
    secret: bool


def task_rows(book: Book, scheme: Scheme | None, person: User) -> list[TaskRow]:
    """Tasks in force and proposed, in the order of the book; an amendment under its task."""
    rows = [row for row in book.tasks.all() if row.state != row.State.REJECTED]
    rows.sort(key=lambda row: (row.order, row.entry, row.since is not None, str(row.since)))
    names = {unit.code: str(unit) for unit in Unit.objects.all()}
    hidden = not (person.has(*SECRETS) or person.unit_id == book.unit_id)
    number, found = 0, []
    for row in rows:
        number += row.since is None
        found.append(_row(row, number, scheme, names, hidden and row.sensitive))
    return found


def _row(row: BookTask, number: int, scheme: Scheme | None, names: dict[str, str], secret: bool) -> TaskRow:
    item = row.item_en if language() == "en" and row.item_en else row.item_zh
    source = " ".join(filter(None, (row.source, row.clause)))
    share = f" × {plain(row.share * 100)}%" if row.share != 1 else ""
    return TaskRow(
        task=row,
        number=number,
        title=_("涉密任务，内容不显示") if secret else str(row),
        item="" if secret else item,
        source="" if secret else source,
        weight=plain(row.weight) + share,
        goal="" if secret else goal_of(row),
        rule=rule_of(row, scheme),
        milestones=() if secret else tuple((day, value) for day, value in row.milestones),
        units="" if secret else "、".join(names.get(code, code) for code in (row.lead, *row.partners) if code),
        amends=row.since is not None,
        secret=secret,
    )


def goal_of(row: BookTask) -> str:
    """The target with its unit of measure; base and other agreed figures by name."""
    measure = "" if row.measure == "date" else row.measure
    sign = "≤ " if row.better == "low" else ""
    target = f"{sign}{row.facts['target']} {measure}".strip() if "target" in row.facts else measure
    rest = [f"{_fact(name)} {value}" for name, value in row.facts.items() if name != "target"]
    return target + (f" ({', '.join(rest)})" if rest else "")


def _fact(name: str) -> str:
    return STANDARD_TITLES[name].of(language()) if name in STANDARD_TITLES else name


def rule_of(row: BookTask, scheme: Scheme | None) -> str:
    """Title of the rule that a task is scored by, with its own parameters."""
    node = scheme.nodes.get(row.slot) if scheme else None
    name = row.rule or (node.entries.formula.rule if node and node.entries else "")
    rule = scheme.rules.get(name) if scheme else None
    own = [f"{parameter_title(name).of(language())} {value}" for name, value in row.params.items()]
    return (rule.title.of(language()) if rule else name) + (f" ({', '.join(own)})" if own else "")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with its book, or with none yet."""

    member: Membership
    book: Book | None
    tasks: int
    weight: str
    light: str
    state: str
    word: str
    problems: Sequence[Problem]
    may_draft: bool

    @property
    def words(self) -> str:
        """What the unit is found by."""
        unit = self.member.unit
        return f"{unit.zh} {unit.en} {unit.code}".lower()


def unit_rows(cycle: Cycle, cls: UnitClass | None, person: User) -> list[UnitRow]:
    """The units whose books a person sees or may begin, in official order; a handful of queries whatever their number."""
    seen = allowed(person, "book.see").filter(cycle=cycle).select_related("unit").prefetch_related("tasks")
    books = {book.unit_id: book for book in seen}
    beginnable = set(allowed(person, "book.draft").filter(cycle=cycle).values_list("pk", flat=True))
    shown = [one for one in members(cycle, cls) if one.unit_id in books or one.pk in beginnable]
    problems = problems_by_unit(cycle) if books else {}
    return [_unit_row(one, books.get(one.unit_id), problems.get(one.unit.code, []), one.pk in beginnable) for one in shown]


def _unit_row(member: Membership, book: Book | None, problems: Sequence[Problem], may_draft: bool) -> UnitRow:
    if book is None:
        return UnitRow(member, None, 0, "", "none", "none", _("未起草"), (), may_draft)
    tasks = [row for row in book.tasks.all() if row.state == row.State.IN_FORCE and row.since is None]
    weight = plain(sum((row.weight for row in tasks), Decimal(0)))
    light = LIGHTS[Book.State(book.state)]
    return UnitRow(member, book, len(tasks), weight, light, book.state, book.get_state_display(), problems, may_draft)


SORTS: Final[Mapping[str, Callable[[UnitRow], Any]]] = {
    "tasks": lambda row: -row.tasks,
    "weight": lambda row: -float(row.weight or 0),
    "state": lambda row: [*Book.State.values, "none"].index(row.state),
    "check": lambda row: -len(row.problems),
}


def counts(rows: Sequence[UnitRow]) -> list[tuple[str, str, int]]:
    """How many books are in each state, in the order of their way."""
    titles = {"none": _("未起草"), **{state.value: str(state.label) for state in Book.State}}
    return [(state, title, sum(row.state == state for row in rows)) for state, title in titles.items()]


def history(book: Book) -> list[Entry]:
    """What happened to a book and its tasks, the newest first."""
    tasks = [str(pk) for pk in book.tasks.values_list("pk", flat=True)]
    about = Q(subject_type="scheme.book", subject_id=str(book.pk)) | Q(subject_type="scheme.booktask", subject_id__in=tasks)
    return list(Entry.objects.filter(about).order_by("-number")[:60])


def history_of(version: Version) -> list[Entry]:
    return list(Entry.objects.filter(subject_type="scheme.version", subject_id=str(version.pk)).order_by("-number")[:30])


def amendments(cycle: Cycle, person: User) -> Iterator[tuple[BookTask, BookTask | None, bool]]:
    """Every amendment that a person sees: the new row, the one it changes, whether the person may decide it."""
    books = allowed(person, "book.see").filter(cycle=cycle)
    found = BookTask.objects.filter(book__in=books, since__isnull=False).order_by("-since", "pk")
    decidable = set(allowed(person, "amendment.approve").values_list("pk", flat=True))
    for row in found.select_related("book__unit", "proposed_by"):
        yield row, amended(row), row.pk in decidable


def amended(row: BookTask) -> BookTask | None:
    """The row of the same task that an amendment takes the place of."""
    rows = row.book.tasks.filter(entry=row.entry, slot=row.slot, state=BookTask.State.IN_FORCE).exclude(pk=row.pk)
    earlier = [one for one in rows if one.since is None or (row.since is not None and one.since < row.since)]
    return max(earlier, key=lambda one: str(one.since or ""), default=None)


def differences(old: BookTask | None, new: BookTask) -> list[tuple[str, str, str]]:
    """What an amendment changes: name of the field, before, after."""
    titles = {
        "zh": _("任务"),
        "item_zh": _("大项"),
        "source": _("任务来源"),
        "clause": _("条款"),
        "weight": _("权重"),
        "rule": _("计分规则"),
        "goal": _("目标"),
        "params": _("规则参数"),
        "milestones": _("序时进度"),
        "lead": _("牵头单位"),
        "partners": _("配合单位"),
        "joint": _("联合任务"),
        "share": _("分担比例"),
    }
    said = [(title, _said(old, name) if old else "", _said(new, name)) for name, title in titles.items()]
    return [(title, before or "—", after or "—") for title, before, after in said if before != after]


def _said(row: BookTask, name: str) -> str:
    match name:
        case "goal":
            return goal_of(row)
        case "params":
            return pairs(row.params)
        case "milestones":
            return "; ".join(f"{day} {value}" for day, value in row.milestones)
        case "weight" | "share":
            return plain(getattr(row, name))
        case "partners":
            return "、".join(row.partners)
    return str(getattr(row, name))
