"""Score: one pure function from a plan and facts to the points of every unit at every node, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from windvane import exact
from windvane.decimals import decimal_text, round_half_up
from windvane.exact import Absent, Atom, Item, Items, Sample, Value
from windvane.facts import Fact, Facts, Status, Unit
from windvane.fitting import unfit
from windvane.formula import Expr, Member, Name
from windvane.keys import STANDARD_FACTS
from windvane.ledger import Row, cut, entry_rows, strays
from windvane.plan import EntryStep, Plan, Step, number_of, resolve_params
from windvane.problems import Problem, Severity, errors
from windvane.scheme import ROOT, Formula

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry of one unit: its row, its points before and after the kind's cap, its weight."""

    row: Row
    raw: Atom
    points: Atom
    weight: Fraction
    full: Fraction
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)
    formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One node for one unit, stage by stage: formula → ``missing`` policy → floor → cap → round.

    ``raw`` is what the formula gave, ``exact`` the points before rounding, ``points`` the points that count (0..full).
    """

    raw: Atom
    settled: Atom
    floored: Atom
    exact: Atom
    points: Atom
    weight: Atom = Fraction(1)
    steps: Mapping[str, Value] = field(default_factory=dict, hash=False)
    entries: tuple[Scored, ...] = ()

    @property
    def value(self) -> Fraction | None:
        return self.points if isinstance(self.points, Fraction) else None


@dataclass(frozen=True)
class Scores:
    """Points of every unit at every node, with what was noticed on the way.

    ``outcomes[class][node][unit]``; ``problems`` with severity error mean that the result must not be used.
    """

    plan: Plan = field(repr=False)
    facts: Facts = field(repr=False)
    outcomes: Mapping[str, Mapping[str, Mapping[str, Outcome]]] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    @cached_property
    def replays(self) -> dict[tuple[str, str], _NodeRun]:
        """Scopes that explanations asked for, kept so that class statistics are computed once."""
        return {}

    @property
    def complete(self) -> bool:
        """Whether nothing was refused: only complete scores may be ranked officially."""
        return not errors(self.problems)

    @property
    def simulated(self) -> bool:
        return self.facts.simulated or self.plan.scheme.simulated

    def units(self, cls: str | None = None) -> list[Unit]:
        """Units in official order, of one class or of all."""
        return sorted((u for u in self.facts.units if cls in (None, u.cls)), key=lambda u: u.order)

    def outcome(self, unit: str, code: str = ROOT) -> Outcome:
        """Return how a unit fared at a node; raises ``KeyError`` where its class does not have the node."""
        return self.outcomes[self.facts.unit_index[unit].cls][code][unit]

    def points(self, unit: str, code: str = ROOT) -> Fraction | None:
        """Return the points of a unit at a node, None where it has none."""
        found = self.outcomes[self.facts.unit_index[unit].cls].get(code, {}).get(unit)
        return found.value if found else None

    def __repr__(self) -> str:
        total = sum(1 for u in self.facts.units if self.points(u.code) is not None)
        return f"Scores({total} of {len(self.facts.units)} units scored, {len(self.problems)} problems, complete={self.complete})"

    def to_polars(self) -> pl.DataFrame:
        """Return one row a unit and node: unit, class, node, points (float), exact (text of the rational)."""
        import polars as pl  # heavy; only notebooks and files ask for it

        return pl.DataFrame(list(self._rows()), schema=["unit", "class", "node", "points", "exact"], orient="row")

    def to_pandas(self) -> pd.DataFrame:
        return self.to_polars().to_pandas()

    def _rows(self) -> Iterator[tuple[str, str, str, float | None, str | None]]:
        for unit in self.units():
            for code, found in self.outcomes[unit.cls].items():
                points = found[unit.code].value
                yield unit.code, unit.cls, code, None if points is None else float(points), None if points is None else str(points)


def score(plan: Plan, facts: Facts) -> Scores:
    """Compute the points of every unit at every node in exact rationals.

    Nothing is defaulted: what is missing follows the node's policy, and what a policy refuses is a problem with severity error.
    """
    run = _Run(plan, facts)
    run.problems += unfit(plan.scheme, facts)
    known = [u for u in facts.units if u.cls in plan.classes]
    for cls in plan.classes:
        members = sorted((u for u in known if u.cls == cls), key=lambda u: u.order)
        for step in plan.classes[cls]:
            _NodeRun(run, cls, members, step).compute()
    return Scores(plan, facts, run.outcomes, tuple(run.problems))


def replay(scores: Scores, unit: str, code: str) -> _Scope:
    """Return the names of a node's formulas for one unit as they were when it was scored; an explanation asks it for every step."""
    cls = scores.facts.unit_index[unit].cls
    node = scores.replays.get((cls, code))
    if node is None:
        run = _Run(scores.plan, scores.facts)
        run.outcomes = {key: dict(found) for key, found in scores.outcomes.items()}  # type: ignore[arg-type]  # read only from here on
        node = scores.replays[cls, code] = _NodeRun(run, cls, scores.units(cls), scores.plan.step(cls, code))
        for member, outcome in scores.outcomes[cls][code].items():
            node.steps[member] = dict(outcome.steps)
            node.entries[member] = outcome.entries
    return _Scope(node, scores.facts.unit_index[unit])


