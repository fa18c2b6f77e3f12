"""A small year that can be scored: six units in two classes, own tasks, a common indicator, a ledger; one of each proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.base import ContentFile
from tests.windvane_web.conftest import Cast

from windvane_web.org.models import Cycle, Membership, Unit
from windvane_web.results import actions
from windvane_web.results.models import Run
from windvane_web.results.scoring import execute
from windvane_web.scheme.models import Book, BookTask, Version
from windvane_web.work.models import Datum, Evidence, LedgerEntry, Report

SCHEME = """
windvane: 1
title: {zh: 2019年度考核, en: Assessment 2019}
simulated: yes
cycle: {from: 2019-01-01, to: 2019-12-31}
classes:
  party: {zh: 党群部门, en: Party departments}
  agency: {zh: 政府机关, en: Government agencies}
providers:
  finance: {zh: 省财政厅, en: Department of finance}
  unit_report: {zh: 单位填报, en: Reported by the unit}
root:
  title: {zh: 总分, en: Total}
  full: 100
  points: sum
  round: 2
  parts:
    key_work:
      title: {zh: 重点工作, en: Key work}
      provider: unit_report
      full: 60
      points: mean(entries) * full
      entries: {points: completion, with: {cap: 1}, missing: zero}
    execution:
      title: {zh: 预算执行, en: Budget execution}
      provider: finance
      full: 40
      points: value / 100 * full
      range: [0, 100]
      missing: zero
    bonus:
      title: {zh: 表彰, en: Commendations}
      provider: finance
      ledger: {commended: {amount: 0.5, cap: 1, zh: 部委表彰, en: Commended by a ministry}}
ranking: {of: rounded, ties: [key_work]}
grades:
  - {grade: excellent, zh: 优秀, en: Excellent, quota: 50%, round: half_up, when: total >= 80}
  - {grade: pass, zh: 合格, en: Pass}
"""
VALUES = {"publicity": 100, "united_front": 90, "water": 92, "transport": 95, "finance": 88, "justice": 70}
DONE = {"publicity": "10", "united_front": "9", "water": "9", "transport": "10", "finance": "10", "justice": "5"}


@pytest.fixture
def year(cycle: Cycle, units: dict[str, Unit], cast: Cast) -> Cycle:
    """The cycle with a frozen scheme, verified reports, confirmed data and one approved commendation of ``water``."""
    cycle.phase = Cycle.Phase.SCORING
    cycle.save()
    Version.objects.create(cycle=cycle, number=1, state="frozen", text=SCHEME, digest="d", made_by=cast("office"))
    for code, unit in units.items():
        _unit(cycle, unit, code, cast)
    entry = {"unit": units["water"], "indicator": "bonus", "kind": "commended", "day": date(2019, 9, 8), "title": "水土保持获通报表扬"}
    people = {"entered_by": cast("office"), "approved_by": cast("office2")}
    LedgerEntry.objects.create(cycle=cycle, **entry, document="水保〔2019〕203号", amount="0.5", state="approved", **people)
    return cycle


def _unit(cycle: Cycle, unit: Unit, code: str, cast: Cast) -> None:
    book = Book.objects.create(cycle=cycle, unit=unit, state="frozen")
    task = BookTask.objects.create(
        book=book, entry="t1", slot="key_work", zh="修建堤防", en="Dykes built", facts={"target": "10"}, measure="公里"
    )
    people = {"reporter": cast("reporter"), "signer": cast("leader"), "verifier": cast("verifier")}
    text = {"value": "10", "verified_value": DONE[code], "note": "按竣工验收核定"}
    report = Report.objects.create(task=task, period="2019", due=date(2019, 12, 31), state="verified", **text, **people)
    file = ContentFile(b"%PDF-1.4", name=f"{code}.pdf")
    Evidence.objects.create(
        report=report, name=f"{code}竣工验收.pdf", file=file, digest="a" * 64, size=8, kind="application/pdf", added_by=cast("reporter")
    )
    by = {"entered_by": cast("finance"), "source": "finance", "document": "财预〔2020〕6号"}
    Datum.objects.create(cycle=cycle, unit=unit, indicator="execution", value=str(VALUES[code]), **by)


@pytest.fixture(autouse=True)
def files(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def scored(year: Cycle, cast: Cast) -> Callable[[str], Run]:
    """Start and carry out a run."""

    def make(reason: str = "年终计算") -> Run:
        return execute(actions.start(cast("office"), year, reason=reason))

    return make


@pytest.fixture
def decided(scored: Callable[[str], Run], cast: Cast) -> Callable[[str], Run]:
    return lambda reason="年终计算": actions.decide(cast("committee"), scored(reason), opinion="同意")


@pytest.fixture
def published(decided: Callable[[str], Run], cast: Cast) -> Run:
    """A run that units see."""
    return actions.publish(cast("office"), decided("年终计算"), audience="unit", until=date(2020, 3, 10))


@pytest.fixture
def apart(units: dict[str, Unit]) -> Unit:
    """``justice`` is scored but takes no part in the ranking."""
    Membership.objects.filter(unit=units["justice"]).update(competes=False)
    return units["justice"]
