"""Variants: the same units scored under several schemes, data sets and weights, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from windvane.batch.arrays import Floats, keep_memory
from windvane.batch.blocks import Block, blocks, remembered
from windvane.batch.chunks import Chunk
from windvane.batch.columns import Columns
from windvane.batch.stages import run_block
from windvane.batch.standings import Ranks, standing
from windvane.batch.trees import PlainTree, is_whole, leaf_weights, plain_tree, totals
from windvane.batch.views import class_view
from windvane.plan import Plan
from windvane.scheme import ROOT

Picks: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True)
class VariantScores:
    """What every replication gave: ``points`` by node and ``ranks``, both (replications, units)."""

    points: Mapping[str, Floats] = field(repr=False)
    ranks: Ranks = field(repr=False)

    @property
    def total(self) -> Floats:
        return self.points[ROOT]


@dataclass(frozen=True)
class Variants:
    """Schemes to choose from, and data sets of the same units to choose from (treated, imputed, … in different ways).

    The schemes have the same classes; the first decides about ties.
    """

    plans: tuple[Plan, ...]
    columns: tuple[Columns, ...]

    def score(
        self,
        plan: Sequence[int] | Picks,
        data: Sequence[int] | Picks,
        weights: Mapping[str, Floats] | None = None,
        *,
        keep: Iterable[str] = (),
    ) -> VariantScores:
        """Score replications: each has a scheme and a data set, by place, and its own weights, (replications,) by node.

        Means of means over leaves without gaps need no walk through the tree: the weights of all replications are first
        multiplied down to the leaves. Everything else is scored as ``score_draws`` does.
        """
        keep_memory()
        plans, sets, own = np.asarray(plan, np.intp), np.asarray(data, np.intp), weights or {}
        policy, first = self.plans[0].scheme.ranking, self.columns[0]
        codes = tuple(dict.fromkeys([ROOT, *keep, *policy.breakers]))
        points = {code: np.full((plans.size, len(first.units)), np.nan) for code in codes}
        exact = np.full_like(points[ROOT], np.nan) if policy.exact else points[ROOT]
        ranks: Ranks = np.zeros(exact.shape, np.int32)
        with np.errstate(all="ignore"):
            for cls in first.inhabited(self.plans[0]):
                self._score_class(cls, plans, sets, own, points, exact)
                at = first.members[cls]
                keys = [np.where(first.competes[at], exact[:, at], np.nan)]
                keys += [np.nan_to_num(points[code][:, at], nan=-1e9) for code in policy.breakers]
                ranks[:, at] = standing(keys, dense=policy.dense).ranks
        return VariantScores(points, ranks)

    def _score_class(
        self, cls: str, plans: Picks, sets: Picks, weights: Mapping[str, Floats], points: Mapping[str, Floats], exact: Floats
    ) -> None:
        at = self.columns[0].members[cls]
        shares: dict[object, Floats] = {}
        leaves: dict[str, Floats | None] = {}
        for p, plan in enumerate(self.plans):
            chosen = np.flatnonzero(plans == p)
            chosen = chosen[np.argsort(sets[chosen], kind="stable")]
            tree = _tree(plan, cls) if len(points) == 1 else None
            if tree is not None and chosen.size and tree.said not in leaves:
                leaves[tree.said] = self._leaves(plan, cls, tree)
            rows = leaves.get(tree.said) if tree is not None else None
            if tree is None or rows is None or not is_whole(tree, rows):
                self._walk(plan, cls, chosen, sets, weights, points, exact)
                continue
            if tree.shape not in shares:
                shares[tree.shape] = leaf_weights(tree, weights, plans.size)
            edges = np.searchsorted(sets[chosen], np.arange(len(self.columns) + 1)).tolist()
            exact[chosen, at] = points[ROOT][chosen, at] = totals(tree, rows, shares[tree.shape][chosen], edges)

    def _leaves(self, plan: Plan, cls: str, tree: PlainTree) -> Floats | None:
        """The points of the leaves, (sets | 1, leaves, units); None where they read more than their own facts."""
        if self._stacked is None:
            return None
        chunk = Chunk(class_view(self._stacked, cls))
        for block in remembered(plan, (cls, "leaves"), lambda: _leaf_blocks(plan, cls, tree.leaves)):
            run_block(chunk, block)
        return chunk.parts(tree.leaves).merged.cells.x if all(leaf in chunk.points for leaf in tree.leaves) else None

    @cached_property
    def _stacked(self) -> Columns | None:
        """All data sets one above the other, each as if it were a draw; None where they are not alike."""
        first = self.columns[0]
        plain = all(o.rows == first.rows and not (o.gaps or o.marks or o.entries) for o in self.columns)
        return replace(first, table=np.concatenate([o.table for o in self.columns])) if plain else None

    def _walk(
        self, plan: Plan, cls: str, chosen: Picks, sets: Picks, weights: Mapping[str, Floats], points: Mapping[str, Floats], exact: Floats
    ) -> None:
        """Score replications node by node, data set by data set."""
        at = self.columns[0].members[cls]
        for d in np.unique(sets[chosen]):
            mine = chosen[sets[chosen] == d]
            chunk = Chunk(class_view(self.columns[d], cls), weights={code: values[mine] for code, values in weights.items()})
            for block in remembered(plan, (cls, "all"), lambda: blocks(plan, cls)):
                run_block(chunk, block)
            for code, found in points.items():
                found[mine, at] = chunk.cells(code).x[:, 0]
            exact[mine, at] = chunk.exact(ROOT).x[:, 0]


def _tree(plan: Plan, cls: str) -> PlainTree | None:
    return remembered(plan, (cls, "tree"), lambda: plain_tree(plan, cls))


def _leaf_blocks(plan: Plan, cls: str, leaves: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of leaves that read nothing but facts, with leaves in their order."""
    place = {leaf: i for i, leaf in enumerate(leaves)}
    order = [place.get(step.code, len(place)) for step in plan.classes[cls]]
    return tuple(b for b in blocks(plan, cls, lambda block: block.first.code in place, order) if b.first.code in place and not b.needs)
