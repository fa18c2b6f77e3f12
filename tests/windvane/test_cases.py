"""Cases that domain people can read: a scheme, its facts and what must come out, worked out by hand. See cases/README.md."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from windvane import (
    Book,
    Entry,
    Fact,
    Facts,
    Milestone,
    Ranking,
    Scheme,
    Scores,
    Status,
    Task,
    Text,
    Unit,
    compile_scheme,
    parse_scheme,
    rank,
    score,
)
from windvane.decimals import parse_decimal, round_half_up
from windvane.exact import Absent
from windvane.formula import Call, walk
from windvane.functions import FUNCTIONS
from windvane.plan import Plan, formulas
from windvane.problems import Problem
from windvane.rules import standard_rules
from windvane.scheme import ROOT

FOLDER = Path(__file__).parent / "cases"
KEYS = {"case", "why", "scheme", "day", "units", "facts", "entries", "books", "expect", "counted", "problems", "refused"}
ENTRY_WORDS = ("unit", "node", "entry", "kind", "rule", "day")
TASK_WORDS = ("unit", "slot", "entry", "rule", "weight", "better", "joint", "share", "since")
PLACE_WORDS = ("rank", "grade", "state", "promoted")
Row = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """One case as written; tables are lists of rows."""

    name: str
    scheme: Scheme | list[Problem]
    day: date | None = None
    units: Sequence[Row] = ()
    facts: Sequence[Row] = ()
    entries: Sequence[Row] = ()
    books: Sequence[Row] = ()
    expect: Sequence[Row] = ()
    counted: Sequence[Row] = ()
    problems: Sequence[str] = ()
    refused: Sequence[str] = ()
    keys: frozenset[str] = field(default_factory=frozenset)


def table(text: str) -> list[Row]:
    """Rows of a table written with spaces; ``-`` is an empty cell."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    assert all(len(line) == len(lines[0]) for line in lines), f"a row has too many or too few cells:\n{text}"
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def read_case(file: str, raw: Mapping[str, object]) -> Case:
    assert set(raw) <= KEYS, set(raw) - KEYS
    text = yaml.safe_dump({"windvane": "1", **raw["scheme"]}, allow_unicode=True, sort_keys=False)  # type: ignore[dict-item]
    tables = {key: table(str(raw.get(key, ""))) for key in ("units", "facts", "entries", "books", "expect", "counted")}
    lists = {key: [str(row) for row in raw.get(key, ())] for key in ("problems", "refused")}  # type: ignore[attr-defined]
    day = date.fromisoformat(str(raw["day"])) if "day" in raw else None
    return Case(f"{file}: {raw['case']}", parse_scheme(text), day, **tables, **lists)  # type: ignore[arg-type]


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for raw in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):  # words only
            yield read_case(path.stem, raw)


CASES = list(cases())
SCORED = [case for case in CASES if not case.refused]
REFUSED = [case for case in CASES if case.refused]


def named(case: Case) -> str:
    return case.name


# What happened -------------------------------------------------------------------------------------------------------


def value_of(text: str) -> Fraction | date | str:
    number = parse_decimal(text)
    if number is not None:
        return number
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def fact(unit: str, node: str, name: str, entry: str, cell: str) -> Fact:
    status = {"not_due": Status.NOT_DUE, "missing": Status.MISSING}.get(cell, Status.REPORTED)
    value = value_of(cell) if status is Status.REPORTED else None
    return Fact(unit, node, name, entry=entry, value=value, status=status)


def units_of(case: Case) -> tuple[Unit, ...]:
    """The units as listed, else in the order in which they are first spoken of."""
    rows = case.units or [{"unit": code} for code in dict.fromkeys(row["unit"] for row in (*case.facts, *case.expect))]
    return tuple(
        Unit(row["unit"], Text(row["unit"]), row.get("class", "all"), i, row.get("competes", "yes") == "yes") for i, row in enumerate(rows)
    )


def facts_of(case: Case) -> Facts:
    rows, entries = [], []
    for row in case.facts:
        for column, cell in row.items():
            node, _, name = column.partition(".")
            if column != "unit" and cell != "-":
                rows.append(fact(row["unit"], node, name or "value", "", cell))
    for row in case.entries:
        said = {word: row[word] if row.get(word, "-") != "-" else "" for word in ENTRY_WORDS}
        day = date.fromisoformat(said["day"]) if said["day"] else None
        entries.append(Entry(said["unit"], said["node"], said["entry"], said["kind"], Text(said["entry"]), "", day, said["rule"]))
        numbers = {name: cell for name, cell in row.items() if name not in ENTRY_WORDS and cell != "-"}
        rows += [fact(said["unit"], said["node"], name, said["entry"], cell) for name, cell in numbers.items()]
    return Facts(units_of(case), tuple(rows), tuple(entries))


def books_of(case: Case) -> list[Book]:
    tasks: dict[str, list[Task]] = {}
    for row in case.books:
        tasks.setdefault(row["unit"], []).append(task_of({k: v for k, v in row.items() if v != "-"}))
    return [Book(unit, tuple(rows)) for unit, rows in tasks.items()]


