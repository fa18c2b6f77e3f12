"""Five hundred random schemes, scored by the engine and by an evaluation that shares no line with it: equal to the last digit."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import yaml
from tests.laws.independent import Assessed, GradeTold, Line, Result, Setting, Told, evaluate, walk
from tests.laws.independent_rules import CLASS_OVER, NOT_DUE, OVER, PEERS, RULES

from windvane import Book, Entry, Fact, Facts, Ranking, Scheme, Scores, Status, Task, Text, Unit, compile_scheme, parse_scheme, rank, score
from windvane.decimals import decimal_text
from windvane.exact import Absent
from windvane.reading import build_scheme
from windvane.vetting import vet_scheme

SCHEMES = 500
BATCH = 20
START, DAY = date(2019, 1, 1), date(2019, 12, 31)
GRID = [Fraction(n, 4) for n in range(-20, 480, 5)]
FORMULAS: Mapping[str, str] = {
    "either_year": "first(value, previous, 0)",
    "line": "interpolate(value, xs, ys)",
    "half_steps": "round(value * 2) / 2",
    "above_both": "1 if value >= target and value >= 50 else 0",
    "from_mean": "value - class_mean(value)",
    "over_median": "value / class_median(value) * full",
    "from_quantile": "value - class_quantile(value, q) + class_count(value)",
    "strongest": "max(parts)",
    "variance": "variance(parts)",
    "best_two": "mean(best(parts, 2))",
    "trimmed": "mean(trimmed(parts, 1))",
    "flags": "sum(parts >= line)",
    "mean_full": "mean(parts) * full",
    "shares": "mean(share(parts)) * full",
    "full_and_sum": "max(0, full + sum(parts))",
    "rewarded": "mean(parts) + (reward if min(parts) >= line else 0)",
    "sum_percentile": "class_percent_rank(sum(parts)) * full",
    "from_class_mean": "sum(parts) - class_mean(sum(parts))",
}


# A random assessment ---------------------------------------------------------------------------------------------------


def always(value: object) -> Setting:
    return {"": [(None, value)]}


class Maker:
    """Makes one assessment from a seed."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.classes = ("party", "agency")[: self.r.randint(1, 2)]
        self.units = {f"u{i}": (self.r.choice(self.classes), self.r.random() < 0.85) for i in range(self.r.randint(3, 10))}
        self.depth = self.r.randint(1, 3)
        self.count = 0
        self.codes: list[str] = []
        self.books = self.r.random() < 0.3

    def chance(self, share: float) -> bool:
        return self.r.random() < share

    def amount(self, low: float, high: float, step: str = "0.25") -> Fraction:
        size = Fraction(step)
        return self.r.randint(int(low / float(size)), int(high / float(size))) * size

    def setting(self, make: Callable[[], object]) -> Setting:
        """Mostly plain; sometimes by class, sometimes from a date."""
        if self.chance(0.15):
            return {cls: [(None, make())] for cls in self.classes}
        if self.chance(0.15):
            return {"": [(START, make()), (START + timedelta(self.r.randint(30, 400)), make())]}
        return always(make())

    def maybe(self, share: float, make: Callable[[], object]) -> Setting | None:
        return self.setting(make) if self.chance(share) else None

    def assessed(self) -> Assessed:
        root = replace(self.parent("total", self.depth), take=(), only=())
        codes = [node.code for node in walk(root)]
        takers = [node for node in walk(root) if node.parts and node.how != "shares"]
        beside = (Told("red", "value", missing="zero", weight=Fraction(1)), self.leaf("extra"))
        if self.chance(0.3) and takers:
            root = taking(root, self.r.choice(takers).code, "extra")
        facts: dict[tuple[str, str], dict[str, Fraction | str]] = {}
        lines: dict[tuple[str, str], list[Line]] = {}
        for node in [*walk(root), *beside]:
            self.report(node, facts, lines)
        ties = self.r.choice(["share", "dense", ("extra",), (self.r.choice(codes), "extra")])
        grades = self.grades(codes)
        vetoes = [("red", Fraction(5), "b")] if grades and self.chance(0.4) else []
        return Assessed(root, beside, self.units, facts, lines, DAY, self.chance(0.3), ties, vetoes, grades, self.books)

    def code(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def limits(self) -> dict[str, Setting | None]:
        return {
            "floor": self.maybe(0.15, lambda: self.amount(-10, 20)),
            "cap": self.maybe(0.15, lambda: self.amount(30, 110)),
            "round": self.maybe(0.3, lambda: Fraction(self.r.randint(-1, 3))),
        }

    def parent(self, code: str, depth: int) -> Told:
        parts = tuple(self.below(depth - 1) for _ in range(self.r.randint(2, 4)))
        how = self.r.choice([*OVER, *CLASS_OVER, "mean", "mean", "sum", "sum"])
        if code == "total":
            how = self.r.choice(["mean", "sum", "mean_full", "rewarded"])
        full = Fraction(100) if how == "shares" else self.amount(5, 60)
        numbers = {"flags": ["line"], "rewarded": ["line", "reward"]}.get(how, [])
        return Told(
            code,
            how,
            {name: self.setting(lambda: self.amount(0, 60)) for name in numbers},
            always(full) if self.chance(0.5) else None,
            missing=self.r.choice(["skip", "skip", "zero", "class_mean", "refuse"]),
            weight=self.weight(),
            at_least=self.r.choice([None, None, (Fraction(2), False), (Fraction(1, 2), True), (Fraction(1), True)]),
            only=self.only(),
            parts=parts,
            **self.limits(),
        )

    def only(self) -> tuple[str, ...]:
        return (self.r.choice(self.classes),) if len(self.classes) > 1 and self.chance(0.1) else ()

    def weight(self) -> Fraction | None:
        return self.r.choice([None, Fraction(1), Fraction(0), self.amount(0.5, 4), self.amount(0.5, 4)])

    def below(self, depth: int) -> Told:
        if depth > 0 and self.chance(0.6):
            return self.parent(self.code(), depth)
        kind = self.r.random()
        return self.entry_node() if kind < 0.15 else self.ledger_node() if kind < 0.3 else self.leaf(self.code())

    def leaf(self, code: str) -> Told:
        how = self.r.choice([*RULES, *PEERS])
        return Told(
            code,
            how,
            self.numbers(how),
            self.maybe(0.7, lambda: self.amount(5, 60)),
            self.r.choice(["high", "high", "low"]),
            self.r.choice(["skip", "skip", "zero", "class_mean", "refuse"]),
            weight=self.weight(),
            only=self.only() if code != "extra" else (),
            **self.limits(),
        )

    def numbers(self, how: str) -> dict[str, Setting]:
        plain = {name: self.setting(lambda name=name: self.param(name)) for name in PLAIN.get(how, ())}
        return plain | self.lists(how)

    def param(self, name: str) -> Fraction:
        low, high, step = RANGES[name]
        return self.amount(low, high, step)

    def lists(self, how: str) -> dict[str, Setting]:
        count = self.r.randint(1, 4)
        cuts = sorted({self.amount(0, 100, "5") for _ in range(count)}, reverse=self.chance(0.3))
        marks = [self.amount(0, 100, "2.5") for _ in range(len(cuts) + 1)]
        if how == "levels":
            return {"cuts": always(tuple(cuts)), "marks": always(tuple(marks))}
        if how == "levels_between":
            return {"cuts": always(tuple(cuts)), "marks": always(tuple(marks[1:])), "lowest": always(self.r.choice(cuts))}
        if how == "stars":
            return {"cuts": always(tuple(cuts)), "stars": always(tuple(marks))}
        if how == "line":
            return {"xs": always(tuple(cuts)), "ys": always(tuple(marks[1:]))}
        if how == "coefficient_band":
            lows, highs = (0, "0.3", "0.6", "0.8"), ("0.2", "0.5", "0.7", 1)
            return {"lows": always(tuple(map(Fraction, lows))), "highs": always(tuple(map(Fraction, highs)))}
        return {}

    def entry_node(self) -> Told:
        cap = self.setting(lambda: self.param("cap"))
        numbers = {rule: {name: always(Fraction(x)) for name, x in row.items()} for rule, row in DEFAULTS.items()}
        numbers["levels"] = {name: always(tuple(map(Fraction, row))) for name, row in LEVELS.items()}
        for rule in ("completion", "pace"):
            numbers[rule] = {"cap": cap}
        how = self.r.choice(["mean", "mean_full", "sum", "weakest", "best_two", "trimmed", "flags"])
        policy = self.r.choice(["skip", "zero", "class_mean"])
        return Told(
            self.code(),
            how,
            {"line": always(Fraction(1, 2))} if how == "flags" else {},
            always(self.amount(5, 60)),
            missing=policy,
            weight=Fraction(1),
            entry_rules=("completion", *DEFAULTS, "levels", "pace"),
            entry_numbers=numbers,
            entry_missing=self.r.choice(["zero", "skip", "skip", "refuse"]),
            **self.limits(),
        )

    def ledger_node(self) -> Told:
        kinds = {}
        for i in range(self.r.randint(1, 3)):
            low, high = sorted((self.amount(-3, 3), self.amount(-3, 3)))
            fixed = self.chance(0.5)
            kinds[f"k{i}"] = (low, low if fixed else high, self.r.choice([None, self.amount(1, 4), self.amount(-4, -1)]))
        how = self.r.choice(["sum", "full_and_sum"])
        return Told(self.code(), how, full=always(self.amount(5, 20)), weight=Fraction(1), kinds=kinds, **self.limits())

    def grades(self, codes: Sequence[str]) -> list[GradeTold]:
        rounding = self.r.choice(["ceil", "floor", "half_up"])
        share = (self.amount(0.1, 0.6, "0.05"), True, rounding)
        seats = (Fraction(self.r.randint(0, 3)), False, "half_up")
        when = (self.r.choice(["total", self.r.choice(codes)]), self.amount(10, 60))
        promote = ("extra", self.amount(10, 60), self.r.randint(1, 2))
        return [
            GradeTold("a", self.r.choice([share, seats]), None, self.r.choice([None, when]), self.r.choice([None, promote])),
            GradeTold("b", None, self.r.choice([None, self.amount(0.1, 0.9, "0.05")]), self.r.choice([None, when])),
            GradeTold("c"),
        ][: self.r.choice([0, 2, 3, 3, 3])]

    # Facts

    def report(self, node: Told, facts: dict[tuple[str, str], dict[str, Fraction | str]], lines: dict[tuple[str, str], list[Line]]) -> None:
        for unit in self.units:
            if node.entry_rules:
                lines[unit, node.code] = [self.entry(node, i) for i in range(self.r.randint(0, 4))]
            elif node.kinds:
                lines[unit, node.code] = [self.booked(node, i) for i in range(self.r.randint(0, 4))]
            else:
                needed = RULES[node.how][0] if node.how in RULES else ("value",) if node.how in PEERS else ()
                facts[unit, node.code] = self.values((*needed, *(["previous", "value"] if node.how == "either_year" else [])))
            if node.weight is None and self.chance(0.9):
                facts.setdefault((unit, node.code), {})["weight"] = self.amount(0, 4)

    def values(self, names: Sequence[str]) -> dict[str, Fraction | str]:
        found: dict[str, Fraction | str] = {}
        for name in names:
            draw = self.r.random()
            if draw < 0.04:
                found[name] = NOT_DUE
            elif draw < 0.92:
                found[name] = self.value(name)
        return found

    def value(self, name: str) -> Fraction:
        if name == "level":
            return Fraction(self.r.randint(0, 5))
        return Fraction(0) if self.chance(0.02) else self.r.choice(GRID) if self.chance(0.7) else self.amount(0, 100, "0.001")

    def day(self) -> date | None:
        return START + timedelta(self.r.randint(0, 364)) if self.chance(0.8) else None

    def entry(self, node: Told, i: int) -> Line:
        rule = self.r.choice(["", *node.entry_rules])
        values = self.values((*RULES[rule or node.entry_rules[0]][0], *(["weight"] if self.chance(0.5) else [])))
        if self.books or isinstance(values.get("weight"), str):
            values.pop("weight", None)
            values["weight"] = self.amount(0.5, 4)
        if self.books and isinstance(values.get("target"), str):
            values["target"] = self.value("target")
        return Line(f"e{i}", values, "", None if self.books else self.day(), rule)

    def booked(self, node: Told, i: int) -> Line:
        kind = self.r.choice(list(node.kinds))
        low, high, _ = node.kinds[kind]
        given = {} if low == high and self.chance(0.5) else {"amount": low + (high - low) * Fraction(self.r.randint(0, 4), 4)}
        return Line(f"e{i}", given, kind, self.day())


PLAIN: Mapping[str, tuple[str, ...]] = {
    "completion": ("cap",), "completion_low": ("cap",), "pace": ("cap",), "difficulty": ("cap",),
    "step_down": ("threshold", "slope", "floor_at"), "step_up": ("threshold", "slope", "floor_at"),
    "all_or_nothing": ("otherwise",), "per_count": ("each_one", "most"), "deduct": ("each_one", "floor_at"),
    "growth": ("goal", "cap"), "level_and_growth": ("level_share", "goal"), "efficacy": ("low", "high"), "goalposts": ("low", "high"),
    "schedule": ("early", "late", "floor_at", "most"), "rank_points": ("step", "least"), "from_quantile": ("q",),
}  # fmt: skip
RANGES: Mapping[str, tuple[float, float, str]] = {
    "cap": (0.5, 1.5, "0.05"), "threshold": (20, 95, "0.5"), "slope": (0.1, 2, "0.05"), "floor_at": (-5, 10, "0.5"),
    "otherwise": (-5, 2, "0.5"), "each_one": (0.1, 2, "0.1"), "most": (11, 80, "1"), "goal": (0.05, 0.5, "0.05"),
    "level_share": (0, 1, "0.1"), "low": (-20, 40, "2.5"), "high": (50, 120, "2.5"), "early": (0, 0.5, "0.05"), "late": (0, 0.5, "0.05"),
    "step": (0.5, 4, "0.5"), "least": (0, 3, "0.5"), "q": (0, 1, "0.05"),
}  # fmt: skip
# What an entry's rule takes for its parameters when the scheme says nothing.
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "step_down": {"threshold": "95", "slope": "1", "floor_at": "0"},
    "all_or_nothing": {"otherwise": "0"},
    "goalposts": {"low": "0", "high": "100"},
    "per_count": {"each_one": "1", "most": "5"},
    "deduct": {"each_one": "1", "floor_at": "0"},
}
LEVELS: Mapping[str, tuple[str, ...]] = {"cuts": ("60", "70", "80", "90", "100"), "marks": ("0", "60", "70", "80", "90", "100")}


