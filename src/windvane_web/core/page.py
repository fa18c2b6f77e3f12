"""What every page shows: cycle, language, navigation, the mark of simulated data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    return {}
