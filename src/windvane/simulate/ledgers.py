"""Ledgers of the simulated province: deductions and bonuses, each with its day and document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from windvane.facts import Entry, Fact
from windvane.simulate.draws import Draws
from windvane.simulate.names import units
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a ledger before it has a number."""

    unit: str
    node: str
    kind: str
    title: Text
    amount: Fraction
    day: date
    document: str


@dataclass(frozen=True, slots=True)
class Sort:
    """How often a kind happens, and what it says. ``amounts`` are those that occur."""

    node: str
    kind: str
    chance: float
    title: Text
    amounts: tuple[str, ...]
    document: str


SORTS = (
    Sort("law", "drafting_flaw", 0.10, Text("文件未公开征求意见", "Document issued without public consultation"), ("-1.5",), "模拟司备审"),
    Sort("law", "lawsuit_lost", 0.14, Text("行政诉讼败诉", "Administrative lawsuit lost"), ("-0.5", "-1", "-1.5", "-2"), "模拟行终字"),
    Sort("law", "late_disclosure", 0.12, Text("政府信息公开逾期答复", "Late answer to a request for information"), ("-0.5",), "模拟公开办"),
    Sort("bonus", "commended", 0.30, Text("部委通报表扬", "Commended by a ministry"), ("0.3",), "模拟部发"),
    Sort("bonus", "endorsed_national", 0.06, Text("国家领导批示肯定", "Endorsed by a national leader"), ("0.5",), "模拟国批"),
    Sort("bonus", "endorsed_ministry", 0.16, Text("部委领导批示肯定", "Endorsed by a minister"), ("0.3",), "模拟部批"),
    Sort("bonus", "endorsed_provincial", 0.35, Text("省领导批示肯定", "Endorsed by a provincial leader"), ("0.2",), "模拟省批"),
    Sort("bonus", "national_first", 0.05, Text("全国首创", "First in the country"), ("0.5",), "模拟首创"),
    Sort("notices", "criticised", 0.22, Text("督查通报", "Named in a report of inspection"), ("-0.2", "-0.5", "-1"), "模拟督"),
)


def ledgers(seed: int) -> tuple[tuple[Entry, ...], tuple[Fact, ...]]:
    """Return the rows of all ledgers: the entries and their amounts."""
    draws = Draws(seed, "ledgers")
    rows = sorted((*_told(), *_drawn(draws)), key=lambda row: (row.node, row.day, row.unit))
    numbered = [(f"{row.node}_{i:03}", row) for i, row in enumerate(rows, 1)]
    entries = tuple(Entry(r.unit, r.node, code, r.kind, r.title, r.document, r.day) for code, r in numbered)
    return entries, tuple(Fact(r.unit, r.node, "amount", entry=code, value=r.amount, document=r.document) for code, r in numbered)


def _told() -> Iterator[Row]:
    """What the story asks for: two policies with flaws, seven commendations of one department, one veto."""
    flaws = (("老旧小区改造资金管理办法未公开征求意见", "Rules on renewal funds issued without public consultation", date(2019, 5, 21), 17),
             ("住房租赁监管办法未经合法性审核", "Rules on rented housing issued without legal review", date(2019, 9, 6), 42))  # fmt: skip
    for zh, en, day, number in flaws:
        yield Row("housing", "law", "drafting_flaw", Text(zh, en), Fraction("-1.5"), day, f"模拟司备审〔2019〕{number}号")
    for i in range(7):
        title = Text(f"部委通报表扬（第{i + 1}项指标）", f"Commended by the ministry (indicator {i + 1})")
        yield Row("transport", "bonus", "commended", title, Fraction("0.3"), date(2019, 3 + i, 15), f"模拟部发〔2019〕{30 + i}号")
    title = Text("较大森林火灾责任事故", "Forest fire with liability")
    yield Row("forestry", "red_lines", "veto", title, Fraction(1), date(2019, 4, 8), "模拟调查报告〔2019〕3号")


def _drawn(draws: Draws) -> Iterator[Row]:
    number = 100
    for unit in units():
        for sort in SORTS:
            while draws.share() < sort.chance:
                number += 1
                day, amount = date(2019, 1, 10) + timedelta(days=draws.whole(0, 345)), Fraction(draws.pick(sort.amounts))
                if unit.code not in ("housing", "transport") or sort.kind not in ("drafting_flaw", "commended"):
                    yield Row(unit.code, sort.node, sort.kind, sort.title, amount, day, f"{sort.document}〔2019〕{number}号")
