"""Trees of plain means over leaves without gaps: one weight a leaf says what the whole tree does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from windvane.arrays import Floats
from windvane.formula import Call, Name, Number
from windvane.plan import Plan, Step
from windvane.scheme import ROOT

_KINDS: Final = ("mean", "sum", "geometric")


@dataclass(frozen=True, slots=True)
class PlainTree:
    """Parents from the root down with their parts, and the leaves below. ``geometric``: means are of logarithms."""

    parents: tuple[tuple[str, tuple[str, ...]], ...]
    leaves: tuple[str, ...]
    shared: frozenset[str]  # parents whose weights are made shares
    weights: Mapping[str, float]
    geometric: bool


def plain_tree(plan: Plan, cls: str) -> PlainTree | None:
    """Return the tree below the root where it is made of means and sums alone, or of geometric means alone."""
    steps, kinds = plan.index[cls], {}
    parents: list[tuple[str, tuple[str, ...]]] = []
    leaves: dict[str, None] = {}
    for code in _downwards(steps):
        step = steps[code]
        if not _is_fixed(step):
            return None
        if not step.parts:
            leaves[code] = None
            continue
        kinds[code] = _kind(step)
        parents.append((code, step.parts))
    geometric = set(kinds.values()) == {"geometric"}
    if not kinds or not (geometric or set(kinds.values()) <= {"mean", "sum"}):
        return None
    weights = {code: _weight(steps[code]) for _, parts in parents for code in parts}
    return PlainTree(tuple(parents), tuple(leaves), frozenset(c for c, kind in kinds.items() if kind != "sum"), weights, geometric)


def _downwards(steps: Mapping[str, Step]) -> list[str]:
    """The nodes below the root, each after all that it is a part of."""
    done: dict[str, None] = {}

    def visit(code: str) -> None:
        if code not in done:
            for part in steps[code].parts:
                visit(part)
            done[code] = None

    visit(ROOT)
    return list(reversed(done))


def _is_fixed(step: Step) -> bool:
    """Whether a node passes on what its formula gives, with a weight that is a number."""
    node = step.node
    plain = step.floor is None and step.cap is None and step.round is None and node.at_least is None
    weight = node.weight is None or isinstance(node.weight, Number)
    return plain and weight and (not step.parts or bool(_kind(step)))


def _kind(step: Step) -> str:
    match step.node.formula.expr:
        case Call(function, (Name("parts"),)) if function in _KINDS and not step.node.formula.where:
            return function
    return ""


def _weight(step: Step) -> float:
    return float(step.node.weight.value) if isinstance(step.node.weight, Number) else 1.0


def leaf_weights(tree: PlainTree, weights: Mapping[str, Floats], draws: int) -> Floats:
    """What each leaf counts in the total, (draws, leaves): the product of the shares above it, summed over its parents."""
    found: dict[str, Floats | float] = {ROOT: 1.0}
    for code, parts in tree.parents:
        rows = np.array([weights[part] if part in weights else np.full(draws, tree.weights[part]) for part in parts])
        if code not in tree.shared:
            rows = np.ones_like(rows)
        rows *= found[code] / rows.sum(axis=0) if code in tree.shared else found[code]
        for part, row in zip(parts, rows, strict=True):
            found[part] = found[part] + row if part in found else row
    return np.array([np.broadcast_to(found[leaf], (draws,)) for leaf in tree.leaves]).T


def tree_total(tree: PlainTree, weight: Floats, points: Floats) -> Floats:
    """(draws, units): the total from leaf weights (draws, leaves) and points (leaves, units)."""
    if not tree.geometric:
        return weight @ points
    found: Floats = np.exp(weight @ np.log(points))
    return found


def fits(tree: PlainTree, points: Sequence[Floats]) -> bool:
    """Whether nothing is missing and, for geometric means, everything is above zero."""
    return all(bool((p > 0).all()) if tree.geometric else not bool(np.isnan(p).any()) for p in points)
