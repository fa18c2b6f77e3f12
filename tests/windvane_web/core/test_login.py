"""Signing in: in Chinese, refused in words, paused after five wrong passwords, ended by disabling."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.org.models import User


@pytest.fixture
def person(cast: Cast, settings: pytest.FixtureRequest) -> User:
    settings.AXES_ENABLED = True  # type: ignore[attr-defined]  # the settings fixture of pytest-django
    found = cast("office")
    found.set_password("long-enough-1")
    found.save()
    return found


def sign_in(client: Client, password: str) -> int:
    return client.post("/accounts/login/", {"login": "office", "password": password}).status_code


def test_right_password(client: Client, person: User) -> None:
    assert sign_in(client, "long-enough-1") == 302
    assert client.get("/").status_code == 200


def test_wrong_password_is_refused_in_words(client: Client, person: User) -> None:
    answer = client.post("/accounts/login/", {"login": "office", "password": "wrong"})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_five_wrong_ones_pause_even_the_right_one(client: Client, person: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong")

    answer = client.post("/accounts/login/", {"login": "office", "password": "long-enough-1"})

    assert answer.status_code == 429
    assert "登录已暂停" in answer.content.decode()


def test_nobody_signs_up(client: Client, db: None) -> None:
    assert "不开放注册" in client.get("/accounts/signup/").content.decode()


def test_a_disabled_person_is_out_at_once(client: Client, person: User) -> None:
    sign_in(client, "long-enough-1")

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/nothing-here"])
def test_pages_before_the_login_have_no_script_inline(client: Client, db: None, path: str) -> None:
    page = client.get(path).content.decode()

    assert "<script>" not in page and " style=" not in page


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/password/change/"])
def test_pages_of_the_account(client: Client, person: User, path: str) -> None:
    sign_in(client, "long-enough-1")

    assert client.get(path, follow=True).status_code == 200
