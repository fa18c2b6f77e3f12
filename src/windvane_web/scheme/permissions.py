"""Who drafts, freezes, agrees, confirms and amends. The second person is another than the first; nobody agrees for their own unit."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from windvane_web.core.permission import NOBODY, declare
from windvane_web.org.models import Cycle, Membership, Role, User
from windvane_web.org.who import both, either, holds, not_by, not_own, of_component, of_unit
from windvane_web.scheme.models import Book, BookTask, Version

K = Role.Kind
V, B, T = Version.State, Book.State, BookTask.State
SEES_DRAFTS = (K.OFFICE, K.COMMITTEE, K.AUDITOR)
SEES_BOOKS = (K.OFFICE, K.COMMITTEE, K.LEADER, K.AUDITOR, K.REVIEWER)
REVIEWS = (K.VERIFIER, K.PROVIDER)
OPEN = ~Q(phase=Cycle.Phase.CLOSED)
CYCLE_OPEN = ~Q(cycle__phase=Cycle.Phase.CLOSED)
BOOK_OPEN = ~Q(book__cycle__phase=Cycle.Phase.CLOSED)
HAS_DRAFT = Q(Exists(Version.objects.filter(cycle=OuterRef("pk"), state=V.DRAFT)))
HAS_BOOK = Q(Exists(Book.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("unit"))))


def anyone_assessing(person: User) -> Q:
    """What is frozen is there for everyone who takes part; administrators have no part."""
    return ~Q(state=V.DRAFT) if any(role.kind not in Role.ADMINISTRATORS for role in person.role_list) else NOBODY


office = holds(K.OFFICE)
writer = either(office, of_unit("unit", K.REPORTER))
task_writer = either(office, of_unit("book__unit", K.REPORTER))
competent = both(either(office, of_component("tasks__slot", K.VERIFIER)), not_own("unit"))
decider = both(office, not_own("book__unit"), not_by("proposed_by"))

declare("scheme.see", Version, _("查看方案"), who=either(holds(*SEES_DRAFTS), anyone_assessing))
declare("scheme.draft", Cycle, _("起草方案"), who=office, when=OPEN & ~HAS_DRAFT)
declare("scheme.edit", Version, _("修改方案草案"), who=office, when=Q(state=V.DRAFT) & CYCLE_OPEN)
declare("scheme.freeze", Version, _("冻结方案"), who=both(office, not_by("made_by")), when=Q(state=V.DRAFT) & CYCLE_OPEN)

declare(
    "book.see",
    Book,
    _("查看目标任务书"),
    who=either(holds(*SEES_BOOKS), of_unit("unit", *Role.OF_A_UNIT), of_component("tasks__slot", *REVIEWS)),
)
declare("book.draft", Membership, _("起草目标任务书"), who=writer, when=CYCLE_OPEN & ~HAS_BOOK)
declare("book.import", Cycle, _("导入目标任务书"), who=office, when=OPEN)
declare("book.submit", Book, _("提交目标任务书"), who=of_unit("unit", K.REPORTER), when=Q(state=B.DRAFT) & CYCLE_OPEN)
declare("book.agree", Book, _("审核目标任务书"), who=competent, when=Q(state=B.SUBMITTED) & CYCLE_OPEN)
declare(
    "book.send_back",
    Book,
    _("退回目标任务书"),
    who=either(competent, of_unit("unit", K.UNIT_LEADER)),
    when=Q(state__in=(B.SUBMITTED, B.AGREED)) & CYCLE_OPEN,
)
declare("book.confirm", Book, _("确认目标任务书"), who=of_unit("unit", K.UNIT_LEADER), when=Q(state=B.AGREED) & CYCLE_OPEN)
declare("book.freeze", Book, _("冻结目标任务书"), who=office, when=Q(state=B.CONFIRMED) & CYCLE_OPEN)
declare("task.add", Book, _("增加任务"), who=writer, when=Q(state=B.DRAFT) & CYCLE_OPEN)
declare("task.edit", BookTask, _("修改任务"), who=task_writer, when=Q(book__state=B.DRAFT) & BOOK_OPEN)
declare("task.remove", BookTask, _("删除任务"), who=task_writer, when=Q(book__state=B.DRAFT) & BOOK_OPEN)

declare(
    "amendment.propose",
    BookTask,
    _("申请变更任务"),
    who=of_unit("book__unit", K.REPORTER),
    when=Q(state=T.IN_FORCE, book__state=B.FROZEN, book__cycle__phase=Cycle.Phase.TRACKING),
)
declare("amendment.approve", BookTask, _("批准任务变更"), who=decider, when=Q(state=T.PROPOSED) & BOOK_OPEN)
declare("amendment.reject", BookTask, _("不批准任务变更"), who=decider, when=Q(state=T.PROPOSED) & BOOK_OPEN)
