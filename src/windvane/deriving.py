"""Derive: why a unit has these points. The walk that computed is the walk that explains, read back from its outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from windvane import exact
from windvane.additive import Line, decompose
from windvane.decimals import decimal_text
from windvane.derivation import Derivation, Gap, Read, Shown
from windvane.exact import Absent, Atom, Items, Scope, Value
from windvane.facts import Fact
from windvane.formula import Call, Expr, Member, Name, Number, names, to_text
from windvane.functions import FUNCTIONS
from windvane.plan import number_at
from windvane.ranking import vetoes_of
from windvane.scheme import ROOT, Choice, Formula, Node, Scheme, Setting
from windvane.scores import Outcome, Scored, Scores, replay, replay_entry
from windvane.text import Text

SHOWN_ITEMS: Final = 8  # values of a collection written out before "…"


def derive(scores: Scores, unit: str, code: str = ROOT) -> Derivation:
    """Explain the points of a unit at a node down to the facts.

    Raises ``KeyError`` where the unit's class does not have the node.
    """
    outcome = scores.outcome(unit, code)
    cls = scores.facts.unit_index[unit].cls
    step, scope = scores.plan.step(cls, code), replay(scores, unit, code)
    node, dates = step.node, _date_names(step.node)
    parts = tuple(derive(scores, unit, part) for part in step.parts if part in scores.outcomes[cls])
    lines = (*decompose(node.formula.expr, scope, outcome, scores.plan.scheme.nodes), *(_veto_lines(scores, unit) if code == ROOT else ()))
    return Derivation(
        unit=unit,
        code=code,
        title=node.title,
        points=outcome.value,
        full=number_at(node.full, cls, scores.plan.day) if node.full or node.ledger is None else None,
        state=_state(outcome.points),
        formula=_shown("points", node.formula.expr, scope, dates, outcome.raw),
        rule=_rule_sentence(scores, node.formula, step.params, {**dates, "full": False}, step.full),
        params=tuple((name, value_text(value, name in dates and dates[name])) for name, value in step.params.items()),
        steps=_steps(node.formula, outcome, scope, dates),
        reads=tuple(_reads(scores, unit, node)),
        lines=lines,
        parts=parts,
        entries=tuple(_entry(scores, unit, node, scored) for scored in outcome.entries),
        provider=node.provider,
        places=2 if step.round is None else max(step.round, 0),
    )


def _state(points: Atom) -> str:
    return points.value if isinstance(points, Absent) else "scored"


def _veto_lines(scores: Scores, unit: str) -> Sequence[Line]:
    return [Line("veto", at_best, title, Fraction(0)) for at_best, title in vetoes_of(scores, unit)]


# Formulas with numbers -------------------------------------------------------------------------------------------------


def _shown(name: str, expr: Expr, scope: Scope, dates: Mapping[str, bool], value: Value) -> Shown:
    numbers = to_text(expr, _putter(scope, dates))
    return Shown(name, to_text(expr), numbers, value_text(value))


def _steps(formula: Formula, outcome: Outcome, scope: Scope, dates: Mapping[str, bool]) -> tuple[Shown, ...]:
    return tuple(_shown(name, expr, scope, dates, outcome.steps.get(name, Absent.MISSING)) for name, expr in formula.where)


def _putter(scope: Scope, dates: Mapping[str, bool]) -> Callable[[Expr], str | None]:
    """Put in the values of names, members and class statistics; everything else stays as written."""

    def put(expr: Expr) -> str | None:
        if isinstance(expr, Name | Member):
            value = exact.evaluate(expr, scope)
            return _bracketed(value_text(value, isinstance(expr, Name) and dates.get(expr.name, False)))
        if isinstance(expr, Call) and FUNCTIONS[expr.function].group == "class":
            return _bracketed(value_text(exact.evaluate(expr, scope)))
        return None

    return put


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def value_text(value: Value, is_date: bool = False) -> str:
    """Write a value as a person reads it: a date, a decimal (to 6 places where it does not end), a list, or its absence."""
    match value:
        case Absent():
            return {"missing": "missing", "not_due": "not due", "refused": "refused"}[value.value]
        case Items(rows):
            shown = [value_text(row.value) for row in rows[:SHOWN_ITEMS]] + (["…"] if len(rows) > SHOWN_ITEMS else [])
            return f"[{', '.join(shown)}]"
        case tuple():
            return f"[{', '.join(value_text(v, is_date) for v in value)}]"
    if is_date and value.denominator == 1 and value > 0:
        return date.fromordinal(int(value)).isoformat()
    return decimal_text(value)


def _date_names(node: Node) -> dict[str, bool]:
    """Which names of a node hold dates: parameters written as dates, and its facts where the measure is a date."""
    found = {name: _holds_dates(setting) for name, setting in node.formula.params.items()}
    if node.measure == "date":
        found |= dict.fromkeys(("value", "target", "base", "previous"), True)
    return found


def _holds_dates(setting: Setting) -> bool:
    values = [v for case in setting.cases for v in (case.value if isinstance(case.value, tuple) else (case.value,))]
    return any(isinstance(v, date) for v in values)


def _rule_sentence(scores: Scores, formula: Formula, params: Mapping[str, Value], dates: Mapping[str, bool], full: Fraction) -> Text:
    """The sentence of a named rule with its parameters filled in; empty for a formula of its own."""
    rule = scores.plan.scheme.rules.get(formula.rule)
    if rule is None:
        return Text()
    filled = {"full": decimal_text(full), **{name: value_text(value, dates.get(name, False)) for name, value in params.items()}}
    return Text(*(_fill(text, filled) for text in (rule.say.zh or rule.title.zh, rule.say.en or rule.title.en)))


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


# Facts -----------------------------------------------------------------------------------------------------------------

STANDARD_TITLES: Final = {
    "value": Text("完成值", "value"),
    "target": Text("目标值", "target"),
    "base": Text("基数", "base"),
    "previous": Text("上年值", "previous year"),
    "numerator": Text("分子", "numerator"),
    "denominator": Text("分母", "denominator"),
    "n": Text("样本量", "sample size"),
    "weight": Text("权重", "weight"),
    "amount": Text("分值", "amount"),
    "full": Text("满分", "full mark"),
}


def _reads(scores: Scores, unit: str, node: Node) -> Iterator[Read]:
    """Facts of the node (and of others it names) that its formulas read, in the order of reading."""
    wanted: dict[tuple[str, str], None] = {}
    for expr in (node.formula.expr, *(e for _, e in node.formula.where), *([node.weight] if node.weight else [])):
        for read in names(expr):
            wanted[(node.code, read.name) if isinstance(read, Name) else (read.base, read.name)] = None
    for code, name in wanted:
        fact = scores.facts.get(unit, code, name)
        if fact is not None:
            title = node.facts.get(name) or STANDARD_TITLES.get(name, Text(name))
            yield read_of(fact, title, scores.plan.scheme, node.measure, node.choices)


MEASURED: Final = ("value", "target", "base", "previous")  # facts in the node's unit of measure


def read_of(fact: Fact, title: Text, scheme: Scheme, measure: str, choices: Sequence[Choice]) -> Read:
    value = fact.value
    text = decimal_text(value) if isinstance(value, Fraction) else "" if value is None else str(value)
    word = next((c.title for c in choices if value in (c.code, c.title.zh, c.title.en)), Text())
    error = decimal_text(fact.error) if fact.error is not None else ""
    unit = measure if fact.name in MEASURED and measure != "date" and not word else ""
    return Read(fact.name, title, text, unit, fact.status.value, error, scheme.provider_title(fact.source), fact.document, word)


def _entry(scores: Scores, unit: str, node: Node, scored: Scored) -> Derivation:
    """Explain one entry: its rule with its own numbers; for a ledger its amount and what the kind's cap left of it."""
    row, formula = scored.row, scored.formula or node.formula
    scope = replay_entry(scores, unit, node.code, scored)
    dates = {name: _holds_dates(setting) for name, setting in formula.params.items()} | dict.fromkeys(
        _date_facts(scores, node, scored), True
    )
    title = row.title or Text(row.entry)
    amount = Number(scored.raw) if node.ledger is not None and isinstance(scored.raw, Fraction) else formula.expr
    cut = _cut_lines(node, scored, title)
    kind = (node.ledger or {}).get(row.kind)
    return Derivation(
        unit=unit,
        code=row.entry,
        title=title,
        points=scored.points if isinstance(scored.points, Fraction) else None,
        full=scored.full if node.ledger is None else None,
        state=_state(scored.points),
        formula=_shown("points", amount, scope, dates, scored.raw),
        rule=kind.title if kind else _rule_sentence(scores, formula, scored.params, dates, scored.full),
        params=tuple((name, value_text(value, dates.get(name, False))) for name, value in scored.params.items()),
        reads=tuple(_entry_reads(scores, node, scored, amount)),
        lines=cut,
        document=row.document,
        places=2,
    )


