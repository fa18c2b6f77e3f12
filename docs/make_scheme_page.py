"""Fill the tables of docs/scheme.md from the tables of the code: python docs/make_scheme_page.py

What stands between ``<!-- NAME -->`` and ``<!-- end -->`` is written anew; everything else on the page is by hand.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import windvane as wv
from windvane import exact, keys
from windvane.decimals import decimal_text
from windvane.exact import Absent, Item, Items, Sample, Value
from windvane.files.facts import read_facts
from windvane.formula import Expr, Member, Name, parse, to_text
from windvane.functions import FUNCTIONS
from windvane.problems import Problem
from windvane.rules import standard_rules
from windvane.scheme import Rule, Setting

PAGE = Path(__file__).parent / "scheme.md"
BLOCK = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)

KEY_EXAMPLES = {
    "file": {
        "windvane": "windvane: 1",
        "title": "title: {zh: 2019年度综合考核, en: Assessment 2019}",
        "source": "source: 某省考核办法第五条",
        "simulated": "simulated: yes",
        "cycle": "cycle: {from: 2019-01-01, to: 2019-12-31}",
        "classes": "classes: {party: 党群部门, agency: 政府机关}",
        "providers": "providers: {justice: {zh: 省司法厅, en: Department of justice}}",
        "rules": "rules: {half: {points: value / 2 * k, with: {k: 1}}}",
        "root": "root: {points: sum, parts: {a: …, b: …}}",
        "beside": "beside: {red_lines: {ledger: {veto: 1}}}",
        "ranking": "ranking: {of: rounded, ties: [key_work]}",
        "veto": "veto: [{when: red_lines > 0, at_best: pass}]",
        "grades": "grades: [{grade: good, quota: 30%}, {grade: pass}]",
    },
    "node": {
        "title": "title: {zh: 依法行政, en: Law}",
        "note": "note: 以文件为准",
        "provider": "provider: justice",
        "parts": "parts: {a: {full: 60}, b: {full: 40}}",
        "each": "each: {missing: class_mean}",
        "take": "take: [survey, law]",
        "except": "except: [bonus]",
        "weight": "weight: 3",
        "full": "full: {party: 60, agency: 55}",
        "points": "points: value / target * full",
        "with": "with: {threshold: 95, slope: 0.5}",
        "where": "where: {rate: numerator / denominator}",
        "facts": "facts: {level: 档次}",
        "measure": 'measure: "%"',
        "better": "better: low",
        "range": "range: [0, 100]",
        "choices": "choices: {done: 1, late: {value: 0.8, zh: 滞后}}",
        "missing": "missing: class_mean",
        "at_least": "at_least: 50%",
        "floor": "floor: 0",
        "cap": "cap: 3",
        "round": "round: 2",
        "for": "for: agency",
        "entries": "entries: {points: completion, missing: zero}",
        "ledger": "ledger: {lawsuit_lost: -1}",
    },
    "entries": {
        "points": "points: completion",
        "rules": "rules: [completion, all_or_nothing]",
        "with": "with: {cap: 1.2}",
        "where": "where: {gap: target - value}",
        "facts": "facts: {difficulty: 难度系数}",
        "full": "full: 1",
        "choices": "choices: {done: 1, undone: 0}",
        "missing": "missing: zero",
    },
    "kind": {
        "title": "title: {zh: 表彰, en: Commended}",
        "zh": "zh: 表彰",
        "en": "en: Commended",
        "amount": "amount: [0.1, 0.5]",
        "cap": "cap: 2",
    },
    "choice": {"value": "value: 0.8", "title": "title: {zh: 滞后, en: Behind}", "zh": "zh: 滞后", "en": "en: Behind"},
    "rule": {
        "title": "title: 减半",
        "say": 'say: {zh: "一半的{k}倍", en: "half of it, {k} times"}',
        "points": "points: value / 2 * k",
        "with": "with: {k: 1}",
        "where": "where: {gap: target - value}",
        "facts": "facts: {level: 档次}",
        "source": "source: 某省办法附件二",
    },
    "cycle": {"from": "from: 2019-01-01", "to": "to: 2019-12-31"},
    "ranking": {"of": "of: exact", "ties": "ties: dense"},
    "veto": {"when": "when: red_lines > 0", "at_best": "at_best: pass", "title": "title: 否决", "zh": "zh: 否决", "en": "en: Veto"},
    "grade": {
        "grade": "grade: excellent",
        "title": "title: {zh: 优秀, en: Excellent}",
        "zh": "zh: 优秀",
        "en": "en: Excellent",
        "quota": "quota: {party: 30%, agency: 25%}",
        "round": "round: floor",
        "top": "top: 10%",
        "when": "when: total >= 75",
        "promote": "promote: {when: special > 0, quota: 2}",
    },
    "promote": {"when": "when: special > 0", "quota": "quota: 2"},
    "dated": {"from": "from: 2019-07-01", "value": "value: 92"},
}
PLACES = {
    "file": "The file",
    "node": "A node",
    "entries": "`entries` of a node",
    "kind": "A kind of `ledger`",
    "choice": "A word of `choices`",
    "rule": "A rule under `rules`",
    "cycle": "`cycle`",
    "ranking": "`ranking`",
    "veto": "A row of `veto`",
    "grade": "A row of `grades`",
    "promote": "`promote` of a grade",
    "dated": "A value from a day on",
}
GROUPS = {
    "number": "Numbers; of a collection, value by value",
    "total": "A collection into one number; what is missing is skipped",
    "items": "A collection into a collection",
    "class": "All competing units of the class",
}
FUNCTION_EXAMPLES = {
    "min": "min(3, 5)",
    "max": "max(parts)",
    "clip": "clip(120, 0, 100)",
    "abs": "abs(-2)",
    "sqrt": "sqrt(2.25)",
    "ln": "ln(1)",
    "exp": "exp(0)",
    "floor": "floor(2.7)",
    "ceil": "ceil(2.1)",
    "round": "round(17.665, 2)",
    "band": "band(85, [60, 80, 90], [0, 5, 8, 10])",
    "interpolate": "interpolate(85, [80, 90], [8, 10])",
    "days": "days(value, target)",
    "present": "present(missing)",
    "first": "first(missing, 3)",
    "sum": "sum(parts)",
    "mean": "mean(parts)",
    "geometric": "geometric(parts)",
    "harmonic": "harmonic(parts)",
    "power_mean": "power_mean(parts, 2)",
    "variance": "variance(parts)",
    "count": "count(parts)",
    "best": "mean(best(parts, 1))",
    "trimmed": "mean(trimmed(parts, 1))",
    "share": "sum(share(parts))",
    "class_lowest": "class_lowest(x)",
    "class_highest": "class_highest(x)",
    "class_mean": "class_mean(x)",
    "class_median": "class_median(x)",
    "class_sd": "class_sd(x)",
    "class_count": "class_count(x)",
    "class_quantile": "class_quantile(x, 0.25)",
    "class_rank": "class_rank(x)",
    "class_percent_rank": "class_percent_rank(x)",
}


class _Example:
    """What the examples of functions are computed with: three parts, one of them missing; x = 70 in a class of four."""

    parts = Items((Item(Fraction(60), Fraction(1), Fraction(100)), Item(Fraction(90), Fraction(2), Fraction(100)), Item(Absent.MISSING)))
    three = Items((Item(Fraction(60)), Item(Fraction(70)), Item(Fraction(95))))

    def __init__(self, function: str) -> None:
        self.many = self.three if function == "trimmed" else self.parts

    def name(self, expr: Name) -> Value:
        return {"parts": self.many, "x": Fraction(70), "value": Fraction(737_035), "target": Fraction(737_028)}[expr.name]

    def member(self, expr: Member) -> Value:
        raise KeyError(expr)

    def sample(self, argument: Expr) -> Sample:
        return Sample(tuple(map(Fraction, (60, 70, 70, 90))))

    def note(self, code: str, **params: str) -> None:
        raise ValueError(code)


def page(text: str) -> str:
    """Return the page with its tables written anew."""
    blocks = {"keys": _keys, "functions": _functions, "rules": _rules, "result": lambda: _result(text)}
    return BLOCK.sub(lambda match: f"{match[1]}{blocks[match['name']]()}\n{match[3]}", text)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(header)
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _keys() -> str:
    sections = []
    for place, title in PLACES.items():
        rows = ((f"`{k.name}`", k.en, k.zh, f"`{KEY_EXAMPLES[place][k.name]}`") for k in keys.PLACES[place].values())
        sections.append(f"### {title}\n\n" + _table(("key", "meaning", "含义", "example"), rows))
    return "\n\n".join(sections)


def _functions() -> str:
    sections = []
    for group, title in GROUPS.items():
        found = (function for function in FUNCTIONS.values() if function.group == group)
        rows = ((f"`{f.usage}`", f.en, f.zh, f"`{FUNCTION_EXAMPLES[f.name]}` = {_computed(f.name)}") for f in found)
        sections.append(f"**{title}**\n\n" + _table(("function", "meaning", "含义", "example"), rows))
    return "\n\n".join(sections)


def _computed(name: str) -> str:
    expr = parse(FUNCTION_EXAMPLES[name])
    assert not isinstance(expr, Problem), expr.say("en")
    value = exact.number(exact.evaluate(expr, _Example(name)))
    return decimal_text(value) if isinstance(value, Fraction) else value.value


def _rules() -> str:
    sections = []
    for rule in standard_rules().values():
        needed = ", ".join(f"`{name}` ({title.of('en')})" for name, title in rule.facts.items())
        lines = [
            f"#### `{rule.name}` — {rule.title.of('en')} · {rule.title.of('zh')}",
            f"`{to_text(rule.points)}`" + (f" with {_defaults(rule)}" if rule.params else "") + (f"; needs {needed}" if needed else ""),
            f"- {rule.say.of('en')}.\n- {rule.say.of('zh')}。\n- Source: {rule.source.of('en')} · {rule.source.of('zh')}",
        ]
        sections.append("\n\n".join(lines))
    return "\n\n".join(sections)


def _defaults(rule: Rule) -> str:
    return ", ".join(f"`{name}: {_value(setting)}`" for name, setting in rule.params.items())


def _value(setting: Setting) -> str:
    value = setting.cases[0].value
    return (
        f"[{', '.join(map(str, map(float, value)))}]".replace(".0", "") if isinstance(value, tuple) else decimal_text(Fraction(str(value)))
    )


def _result(text: str) -> str:
    """Score the worked example of the page and show how one unit got its points."""
    ranking = example_ranking(text)
    assert not ranking.scores.problems, [p.say("en") for p in ranking.scores.problems]
    lines = [str(ranking), "", *wv.derive(ranking.scores, "a2").say("en")]
    return "```text\n" + "\n".join(line.rstrip() for line in lines) + "\n```"


def example_ranking(text: str) -> wv.Ranking:
    """Return the ranking of the worked example of a page."""
    blocks = dict(re.findall(r"`(scheme\.yaml|units\.csv|facts\.csv|entries\.csv)`\n+```\w+\n(.*?)```", text, re.DOTALL))
    scheme = wv.parse_scheme(blocks["scheme.yaml"])
    assert not isinstance(scheme, list), [p.say("en") for p in scheme]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in blocks.items():
            (Path(folder) / name).write_text(content, encoding="utf-8")
        paths = {name.partition(".")[0]: Path(folder) / name for name in blocks if name.endswith(".csv")}
        facts = read_facts(**paths)
    assert not isinstance(facts, list), [p.say("en") for p in facts]
    return wv.rank(wv.score(wv.compile_scheme(scheme), facts))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
