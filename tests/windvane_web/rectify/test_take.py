"""appeal.take: a reviewer who had no part in the facts takes an appeal up."""

from __future__ import annotations

import pytest
from tests.windvane_web.conftest import Cast
from tests.windvane_web.rectify.conftest import last_line, refusal

from windvane_web.core.permission import allowed
from windvane_web.org.models import Role, Unit, User
from windvane_web.rectify import actions
from windvane_web.rectify.models import Appeal
from windvane_web.results.models import Placed
from windvane_web.work.models import Datum, LedgerEntry


def test_a_reviewer_takes_it_up(appeal: Appeal, cast: Cast) -> None:
    appeal = actions.take(cast("reviewer"), appeal)

    assert (appeal.state, appeal.reviewer) == ("reviewing", cast("reviewer"))


def test_a_stranger_cannot(appeal: Appeal, cast: Cast) -> None:
    for name in ["office", "committee", "verifier", "leader", "auditor", "security"]:
        assert (name, refusal(actions.take, cast(name), appeal)) == (name, "stranger")


def test_nobody_of_the_unit_reviews(appeal: Appeal, units: dict[str, Unit], cast: Cast) -> None:
    User.objects.filter(username="reviewer").update(unit=units["water"])

    assert refusal(actions.take, cast("reviewer"), appeal) == "stranger"


@pytest.mark.parametrize("name", ["reporter", "leader", "verifier"])
def test_nobody_reviews_a_report_they_had_a_hand_in(appeal: Appeal, cast: Cast, name: str) -> None:
    User.objects.filter(username=name).update(unit=None)
    Role.objects.create(user=cast(name), kind="reviewer")

    assert refusal(actions.take, cast(name), appeal) == "stranger"


@pytest.mark.parametrize("name", ["office", "office2"])
def test_nobody_reviews_a_ledger_entry_they_entered_or_approved(card: Placed, bonus: LedgerEntry, cast: Cast, name: str) -> None:
    appeal = actions.file(cast("reporter"), card, node="bonus", entry=f"bonus_{bonus.pk}", fact="amount", reason="应记 1 分")
    Role.objects.create(user=cast(name), kind="reviewer")

    assert refusal(actions.take, cast(name), appeal) == "stranger"
    assert actions.take(cast("reviewer"), appeal).state == "reviewing"


def test_nobody_of_the_provider_reviews_its_datum(card: Placed, units: dict[str, Unit], cast: Cast) -> None:
    appeal = actions.file(cast("reporter"), card, node="execution", reason="应为 95")
    User.objects.filter(username="reviewer").update(unit=units["finance"])

    assert (Datum.objects.get(unit=units["water"]).entered_by, refusal(actions.take, cast("reviewer"), appeal)) == (
        cast("finance"),
        "stranger",
    )


def test_only_what_is_not_taken(taken: Appeal, cast: Cast) -> None:
    for state in ["reviewing", "upheld", "dismissed"]:
        Appeal.objects.update(state=state)
        assert refusal(actions.take, cast("reviewer"), taken) == "state"


def test_the_audit_line_is_exact(taken: Appeal) -> None:
    assert last_line() == ("reviewer", "appeal.take", "省水利厅 · key_work/t1", {})


def test_the_list_costs_the_same_for_one_and_three(
    appeal: Appeal, card: Placed, bonus: LedgerEntry, cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    person = cast("reviewer")
    assert person.role_list

    for more in ([], [{"node": "execution"}, {"node": "bonus", "entry": f"bonus_{bonus.pk}", "fact": "amount"}]):
        for line in more:
            actions.file(cast("reporter"), card, reason="有误", **line)
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture that is a context manager
            assert len(allowed(person, "appeal.take")) == 1 + len(more)
