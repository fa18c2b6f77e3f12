from __future__ import annotations

import pytest
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import add_report, line

from windvane_web.core.action import Refused
from windvane_web.org.models import Role
from windvane_web.scheme.models import BookTask
from windvane_web.work.actions import sign
from windvane_web.work.models import Report


@pytest.fixture
def submitted(task: BookTask, cast: Cast) -> Report:
    return add_report(task, "submitted", value="98.5", reporter=cast("reporter"))


def test_the_leader_signs(submitted: Report, cast: Cast) -> None:
    saved = sign(cast("leader"), submitted)

    assert (saved.state, saved.signer) == ("signed", cast("leader"))
    assert line() == ("report.sign", "leader", {})


@pytest.mark.parametrize("name", ["strange_leader", "reporter", "verifier", "office"])
def test_only_the_units_own_leader_signs(submitted: Report, cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        sign(cast(name), submitted)

    assert refused.value.reason == "stranger"


def test_who_reported_does_not_sign(submitted: Report, cast: Cast) -> None:
    Role.objects.create(user=cast("reporter"), kind="unit_leader", unit=cast.units["water"])

    with pytest.raises(Refused) as refused:
        sign(cast("reporter"), submitted)

    assert refused.value.reason == "stranger"


def test_a_draft_is_not_signed(report: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        sign(cast("leader"), report)

    assert refused.value.reason == "state"
