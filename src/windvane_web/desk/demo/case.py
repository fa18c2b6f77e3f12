"""What the demonstration is made of: the simulated province, or six of its bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from windvane import Book, Facts
from windvane.files.fact_tables import fact_sheets
from windvane.files.tables import workbook_bytes
from windvane.simulate import Province, province

SIX = ("publicity", "united_front", "water_resources", "transport", "finance", "justice")
SIZES = ("six", "province")
TASKS = "key_work"


@dataclass(frozen=True)
class Case:
    """A province with its reports and amounts at hand."""

    made: Province

    @property
    def reports(self) -> dict[tuple[str, str], object]:
        """What each unit reports on each of its tasks: a number, a day, a word or a status."""
        rows = (row for row in self.made.facts.rows if row.indicator == TASKS and row.name == "value" and not row.period)
        return {(row.unit, row.entry): row.status if row.value is None else row.value for row in rows}

    @property
    def amounts(self) -> dict[tuple[str, str], Fraction]:
        rows = (row for row in self.made.facts.rows if row.name == "amount")
        return {(row.indicator, row.entry): row.value for row in rows if isinstance(row.value, Fraction)}

    def workbook(self, *indicators: str) -> bytes:
        """The data of some indicators as the workbook that a provider hands in."""
        facts = self.made.facts
        rows = tuple(row for row in facts.rows if row.indicator in indicators)
        loadings = tuple(row for row in facts.loadings if row.indicator in indicators)
        sheets = fact_sheets(Facts(facts.units, rows, (), loadings, simulated=True))
        return workbook_bytes([sheet for sheet in sheets if sheet.name in ("facts", "loadings") and sheet.rows])


def case(size: str) -> Case:
    """Return the case of a size: ``six`` or ``province``."""
    if size not in SIZES:
        raise ValueError(f"no size {size!r}; there is {', '.join(SIZES)}")
    made = province()
    return Case(made if size == "province" else _some(made, SIX))


def _some(made: Province, codes: tuple[str, ...]) -> Province:
    """The province as if there were only these units; what they did together with others is their own."""
    old = made.facts
    facts = Facts(
        tuple(unit for unit in old.units if unit.code in codes),
        tuple(row for row in old.rows if row.unit in codes),
        tuple(row for row in old.entries if row.unit in codes),
        tuple(row for row in old.loadings if row.unit in codes),
        simulated=True,
    )
    return Province(made.scheme, facts, tuple(_books(made.books, codes)))


def _books(books: tuple[Book, ...], codes: tuple[str, ...]) -> Iterator[Book]:
    for book in books:
        if book.unit in codes:
            tasks = (replace(task, joint="", share=Fraction(1), lead=book.unit, partners=()) for task in book.tasks)
            yield replace(book, tasks=tuple(tasks))
