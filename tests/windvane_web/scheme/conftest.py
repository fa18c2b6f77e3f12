"""A scheme with a slot for own tasks and a common indicator, and target books in any state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.windvane_web.conftest import Cast

from windvane_web.org.models import Cycle, Unit
from windvane_web.scheme.models import Book, BookTask, Version
from windvane_web.scheme.queries import scheme_of

SCHEME = """windvane: 1
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
      entries: {points: completion, rules: [completion, completion_low], with: {cap: 1}, missing: zero}
    execution:
      title: {zh: 预算执行, en: Budget execution}
      provider: finance
      full: 40
      points: value / 100 * full
      range: [0, 100]
      missing: zero
ranking: {of: rounded, ties: [key_work]}
grades:
  - {grade: excellent, zh: 优秀, en: Excellent, quota: 50%, round: half_up, when: total >= 80}
  - {grade: pass, zh: 合格, en: Pass}
"""
OTHER = SCHEME.replace("full: 60", "full: 55").replace("full: 40", "full: 45")
BAD = SCHEME.replace("points: sum", "points: summ(")
CONTENT: dict[str, Any] = {
    "entry": "t1",
    "slot": "key_work",
    "zh": "新建水库",
    "en": "New reservoirs",
    "item_zh": "水利建设",
    "item_en": "Water works",
    "source": "省政府工作要点",
    "clause": "第3条",
    "weight": Decimal("2.5"),
    "facts": {"target": "10"},
    "measure": "座",
    "milestones": [["2019-06-30", "4"], ["2019-12-31", "10"]],
}


@pytest.fixture
def draft(cast: Cast, cycle: Cycle) -> Version:
    return Version.objects.create(cycle=cycle, number=1, text=SCHEME, made_by=cast("office"))


@pytest.fixture
def frozen(draft: Version, cycle: Cycle) -> Version:
    """The scheme in force, in the phase of tracking."""
    Cycle.objects.filter(pk=cycle.pk).update(phase=Cycle.Phase.TRACKING)
    draft.state, draft.digest = Version.State.FROZEN, scheme_of(draft).digest
    draft.save()
    return draft


MakeBook = Callable[..., Book]


@pytest.fixture
def make_book(cycle: Cycle, units: dict[str, Unit], cast: Cast) -> MakeBook:
    """Make a book of a unit in a state, with one task."""

    def made(unit: str = "water", state: str = "draft", **content: Any) -> Book:
        book = Book.objects.create(cycle=cycle, unit=units[unit], state=state)
        BookTask.objects.create(book=book, **{**CONTENT, **content})
        return book

    return made


@pytest.fixture
def proposed(make_book: MakeBook, frozen: Version, cast: Cast) -> BookTask:
    """An amendment of the one task of water's frozen book, waiting for the office."""
    book = make_book(state="frozen")
    changed = {**CONTENT, "facts": {"target": "8"}, "since": date(2019, 7, 1), "reason": "汛期工期调整"}
    return BookTask.objects.create(book=book, **changed, state=BookTask.State.PROPOSED, proposed_by=cast("reporter"))
