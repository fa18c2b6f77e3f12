"""A scheme as an Excel workbook that an office can fill in, and back without loss.

Every cell is text, so nothing is recalculated or reformatted on the way; drop-downs and colours are help, not content.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types; the protocols say what is used

from windvane import keys
from windvane.files.cells import has_control
from windvane.files.scheme_tables import GUIDE, LAYOUTS, NODES, OTHER, Layout, Rows, tables_of
from windvane.files.sheets import LONGEST_CELL
from windvane.problems import Problem
from windvane.rules import standard_rules
from windvane.scheme import Node, Scheme

_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed day: the same scheme gives the same bytes
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "missing": ("refuse", "skip", "zero", "class_mean"),
    "better": ("high", "low"),
    "quota_round": ("floor", "half_up", "ceil"),
}
_ROOM: Final = 200  # empty rows that also have drop-downs
_OF_LEAVES: Final = ("measure", "better", "range", "choices", "entries", "facts")
_OF_PARENTS: Final = ("each", "take", "except", "at_least")
_HEADER: Final = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#1F3864", "font_color": "#FFFFFF", "border": 1}
_BODY: Final = {"num_format": "@", "text_wrap": True, "valign": "top"}
_INHERITED: Final = "#FFF2CC"
_UNUSED: Final = "#EDEDED"
_COLOURS: Final = (
    (_INHERITED, "浅黄：从上级的each继承，可在此改写", "light yellow: inherited from `each` above; may be overwritten here"),
    (_UNUSED, "灰色：这一级通常不用", "grey: not usual at this level"),
)


_GUIDE: Final = (
    ("工作表\nsheet", 10), ("列\ncolumn", 22), ("中文", 50), ("English", 60), ("", 3), ("规则\nrule", 20), ("中文", 60), ("English", 60),
)  # fmt: skip


class _Page(Protocol):
    """What is used of a worksheet of XlsxWriter."""

    def freeze_panes(self, row: int, column: int) -> object: ...
    def set_column(self, first: int, last: int, width: float, cell_format: object = ...) -> object: ...
    def set_row(self, row: int, height: float) -> object: ...
    def write_string(self, row: int, column: int, string: str, cell_format: object = ...) -> object: ...
    def write_blank(self, row: int, column: int, blank: None, cell_format: object) -> object: ...
    def data_validation(self, row: int, column: int, last_row: int, last_column: int, options: object) -> object: ...
    def ignore_errors(self, options: object) -> object: ...


class _Book(Protocol):
    """What is used of a workbook of XlsxWriter."""

    def add_format(self, properties: object) -> object: ...
    def add_worksheet(self, name: str) -> _Page: ...
    def set_properties(self, properties: object) -> object: ...


def unwritable(scheme: Scheme, path: Path) -> list[Problem]:
    """Return a problem for each text that a cell cannot hold."""
    found = []
    for layout, rows in _tables(scheme):
        for line, row in enumerate(rows, 2):
            for cell in row:
                if len(cell) > LONGEST_CELL:
                    found.append(Problem("cell.long", f"{path.name} {layout.name}:{line}", {"most": str(LONGEST_CELL)}))
                elif has_control(cell):
                    found.append(Problem("cell.control", f"{path.name} {layout.name}:{line}"))
    return found


def scheme_workbook(scheme: Scheme) -> bytes:
    """Return the workbook of a scheme."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        writer = _Writer(book, scheme)
        for layout, rows in _tables(scheme):
            writer.sheet(layout, rows)
        writer.guide()
    return content.getvalue()


def _tables(scheme: Scheme) -> list[tuple[Layout, Rows]]:
    tables = tables_of(scheme.document)
    return [(layout, tables[layout.code]) for layout in LAYOUTS]


