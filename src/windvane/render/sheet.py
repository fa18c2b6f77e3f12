"""The results as an Excel workbook: a sheet a class, every node's points, every entry with its document, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from io import BytesIO
from typing import Final, Protocol

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types; the protocols say what is used

from windvane.derivation import Derivation
from windvane.deriving import derive
from windvane.ranking import Ranking, places_of
from windvane.render.chart_text import text_width
from windvane.render.league import League, Row, leagues
from windvane.render.phrases import Phrases
from windvane.render.wording import result, worded
from windvane.version import __version__

Cell = str | Fraction | date | int | None
GRADES: Final = (
    ("●", "#e6f3f0", "#0c6b5e"),
    ("◆", "#e7eff8", "#143b6d"),
    ("▲", "#eef1f4", "#414d5e"),
    ("■", "#fdf3df", "#85530a"),
    ("▼", "#fbeeec", "#b1241c"),
)
HEAD_ROW: Final = 3
WIDEST: Final = 46  # characters of a column
CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001  # a fixed day: the same results give the same file
FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a sheet: its words, and how many decimals its numbers have (None: text)."""

    words: str
    places: int | None = None


class _File(Protocol):
    """What is used of a workbook of XlsxWriter."""

    def add_format(self, properties: object) -> object: ...
    def add_worksheet(self, name: str) -> Worksheet: ...
    def set_properties(self, properties: object) -> object: ...
    def close(self) -> object: ...


class Worksheet(Protocol):
    """What is used of a worksheet of XlsxWriter."""

    def autofilter(self, row: int, column: int, last_row: int, last_column: int) -> object: ...
    def fit_to_pages(self, width: int, height: int) -> object: ...
    def freeze_panes(self, row: int, column: int) -> object: ...
    def hide_gridlines(self, option: int) -> object: ...
    def repeat_rows(self, row: int) -> object: ...
    def set_column(self, first: int, last: int, width: float) -> object: ...
    def set_footer(self, footer: str) -> object: ...
    def set_landscape(self) -> object: ...
    def set_paper(self, paper: int) -> object: ...
    def set_row(self, row: int, height: float) -> object: ...
    def write_blank(self, row: int, column: int, blank: None, cell_format: object) -> object: ...
    def write_datetime(self, row: int, column: int, day: datetime, cell_format: object) -> object: ...
    def write_number(self, row: int, column: int, number: float, cell_format: object) -> object: ...
    def write_string(self, row: int, column: int, text: str, cell_format: object) -> object: ...


