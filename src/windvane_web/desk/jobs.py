"""The long work of the desk: making the simulated year."""

from __future__ import annotations

from typing import Any

from windvane_web.core.jobs import Progress, job
from windvane_web.desk import demo

DEMO = "desk.demo"


@job(DEMO)
def make(progress: Progress, size: str) -> dict[str, Any]:
    """Fill the empty database; a second try finds it no longer empty and says so."""
    return {"cycle": demo.build(size, progress=progress).pk}
