"""The steps of a plan in blocks: leaves with the same formula are computed side by side, one a row."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias, TypeVar, cast

from windvane.batch.arrays import Floats, constant
from windvane.formula import Binary, Call, Expr, Name, Number, class_calls, names, walk
from windvane.keys import STANDARD_FACTS
from windvane.plan import Plan, Resolved, Step, formulas

RESERVED: Final = frozenset({"full", "sign", "weight", "parts", "entries"})
_TAME: Final = frozenset({"+", "-", "<", "<=", ">", ">=", "==", "!=", "mean", "sum", "min", "max", "clip", "round", "count", "band"})
Key: TypeAlias = tuple[str, str]  # indicator, name of a fact


@dataclass(frozen=True, slots=True)
class Reads:
    """What formulas read: plain names, members (base, name), statistics of the class."""

    plain: frozenset[str]
    members: frozenset[Key]
    statistics: tuple[Call, ...]


@dataclass(frozen=True, eq=False)
class Block:
    """Steps that are computed together: one node, or leaves that differ only in numbers. Arrays are (1, steps, 1).

    ``needs``: nodes whose points or steps are read. ``facts``: (indicator, name) of the facts that may be read.
    """

    steps: tuple[Step, ...]
    needs: frozenset[str]
    facts: frozenset[Key]
    statistics: tuple[Call, ...]

    @property
    def first(self) -> Step:
        return self.steps[0]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(step.code for step in self.steps)

    @cached_property
    def full(self) -> Floats:
        return constant(*(float(step.full) for step in self.steps))

    @cached_property
    def sign(self) -> Floats:
        return constant(*(-1.0 if step.node.better == "low" else 1.0 for step in self.steps))

    @cached_property
    def weight(self) -> Floats:
        """The weight in the parent, where it is a number of the scheme."""
        return constant(*(float(step.node.weight.value) if isinstance(step.node.weight, Number) else 1.0 for step in self.steps))

    @cached_property
    def floor(self) -> Floats | None:
        return None if self.first.floor is None else constant(*(float(step.floor or 0) for step in self.steps))

    @cached_property
    def cap(self) -> Floats | None:
        return None if self.first.cap is None else constant(*(float(step.cap or 0) for step in self.steps))

    @cached_property
    def singles(self) -> tuple[Block, ...]:
        """Each step as a block of its own."""
        return tuple(
            Block((step,), self.needs, frozenset(k for k in self.facts if k[0] == step.code), self.statistics) for step in self.steps
        )

    @cached_property
    def may_overflow(self) -> bool:
        """Whether a formula could give more than a number can hold: anything but a plain sum or mean."""
        return any(isinstance(part, Binary | Call) and not _is_tame(part) for expr in formulas(self.first.node) for part in walk(expr))

    @property
    def is_plain(self) -> bool:
        """Whether points are what the formula gives: no limits, no rounding."""
        return self.first.floor is None and self.first.cap is None and self.first.round is None

    @cached_property
    def params(self) -> dict[str, Floats | tuple[Floats, ...]]:
        return {name: _param([step.params[name] for step in self.steps]) for name in self.first.params}

    @cached_property
    def steps_before(self) -> frozenset[str]:
        """Names of the steps computed before the points."""
        return frozenset(name for name, _ in self.first.node.formula.where)

    def reads_node(self, name: str) -> bool:
        """Whether a plain name means the points of another node."""
        return name in self.needs and not _is_own(self.first, name)

    def reads_fact(self, name: str) -> bool:
        """Whether a plain name is a fact of the block's own steps."""
        own = name in self.params or name in self.steps_before or name in RESERVED
        return not own and not self.reads_node(name)

    @property
    def compares(self) -> bool:
        """Whether the points of a unit depend on the other units of its class."""
        return bool(self.statistics) or self.first.node.missing == "class_mean"


def _is_tame(part: Binary | Call) -> bool:
    return part.operator in _TAME if isinstance(part, Binary) else part.function in _TAME


def _param(values: Sequence[Resolved]) -> Floats | tuple[Floats, ...]:
    if isinstance(values[0], tuple):
        return tuple(constant(float(x)) for x in values[0])
    return constant(*(float(v) for v in values if isinstance(v, Fraction)))


def _is_own(step: Step, name: str) -> bool:
    """Whether a name means something of the node itself: a parameter, a step or a fact."""
    node = step.node
    steps = (before for before, _ in node.formula.where)
    return name in step.params or name in STANDARD_FACTS or name in RESERVED or name in node.facts or name in steps


