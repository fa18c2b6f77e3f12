"""A scheme as people read it: one line a node with marks, the rule in a sentence, worst and best case; grades, ranks, vetoes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from windvane import Node, Scheme, Text, WindvaneError, compile_scheme
from windvane.changes.shares import share_of_total
from windvane.changes.traits import MISSING, Trait, grade_traits, scheme_traits
from windvane.changes.values import PARAMETERS, choices_text, formula_text, param_text, parameter_title, setting_text
from windvane.checks.span import Spans
from windvane.decimals import decimal_text
from windvane.deriving import STANDARD_TITLES
from windvane.formula import Expr, to_text
from windvane.plan import number_at
from windvane.render.phrases import Phrases
from windvane.render.wording import minus, worded
from windvane.scheme import ROOT, Case, Formula, Kind, Setting, Veto
from windvane_web.scheme.queries import read

ONE = Setting((Case(Fraction(1)),))  # full marks of an entry where none are written
INDENT = 6  # levels that the page indents


@dataclass(frozen=True, slots=True)
class Line:
    """A node. ``share`` is of the total, ``span`` from worst to best; each one text, or one a class where classes differ."""

    code: str
    title: str
    depth: int
    full: tuple[str, ...]
    share: tuple[str, ...]
    rule: str
    formula: str
    more: tuple[str, ...]
    span: tuple[str, ...]
    provider: str
    classes: str


@dataclass(frozen=True, slots=True)
class Outline:
    title: str
    source: str
    lines: tuple[Line, ...]
    beside: tuple[Line, ...]
    pairs: tuple[tuple[str, str], ...]
    grades: tuple[tuple[str, str], ...]
    vetoes: tuple[str, ...]
    classes: tuple[str, ...]
    simulated: bool


@lru_cache(maxsize=32)
def outline(text: str, language: str) -> Outline:
    """Return the outline of a scheme's text in a language; the text is one that reads."""
    scheme = read(text)
    if not isinstance(scheme, Scheme):
        raise WindvaneError("only a scheme that reads has an outline")
    return _Teller(scheme, language).tell()


