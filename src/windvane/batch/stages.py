"""A block over all units of a chunk: steps, formula, policy, limits, rounding, as ``scores`` does for one unit at a time."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from windvane.batch import floats
from windvane.batch.arrays import CLOSE, EQUAL, REFUSED, Cells, Flags, Floats, Places, constant, marked
from windvane.batch.blocks import Block
from windvane.batch.chunks import Chunk, Points
from windvane.batch.entry_values import entry_cells
from windvane.batch.floats import Value, cells, evaluate
from windvane.batch.lines import Straight, straight, turned
from windvane.batch.many import Bridged, Line, Many, Piece
from windvane.batch.peers import Peers, Sample
from windvane.batch.views import View
from windvane.formula import Binary, Expr, Listing, Member, Name, Negate, Number

STEEPEST: Final = 1e4  # a line whose offset is more full marks than this would lose digits


def run_block(chunk: Chunk, block: Block) -> None:
    """Compute the points of a block and put them into the chunk."""
    scope = NodeScope(chunk, block, chunk.view)
    line = scope.line
    if line is not None:
        chunk.put(block, Points(scope.stages, scope.weight(), block.full, {}, scope.drawn(line)))
        return
    for name, expr in block.first.node.formula.where:
        scope.steps[name] = scope.spread(cells(evaluate(expr, scope)))
    found = scope.stages()
    chunk.put(block, Points(lambda: found, scope.spread_weight(), block.full, scope.steps))


class NodeScope:
    """Names of a block's formulas: step or parameter, full/weight/sign, fact, then node. ``whole``: the scope that knows the class."""

    def __init__(self, chunk: Chunk, block: Block, view: View, whole: NodeScope | None = None, weighing: bool = False) -> None:
        self.chunk, self.block, self.view, self.whole, self.weighing = chunk, block, view, whole, weighing
        self.steps: dict[str, Cells] = {}
        self.facts: dict[str, Cells] = {}
        self.samples: dict[str | int, Peers] = {}  # by fact, or by the identity of an argument

    def only(self, at: Places) -> NodeScope:
        """The same for some units; what concerns the class is asked of the whole."""
        return NodeScope(self.chunk, self.block, self.view.some(at), self)

    # Names

    def name(self, expr: Name) -> Value:
        name, block = expr.name, self.block
        if name in self.steps:
            return self.steps[name]
        if name in block.params:
            param = block.params[name]
            return tuple(map(Cells, param)) if isinstance(param, tuple) else Cells(param)
        if name in ("parts", "entries"):
            return self.chunk.parts(block.first.parts) if name == "parts" else self.entries
        if name in ("full", "sign"):
            return Cells(block.full if name == "full" else block.sign)
        if name == "weight" and block.first.node.weight is not None and not self.weighing:
            return self.weight()
        if block.reads_node(name):
            return self.chunk.cells(name)
        return _or_one(self.fact(name)) if name == "weight" else self.fact(name)

    def member(self, expr: Member) -> Value:
        if expr.base in ("parts", "entries"):
            return self.chunk.parts(self.block.first.parts, expr.name)
        if expr.base in self.chunk.points:
            points, row = self.chunk.points[expr.base]
            if expr.name in points.steps:
                return points.step(expr.name, slice(row, row + 1))
        return self.view.read([(expr.base, expr.name)])

    def fact(self, name: str) -> Cells:
        if name not in self.facts:
            self.facts[name] = self.view.read([(code, name) for code in self.block.codes])
        return self.facts[name]

    @cached_property
    def entries(self) -> Many:
        table = self.view.entries.get(self.block.first.code)
        if table is None:
            return Many((), Cells(constant(np.nan)))
        found = entry_cells(table, self.chunk.close if self.watching else None)
        return Many((Piece(lambda: found, tuple(range(table.shape[1])), table.weight, table.full, table.exists),), table.empty)

    def weight(self) -> Cells:
        """The weight of each step in its parent; in its own formula ``weight`` is the unit's fact of that name."""
        expr = self.block.first.node.weight
        if expr is None or isinstance(expr, Number):
            return Cells(self.block.weight)
        scope = NodeScope(self.chunk, self.block, self.view, None, weighing=True)
        scope.steps, scope.facts = self.steps, self.facts
        return cells(evaluate(expr, scope))

    def spread_weight(self) -> Cells:
        """The weight, one a step."""
        weight = self.weight()
        return weight if weight.x.shape[1] == len(self.block.steps) else self.spread(weight)

    # The class

    def peers(self, argument: Expr) -> Peers:
        if self.whole is not None:
            return self.whole.peers(argument)
        if id(argument) not in self.samples:
            self.samples[id(argument)] = turned(argument, self) or self.sample(cells(evaluate(argument, self)))
        return self.samples[id(argument)]

    def raw(self, fact: str) -> Peers:
        """The peers of a fact as it was reported."""
        if fact not in self.samples:
            bridged = self.view.bridged([(code, fact) for code in self.block.codes])
            bridged = bridged if bridged is None or self.view.all_compete else bridged[..., self.view.competes]
            self.samples[fact] = Sample(lambda: self.competitors(self.fact(fact)), bridged)
        return self.samples[fact]

    def sample(self, found: Cells) -> Sample:
        return Sample(lambda: self.competitors(found))

    def competitors(self, found: Cells) -> Cells:
        """The values of those who compete."""
        found = self.spread(found)
        return found if self.view.all_compete else found.units(np.flatnonzero(self.view.competes))

    @property
    def competing(self) -> Flags:
        return self.view.competes.reshape(1, 1, -1)

    @cached_property
    def unmarked(self) -> bool:
        """Leaves whose facts are all numbers or missing."""
        return not self.block.needs and not self.block.first.entry and not any(key in self.view.columns.marks for key in self.block.facts)

    # Lines and borders

    @cached_property
    def line(self) -> Straight | None:
        """The straight line that the block is, where nothing bends it afterwards and no digit is lost."""
        formula = self.block.first.node.formula
        if not self.block.is_plain or formula.where or self.block.first.node.at_least or self.block.needs:
            return None
        found = straight(formula.expr, self)
        if found is None or not found.fact or any((code, found.fact) in self.view.columns.marks for code in self.block.codes):
            return None
        fine = np.isfinite(found.slope) & (np.abs(found.offset) <= STEEPEST * np.maximum(self.block.full, 1e-9))
        return found if fine.all() and all((code, found.fact) in self.view.columns.rows for code in self.block.codes) else None

    def drawn(self, line: Straight) -> Line:
        """The line over the facts of the view."""
        keys = [(code, line.fact) for code in self.block.codes]
        rows = self.view.bridged(keys)
        gaps = None if rows is None else self.view.gaps(keys)
        bridged = None if gaps is None else Bridged(*gaps, self.view.bridge(keys))
        skips = self.block.first.node.missing == "skip"
        points = lambda at: self.only(at).stages()[1]  # noqa: E731
        slope, offset = (np.broadcast_to(x, (x.shape[0], len(keys), 1)) for x in (line.slope, line.offset))  # items may be taken one by one
        return Line(self.fact(line.fact).x if rows is None else rows, slope, offset, skips, points, bridged)

    def is_fact(self, name: str) -> bool:
        return self.block.reads_fact(name)

    def is_fixed(self, name: str) -> bool:
        if name in self.block.steps_before:
            return False
        return name in ("full", "sign") or not isinstance(self.block.params.get(name, ()), tuple)

    @property
    def watching(self) -> bool:
        return self.chunk.watching and self.whole is None

    def close(self, near: Flags) -> None:
        self.chunk.close(near)

    def given(self, expr: Expr) -> bool:
        match expr:
            case Number():
                return True
            case Name(name):
                return self.is_fact(name) or (name != "weight" and (name in self.block.params or self.is_fixed(name)))
            case Member(base, name):
                return base not in ("parts", "entries") and (base not in self.chunk.points or name not in self.chunk.points[base][0].steps)
            case Negate(of):
                return self.given(of)
            case Listing(items):
                return all(map(self.given, items))
            case Binary("*", Name("sign"), right):
                return self.given(right)
        return False

    # Stages

    def stages(self) -> tuple[Cells, Cells]:
        """The points before and after rounding."""
        formula = self.block.first.node.formula.expr
        found = self.spread(cells(evaluate(formula, self)))
        raw = self.enough(_finite(found) if self.block.may_overflow else found)
        exact = self.limited(self.settled(raw))
        if self.block.first.round is None:
            return exact, exact
        given = self.block.floor is None and self.block.cap is None and self.given(formula)
        return exact, Cells(floats.half_up(self, given, exact.x, constant(self.block.first.round)), exact.mark)

    def spread(self, found: Cells) -> Cells:
        """One value for each step and unit."""
        shape = (len(self.block.steps), self.view.size)
        mark = None if found.mark is None else np.broadcast_to(found.mark, (found.mark.shape[0], *shape))
        return Cells(np.broadcast_to(found.x, (found.x.shape[0], *shape)), mark)

    def enough(self, raw: Cells) -> Cells:
        """Missing where fewer parts (or entries) are present than ``at_least``; a share counts those that apply."""
        node = self.block.first.node
        if node.at_least is None:
            return raw
        least = cells(evaluate(node.at_least, self)).x
        counts = (self.chunk.parts(self.block.first.parts) if self.block.first.parts else self.entries).counted
        share = (least < 1) & (least > 0) | node.at_least_share
        least = np.where(share, least * (counts.rows - counts.not_due), least)
        if self.watching and not isinstance(node.at_least, Number):
            self.close(np.abs(counts.present - least) <= CLOSE * least)
        few = counts.present < least * (1 - EQUAL)
        return Cells(np.where(few, np.nan, raw.x), raw.mark)

    def settled(self, raw: Cells) -> Cells:
        """Apply the ``missing`` policy. What is not due stays so; what is refused stays refused."""
        policy = self.block.first.node.missing
        if policy == "skip":
            return raw
        gap = np.isnan(raw.x) if raw.mark is None else np.isnan(raw.x) & (raw.mark == 0)
        if not gap.any():
            return raw
        if policy == "zero":
            return Cells(np.where(gap, 0.0, raw.x), raw.mark)
        mean = self.own_mean(raw) if policy == "class_mean" else constant(np.nan)
        fill = gap & ~np.isnan(mean)
        mark = np.where(gap & ~fill, REFUSED, 0 if raw.mark is None else raw.mark)
        return marked(np.where(fill, mean, raw.x), mark.astype(np.uint8))

    def own_mean(self, raw: Cells) -> Floats:
        """Mean of the competing units' points before rounding."""
        if self.whole is None:
            return self.sample(self.limited(raw)).mean
        line = self.whole.line
        assert line is not None
        return self.whole.raw(line.fact).mean * line.slope + line.offset

    def limited(self, points: Cells) -> Cells:
        x = points.x
        if self.block.floor is not None:
            x = np.maximum(x, self.block.floor)
        if self.block.cap is not None:
            x = np.minimum(x, self.block.cap)
        return points if x is points.x else Cells(x, points.mark)


def _finite(points: Cells) -> Cells:
    """What grew beyond all numbers is missing."""
    infinite = np.isinf(points.x)
    return Cells(np.where(infinite, np.nan, points.x), points.mark) if infinite.any() else points


def _or_one(weight: Cells) -> Cells:
    gap = np.isnan(weight.x) if weight.mark is None else np.isnan(weight.x) & (weight.mark == 0)
    return Cells(np.where(gap, 1.0, weight.x), weight.mark)