def taking(node: Told, code: str, taken: str) -> Told:
    found = replace(node, parts=tuple(taking(part, code, taken) for part in node.parts))
    return replace(found, take=(taken,)) if node.code == code else found


# As a scheme file -----------------------------------------------------------------------------------------------------


def number_text(x: object) -> str:
    if isinstance(x, Fraction):
        return format(Decimal(x.numerator) / Decimal(x.denominator), "f")
    return str(x)


def written(setting: Setting) -> object:
    rows = {cls: value_written(found) for cls, found in setting.items()}
    return rows.get("", rows)


def value_written(rows: Sequence[tuple[date | None, object]]) -> object:
    if rows[0][0] is None:
        return plain(rows[0][1])
    return [{"from": str(since), "value": plain(value)} for since, value in rows]


def plain(value: object) -> object:
    return [number_text(x) for x in value] if isinstance(value, tuple) else number_text(value)


def node_written(node: Told) -> dict[str, object]:
    found: dict[str, object] = {"points": FORMULAS.get(node.how, node.how), "better": node.better, "missing": node.missing}
    if node.kinds or node.entry_rules:
        found["points"] = FORMULAS.get(node.how, OVER_ENTRIES.get(node.how, "")).replace("parts", "entries")
    for key in ("full", "floor", "cap", "round"):
        if (setting := getattr(node, key)) is not None:
            found[key] = written(setting)
    if node.numbers:
        found["with"] = {name: written(value) for name, value in node.numbers.items()}
    found["weight"] = "weight" if node.weight is None else number_text(node.weight)
    if node.at_least is not None:
        least, share = node.at_least
        found["at_least"] = f"{number_text(least * 100)}%" if share else number_text(least)
    return found | entries_written(node) | below_written(node)