class _Teller:
    def __init__(self, scheme: Scheme, language: str) -> None:
        self.scheme, self.language, self.phrases = scheme, language, Phrases(language)
        plan = compile_scheme(scheme)
        self.spans = {cls: Spans(plan, cls) for cls in scheme.classes}

    def tell(self) -> Outline:
        scheme, say = self.scheme, self.say
        return Outline(
            title=say(scheme.title),
            source=say(scheme.source),
            lines=tuple(self.lines(scheme.root, 0)),
            beside=tuple(line for node in scheme.beside for line in self.lines(node, 0)),
            pairs=tuple(self.traits(scheme_traits(scheme).values(), ("ranking", "cycle"))),
            grades=tuple((say(grade.title), self.joined(self.conditions(grade_traits(scheme, grade).values()))) for grade in scheme.grades),
            vetoes=tuple(map(self.veto, scheme.vetoes)),
            classes=tuple(say(title) for title in scheme.classes.values()),
            simulated=scheme.simulated,
        )

    def names(self, node: Node | None) -> dict[str, str]:
        """What the names in formulas are called: nodes, facts, parameters that have a title, the words of the language."""
        found = {code: self.say(other.title) for code, other in self.scheme.nodes.items()}
        found |= {name: self.phrases.text(f"formula.{name}") for name in ("full", "weight", "parts", "entries", "sign")}
        found |= {name: self.say(title) for name, title in STANDARD_TITLES.items() if name not in ("full", "weight")}
        if node is not None:
            found |= {name: self.say(title) for name, title in node.facts.items()}
            found |= {name: self.say(parameter_title(name)) for name in node.formula.params if name in PARAMETERS}
            found |= {"entries": self.phrases.text("formula.ledger")} if node.ledger is not None else {}
        return found

    def worded(self, expr: Expr, node: Node | None = None) -> str:
        return worded(to_text(expr), self.names(node), self.phrases)

    def say(self, text: Text) -> str:
        return text.of(self.language)

    def both(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def joined(self, words: Sequence[str]) -> str:
        return ("；" if self.language == "zh" else "; ").join(words)

    def traits(self, traits: Iterable[Trait], kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for trait in traits:
            shown = self.say(trait.shown(self.scheme)).strip("“”")
            if trait.kind in kinds and shown:
                yield self.say(trait.name), shown

    def conditions(self, traits: Iterable[Trait]) -> list[str]:
        names = self.names(None)
        return [f"{name} {worded(shown, names, self.phrases)}" for name, shown in self.traits(traits, ("grade",))]

    def veto(self, veto: Veto) -> str:
        best = self.say(self.scheme.grade_title(veto.at_best))
        when = self.worded(veto.when)
        return self.both(f"{self.say(veto.title)}：{when}，等次最高为{best}", f"{self.say(veto.title)}: {when}, at best {best}")

    def lines(self, node: Node, depth: int) -> Iterator[Line]:
        yield self.line(node, depth)
        for part in node.parts:
            yield from self.lines(part, depth + 1)

    def line(self, node: Node, depth: int) -> Line:
        scheme = self.scheme
        named = node.formula.rule in scheme.rules
        written = scheme.rules[node.formula.rule].points if named else node.formula.expr
        return Line(
            code=node.code,
            title=self.say(node.title),
            depth=min(depth, INDENT),
            full=self.by_class({cls: self.full(node, cls) for cls in self.classes_of(node)}),
            share=self.by_class({cls: self.share(node.code, cls) for cls in self.classes_of(node)}),
            rule=self.sentence(node.formula, node.full) if named else self.worded(node.formula.expr, node),
            formula=to_text(written),
            more=tuple(map(minus, self.more(node))),
            span=self.by_class({cls: self.span(node.code, cls) for cls in self.classes_of(node)}),
            provider=self.provider(node),
            classes="" if not node.classes else self.listed([self.say(scheme.class_title(cls)) for cls in node.classes]),
        )

    def sentence(self, formula: Formula, full: Setting | None) -> str:
        return self.say(formula_text(self.scheme, formula, full)).strip("“”")

    def listed(self, words: Sequence[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(words)

    def classes_of(self, node: Node) -> list[str]:
        return [cls for cls in self.scheme.classes if self.reached(node, cls)]

    def reached(self, node: Node, cls: str) -> bool:
        parent = self.scheme.parents.get(node.code)
        return node.applies(cls) and (parent is None or self.reached(parent, cls))

    def share(self, code: str, cls: str) -> str:
        found = share_of_total(self.scheme, code, cls)
        return "" if found is None else f"{decimal_text(found * 100, 1).removesuffix('.0')}%"

    def span(self, code: str, cls: str) -> str:
        low, high = self.spans[cls].of(code)
        return "" if low is None and high is None else f"{_number(low)} – {_number(high)}"

    def full(self, node: Node, cls: str) -> str:
        found = number_at(node.full, cls, self.scheme.end)
        return decimal_text(found) if found is not None else "100" if node.code == ROOT else ""

    def provider(self, node: Node | None) -> str:
        """Who provides a node, else whoever provides the one above it."""
        while node is not None and not node.provider:
            node = self.scheme.parents.get(node.code)
        return self.say(self.scheme.provider_title(node.provider)) if node else ""

    def by_class(self, values: dict[str, str]) -> tuple[str, ...]:
        """One value if all classes have the same, else each with its class."""
        said = list(dict.fromkeys(values.values()))
        if len(said) <= 1:
            return tuple(filter(None, said))
        return tuple(f"{self.say(self.scheme.class_title(cls))} {value or '—'}" for cls, value in values.items())

    def more(self, node: Node) -> Iterator[str]:
        """What stands beside the rule: parameters, steps, entries, ledger kinds, choices, limits."""
        if node.formula.rule not in self.scheme.rules:
            for name, setting in node.formula.params.items():
                yield f"{self.say(parameter_title(name))}{self.both('：', ': ')}{self.setting(setting)}"
            yield from (f"{name} = {self.worded(expr, node)}" for name, expr in node.formula.where)
        if node.entries:
            yield self.both("每项：", "Each entry: ") + self.sentence(node.entries.formula, node.entries.full or ONE)
            if len(node.entries.rules) > 1:
                names = [self.say(self.scheme.rules[name].title) if name in self.scheme.rules else name for name in node.entries.rules]
                yield self.both("可选规则：", "Rules to choose from: ") + self.listed(names)
        for kind in (node.ledger or {}).values():
            yield self.kind(kind)
        for choices in (node.choices, node.entries.choices if node.entries else ()):
            if choices:
                yield self.both("选项：", "Choices: ") + self.say(choices_text(self.scheme, choices))
        limits = ((node.floor, "下限", "floor"), (node.cap, "上限", "cap"), (node.round, "保留小数", "decimals"))
        yield from (f"{self.both(zh, en)} {self.setting(setting)}" for setting, zh, en in limits if setting)
        if node.range:
            yield self.both("数值范围 ", "range ") + param_text(node.range)
        if node.is_leaf and node.missing != "refuse" and node.ledger is None:
            yield self.both("缺数据时：", "Without data: ") + self.say(MISSING[node.missing])
        if self.say(node.note):
            yield self.say(node.note)

    def kind(self, kind: Kind) -> str:
        low, high = self.setting(kind.low), self.setting(kind.high)
        amount = low if low == high else f"{low} {self.both('至', 'to')} {high}"
        cap = self.both("，合计限 ", ", in all ") + self.setting(kind.cap) if kind.cap else ""
        return f"{self.say(kind.title)} {amount}{cap}"

    def setting(self, setting: Setting | None) -> str:
        return self.say(setting_text(self.scheme, setting)) if setting else "—"


def _number(x: Fraction | None) -> str:
    return "∞" if x is None else decimal_text(x, 2).rstrip("0").rstrip(".")
