"""Settings every test shares: the same examples in every run, and no clock in the verdict."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("windvane", derandomize=True, deadline=None)
settings.load_profile("windvane")