def task_of(row: Row) -> Task:
    others = {name: value_of(cell) for name, cell in row.items() if name not in TASK_WORDS and name != "milestones"}
    facts = {name: value for name, value in others.items() if not name.startswith("with.") and not isinstance(value, str)}
    params = {name[5:]: value for name, value in others.items() if name.startswith("with.") and not isinstance(value, str)}
    stones = [stone.partition("=") for stone in row.get("milestones", "").split(";") if stone]
    return Task(
        row["entry"],
        row["slot"],
        Text(row["entry"]),
        weight=Fraction(row.get("weight", "1")),
        rule=row.get("rule", ""),
        params=params,
        facts=facts,
        better=row.get("better", "high"),
        milestones=tuple(Milestone(date.fromisoformat(day), Fraction(value)) for day, _, value in stones),
        joint=row.get("joint", ""),
        share=Fraction(row.get("share", "1")),
        since=date.fromisoformat(row["since"]) if "since" in row else None,
    )


# What must come out --------------------------------------------------------------------------------------------------


def plan_of(case: Case) -> Plan:
    assert isinstance(case.scheme, Scheme), [problem.say("en") for problem in case.scheme]
    return compile_scheme(case.scheme, books_of(case), day=case.day)


def agrees(cell: str, points: Fraction | None) -> bool:
    """``-`` no points · ``17/3`` exactly · ``≈1.4142`` to the decimals shown."""
    if cell == "-" or points is None:
        return cell == "-" and points is None
    if cell.startswith("≈"):
        return round_half_up(points, len(cell.partition(".")[2])) == Fraction(cell[1:])
    return points == Fraction(cell)


def differences(case: Case, scores: Scores, ranking: Ranking) -> list[str]:
    found = []
    for row in case.expect:
        unit = row["unit"]
        for column, cell in row.items():
            if column in PLACE_WORDS:
                shown = place_text(getattr(ranking[unit], column))
            elif column == "unit":
                continue
            else:
                shown = cell if agrees(cell, scores.points(unit, column)) else str(scores.points(unit, column))
            if shown != cell:
                found.append(f"{unit} {column}: expected {cell}, got {shown}")
    return found + [line for row in case.counted for line in entry_differences(row, scores)]


def place_text(found: object) -> str:
    return "yes" if found is True else "-" if found is False or found is None else str(found)


def entry_differences(row: Row, scores: Scores) -> Iterator[str]:
    outcome = scores.outcome(row["unit"], row["node"])
    points = {scored.row.entry: scored.points for scored in outcome.entries}
    for entry, cell in row.items():
        if entry in ("unit", "node"):
            continue
        found = points.get(entry, Absent.MISSING)
        if not agrees(cell, found if isinstance(found, Fraction) else None):
            yield f"{row['unit']} {row['node']} / {entry}: expected {cell}, got {found}"


def said(problems: Iterable[Problem]) -> list[str]:
    return sorted(" ".join(filter(None, (p.code.removeprefix("score."), p.params.get("unit"), p.params.get("node")))) for p in problems)


@pytest.mark.parametrize("case", SCORED, ids=named)
def test_case(case: Case) -> None:
    scores = score(plan_of(case), facts_of(case))

    assert differences(case, scores, rank(scores)) == []
    assert said(scores.problems) == sorted(case.problems)


@pytest.mark.parametrize("case", SCORED, ids=named)
def test_order_of_rows_does_not_matter(case: Case) -> None:
    plan, facts = plan_of(case), facts_of(case)
    mixed = random.Random(case.name)
    shuffled = replace(
        facts,
        units=tuple(mixed.sample(facts.units, len(facts.units))),
        rows=tuple(mixed.sample(facts.rows, len(facts.rows))),
    )

    assert shuffled.digest == facts.digest
    assert rank(score(plan, shuffled)).digest == rank(score(plan, facts)).digest


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_refused(case: Case) -> None:
    assert isinstance(case.scheme, list)

    assert sorted(problem.code for problem in case.scheme) == sorted(case.refused)
    assert all(problem.say(language) for problem in case.scheme for language in ("zh", "en"))


# Nothing is left without a case ---------------------------------------------------------------------------------------


def schemes() -> Iterator[Scheme]:
    yield from (case.scheme for case in CASES if isinstance(case.scheme, Scheme))


def test_every_standard_rule_has_a_case() -> None:
    used = {node.formula.rule for scheme in schemes() for node in scheme.nodes.values()}
    used |= {
        rule
        for scheme in schemes()
        for node in scheme.nodes.values()
        if node.entries
        for rule in (node.entries.formula.rule, *node.entries.rules)
    }

    assert set(standard_rules()) - used == set()


def test_every_function_has_a_case() -> None:
    exprs = [expr for scheme in schemes() for node in scheme.nodes.values() for expr in formulas(node)]
    exprs += [node.entries.formula.expr for scheme in schemes() for node in scheme.nodes.values() if node.entries]

    assert set(FUNCTIONS) - {part.function for expr in exprs for part in walk(expr) if isinstance(part, Call)} == set()


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_expectation_names_a_node() -> None:
    for case in SCORED:
        assert isinstance(case.scheme, Scheme), case.scheme
        columns = {column for row in case.expect for column in row} - {"unit", *PLACE_WORDS}
        assert columns <= set(case.scheme.nodes), case.name
        assert ROOT in columns or case.counted, case.name
