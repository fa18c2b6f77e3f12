"""A simulated province: 94 bodies, their target books, facts, ledgers and survey for 2019. Everything in it is invented.

``province(seed)`` is pure; ``python -m windvane.simulate FOLDER`` writes the case to a folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from windvane.book import Book
from windvane.facts import Facts
from windvane.simulate.ledgers import ledgers
from windvane.simulate.measures import measures
from windvane.simulate.names import units
from windvane.simulate.survey import survey
from windvane.simulate.tally import Tally, tally
from windvane.simulate.tasks import books_and_reports

SEED = 2019
__all__ = ["SEED", "Province", "Tally", "province", "tally"]


@dataclass(frozen=True)
class Province:
    """``scheme`` is the text of the scheme file; facts and books are what people would have entered."""

    scheme: str
    facts: Facts
    books: tuple[Book, ...]


def province(seed: int = SEED) -> Province:
    """Return the simulated province; the same seed gives the same facts on every machine."""
    books, reports = books_and_reports(seed)
    estimates, loadings = survey(seed)
    entries, amounts = ledgers(seed)
    rows = (*reports, *measures(seed), *estimates, *amounts)
    return Province(scheme_text(), Facts(units(), rows, entries, loadings, simulated=True), books)


def scheme_text() -> str:
    """Return the hand-written scheme of the simulated province."""
    return (resources.files("windvane") / "simulate" / "scheme.yaml").read_text(encoding="utf-8")
