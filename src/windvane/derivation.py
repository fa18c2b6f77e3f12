"""The explanation of one point, as nouns that can say themselves in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from windvane.additive import Line
from windvane.decimals import decimal_text
from windvane.facts import Status
from windvane.text import Text


@dataclass(frozen=True, slots=True)
class Read:
    """One fact that the formula read: its value as text, its status, where it comes from, the document that proves it.

    ``word`` is the title of a qualitative choice, where the value is one.
    """

    name: str
    title: Text
    value: str
    measure: str = ""
    status: str = Status.REPORTED.value
    error: str = ""
    source: Text = Text()
    document: str = ""
    word: Text = Text()

    def shown(self, language: str) -> str:
        """The value with its standard error and unit of measure; a dash where there is none."""
        value = self.word.of(language) or self.value or "—"
        return value + (f" ± {self.error}" if self.error else "") + (f" {self.measure}" if self.measure and self.value else "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula as written and with this unit's numbers put in, and what it gives."""

    name: str
    formula: str
    numbers: str
    value: str


@dataclass(frozen=True)
class Derivation:
    """One node for one unit. ``lines`` add up to ``points`` exactly where the formula can be taken apart.

    ``parts`` are the derivations of the parts, ``entries`` those of the rows of a ledger or target book.
    """

    unit: str
    code: str
    title: Text
    points: Fraction | None
    full: Fraction | None
    state: str  # scored | missing | not_due | refused
    formula: Shown
    rule: Text
    params: tuple[tuple[str, str], ...] = ()
    steps: tuple[Shown, ...] = ()
    reads: tuple[Read, ...] = ()
    lines: tuple[Line, ...] = ()
    parts: tuple[Derivation, ...] = ()
    entries: tuple[Derivation, ...] = ()
    provider: str = ""
    document: str = ""
    places: int = 2

    def walk(self) -> Iterator[Derivation]:
        yield self
        for part in (*self.parts, *self.entries):
            yield from part.walk()

    def say(self, language: str = "zh", depth: int = 0) -> list[str]:
        """Return the explanation as sentences; what explains a node stands indented under it."""
        pad = "  " * depth
        lines = [pad + _headline(self, language)]
        lines += [
            f"{pad}  {line}" for line in (*_rule_lines(self, language), *_fact_lines(self, language), *_account_lines(self, language))
        ]
        for below in (*self.parts, *self.entries):
            lines += below.say(language, depth + 1)
        return lines

    def __str__(self) -> str:
        return "\n".join(self.say("zh"))


@dataclass(frozen=True)
class Gap:
    """What one line contributes to the distance between two units: ``gap`` = a − b."""

    kind: str
    code: str
    title: Text
    a: Fraction
    b: Fraction
    parts: tuple[Gap, ...] = ()

    @property
    def gap(self) -> Fraction:
        return self.a - self.b


# Sentences --------------------------------------------------------------------------------------------------------------

STATES = {
    "missing": Text("没有得分（数据缺失）", "no points (missing)"),
    "not_due": Text("未到期，不计入", "not due, left out"),
    "refused": Text("数据缺失，不能计分", "refused: data are missing"),
}


def _headline(derivation: Derivation, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    title = derivation.title.of(language)
    if derivation.points is None:
        return f"{title}{colon}{STATES[derivation.state].of(language)}"
    points = decimal_text(derivation.points)
    unit = (" 分" if language == "zh" else " points") + (
        f"（满分 {decimal_text(derivation.full)}）"
        if derivation.full is not None and language == "zh"
        else f" of {decimal_text(derivation.full)}"
        if derivation.full is not None
        else ""
    )
    document = f" 〔{derivation.document}〕" if derivation.document else ""
    return f"{title}{colon}{points}{unit}{document}"


def _rule_lines(derivation: Derivation, language: str) -> Iterator[str]:
    shown = [*derivation.steps, derivation.formula]
    if derivation.rule:
        yield ("规则：" if language == "zh" else "Rule: ") + derivation.rule.of(language)
    for step in shown:
        name = "" if step.name == "points" else f"{step.name} = "
        numbers = "" if step.numbers in (step.formula, step.value) else f" = {step.numbers}"
        if step.formula == step.value:
            continue
        yield f"{name}{step.formula}{numbers} = {step.value}"


def _fact_lines(derivation: Derivation, language: str) -> Iterator[str]:
    colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
    for read in derivation.reads:
        where = [x for x in (read.source.of(language), read.document) if x]
        yield f"{read.title.of(language)}{colon}{read.shown(language)}" + (f"{comma}{comma.join(where)}" if where else "")


def _account_lines(derivation: Derivation, language: str) -> Iterator[str]:
    """The account of a node with parts, or of anything that a limit, a policy or rounding changed."""
    if not derivation.parts and all(line.kind in ("constant", "formula", "entry", "full") for line in derivation.lines):
        return
    rows = [f"{line.title.of(language)} {signed(line.points)}" for line in derivation.lines]
    if rows:
        yield ("合成：" if language == "zh" else "Account: ") + ("；" if language == "zh" else "; ").join(rows)


def signed(points: Fraction) -> str:
    return f"{'+' if points >= 0 else '−'}{decimal_text(abs(points))}"