def _date_facts(scores: Scores, node: Node, scored: Scored) -> set[str]:
    """Names of an entry's facts that are dates."""
    unit, entry = scored.row.reported_by
    found = {name for name, value in (scored.row.task.facts if scored.row.task else {}).items() if isinstance(value, date)}
    reported = ((name, scores.facts.get(unit, node.code, name, entry=entry)) for name in MEASURED)
    return found | {name for name, fact in reported if fact and isinstance(fact.value, date)}


def _cut_lines(node: Node, scored: Scored, title: Text) -> tuple[Line, ...]:
    """What a ledger entry was given, and what the limit of its kind took back; nothing where all of it counts."""
    raw, points, kind = scored.raw, scored.points, (node.ledger or {}).get(scored.row.kind)
    if kind is None or raw == points or not isinstance(raw, Fraction) or not isinstance(points, Fraction):
        return ()
    return (Line("given", scored.row.entry, title, raw), Line("kind_cap", scored.row.kind, _limit_of(kind.title), points - raw))


def _limit_of(title: Text) -> Text:
    return Text(f"“{title.of('zh')}”合计上限", f"Limit of “{title.of('en')}”")


def _entry_reads(scores: Scores, node: Node, scored: Scored, expr: Expr) -> Iterator[Read]:
    unit, entry = scored.row.reported_by
    titles = node.entries.facts if node.entries else {}
    measure = scored.row.task.measure if scored.row.task else node.measure
    wanted = dict.fromkeys(read.name for read in names(expr))
    for name in wanted:
        title = titles.get(name) or STANDARD_TITLES.get(name, Text(name))
        if name in scored.row.facts:
            book = scored.row.task.source if scored.row.task else ""
            unit_of = measure if name in MEASURED and measure != "date" else ""
            yield Read(
                name, title, value_text(scored.row.facts[name], name in _date_facts(scores, node, scored)), unit_of, source=Text(book)
            )
        elif (fact := scores.facts.get(unit, node.code, name, entry=entry)) is not None:
            yield read_of(fact, title, scores.plan.scheme, measure, node.entries.choices if node.entries else ())