OVER_ENTRIES = {"mean": "mean(parts)", "sum": "sum(parts)", "weakest": "min(parts)"}


def entries_written(node: Told) -> dict[str, object]:
    if node.kinds:
        return {"ledger": {code: kind_written(*kind) for code, kind in node.kinds.items()}}
    if not node.entry_rules:
        return {}
    first, *others = node.entry_rules
    numbers = {name: written(value) for name, value in node.entry_numbers[first].items()}
    return {"entries": {"points": first, "rules": others, "with": numbers, "missing": node.entry_missing}}


def kind_written(low: Fraction, high: Fraction, cap: Fraction | None) -> dict[str, object]:
    amount = number_text(low) if low == high else [number_text(low), number_text(high)]
    return {"amount": amount} | ({} if cap is None else {"cap": number_text(cap)})


def below_written(node: Told) -> dict[str, object]:
    found: dict[str, object] = {"for": list(node.only)} if node.only else {}
    if node.parts:
        found["parts"] = {part.code: node_written(part) for part in node.parts}
    if node.take:
        found["take"] = list(node.take)
    return found


def grade_written(grade: GradeTold) -> dict[str, object]:
    found: dict[str, object] = {"grade": grade.code}
    if grade.seats is not None:
        number, share, rounding = grade.seats
        found |= {"quota": f"{number_text(number * 100)}%" if share else number_text(number)}
        found |= {"round": rounding} if share else {}
    if grade.top is not None:
        found |= {"top": f"{number_text(grade.top * 100)}%"} | ({} if "round" not in found else {"round": "floor"})
    if grade.when is not None:
        found["when"] = f"{grade.when[0]} >= {number_text(grade.when[1])}"
    if grade.promote is not None:
        node, line, seats = grade.promote
        found["promote"] = {"when": f"{node} >= {number_text(line)}", "quota": str(seats)}
    return found


