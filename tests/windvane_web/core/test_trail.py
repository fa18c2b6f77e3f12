"""The trail is read by auditors, exported safely, and shown broken when it is."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.core.audit import Deed, append
from windvane_web.core.checkpoints import faults, public_key, sign
from windvane_web.core.models import GENESIS, Entry, Head
from windvane_web.org.models import Cycle

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def folder(settings: pytest.FixtureRequest, tmp_path: Path) -> Path:
    settings.AUDIT_FOLDER = tmp_path  # type: ignore[attr-defined]  # the settings fixture of pytest-django
    return tmp_path


@pytest.fixture
def lines(cast: Cast, cycle: Cycle) -> list[Entry]:
    return append(
        [Deed(cast("office"), "cycle.move", cycle, {"phase": "tracking"}), Deed(cast("office2"), "cycle.move", cycle, {"note": "=1+1"})]
    )


def rewritten(keep: int) -> None:
    """Cut the end of the chain off, as someone with the database file could."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER core_entry_no_delete" if connection.vendor == "sqlite" else "ALTER TABLE core_entry DISABLE TRIGGER USER"
        )
    Entry.objects.filter(number__gt=keep).delete()
    last = Entry.objects.order_by("-number").first()
    Head.objects.update(number=keep, digest=last.digest if last else GENESIS)


@pytest.mark.parametrize("who", ["auditor"])
def test_auditors_read_and_filter(client: Client, cast: Cast, lines: list[Entry], who: str) -> None:
    client.force_login(cast(who), backend=BACKEND)

    assert [one.number for one in client.get("/audit").context["page"]] == [2, 1]
    assert [one.number for one in client.get("/audit?who=office2").context["page"]] == [2]
    assert [one.number for one in client.get("/audit?verb=none").context["page"]] == []
    assert client.get("/audit?from=2019-13-99&to=nonsense").status_code == 200


@pytest.mark.parametrize("who", ["office", "reporter", "security"])
@pytest.mark.parametrize("path", ["/audit", "/audit/file", "/audit/check"])
def test_others_do_not(client: Client, cast: Cast, who: str, path: str) -> None:
    client.force_login(cast(who), backend=BACKEND)

    assert client.get(path).status_code == 403


def test_the_export_holds_what_the_page_shows(client: Client, cast: Cast, lines: list[Entry]) -> None:
    client.force_login(cast("auditor"), backend=BACKEND)

    answer = client.get("/audit/file?who=office2")

    text = answer.content.decode("utf-8-sig")
    assert (answer["X-Content-Type-Options"], answer["Content-Disposition"]) == ("nosniff", 'attachment; filename="audit.csv"')
    assert len(text.strip().splitlines()) == 2
    assert "office2" in text


def test_formulas_in_names_are_text_in_the_export(client: Client, cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.update(zh="=cmd|'/c calc'!A0")
    append([Deed(cast("office"), "cycle.move", Cycle.objects.get())])
    client.force_login(cast("auditor"), backend=BACKEND)

    assert ",=cmd" not in client.get("/audit/file").content.decode()


def test_the_check_in_words(client: Client, cast: Cast, lines: list[Entry]) -> None:
    client.force_login(cast("auditor"), backend=BACKEND)
    assert "记录链完整" in client.get("/audit/check").content.decode()

    Head.objects.update(digest="f" * 64)

    page = client.get("/audit/check").content.decode()
    assert "记录链有 1 处断裂" in page and "链尾与最后一条不符" in page


def test_a_cut_end_is_seen_by_the_checkpoint_alone(lines: list[Entry]) -> None:
    sign()
    assert list(faults(public_key())) == []

    rewritten(keep=1)

    assert [(one.number, one.reason) for one in faults(public_key())] == [(2, "checkpoint")]
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="does not hold in 1 places"):
        call_command("verify_audit", stdout=out, stderr=err)
    assert err.getvalue() == "line 2: checkpoint\n"


def test_a_forged_checkpoint_is_seen(lines: list[Entry], folder: Path) -> None:
    sign()
    path = folder / "checkpoints.jsonl"
    path.write_text(path.read_text().replace('"number": 2', '"number": 1'))

    assert [one.reason for one in faults(public_key())] == ["signature"]


def test_the_key_is_the_owner_s_alone(lines: list[Entry], folder: Path) -> None:
    sign()

    assert (folder / "signing.key").stat().st_mode & 0o777 == 0o600


def test_the_command_says_what_holds(lines: list[Entry]) -> None:
    out = StringIO()
    call_command("sign_audit", stdout=StringIO())

    call_command("verify_audit", stdout=out)

    assert out.getvalue().startswith("2 lines and 1 checkpoints hold")
