"""Target books of the simulated province, with what was reported: 968 own indicators of agencies, 376 sub-items of departments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from windvane.book import Book, Milestone, Task
from windvane.facts import Fact
from windvane.simulate.draws import Draws, decimal, total
from windvane.simulate.names import Body, bodies, items
from windvane.text import Text

SLOT = "key_work"
AGENCIES_ABOVE = 214  # indicators that go beyond their target
DEPARTMENTS_ABOVE = 12
AHEAD = 31  # departments' sub-items finished ahead of schedule
MONITORED = "transport"  # five indicators in two provincial monitoring systems, four of them above target, and eighteen key tasks
AGENCY_JOINT = 12
PARTY_JOINT = 24
QUARTERS = (date(2019, 3, 31), date(2019, 6, 30), date(2019, 9, 30), date(2019, 12, 31))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of indicator: its words after the topic, measure, range of targets and rule."""

    title: Text
    measure: str
    low: int
    high: int
    rule: str = "completion"
    grows: bool = False  # reported as a running total, with a milestone each quarter


KINDS = (
    Kind(Text("项目完工数", "projects completed"), "个", 4, 60, grows=True),
    Kind(Text("投资完成额", "money invested"), "亿元", 2, 80, grows=True),
    Kind(Text("覆盖率", "coverage"), "%", 80, 98),
    Kind(Text("事项按期办结率", "matters settled in time"), "%", 88, 98),
    Kind(Text("专项检查", "inspections"), "次", 10, 200, grows=True),
    Kind(Text("业务培训", "people trained"), "人次", 200, 5000, grows=True),
    Kind(Text("年度方案印发", "plan of the year issued"), "", 0, 0, "schedule"),
    Kind(Text("改革任务推进", "reform tasks"), "", 0, 0, "status"),
    Kind(Text("平均办理时长", "mean time to settle a matter"), "天", 3, 20, "completion_low"),
    Kind(Text("标准规范制定", "standards issued"), "项", 1, 12, "all_or_nothing", grows=True),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the six indicators that missed their target."""

    unit: str
    title: Text
    measure: str
    target: Fraction
    value: Fraction


GAPS = (
    Gap("ports", Text("港航建设里程", "Length of waterway works"), "公里", Fraction(200), Fraction(171)),
    Gap("financial_supervision", Text("融资担保新增业务", "New loan guarantees"), "亿元", Fraction(30), Fraction("26.4")),
    Gap("housing", Text("危旧房改造开工", "Unsafe dwellings under renewal"), "套", Fraction(48000), Fraction(45696)),
    Gap("veterans", Text("退役军人安置率", "Veterans placed in work"), "%", Fraction(97), Fraction("93.7")),
    Gap("transport", Text("新建农村公路", "New rural roads"), "公里", Fraction(5000), Fraction(4875)),
    Gap("water_resources", Text("河道岸线整治", "River banks restored"), "公里", Fraction(600), Fraction("588.6")),
)
ACTIONS = (
    (Text("专题学习", "study sessions"), "次", 4, 12),
    (Text("责任清单落实", "list of duties carried out"), "", 0, 0),
    (Text("专项督查", "supervision"), "次", 2, 8),
    (Text("典型宣传", "good practice made known"), "篇", 3, 20),
    (Text("制度修订", "rules revised"), "", 0, 0),
    (Text("轮训干部", "officials trained"), "人次", 50, 600),
    (Text("问题整改", "findings put right"), "", 0, 0),
    (Text("年度报告", "report of the year"), "date", 0, 0),
    (Text("调研成果", "studies"), "", 0, 0),
    (Text("联系点走访", "visits to contact points"), "次", 6, 24),
)
Report = tuple[Task, Fraction | date | str]


def books_and_reports(seed: int) -> tuple[tuple[Book, ...], tuple[Fact, ...]]:
    """Return a target book for each of the 94 units, and what was reported on its tasks."""
    draws = Draws(seed, "tasks")
    agencies = {body.unit.code: _agency_reports(draws, body) for body in bodies("agency")}
    departments = _departments(draws)
    _join(draws, agencies, AGENCY_JOINT)
    _join(draws, departments, PARTY_JOINT)
    _exceed(draws, {MONITORED: agencies[MONITORED]}, 4)
    _exceed(draws, agencies, AGENCIES_ABOVE - 4)
    _exceed(draws, departments, DEPARTMENTS_ABOVE)
    _hurry(draws, departments)
    agencies[MONITORED] = _monitored(agencies[MONITORED])
    books, facts = [], []
    for unit, reports in {**departments, **agencies}.items():
        weighted = _weighted(draws, reports)
        books.append(Book(unit, tuple(task for task, _ in weighted)))
        facts += [_fact(unit, task, value) for task, value in weighted if not task.joint]
    return tuple(books), (*facts, *_paces(draws, agencies))


def _fact(unit: str, task: Task, value: Fraction | date | str) -> Fact:
    return Fact(unit, SLOT, entry=task.entry, value=value, source="unit_report", document=f"模拟佐证 {task.entry}")


# Agencies


def _agency_reports(draws: Draws, body: Body) -> list[Report]:
    pairs = [(kind, topic) for topic in body.topics for kind in KINDS]
    gap = next((gap for gap in GAPS if gap.unit == body.unit.code), None)
    chosen = draws.some(pairs, body.tasks - (gap is not None))
    found = [_indicator(draws, kind, topic) for kind, topic in chosen]
    if gap:
        task = Task("", SLOT, gap.title, facts={"target": gap.target}, measure=gap.measure, milestones=_quarterly(gap.target))
        found.insert(0, (task, gap.value))
    return [(_numbered(task, i, "省政府工作报告任务分解（模拟）"), value) for i, (task, value) in enumerate(found, 1)]


def _numbered(task: Task, i: int, source: str) -> Task:
    return replace(task, entry=f"t{i:02}", source=source, clause=f"第{i}条")


def _indicator(draws: Draws, kind: Kind, topic: Text) -> Report:
    title = Text(topic.zh + kind.title.zh, f"{topic.en[0].upper()}{topic.en[1:]}: {kind.title.en}")
    task = Task("", SLOT, title, rule="" if kind.rule == "completion" else kind.rule, measure=kind.measure)
    if kind.rule == "schedule":
        due = date(2019, 3, 1) + timedelta(days=draws.whole(0, 270))
        return replace(task, facts={"target": due}, params={"late": Fraction("0.02")}, measure="date"), due
    if kind.rule == "status":
        return task, "on_schedule"
    target = Fraction(draws.whole(kind.low, kind.high))
    base = decimal(float(target) * (0.85 + 0.1 * draws.share()), 1)
    facts = {"target": target} if draws.share() < 0.5 else {"target": target, "base": base}
    milestones = _quarterly(target) if kind.grows else ()
    better = "low" if kind.rule == "completion_low" else "high"
    return replace(task, facts=facts, better=better, milestones=milestones), target


def _quarterly(target: Fraction) -> tuple[Milestone, ...]:
    return tuple(Milestone(day, decimal(float(target) * share, 1)) for day, share in zip(QUARTERS, (0.15, 0.45, 0.75, 1), strict=True))


def _exceed(draws: Draws, units: dict[str, list[Report]], number: int) -> None:
    """Raise so many reported values above their targets; joint tasks are left as they are."""
    open_places = [(unit, i) for unit, reports in units.items() for i, report in enumerate(reports) if _can_exceed(report)]
    for unit, i in draws.some(open_places, number):
        task, value = units[unit][i]
        assert isinstance(value, Fraction)
        units[unit][i] = (task, _beyond(draws, task, value))


def _can_exceed(report: Report) -> bool:
    task, value = report
    return task.rule in ("", "all_or_nothing") and value == task.facts["target"] and not task.partners


def _monitored(reports: list[Report]) -> list[Report]:
    """Name the monitoring systems as the source of four indicators above target and one just met."""
    numbers = [(i, value > task.facts["target"]) for i, (task, value) in enumerate(reports) if isinstance(value, Fraction)]  # type: ignore[operator]
    above, met = [i for i, beyond in numbers if beyond][:4], [i for i, beyond in numbers[1:] if not beyond][:1]
    systems = {**dict.fromkeys(above[:2] + met, "省级监测系统一（模拟）"), **dict.fromkeys(above[2:], "省级监测系统二（模拟）")}
    return [(replace(task, source=systems.get(i, task.source)), value) for i, (task, value) in enumerate(reports)]


def _beyond(draws: Draws, task: Task, value: Fraction) -> Fraction:
    if task.measure == "%":
        return min(Fraction(100), value + Fraction(draws.whole(1, 20), 10))
    return value + max(Fraction(1), decimal(float(value) * 0.12 * draws.share(), 0))


# Departments


def _departments(draws: Draws) -> dict[str, list[Report]]:
    """Spread the 27 items over the departments one after another, so that each item has work in several of them."""
    found, turn = {}, 0
    for body in bodies("party"):
        reports = [_sub_item(draws, items()[(turn + i) % len(items())], i) for i in range(body.tasks)]
        found[body.unit.code] = [(_numbered(task, i, "省委年度工作要点（模拟）"), value) for i, (task, value) in enumerate(reports, 1)]
        turn += body.tasks
    return found


def _sub_item(draws: Draws, item: Text, i: int) -> Report:
    title, measure, low, high = ACTIONS[(i * 3 + draws.whole(0, 2)) % len(ACTIONS)]
    task = Task("", SLOT, Text(f"{item.zh}：{title.zh}", f"{item.en}: {title.en}"), item, measure=measure)
    if measure == "date":
        due = date(2019, 12, draws.whole(10, 31))
        return replace(task, rule="schedule", facts={"target": due}, params={"late": Fraction("0.02")}), due
    if not measure:
        return replace(task, rule="status"), "on_schedule"
    target = Fraction(draws.whole(low, high))
    return replace(task, facts={"target": target}, milestones=_quarterly(target)), target


def _hurry(draws: Draws, departments: dict[str, list[Report]]) -> None:
    """Finish exactly ``AHEAD`` qualitative sub-items ahead of schedule."""
    open_places = [(unit, i) for unit, reports in departments.items() for i, (task, _) in enumerate(reports) if _can_hurry(task)]
    for unit, i in draws.some(open_places, AHEAD):
        departments[unit][i] = (departments[unit][i][0], "ahead")


def _can_hurry(task: Task) -> bool:
    return task.rule == "status" and not task.partners


# Joint tasks, weights, months


def _join(draws: Draws, reports: dict[str, list[Report]], number: int) -> None:
    """Turn the last task of ``number`` units into a partner's part of the task of the unit before: one report, credited 60 to 40."""
    pairs = [(lead, unit) for lead, unit in pairwise(reports) if _shareable(reports[lead]) is not None]
    for lead, unit in draws.some(pairs, number):
        place = _shareable(reports[lead])
        if place is not None:
            task, value = reports[lead][place]
            shared = replace(task, lead=lead, partners=(unit,), share=Fraction("0.6"))
            own, _ = reports[unit][-1]
            reports[lead][place] = (shared, value)
            reports[unit][-1] = (replace(shared, entry=own.entry, joint=f"{lead}/{task.entry}", share=Fraction("0.4")), value)


def _shareable(reports: Sequence[Report]) -> int | None:
    """The first task with a number or date to report that is not the last, a gap or shared already."""
    places = (i for i, (task, value) in enumerate(reports[:-1]) if not isinstance(value, str) and not task.partners)
    return next((i for i in places if reports[i][1] == reports[i][0].facts["target"]), None)


def _weighted(draws: Draws, reports: Sequence[Report]) -> list[Report]:
    """Give a unit's tasks whole weights that add up to 100."""
    rough = [1 + draws.share() for _ in reports]
    weights = [max(1, int(100 * x / total(rough))) for x in rough]
    for i in range(100 - sum(weights)):
        weights[i % len(weights)] += 1
    return [(replace(task, weight=Fraction(w)), value) for w, (task, value) in zip(weights, reports, strict=True)]


def _paces(draws: Draws, agencies: dict[str, list[Report]]) -> Iterator[Fact]:
    """Monthly running totals of the six gaps and of six indicators that went well; they never reach a score."""
    for gap in GAPS:
        yield from _months(draws, gap.unit, agencies[gap.unit][0])
    for unit in ("development_reform", "human_resources", "environment", "agriculture", "government_services", "medical_insurance"):
        grows = next(report for report in agencies[unit] if report[0].milestones and not report[0].joint)
        yield from _months(draws, unit, grows)


def _months(draws: Draws, unit: str, report: Report) -> Iterable[Fact]:
    task, value = report
    assert isinstance(value, Fraction)
    done = sorted(draws.share() for _ in range(11))
    for month, share in enumerate([*done, 1.0], 1):
        running = value if month == 12 else decimal(float(value) * share, 1)
        yield Fact(unit, SLOT, period=f"2019-{month:02}", entry=task.entry, value=running, source="unit_report")
