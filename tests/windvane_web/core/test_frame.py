"""The frame of every page: login first, language, type, what a role sees."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.windvane_web.conftest import Cast


def test_health_needs_no_login(client: Client, db: None) -> None:
    assert client.get("/health").json() == {"ok": True}


def test_a_page_sends_a_stranger_to_the_login(client: Client, db: None) -> None:
    assert client.get("/")["Location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "待办"), ("en", "To do")])
def test_the_desk_in_both_languages(client: Client, cast: Cast, language: str, word: str) -> None:
    client.force_login(cast("office"), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language

    page = client.get("/")

    assert page.status_code == 200
    assert f"<h1>{word}</h1>" in page.content.decode()


def test_preferences_are_kept_and_never_lead_elsewhere(client: Client, cast: Cast) -> None:
    client.force_login(cast("office"), backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post("/prefer", {"language": "en", "type": "large", "next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"
    page = client.get("/").content.decode()
    assert '<html lang="en" data-type="large">' in page


def test_simulated_data_is_marked(client: Client, cast: Cast) -> None:
    client.force_login(cast("office"), backend="django.contrib.auth.backends.ModelBackend")

    assert "模拟数据，单位名称仅表示机构类型" in client.get("/").content.decode()


def test_no_inline_script_or_style(client: Client, cast: Cast) -> None:
    client.force_login(cast("office"), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/")

    assert " style=" not in page.content.decode() and "<style" not in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
