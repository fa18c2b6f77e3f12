"""Who sees which result: one table of roles, states and audiences; the same for lists, objects and pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.core.permission import allowed
from windvane_web.org.models import Cycle
from windvane_web.results import actions
from windvane_web.results.models import Placed, Run

OWN, OTHER = "water", "transport"
ALL_STATES = {"done", "decided", "published"}
RUNS = {
    "office": ALL_STATES,
    "committee": ALL_STATES,
    "auditor": ALL_STATES,
    "governor": {"decided", "published"},
    **{key: set() for key in ("reporter", "leader", "stranger", "verifier", "finance", "reviewer", "security")},
}
CARDS = {  # states in which the scorecard of ``water`` is seen; a published run is published to units and to the public
    "office": ALL_STATES,
    "committee": ALL_STATES,
    "auditor": ALL_STATES,
    "governor": {"decided", "published"},
    "reporter": {"published"},
    "leader": {"published"},
    **{key: set() for key in ("stranger", "strange_leader", "verifier", "finance", "reviewer", "security")},
}


@pytest.fixture(params=["done", "decided", "published"])
def run(request: pytest.FixtureRequest, scored: Callable[[], Run], cast: Cast) -> Run:
    made = scored()
    if request.param != "done":
        made = actions.decide(cast("committee"), made, opinion="同意")
    if request.param == "published":
        for audience in ("unit", "public"):
            made = actions.publish(cast("office"), made, audience=audience)
    return made


def test_runs_are_seen_by_those_of_the_table(run: Run, cast: Cast) -> None:
    seen = {name: set(allowed(cast(name), "run.see")) for name in RUNS}

    assert seen == {name: {run} if run.state in states else set() for name, states in RUNS.items()}


def test_scorecards_are_seen_by_those_of_the_table(run: Run, cast: Cast) -> None:
    card = Placed.objects.get(unit__code=OWN)

    assert {name for name in CARDS if card in allowed(cast(name), "scorecard.see")} == {
        n for n, states in CARDS.items() if run.state in states
    }


def test_a_unit_sees_no_other_scorecard(run: Run, cast: Cast) -> None:
    mine = {name: set(allowed(cast(name), "scorecard.see").values_list("unit__code", flat=True)) for name in ("reporter", "strange_leader")}

    found = run.state == "published"
    assert mine == {"reporter": {OWN} if found else set(), "strange_leader": {OTHER} if found else set()}


def test_pages_answer_as_the_tables_say(run: Run, cast: Cast, client: Client) -> None:
    base = f"/results/runs/{run.pk}"
    whole = [base, f"{base}/ranking", f"{base}/ranking.csv", f"{base}/snapshot.zip", f"{base}/compare"]
    cards = [f"{base}/units/{OWN}", f"{base}/units/{OWN}/why/total", f"{base}/units/{OWN}/why/key_work/t1"]

    for name in CARDS:
        client.force_login(cast(name), backend="django.contrib.auth.backends.ModelBackend")
        sees, card = run.state in RUNS.get(name, set()), run.state in CARDS[name]
        expected = {**dict.fromkeys(whole, 200 if sees else 404), **dict.fromkeys(cards, 200 if card else 404)}
        expected["/results/runs"] = 200 if RUNS.get(name) else 403
        assert (name, {url: client.get(url).status_code for url in expected}) == (name, expected)


def test_without_login_only_the_public_page_answers(run: Run, client: Client, cycle: Cycle) -> None:
    publication = run.publications.filter(audience="public").first()

    for url in (
        f"/results/runs/{run.pk}/ranking",
        f"/results/runs/{run.pk}/units/{OWN}",
        "/results/runs",
        f"/results/runs/{run.pk}/snapshot.zip",
    ):
        assert client.get(url).status_code == 302
    if publication is None:
        assert client.get(f"/results/public/{run.pk}").status_code == 404
        return
    page = client.get(f"/results/public/{publication.pk}").content.decode()
    assert "省水利厅" in page and "91.30" in page and run.digest in page
    assert "修建堤防" not in page and "竣工验收" not in page and "财预" not in page
    assert "模拟数据" in page
    assert client.get(f"/results/public/{publication.pk}/snapshot.zip").status_code == 404


def test_a_publication_to_units_is_not_a_public_page(published: Run, client: Client) -> None:
    publication = published.publications.get()

    assert client.get(f"/results/public/{publication.pk}").status_code == 404
    assert client.get(f"/results/public/{publication.pk}/ranking.csv").status_code == 404
