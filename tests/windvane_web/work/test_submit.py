from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import line

from windvane_web.core.action import Refused
from windvane_web.work.actions import draft, submit
from windvane_web.work.models import Report


def test_a_filled_report_goes_to_the_leader(report: Report, cast: Cast) -> None:
    draft(cast("reporter"), report, value="98.5")

    saved = submit(cast("reporter"), report)

    assert (saved.state, saved.reporter) == ("submitted", cast("reporter"))
    assert line() == ("report.submit", "reporter", {})


def test_an_empty_report_is_not_submitted(report: Report, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        submit(cast("reporter"), report)

    assert Report.objects.get().state == "draft"


def test_a_stranger_does_not_submit(report: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        submit(cast("stranger"), report)

    assert refused.value.reason == "stranger"


def test_a_verified_report_is_not_submitted_again(verified: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        submit(cast("reporter"), verified)

    assert refused.value.reason == "state"
