"""Statistics of a class too large to be held at once: gathered span by span, then put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final, Protocol, TypeVar

import numpy as np

from windvane.arrays import Floats, Marks, constant
from windvane.blocks import Block
from windvane.formula import Binary, Expr, Name, Negate
from windvane.peers import Peers, spread
from windvane.views import View

_EXTREMES: Final = ("class_lowest", "class_highest")
_MOMENTS: Final = ("class_mean", "class_sd", "class_count")
Span = tuple[int, int]
A = TypeVar("A")
B = TypeVar("B")


class Mapper(Protocol):
    """``map``, perhaps in several threads."""

    def __call__(self, function: Callable[[A], B], over: Iterable[A], /) -> Iterable[B]: ...


@dataclass(frozen=True)
class Gathered:
    """Peers known by their sums. ``squares`` is about ``centre``."""

    lowest: Floats
    highest: Floats
    n: Floats
    total: Floats
    squares: Floats
    centre: Floats
    refused: Marks | None = None

    @cached_property
    def mean(self) -> Floats:
        return self.centre + np.where(self.n > 0, self.total / np.maximum(self.n, 1), np.nan)

    @cached_property
    def sd(self) -> Floats:
        off = self.total / np.maximum(self.n, 1)
        return spread(self, np.maximum(self.squares - self.n * off**2, 0.0))

    @property
    def values(self) -> Floats:
        raise LookupError("the values of a class that was gathered span by span are not kept")


def can_gather(block: Block) -> bool:
    """Whether the statistics of a block need no more than extremes and sums of facts."""
    if block.first.node.missing == "class_mean":
        return False
    return all(call.function in _EXTREMES + _MOMENTS and fact_of(call.args[0], block) for call in block.statistics)


def fact_of(argument: Expr, block: Block) -> str:
    """The fact that an argument is, or whose negative it is."""
    match argument:
        case Name(name) | Negate(Name(name)) | Binary("*", Name("sign"), Name(name)) | Binary("*", Name(name), Name("sign")):
            return name if block.reads_fact(name) else ""
    return ""


def gather(view: View, block: Block, spans: Iterable[Span], run: Mapper) -> Mapping[tuple[Block, str], Peers]:
    """Compute the statistics that a block asks for. ``run`` maps a function over the spans, in threads if it likes."""
    asked: dict[str, set[str]] = {}
    for call in block.statistics:
        asked.setdefault(fact_of(call.args[0], block), set()).add(call.function)
    found: dict[tuple[Block, str], Peers] = {}
    for fact, functions in asked.items():
        keys = [(code, fact) for code in block.codes]
        centre = _centre(view, keys) if functions & set(_MOMENTS) else None
        parts = list(run(partial(_part, view, keys, centre), spans))
        found[block, fact] = _together(parts)
    return found


def _centre(view: View, keys: list[tuple[str, str]]) -> Floats:
    """A number near the values, so that sums of squares keep their digits."""
    x = view.span(0, min(view.size, 1000)).read(keys).x
    highest = np.fmax.reduce(x, axis=-1, keepdims=True)
    return np.where(np.isfinite(highest), highest, 0.0)


def _part(whole: View, keys: list[tuple[str, str]], centre: Floats | None, span: Span) -> Gathered:
    view = whole.span(*span)
    x = view.bridged(keys) if centre is None else None  # what stands in a gap is nobody's extreme
    x = view.read(keys).x if x is None else x
    if not view.all_compete:
        x = x[..., np.flatnonzero(np.broadcast_to(view.competes, x.shape[-1:]))]
    if x.shape[-1] == 0:
        x = np.full((*x.shape[:-1], 1), np.nan)
    lowest, highest = (choose.reduce(x, axis=-1, keepdims=True) for choose in (np.fmin, np.fmax))
    if centre is None:
        none = constant(np.nan)
        return Gathered(lowest, highest, none, none, none, none)
    off = x - centre
    gap = np.isnan(off)
    off[gap] = 0.0
    n = (x.shape[-1] - gap.sum(axis=-1, keepdims=True)).astype(float)
    return Gathered(lowest, highest, n, off.sum(axis=-1, keepdims=True), (off * off).sum(axis=-1, keepdims=True), centre)


def _together(parts: list[Gathered]) -> Gathered:
    lowest = np.fmin.reduce([p.lowest for p in parts])
    highest = np.fmax.reduce([p.highest for p in parts])
    n, total, squares = (np.sum(a, axis=0) for a in ([p.n for p in parts], [p.total for p in parts], [p.squares for p in parts]))
    return Gathered(lowest, highest, n, total, squares, parts[0].centre)