class _Writer:
    """Writes the sheets of one workbook; formats are made once each."""

    def __init__(self, book: _Book, scheme: Scheme) -> None:
        self.book, self.scheme = book, scheme
        self.formats: dict[tuple[tuple[str, object], ...], object] = {}

    def format(self, **properties: object) -> object:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def sheet(self, layout: Layout, rows: Rows) -> None:
        page = self.book.add_worksheet(layout.name)
        page.freeze_panes(1, 4 if layout is NODES else 1)
        page.set_row(0, 34)
        last = len(rows) + _ROOM
        for i, column in enumerate(layout.columns):
            page.set_column(i, i, column.width, self.format(**_BODY))
            page.write_string(0, i, column.header, self.format(**_HEADER))
            self.drop_down(page, column.kind, i, last)
        for line, row in enumerate(rows, 1):
            shades = self.shades(row) if layout is NODES else {}
            for i, (column, cell) in enumerate(zip(layout.columns, row, strict=True)):
                indent = {"indent": int(row[0])} if layout is NODES and column.key in ("code", "title.zh") else {}
                shade = {"bg_color": shades[column.key]} if column.key in shades and not cell else {}
                style = self.format(**_BODY, **indent, **shade)
                if cell:
                    page.write_string(line, i, cell, style)
                elif shade:
                    page.write_blank(line, i, None, style)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})

    def shades(self, row: Sequence[str]) -> dict[str, str]:
        """Colours of the empty cells of a node's row: inherited from `each`, or not used at this level."""
        code = row[NODES.index("code")]
        node = self.scheme.nodes.get(code)
        if node is None:
            return {}
        unused = _OF_PARENTS if node.is_leaf else _OF_LEAVES
        inherited = _inherited(self.scheme, node)
        return {**dict.fromkeys((*unused, OTHER), _UNUSED), **dict.fromkeys(inherited, _INHERITED)}

    def drop_down(self, page: _Page, kind: str, column: int, last: int) -> None:
        """Words to choose from; where formulas may stand too, other entries are let through."""
        if kind in _CHOICES:
            page.data_validation(1, column, last, column, {"validate": "list", "source": list(_CHOICES[kind])})
        elif kind == "points":
            count = len(self.rule_names())
            options = {"validate": "list", "source": f"={GUIDE}!$F$2:$F${count + 1}", "show_error": False}
            page.data_validation(1, column, last, column, options)

    def rule_names(self) -> list[str]:
        return list(dict.fromkeys([*self.scheme.rules, *standard_rules()]))

    def guide(self) -> None:
        """Explain every column in both languages, the colours, and list the rules."""
        page = self.book.add_worksheet(GUIDE)
        page.freeze_panes(1, 0)
        for i, (title, width) in enumerate(_GUIDE):
            page.set_column(i, i, width, self.format(**_BODY))
            if title:
                page.write_string(0, i, title, self.format(**_HEADER))
        rows = [(layout.name, column.header.replace("\n", " "), column.zh, column.en) for layout in LAYOUTS for column in layout.columns]
        rows += [("方案", name, key.zh, key.en) for name, key in keys.FILE.items()]
        for line, row in enumerate(rows, 1):
            for i, text in enumerate(row):
                page.write_string(line, i, text, self.format(**_BODY))
        for line, (colour, zh, en) in enumerate(_COLOURS, len(rows) + 1):
            page.write_string(line, 1, "颜色 colour", self.format(**_BODY, bg_color=colour))
            page.write_string(line, 2, zh, self.format(**_BODY))
            page.write_string(line, 3, en, self.format(**_BODY))
        for line, name in enumerate(self.rule_names(), 1):
            rule = self.scheme.rules[name]
            for i, text in enumerate((name, rule.say.of("zh") or str(rule.title), rule.say.of("en") or rule.title.of("en")), 5):
                page.write_string(line, i, text, self.format(**_BODY))


def _inherited(scheme: Scheme, node: Node) -> list[str]:
    """Keys that a node has from ``each`` of those above it."""
    found: list[str] = []
    above = scheme.parents.get(node.code)
    while above is not None:
        each = _written(scheme, above.code).get("each")
        found += [key for key in (each if isinstance(each, Mapping) else {}) if node.is_leaf or key in ("missing", "provider")]
        above = scheme.parents.get(above.code)
    return [f"{key}.zh" if key in ("title", "note") else key for key in found]


def _written(scheme: Scheme, code: str) -> Mapping[str, object]:
    """What the document says of a node."""
    path: list[str] = []
    while (above := scheme.parents.get(code)) is not None:
        path.insert(0, code)
        code = above.code
    beside = scheme.document.get("beside")
    top = scheme.document.get("root") if code == scheme.root.code else beside.get(code) if isinstance(beside, Mapping) else None
    node: Mapping[str, object] = top if isinstance(top, Mapping) else {}
    for part in path:
        below = node.get("parts")
        found = below.get(part) if isinstance(below, Mapping) else None
        node = found if isinstance(found, Mapping) else {}
    return node
