"""A frozen scheme with one slot, two grids and a ledger; the book of the water department with three tasks and their reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.core.models import Entry
from windvane_web.org.models import Cycle, Unit
from windvane_web.scheme.models import Book, BookTask, Version
from windvane_web.work import actions
from windvane_web.work.models import LedgerEntry, Report
from windvane_web.work.uploads import Upload, checked

SCHEME = """
windvane: 1
title: {zh: 试用方案, en: A scheme for tests}
simulated: yes
cycle: {from: 2019-01-01, to: 2019-12-31}
classes: {party: {zh: 党群部门, en: Party}, agency: {zh: 政府机关, en: Agencies}}
providers: {finance: {zh: 财政, en: Finance}, justice: {zh: 司法, en: Justice}, office: {zh: 考核办, en: Office}}
root:
  title: {zh: 总分, en: Total}
  points: sum
  parts:
    key_work:
      title: {zh: 重点工作, en: Key work}
      provider: office
      full: 60
      points: mean(entries) * full
      entries:
        points: completion
        rules: [completion, schedule, status]
        with: {cap: 1}
        choices:
          ahead: {value: 1, zh: 提前, en: Ahead}
          behind: {value: 0.8, zh: 滞后, en: Behind}
        missing: zero
    execution:
      title: {zh: 预算执行, en: Budget execution}
      provider: finance
      for: agency
      full: 30
      measure: "%"
      points: clip(numerator / denominator, 0, 1) * full
      missing: class_mean
    quality:
      title: {zh: 质效, en: Quality}
      provider: office
      full: 10
      range: [0, 100]
      points: value / 100 * full
    law:
      title: {zh: 依法行政, en: Law}
      provider: justice
      full: 10
      points: max(0, full + sum(entries))
      ledger:
        flaw: {amount: -1.5, zh: 程序瑕疵, en: Flaw in procedure}
        lawsuit: {amount: [-2, -0.5], cap: -3, zh: 败诉, en: Lawsuit lost}
grades:
  - {grade: pass, zh: 合格, en: Pass}
"""


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def year(cycle: Cycle, cast: Cast) -> Cycle:
    """The cycle while work is tracked, under a frozen scheme."""
    Version.objects.create(cycle=cycle, number=1, state="frozen", text=SCHEME, digest="0" * 64, made_by=cast("office"))
    cycle.phase = Cycle.Phase.TRACKING
    cycle.save()
    return cycle


def add_task(cycle: Cycle, unit: Unit, entry: str, **given: Any) -> BookTask:
    book = Book.objects.get_or_create(cycle=cycle, unit=unit, defaults={"state": Book.State.FROZEN})[0]
    known = {"slot": "key_work", "zh": f"任务{entry}", "facts": {"target": "100"}, "measure": "公里", **given}
    return BookTask.objects.create(book=book, entry=entry, **known)


@pytest.fixture
def task(year: Cycle, units: dict[str, Unit]) -> BookTask:
    return add_task(year, units["water"], "t01")


def add_report(task: BookTask, state: str = "draft", **given: Any) -> Report:
    return Report.objects.create(task=task, period="year", due=date(2019, 12, 31), state=state, **given)


@pytest.fixture
def report(task: BookTask) -> Report:
    return add_report(task)


@pytest.fixture
def signed(task: BookTask, cast: Cast) -> Report:
    return add_report(task, "signed", value="98.5", reporter=cast("reporter"), signer=cast("leader"))


@pytest.fixture
def verified(task: BookTask, cast: Cast) -> Report:
    people = {"reporter": cast("reporter"), "signer": cast("leader"), "verifier": cast("verifier")}
    return add_report(task, "verified", value="98.5", verified_value="98", **people)


@pytest.fixture
def entry(year: Cycle, units: dict[str, Unit], cast: Cast) -> LedgerEntry:
    said: dict[str, Any] = {"unit": units["water"], "indicator": "law", "kind": "flaw", "day": date(2019, 5, 6)}
    return actions.enter(cast("justice"), year, **said, title="未公开征求意见", document="司备审〔2019〕1号")


class File:
    """A file as it comes with a request."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name: str | None = name
        self.size: int | None = len(content)
        self.content = content

    def read(self) -> bytes:
        return self.content


def pdf(name: str = "验收报告.pdf", more: bytes = b"") -> Upload:
    return checked(File(name, b"%PDF-1.7\n" + more))


def line() -> tuple[str, str, dict[str, Any]]:
    """Verb, actor and content of the last audit line."""
    last = Entry.objects.latest("number")
    return last.verb, last.actor_label, last.content


@pytest.fixture
def login(client: Client, cast: Cast) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        client.force_login(cast(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