def replay_entry(scores: Scores, unit: str, code: str, scored: Scored) -> _EntryScope:
    """Like ``replay``, for the formula of one entry."""
    scope = replay(scores, unit, code)
    entry = scope.step.entry
    assert entry is not None
    return _EntryScope(scope.node, scope.unit, entry, scored.row, scored.params)


def scored_entries(plan: Plan, facts: Facts, unit: Unit, code: str) -> tuple[Scored, ...]:
    """Score nothing but the entries of one unit at a node, caps of a ledger included."""
    step = plan.step(unit.cls, code)
    return _NodeRun(_Run(plan, facts), unit.cls, [unit], step).score_entries(unit, step.entry) if step.entry else ()


class _Run:
    """What one scoring keeps while it goes: outcomes so far, and problems, each once."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan, self.facts = plan, facts
        self.outcomes: dict[str, dict[str, dict[str, Outcome]]] = {cls: {} for cls in plan.classes}
        self.problems: list[Problem] = []
        self._seen: set[tuple[str, ...]] = set()

    def note(self, code: str, severity: Severity, /, **params: str) -> None:
        key = (code, *params.values())
        if key not in self._seen:
            self._seen.add(key)
            self.problems.append(Problem(f"score.{code}", "", params, severity))

    def number(self, fact: Fact | None, choices: Mapping[str, Fraction], node: str) -> Atom:
        """The number of a fact: absent by its status, a word by the scheme's choices."""
        if fact is not None and fact.status is Status.NOT_DUE:
            return Absent.NOT_DUE
        if fact is None or fact.status is Status.MISSING or fact.value is None:
            return Absent.MISSING
        if not isinstance(fact.value, str):
            return number_of(fact.value)
        if fact.value not in choices:
            self.note("choice", Severity.ERROR, unit=fact.unit, node=node, word=fact.value, near="、".join(choices) or "—")
            return Absent.REFUSED
        return choices[fact.value]


