"""From a document of plain words to a ``Scheme``, with every mistake at its place, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias

from windvane import keys
from windvane.canonical import canonical_document
from windvane.decimals import parse_decimal
from windvane.facts import ONLY
from windvane.formula import Expr, Missing, did_you_mean, parse
from windvane.problems import Problem, Severity, errors
from windvane.rules import standard_rules
from windvane.scheme import (
    ROOT,
    Case,
    Choice,
    Entries,
    Formula,
    Grade,
    Kind,
    Node,
    Number,
    Param,
    Quota,
    RankingPolicy,
    Rule,
    Scheme,
    Setting,
    Veto,
)
from windvane.text import Text

Path: TypeAlias = tuple[str, ...]
Raw: TypeAlias = Mapping[str, object]
_BROKEN: Final = Missing()  # stands for a formula that could not be read; a problem says so
MISSING: Final = ("refuse", "skip", "zero", "class_mean")


def build_scheme(document: object, places: Mapping[Path, str]) -> tuple[Scheme | None, list[Problem]]:
    """Build a scheme; None where the document has errors. Names in formulas are vetted by ``vetting``."""
    reader = Reader(places)
    found = reader.scheme(document)
    return (None if errors(reader.problems) else found), reader.problems


def parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Reader:
    """Reads one document. Each method takes raw content with its path and returns a noun, noting what is wrong."""

    def __init__(self, places: Mapping[Path, str]) -> None:
        self.places = places
        self.problems: list[Problem] = []
        self.rules: dict[str, Rule] = dict(standard_rules())
        self.class_codes: tuple[str, ...] = ()
        self.codes: dict[str, str] = {}

    # Places and shapes

    def where(self, path: Path) -> str:
        named = ".".join(part for part in path if part != "parts")
        while path and path not in self.places:
            path = path[:-1]
        return f"{self.places.get(path, '')} {named}".strip()

    def note(self, code: str, path: Path, severity: Severity = Severity.ERROR, /, **params: str) -> None:
        self.problems.append(Problem(f"scheme.{code}", self.where(path), params, severity))

    def mapping(self, raw: object, path: Path, table: Mapping[str, keys.Key] | None = None) -> dict[str, object]:
        """Return a mapping; with a table, only its keys, noting the others."""
        if not isinstance(raw, Mapping):
            if raw not in ("", None):
                self.note("mapping", path, found=str(raw)[:40])
            return {}
        if table is None:
            return {str(k): v for k, v in raw.items()}
        for key in raw:
            if key not in table:
                self.note("unknown_key", (*path, str(key)), key=str(key), near=did_you_mean(str(key), table))
        return {str(k): v for k, v in raw.items() if k in table}

    def text(self, raw: object, path: Path) -> str:
        if isinstance(raw, str):
            return raw
        if raw is not None:
            self.note("text", path)
        return ""

    def title(self, raw: object, path: Path) -> Text:
        if isinstance(raw, Mapping):
            for key in raw:
                if key not in ("zh", "en"):
                    self.note("unknown_key", (*path, str(key)), key=str(key), near="zh、en")
            return Text(self.text(raw.get("zh"), path), self.text(raw.get("en"), path))
        return Text(self.text(raw, path))

    def titled(self, raw: Raw, path: Path) -> Text:
        """A title written as ``title`` or beside the other keys as ``zh`` and ``en``."""
        if "title" in raw:
            return self.title(raw["title"], (*path, "title"))
        return Text(self.text(raw.get("zh"), path), self.text(raw.get("en"), path))

    def code(self, text: str, path: Path) -> str:
        if not text.isidentifier() or len(text) > 80:
            self.note("code", path, code=text[:80])
        return text

    def one_of(self, raw: object, path: Path, known: Sequence[str]) -> str:
        text = self.text(raw, path)
        if text not in known:
            self.note("one_of", path, found=text, known="、".join(known))
            return known[0]
        return text

    def code_list(self, raw: object, path: Path) -> tuple[str, ...]:
        rows = raw if isinstance(raw, list) else [] if raw is None else [raw]
        return tuple(self.text(row, (*path, str(i))) for i, row in enumerate(rows))

    # Numbers

    def scalar(self, raw: object, path: Path) -> Number | None:
        text = self.text(raw, path)
        percent = text.endswith(("%", "％"))
        value = parse_decimal(text.rstrip("%％").strip())
        if value is not None:
            return value / 100 if percent else value
        if (day := parse_day(text)) is not None:
            return day
        self.note("number", path, found=text[:40])
        return None

    def number(self, raw: object, path: Path) -> Fraction | None:
        value = self.scalar(raw, path)
        if isinstance(value, date):
            self.note("number", path, found=str(value))
            return None
        return value

    def day(self, raw: object, path: Path) -> date | None:
        day = parse_day(self.text(raw, path))
        if day is None:
            self.note("day", path, found=str(raw)[:40])
        return day

    def param(self, raw: object, path: Path) -> Param | None:
        if not isinstance(raw, list):
            return self.scalar(raw, path)
        items = [self.scalar(row, (*path, str(i))) for i, row in enumerate(raw)]
        return tuple(item for item in items if item is not None)

    def setting(self, raw: object, path: Path) -> Setting | None:
        """A number (date, list), or one by class, or one from a date, or both."""
        if isinstance(raw, Mapping):
            cases = [case for cls, value in raw.items() for case in self.dated(value, (*path, str(cls)), self.known_class(str(cls), path))]
        else:
            cases = self.dated(raw, path, None)
        return Setting(tuple(cases)) if cases else None

    def number_setting(self, raw: object, path: Path) -> Setting | None:
        """Like ``setting``, but every value must be one number."""
        found = self.setting(raw, path)
        for case in found.cases if found else ():
            if not isinstance(case.value, Fraction):
                self.note("number", path, found=str(case.value)[:40])
                return None
        return found

    def known_class(self, cls: str, path: Path) -> str:
        if cls not in self.class_codes:
            self.note("class", (*path, cls), cls=cls, near=did_you_mean(cls, self.class_codes))
        return cls

    def dated(self, raw: object, path: Path, cls: str | None) -> list[Case]:
        if isinstance(raw, list) and raw and all(isinstance(row, Mapping) for row in raw):
            found = []
            for i, row in enumerate(raw):
                here = (*path, str(i))
                parts = self.mapping(row, here, keys.DATED)
                value, since = self.param(parts.get("value"), here), self.day(parts.get("from"), here)
                found += [Case(value, cls, since)] if value is not None and since else []
            return found
        value = self.param(raw, path)
        return [] if value is None else [Case(value, cls)]

    # Formulas

    def expr(self, raw: object, path: Path) -> Expr:
        found = parse(self.text(raw, path), self.where(path))
        if isinstance(found, Problem):
            self.problems.append(found)
            return _BROKEN
        return found

    def steps(self, raw: object, path: Path) -> tuple[tuple[str, Expr], ...]:
        return tuple((self.code(name, (*path, name)), self.expr(text, (*path, name))) for name, text in self.mapping(raw, path).items())

    def params(self, raw: object, path: Path) -> dict[str, Setting]:
        found = {self.code(name, (*path, name)): self.setting(value, (*path, name)) for name, value in self.mapping(raw, path).items()}
        return {name: value for name, value in found.items() if value is not None}

    def titles(self, raw: object, path: Path) -> dict[str, Text]:
        """Codes with their titles: classes, providers, facts."""
        return {self.code(name, (*path, name)): self.title(value, (*path, name)) for name, value in self.mapping(raw, path).items()}

    def formula(self, raw: Raw, path: Path, default: str) -> Formula:
        """The points of a node or entry: a rule's name or a formula, with ``with`` and ``where`` of its own."""
        text = self.text(raw.get("points", default), (*path, "points"))
        params, where = self.params(raw.get("with"), (*path, "with")), self.steps(raw.get("where"), (*path, "where"))
        rule = self.rules.get(text)
        if rule is None:
            return Formula(self.expr(text, (*path, "points")), "", params, where)
        for name in params:
            if name not in rule.params and not any(name in str(step) for step in where):
                self.note("parameter", (*path, "with", name), name=name, rule=text, near=did_you_mean(name, rule.params))
        return Formula(rule.points, text, {**rule.params, **params}, (*rule.where, *where))

    def rule(self, name: str, raw: object, path: Path) -> Rule:
        parts = self.mapping(raw, path, keys.RULE) if isinstance(raw, Mapping) else {"points": raw}
        return Rule(
            self.code(name, path),
            self.title(parts.get("title"), (*path, "title")),
            self.title(parts.get("say"), (*path, "say")),
            self.expr(parts.get("points"), (*path, "points")),
            self.params(parts.get("with"), (*path, "with")),
            self.steps(parts.get("where"), (*path, "where")),
            self.titles(parts.get("facts"), (*path, "facts")),
            self.title(parts.get("source"), (*path, "source")),
        )

    # Nodes

    def nodes(self, raw: object, path: Path, inherited: Raw) -> tuple[Node, ...]:
        return tuple(self.node(code, value, (*path, code), inherited) for code, value in self.mapping(raw, path).items())

    def node(self, code: str, raw: object, path: Path, inherited: Raw) -> Node:
        own = {"weight": raw} if isinstance(raw, str) else self.mapping(raw, path, keys.NODE)
        if code in self.codes:
            self.note("code_twice", path, code=code, first=self.codes[code])
        self.codes.setdefault(self.code(code, path), self.where(path))
        below = {**inherited, **self.mapping(own.get("each"), (*path, "each"), keys.NODE)}
        leaf = "parts" not in own and "take" not in own
        raw = {**{k: v for k, v in inherited.items() if leaf or k in ("missing", "provider")}, **own}
        return self.made_node(code, raw, path, below, leaf)

    def made_node(self, code: str, raw: Raw, path: Path, below: Raw, leaf: bool) -> Node:
        at: Callable[[str], Path] = lambda key: (*path, key)  # noqa: E731
        entries, ledger = self.entries(raw.get("entries"), at("entries")), self.ledger(raw.get("ledger"), at("ledger"))
        if entries and "points" not in raw:
            self.note("entries_points", path)
        if entries and ledger is not None:
            self.note("entries_or_ledger", path)
        default = "value" if leaf and ledger is None else "ledger" if leaf else "mean"
        formula = self.formula(raw, path, default)
        rule = self.rules.get(formula.rule)
        return Node(
            code=code,
            title=self.title(raw.get("title"), at("title")) or (Text("总分", "Total") if code == ROOT else Text(code)),
            formula=formula,
            parts=self.nodes(raw.get("parts"), at("parts"), below),
            note=self.title(raw.get("note"), at("note")),
            provider=self.text(raw.get("provider", ""), at("provider")),
            take=self.code_list(raw.get("take"), at("take")),
            leave=self.code_list(raw.get("except"), at("except")),
            weight=self.optional_expr(raw, "weight", path),
            full=self.optional_number(raw, "full", path),
            facts={**(rule.facts if rule else {}), **self.titles(raw.get("facts"), at("facts"))},
            measure=self.text(raw.get("measure", ""), at("measure")),
            better=self.one_of(raw.get("better", "high"), at("better"), ("high", "low")),
            range=self.range(raw.get("range"), at("range")),
            choices=self.choices(raw.get("choices"), at("choices")),
            missing=self.one_of(raw.get("missing", "refuse" if leaf else "skip"), at("missing"), MISSING),
            at_least=self.optional_expr(raw, "at_least", path),
            at_least_share=str(raw.get("at_least", "")).endswith(("%", "％")),
            floor=self.optional_number(raw, "floor", path),
            cap=self.optional_number(raw, "cap", path),
            round=self.decimals(raw, path),
            classes=tuple(self.known_class(c, at("for")) for c in self.code_list(raw.get("for"), at("for"))),
            entries=entries,
            ledger=ledger,
            where=self.where(path),
        )

    def optional_expr(self, raw: Raw, key: str, path: Path) -> Expr | None:
        value = raw.get(key)
        if isinstance(value, Mapping | list):
            self.note("formula_here", (*path, key), key=key)
            return None
        return None if value is None else self.expr(value, (*path, key))

    def optional_number(self, raw: Raw, key: str, path: Path) -> Setting | None:
        return self.number_setting(raw[key], (*path, key)) if key in raw else None

    def decimals(self, raw: Raw, path: Path) -> Setting | None:
        """How many decimals are kept; -2 rounds to hundreds."""
        found = self.optional_number(raw, "round", path)
        places = [case.value for case in found.cases] if found else []
        if any(not isinstance(x, Fraction) or x.denominator != 1 or not -12 <= x <= 30 for x in places):
            self.note("round", (*path, "round"))
            return None
        return found

    def range(self, raw: object, path: Path) -> tuple[Number, Number] | None:
        if raw is None:
            return None
        found = self.param(raw, path)
        if not isinstance(found, tuple) or len(found) != 2 or type(found[0]) is not type(found[1]) or not found[0] < found[1]:  # type: ignore[operator]  # same type, checked before
            self.note("range", path)
            return None
        return found[0], found[1]

    def choices(self, raw: object, path: Path) -> tuple[Choice, ...]:
        found = []
        for word, value in self.mapping(raw, path).items():
            parts = self.mapping(value, (*path, word), keys.CHOICE) if isinstance(value, Mapping) else {"value": value}
            number = self.number_setting(parts.get("value"), (*path, word))
            found += [Choice(word, self.titled(parts, (*path, word)) or Text(word), number)] if number else []
        return tuple(found)

    def entries(self, raw: object, path: Path) -> Entries | None:
        if raw is None:
            return None
        parts = {"points": raw} if isinstance(raw, str) else self.mapping(raw, path, keys.ENTRIES)
        default = self.formula(parts, path, "value")
        own = parts.get("with")
        written = {name: default.params[name] for name in own if name in default.params} if isinstance(own, Mapping) else {}
        allowed = {}
        for i, name in enumerate(self.code_list(parts.get("rules"), (*path, "rules"))):
            if name not in self.rules:
                self.note("rule", (*path, "rules", str(i)), rule=name, near=did_you_mean(name, self.rules))
                continue
            rule = self.rules[name]
            allowed[name] = Formula(rule.points, name, {**rule.params, **written}, rule.where)
        facts = {**self.rule_facts([default.rule, *allowed]), **self.titles(parts.get("facts"), (*path, "facts"))}
        full, choices = self.optional_number(parts, "full", path), self.choices(parts.get("choices"), (*path, "choices"))
        missing = self.one_of(parts.get("missing", "refuse"), (*path, "missing"), MISSING[:3])
        return Entries(default, allowed, facts, full, choices, missing)

    def rule_facts(self, names: Sequence[str]) -> dict[str, Text]:
        return {fact: title for name in names if name in self.rules for fact, title in self.rules[name].facts.items()}

    def ledger(self, raw: object, path: Path) -> dict[str, Kind] | None:
        if raw is None:
            return None
        return {code: self.kind(code, value, (*path, code)) for code, value in self.mapping(raw, path).items()}

    def kind(self, code: str, raw: object, path: Path) -> Kind:
        parts = self.mapping(raw, path, keys.KIND) if isinstance(raw, Mapping) else {"amount": raw}
        low, high = self.amount(parts.get("amount"), (*path, "amount"))
        cap = self.optional_number(parts, "cap", path)
        return Kind(self.code(code, path), self.titled(parts, path) or Text(code), low, high, cap)

    def amount(self, raw: object, path: Path) -> tuple[Setting | None, Setting | None]:
        """A fixed amount, or ``[low, high]``; both may differ by class or from a date."""
        if raw is None:
            self.note("amount", path)
            return None, None
        found = self.setting(raw, path)
        if found is None:
            return None, None
        pairs = [case.value if isinstance(case.value, tuple) else (case.value, case.value) for case in found.cases]
        if any(len(pair) != 2 or not all(isinstance(x, Fraction) for x in pair) for pair in pairs):
            self.note("amount", path)
            return None, None
        low, high = (tuple(replace(case, value=pair[i]) for case, pair in zip(found.cases, pairs, strict=True)) for i in (0, 1))
        return Setting(low), Setting(high)

    # The whole

    def scheme(self, document: object) -> Scheme:
        raw = self.mapping(document, (), keys.FILE)
        if raw.get("windvane") != "1":
            self.note("version", ("windvane",), found=str(raw.get("windvane", "∅")))
        cycle = self.mapping(raw.get("cycle"), ("cycle",), keys.CYCLE)
        classes = self.titles(raw.get("classes"), ("classes",))
        self.class_codes = tuple(classes)
        own = {name: self.rule(name, value, ("rules", name)) for name, value in self.mapping(raw.get("rules"), ("rules",)).items()}
        self.rules |= own
        if "root" not in raw:
            self.note("root", ())
        grades = self.grades(raw.get("grades"), ("grades",))
        return Scheme(
            title=self.title(raw.get("title"), ("title",)),
            document=canonical_document(raw),
            root=self.node(ROOT, raw.get("root"), ("root",), {}),
            source=self.title(raw.get("source"), ("source",)),
            simulated=self.flag(raw.get("simulated"), ("simulated",)),
            start=self.day(cycle["from"], ("cycle", "from")) if "from" in cycle else None,
            end=self.day(cycle["to"], ("cycle", "to")) if "to" in cycle else None,
            classes=classes or {ONLY: Text("全部单位", "All units")},
            providers=self.titles(raw.get("providers"), ("providers",)),
            rules=self.rules,
            beside=self.nodes(raw.get("beside"), ("beside",), {}),
            ranking=self.ranking(raw.get("ranking"), ("ranking",)),
            vetoes=self.vetoes(raw.get("veto"), ("veto",), [g.code for g in grades]),
            grades=grades,
        )

    def flag(self, raw: object, path: Path) -> bool:
        return raw is not None and self.one_of(raw, path, ("no", "yes")) == "yes"

    def ranking(self, raw: object, path: Path) -> RankingPolicy:
        parts = self.mapping(raw, path, keys.RANKING)
        exact = self.one_of(parts.get("of", "rounded"), (*path, "of"), ("rounded", "exact")) == "exact"
        ties = parts.get("ties", "share")
        if isinstance(ties, list):
            return RankingPolicy(exact, False, self.code_list(ties, (*path, "ties")))
        return RankingPolicy(exact, self.one_of(ties, (*path, "ties"), ("share", "dense")) == "dense")

    def vetoes(self, raw: object, path: Path, grades: Sequence[str]) -> tuple[Veto, ...]:
        found = []
        for i, row in enumerate(self.rows(raw, path)):
            here = (*path, str(i))
            parts = self.mapping(row, here, keys.VETO)
            at_best = self.one_of(parts.get("at_best"), (*here, "at_best"), grades) if grades else ""
            found.append(Veto(self.expr(parts.get("when"), (*here, "when")), at_best, self.titled(parts, here)))
        return tuple(found)

    def rows(self, raw: object, path: Path) -> list[object]:
        if raw is not None and not isinstance(raw, list):
            self.note("rows", path)
        return raw if isinstance(raw, list) else []

    def grades(self, raw: object, path: Path) -> tuple[Grade, ...]:
        found = [self.grade(row, (*path, str(i))) for i, row in enumerate(self.rows(raw, path))]
        for i, grade in enumerate(found):
            if grade.code in [g.code for g in found[:i]]:
                self.note("code_twice", (*path, str(i)), code=grade.code, first="grades")
        return tuple(found)

    def grade(self, raw: object, path: Path) -> Grade:
        parts = self.mapping(raw, path, keys.GRADE)
        rounding, within = (
            self.one_of(parts.get("round", default), (*path, "round"), ("half_up", "ceil", "floor")) for default in ("half_up", "floor")
        )
        promote = self.mapping(parts.get("promote"), (*path, "promote"), keys.PROMOTE)
        code = self.text(parts.get("grade"), (*path, "grade"))
        return Grade(
            self.code(code, path),
            self.titled(parts, path) or Text(code),
            self.quota(parts.get("quota"), (*path, "quota"), rounding),
            self.quota(parts.get("top"), (*path, "top"), within),
            self.optional_expr(parts, "when", path),
            self.optional_expr(promote, "when", (*path, "promote")),
            self.quota(promote.get("quota"), (*path, "promote", "quota"), rounding),
        )

    def quota(self, raw: object, path: Path, rounding: str) -> Quota | None:
        """``18`` seats or ``30%`` of the ranked units, also by class; seats and shares do not mix in one quota."""
        if raw is None:
            return None
        values = list(raw.values()) if isinstance(raw, Mapping) else [raw]
        shares = {str(value).strip().endswith(("%", "％")) for value in values}
        setting = self.number_setting(raw, path)
        if setting is None:
            return None
        if len(shares) > 1 or any(
            c.value < 0 or (shares == {False} and c.value.denominator != 1) for c in setting.cases if isinstance(c.value, Fraction)
        ):
            self.note("quota", path)
        return Quota(setting, shares == {True}, rounding)
