"""The sheets of a scheme back to its document; every mistake with its sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from windvane import keys
from windvane.files.cells import Number, Raw, exact_text, narrow, shortest_decimal
from windvane.files.scheme_tables import (
    CODES,
    GRADES,
    LEDGERS,
    MAPPINGS,
    NODES,
    OTHER,
    PLAIN,
    RULES,
    SCHEME,
    VETOES,
    Column,
    Layout,
    plain_text,
    split_codes,
)
from windvane.files.workbook import Grid
from windvane.files.yaml_text import Path, Written, read_yaml
from windvane.formula import did_you_mean
from windvane.problems import Problem
from windvane.scheme import ROOT

Document: TypeAlias = dict[str, object]
BESIDE: Final = "beside"
_EMPTY: Final = object()  # a cell that says nothing


@dataclass
class _Line:
    """One row: what its cells say by column, and where each stands."""

    cells: dict[str, object]
    places: dict[str, str]

    def text(self, key: str) -> str:
        value = self.cells.get(key, "")
        return value if isinstance(value, str) else ""

    def place(self, key: str) -> str:
        return self.places.get(key) or next(iter(self.places.values()), "")


def read_sheets(grids: Mapping[str, Grid], name: str) -> Written:
    """Return the document that the sheets of a workbook say."""
    return _Sheets(grids, name).run()


@dataclass
class _Sheets:
    grids: Mapping[str, Grid]
    name: str
    written: Written = field(default_factory=Written)

    def run(self) -> Written:
        document: Document = {}
        self.written.document, self.written.places[()] = document, self.name
        for layout in (SCHEME, NODES):
            if layout.code not in self.grids:
                self.note("absent", self.name, sheet=layout.name)
        self.scheme(document)
        nodes = self.nodes(document)
        self.ledgers(nodes)
        self.rules(document)
        for layout, key in ((GRADES, "grades"), (VETOES, "veto")):
            if rows := [self.place(line, layout, (key, str(i))) for i, line in enumerate(self.lines(layout))]:
                document[key] = rows
        return self.written

    def note(self, code: str, where: str, /, **params: str) -> None:
        self.written.problems.append(Problem(f"sheets.{code}", where, params))

    # Cells

    def lines(self, layout: Layout) -> list[_Line]:
        """The rows of a sheet below its header."""
        grid = self.grids.get(layout.code)
        if grid is None or not grid.rows:
            return []
        columns, unknown = self.columns(grid, layout)
        found = []
        for number, row in zip(grid.lines[1:], grid.rows[1:], strict=True):
            line = _Line({}, {})
            for i, raw in enumerate(row):
                if i not in unknown:
                    self.cell(line, columns.get(i), raw, grid.place(number, i))
            if line.cells:
                found.append(line)
        return found

    def columns(self, grid: Grid, layout: Layout) -> tuple[dict[int, Column], set[int]]:
        """Columns of a sheet by place, known by their key or their Chinese name; and the places of columns that are not known."""
        known = {column.key: column for column in layout.columns} | {column.title: column for column in layout.columns}
        found: dict[int, Column] = {}
        unknown: set[int] = set()
        for i, raw in enumerate(grid.rows[0]):
            text = narrow(raw) if isinstance(raw, str) else str(raw)
            names = [part.strip() for part in text.splitlines()] or [""]
            column = next((known[part] for part in reversed(names) if part in known), None)
            if column is None and text:
                unknown.add(i)
                self.note("column", grid.place(grid.lines[0], i), column=text.replace("\n", " ")[:40], near=did_you_mean(names[-1], known))
            elif column in found.values():
                self.note("column_twice", grid.place(grid.lines[0], i), column=names[-1])
            elif column is not None:
                found[i] = column
        return found, unknown

    def cell(self, line: _Line, column: Column | None, raw: Raw, place: str) -> None:
        if isinstance(raw, Problem):
            self.written.problems.append(Problem(raw.code, place, raw.params))
            return
        text = _text(raw)
        if not text:
            return
        if column is None:
            self.note("beyond", place, text=text[:40])
            return
        value = self.value(column.kind, text, place)
        if value is not _EMPTY:
            line.cells[column.key], line.places[column.key] = value, place

    def value(self, kind: str, text: str, place: str) -> object:
        plain = plain_text(text)
        if kind in ("title", "value", *PLAIN) or plain != text:
            return plain
        if kind in MAPPINGS or text.startswith(("{", "[")):
            return self.yaml(text, place)
        return split_codes(text) if kind in CODES else text

    def yaml(self, text: str, place: str) -> object:
        found = read_yaml(text, place)
        self.written.problems += found.problems
        return _EMPTY if found.problems else found.document

    # Sheets

    def place(self, line: _Line, layout: Layout, path: Path, *left_out: str) -> Document:
        """What a row says as a mapping, with the places of its keys."""
        found: Document = {}
        self.written.places[path] = line.place("")
        for column in layout.columns:
            if column.key in left_out or column.key not in line.cells:
                continue
            name, _, part = column.key.partition(".")
            value = line.cells[column.key]
            self.written.places[(*path, name)] = line.places[column.key]
            if not part:
                found[name] = value
            elif column.kind == "title":
                found[name] = _joined(found.get(name), part, value)
            else:
                within = found.setdefault(name, {})
                assert isinstance(within, dict)
                within[part] = value
        return found

    def scheme(self, document: Document) -> None:
        for line in self.lines(SCHEME):
            name, _, part = line.text("key").partition(".")
            place = line.place("key")
            if not name or (part and name in document and isinstance(document[name], dict) and part in _mapping(document[name])):
                self.note("key" if not name else "twice", place, code=line.text("key") or "—")
                continue
            titled = keys.FILE[name].kind in ("title", "classes") if name in keys.FILE else False
            value: object = line.text("value")
            if titled:
                value = _joined(line.cells.get("value"), "en", line.cells["en"]) if "en" in line.cells else line.text("value")
            elif part == "ties" and value not in ("share", "dense"):
                value = self.ties(str(value), place)
            self.put(document, name, part, value, line.places.get("value", place))

    def ties(self, text: str, place: str) -> object:
        return self.yaml(text, place) if text.startswith("[") else split_codes(text)

    def put(self, document: Document, name: str, part: str, value: object, place: str) -> None:
        if part:
            within = document.setdefault(name, {})
            if isinstance(within, dict):
                within[part] = value
                self.written.places[(name, part)] = place
        else:
            if name in document:
                self.note("twice", place, code=name)
            document[name] = value
        self.written.places.setdefault((name,), place)

    def nodes(self, document: Document) -> dict[str, tuple[Document, Path]]:
        """Build the tree from levels; return every node with its path, by code."""
        found: dict[str, tuple[Document, Path]] = {}
        above: list[tuple[Document, Path]] = []  # the open node of each level
        for line in self.lines(NODES):
            level, code = self.level(line, len(above)), line.text("code")
            if level is None:
                continue
            if not code:
                self.note("key", line.place("code"), code="—")
                continue
            if level == 0:
                above = [self.top(document, line, code, found)]
                continue
            del above[level:]
            self.below(above, line, code, found)
        return found

    def level(self, line: _Line, deepest: int) -> int | None:
        text = line.text("level")
        if not text.isdecimal() or len(text) > 3 or int(text) > deepest:
            self.note("level", line.place("level"), level=text or "—", most=str(deepest))
            return None
        return int(text)

    def top(self, document: Document, line: _Line, code: str, found: dict[str, tuple[Document, Path]]) -> tuple[Document, Path]:
        """The total, or the heading of what stands beside it."""
        if code not in (ROOT, BESIDE) or code in found:
            self.note("top", line.place("code"), code=code)
            return {}, (code,)
        if code == BESIDE:
            document[BESIDE] = beside = dict[str, object]()
            self.written.places[(BESIDE,)] = line.place("code")
            return {BESIDE: beside}, ()
        path = ("root",)
        node = self.node(line, path)
        document["root"] = node
        found[ROOT] = (node, path)
        return node, path

    def below(self, above: list[tuple[Document, Path]], line: _Line, code: str, found: dict[str, tuple[Document, Path]]) -> None:
        parent, path = above[-1]
        name = "parts" if path else BESIDE
        parts = parent.setdefault(name, {})
        assert isinstance(parts, dict)
        here = (*path, name, code)
        if code in parts or code in found:
            self.note("twice", line.place("code"), code=code)
        node = self.node(line, here)
        parts[code] = node
        self.written.places[here] = line.place("code")
        found[code] = (node, here)
        above.append((node, here))

    def node(self, line: _Line, path: Path) -> Document:
        found = self.place(line, NODES, path, "level", "code")
        other = found.pop(OTHER, {})
        self.written.places.setdefault(path, line.place("code"))
        return {**found, **_mapping(other)}

    def ledgers(self, nodes: Mapping[str, tuple[Document, Path]]) -> None:
        for line in self.lines(LEDGERS):
            code, kind = line.text("node"), line.text("kind")
            if code not in nodes:
                self.note("node", line.place("node"), code=code or "—", near=did_you_mean(code, nodes))
                continue
            node, path = nodes[code]
            kinds = node.setdefault("ledger", {})
            if not kind or not isinstance(kinds, dict) or kind in kinds:
                self.note("twice" if kind else "key", line.place("kind"), code=kind or "—")
                continue
            self.written.places.setdefault((*path, "ledger"), line.place("node"))
            kinds[kind] = self.place(line, LEDGERS, (*path, "ledger", kind), "node", "kind")

    def rules(self, document: Document) -> None:
        rules: Document = {}
        for line in self.lines(RULES):
            name = line.text("rule")
            if not name or name in rules:
                self.note("twice" if name else "key", line.place("rule"), code=name or "—")
                continue
            rules[name] = self.place(line, RULES, ("rules", name), "rule")
        if rules:
            document["rules"] = rules


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _joined(before: object, language: str, value: object) -> object:
    """A title from its cells: plain text where there is only the Chinese."""
    if language == "zh":
        return value
    return {**({} if before is None else {"zh": before}), "en": value}


def _text(raw: str | Number | date) -> str:
    """What a cell says as text: typed numbers and dates the way a scheme writes them."""
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, str):
        return raw.replace("\r\n", "\n").strip()
    x = shortest_decimal(raw.text)
    if x is None:
        return raw.text
    return exact_text(x * 100) + "%" if raw.percent else exact_text(x)