def scheme_written(told: Assessed) -> dict[str, object]:
    document: dict[str, object] = {"windvane": "1", "cycle": {"from": str(START), "to": str(told.day)}}
    document["classes"] = {cls: cls for cls in ("party", "agency")}
    document["root"] = node_written(told.root)
    document["beside"] = {node.code: node_written(node) for node in told.beside}
    ties = told.ties if isinstance(told.ties, str) else list(told.ties)
    document["ranking"] = {"of": "exact" if told.exact else "rounded", "ties": ties}
    if told.grades:
        document["veto"] = [{"when": f"{code} > {number_text(line)}", "at_best": best} for code, line, best in told.vetoes]
        document["grades"] = [grade_written(grade) for grade in told.grades]
    return document


def read(told: Assessed, *, as_text: bool) -> Scheme:
    """The scheme, through a file's text or from its content alone (YAML takes half of the time)."""
    document = scheme_written(told)
    if as_text:
        found = parse_scheme(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
        assert isinstance(found, Scheme), [problem.say("en") for problem in found]
        return found
    scheme, problems = build_scheme(document, {})
    assert scheme is not None, [problem.say("en") for problem in problems]
    assert vet_scheme(scheme) == []
    return scheme


def facts_written(told: Assessed) -> Facts:
    units = tuple(Unit(code, Text(code), cls, i, competes) for i, (code, (cls, competes)) in enumerate(told.units.items()))
    rows = [fact(unit, node, name, "", x) for (unit, node), facts in told.facts.items() for name, x in facts.items()]
    entries = []
    for (unit, node), lines in told.lines.items():
        for line in lines:
            kept = [name for name in line.facts if not (told.books and not line.kind and name in ("weight", "target"))]
            rows += [fact(unit, node, name, line.entry, line.facts[name]) for name in kept]
            if not told.books or line.kind:
                entries.append(Entry(unit, node, line.entry, line.kind, Text(line.entry), "", line.day, line.rule))
    return Facts(units, tuple(rows), tuple(entries))


def fact(unit: str, node: str, name: str, entry: str, x: Fraction | str) -> Fact:
    if isinstance(x, str):
        return Fact(unit, node, name, entry=entry, status=Status.NOT_DUE)
    return Fact(unit, node, name, entry=entry, value=x)


def books_written(told: Assessed) -> list[Book]:
    if not told.books:
        return []
    tasks: dict[str, list[Task]] = {unit: [] for unit in told.units}
    for (unit, node), lines in told.lines.items():
        tasks[unit] += [task(node, line) for line in lines if not line.kind]
    return [Book(unit, tuple(rows)) for unit, rows in tasks.items()]


def task(node: str, line: Line) -> Task:
    weight, target = line.facts["weight"], line.facts.get("target")
    assert isinstance(weight, Fraction)
    return Task(
        line.entry, node, Text(line.entry), weight=weight, rule=line.rule, facts={"target": target} if isinstance(target, Fraction) else {}
    )


# Equal ----------------------------------------------------------------------------------------------------------------


def shown(x: object) -> str:
    if isinstance(x, Absent):
        return x.value
    return f"{x} = {decimal_text(x)}" if isinstance(x, Fraction) else str(x)


def differences(told: Assessed, expected: Result, scores: Scores, ranking: Ranking) -> list[str]:
    found = []
    for unit, (cls, _) in told.units.items():
        for code, outcomes in scores.outcomes[cls].items():
            ours, theirs = outcomes[unit].points, expected.points[code][unit]
            if (ours.value if isinstance(ours, Absent) else ours) != theirs:
                found.append(f"{unit} {code}: independent {shown(theirs)}, engine {shown(ours)}")
            for scored in outcomes[unit].entries:
                one, other = shown(scored.points), shown(expected.counted[unit, code][scored.row.entry])
                found += [f"{unit} {code}/{scored.row.entry}: independent {other}, engine {one}"] if one != other else []
        place = ranking[unit]
        ours_place = (place.rank, place.grade, place.promoted)
        theirs_place = (expected.ranks[unit], expected.grades[unit], unit in expected.promoted)
        found += [f"{unit}: independent {theirs_place}, engine {ours_place}"] if ours_place != theirs_place else []
    return found


def scored(told: Assessed, *, as_text: bool = False) -> tuple[Scores, Ranking]:
    scores = score(compile_scheme(read(told, as_text=as_text), books_written(told)), facts_written(told))
    return scores, rank(scores)


@pytest.mark.parametrize("first", range(0, SCHEMES, BATCH))
def test_random_schemes_agree(first: int) -> None:
    for seed in range(first, first + BATCH):
        told = Maker(seed).assessed()
        scores, ranking = scored(told, as_text=seed == first)

        assert differences(told, evaluate(told), scores, ranking) == [], f"seed {seed}"


def test_random_schemes_are_worth_the_name() -> None:
    """Most have totals, ranks, ties, grades, absences; all rules, ways of summing up and policies occur."""
    all_told = [Maker(seed).assessed() for seed in range(0, SCHEMES, 5)]
    results = [evaluate(told) for told in all_told]
    hows = {node.how for told in all_told for node in walk(told.root)}
    states = {x for result in results for points in result.points.values() for x in points.values() if isinstance(x, str)}
    ranks = [[rank for rank in result.ranks.values() if rank is not None] for result in results]

    assert set(RULES) | set(PEERS) | set(OVER) | set(CLASS_OVER) <= hows
    assert states == {"missing", "not_due", "refused"}
    assert sum(len(found) >= 3 for found in ranks) >= len(all_told) * 0.6
    assert sum(len(found) > len(set(found)) for found in ranks) >= 5
    assert sum(bool(result.promoted) for result in results) >= 5
    assert sum(any(grade == "a" for grade in result.grades.values()) for result in results) >= 30
