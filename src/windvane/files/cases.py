"""A case is a folder: scheme, units, facts, and where there are any ledgers, target books and loadings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from windvane.book import Book
from windvane.facts import Facts
from windvane.files.books import read_books
from windvane.files.facts import read_case_facts
from windvane.files.schemes import read_scheme
from windvane.problems import Problem
from windvane.scheme import Scheme

SCHEMES: Final = ("scheme.yaml", "scheme.yml", "scheme.xlsx")
BOOKS: Final = ("books.csv", "books.xlsx")


@dataclass(frozen=True)
class AssessmentCase:
    """Everything that one assessment needs: the text of the rules, the target books, what happened."""

    name: str
    scheme: Scheme
    books: tuple[Book, ...]
    facts: Facts


def read_case(folder: str | Path, scheme_file: str | Path | None = None) -> AssessmentCase | list[Problem]:
    """Read a case folder; return it, or everything that is wrong with any of its files."""
    folder = Path(folder)
    if not folder.is_dir():
        return [Problem("scheme.file", str(folder), {"path": str(folder), "what": "no such folder"})]
    scheme = read_scheme(scheme_file or _first(folder, SCHEMES) or folder / SCHEMES[0])
    books_file = _first(folder, BOOKS)
    books = read_books(books_file) if books_file else ()
    measures = {} if isinstance(scheme, list) else {code: node.measure for code, node in scheme.nodes.items() if node.measure}
    facts = read_case_facts(folder, measures=measures)
    wrong = [problem for found in (scheme, books, facts) if isinstance(found, list) for problem in found]
    if isinstance(scheme, list) or isinstance(books, list) or isinstance(facts, list):
        return wrong
    return AssessmentCase(folder.name, scheme, books, replace(facts, simulated=facts.simulated or scheme.simulated))


def case_folders(folder: str | Path) -> list[Path]:
    """Return the cases under a folder, by name."""
    return sorted(p for p in Path(folder).iterdir() if p.is_dir() and _first(p, SCHEMES))


def _first(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)