class _NodeRun:
    """One node over all units of a class: steps first, then points, then policy and limits."""

    def __init__(self, run: _Run, cls: str, members: list[Unit], step: Step) -> None:
        self.run, self.cls, self.members, self.step = run, cls, members, step
        self.before = run.outcomes[cls]
        self.steps: dict[str, dict[str, Value]] = {u.code: {} for u in members}
        self.entries: dict[str, tuple[Scored, ...]] = {}
        self.lacking: dict[str, dict[str, None]] = {u.code: {} for u in members}
        self.samples: dict[tuple[int, bool], Sample] = {}

    def compute(self) -> None:
        scopes = {u.code: _Scope(self, u) for u in self.members}
        if self.step.entry:
            self.entries = {u.code: self.score_entries(u, self.step.entry) for u in self.members}
        for name, expr in self.step.node.formula.where:
            for code, scope in scopes.items():
                self.steps[code][name] = exact.evaluate(expr, scope)
        raw = {code: self.enough(scope, exact.number(exact.evaluate(self.step.node.formula.expr, scope))) for code, scope in scopes.items()}
        limited = {code: self.limits(value) for code, value in raw.items() if isinstance(value, Fraction)}
        mean = self.class_mean(limited) if self.step.node.missing == "class_mean" else Absent.MISSING
        self.before[self.step.code] = {code: self.outcome(scopes[code], value, mean) for code, value in raw.items()}

    def enough(self, scope: _Scope, raw: Atom) -> Atom:
        """Missing where fewer parts (or entries) are present than ``at_least``; a share counts those that apply."""
        if self.step.node.at_least is None or not isinstance(raw, Fraction):
            return raw
        least = exact.number(exact.evaluate(self.step.node.at_least, scope))
        rows = [row for row in scope.items("parts" if self.step.parts else "entries").rows if row.value is not Absent.NOT_DUE]
        present = sum(isinstance(row.value, Fraction) for row in rows)
        if isinstance(least, Fraction) and (self.step.node.at_least_share or 0 < least < 1):
            least *= len(rows)
        if isinstance(least, Absent) or present >= least:
            return raw
        self.run.note("too_few", Severity.NOTE, unit=scope.unit.code, node=self.step.code, present=str(present), least=decimal_text(least))
        return Absent.MISSING

    def limits(self, points: Fraction) -> tuple[Fraction, Fraction]:
        floored = points if self.step.floor is None else max(points, self.step.floor)
        return floored, floored if self.step.cap is None else min(floored, self.step.cap)

    def class_mean(self, limited: Mapping[str, tuple[Fraction, Fraction]]) -> Atom:
        """Mean of the competing units' points before rounding."""
        values = [limited[u.code][1] for u in self.members if u.competes and u.code in limited]
        return sum(values, _ZERO) / len(values) if values else Absent.MISSING

    def outcome(self, scope: _Scope, raw: Atom, mean: Atom) -> Outcome:
        settled = self.settle(scope.unit, raw, mean)
        floored, capped = self.limits(settled) if isinstance(settled, Fraction) else (settled, settled)
        points = capped
        if isinstance(capped, Fraction) and self.step.round is not None:
            points = round_half_up(capped, self.step.round)
        weight = scope.weight()
        unit = scope.unit.code
        return Outcome(raw, settled, floored, capped, points, weight, self.steps[unit], self.entries.get(unit, ()))

    def settle(self, unit: Unit, raw: Atom, mean: Atom) -> Atom:
        """Apply the ``missing`` policy. What is not due stays so; what is refused stays refused."""
        if raw is not Absent.MISSING:
            return raw
        policy = self.step.node.missing
        if policy == "skip":
            return raw
        if policy == "zero":
            return _ZERO
        if policy == "class_mean" and isinstance(mean, Fraction):
            return mean
        lacking = "、".join(self.lacking[unit.code])
        if lacking or self.step.parts or self.step.entry:
            self.run.note("missing", Severity.ERROR, unit=unit.code, node=self.step.code, facts=lacking or "—")
        else:
            self.run.note("uncomputable", Severity.ERROR, unit=unit.code, node=self.step.code)
        return Absent.REFUSED

    # Entries

    def score_entries(self, unit: Unit, entry: EntryStep) -> tuple[Scored, ...]:
        rows = entry_rows(self.run.plan, self.run.facts, unit, self.step.code)
        for stray in strays(self.run.plan, self.run.facts, unit, self.step.code):
            self.run.note("not_in_book", Severity.ERROR, unit=unit.code, node=self.step.code, entry=stray)
        found = tuple(self.score_entry(unit, entry, row) for row in rows)
        return cut_ledger(found, entry, self.cls, self.run.plan) if entry.kinds is not None else found

    def score_entry(self, unit: Unit, entry: EntryStep, row: Row) -> Scored:
        formula = self.chosen(unit, entry, row)
        day = row.day or self.run.plan.day
        params = {**resolve_params(formula.params, self.cls, day), **row.params}
        scope = _EntryScope(self, unit, entry, row, params)
        for name, expr in formula.where:
            scope.params[name] = exact.evaluate(expr, scope)
        raw = self.amount(unit, entry, row, scope) if entry.kinds is not None else exact.number(exact.evaluate(formula.expr, scope))
        if raw is Absent.MISSING and entry.missing == "zero":
            raw = _ZERO
        if raw is Absent.MISSING and entry.missing == "refuse":
            where = f"{self.step.code} / {row.entry}"
            self.run.note("missing", Severity.ERROR, unit=unit.code, node=where, facts="、".join(scope.lacking) or "—")
            raw = Absent.REFUSED
        return Scored(row, raw, raw, scope.weight(), scope.full(), scope.params, formula)

    def chosen(self, unit: Unit, entry: EntryStep, row: Row) -> Formula:
        if not row.rule or row.rule == entry.default.rule:
            return entry.default
        if row.rule not in entry.rules:
            near = "、".join(entry.rules) or "—"
            self.run.note("rule", Severity.ERROR, unit=unit.code, node=self.step.code, entry=row.entry, rule=row.rule, near=near)
            return entry.default
        return entry.rules[row.rule]

    def amount(self, unit: Unit, entry: EntryStep, row: Row, scope: _EntryScope) -> Atom:
        """The amount of a ledger entry: fixed by its kind, or given within the kind's range, on the entry's day."""
        said = {"unit": unit.code, "node": self.step.code, "entry": row.entry, "kind": row.kind}
        kind = (entry.kinds or {}).get(row.kind)
        if kind is None or kind.low is None or kind.high is None:
            self.run.note("kind", Severity.ERROR, near="、".join(entry.kinds or ()), **said)
            return Absent.REFUSED
        day = row.day or self.run.plan.day
        low, high = kind.low.at(self.cls, day), kind.high.at(self.cls, day)
        given = exact.number(scope.name(Name("amount")))
        if not isinstance(low, Fraction) or not isinstance(high, Fraction):
            self.run.note("no_amount", Severity.ERROR, low="—", high="—", **said)
            return Absent.REFUSED
        if given is Absent.MISSING and low == high:
            return low
        span = {"low": decimal_text(low), "high": decimal_text(high)}
        if not isinstance(given, Fraction):
            self.run.note("no_amount", Severity.ERROR, **span, **said)
            return Absent.REFUSED
        if not low <= given <= high:
            self.run.note("amount", Severity.ERROR, amount=decimal_text(given), **span, **said)
            return Absent.REFUSED
        return given


