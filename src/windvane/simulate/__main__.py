"""Write the simulated province to a folder: ``python -m windvane.simulate FOLDER [SEED]``."""

from __future__ import annotations

import sys
from pathlib import Path

from windvane.files.books import write_books
from windvane.files.fact_tables import write_facts
from windvane.problems import Problem
from windvane.simulate import SEED, Province, province


def write_province(made: Province, folder: Path) -> list[Problem]:
    """Write scheme, units, facts, entries, loadings and target books as a case that ``windvane score`` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scheme.yaml").write_text(made.scheme, encoding="utf-8", newline="\n")
    return [*write_facts(made.facts, folder), *write_books(made.books, folder / "books.csv")]


def main(arguments: list[str]) -> None:
    """Read the folder and an optional seed from the command line."""
    if not 1 <= len(arguments) <= 2:
        sys.exit("python -m windvane.simulate FOLDER [SEED]")
    problems = write_province(province(int(arguments[1]) if len(arguments) == 2 else SEED), Path(arguments[0]))
    if problems:
        sys.exit("\n".join(problem.say("en") for problem in problems))


if __name__ == "__main__":
    main(sys.argv[1:])
