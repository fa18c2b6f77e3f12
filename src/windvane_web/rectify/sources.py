"""The row behind a line of a scorecard: the verified report, the provider's datum or the ledger entry that an appeal is about."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from windvane import Node
from windvane.files.cells import exact_text
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.rectify.models import Appeal
from windvane_web.results.models import Run
from windvane_web.results.records import ledger_key
from windvane_web.scheme.models import BookTask
from windvane_web.scheme.queries import frozen_version, scheme_of
from windvane_web.work.actions import correct_datum, correct_entry, correct_report
from windvane_web.work.models import Datum, LedgerEntry, Report
from windvane_web.work.values import read_value

Rows = dict[str, Report | Datum | LedgerEntry]  # the name of the appeal's field: the row; at most one


def node_of(run: Run, code: str) -> Node | None:
    """A node of the scheme under which the run was computed."""
    return scheme_of(run.snapshot.version).nodes.get(code) if run.snapshot else None


def is_divided(node: Node) -> bool:
    """Whether a node is made of parts or of own tasks, so that an appeal is about one of them."""
    return not node.is_leaf or node.entries is not None


def source_of(cycle: Cycle, unit: Unit, node: str, entry: str, fact: str) -> Rows:
    """The row that this line was read from, as it is now."""
    if entry and (report := _report(cycle, unit, node, entry)):
        return {"report": report}
    place = {"cycle": cycle, "unit": unit, "indicator": node}
    if datum := Datum.objects.filter(**place, name=fact, entry=entry, state=Datum.State.CONFIRMED).first():
        return {"datum": datum}
    line = LedgerEntry.objects.filter(**place, pk=ledger_key(entry, node), state=LedgerEntry.State.APPROVED).first()
    return {"ledger": line} if line else {}


def _report(cycle: Cycle, unit: Unit, node: str, entry: str) -> Report | None:
    """The latest verified report of a task; for a joint task that of the unit in the lead."""
    code, entry = _lead(cycle, unit, node, entry)
    verified = Report.objects.filter(task__book__cycle=cycle, task__book__unit__code=code, task__slot=node, task__entry=entry)
    return verified.filter(state=Report.State.VERIFIED).order_by("-due", "-task__since", "-period", "-pk").first()


def _lead(cycle: Cycle, unit: Unit, node: str, entry: str) -> tuple[str, str]:
    rows = BookTask.objects.filter(book__cycle=cycle, book__unit=unit, slot=node, entry=entry, state=BookTask.State.IN_FORCE)
    joint = rows.order_by("-since").values_list("joint", flat=True).first()
    lead, _slash, theirs = (joint or "").partition("/")
    return (lead, theirs) if theirs else (unit.code, entry)


def node_titles(cycle: Cycle, language: str) -> dict[str, str]:
    """Titles of the nodes of the frozen scheme, in its order."""
    version = frozen_version(cycle)
    return {code: node.title.of(language) for code, node in scheme_of(version).nodes.items()} if version else {}


def line_of(appeal: Appeal, titles: dict[str, str]) -> str:
    """What an appeal is about, in words: the indicator, and the task or the ledger entry."""
    node, row = titles.get(appeal.node, appeal.node), row_of(appeal)
    match row:
        case Report():
            return f"{node} · {row.task}"
        case LedgerEntry():
            return f"{node} · {row.title}"
    return node


def row_of(appeal: Appeal) -> Report | Datum | LedgerEntry | None:
    if appeal.report_id:
        return appeal.report
    return appeal.datum if appeal.datum_id else appeal.ledger


def value_of(row: Report | Datum | LedgerEntry | None) -> str:
    """What the row says now, as text."""
    match row:
        case Report():
            return row.verified_value
        case Datum():
            return row.value
        case LedgerEntry():
            return "" if row.amount is None else exact_text(Fraction(row.amount))
    return ""


def correct(actor: User, appeal: Appeal, value: str, basis: str) -> str:
    """Put another value in the place of what the row says, through the action of the work app that supersedes it; return what is kept."""
    match row_of(appeal):
        case Report() as report:
            return correct_report(actor, report, value=value, basis=basis).verified_value
        case Datum() as datum:
            return correct_datum(actor, datum, value=value, basis=basis).value
        case LedgerEntry() as line:
            amount = _amount(value)
            correct_entry(actor, line, amount=Decimal(amount), basis=basis)
            return amount
    return value


def _amount(text: str) -> str:
    value = read_value(text)
    if not isinstance(value, Fraction):
        raise ValidationError({"value": _("请填写分值，例如 0.5 或 -1。")})
    return exact_text(value)