def cut_ledger(scored: tuple[Scored, ...], entry: EntryStep, cls: str, plan: Plan) -> tuple[Scored, ...]:
    """Cut each kind's entries, in order of day, at the kind's cap."""
    counted = cut([(s.row.kind, s.raw) for s in scored], {code: kind.cap for code, kind in (entry.kinds or {}).items()}, cls, plan.day)
    return tuple(Scored(s.row, s.raw, points, s.weight, s.full, s.params, s.formula) for s, points in zip(scored, counted, strict=True))


class _Scope:
    """Names of a node's formulas for one unit: parameter or step, full/weight/sign, fact, then node."""

    def __init__(self, node: _NodeRun, unit: Unit, weighing: bool = False) -> None:
        self.node, self.unit, self.step, self.weighing = node, unit, node.step, weighing

    def name(self, expr: Name) -> Value:
        name, step = expr.name, self.step
        steps = self.node.steps[self.unit.code]
        if name in steps:
            return steps[name]
        if name in step.params:
            return step.params[name]
        if name in ("parts", "entries"):
            return self.items(name)
        if name == "full":
            return step.full
        if name == "sign":
            return step.sign
        if name == "weight" and step.node.weight is not None and not self.weighing:
            return self.weight()
        return self.fact_or_node(name)

    def weight(self) -> Atom:
        """The node's weight; in its own formula ``weight`` is the unit's fact of that name."""
        if self.step.node.weight is None:
            return Fraction(1)
        return exact.number(exact.evaluate(self.step.node.weight, _Scope(self.node, self.unit, weighing=True)))

    def fact_or_node(self, name: str) -> Value:
        run = self.node.run
        if self.reads_node(name):
            return self.node.before[name][self.unit.code].points
        fact = run.facts.index.get((self.unit.code, self.step.code, name, "", ""))
        value = run.number(fact, self.step.choices if name == "value" else {}, self.step.code)
        if value is Absent.MISSING:
            self.node.lacking[self.unit.code][name] = None
        return Fraction(1) if name == "weight" and value is Absent.MISSING else value

    def reads_node(self, name: str) -> bool:
        """Whether a plain name means the points of another node."""
        step = self.step
        own = name in step.params or name in self.node.steps[self.unit.code] or name in step.node.facts or name in STANDARD_FACTS
        return not own and name in self.node.before

    def member(self, expr: Member) -> Value:
        if expr.base in ("parts", "entries"):
            return self.items("parts", expr.name)
        found = self.node.before.get(expr.base, {}).get(self.unit.code)
        if found and expr.name in found.steps:
            return found.steps[expr.name]
        fact = self.node.run.facts.index.get((self.unit.code, expr.base, expr.name, "", ""))
        other = self.node.run.plan.index[self.unit.cls].get(expr.base)
        value = self.node.run.number(fact, other.choices if other and expr.name == "value" else {}, expr.base)
        if value is Absent.MISSING:
            self.node.lacking[self.unit.code][f"{expr.base}.{expr.name}"] = None
        return value

    def items(self, name: str, step: str = "") -> Items:
        if name == "entries":
            rows = tuple(Item(s.points, s.weight, s.full, s.row.entry) for s in self.node.entries.get(self.unit.code, ()))
            entry = self.step.entry
            return Items(rows, _ZERO if entry and entry.kinds is not None else self.nothing_due())
        return Items(tuple(self.part(code, step) for code in self.step.parts if code in self.node.before))

    def nothing_due(self) -> Absent:
        """Without entries: nothing is due where the unit's book has none here, else the reports are missing."""
        return Absent.NOT_DUE if self.step.code in self.node.run.plan.booked_slots else Absent.MISSING

    def part(self, code: str, step: str) -> Item:
        found = self.node.before[code][self.unit.code]
        full = self.node.run.plan.step(self.unit.cls, code).full
        value = exact.number(found.steps.get(step, Absent.MISSING)) if step else found.points
        weight = found.weight
        return Item(value, weight, full, code) if isinstance(weight, Fraction) else Item(weight, _ZERO, full, code)

    def sample(self, argument: Expr) -> Sample:
        """Values of the competing units of the class, computed once for each statistic's argument."""
        key = (id(argument), self.unit.competes)
        if key not in self.node.samples:
            peers = (_Scope(self.node, peer, self.weighing) for peer in self.node.members if peer.competes)
            found = [exact.number(exact.evaluate(argument, peer)) for peer in peers]
            values = tuple(sorted(v for v in found if isinstance(v, Fraction)))
            self.node.samples[key] = Sample(values, Absent.REFUSED in found, self.unit.competes)
        return self.node.samples[key]

    def note(self, code: str, **params: str) -> None:
        self.node.run.note(code.removeprefix("score."), Severity.WARNING, unit=self.unit.code, node=self.step.code, **params)