# Why one unit is ahead of another --------------------------------------------------------------------------------------


def why(scores: Scores, a: str, b: str, code: str = ROOT) -> tuple[Gap, ...]:
    """Decompose the gap between two units at a node: the gaps of the lines add up to it exactly.

    Parts are decomposed in turn, each in its own points. Units of different classes are compared line by line as well.
    """
    first, second = (_lines_by_key(scores, unit, code) for unit in (a, b))
    found = []
    for key in dict.fromkeys([*first, *second]):
        line = first.get(key) or second[key]
        below = why(scores, a, b, line.code) if line.kind == "part" and _both_have(scores, a, b, line.code) else ()
        a_points, b_points = (rows[key].points if key in rows else Fraction(0) for rows in (first, second))
        found.append(Gap(line.kind, line.code, line.title, a_points, b_points, below))
    return tuple(found)


def _lines_by_key(scores: Scores, unit: str, code: str) -> dict[tuple[str, str], Line]:
    outcome = scores.outcome(unit, code)
    cls = scores.facts.unit_index[unit].cls
    expr = scores.plan.step(cls, code).node.formula.expr
    lines = decompose(expr, replay(scores, unit, code), outcome, scores.plan.scheme.nodes)
    return {(line.kind, line.code): line for line in lines}


def _both_have(scores: Scores, a: str, b: str, code: str) -> bool:
    return all(code in scores.outcomes[scores.facts.unit_index[u].cls] for u in (a, b))
