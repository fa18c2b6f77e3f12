from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import add_report, line

from windvane_web.core.action import Refused
from windvane_web.core.models import Notice
from windvane_web.scheme.models import BookTask
from windvane_web.work.actions import return_to_reporter
from windvane_web.work.models import Report


@pytest.fixture
def submitted(task: BookTask, cast: Cast) -> Report:
    return add_report(task, "submitted", value="98.5", reporter=cast("reporter"))


def test_the_reporter_gets_it_back_with_the_reason(submitted: Report, cast: Cast) -> None:
    saved = return_to_reporter(cast("leader"), submitted, reason="缺少验收报告")

    assert (saved.state, saved.note) == ("returned", "缺少验收报告")
    assert line() == ("report.return_to_reporter", "leader", {"reason": "缺少验收报告"})
    assert Notice.objects.get().person == cast("reporter")


def test_without_a_reason_nothing_is_returned(submitted: Report, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        return_to_reporter(cast("leader"), submitted, reason=" ")

    assert Report.objects.get().state == "submitted"


def test_a_stranger_returns_nothing(submitted: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        return_to_reporter(cast("strange_leader"), submitted, reason="x")

    assert refused.value.reason == "stranger"


def test_a_signed_report_is_no_longer_the_leaders(signed: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        return_to_reporter(cast("leader"), signed, reason="x")

    assert refused.value.reason == "state"