class _EntryScope:
    """Names of an entry's formula: parameter or step, full/weight/sign, then a fact of the entry or of its task."""

    def __init__(self, node: _NodeRun, unit: Unit, entry: EntryStep, row: Row, params: Mapping[str, Value]) -> None:
        self.node, self.unit, self.entry, self.row = node, unit, entry, row
        self.params: dict[str, Value] = dict(params)
        self.lacking: dict[str, None] = {}

    def name(self, expr: Name) -> Value:
        if expr.name in self.params:
            return self.params[expr.name]
        if expr.name == "full":
            return self.full()
        if expr.name == "weight":
            return self.weight()
        if expr.name == "sign":
            return Fraction(-1 if self.row.better == "low" else 1)
        value = self.fact(expr.name)
        if value is Absent.MISSING:
            self.lacking[expr.name] = None
        return value

    def fact(self, name: str) -> Atom:
        if name in self.row.facts:
            return self.row.facts[name]
        unit, entry = self.row.reported_by
        fact = self.node.run.facts.index.get((unit, self.node.step.code, name, "", entry))
        return self.node.run.number(fact, self.entry.choices if name == "value" else {}, self.node.step.code)

    def weight(self) -> Fraction:
        if self.row.weight is not None:
            return self.row.weight
        value = self.fact("weight")
        return value if isinstance(value, Fraction) else Fraction(1)

    def full(self) -> Fraction:
        value = self.fact("full")
        return value if isinstance(value, Fraction) else self.entry.full

    def member(self, expr: Member) -> Value:
        return Absent.MISSING

    def sample(self, argument: Expr) -> Sample:
        return Sample(())

    def note(self, code: str, **params: str) -> None:
        where = f"{self.node.step.code} / {self.row.entry}"
        self.node.run.note(code.removeprefix("score."), Severity.WARNING, unit=self.unit.code, node=where, **params)
