"""Gather everything that a score may read, as the text of a case folder, in one transaction that sees one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, transaction

from windvane import Facts, Problem
from windvane.files.books import write_books
from windvane.files.fact_tables import write_facts
from windvane.plan import PlanError, compile_scheme
from windvane_web.org.facts import units
from windvane_web.org.models import Cycle, User
from windvane_web.results.engine import read
from windvane_web.results.models import Snapshot
from windvane_web.scheme.facts import books
from windvane_web.scheme.models import Version
from windvane_web.work.facts import facts

SCHEME, BOOKS = "scheme.yaml", "books.csv"


@dataclass(frozen=True)
class Gathered:
    """The text of the files, with the version of the scheme that they were gathered under."""

    version: Version
    content: dict[str, str]


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees the data as they are at its beginning, whatever others write meanwhile.

    SQLite: transactions are IMMEDIATE (settings), nobody writes beside them. PostgreSQL: REPEATABLE READ.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def gather(cycle: Cycle) -> Gathered | list[Problem]:
    """Return the frozen scheme, target books and facts of a cycle as text, or why they cannot be written."""
    version = Version.objects.filter(cycle=cycle, state=Version.State.FROZEN).first()
    if version is None:
        return [Problem("scheme.file", str(cycle), {"path": SCHEME, "what": "没有已冻结的版本 / no frozen version"})]
    rows, entries, loadings = facts(cycle)
    whole = Facts(units(cycle), rows, entries, loadings, simulated=cycle.simulated)
    tasks = tuple(book for book in books(cycle) if book.tasks)
    with TemporaryDirectory(prefix="windvane-") as name:
        folder = Path(name)
        (folder / SCHEME).write_bytes(version.text.encode())
        problems = [*write_facts(whole, folder), *(write_books(tasks, folder / BOOKS) if tasks else ())]
        content = {path.name: path.read_bytes().decode() for path in sorted(folder.iterdir())}
    return problems or Gathered(version, content)


def take(cycle: Cycle, by: User | None) -> Snapshot | list[Problem]:
    """Write a snapshot of this moment; return it, or why the data cannot be read as a case."""
    with one_moment():
        found = gather(cycle)
    if isinstance(found, list):
        return found
    case = read(found.content)
    if isinstance(case, list):
        return case
    try:
        plan = compile_scheme(case.scheme, case.books)
    except PlanError as error:
        return list(error.problems)
    digests = {"facts_digest": case.facts.digest, "plan_digest": plan.digest}
    return Snapshot.objects.create(cycle=cycle, version=found.version, content=found.content, made_by=by, **digests)
