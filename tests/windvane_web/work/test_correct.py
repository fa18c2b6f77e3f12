from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import line

from windvane_web.core.action import Refused
from windvane_web.org.models import Role
from windvane_web.work.actions import correct_report
from windvane_web.work.models import Report


def test_an_upheld_appeal_supersedes_the_verified_value(verified: Report, cast: Cast) -> None:
    saved = correct_report(cast("reviewer"), verified, value="98.5", basis="申诉1号")

    assert (saved.value, saved.verified_value, saved.superseded_by_appeal, saved.state) == ("98.5", "98.5", "申诉1号", "verified")
    assert line() == ("report.correct", "reviewer", {"value": "98.5", "basis": "申诉1号"})


def test_a_basis_is_needed(verified: Report, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        correct_report(cast("reviewer"), verified, value="98.5", basis="")


def test_who_had_a_hand_in_it_does_not_correct(verified: Report, cast: Cast) -> None:
    Role.objects.create(user=cast("verifier"), kind="reviewer")

    for name in ("verifier", "office", "reporter"):
        with pytest.raises(Refused) as refused:
            correct_report(cast(name), verified, value="1", basis="x")
        assert refused.value.reason == "stranger"


def test_only_a_verified_value_is_corrected(signed: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        correct_report(cast("reviewer"), signed, value="1", basis="x")

    assert refused.value.reason == "state"
