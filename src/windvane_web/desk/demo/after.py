"""From the first run to problems being put right."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from windvane_web.core.jobs import run_waiting
from windvane_web.desk.demo import cast
from windvane_web.desk.demo.during import Year
from windvane_web.org import actions as org
from windvane_web.org.models import Cycle
from windvane_web.rectify import actions as appeals
from windvane_web.rectify import problem_actions as problems
from windvane_web.rectify.candidates import candidates
from windvane_web.rectify.models import Appeal, Problem
from windvane_web.results import actions as results
from windvane_web.results.engine import load
from windvane_web.results.models import Placed, Publication, Run
from windvane_web.work.models import Report

A = Publication.Audience
MOST = 40  # problems that are proposed


def score_and_publish(year: Year) -> None:
    """The office computes, the committee adopts, the units see their cards."""
    office = year.who("office")
    year.cycle = org.move_cycle(office, year.cycle, phase=Cycle.Phase.SCORING)
    run = _done(results.start(office, year.cycle, reason="年终计算"))
    run = results.decide(year.who("committee"), run, opinion="同意，向各单位反馈（模拟）")
    results.publish(office, run, audience=A.UNIT, until=timezone.localdate() + timedelta(days=15))
    year.cycle = org.move_cycle(office, year.cycle, phase=Cycle.Phase.RESULTS)


def _done(run: Run) -> Run:
    """The run once a worker, this one or another, has computed it."""
    run_waiting()
    while Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).exists():
        time.sleep(0.2)
    run.refresh_from_db()
    if run.state != Run.State.DONE:
        raise RuntimeError(f"the simulated year could not be scored: {run.problems}")
    return run


def appeal(year: Year) -> None:
    """One appeal is upheld and moves the result, one is dismissed, one waits."""
    placed = Placed.objects.get(unit__code=cast.HOME, run__cycle=year.cycle)
    tasks = Report.objects.filter(task__book__unit__code=cast.HOME, state=Report.State.VERIFIED).order_by("task__order")
    better = next((one for one in tasks if _short_of_target(one)), tasks[0])
    others = [one for one in tasks if one.pk != better.pk]
    reporter, reviewer = year.who("reporter"), year.who("reviewer")
    right = _object(year, placed, better, "验收材料在截止后补齐，请按实际完成核定（模拟）。")
    wrong = _object(year, placed, others[0], "请再次核对口径（模拟）。")
    value = better.task.facts.get("target", "ahead")
    appeals.uphold(reviewer, appeals.take(reviewer, right), outcome="补交的验收材料属实，予以更正（模拟）。", value=str(value))
    appeals.dismiss(reviewer, appeals.take(reviewer, wrong), outcome="口径与目标任务书一致，维持核定值（模拟）。")
    right.refresh_from_db()
    _publish_again(year, _done(_of(appeals.rerun(year.who("office"), right))))
    again = Placed.objects.get(unit__code=cast.HOME, run__cycle=year.cycle, run__state=Run.State.PUBLISHED)
    appeals.file(reporter, again, node="survey", reason="有效问卷数请复核（模拟）。")


def _short_of_target(report: Report) -> bool:
    """Whether the verified value is another than the target, so that a correction changes something."""
    target = report.task.facts.get("target")
    return bool(target) and report.verified_value != target and report.task.measure != "date" and report.task.better == "high"


def _object(year: Year, placed: Placed, report: Report, reason: str) -> Appeal:
    return appeals.file(year.who("reporter"), placed, node=report.task.slot, entry=report.task.entry, reason=reason)


def _of(appeal: Appeal) -> Run:
    assert appeal.new_run is not None  # the action has just set it
    return appeal.new_run


def _publish_again(year: Year, run: Run) -> None:
    run = results.decide(year.who("committee"), run, opinion="申诉更正后同意（模拟）")
    until = timezone.localdate() + timedelta(days=15)
    for audience in (A.UNIT, A.PUBLIC):
        run = results.publish(year.who("office"), run, audience=audience, until=until if audience == A.UNIT else None)


def rectify(year: Year) -> None:
    """Problems from the result, in every state from found to closed."""
    run, office = Run.objects.get(cycle=year.cycle, state=Run.State.PUBLISHED), year.who("office")
    clear = [one for one in candidates(load(run), run.number) if one.clear]
    home = [one for one in clear if one.unit == cast.HOME]
    problems.propose_all(office, run, found=[*home, *(one for one in clear if one not in home)][:MOST])
    found = Problem.objects.filter(cycle=year.cycle).select_related("unit").order_by("pk")
    for place, one in enumerate(found):
        _put_right(year, one, place % 6)


def _put_right(year: Year, one: Problem, steps: int) -> None:
    """0 found, 1 disputed, 2 confirmed, 3 planned, 4 reported done, 5 closed."""
    leader, reporter = year.who(cast.leader_of(one.unit.code)), year.who(cast.reporter_of(one.unit.code))
    if steps == 1:
        problems.dispute(leader, one, reason="该事项涉及跨年度安排，请再研究（模拟）。")
    if steps < 2:
        return
    one = problems.confirm(leader, one)
    if steps > 2:
        today = timezone.localdate()
        plan = {
            "meeting": "党组会议（模拟）",
            "meeting_day": today,
            "goal": "三个月内整改到位并建立制度",
            "deadline": today + timedelta(days=90),
        }
        one = problems.plan(reporter, one, **plan)
        one = problems.progress(reporter, one, text="已制定方案，责任到处室（模拟）。")
    if steps > 3:
        one = problems.report_done(reporter, one, result="已按目标完成整改，材料附后（模拟）。")
    if steps > 4:
        problems.close(year.who("verifier"), one, note="现场核验属实，予以销号（模拟）。")
