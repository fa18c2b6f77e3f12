"""A little town, assessed: everything that a report must show in six units. All of it is made up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from windvane.facts import Entry, Fact, Facts, Status, Unit
from windvane.files.schemes import parse_scheme
from windvane.plan import compile_scheme
from windvane.ranking import Ranking, rank
from windvane.scheme import Scheme
from windvane.scores import score
from windvane.text import Text

SCHEME = """
windvane: 1
title: {zh: 某镇年度考核, en: A town assessed}
source: {zh: 镇考核办法, en: Rules of the town}
cycle: {from: 2025-01-01, to: 2025-12-31}
providers: {statistics: {zh: 统计站, en: Statistics office}}
root:
  title: {zh: 总分, en: Total}
  full: 100
  points: sum
  round: 2
  parts:
    work:
      title: {zh: 重点任务, en: Key tasks}
      full: 60
      points: mean(entries) * full
      entries: {points: completion, missing: zero}
    survey:
      title: {zh: 群众评价, en: Survey}
      full: 40
      points: value / 100 * full if n >= 10 else missing
      range: [0, 100]
      missing: MISSING
    ledger:
      title: {zh: 加减分, en: Ledger}
      ledger:
        praised: {amount: 1, cap: 1.5, zh: 表扬, en: Praised}
        blamed: {amount: [-2, -0.5], zh: 通报, en: Blamed}
beside:
  red_line: {title: {zh: 红线, en: Red line}, points: value, range: [0, 1], missing: zero}
ranking: {of: rounded, ties: [survey]}
veto:
  - {when: red_line > 0, at_best: pass, zh: 安全事故, en: Accident}
grades:
  - {grade: best, zh: 优秀, en: Excellent, quota: 2}
  - {grade: pass, zh: 合格, en: Pass}
"""
NAMES = (
    ("north", "北村", "North village"),
    ("south", "南村", "South village"),
    ("east", "东村", "East village"),
    ("west", "西村", "West village"),
    ("hill", "山村", "Hill village"),
    ("office", "镇办公室", "Town office"),
)
DONE = {"north": (10, 20), "south": (10, 19), "east": (5, 20), "west": (10, 20), "hill": (10, 10), "office": (10, 18)}
LIKED = {"north": "90.5", "south": "88", "east": "95", "west": "90.5", "office": "80"}


def scheme(missing: str = "refuse", text: str = SCHEME) -> Scheme:
    found = parse_scheme(text.replace("MISSING", missing))
    assert isinstance(found, Scheme), [problem.say("en") for problem in found]
    return found


def units() -> tuple[Unit, ...]:
    return tuple(Unit(code, Text(zh, en), "all", i, code != "office") for i, (code, zh, en) in enumerate(NAMES, 1))


def facts(*, complete: bool = True) -> Facts:
    rows = [fact for unit, values in DONE.items() for i, value in enumerate(values, 1) for fact in _task(unit, f"t{i}", value)]
    for unit, value in LIKED.items():
        rows.append(Fact(unit, "survey", value=Fraction(value), error=Fraction(1), source="statistics", document="调查报告"))
        rows.append(Fact(unit, "survey", "n", value=Fraction(200), source="statistics"))
    if complete:
        rows.append(Fact("hill", "survey", status=Status.NOT_DUE))
        rows.append(Fact("hill", "survey", "n", value=Fraction(200)))
    rows += [Fact("west", "red_line", value=Fraction(1)), Fact("south", "ledger", "amount", entry="b1", value=Fraction("-0.5"))]
    return Facts(units(), tuple(rows), tuple(_entries()))


def _task(unit: str, entry: str, value: int) -> list[Fact]:
    target = 10 if entry == "t1" else 20
    return [
        Fact(unit, "work", entry=entry, value=Fraction(value), document=f"证明{entry}"),
        Fact(unit, "work", "target", entry=entry, value=Fraction(target)),
    ]


def _entries() -> list[Entry]:
    tasks = [Entry(unit, "work", entry, title=title) for unit in DONE for entry, title in TASKS.items()]
    title = Text("县里表扬", "Praised by the county")
    praise = [Entry("north", "ledger", f"p{i}", "praised", title, f"表〔2025〕{i}号", date(2025, i, 1)) for i in (3, 5)]
    return [*tasks, *praise, Entry("south", "ledger", "b1", "blamed", Text("会议缺席", "Absent"), "通〔2025〕1号", date(2025, 2, 1))]


TASKS = {"t1": Text("修桥", "Mend the bridge"), "t2": Text("种树", "Plant trees")}


def ranking(missing: str = "refuse", *, complete: bool = True, text: str = SCHEME) -> Ranking:
    return rank(score(compile_scheme(scheme(missing, text)), facts(complete=complete)))
