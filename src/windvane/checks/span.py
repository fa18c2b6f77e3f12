"""Worst and best case of a node: the exact evaluator over the ends of ranges, cut points and a grid.

Facts without a ``range`` are tried on three scales; where the answer depends on the scale there is none.
A step just beside a cut point is tried too, so a formula that jumps is off by at most a thousandth of its range.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import islice, product
from typing import Final, TypeAlias

from windvane import exact
from windvane.decimals import round_half_up
from windvane.exact import Absent, Item, Items, Sample, Value
from windvane.formula import Call, Expr, Member, Name, Number, class_calls, names, walk
from windvane.functions import FUNCTIONS
from windvane.keys import STANDARD_FACTS
from windvane.plan import EntryStep, Plan, Step, compile_scheme, number_at, number_of, resolve_params
from windvane.scheme import Formula, Node, Scheme

Span: TypeAlias = tuple[Fraction | None, Fraction | None]
UNKNOWN: Final[Span] = (None, None)
_GRID: Final = [Fraction(k, 2**level) for level in range(1, 5) for k in range(1, 2**level, 2)]  # halves, quarters, eighths …
MOST_TRIED: Final = 500
MOST_CUTS: Final = 60
_BIG: Final = Fraction(10**9)  # stands for what has no limit
_SCALES: Final = ((Fraction(0), Fraction(1000)), (Fraction(0), Fraction(10**6)), (Fraction(-1000), Fraction(1000)))
_RISING: Final = ("sum", "mean", "geometric", "harmonic", "min", "max", "power_mean")
_FREE_OF_SIZE: Final = ("class_lowest", "class_highest", "class_percent_rank")  # the others need to know the class


def worst_best(scheme: Scheme, node: Node, cls: str, day: date | None = None) -> Span:
    """Return the lowest and highest points a node can have in a class; None where there is no bound or none can be told."""
    return Spans(compile_scheme(scheme, day=day), cls).of(node.code)


class Spans:
    """Spans of the nodes of one class, each computed once."""

    def __init__(self, plan: Plan, cls: str) -> None:
        self.plan, self.cls = plan, cls
        self.found: dict[str, Span] = {}

    def of(self, code: str) -> Span:
        if code not in self.found:
            self.found[code] = UNKNOWN  # while it is being computed
            step = self.plan.index[self.cls].get(code)
            self.found[code] = UNKNOWN if step is None else self.limited(step, self.raw(step))
        return self.found[code]

    def limited(self, step: Step, span: Span) -> Span:
        return self.limit(step, span[0]), self.limit(step, span[1])

    def limit(self, step: Step, x: Fraction | None) -> Fraction | None:
        """Floor, cap and rounding; what is still huge has no bound."""
        if x is None:
            return None
        x = x if step.floor is None else max(x, step.floor)
        x = x if step.cap is None else min(x, step.cap)
        x = x if step.round is None else round_half_up(x, step.round)
        return None if abs(x) > _BIG / 1000 else x

    def raw(self, step: Step) -> Span:
        if _needs_class_size(step.node.formula):
            return UNKNOWN
        collections = self.collections(step)
        if collections is None:
            return self.one_sided(step)
        others = {read.name: self.of(read.name) for read in _names(step.node.formula) if self.is_node(step, read)}
        if any(None in span for span in others.values()):
            return UNKNOWN
        fixed: dict[str, Sequence[Value]] = {**collections, **{name: [x for x in span if x is not None] for name, span in others.items()}}
        if step.choices:
            fixed["value"] = list(step.choices.values())
        reach = (number_of(step.node.range[0]), number_of(step.node.range[1])) if step.node.range else None
        return _Room(step.node.formula, step.params, step.full, step.sign, reach, fixed).span()

    def is_node(self, step: Step, read: Name | Member) -> bool:
        known = {*step.params, *step.node.facts, *dict(step.node.formula.where), *STANDARD_FACTS}
        return isinstance(read, Name) and read.name in self.plan.scheme.nodes and read.name not in known

    # Parts and entries

    def collections(self, step: Step) -> dict[str, Sequence[Value]] | None:
        """Candidates for ``parts`` and ``entries``; None where one has no bound on some side."""
        reads = {read.name for read in _names(step.node.formula) if isinstance(read, Name)}
        found: dict[str, Sequence[Value]] = {}
        if "parts" in reads:
            spans = [self.of(code) for code in step.parts]
            if not spans or any(None in span for span in spans):
                return None
            found["parts"] = [self.items(step, row) for row in _corners(spans)]
        if "entries" in reads and step.entry:
            found["entries"] = self.entry_sums(step.entry) if step.entry.kinds is not None else self.entry_points(step.entry)
        return None if [] in found.values() else found

    def items(self, step: Step, values: Sequence[Fraction]) -> Items:
        steps = [self.plan.step(self.cls, code) for code in step.parts]
        weights = [s.node.weight for s in steps]
        rows = zip(values, weights, steps, strict=True)
        return Items(tuple(Item(x, w.value if isinstance(w, Number) else Fraction(1), s.full, s.code) for x, w, s in rows))

    def one_sided(self, step: Step) -> Span:
        """A sum or mean of parts of which some have no bound on one side still has one on the other."""
        expr = step.node.formula.expr
        if not (isinstance(expr, Call) and expr.function in _RISING and expr.args[0] == Name("parts")) or not step.parts:
            return UNKNOWN
        spans = [self.of(code) for code in step.parts]
        ends = []
        for i in (0, 1):
            side = [x for x in (span[i] for span in spans) if x is not None]
            whole = len(side) == len(spans)
            room = _Room(step.node.formula, step.params, step.full, step.sign, None, {"parts": [self.items(step, side)]}) if whole else None
            ends.append(room.span()[i] if room else None)
        return ends[0], ends[1]

    def entry_sums(self, entry: EntryStep) -> list[Value]:
        """What the entries of a ledger may add up to: nothing, or each kind as far as its cap goes."""
        low = high = Fraction(0)
        for kind in (entry.kinds or {}).values():
            least, most, cap = (number_at(x, self.cls, self.plan.day) for x in (kind.low, kind.high, kind.cap))
            low += (cap if cap is not None and cap < 0 else -_BIG) if least is not None and least < 0 else 0
            high += (cap if cap is not None and cap >= 0 else _BIG) if most is not None and most > 0 else 0
        return [Items((), Fraction(0)), Items((Item(low),), Fraction(0)), Items((Item(high),), Fraction(0))]

    def entry_points(self, entry: EntryStep) -> list[Value]:
        """One entry at its worst and at its best, whatever rule it chooses."""
        spans = []
        for formula in (entry.default, *entry.rules.values()):
            params = resolve_params(formula.params, self.cls, self.plan.day)
            fixed = {"value": list(entry.choices.values())} if entry.choices else {}
            signs = (1, -1) if Name("sign") in _names(formula) else (1,)
            spans += [_Room(formula, params, entry.full, Fraction(sign), None, fixed).span() for sign in signs]
        ends = [x for span in spans for x in span if x is not None]
        return [] if len(ends) < 2 * len(spans) else [Items((Item(x, Fraction(1), entry.full),)) for x in (min(ends), max(ends))]


def _corners(spans: Sequence[Span]) -> list[list[Fraction]]:
    """All at their worst, all at their best, and each one alone the other way."""
    lows, highs = ([x for x in (span[i] for span in spans) if x is not None] for i in (0, 1))
    found = [lows, highs]
    if len(spans) <= 30:
        for i in range(len(spans)):
            found += [[*lows[:i], highs[i], *lows[i + 1 :]], [*highs[:i], lows[i], *highs[i + 1 :]]]
    return found


def _needs_class_size(formula: Formula) -> bool:
    return any(call.function not in _FREE_OF_SIZE for expr in _formulas(formula) for call in class_calls(expr))


def _formulas(formula: Formula) -> list[Expr]:
    return [formula.expr, *(expr for _, expr in formula.where)]


def _names(formula: Formula) -> Iterator[Name | Member]:
    return (read for expr in _formulas(formula) for read in names(expr))


# Trying --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Room:
    """One formula with everything its names may be."""

    formula: Formula
    params: Mapping[str, Value]
    full: Fraction
    sign: Fraction
    reach: tuple[Fraction, Fraction] | None  # the range of ``value``
    fixed: Mapping[str, Sequence[Value]]  # candidates known beforehand

    def span(self) -> Span:
        free = [name for name in self.free() if name not in self.fixed and not (name == "value" and self.reach)]
        if any(isinstance(read, Member) for read in _names(self.formula)) or self.sums_wrongly():
            return UNKNOWN
        span = self.tried(_SCALES[0])
        return span if not free or all(self.tried(scale) == span for scale in _SCALES[1:]) else UNKNOWN

    def sums_wrongly(self) -> bool:
        """One row stands for all entries, which is right for sums, means and extremes only."""
        if "entries" not in self.fixed:
            return False
        calls = [e for expr in _formulas(self.formula) for e in walk(expr) if isinstance(e, Call)]
        return any(FUNCTIONS[call.function].group in ("items", "total") and call.function not in _RISING for call in calls)

    def free(self) -> list[str]:
        """Facts the formula reads."""
        known = {*self.params, "full", "weight", "sign", "parts", "entries", *(name for name, _ in self.formula.where)}
        return list(dict.fromkeys(read.name for read in _names(self.formula) if isinstance(read, Name) and read.name not in known))

    def tried(self, scale: tuple[Fraction, Fraction]) -> Span:
        cells = {name: self.candidates(name, scale) for name in dict.fromkeys([*self.free(), *self.fixed])}
        trials = [dict(zip(cells, row, strict=True)) for row in _rows(list(cells.values()))]
        samples: dict[int, Sample] = {}
        found = [x for trial in trials if isinstance(x := _Trial(self, trial, trials, samples).points(), Fraction)]
        return (min(found), max(found)) if found else UNKNOWN

    def candidates(self, name: str, scale: tuple[Fraction, Fraction]) -> list[Value]:
        if name in self.fixed:
            return list(self.fixed[name])
        low, high = self.reach if name == "value" and self.reach else scale
        beside = (high - low) / 1000
        cuts = self.cuts()
        grid = [low + (high - low) * share for share in _GRID]
        found = [*cuts, *grid[:3], *(cut + step for cut in cuts for step in (-beside, beside)), *grid[3:]]
        return list(dict.fromkeys([low, high, *(x for x in found if low <= x <= high)]))

    def cuts(self) -> list[Fraction]:
        """Every number that the formula holds."""
        found = [e.value for expr in _formulas(self.formula) for e in walk(expr) if isinstance(e, Number)]
        for value in self.params.values():
            found += [x for x in (value if isinstance(value, tuple) else (value,)) if isinstance(x, Fraction)]
        return list(dict.fromkeys(found))[:MOST_CUTS]


def _rows(columns: Sequence[Sequence[Value]]) -> Iterator[tuple[Value, ...]]:
    """All combinations; where they are too many, of the first candidates of each column, which matter most."""
    if math.prod(map(len, columns)) > MOST_TRIED:
        most = max(2, int(MOST_TRIED ** (1 / len(columns))))
        columns = [column[:most] for column in columns]
    return islice(product(*columns), MOST_TRIED)


class _Trial:
    """One choice of all names, as a scope for the exact evaluator."""

    def __init__(self, room: _Room, given: Mapping[str, Value], trials: Sequence[Mapping[str, Value]], samples: dict[int, Sample]) -> None:
        self.room, self.given, self.trials, self.samples = room, given, trials, samples
        self.steps: dict[str, Value] = {}
        for name, expr in room.formula.where:
            self.steps[name] = exact.evaluate(expr, self)

    def points(self) -> Value:
        return exact.evaluate(self.room.formula.expr, self)

    def name(self, expr: Name) -> Value:
        plain: dict[str, Value] = {"full": self.room.full, "sign": self.room.sign, "weight": Fraction(1)}
        for known in (self.steps, self.room.params, self.given, plain):
            if expr.name in known:
                return known[expr.name]
        return Absent.MISSING

    def member(self, expr: Member) -> Value:
        return Absent.MISSING

    def sample(self, argument: Expr) -> Sample:
        """A class that fills the whole range."""
        if id(argument) not in self.samples:
            self.samples[id(argument)] = Sample(())
            found = [exact.evaluate(argument, _Trial(self.room, trial, [], self.samples)) for trial in self.trials]
            self.samples[id(argument)] = Sample(tuple(sorted({x for x in found if isinstance(x, Fraction)})))
        return self.samples[id(argument)]

    def note(self, code: str, **params: str) -> None:
        """What cannot be computed is not a case."""
