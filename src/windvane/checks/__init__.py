"""Check a scheme, its target books and its facts before anything is scored: errors forbid it, warnings and notes ask to look again."""

from __future__ import annotations

from collections.abc import Iterable

from windvane.book import Book
from windvane.checks.books import check_books
from windvane.checks.facts import check_facts
from windvane.checks.grades import check_grades
from windvane.checks.settings import check_settings
from windvane.checks.span import Span, Spans, worst_best
from windvane.checks.tree import check_tree
from windvane.facts import Facts
from windvane.plan import compile_scheme
from windvane.problems import Problem, Severity, errors
from windvane.scheme import Scheme
from windvane.vetting import vet_scheme

__all__ = ["Span", "check", "worst_best"]
_ORDER = [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def check(scheme: Scheme, books: Iterable[Book] = (), facts: Facts | None = None) -> list[Problem]:
    """Return what is wrong or doubtful, errors first; with books and facts also what does not fit the scheme."""
    vetted = vet_scheme(scheme)
    if errors(vetted):
        return vetted  # nothing can be computed yet
    books = list(books)
    plan = compile_scheme(scheme)
    spans = {cls: Spans(plan, cls) for cls in scheme.classes}
    found = [*vetted, *check_settings(scheme), *check_tree(scheme, spans), *check_grades(scheme, spans, facts)]
    found += check_books(scheme, books, facts) if books else []
    found += check_facts(scheme, facts) if facts else []
    return sorted(dict.fromkeys(found), key=lambda p: _ORDER.index(p.severity))
