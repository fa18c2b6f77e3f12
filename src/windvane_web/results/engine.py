"""The engine on the text of a snapshot: read it as a case folder, check, score, rank. The same way as ``windvane score FOLDER``."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from windvane import PlanError, Problem, Ranking, compile_scheme, rank, score
from windvane.checks import check
from windvane.files.cases import AssessmentCase, read_case
from windvane.problems import WindvaneError, errors
from windvane_web.results.models import Run
from windvane_web.results.queries import content_of

KEPT = 6  # rankings in memory; the province of 94 units takes about 60 MB
Step = Callable[[str], None]


class Altered(WindvaneError):
    """A run computed again does not give the result that was recorded: snapshot or engine have changed."""


def nothing(step: str) -> None:
    """Tell nobody how far the work is."""


def read(content: Mapping[str, str]) -> AssessmentCase | list[Problem]:
    """Read the files of a snapshot; return the case, or everything that is wrong with any of them."""
    with TemporaryDirectory(prefix="windvane-") as folder:
        for name, text in content.items():
            (Path(folder) / Path(name).name).write_bytes(text.encode())
        return read_case(folder)


def judge(case: AssessmentCase, tell: Step = nothing) -> tuple[Ranking | None, list[Problem]]:
    """Check, compile, score, rank; with errors there is no ranking, only problems."""
    tell("check")
    found = check(case.scheme, case.books, case.facts)
    if errors(found):
        return None, found
    tell("score")
    try:
        plan = compile_scheme(case.scheme, case.books)
    except PlanError as error:
        return None, [*found, *error.problems]
    scores = score(plan, case.facts)
    found += [problem for problem in scores.problems if problem not in found]
    tell("rank")
    return (rank(scores) if scores.complete else None), found


_kept: OrderedDict[tuple[int, str], Ranking] = OrderedDict()
_lock = Lock()


def load(run: Run) -> Ranking:
    """Compute a run again from its snapshot and make sure that it is the recorded result; kept in memory by run and digest."""
    key = (run.pk, run.digest)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    ranking = _computed(run)
    with _lock:
        _kept[key] = ranking
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return ranking


def _computed(run: Run) -> Ranking:
    case = read(content_of(run))
    if isinstance(case, list):
        raise Altered("; ".join(problem.say("en") for problem in case))
    ranking, problems = judge(case)
    if ranking is None:
        raise Altered("; ".join(problem.say("en") for problem in errors(problems)))
    if ranking.digest != run.digest:
        raise Altered(f"run {run.pk}: recorded {run.digest}, computed {ranking.digest}")
    return ranking


def forget() -> None:
    """Empty the memory of rankings."""
    with _lock:
        _kept.clear()
