"""Every address is known here, and only those listed as public answer without a login."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

PUBLIC = {
    "health", "prefer", "account_login", "account_signup", "account_logout", "account_inactive", "account_reauthenticate",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_email_verification_sent", "mfa_authenticate",
    "account_confirm_login_code", "account_request_login_code",
}  # fmt: skip
PUBLIC_PREFIX = "results:public"


def _routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}", one


ROUTES = dict(_routes())


def _is_public(name: str) -> bool:
    return name in PUBLIC or name.startswith(PUBLIC_PREFIX)


def _arguments(route: URLPattern) -> dict[str, object]:
    kinds = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x", "PathConverter": "x"}
    return {key: kinds.get(type(kind).__name__, "x") for key, kind in route.pattern.converters.items()}


@pytest.mark.parametrize("name", sorted(ROUTES))
@pytest.mark.django_db
def test_a_login_is_required(name: str) -> None:
    try:
        path = reverse(name, kwargs=_arguments(ROUTES[name]))
    except NoReverseMatch:
        pytest.skip("an address of the account library with a token")
    answers = [Client().get(path), Client().post(path)]
    for answer in answers:
        away = answer.status_code == 302 and "/accounts/login" in answer["Location"]
        assert away != _is_public(name) or answer.status_code == 405 or name.startswith(("account_", "mfa_")), (name, answer.status_code)


def test_every_address_has_a_name() -> None:
    assert not [name for name in ROUTES if name.endswith(":None") or name == "None"]
