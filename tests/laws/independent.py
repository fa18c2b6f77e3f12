"""A second evaluation of schemes, written apart from the engine: plain Python over a description, no formula, no shared code.

It shares no line with ``windvane`` and imports nothing of it. A number of one unit is a ``Fraction`` or one of the words
``missing``, ``not_due``, ``refused``. The random schemes of ``test_random_schemes`` are described with the nouns below.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.laws.independent_rules import (
    MISSING,
    NOT_DUE,
    ONE,
    OVER,
    PEERS,
    REFUSED,
    RULES,
    ZERO,
    Given,
    Items,
    Number,
    gap,
    half_up,
    share_below,
    shares,
    there,
)

Setting = Mapping[str, Sequence[tuple[date | None, object]]]  # class ("" = every class) → values with the day they start
Facts = Mapping[str, Number]


@dataclass(frozen=True)
class Told:
    """One node: how it is computed (a key of RULES or OVER), its numbers, and what is done with the result."""

    code: str
    how: str
    numbers: Mapping[str, Setting] = field(default_factory=dict)
    full: Setting | None = None
    better: str = "high"
    missing: str = "refuse"
    floor: Setting | None = None
    cap: Setting | None = None
    round: Setting | None = None
    weight: Fraction | None = None  # None: the unit's own, a fact
    at_least: tuple[Fraction, bool] | None = None  # number, whether it is a share
    only: tuple[str, ...] = ()
    parts: tuple[Told, ...] = ()
    take: tuple[str, ...] = ()
    entry_rules: tuple[str, ...] = ()  # entries: the default first
    entry_numbers: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)  # rule → its numbers
    entry_missing: str = "refuse"
    kinds: Mapping[str, tuple[Fraction, Fraction, Fraction | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One entry of a unit: numbers that were reported, kind, day and chosen rule."""

    entry: str
    facts: Facts
    kind: str = ""
    day: date | None = None
    rule: str = ""


@dataclass(frozen=True)
class GradeTold:
    code: str
    seats: tuple[Fraction, bool, str] | None = None  # number, whether a share, rounding
    top: Fraction | None = None
    when: tuple[str, Fraction] | None = None  # node ≥ number
    promote: tuple[str, Fraction, int] | None = None  # node ≥ number, seats


@dataclass(frozen=True)
class Assessed:
    """A whole assessment: the tree, units as (class, competes), facts, and how ranks and grades are made."""

    root: Told
    beside: tuple[Told, ...]
    units: Mapping[str, tuple[str, bool]]
    facts: Mapping[tuple[str, str], Facts]
    lines: Mapping[tuple[str, str], Sequence[Line]]
    day: date
    exact: bool = False
    ties: str | tuple[str, ...] = "share"
    vetoes: Sequence[tuple[str, Fraction, str]] = ()  # node > number, at best
    grades: Sequence[GradeTold] = ()
    books: bool = False  # entries come from target books: a unit without entries has nothing due there


@dataclass
class Result:
    points: dict[str, dict[str, Number]] = field(default_factory=dict)  # node → unit
    unrounded: dict[str, Number] = field(default_factory=dict)  # the total before its rounding
    counted: dict[tuple[str, str], dict[str, Number]] = field(default_factory=dict)
    ranks: dict[str, int | None] = field(default_factory=dict)
    grades: dict[str, str | None] = field(default_factory=dict)
    promoted: set[str] = field(default_factory=set)


def pick(setting: Setting | None, cls: str, day: date) -> object:
    """The value for a class on a day: the one that started last."""
    if setting is None:
        return None
    rows = setting.get(cls, setting.get("", ()))
    found = None
    for since, value in sorted(rows, key=lambda row: row[0] or date.min):
        if since is None or since <= day:
            found = value
    return found


def worst(states: Sequence[Number]) -> str | None:
    for state in (REFUSED, NOT_DUE, MISSING):
        if state in states:
            return state
    return None


# The whole ------------------------------------------------------------------------------------------------------------


def evaluate(assessed: Assessed) -> Result:
    """Compute the points of every unit at every node, then ranks and grades."""
    result = Result()
    for cls in dict.fromkeys(cls for cls, _ in assessed.units.values()):
        _Class(assessed, cls, result).run()
    return result


