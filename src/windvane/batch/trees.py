"""Trees of plain means over leaves without gaps: one weight a leaf says what the whole tree does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from windvane.batch.arrays import Floats, Places
from windvane.formula import Call, Name, Number, to_text
from windvane.plan import Plan, Step
from windvane.scheme import ROOT

_KINDS: Final = ("mean", "sum", "geometric")


@dataclass(frozen=True, slots=True)
class Level:
    """Parents that can be opened together: the edges to their parts, parents in a row; ``starts``: the first edge of each parent."""

    edges: slice
    starts: Places
    parent: Places  # of each edge, among the nodes
    order: Places  # of each edge's parent, among the parents of the level
    child: Places
    shares: Floats  # (edges, 1): 1 where the parent divides by the sum of weights


@dataclass(frozen=True, slots=True)
class PlainTree:
    """``edges``: part and weight, level by level. ``geometric``: means are of logarithms. ``said``: what leaves do, as one text."""

    edges: tuple[tuple[str, float], ...]
    levels: tuple[Level, ...]
    nodes: int
    leaves: tuple[str, ...]
    leaf_nodes: Places
    geometric: bool
    said: str
    shape: tuple[tuple[str, ...], ...]


def plain_tree(plan: Plan, cls: str) -> PlainTree | None:
    """Return the tree below the root where it is made of means and sums alone, or of geometric means alone."""
    steps = plan.index[cls]
    depth = _depths(steps)
    if not all(_is_fixed(steps[code]) for code in depth) or not steps[ROOT].parts:
        return None
    kinds = {code: _kind(steps[code]) for code in depth if steps[code].parts}
    geometric = set(kinds.values()) == {"geometric"}
    if not (geometric or set(kinds.values()) <= {"mean", "sum"}):
        return None
    place = {code: i for i, code in enumerate(depth)}
    parents = sorted(kinds, key=lambda code: depth[code])
    edges = [(parent, part) for parent in parents for part in steps[parent].parts]
    leaves = tuple(code for code in depth if not steps[code].parts)
    return PlainTree(
        edges=tuple((part, _weight(steps[part])) for _, part in edges),
        levels=tuple(_levels(edges, depth, place, kinds)),
        nodes=len(place),
        leaves=leaves,
        leaf_nodes=np.array([place[leaf] for leaf in leaves], np.intp),
        geometric=geometric,
        said="\n".join(map(_said, (steps[leaf] for leaf in leaves))),
        shape=tuple((parent, part, "sum" if kinds[parent] == "sum" else "") for parent, part in edges),
    )


def _depths(steps: Mapping[str, Step]) -> dict[str, int]:
    """The nodes from the root down, each with its longest way from there."""
    found: dict[str, int] = {}

    def visit(code: str, depth: int) -> None:
        if found.get(code, -1) < depth:
            found[code] = depth
            for part in steps[code].parts:
                visit(part, depth + 1)

    visit(ROOT, 0)
    return found


def _levels(edges: Sequence[tuple[str, str]], depth: Mapping[str, int], place: Mapping[str, int], kinds: Mapping[str, str]) -> list[Level]:
    found, start = [], 0
    for _, some in groupby(edges, key=lambda edge: depth[edge[0]]):
        mine = list(some)
        parents = list(dict.fromkeys(parent for parent, _ in mine))
        order = [parents.index(parent) for parent, _ in mine]
        starts = [order.index(i) for i in range(len(parents))]
        shares = [[float(kinds[parent] != "sum")] for parent, _ in mine]
        places = (np.array([place[edge[side]] for edge in mine], np.intp) for side in (0, 1))
        parent, child = places
        found.append(Level(slice(start, start + len(mine)), np.array(starts), parent, np.array(order), child, np.array(shares)))
        start += len(mine)
    return found


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


def _said(step: Step) -> str:
    formulas = [to_text(expr) for expr in (*(expr for _, expr in step.node.formula.where), step.node.formula.expr)]
    return f"{step.code} {formulas} {sorted(step.params.items())} {step.full} {step.node.better} {step.node.missing}"


def leaf_weights(tree: PlainTree, weights: Mapping[str, Floats], draws: int) -> Floats:
    """What each leaf counts in the total, (draws, leaves): the product of the shares above it, summed over its parents."""
    rows = np.empty((len(tree.edges), draws))
    for row, (part, weight) in zip(rows, tree.edges, strict=True):
        row[:] = weights.get(part, weight)
    found = np.zeros((tree.nodes, draws))
    found[0] = 1.0
    for level in tree.levels:
        mine = rows[level.edges]
        over = np.add.reduceat(mine, level.starts, axis=0)[level.order]
        share = mine / over if level.shares.all() else np.where(level.shares > 0, mine / over, 1.0)
        np.add.at(found, level.child, share * found[level.parent])
    return found[tree.leaf_nodes].T


def totals(tree: PlainTree, points: Floats, weight: Floats, edges: Sequence[int]) -> Floats:
    """(replications, units), from points (sets | 1, leaves, units) and the weights of leaves (replications, leaves).

    The replications ``edges[d] : edges[d + 1]`` take data set d.
    """
    found = np.empty((len(weight), points.shape[2]))
    rows = np.log(points) if tree.geometric else points
    for d, (start, stop) in enumerate(pairwise(edges)):
        np.matmul(weight[start:stop], rows[min(d, len(rows) - 1)], out=found[start:stop])
    return np.exp(found, out=found) if tree.geometric else found


def is_whole(tree: PlainTree, points: Floats) -> bool:
    """Whether nothing is missing and, for geometric means, everything is above zero."""
    return bool(points.min() > 0) if tree.geometric else not bool(np.isnan(points).any())
