"""The year from its opening to rectification, step by step."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils import translation

from windvane_web.core.jobs import Progress
from windvane_web.desk.demo import after, during
from windvane_web.desk.demo.case import Case, case
from windvane_web.desk.demo.during import Year
from windvane_web.org.models import Cycle

STEPS: tuple[tuple[int, Callable[[Year], None]], ...] = (  # share of the time, in percent
    (5, during.open_year),
    (5, during.freeze_scheme),
    (15, during.freeze_books),
    (45, during.report),
    (8, during.keep_ledgers),
    (7, during.bring_data),
    (5, after.score_and_publish),
    (5, after.appeal),
    (5, after.rectify),
)


def build(size: str = "six", *, progress: Progress = lambda done, total: None) -> Cycle:
    """Fill an empty database with a simulated year; ``progress`` hears percents."""
    if Cycle.objects.exists():
        raise ValidationError("there is a year in this database already; the demonstration needs an empty one")
    made: Case = case(size)
    with translation.override("zh-hans"):
        year, done = Year(made), 0
        for share, step in STEPS:
            year.tell = _within(progress, done, share)
            step(year)
            done += share
            progress(done, 100)
    return year.cycle


def _within(progress: Progress, start: int, share: int) -> Progress:
    return lambda done, total: progress(start + share * done // max(total, 1), 100)