class _Class:
    def __init__(self, assessed: Assessed, cls: str, result: Result) -> None:
        self.a, self.cls, self.result = assessed, cls, result
        self.members = [unit for unit, (c, _) in assessed.units.items() if c == cls]
        self.rivals = [unit for unit in self.members if assessed.units[unit][1]]
        self.nodes = {node.code: node for top in (assessed.root, *assessed.beside) for node in walk(top)}
        self.points: dict[str, dict[str, Number]] = {}

    def run(self) -> None:
        for top in (self.a.root, *self.a.beside):
            for node in walk(top):
                if self.applies(node) and node.code not in self.points and self.under(node.code):
                    self.node(node)
        for code, found in self.points.items():
            self.result.points.setdefault(code, {}).update(found)
        self.rank()

    def applies(self, node: Told) -> bool:
        return not node.only or self.cls in node.only

    def under(self, code: str) -> bool:
        """Whether everything above a node applies to the class."""
        above = next((n for n in self.nodes.values() if code in [p.code for p in n.parts]), None)
        return above is None or (self.applies(above) and self.under(above.code))

    def setting(self, setting: Setting | None) -> object:
        return pick(setting, self.cls, self.a.day)

    def fraction(self, setting: Setting | None) -> Fraction | None:
        value = self.setting(setting)
        return value if isinstance(value, Fraction) else None

    def full(self, node: Told) -> Fraction:
        found = self.fraction(node.full)
        return Fraction(100) if found is None else found

    def children(self, node: Told) -> list[Told]:
        taken = [part for code in node.take for part in (self.nodes[code].parts or (self.nodes[code],))]
        unique = {part.code: part for part in (*node.parts, *taken)}
        return [part for part in unique.values() if self.applies(part)]

    def node(self, node: Told) -> dict[str, Number]:
        """Points of all members at a node."""
        if node.code in self.points:
            return self.points[node.code]
        for part in self.children(node):
            self.node(part)
        raw = self.raw(node)
        kept = {unit: self.limited(node, x) for unit, x in raw.items() if isinstance(x, Fraction) and unit in self.rivals}
        settled = {unit: self.settled(node, x, list(kept.values())) for unit, x in raw.items()}
        exact = {unit: self.limited(node, x) if isinstance(x, Fraction) else x for unit, x in settled.items()}
        places = self.fraction(node.round)
        rounded = {u: half_up(x, int(places)) if places is not None and isinstance(x, Fraction) else x for u, x in exact.items()}
        if node.code == "total":
            self.result.unrounded.update(exact)
        self.points[node.code] = rounded
        return rounded

    def limited(self, node: Told, x: Fraction) -> Fraction:
        floor, cap = self.fraction(node.floor), self.fraction(node.cap)
        if floor is not None and x < floor:
            x = floor
        return cap if cap is not None and x > cap else x

    def settled(self, node: Told, x: Number, kept: list[Fraction]) -> Number:
        if x != MISSING or node.missing == "skip":
            return x
        if node.missing == "zero":
            return ZERO
        if node.missing == "class_mean" and kept:
            return sum(kept, ZERO) / len(kept)
        return REFUSED

    def raw(self, node: Told) -> dict[str, Number]:
        if node.how in PEERS:
            return self.compared(node)
        if node.how in RULES:
            return {unit: self.rule(node, unit) for unit in self.members}
        items = {unit: self.items(node, unit) for unit in self.members}
        if node.how == "shares":
            items = {unit: shares(found) for unit, found in items.items()}
        alone = {unit: self.over(node, items[unit]) for unit in self.members} if node.how in OVER else {}
        found = alone or self.class_over(node, items)
        return {unit: self.enough(node, items[unit], x) for unit, x in found.items()}

    def items(self, node: Told, unit: str) -> Items:
        if node.entry_rules or node.kinds:
            return self.entries(node, unit)
        return [(self.node(part)[unit], self.weight(part, unit), self.full(part)) for part in self.children(node)]

    def weight(self, part: Told, unit: str) -> Fraction:
        if part.weight is not None:
            return part.weight
        own = self.a.facts.get((unit, part.code), {}).get("weight", ONE)
        return own if isinstance(own, Fraction) else ONE

    def over(self, node: Told, items: Items) -> Number:
        numbers = {name: self.setting(value) for name, value in node.numbers.items()}
        lacking = gap(items, ZERO if node.kinds else NOT_DUE if self.booked(node) else MISSING)
        if lacking == ZERO:
            return OVER[node.how]([], numbers, self.full(node)) if node.how in ("sum", "full_and_sum") else ZERO
        return OVER[node.how](there(items), numbers, self.full(node)) if lacking is None else lacking

    def booked(self, node: Told) -> bool:
        """Whether the entries of a node stand in target books."""
        return self.a.books and any(lines for (_, code), lines in self.a.lines.items() if code == node.code)

    def class_over(self, node: Told, items: Mapping[str, Items]) -> dict[str, Number]:
        sums: dict[str, Number] = {}
        for unit, found in items.items():
            lacking = gap(found, MISSING)
            sums[unit] = sum((x for x, _ in there(found)), ZERO) if lacking is None else lacking
        peers = [sums[unit] for unit in self.rivals]
        present = [x for x in peers if isinstance(x, Fraction)]
        out: dict[str, Number] = {}
        for unit, x in sums.items():
            if REFUSED in peers or x == REFUSED:
                out[unit] = REFUSED
            elif isinstance(x, str) or not present:
                out[unit] = x if isinstance(x, str) else MISSING
            elif node.how == "from_class_mean":
                out[unit] = x - sum(present, ZERO) / len(present)
            else:
                below = share_below(Given({}, {}, ZERO, 1, present, unit in self.rivals), x)
                out[unit] = below if isinstance(below, str) else below * self.full(node)
        return out

    def enough(self, node: Told, items: Items, x: Number) -> Number:
        if node.at_least is None or isinstance(x, str):
            return x
        least, share = node.at_least
        due = [value for value, _, _ in items if value != NOT_DUE]
        present = [value for value in due if isinstance(value, Fraction)]
        return x if len(present) >= (least * len(due) if share else least) else MISSING

    def given(self, node: Told, facts: Facts, needed: Sequence[str]) -> str | dict[str, Fraction]:
        seen = {name: facts.get(name, MISSING) for name in needed}
        if (state := worst(list(seen.values()))) is not None:
            return state
        return {name: value for name, value in facts.items() if isinstance(value, Fraction)}

    def numbers(self, numbers: Mapping[str, Setting], day: date | None = None) -> dict[str, object]:
        return {name: pick(value, self.cls, day or self.a.day) for name, value in numbers.items()}

    def rule(self, node: Told, unit: str) -> Number:
        facts = self.a.facts.get((unit, node.code), {})
        return self.ruled(node, node.how, facts, self.numbers(node.numbers), self.full(node), 1 if node.better == "high" else -1)

    def ruled(self, node: Told, how: str, facts: Facts, numbers: Mapping[str, object], full: Fraction, sign: int) -> Number:
        needed, compute = RULES[how]
        value = facts.get("value", MISSING)
        if how == "completion_low" and (isinstance(value, str) or value <= 0):
            needed = ("value",)
        if how == "above_both" and isinstance(value, Fraction) and value < 50:
            return ZERO
        seen = self.given(node, facts, needed)
        return seen if isinstance(seen, str) else compute(Given(seen, numbers, full, sign))

    def compared(self, node: Told) -> dict[str, Number]:
        sign = 1 if node.better == "high" else -1
        own = {unit: self.a.facts.get((unit, node.code), {}).get("value", MISSING) for unit in self.members}
        times = 1 if node.how in ("from_mean", "over_median", "from_quantile") else sign
        peers = [times * x for unit in self.rivals if isinstance(x := own[unit], Fraction)]
        out: dict[str, Number] = {}
        for unit, x in own.items():
            if isinstance(x, str) or not peers:
                out[unit] = x if isinstance(x, str) else MISSING
            else:
                given = Given({"value": x}, self.numbers(node.numbers), self.full(node), sign, peers, unit in self.rivals)
                out[unit] = PEERS[node.how](given)
        return out

    # Entries

    def entries(self, node: Told, unit: str) -> Items:
        lines = self.a.lines.get((unit, node.code), ())
        if not self.a.books or node.kinds:
            lines = sorted(lines, key=lambda line: (line.day or date.max, line.entry))
        found = self.ledger(node, lines) if node.kinds else {line.entry: self.entry(node, line) for line in lines}
        self.result.counted[unit, node.code] = found
        weights = {line.entry: line.facts.get("weight", ONE) for line in lines}
        return [(value, w if isinstance(w := weights[entry], Fraction) else ONE, ONE) for entry, value in found.items()]

    def entry(self, node: Told, line: Line) -> Number:
        how = line.rule or node.entry_rules[0]
        x = self.ruled(node, how, line.facts, self.numbers(node.entry_numbers[how], line.day), ONE, 1)
        if x == MISSING:
            return {"zero": ZERO, "skip": MISSING, "refuse": REFUSED}[node.entry_missing]
        return x

    def ledger(self, node: Told, lines: Sequence[Line]) -> dict[str, Number]:
        found: dict[str, Number] = {}
        running: dict[str, Fraction] = {}
        for line in lines:
            low, high, cap = node.kinds[line.kind]
            amount = line.facts.get("amount", low if low == high else REFUSED)
            if not isinstance(amount, Fraction) or not low <= amount <= high:
                found[line.entry] = REFUSED
                continue
            before = running.get(line.kind, ZERO)
            running[line.kind] = before + amount
            found[line.entry] = self.capped(before + amount, cap) - self.capped(before, cap)
        return found

    def capped(self, total: Fraction, cap: Fraction | None) -> Fraction:
        if cap is None:
            return total
        return min(total, cap) if cap >= 0 else max(total, cap)

    # Ranks and grades

    def rank(self) -> None:
        ranked = {unit: self.key(unit) for unit in self.rivals if isinstance(self.points["total"][unit], Fraction)}
        keys = sorted(ranked.values(), reverse=True)
        distinct = sorted(set(keys), reverse=True)
        for unit in self.members:
            self.result.ranks[unit] = None
            self.result.grades[unit] = None
            if unit in ranked:
                dense = self.a.ties == "dense"
                self.result.ranks[unit] = (distinct if dense else keys).index(ranked[unit]) + 1
        self.grade(ranked)

    def key(self, unit: str) -> tuple[Fraction, ...]:
        total = self.result.unrounded[unit] if self.a.exact else self.points["total"][unit]
        assert isinstance(total, Fraction)
        breakers = () if isinstance(self.a.ties, str) else self.a.ties
        found = [self.points.get(code, {}).get(unit) for code in breakers]
        return (total, *(x if isinstance(x, Fraction) else Fraction(-(10**15)) for x in found))

    def holds(self, unit: str, code: str, line: Fraction, *, beyond: bool = False) -> bool:
        x = self.points.get(code, {}).get(unit)
        return isinstance(x, Fraction) and (x > line if beyond else x >= line)

    def grade(self, ranked: Mapping[str, tuple[Fraction, ...]]) -> None:
        codes = [grade.code for grade in self.a.grades]
        barred: dict[str, int] = {}
        for unit in ranked:
            held = [codes.index(best) for code, line, best in self.a.vetoes if self.holds(unit, code, line, beyond=True)]
            barred[unit] = max(held, default=0)
        for level, grade in enumerate(self.a.grades):
            free = [unit for unit in ranked if self.result.grades[unit] is None and level >= barred[unit]]
            free.sort(key=lambda unit: ranked[unit], reverse=True)
            chosen = [unit for unit in free if grade.when is None or self.holds(unit, *grade.when)]
            if grade.top is not None:
                chosen = [unit for unit in chosen if Fraction(self.result.ranks[unit] or 0, len(ranked)) <= grade.top]
            if grade.seats is not None:
                chosen = self.seated(chosen, self.seats(grade.seats, len(ranked)), ranked)
            extra: list[str] = []
            if grade.promote is not None:
                code, line, seats = grade.promote
                fit = [unit for unit in free if unit not in chosen and self.holds(unit, code, line)]
                extra = self.seated(fit, seats, ranked)
            for unit in (*chosen, *extra):
                self.result.grades[unit] = grade.code
            self.result.promoted |= set(extra)

    def seats(self, seats: tuple[Fraction, bool, str], total: int) -> int:
        number, share, rounding = seats
        if not share:
            return int(number)
        exact = number * total
        return {"ceil": math.ceil(exact), "floor": math.floor(exact), "half_up": math.floor(exact + Fraction(1, 2))}[rounding]

    def seated(self, units: list[str], seats: int, keys: Mapping[str, tuple[Fraction, ...]]) -> list[str]:
        if seats <= 0:
            return []
        return units if len(units) <= seats else [unit for unit in units if keys[unit] >= keys[units[seats - 1]]]


def walk(node: Told) -> list[Told]:
    return [node, *(below for part in node.parts for below in walk(part))]
