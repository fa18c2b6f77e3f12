"""What the command line shows: tables, problems and explanations on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from windvane.decimals import decimal_text
from windvane.derivation import Gap, signed
from windvane.facts import Unit
from windvane.portrait import completions
from windvane.problems import Problem, Severity
from windvane.ranking import Place, Ranking, places_of
from windvane.scheme import ROOT
from windvane.scores import Scores
from windvane.text import Text

_STYLE: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_SHAPE: Final = {Severity.ERROR: "■", Severity.WARNING: "▲", Severity.NOTE: "○"}
WORDS: Final = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
    "rank": Text("名次", "rank"),
    "unit": Text("单位", "unit"),
    "total": Text("总分", "total"),
    "grade": Text("等次", "grade"),
    "full": Text("满", "of"),
    "code": Text("代码", "code"),
    "part": Text("部分", "part"),
    "gap": Text("差距", "gap"),
    "no_problems": Text("没有发现问题", "no problems found"),
    "simulated": Text("模拟数据", "simulated data"),
    "apart": Text("单列，不排名", "out of competition"),
    "nothing_due": Text("本期无应考核事项", "nothing due"),
    "void": Text("数据不足，按方案不计总分", "too few data for a total"),
    "refused": Text("数据缺失，未计分", "refused: data missing"),
    "vetoed": Text("否决", "veto"),
    "promoted": Text("专项晋升", "promoted"),
    "digest": Text("结果摘要", "result digest"),
    "counts": Text("个单位", "units"),
}


class Terminal:
    """A console with a language."""

    def __init__(self, language: str, console: Console | None = None) -> None:
        self.language = language
        self.console = console or Console(highlight=False)

    def word(self, key: str) -> str:
        return WORDS[key].of(self.language)

    def say(self, zh: str, en: str, style: str = "") -> None:
        self.console.print(escape(en if self.language == "en" else zh), style=style or None, soft_wrap=True)

    def problems(self, problems: Sequence[Problem], limit: int = 200) -> None:
        """List problems, errors first; say how many more there are."""
        if not problems:
            self.console.print(f"[green]●[/] {self.word('no_problems')}")
        for problem in sorted(problems, key=lambda p: list(Severity).index(p.severity))[:limit]:
            shape = f"[{_STYLE[problem.severity]}]{_SHAPE[problem.severity]} {self.word(problem.severity.value)}[/]"
            self.console.print(f"{shape}  {escape(problem.say(self.language))}", soft_wrap=True)
        if len(problems) > limit:
            self.say(
                f"……另有 {len(problems) - limit} 条，用 --json 查看全部", f"… and {len(problems) - limit} more, all with --json", "dim"
            )

    def ranking(self, ranking: Ranking, cls: str | None = None, top: int | None = None) -> None:
        for code in [cls] if cls else ranking.scores.plan.classes:
            if ranking.of(code):
                self.league(ranking, code, top)

    def league(self, ranking: Ranking, cls: str, top: int | None) -> None:
        """One class: rank, unit, total, its components, grade."""
        scores, places = ranking.scores, ranking.of(cls)
        self.console.print(self.heading(ranking, cls), soft_wrap=True)
        table = Table(header_style="bold", box=None, pad_edge=False)
        table.add_column(self.word("rank"), justify="right")
        table.add_column(self.word("unit"), no_wrap=True)
        table.add_column(self.word("total"), justify="right", style="bold")
        parts = self.shown_parts(scores, cls)
        for part in parts:
            table.add_column(escape(scores.plan.scheme.nodes[part].title.of(self.language)), justify="right")
        if scores.plan.scheme.grades:
            table.add_column(self.word("grade"))
        for place in places[:top]:
            table.add_row(*self.row(scores, place, parts))
        self.console.print(table)
        if top is not None and len(places) > top:
            self.say(f"……共 {len(places)} 个单位", f"… {len(places)} units in all", "dim")
        self.console.print()

    def shown_parts(self, scores: Scores, cls: str) -> tuple[str, ...]:
        """Components get a column each where the terminal is wide enough."""
        parts = scores.plan.step(cls, ROOT).parts
        return parts if 34 + 12 * len(parts) <= self.console.width else ()

    def heading(self, ranking: Ranking, cls: str) -> str:
        scheme, counts = ranking.scores.plan.scheme, ranking.counts(cls)
        total = len(ranking.of(cls))
        grades = "，".join(f"{scheme.grade_title(code).of(self.language)} {n}" for code, n in counts.items())
        apart = sum(place.state == "apart" for place in ranking.of(cls))
        grades += ("，" if grades else "") + f"{self.word('apart')} {apart}" if apart else ""
        flag = f" [reverse] {self.word('simulated')} [/]" if ranking.scores.simulated else ""
        return f"[bold blue]{escape(scheme.class_title(cls).of(self.language))}[/] {total} {self.word('counts')}{flag}" + (
            f"  {escape(grades)}" if grades else ""
        )

    def row(self, scores: Scores, place: Place, parts: Sequence[str]) -> list[str]:
        unit = scores.facts.unit_index[place.unit]
        points = "—" if place.points is None else decimal_text(place.points, places_of(scores, place.cls))
        cells = ["—" if place.rank is None else str(place.rank), escape(unit.title.of(self.language)), points]
        for part in parts:
            value = scores.points(place.unit, part)
            cells.append("—" if value is None else decimal_text(value, places_of(scores, place.cls, part)))
        return [*cells, *([escape(self.grade(scores, place))] if scores.plan.scheme.grades else [])]

    def grade(self, scores: Scores, place: Place) -> str:
        if place.state != "ranked":
            return self.word(place.state)
        grade = scores.plan.scheme.grade_title(place.grade).of(self.language) if place.grade else "—"
        marks = [self.word("promoted")] if place.promoted else []
        marks += [title.of(self.language) or self.word("vetoed") for title in place.vetoed]
        return f"{grade}（{'、'.join(marks)}）" if marks and self.language == "zh" else f"{grade} ({', '.join(marks)})" if marks else grade

    def completions(self, scores: Scores) -> None:
        """Own indicators counted from the facts: how many, how many met."""
        for found in completions(scores):
            share = "—" if found.share is None else decimal_text(found.share * 100, 2)
            cls, title = scores.plan.scheme.class_title(found.cls), found.title
            items = (f"{found.items} 个大项、", f"{found.items} items, ") if found.items > 1 else ("", "")
            self.say(
                f"{cls.zh} {title.zh}：{found.units} 个单位，{items[0]}{found.tasks} 项，完成 {found.met} 项，完成率 {share} %",
                f"{cls.of('en')}, {title.of('en')}: "
                f"{found.units} units, {items[1]}{found.tasks} own indicators, {found.met} met, {share} %",
            )

    def gaps(self, gaps: Sequence[Gap], a: Unit, b: Unit) -> None:
        """Why one unit is ahead of another: line by line, adding up."""
        table = Table(header_style="bold", box=None, pad_edge=False)
        for heading in (self.word("part"), a.title.of(self.language), b.title.of(self.language), self.word("gap")):
            table.add_column(escape(heading), justify="left" if heading == self.word("part") else "right")
        for gap, depth in _flat(gaps):
            table.add_row("  " * depth + escape(gap.title.of(self.language)), decimal_text(gap.a), decimal_text(gap.b), _gap_text(gap))
        total = sum((gap.gap for gap in gaps), start=gaps[0].gap * 0) if gaps else None
        if total is not None:
            table.add_row(self.word("total"), "", "", signed(total), style="bold")
        self.console.print(table)


def _gap_text(gap: Gap) -> str:
    return "0" if gap.gap == 0 else signed(gap.gap)


def _flat(gaps: Sequence[Gap], depth: int = 0) -> list[tuple[Gap, int]]:
    """Gaps with their depth, those that differ only; parts below their node."""
    found: list[tuple[Gap, int]] = []
    for gap in sorted(gaps, key=lambda g: -abs(g.gap)):
        if gap.gap or depth == 0:
            found += [(gap, depth), *_flat([part for part in gap.parts if part.gap], depth + 1)]
    return found
