"""Accounts are made by the security administrator; nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NoSignup(DefaultAccountAdapter):  # type: ignore[misc, no-any-unimported]  # allauth is not typed
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
