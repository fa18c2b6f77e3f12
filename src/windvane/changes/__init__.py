"""What changed from one scheme to another, in the words of those who are assessed, most important first."""

from __future__ import annotations

from windvane.changes.changes import Change, compare

__all__ = ["Change", "compare"]
