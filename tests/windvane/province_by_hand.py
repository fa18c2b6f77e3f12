"""The simulated province calculated a second time, in plain fractions and without the engine: what the scheme file says, written out.

It reads facts and books as data and shares no code with ``windvane.score`` or ``windvane.rank``.
``python -m tests.windvane.province_by_hand`` writes ``examples/province/expected.csv``.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from windvane.book import Book, Task
from windvane.facts import Facts
from windvane.simulate import province

STATUS = {"ahead": Fraction(1), "on_schedule": Fraction(1), "behind": Fraction(4, 5), "undone": Fraction(0)}
CAPS = {
    "law": {"lawsuit_lost": Fraction(-4), "late_disclosure": Fraction(-1)},
    "bonus": {
        "commended": Fraction(3, 2), "endorsed_national": Fraction(1), "endorsed_ministry": Fraction(9, 10),
        "endorsed_provincial": Fraction(3, 5), "national_first": Fraction(1),
    },
}  # fmt: skip
SURVEY = {"party": 30, "agency": 25}
KEY_WORK = {"party": 55, "agency": 50}


@dataclass
class Sheet:
    """Points of one unit by node, with its rank and grade."""

    nodes: dict[str, Fraction | None] = field(default_factory=dict)
    rank: int | None = None
    grade: str | None = None

    @property
    def total(self) -> Fraction:
        found = self.nodes["total"]
        assert found is not None
        return found


def half_up(x: Fraction, places: int) -> Fraction:
    whole, rest = divmod(abs(x) * 10**places, 1)
    return Fraction(int(whole) + (rest >= Fraction(1, 2)), 10**places) * (1 if x >= 0 else -1)


def by_hand(facts: Facts, books: Iterable[Book]) -> dict[str, Sheet]:
    sheets = {unit.code: Sheet() for unit in facts.units}
    tasks = {book.unit: book.tasks for book in books}
    for cls in ("party", "agency"):
        units = [unit for unit in facts.units if unit.cls == cls]
        peers = [unit.code for unit in units if unit.competes]
        for unit in units:
            sheets[unit.code].nodes = nodes_of(facts, unit.code, cls, tasks[unit.code])
        if cls == "agency":
            money(facts, sheets, [unit.code for unit in units], peers)
        fill_mean(sheets, [unit.code for unit in units], peers, "survey")
        for unit in units:
            nodes = sheets[unit.code].nodes
            if nodes["survey"] is not None:
                nodes["survey"] = half_up(nodes["survey"], 2)
            nodes["innovation"] = innovation(facts, unit.code, peers)
            nodes["total"] = half_up(sum((points or Fraction(0) for code, points in nodes.items() if code in COUNTED), Fraction(0)), 2)
        grade(facts, sheets, peers)
    return sheets


COUNTED = ("key_work", "quality", "law", "money", "survey", "innovation", "bonus", "notices")


def nodes_of(facts: Facts, unit: str, cls: str, tasks: Iterable[Task]) -> dict[str, Fraction | None]:
    n, mark = number(facts, unit, "survey", "n"), number(facts, unit, "survey")
    quality = number(facts, unit, "quality")
    assert n is not None
    assert mark is not None
    assert quality is not None
    return {
        "key_work": key_work(facts, unit, tasks) * KEY_WORK[cls],
        "quality": quality / 100 * 5,
        "law": max(Fraction(0), 10 + sum(ledger(facts, unit, "law").values())),
        "survey": mark / 100 * SURVEY[cls] if n >= 100 else None,
        "bonus": min(Fraction(3), sum(ledger(facts, unit, "bonus").values(), Fraction(0))),
        "notices": max(Fraction(-2), sum(ledger(facts, unit, "notices").values(), Fraction(0))),
    }


def number(facts: Facts, unit: str, node: str, name: str = "value") -> Fraction | None:
    found = [f.value for f in facts.rows if (f.unit, f.indicator, f.name, f.period, f.entry) == (unit, node, name, "", "")]
    return found[0] if found and isinstance(found[0], Fraction) else None


def key_work(facts: Facts, unit: str, tasks: Iterable[Task]) -> Fraction:
    reported = {(f.unit, f.entry): f.value for f in facts.rows if f.indicator == "key_work" and f.name == "value" and not f.period}
    points, weights = Fraction(0), Fraction(0)
    for task in tasks:
        lead, _, entry = task.joint.partition("/") if task.joint else (unit, "", task.entry)
        points += task.weight * task.share * share_done(task, reported[lead, entry])
        weights += task.weight * task.share
    return points / weights


def share_done(task: Task, value: object) -> Fraction:
    target = task.facts.get("target")
    if isinstance(value, str):
        return STATUS[value]
    if isinstance(value, date):
        assert isinstance(target, date)
        return max(Fraction(0), 1 - Fraction(2, 100) * max(0, (value - target).days))
    assert isinstance(value, Fraction)
    assert isinstance(target, Fraction)
    if task.rule == "all_or_nothing":
        return Fraction(value >= target)
    return min(Fraction(1), target / value if task.rule == "completion_low" else value / target)


def ledger(facts: Facts, unit: str, node: str) -> Mapping[str, Fraction]:
    amounts = {f.entry: f.value for f in facts.rows if f.unit == unit and f.indicator == node and f.name == "amount"}
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for entry in facts.entries:
        if entry.unit == unit and entry.indicator == node:
            amount = amounts[entry.entry]
            assert isinstance(amount, Fraction)
            sums[entry.kind] += amount
    caps = CAPS.get(node, {})
    return {kind: (min if total > 0 else max)(total, caps.get(kind, total)) for kind, total in sums.items()}


def money(facts: Facts, sheets: Mapping[str, Sheet], units: Iterable[str], peers: Iterable[str]) -> None:
    """Out of 100 each: execution 5, running cost 3, three public expenses 2; not due leaves its weight to the others."""
    units = list(units)
    for unit in units:
        nodes = sheets[unit].nodes
        nodes |= {"execution": execution(facts, unit), "running_cost": running_cost(facts, unit), "three_public": three_public(facts, unit)}
    for node in ("execution", "three_public"):
        fill_mean(sheets, units, peers, node)
    for unit in units:
        nodes = sheets[unit].nodes
        found = [
            (weight, points)
            for node, weight in (("execution", 5), ("running_cost", 3), ("three_public", 2))
            if (points := nodes[node]) is not None
        ]
        nodes["money"] = half_up(sum((w * p for w, p in found), Fraction(0)) / sum(w for w, _ in found) / 10, 2)


def execution(facts: Facts, unit: str) -> Fraction | None:
    spent, budget = (number(facts, unit, "execution", name) for name in ("numerator", "denominator"))
    if spent is None or budget is None:
        return None
    return max(Fraction(0), 100 - 4 * max(Fraction(0), 92 - half_up(100 * spent / budget, 2)))


def running_cost(facts: Facts, unit: str) -> Fraction | None:
    now, before, first = (number(facts, unit, "running_cost", name) for name in ("value", "previous", "before_previous"))
    if now is None or before is None or first is None:
        return None
    slower = before / first - now / before
    if slower >= 0:
        return min(Fraction(100), 60 + slower / Fraction(5, 100) * 40)
    return max(Fraction(0), 60 + slower / Fraction(5, 100) * 60)


def three_public(facts: Facts, unit: str) -> Fraction | None:
    now, before = (number(facts, unit, "three_public", name) for name in ("value", "previous"))
    assert now is not None
    assert before is not None
    return Fraction(100) if now <= before else max(Fraction(0), 100 - 1000 * (now / before - 1))


def fill_mean(sheets: Mapping[str, Sheet], units: Iterable[str], peers: Iterable[str], node: str) -> None:
    """A unit without points gets the mean of the ranked units of its class that have some."""
    found = [points for peer in peers if (points := sheets[peer].nodes[node]) is not None]
    for unit in units:
        if sheets[unit].nodes[node] is None:
            sheets[unit].nodes[node] = sum(found, Fraction(0)) / len(found)


def innovation(facts: Facts, unit: str, peers: Iterable[str]) -> Fraction:
    mine = number(facts, unit, "innovation")
    others = [mark for peer in peers if peer != unit and (mark := number(facts, peer, "innovation")) is not None]
    if mine is None:
        return Fraction(0)
    return half_up((1 - Fraction(sum(mark > mine for mark in others), len(others))) * 2, 2)


def grade(facts: Facts, sheets: Mapping[str, Sheet], peers: Iterable[str]) -> None:
    """Ranks by total, then key work, then survey; a quarter excellent, two fifths good; a vetoed unit at best passes."""
    vetoed = {f.unit for f in facts.rows if f.indicator == "red_lines" and f.value == 1}

    def key(unit: str) -> tuple[Fraction, ...]:
        nodes = sheets[unit].nodes
        return (sheets[unit].total, nodes["key_work"] or Fraction(0), nodes["survey"] or Fraction(0))

    order = sorted(peers, key=key, reverse=True)
    for unit in order:
        sheets[unit].rank = 1 + sum(key(other) > key(unit) for other in order)
    free = [unit for unit in order if unit not in vetoed]
    excellent, good = (int(half_up(share * len(order), 0)) for share in (Fraction(1, 4), Fraction(2, 5)))
    for unit in order:
        sheets[unit].grade = "pass"
    for i, unit in enumerate(free[: excellent + good]):
        sheets[unit].grade = "excellent" if i < excellent else "good"


def expected_rows(sheets: Mapping[str, Sheet]) -> list[list[str]]:
    """Rows of ``expected.csv``: total, rank and grade of each unit, then its parts that end within six decimals."""
    rows = [["unit", "node", "points", "within", "rank", "grade"]]
    for unit, sheet in sheets.items():
        rows.append([unit, "", decimal(sheet.total), "", str(sheet.rank or ""), sheet.grade or ""])
        parts = [(node, points) for node, points in sheet.nodes.items() if node in COUNTED and points is not None]
        rows += [[unit, node, decimal(points), "", "", ""] for node, points in parts if 10**6 % points.denominator == 0]
    return rows


def decimal(x: Fraction) -> str:
    return f"{float(x):.6f}".rstrip("0").rstrip(".")


def main() -> None:
    made = province()
    target = Path(__file__).parents[2] / "examples" / "province" / "expected.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(expected_rows(by_hand(made.facts, made.books)))


if __name__ == "__main__":
    main()