T = TypeVar("T")
_REMEMBERED: Final[dict[int, tuple[weakref.ref[Plan], dict[Hashable, object]]]] = {}


def remembered(plan: Plan, key: Hashable, make: Callable[[], T]) -> T:
    """Make what depends on the plan alone once for each key and as long as the plan lives: small runs would spend their time on it."""
    mine = _REMEMBERED.get(id(plan))
    if mine is None or mine[0]() is not plan:
        place = id(plan)
        mine = _REMEMBERED[place] = (weakref.ref(plan, lambda _: _REMEMBERED.pop(place, None) and None), {})
    if key not in mine[1]:
        mine[1][key] = make()
    return cast(T, mine[1][key])  # the key says what was made


def blocks(plan: Plan, cls: str, split: Callable[[Block], Hashable] = lambda _: None, order: Sequence[int] = ()) -> tuple[Block, ...]:
    """Group the steps of a class; blocks for which ``split`` differs stay apart. They come in an order that serves every need.

    ``order``: a number for each step of the class; leaves of a block are put into this order, which should be that of their facts.
    """
    nodes, known = {step.code for step in plan.classes[cls]}, dict[int, tuple[Expr, Reads]]()
    grouped: dict[Hashable, list[Block]] = {}
    shapes: dict[Hashable, int] = {}
    for step in plan.classes[cls]:
        block = _block(step, nodes, known)
        key = (_shape(step, shapes), split(block)) if _is_groupable(block) else step.code
        grouped.setdefault(key, []).append(block)
    place = {step.code: i for step, i in zip(plan.classes[cls], order, strict=bool(order))}
    return tuple(_grouped(sorted(group, key=lambda block: place.get(block.first.code, 0))) for group in grouped.values())


def _grouped(group: Sequence[Block]) -> Block:
    if len(group) == 1:
        return group[0]
    facts = frozenset(key for block in group for key in block.facts)
    return Block(tuple(block.first for block in group), frozenset(), facts, group[0].statistics)


def _block(step: Step, nodes: set[str], known: dict[int, tuple[Expr, Reads]]) -> Block:
    reads = [_reads(expr, known) for expr in formulas(step.node) if not isinstance(expr, Number)]
    plain = frozenset(name for read in reads for name in read.plain)
    members = frozenset(member for read in reads for member in read.members)
    others = frozenset(name for name in plain if name in nodes and not _is_own(step, name))
    needs = frozenset(step.parts) | others | frozenset(base for base, _ in members if base in nodes)
    facts = frozenset((step.code, name) for name in plain - others) | members
    return Block((step,), needs, facts, tuple(call for read in reads for call in read.statistics))


def _reads(expr: Expr, known: dict[int, tuple[Expr, Reads]]) -> Reads:
    """What a formula reads; the formula of a rule that many nodes share is looked through once."""
    if id(expr) not in known:
        found = list(names(expr))
        plain = frozenset(n.name for n in found if isinstance(n, Name))
        members = frozenset((n.base, n.name) for n in found if not isinstance(n, Name))
        known[id(expr)] = (expr, Reads(plain, members, tuple(class_calls(expr))))
    return known[id(expr)][1]


def _is_groupable(block: Block) -> bool:
    """Leaves that read nothing but their own facts."""
    node = block.first.node
    fixed_weight = node.weight is None or isinstance(node.weight, Number)
    own = all(code == node.code for code, _ in block.facts)
    return fixed_weight and own and not (block.needs or block.first.entry or node.at_least)


def _shape(step: Step, known: dict[Hashable, int]) -> Hashable:
    """What must be the same in a block."""
    node = step.node
    lists = tuple((name, value) for name, value in sorted(step.params.items()) if isinstance(value, tuple))
    limits = (step.floor is None, step.cap is None, step.round, node.missing, node.weight is None, frozenset(node.facts))
    return (_number(node.formula.expr, known), _numbers(node.formula.where, known), tuple(sorted(step.params)), lists, limits)


def _number(expr: Expr, known: dict[Hashable, int]) -> int:
    """Equal formulas have equal numbers; comparing them anew for each leaf would take longer than computing them."""
    if id(expr) not in known:
        known[id(expr)] = known.setdefault((expr,), len(known))
    return known[id(expr)]


def _numbers(where: Iterable[tuple[str, Expr]], known: dict[Hashable, int]) -> Hashable:
    return tuple((name, _number(expr, known)) for name, expr in where)
