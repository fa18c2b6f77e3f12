"""The long work of this app: computing a run."""

from __future__ import annotations

from typing import Any

from windvane_web.core.jobs import Progress, job
from windvane_web.results.models import Run
from windvane_web.results.scoring import STEPS, execute

SCORE = "results.score"


@job(SCORE)
def score(progress: Progress, run: int) -> dict[str, Any]:
    """Compute one run. What the data get wrong is kept with the run; only a fault of the program fails the job."""
    found = execute(Run.objects.get(pk=run), lambda step: progress(STEPS.index(step), len(STEPS)))
    return {"state": found.state, "digest": found.digest}
