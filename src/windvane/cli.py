"""The command line: check, score, explain, rank, diff, convert, schema, examples."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.progress import Progress

from windvane.changes import compare
from windvane.checks import check as lint
from windvane.decimals import decimal_text
from windvane.derivation import Derivation, Gap, Read
from windvane.deriving import derive, why
from windvane.facts import Facts, Unit
from windvane.files.cases import AssessmentCase, case_folders, read_case
from windvane.files.results import ResultsError, write_results
from windvane.files.schemes import read_scheme, write_scheme
from windvane.formula import did_you_mean
from windvane.plan import PlanError, compile_scheme
from windvane.problems import Problem, Severity, errors
from windvane.ranking import Ranking
from windvane.ranking import rank as rank_scores
from windvane.schema import json_schema
from windvane.scheme import ROOT, Scheme
from windvane.scores import Scores
from windvane.scores import score as score_facts
from windvane.terminal import Terminal
from windvane.version import __version__

LANGUAGE = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=lambda: os.environ.get("WINDVANE_LANG", "zh"), help="zh or en (default zh)"
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="print JSON instead of tables")
DAY = click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="day on which dated parameters are read (default: end of the cycle)")
SCHEME = click.option("--scheme", "scheme_file", type=click.Path(dir_okay=False), help="another scheme file than the case's own")
CASE = click.argument("case", type=click.Path())
FAILED, REFUSED = 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="windvane")
def main() -> None:
    """风向标 windvane: score an assessment from its scheme, target books and facts.

    A CASE is a folder with scheme.yaml (or .xlsx), units.csv, facts.csv and, where there are any, entries.csv, books.csv, loadings.csv.
    Exit code 0: done; 1: the input has errors, nothing was written; 2: the command was misused.
    """


@main.command()
@click.argument("path", type=click.Path())
@LANGUAGE
@AS_JSON
def check(path: str, lang: str, as_json: bool) -> None:
    """检查方案文件或整个案例。 Check a scheme file or a whole case; list every problem with its place and what to do."""
    terminal = Terminal(lang)
    found = read_scheme(path) if Path(path).is_file() else read_case(path)
    if isinstance(found, list):
        problems = found
    elif isinstance(found, Scheme):
        problems = lint(found)
    else:
        problems = lint(found.scheme, found.books, found.facts)
    if as_json:
        _print_json([_problem_json(p) for p in problems])
    else:
        terminal.problems(problems)
    sys.exit(FAILED if errors(problems) else 0)


@main.command()
@CASE
@click.option("--out", "-o", type=click.Path(file_okay=False), help="folder for results (default: results/CASE)")
@click.option("--no-files", is_flag=True, help="print only, write nothing")
@SCHEME
@DAY
@LANGUAGE
@AS_JSON
def score(case: str, out: str | None, no_files: bool, scheme_file: str | None, day: datetime | None, lang: str, as_json: bool) -> None:
    """计分、排名、定等次，写出结果文件夹。 Score a case: league tables, grades, and a results folder with reports and tables."""
    terminal = Terminal(lang)
    loaded = _load(case, scheme_file, terminal, as_json)
    ranking = _score(loaded, day, terminal, as_json)
    target = Path(out or Path("results") / loaded.name)
    if as_json:
        _print_json(_ranking_json(ranking))
    else:
        terminal.ranking(ranking, top=None)
        terminal.completions(ranking.scores)
        terminal.problems([p for p in ranking.scores.problems if p.severity.value == "warning"], 20) if ranking.scores.problems else None
        terminal.say(f"结果摘要 {ranking.digest}", f"result digest {ranking.digest}", "dim")
    if not no_files:
        _write(ranking, target, terminal, as_json)


@main.command()
@CASE
@click.option("--class", "cls", help="only this class")
@click.option("--top", type=click.IntRange(min=1), help="only the first N of each class")
@SCHEME
@DAY
@LANGUAGE
@AS_JSON
def rank(case: str, cls: str | None, top: int | None, scheme_file: str | None, day: datetime | None, lang: str, as_json: bool) -> None:
    """按类别打印排名，不写文件。 Print the ranking of a case, class by class, without writing files."""
    terminal = Terminal(lang)
    ranking = _score(_load(case, scheme_file, terminal, as_json), day, terminal, as_json)
    if cls is not None and cls not in ranking.scores.plan.classes:
        _misuse(
            terminal,
            f"没有类别 {cls}，可用 {'、'.join(ranking.scores.plan.classes)}",
            f"no class {cls}; there are {', '.join(ranking.scores.plan.classes)}",
        )
    if as_json:
        _print_json(_ranking_json(ranking))
    else:
        terminal.ranking(ranking, cls, top)


@main.command()
@CASE
@click.argument("unit")
@click.argument("node", default=ROOT)
@click.option("--against", help="another unit: why is one ahead of the other")
@SCHEME
@DAY
@LANGUAGE
@AS_JSON
def explain(
    case: str, unit: str, node: str, against: str | None, scheme_file: str | None, day: datetime | None, lang: str, as_json: bool
) -> None:
    """说明某单位在某指标上的得分，直到事实。 Explain the points of UNIT (code or name) at NODE (default: the total), down to the facts."""
    terminal = Terminal(lang)
    ranking = _score(_load(case, scheme_file, terminal, as_json), day, terminal, as_json)
    scores = ranking.scores
    found = _unit(scores, unit, terminal)
    if node not in scores.outcomes[found.cls]:
        near = did_you_mean(node, scores.outcomes[found.cls])
        _misuse(terminal, f"{found.title} 没有指标 {node}，可用 {near}", f"{found.code} has no node {node}; did you mean {near}")
    if against is not None:
        other = _unit(scores, against, terminal)
        gaps = why(scores, found.code, other.code, node)
        _print_json([_gap_json(gap) for gap in gaps]) if as_json else terminal.gaps(gaps, found, other)
        return
    derivation = derive(scores, found.code, node)
    if as_json:
        _print_json(_derivation_json(derivation))
        return
    terminal.say(f"{found.title.of('zh')}（{found.code}）", f"{found.title.of('en')} ({found.code})", "bold")
    for line in derivation.say(lang):
        terminal.console.print(line, markup=False, highlight=False)


@main.command()
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@LANGUAGE
@AS_JSON
def diff(old: str, new: str, lang: str, as_json: bool) -> None:
    """用文字说明两个方案的变化。 Say in words what changed from scheme OLD to scheme NEW (files or case folders)."""
    terminal = Terminal(lang)
    first, second = (_scheme(path, terminal, as_json) for path in (old, new))
    changes = compare(first, second)
    if as_json:
        _print_json([{"kind": c.kind, "where": c.where, "zh": c.zh, "en": c.en} for c in changes])
    elif not changes:
        terminal.say("两个方案内容相同", "the two schemes say the same")
    for change in changes if not as_json else ():
        terminal.say(f"· {change.zh}", f"· {change.en}")


@main.command()
@click.argument("source", type=click.Path())
@click.argument("target", type=click.Path())
@click.option("--force", is_flag=True, help="overwrite an existing file")
@LANGUAGE
def convert(source: str, target: str, force: bool, lang: str) -> None:
    """方案在YAML与Excel之间互转，内容不丢失。 Convert a scheme between YAML and Excel without loss."""
    terminal = Terminal(lang)
    scheme = _scheme(source, terminal, as_json=False)
    if Path(target).suffix.lower() not in (".yaml", ".yml", ".xlsx"):
        _misuse(terminal, f"{target}：目标应为 .yaml 或 .xlsx", f"{target}: the target must be .yaml or .xlsx")
    if Path(target).exists() and not force:
        _misuse(terminal, f"{target} 已存在，覆盖请加 --force", f"{target} exists; overwrite with --force")
    if wrong := write_scheme(scheme, Path(target)):
        _give_up(wrong, terminal, as_json=False)
    terminal.say(f"已写出 {target}", f"wrote {target}")


@main.command()
@click.option("--out", "-o", type=click.Path(dir_okay=False), help="write to a file instead of the terminal")
def schema(out: str | None) -> None:
    """打印方案文件的JSON Schema。 Print the JSON Schema of the scheme file."""
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out:
        Path(out).write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False), default="examples")
@click.option("--out", "-o", type=click.Path(file_okay=False), default="results", help="folder for results")
@LANGUAGE
def examples(folder: str, out: str, lang: str) -> None:
    """计算文件夹下的全部案例。 Score every case under FOLDER, print each league table and write its results."""
    terminal = Terminal(lang)
    if not Path(folder).is_dir() or not case_folders(folder):
        _misuse(terminal, f"{folder} 下没有案例", f"no case under {folder}")
    for path in case_folders(folder):
        loaded = _load(str(path), None, terminal, False)
        terminal.console.rule(f"[bold]{loaded.scheme.title.of(lang)}[/]  {path}", align="left")
        ranking = _score(loaded, None, terminal, False)
        terminal.ranking(ranking, top=12)
        terminal.completions(ranking.scores)
        _write(ranking, Path(out) / path.name, terminal, False)


# Shared steps -----------------------------------------------------------------------------------------------------------


def _load(case: str, scheme_file: str | None, terminal: Terminal, as_json: bool) -> AssessmentCase:
    loaded = read_case(case, scheme_file)
    if isinstance(loaded, list):
        _give_up(loaded, terminal, as_json)
    return loaded


def _score(case: AssessmentCase, day: datetime | None, terminal: Terminal, as_json: bool) -> Ranking:
    """Check, compile, score, rank; with errors nothing goes on."""
    found = lint(case.scheme, case.books, case.facts)
    if errors(found):
        _give_up(errors(found), terminal, as_json)
    doubts = sum(p.severity is Severity.WARNING for p in found)
    if doubts and not as_json:
        terminal.say(f"警告 {doubts} 条，用 windvane check 查看", f"warnings: {doubts}; windvane check lists them", "yellow")
    try:
        plan = compile_scheme(case.scheme, case.books, day=day.date() if day else None)
    except PlanError as error:
        _give_up(list(error.problems), terminal, as_json)
    scores = score_facts(plan, case.facts)
    if not scores.complete:
        _give_up(list(scores.problems), terminal, as_json)
    return rank_scores(scores)


def _write(ranking: Ranking, target: Path, terminal: Terminal, as_json: bool) -> None:
    with Progress(transient=True, console=terminal.console, disable=as_json or not terminal.console.is_terminal) as progress:
        task = progress.add_task("写出结果……" if terminal.language == "zh" else "writing results …", total=None)
        try:
            written = write_results(ranking, target)
        except ResultsError as error:
            _give_up(list(error.problems), terminal, as_json)
        progress.update(task, completed=1, total=1)
    if not as_json:
        names = "、".join(path.name for path in written)
        terminal.say(f"已写入 {target}：{names}", f"wrote {target}: {names}", "green")


def _give_up(problems: list[Problem], terminal: Terminal, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"problems": [_problem_json(p) for p in problems]})
    else:
        terminal.problems(problems)
        terminal.say("有错误，没有写出任何文件。", "There are errors: nothing was written.", "bold red")
    sys.exit(FAILED)


def _misuse(terminal: Terminal, zh: str, en: str) -> NoReturn:
    terminal.say(zh, en, "bold red")
    sys.exit(REFUSED)


def _scheme(path: str, terminal: Terminal, as_json: bool) -> Scheme:
    found = read_scheme(path) if not Path(path).is_dir() else read_case_scheme(path)
    if isinstance(found, list):
        _give_up(found, terminal, as_json)
    return found


def read_case_scheme(folder: str) -> Scheme | list[Problem]:
    case = read_case(folder)
    return case if isinstance(case, list) else case.scheme


def _unit(scores: Scores, name: str, terminal: Terminal) -> Unit:
    """Find a unit by its code or by its name in either language."""
    facts: Facts = scores.facts
    found = [u for u in facts.units if name in (u.code, u.title.zh, u.title.en)]
    if len(found) != 1:
        near = did_you_mean(name, [*(u.title.zh for u in facts.units), *facts.unit_index])
        _misuse(terminal, f"没有单位 {name}，是不是 {near}", f"no unit {name}; did you mean {near}")
    return found[0]


# JSON -------------------------------------------------------------------------------------------------------------------


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _problem_json(problem: Problem) -> dict[str, str]:
    texts = {"zh": problem.what("zh"), "en": problem.what("en"), "hint_zh": problem.hint("zh"), "hint_en": problem.hint("en")}
    return {"code": problem.code, "severity": problem.severity.value, "where": problem.where, **texts}


def _ranking_json(ranking: Ranking) -> dict[str, Any]:
    scores = ranking.scores
    digests = {"result": ranking.digest, "plan": scores.plan.digest, "facts": scores.facts.digest}
    places = [
        {"unit": p.unit, "class": p.cls, "rank": p.rank, "points": None if p.points is None else decimal_text(p.points), "grade": p.grade,
         "promoted": p.promoted, "vetoed": [t.zh for t in p.vetoed], "state": p.state}
        for p in ranking.places
    ]  # fmt: skip
    return {"simulated": scores.simulated, "digests": digests, "places": places, "problems": [_problem_json(p) for p in scores.problems]}


def _gap_json(gap: Gap) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "code": gap.code,
        "a": str(gap.a),
        "b": str(gap.b),
        "gap": str(gap.gap),
        "parts": [_gap_json(part) for part in gap.parts],
    }


def _read_json(read: Read) -> dict[str, Any]:
    source = {"zh": read.source.of("zh"), "en": read.source.of("en")}
    return {"name": read.name, "value": read.value, "status": read.status, "error": read.error, "source": source, "document": read.document}


def _derivation_json(d: Derivation) -> dict[str, Any]:
    return {
        "unit": d.unit, "node": d.code, "title": {"zh": d.title.zh, "en": d.title.en}, "state": d.state,
        "points": None if d.points is None else decimal_text(d.points), "exact": None if d.points is None else str(d.points),
        "formula": d.formula.formula, "numbers": d.formula.numbers, "value": d.formula.value, "rule": {"zh": d.rule.zh, "en": d.rule.en},
        "params": dict(d.params), "facts": [_read_json(r) for r in d.reads],
        "lines": [{"kind": x.kind, "code": x.code, "points": str(x.points)} for x in d.lines],
        "parts": [_derivation_json(part) for part in (*d.parts, *d.entries)],
    }  # fmt: skip
