"""The results folder: league tables and scores for machines and people. All files appear, or none does."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from windvane.decimals import canonical, round_half_up
from windvane.exact import Absent, Atom
from windvane.files.tables import Cell, Sheet, csv_bytes, write_whole
from windvane.plan import number_at
from windvane.problems import Problem, WindvaneError
from windvane.ranking import Ranking, places_of
from windvane.render.report import report_html
from windvane.render.sheet import workbook


class Writer(Protocol):
    def __call__(self, ranking: Ranking) -> bytes: ...


class ResultsError(WindvaneError):
    """The results could not be written; ``problems`` says why. The folder is as it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.say("en") for problem in problems))
        self.problems = tuple(problems)


def write_results(ranking: Ranking, folder: str | Path, *, formats: Sequence[str] = ("csv", "parquet", "xlsx", "html")) -> list[Path]:
    """Write the results of a ranking and return the files; other files of the folder are left alone.

    Everything is made before the first file takes its place. Raises ``ResultsError`` where the folder cannot be written.
    """
    unknown = [name for name in formats if name not in FILES]
    if unknown:
        raise WindvaneError(f"no format {unknown[0]!r}; there are {', '.join(FILES)}")
    writers = {Path(folder) / name: writer for each in FILES if each in formats for name, writer in FILES[each].items()}
    problems = write_whole({path: partial(writer, ranking) for path, writer in writers.items()}, [])
    if problems:
        raise ResultsError(problems)
    return list(writers)


# Tables -----------------------------------------------------------------------------------------------------------------


def ranking_csv(ranking: Ranking) -> bytes:
    """One row a unit: class, rank, points as shown and exactly, grade, promotion, vetoes, state."""
    head = ("unit", "zh", "en", "class", "rank", "points", "exact", "grade", "promoted", "vetoed", "state", "simulated")
    return csv_bytes(Sheet("ranking", head, [_ranking_row(ranking, unit) for unit in ranking.index]))


def _ranking_row(ranking: Ranking, unit: str) -> list[Cell]:
    place, title = ranking[unit], ranking.scores.facts.unit_index[unit].title
    shown: Cell = "" if place.points is None else round_half_up(place.points, places_of(ranking.scores, place.cls))
    rank: Cell = "" if place.rank is None else str(place.rank)
    exact: Cell = "" if place.points is None else place.points
    words = [place.grade or "", _yes(place.promoted), "; ".join(map(str, place.vetoed)), place.state, _yes(ranking.scores.simulated)]
    return [unit, title.zh, title.en, place.cls, rank, shown, exact, *words]


def scores_csv(ranking: Ranking) -> bytes:
    """One row a unit and node: points as shown and exactly, full marks, state."""
    head = ("unit", "class", "node", "zh", "en", "points", "exact", "full", "state")
    return csv_bytes(Sheet("scores", head, [_score_row(ranking, unit, code, points) for unit, code, points in _points(ranking)]))


def _score_row(ranking: Ranking, unit: str, code: str, points: Atom) -> list[Cell]:
    scores, cls = ranking.scores, ranking[unit].cls
    node = scores.plan.scheme.nodes[code]
    full = number_at(node.full, cls, scores.plan.day)
    found: list[Cell] = ["", ""] if isinstance(points, Absent) else [round_half_up(points, places_of(scores, cls, code)), points]
    return [unit, cls, code, node.title.zh, node.title.en, *found, "" if full is None else full, _state(points)]


def scores_parquet(ranking: Ranking) -> bytes:
    """One row a unit and node: points as float, the exact rational as text."""
    schema = {"unit": pl.String, "class": pl.String, "node": pl.String, "points": pl.Float64, "exact": pl.String, "state": pl.String}
    rows = [(unit, ranking[unit].cls, code, *_float_and_text(points), _state(points)) for unit, code, points in _points(ranking)]
    content = io.BytesIO()
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(content)
    return content.getvalue()


def _float_and_text(points: Atom) -> tuple[float, str] | tuple[None, None]:
    return (float(points), canonical(points)) if isinstance(points, Fraction) else (None, None)


def _points(ranking: Ranking) -> Iterator[tuple[str, str, Atom]]:
    """Every unit and node, units in the order of the ranking."""
    for unit in ranking.index:
        for code, outcomes in ranking.scores.outcomes[ranking[unit].cls].items():
            yield unit, code, outcomes[unit].points


def _state(points: Atom) -> str:
    return points.value if isinstance(points, Absent) else "scored"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


# Pages and workbooks ----------------------------------------------------------------------------------------------------


def report_zh(ranking: Ranking) -> bytes:
    return report_html(ranking, language="zh").encode()


def report_en(ranking: Ranking) -> bytes:
    return report_html(ranking, language="en").encode()


def workbook_zh(ranking: Ranking) -> bytes:
    return workbook(ranking, language="zh")


def workbook_en(ranking: Ranking) -> bytes:
    return workbook(ranking, language="en")


FILES: Final[Mapping[str, Mapping[str, Writer]]] = {
    "csv": {"ranking.csv": ranking_csv, "scores.csv": scores_csv},
    "parquet": {"scores.parquet": scores_parquet},
    "xlsx": {"results.xlsx": workbook_zh, "results.en.xlsx": workbook_en},
    "html": {"report.html": report_zh, "report.en.html": report_en},
}
