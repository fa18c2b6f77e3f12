"""From the opening of the year to the last datum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.db import transaction

from windvane import Status
from windvane.files.cells import exact_text
from windvane_web.core.jobs import Progress
from windvane_web.desk.demo import cast
from windvane_web.desk.demo.case import Case
from windvane_web.desk.demo.cast import person
from windvane_web.org import actions as org
from windvane_web.org.models import Cycle, Unit, User
from windvane_web.scheme import actions as scheme
from windvane_web.scheme import book_actions as books
from windvane_web.scheme.models import Book
from windvane_web.work import actions as work
from windvane_web.work.models import Datum, Report
from windvane_web.work.uploads import KINDS, Upload
from windvane_web.work.values import kept_text

BRINGERS = {"finance": cast.MONEY, "survey": ("survey",), "office": ("quality", "innovation")}
LATER = 3  # reports of the home unit that are still on their way, one at each step


class Year:
    """The year that is being made, with the people who make it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.cycle: Cycle
        self.units: dict[str, Unit] = {}
        self.tell: Progress = lambda done, total: None
        self._people: dict[str, User] = {}

    def who(self, username: str) -> User:
        """A person, read once: roles do not change after the people are there."""
        return self._people.setdefault(username, person(username))


def open_year(year: Year) -> None:
    """Administrators and office first, then units, then everybody else."""
    with cast.quickly():
        _open(year)


def _open(year: Year) -> None:
    cast.first_people()
    office = person("office")
    title = {"zh": "2019年度", "en": "2019"}
    days = {"start": date(2019, 1, 1), "end": date(2019, 12, 31)}
    cycle = year.cycle = org.open_cycle(office, office, code="2019", **title, **days, previous=None, simulated=True)
    for code, zh, en in (("party", "党群部门", "Party departments"), ("agency", "政府机关", "Government agencies")):
        org.add_class(office, cycle, code=code, zh=zh, en=en)
    org.import_units(office, cycle, units=year.case.made.facts.units)
    year.units = {unit.code: unit for unit in Unit.objects.all()}
    cast.all_people(year.units)


def freeze_scheme(year: Year) -> None:
    """One of the office drafts, another freezes."""
    draft = scheme.draft(year.who("office"), year.cycle, text=year.case.made.scheme, note="征求各单位意见后的送审稿")
    scheme.freeze(year.who("office2"), draft)
    year.cycle.refresh_from_db()


def freeze_books(year: Year) -> None:
    """Books come in as a whole, each unit's leader confirms, the office freezes."""
    books.import_books(year.who("office"), year.cycle, books=year.case.made.books)
    found = list(Book.objects.filter(cycle=year.cycle).select_related("unit"))
    for done, book in enumerate(found):
        with transaction.atomic():
            books.confirm(year.who(cast.leader_of(book.unit.code)), book)
            books.freeze_book(year.who("office"), book)
        year.tell(done, len(found))
    work.open_reports(year.who("office"), year.cycle, milestones=False)


def report(year: Year) -> None:
    """Each unit reports, with evidence; its leader signs; the verifier accepts."""
    by_unit: dict[str, list[Report]] = defaultdict(list)
    for one in Report.objects.select_related("task__book__unit", "task__book__cycle").order_by("task__order"):
        by_unit[one.task.book.unit.code].append(one)
    values = year.case.reports
    for done, (unit, reports) in enumerate(by_unit.items()):
        with transaction.atomic():
            for place, one in enumerate(reports):
                _report(year, unit, one, values.get((unit, one.task.entry)), _steps(unit, place, len(reports)))
        year.tell(done, len(by_unit))


def _steps(unit: str, place: int, number: int) -> int:
    """How far a report gets: 0 drafted, 1 submitted, 2 signed, 3 verified."""
    left = number - place
    return LATER - left if unit == cast.HOME and left <= LATER else LATER


def _report(year: Year, unit: str, one: Report, value: object, steps: int) -> None:
    if value is None or value is Status.MISSING:
        return
    reporter, text = year.who(cast.reporter_of(unit)), f"{one.task.zh}：已按目标任务书推进，完成情况见佐证材料（模拟）。"
    one = work.draft(reporter, one, value=kept_text(value), text=text)  # type: ignore[arg-type]  # a value of the simulated facts
    work.attach(reporter, one, file=proof(f"{one.task.zh[:60]}完成情况.pdf", f"{one.pk} {value}"))
    deeds: tuple[Callable[[], object], ...] = (
        lambda: work.submit(reporter, one),
        lambda: work.sign(year.who(cast.leader_of(unit)), one),
        lambda: work.verify(year.who("verifier"), one),
    )
    for deed in deeds[:steps]:
        deed()


def proof(name: str, words: str) -> Upload:
    """A one-page document, marked as simulated."""
    stream = f"BT /F1 18 Tf 60 760 Td (SIMULATED / {''.join(c for c in words if c.isascii() and c not in '()')}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = "".join(f"{i} 0 obj{text}endobj\n" for i, text in enumerate(objects, 1))
    content = f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF\n".encode()
    return Upload(name, content, KINDS[".pdf"], sha256(content).hexdigest())


def keep_ledgers(year: Year) -> None:
    """Each deduction and bonus with its document: entered by one, approved by another."""
    amounts, entries = year.case.amounts, year.case.made.facts.entries
    for done, entry in enumerate(entries):
        by = "justice" if entry.indicator == "law" else "office"
        amount = Decimal(exact_text(amounts[entry.indicator, entry.entry]))
        said = {"title": entry.title.zh, "document": entry.document, "amount": amount, "day": entry.day or year.cycle.end}
        with transaction.atomic():
            row = work.enter(year.who(by), year.cycle, unit=year.units[entry.unit], indicator=entry.indicator, kind=entry.kind, **said)
            work.approve(year.who("office2"), row)
        year.tell(done, len(entries))


def bring_data(year: Year) -> None:
    """Providers hand in workbooks; what concerns the provider's own unit is confirmed by another."""
    for username, indicators in BRINGERS.items():
        content = year.case.workbook(*indicators)
        file = Upload(f"{indicators[0]}.xlsx", content, KINDS[".xlsx"], sha256(content).hexdigest())
        work.import_data(year.who(username), year.cycle, file=file)
    for datum in Datum.objects.filter(cycle=year.cycle, state=Datum.State.ENTERED):
        work.confirm_datum(year.who("verifier"), datum)