class Book:
    """A workbook with the formats that all its sheets share."""

    def __init__(self, say: Phrases, font: str) -> None:
        self.say, self.font = say, font
        self.bytes = BytesIO()
        self.file: _File = Workbook(self.bytes, {"in_memory": True})
        self.file.set_properties({"title": "windvane", "created": CREATED})
        self.formats: dict[tuple[tuple[str, object], ...], object] = {}
        self.names: set[str] = set()

    def format(self, **settings: object) -> object:
        key = tuple(sorted(settings.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format({"font_name": self.font, "font_size": 10, "valign": "vcenter", **settings})
        return self.formats[key]

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet under a name that Excel allows and that is new."""
        base = name.translate(FORBIDDEN).strip()[:28] or "-"
        names = [base, *(f"{base} {i}" for i in range(2, 100))]
        free = next(each for each in names if each.lower() not in self.names)
        self.names.add(free.lower())
        made = self.file.add_worksheet(free)
        made.hide_gridlines(2)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.set_footer("&R&P / &N")
        return made

    def close(self) -> bytes:
        self.file.close()
        return self.bytes.getvalue()


def workbook(ranking: Ranking, *, language: str) -> bytes:
    """Return the workbook of a ranking in one language."""
    say = Phrases(language)
    book = Book(say, "微软雅黑" if language == "zh" else "Calibri")
    for table in leagues(ranking):
        _league_sheet(book, ranking, table)
    for table in leagues(ranking):
        _node_sheet(book, ranking, table)
    _entry_sheet(book, ranking)
    _about_sheet(book, ranking)
    return book.close()


# Writing tables ---------------------------------------------------------------------------------------------------------


def _title(book: Book, sheet: Worksheet, ranking: Ranking, title: str, width: int) -> None:
    scheme, say = ranking.scores.plan.scheme, book.say
    notes = [scheme.title.of(say.language), *([say.text("word.simulated")] if ranking.scores.simulated else [])]
    if not ranking.scores.complete:
        notes.append(say.text("notice.incomplete"))
    sheet.write_string(0, 0, title, book.format(bold=True, font_size=14))
    colour = {"font_color": "#b1241c", "bold": True} if not ranking.scores.complete else {"font_color": "#586474"}
    sheet.write_string(1, 0, " · ".join(notes), book.format(**colour))


def _table(
    book: Book, sheet: Worksheet, heads: Sequence[Head], rows: Sequence[Sequence[Cell]], frozen: int, cuts: set[int] | None = None
) -> int:
    """Write head and rows with filters and frozen panes; return the row after the last. ``cuts``: rows that begin a grade."""
    for i, head in enumerate(heads):
        align = "left" if head.places is None else "right"
        sheet.write_string(
            HEAD_ROW,
            i,
            head.words,
            book.format(bold=True, bg_color="#f7f9fb", top=1, bottom=1, text_wrap=True, align=align, border_color="#c5cdd7"),
        )
        sheet.set_column(i, i, _width(head, [row[i] for row in rows]))
    sheet.set_row(HEAD_ROW, 32)
    for r, row in enumerate(rows):
        top: dict[str, object] = {"top": 2, "top_color": "#414d5e"} if cuts and r in cuts else {}
        for i, value in enumerate(row):
            _write(book, sheet, HEAD_ROW + 1 + r, i, value, heads[i].places, top)
    last = HEAD_ROW + len(rows)
    sheet.autofilter(HEAD_ROW, 0, max(last, HEAD_ROW + 1), len(heads) - 1)
    sheet.freeze_panes(HEAD_ROW + 1, frozen)
    sheet.repeat_rows(HEAD_ROW)
    return last + 1


def _write(book: Book, sheet: Worksheet, row: int, column: int, value: Cell, places: int | None, extra: dict[str, object]) -> None:
    """Text is written as text, whatever it looks like; numbers keep their type."""
    line: dict[str, object] = {"bottom": 1, "bottom_color": "#edf0f4", **extra}
    if isinstance(value, date):
        day = datetime.combine(value, time())
        sheet.write_datetime(row, column, day, book.format(num_format="yyyy-mm-dd", align="left", **line))
    elif value == "":
        sheet.write_blank(row, column, None, book.format(**line))
    elif isinstance(value, int | Fraction):
        sheet.write_number(row, column, float(value), book.format(num_format="0" if not places else "0." + "0" * places, **line))
    else:
        sheet.write_string(row, column, "—" if value is None else value, book.format(align="left" if places is None else "right", **line))


def _width(head: Head, values: Sequence[Cell]) -> float:
    """Wide enough for the longest text; heads may break in two."""
    ems = [text_width(str(v), 1) for v in values if isinstance(v, str)]
    return float(min(WIDEST, max(8.0, 2 * max(ems, default=0) + 2, text_width(head.words, 1) + 3)))


# The sheets -------------------------------------------------------------------------------------------------------------


def _league_sheet(book: Book, ranking: Ranking, table: League) -> None:
    say, scheme = book.say, ranking.scores.plan.scheme
    sheet = book.sheet(table.title.of(say.language) if len(ranking.scores.plan.classes) > 1 else say.text("nav.ranking"))
    heads = [
        Head(say.text("league.rank"), 0),
        Head(say.text("league.unit")),
        Head(_headed(say, say.text("word.total"), table.full), table.places),
    ]
    heads += [Head(_headed(say, column.title.of(say.language), column.full), column.places) for column in table.columns]
    heads += [Head(say.text("league.grade")), Head(say.text("sheet.remark"))]
    _title(
        book, sheet, ranking, table.title.of(say.language) if len(ranking.scores.plan.classes) > 1 else say.text("nav.ranking"), len(heads)
    )
    end = _table(book, sheet, heads, [_league_row(ranking, row, say) for row in table.rows], 2, table.starts())
    codes = [grade.code for grade in scheme.grades]
    for r, row in enumerate(table.rows):
        if row.place.grade in codes:
            mark, ground, ink = GRADES[min(codes.index(row.place.grade), len(GRADES) - 1)]
            top: dict[str, object] = {"top": 2, "top_color": "#414d5e"} if r in table.starts() else {}
            shown = f"{mark} {scheme.grade_title(row.place.grade).of(say.language)}"
            sheet.write_string(
                HEAD_ROW + 1 + r,
                len(heads) - 2,
                shown,
                book.format(bg_color=ground, font_color=ink, bottom=1, bottom_color="#edf0f4", **top),
            )
    counts = say.text("league.count", n=len(table.rows), ranked=len(table.ranked))
    sheet.write_string(end + 1, 0, counts.strip(), book.format(font_color="#586474"))


def _headed(say: Phrases, title: str, full: Fraction | None) -> str:
    return title if full is None else f"{title}\n{say.text('column.full', full=_plain(full))}"


def _plain(x: Fraction) -> str:
    return str(x.numerator) if x.denominator == 1 else f"{float(x):g}"


def _league_row(ranking: Ranking, row: Row, say: Phrases) -> list[Cell]:
    place, scheme = row.place, ranking.scores.plan.scheme
    marks = [say.text(f"state.{place.state}")] if place.rank is None else []
    marks += [say.text("grade.promoted_why")] if place.promoted else []
    marks += [f"{say.text('grade.vetoed')}: {veto.of(say.language)}" for veto in place.vetoed]
    grade = scheme.grade_title(place.grade).of(say.language) if place.grade else ""
    return [place.rank, row.unit.title.of(say.language), place.points, *(cell.points for cell in row.cells), grade, "; ".join(marks)]


def _node_sheet(book: Book, ranking: Ranking, table: League) -> None:
    say, scores = book.say, ranking.scores
    name = say.text("sheet.nodes")
    sheet = book.sheet(f"{name} {table.title.of(say.language)}" if len(scores.plan.classes) > 1 else name)
    codes = [code for code in scores.plan.scheme.nodes if code in scores.outcomes[table.cls]]
    heads = [Head(say.text("sheet.code")), Head(say.text("league.unit"))]
    heads += [
        Head(f"{scores.plan.scheme.nodes[code].title.of(say.language)}\n{code}", places_of(scores, table.cls, code)) for code in codes
    ]
    rows = [[row.unit.code, row.unit.title.of(say.language), *(scores.points(row.unit.code, code) for code in codes)] for row in table.rows]
    _title(book, sheet, ranking, name, len(heads))
    _table(book, sheet, heads, rows, 2)


def _entry_sheet(book: Book, ranking: Ranking) -> None:
    say = book.say
    rows = [row for table in leagues(ranking) for row in _entry_rows(ranking, table, say)]
    if not rows:
        return
    keys = ("nav_class", "unit", "node", "entry", "item", "title", "kind", "day", "facts", "arithmetic", "points", "full", "documents")
    heads = [Head(say.text(f"sheet.{key}"), 2 if key in ("points", "full") else None) for key in keys]
    sheet = book.sheet(say.text("sheet.entries"))
    _title(book, sheet, ranking, say.text("sheet.entries"), len(heads))
    _table(book, sheet, heads, rows, 2)


def _entry_rows(ranking: Ranking, table: League, say: Phrases) -> Iterator[list[Cell]]:
    scores, language = ranking.scores, say.language
    codes = [step.code for step in scores.plan.classes[table.cls] if step.entry is not None]
    for row in table.rows:
        for code in codes:
            explained = {entry.code: entry for entry in derive(scores, row.unit.code, code).entries}
            for scored in scores.outcome(row.unit.code, code).entries:
                found = explained[scored.row.entry]
                item = scored.row.task.item.of(language) if scored.row.task else ""
                ledger = scores.plan.scheme.nodes[code].ledger is not None
                yield [
                    table.title.of(language),
                    row.unit.title.of(language),
                    scores.plan.scheme.nodes[code].title.of(language),
                    scored.row.entry,
                    item,
                    found.title.of(language),
                    found.rule.of(language),
                    scored.row.day or "",
                    say.text("mark.semicolon").join(f"{read.title.of(language)} {read.shown(language)}" for read in found.reads),
                    "" if ledger else f"{worded(found.formula.numbers, {}, say)} = {result(found.formula.value, say)}",
                    found.points,
                    "" if found.full is None else found.full,
                    say.text("mark.semicolon").join(_documents(found, language)),
                ]


def _documents(entry: Derivation, language: str) -> list[str]:
    found = [entry.document, *(read.document or read.source.of(language) for read in entry.reads)]
    return list(dict.fromkeys(text for text in found if text))


def _about_sheet(book: Book, ranking: Ranking) -> None:
    say, scores = book.say, ranking.scores
    scheme = scores.plan.scheme
    sheet = book.sheet(say.text("sheet.about"))
    cycle = say.text("head.span", start=scheme.start, end=scheme.end) if scheme.start and scheme.end else "—"
    facts = [
        (say.text("sheet.scheme"), scheme.title.of(say.language)),
        (say.text("head.cycle"), cycle),
        (say.text("head.source"), scheme.source.of(say.language) or "—"),
        (say.text("word.simulated"), say.text("sheet.yes" if scores.simulated else "sheet.no")),
        (say.text("sheet.complete"), say.text("sheet.yes" if scores.complete else "notice.incomplete")),
        (say.text("foot.result"), ranking.digest),
        (say.text("foot.plan"), scores.plan.digest),
        (say.text("foot.facts"), scores.facts.digest),
        (say.text("foot.version"), f"windvane {__version__}"),
    ]
    facts += [(say.text(f"severity.{problem.severity.value}"), problem.say(say.language)) for problem in scores.problems]
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    for r, (name, text) in enumerate(facts):
        sheet.write_string(r, 0, name, book.format(bold=True, valign="top"))
        sheet.write_string(r, 1, text, book.format(text_wrap=True))
