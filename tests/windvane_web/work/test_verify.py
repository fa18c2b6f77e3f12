from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from tests.windvane_web.conftest import Cast
from tests.windvane_web.work.conftest import line

from windvane_web.core.action import Refused
from windvane_web.org.models import Role, User
from windvane_web.work.actions import verify
from windvane_web.work.models import Report


def test_the_reported_value_is_accepted(signed: Report, cast: Cast) -> None:
    saved = verify(cast("verifier"), signed)

    assert (saved.state, saved.value, saved.verified_value, saved.verifier) == ("verified", "98.5", "98.5", cast("verifier"))
    assert line() == ("report.verify", "verifier", {})


def test_another_value_stands_beside_the_reported_one_with_its_reason(signed: Report, cast: Cast) -> None:
    saved = verify(cast("office"), signed, value="95公里", note="3.5公里尚未验收")

    assert (saved.value, saved.verified_value, saved.note) == ("98.5", "95", "3.5公里尚未验收")
    assert line() == ("report.verify", "office", {"value": "95公里", "note": "3.5公里尚未验收"})


def test_another_value_needs_a_reason(signed: Report, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        verify(cast("verifier"), signed, value="95")

    assert Report.objects.get().state == "signed"


@pytest.mark.parametrize("name", ["reporter", "leader", "stranger", "finance", "auditor", "governor"])
def test_others_do_not_verify(signed: Report, cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        verify(cast(name), signed)

    assert refused.value.reason == "stranger"


def test_nobody_verifies_the_own_unit(signed: Report, cast: Cast) -> None:
    User.objects.filter(username="verifier").update(unit=cast.units["water"])

    with pytest.raises(Refused) as refused:
        verify(cast("verifier"), signed)

    assert refused.value.reason == "stranger"


@pytest.mark.parametrize("field", ["reporter", "signer"])
def test_nobody_verifies_what_they_reported_or_signed(signed: Report, cast: Cast, field: str) -> None:
    Report.objects.update(**{field: cast("office")})

    with pytest.raises(Refused) as refused:
        verify(cast("office"), signed)

    assert refused.value.reason == "stranger"


def test_the_database_refuses_a_verifier_who_reported(signed: Report, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(verifier=cast("reporter"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(state="verified")


def test_a_verifier_of_another_component_is_a_stranger(signed: Report, cast: Cast) -> None:
    Role.objects.filter(user=cast("verifier")).update(component="law")

    with pytest.raises(Refused) as refused:
        verify(cast("verifier"), signed)

    assert refused.value.reason == "stranger"


def test_a_draft_is_not_verified(report: Report, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        verify(cast("verifier"), report)

    assert refused.value.reason == "state"
