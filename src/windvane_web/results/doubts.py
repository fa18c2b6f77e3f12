"""How sure the ranks are: the same scores drawn again with facts moved within their errors. Never changes an official rank."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from windvane import Ranking
from windvane.batch.draws import score_draws
from windvane.batch.standings import Ranks
from windvane_web.results.engine import KEPT, load
from windvane_web.results.models import Run

DRAWS, SEED = 2000, 2019  # fixed, so that the same snapshot gives the same intervals


@dataclass(frozen=True, slots=True)
class Doubt:
    """Intervals of one unit: its rank at 90 %, its points at 50 % and 90 %."""

    rank: tuple[int, int] | None
    half: tuple[float, float]
    most: tuple[float, float]


def doubts(ranking: Ranking) -> dict[str, Doubt]:
    """Return the intervals of every unit with points; nothing where no fact has an error."""
    facts = ranking.scores.facts
    if not facts.loadings and not any(fact.error for fact in facts.rows):
        return {}
    drawn = score_draws(ranking.scores.plan, facts, DRAWS, SEED)
    found = {}
    for i, unit in enumerate(drawn.units):
        points, ranks = drawn.total[:, i], drawn.ranks[:, i]
        if np.isfinite(points).all():
            low, q1, q3, high = (float(x) for x in np.quantile(points, [0.05, 0.25, 0.75, 0.95]))
            found[unit] = Doubt(_ranks(ranks), (q1, q3), (low, high))
    return found


def _ranks(ranks: Ranks) -> tuple[int, int] | None:
    if not (ranks > 0).all():
        return None
    low, high = np.quantile(ranks, [0.05, 0.95], method="inverted_cdf")
    return int(low), int(high)


_kept: OrderedDict[tuple[int, str], Mapping[str, Doubt]] = OrderedDict()


def doubts_of(run: Run) -> Mapping[str, Doubt]:
    """The same for a run, kept in memory."""
    key = (run.pk, run.digest)
    if key not in _kept:
        _kept[key] = doubts(load(run))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[key]
