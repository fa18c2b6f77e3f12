from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import line

from windvane_web.core.action import Refused
from windvane_web.core.models import Notice
from windvane_web.work.actions import draft, return_report, submit
from windvane_web.work.models import Report


def test_the_reason_is_in_the_audit_trail_and_with_the_reporter(signed: Report, cast: Cast) -> None:
    saved = return_report(cast("verifier"), signed, reason="附件缺页")

    assert (saved.state, saved.note, saved.signer) == ("returned", "附件缺页", None)
    assert line() == ("report.return", "verifier", {"reason": "附件缺页"})
    assert "附件缺页" in Notice.objects.get(person=cast("reporter")).text


def test_a_returned_report_is_mended_and_goes_the_same_way(signed: Report, cast: Cast) -> None:
    returned = return_report(cast("verifier"), signed, reason="附件缺页")

    draft(cast("reporter"), returned, value="97")

    assert submit(cast("reporter"), returned).state == "submitted"


def test_a_reason_is_needed(signed: Report, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        return_report(cast("verifier"), signed, reason="")


def test_a_stranger_returns_nothing(signed: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        return_report(cast("leader"), signed, reason="x")

    assert refused.value.reason == "stranger"


def test_a_verified_report_is_not_returned(verified: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        return_report(cast("verifier"), verified, reason="x")

    assert refused.value.reason == "state"
