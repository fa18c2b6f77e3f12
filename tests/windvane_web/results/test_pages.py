"""Pages and downloads: both languages, links from a score to its proof, the snapshot computed again by the command line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.windvane_web.conftest import Cast

from windvane.cli import main
from windvane_web.org.models import Cycle
from windvane_web.results import actions
from windvane_web.results.models import Run
from windvane_web.work.models import Datum

BACKEND = "django.contrib.auth.backends.ModelBackend"
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@pytest.fixture
def as_(client: Client, cast: Cast) -> Callable[[str], Client]:
    def login(name: str) -> Client:
        client.force_login(cast(name), backend=BACKEND)
        return client

    return login


def text(client: Client, url: str, language: str = "zh-hans") -> str:
    client.cookies["django_language"] = language
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(
    published: Run, decided: Callable[[], Run], as_: Callable[[str], Client], language: str
) -> None:
    second = decided()
    client, base = as_("office"), f"/results/runs/{second.pk}"
    client.post("/results/runs", {"reason": "再算"})
    pages = [
        "/results/runs",
        base,
        f"{base}/ranking",
        f"{base}/ranking?class=agency",
        f"{base}/publish",
        f"{base}/decide",
        f"{base}/compare",
    ]
    pages += [f"{base}/units/water", f"{base}/units/water/why/total", f"{base}/units/water/why/bonus", "/results/public"]

    for url in pages:
        page = text(client, url, language)
        assert "模拟数据" in page if language == "zh-hans" else "imulated data" in page, url
        assert "<style" not in page and " style=" not in page, url


def test_from_a_total_to_the_verifier_in_three_clicks(published: Run, as_: Callable[[str], Client]) -> None:
    client, base = as_("reporter"), f"/results/runs/{published.pk}/units/water"

    assert f'href="{base}/why/key_work/t1"' in text(client, base)
    page = text(client, f"{base}/why/key_work/t1")
    assert all(words in page for words in ("完成值", "water竣工验收.pdf", "填报 10，核定 9", "按竣工验收核定", "核验人"))
    assert "2020-03-10" in page  # the objection window


def test_units_see_bodies_and_the_office_sees_names(published: Run, as_: Callable[[str], Client]) -> None:
    url = f"/results/runs/{published.pk}/units/water/why/execution"

    assert "省财政厅" in text(as_("reporter"), url)
    assert "finance（省财政厅）" in text(as_("office"), url)
    assert "finance（" not in text(as_("reporter"), url)


def test_a_ledger_entry_names_its_document_and_both_people(published: Run, as_: Callable[[str], Client]) -> None:
    client, base = as_("office"), f"/results/runs/{published.pk}/units/water"
    link = re.search(rf'{base}/why/bonus/[^"]+', text(client, base))
    assert link is not None

    page = text(client, link[0])
    assert "水保〔2019〕203号" in page and "录入人 office" in page and "审批人 office2" in page


def test_an_unknown_node_or_entry_is_not_found(published: Run, as_: Callable[[str], Client]) -> None:
    client, base = as_("office"), f"/results/runs/{published.pk}/units"

    for url in (f"{base}/water/why/nothing", f"{base}/water/why/key_work/t9", f"{base}/nobody"):
        assert client.get(url).status_code == 404


def test_problems_are_listed_in_words(year: Cycle, scored: Callable[[], Run], as_: Callable[[str], Client]) -> None:
    Datum.objects.filter(unit__code="water").update(value="120")
    run = scored()

    assert "1 处错误，未计分" in text(as_("office"), f"/results/runs/{run.pk}")
    assert as_("office").get(f"/results/runs/{run.pk}/ranking").status_code == 404


def test_forms_start_decide_and_publish(year: Cycle, scored: Callable[[], Run], as_: Callable[[str], Client]) -> None:
    run = scored()
    base = f"/results/runs/{run.pk}"

    assert as_("office").post("/results/runs", {"reason": ""}).status_code == 200
    assert as_("office").post("/results/runs", {"reason": "再算"}).status_code == 302
    assert as_("committee").post(f"{base}/decide", {"opinion": "同意"}).status_code == 302
    assert as_("committee").post(f"{base}/publish", {"audience": "unit"}).status_code == 403
    assert as_("office").post(f"{base}/publish", {"audience": "unit", "until": "2020-03-10"}).status_code == 302
    assert as_("office").post(f"{base}/decide", {"opinion": "同意"}).status_code == 403
    assert as_("committee").post(f"{base}/decide", {"opinion": "同意"}).status_code == 409
    assert Run.objects.get(pk=run.pk).state == "published"


def test_two_runs_are_compared_line_by_line(published: Run, decided: Callable[[], Run], as_: Callable[[str], Client]) -> None:
    Datum.objects.filter(unit__code="water").update(value="98")
    second = decided()

    page = text(as_("office"), f"/results/runs/{second.pk}/compare")

    row = page[page.index("省水利厅") :]
    row = CHINESE.sub("", re.sub(r"<[^>]+>", " ", row[: row.index("</tr>")]))
    assert re.sub(r"\s+", " ", row).strip().startswith("3 → 3 91.30 → 93.70 +2.40")
    assert "36.8 → 39.2" in row
    assert "省监狱局" not in page


def test_the_snapshot_gives_the_same_digest_on_the_command_line(published: Run, as_: Callable[[str], Client], tmp_path: Path) -> None:
    content = as_("auditor").get(f"/results/runs/{published.pk}/snapshot.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "taken")
    folder = next((tmp_path / "taken").iterdir())

    printed = CliRunner().invoke(main, ["score", str(folder), "--json", "--no-files"])

    assert printed.exit_code == 0, printed.output
    found = json.loads(printed.output)
    assert found["digests"]["result"] == published.digest
    assert found["digests"]["facts"] == published.snapshot.facts_digest  # type: ignore[union-attr]  # a published run has one
    assert found["simulated"] is True


def test_opened_data_are_public_and_complete(decided: Callable[[], Run], cast: Cast, client: Client) -> None:
    run = actions.publish(cast("office"), decided(), audience="public", open_data=True)
    publication = run.publications.get()

    opened = client.get(f"/results/public/{publication.pk}/snapshot.zip")
    assert opened.status_code == 200 and opened["Content-Disposition"].startswith("attachment")
    names = {Path(name).name for name in zipfile.ZipFile(io.BytesIO(opened.content)).namelist()}
    assert names == {"scheme.yaml", "units.csv", "facts.csv", "entries.csv", "books.csv", "SIMULATED.txt", "README.txt"}
    table = client.get(f"/results/public/{publication.pk}/ranking.csv").content.decode("utf-8-sig").splitlines()
    assert table[0] == "类别,名次,单位,总分,等次,模拟数据"
    assert "党群部门,1,省委宣传部,100.00,优秀,是" in table


def test_the_ranking_comes_as_workbook_and_csv(published: Run, as_: Callable[[str], Client]) -> None:
    client, base = as_("governor"), f"/results/runs/{published.pk}"

    assert client.get(f"{base}/ranking.xlsx").content[:2] == b"PK"
    assert client.get(f"{base}/ranking.csv").content.decode("utf-8-sig").startswith("unit,zh,en,class,rank")


def test_pages_cost_the_same_for_one_run_and_three(scored: Callable[[], Run], as_: Callable[[str], Client]) -> None:
    client, first = as_("office"), scored()
    pages = ["/results/runs", f"/results/runs/{first.pk}/ranking", f"/results/runs/{first.pk}/units/water"]
    for url in pages:
        text(client, url)  # what is kept in memory is there now

    def costs() -> list[int]:
        found = []
        for url in pages:
            with CaptureQueriesContext(connection) as queries:
                text(client, url)
            found.append(len(queries))
        return found

    before = costs()
    scored()
    scored()

    assert costs() == before


def test_a_draft_waits_on_the_desk_of_the_committee(scored: Callable[[], Run], as_: Callable[[str], Client]) -> None:
    link = f"/results/runs/{scored().pk}/decide"

    assert link in text(as_("committee"), "/")
    assert link not in text(as_("office"), "/")
