"""The results folder: league tables and scores for machines and people. All files appear, or none does."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import polars as pl

from windvane.decimals import canonical, decimal_text
from windvane.exact import Absent
from windvane.ranking import Ranking
from windvane.render.league import shown_places
from windvane.render.report import report_html
from windvane.render.sheet import workbook

FORMATS: Final = ("csv", "parquet", "xlsx", "html")
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so is taken for a formula by spreadsheets

Writer = Callable[[Ranking], bytes]


def write_results(ranking: Ranking, folder: str | Path, *, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write the results of a ranking and return the files; files of other formats in the folder are left alone.

    Everything is written beside first and then moved into place: if anything fails, the folder is as it was.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ValueError(f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}")
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".results-") as beside:
        names = []
        for name, write in _files(formats):
            (Path(beside) / name).write_bytes(write(ranking))
            names.append(name)
        _move(Path(beside), names, folder)
    return [folder / name for name in names]


def _files(formats: Sequence[str]) -> Iterable[tuple[str, Writer]]:
    made: dict[str, tuple[tuple[str, Writer], ...]] = {
        "csv": (("ranking.csv", ranking_csv), ("scores.csv", scores_csv)),
        "parquet": (("scores.parquet", scores_parquet),),
        "xlsx": (("results.xlsx", lambda r: workbook(r, language="zh")), ("results.en.xlsx", lambda r: workbook(r, language="en"))),
        "html": (
            ("report.html", lambda r: report_html(r, language="zh").encode()),
            ("report.en.html", lambda r: report_html(r, language="en").encode()),
        ),
    }
    return [file for name in FORMATS if name in formats for file in made[name]]


def _move(beside: Path, names: Sequence[str], folder: Path) -> None:
    """Move files into place; what was there is kept until all have arrived, and comes back if one does not."""
    folder.mkdir(exist_ok=True)
    kept = beside / "before"
    kept.mkdir()
    try:
        for name in names:
            if (folder / name).exists():
                os.replace(folder / name, kept / name)
        for name in names:
            os.replace(beside / name, folder / name)
    except OSError:
        for name in names:
            (folder / name).unlink(missing_ok=True)
            if (kept / name).exists():
                shutil.move(kept / name, folder / name)
        raise


# Tables -----------------------------------------------------------------------------------------------------------------


def ranking_csv(ranking: Ranking) -> bytes:
    """One row a unit: class, rank, points as shown and exactly, grade, promotion, vetoes, state."""
    head = ("unit", "zh", "en", "class", "rank", "points", "exact", "grade", "promoted", "vetoed", "state", "simulated")
    return _csv(head, (_ranking_row(ranking, unit) for unit in ranking.index))


def _ranking_row(ranking: Ranking, unit: str) -> list[str]:
    place, title = ranking[unit], ranking.scores.facts.unit_index[unit].title
    points = "" if place.points is None else decimal_text(place.points, shown_places(ranking.scores, place.cls))
    exact = "" if place.points is None else canonical(place.points)
    vetoes = "; ".join(str(veto) for veto in place.vetoed)
    numbers = ["" if place.rank is None else str(place.rank), _Number(points), _Number(exact)]
    return [
        unit,
        title.zh,
        title.en,
        place.cls,
        *numbers,
        place.grade or "",
        _yes(place.promoted),
        vetoes,
        place.state,
        _yes(ranking.scores.simulated),
    ]


def scores_csv(ranking: Ranking) -> bytes:
    """One row a unit and node: points as a decimal and exactly, full marks, state."""
    head = ("unit", "class", "node", "zh", "en", "points", "exact", "full", "state")
    return _csv(head, (row for unit in ranking.index for row in _score_rows(ranking, unit)))


def _score_rows(ranking: Ranking, unit: str) -> Iterable[list[str]]:
    scores, cls = ranking.scores, ranking[unit].cls
    for code, outcomes in scores.outcomes[cls].items():
        node, points = scores.plan.scheme.nodes[code], outcomes[unit].points
        found = (
            (_Number(decimal_text(points)), _Number(canonical(points)), "scored")
            if isinstance(points, Fraction)
            else ("", "", points.value)
        )
        full = node.full.at(cls, scores.plan.day) if node.full else None
        yield [
            unit,
            cls,
            code,
            node.title.zh,
            node.title.en,
            *found[:2],
            decimal_text(full) if isinstance(full, Fraction) else "",
            found[2],
        ]


class _Number(str):
    """Text of a number that we wrote: a minus sign in front of it is no danger."""


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Comma-separated UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """Keep a text from being taken for a formula.

    >>> safe("=1+1"), safe("省水利厅")
    ("'=1+1", '省水利厅')
    """
    return "'" + cell if cell.startswith(RISKY) and not isinstance(cell, _Number) else cell


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def scores_parquet(ranking: Ranking) -> bytes:
    """One row a unit and node: points as float, the exact rational as text."""
    scores = ranking.scores
    rows = [
        (
            unit,
            ranking[unit].cls,
            code,
            None if isinstance(p, Absent) else float(p),
            None if isinstance(p, Absent) else canonical(p),
            _state(p),
        )
        for unit in ranking.index
        for code, outcomes in scores.outcomes[ranking[unit].cls].items()
        for p in [outcomes[unit].points]
    ]
    schema = {"unit": pl.String, "class": pl.String, "node": pl.String, "points": pl.Float64, "exact": pl.String, "state": pl.String}
    out = io.BytesIO()
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(out)
    return out.getvalue()


def _state(points: Fraction | Absent) -> str:
    return points.value if isinstance(points, Absent) else "scored"
