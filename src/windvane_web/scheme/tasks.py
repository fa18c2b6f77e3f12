"""What waits on the desk for the scheme and the target books."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from windvane_web.core.tasks import task
from windvane_web.org.models import Role, User
from windvane_web.scheme.models import Book, BookTask, Version
from windvane_web.scheme.permissions import K


def _page(name: str, pk: int) -> str:
    return reverse(f"scheme:{name}", args=[pk])


def _of_unit(kind: str, book: Book) -> QuerySet[User]:
    return User.objects.filter(roles__in=Role.objects.filter(kind=kind, unit=book.unit_id))


def version_link(version: Version) -> str:
    return _page("freeze", version.pk)


def book_link(book: Book) -> str:
    return _page("book", book.pk)


def book_label(book: Book) -> str:
    return str(book.unit)


def amendment_link(row: BookTask) -> str:
    return _page("amendment", row.pk)


task("scheme.freeze", stage=_("方案草案"), button=_("查看"), link=version_link, unit="")
task(
    "book.submit",
    stage=_("起草"),
    button=_("填写"),
    link=book_link,
    label=book_label,
    people=lambda book: _of_unit(K.REPORTER, book),
)
task("book.agree", stage=_("待审核"), button=_("审核"), link=book_link, label=book_label)
task(
    "book.confirm",
    stage=_("待单位确认"),
    button=_("确认"),
    link=book_link,
    label=book_label,
    people=lambda book: _of_unit(K.UNIT_LEADER, book),
)
task("book.freeze", stage=_("已确认"), button=_("冻结"), link=book_link, label=book_label)
task("amendment.approve", stage=_("变更待批"), button=_("审批"), link=amendment_link, unit="book__unit", cycle="book__cycle")
