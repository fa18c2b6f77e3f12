"""Changes of target books: drafted by unit or office, agreed by another, confirmed by the unit's leader, frozen, amended with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import windvane
from windvane_web.core.action import action
from windvane_web.core.models import Notice
from windvane_web.org.models import Cycle, Membership, Role, User
from windvane_web.scheme import facts
from windvane_web.scheme.checking import need_scheme, problems_of, refuse
from windvane_web.scheme.content import row_of
from windvane_web.scheme.models import Book, BookTask

Content = Mapping[str, Any]  # columns of a task, as ``content_of`` makes them
OURS = (Book.State.DRAFT, Book.State.SUBMITTED, Book.State.AGREED)  # what the office may still write over


def _move(book: Book, state: Book.State, remark: str = "") -> Book:
    book.state, book.remark = state, remark
    book.version += 1
    book.save()
    return book


@action("book.draft")
def draft_book(actor: User, member: Membership) -> Book:
    """Begin the target book of a unit in a cycle."""
    return Book.objects.create(cycle_id=member.cycle_id, unit_id=member.unit_id)


@action("task.add")
def add_task(actor: User, book: Book, *, content: Content) -> BookTask:
    last = book.tasks.aggregate(last=Max("order"))["last"]
    return _kept(BookTask(book=book, order=0 if last is None else last + 1, **content))


@action("task.edit")
def edit_task(actor: User, task: BookTask, *, content: Content) -> BookTask:
    for name, value in content.items():
        setattr(task, name, value)
    task.version += 1
    return _kept(task)


def _kept(task: BookTask) -> BookTask:
    twins = task.book.tasks.filter(entry=task.entry, since=task.since).exclude(pk=task.pk)
    if twins.exists():
        raise ValidationError(_("编号 %(entry)s 已经有了。") % {"entry": task.entry})
    task.full_clean()
    task.save()
    return task


@action("task.remove")
def remove_task(actor: User, task: BookTask) -> BookTask:
    gone = copy(task)  # its label and number go into the audit line
    task.delete()
    return gone


@action("book.submit")
def submit(actor: User, book: Book) -> Book:
    if not book.tasks.exists():
        raise ValidationError(_("目标任务书还没有任务。"))
    refuse(problems_of(book))
    return _move(book, Book.State.SUBMITTED)


@action("book.agree")
def agree(actor: User, book: Book, *, remark: str = "") -> Book:
    refuse(problems_of(book))
    return _move(book, Book.State.AGREED, remark)


@action("book.send_back")
def send_back(actor: User, book: Book, *, remark: str) -> Book:
    if not remark.strip():
        raise ValidationError(_("退回要写明意见。"))
    reporters = User.objects.filter(roles__kind=Role.Kind.REPORTER, roles__unit=book.unit_id, is_active=True).distinct()
    _tell(reporters, book, gettext_lazy("目标任务书已退回：%(why)s"), remark)
    return _move(book, Book.State.DRAFT, remark)


def _tell(people: Iterable[User], book: Book, said: str | Promise, why: str) -> None:
    """Put a line into people's notices, each in their own language."""
    for person in people:
        with translation.override("en" if person.language == "en" else "zh-hans"):
            text = str(said) % {"why": why}
        Notice.objects.create(person=person, text=text[:300], link=reverse("scheme:book", args=[book.pk]))


@action("book.confirm")
def confirm(actor: User, book: Book) -> Book:
    return _move(book, Book.State.CONFIRMED)


@action("book.freeze")
def freeze_book(actor: User, book: Book) -> Book:
    """Make a confirmed book count: from here on it changes only by amendments."""
    need_scheme(book.cycle)
    refuse(problems_of(book))
    book.digest, book.frozen_at = facts.book(book).digest, timezone.now()
    return _move(book, Book.State.FROZEN)


@action("book.import")
def import_books(actor: User, cycle: Cycle, *, books: Sequence[windvane.Book]) -> Cycle:
    """Write the books of a file over those of their units, all or none. They count as agreed and wait for the units' leaders."""
    members = {one.unit.code: one for one in cycle.memberships.select_related("unit")}
    kept = dict(Book.objects.filter(cycle=cycle).exclude(state__in=OURS).values_list("unit__code", "state"))
    wrong = [_("%(unit)s：不是本年度的单位。") % {"unit": one.unit} for one in books if one.unit not in members]
    for code in [one.unit for one in books if one.unit in kept]:
        wrong.append(_("%(unit)s：目标任务书%(state)s，不能覆盖。") % {"unit": members[code].unit, "state": Book.State(kept[code]).label})
    if wrong or not books:
        raise ValidationError(wrong or [_("文件里没有任务。")])
    for one in books:
        _write(cycle, members[one.unit], one)
    return cycle


def _write(cycle: Cycle, member: Membership, given: windvane.Book) -> None:
    book, made = Book.objects.get_or_create(cycle=cycle, unit_id=member.unit_id, defaults={"state": Book.State.AGREED})
    if not made:
        book.tasks.all().delete()
        _move(book, Book.State.AGREED)
    rows = [row_of(task, order) for order, task in enumerate(given.tasks)]
    for row in rows:
        row.book = book
        row.clean_fields(exclude=["book", "proposed_by"])
    BookTask.objects.bulk_create(rows)


@action("amendment.propose")
def propose(actor: User, task: BookTask, *, content: Content, since: date, reason: str) -> BookTask:
    """Ask for a frozen task to read otherwise from a day on. Until it is approved nothing changes."""
    cycle, rows = task.book.cycle, task.book.tasks.filter(entry=task.entry, slot=task.slot)
    if not cycle.start <= since <= cycle.end:
        raise ValidationError({"since": _("变更起始日要在年度之内。")})
    if rows.filter(state=BookTask.State.PROPOSED).exists():
        raise ValidationError(_("这项任务已有变更在等待审批。"))
    if rows.filter(state=BookTask.State.IN_FORCE, since__gte=since).exists():
        raise ValidationError({"since": _("变更起始日要晚于已批准的变更。")})
    if not reason.strip():
        raise ValidationError({"reason": _("变更要写明理由。")})
    fixed = {"entry": task.entry, "slot": task.slot, "order": task.order, "state": BookTask.State.PROPOSED}
    row = BookTask(book=task.book, **{**content, **fixed}, since=since, reason=reason, proposed_by=actor)
    row.full_clean()
    row.save()
    return row


@action("amendment.approve")
def approve(actor: User, task: BookTask, *, approval: str) -> BookTask:
    """Let an amendment count from its day on; the digest of the book changes with it."""
    if not approval.strip():
        raise ValidationError({"approval": _("批准要写明批准文件。")})
    task.state, task.approval = BookTask.State.IN_FORCE, approval
    task.version += 1
    task.save()
    book = Book.objects.select_for_update().get(pk=task.book_id)
    refuse(problems_of(book))
    book.digest = facts.book(book).digest
    book.version += 1
    book.save()
    _tell(filter(None, [task.proposed_by]), book, gettext_lazy("任务变更已批准：%(why)s"), f"{task} {approval}")
    return task


@action("amendment.reject")
def reject(actor: User, task: BookTask, *, remark: str) -> BookTask:
    if not remark.strip():
        raise ValidationError({"remark": _("不批准要写明理由。")})
    task.state, task.remark = BookTask.State.REJECTED, remark
    task.version += 1
    task.save()
    _tell(filter(None, [task.proposed_by]), task.book, gettext_lazy("任务变更未批准：%(why)s"), f"{task} {remark}")
    return task
