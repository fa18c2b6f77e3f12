"""Lists: filtered, sorted, counted, and exported exactly as shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from windvane.decimals import decimal_text
from windvane.files.tables import Cell as FileCell
from windvane.files.tables import Sheet, csv_bytes, workbook_bytes
from windvane_web.core.downloads import CSV, XLSX, attachment

SIZE = 50
Words = str | Promise


@dataclass(frozen=True)
class Cell:
    """One cell: what a file holds, and how a page shows it."""

    value: Any = ""
    link: str = ""
    light: str = ""  # ok | lag | late | wait | none

    @property
    def shown(self) -> str:
        match self.value:
            case None | "":
                return "—"
            case Fraction():
                return decimal_text(self.value)
            case Decimal():
                return format(self.value.normalize(), "f")
        return str(self.value)

    @property
    def filed(self) -> FileCell:
        match self.value:
            case None:
                return ""
            case Fraction() | date():
                return self.value
            case Decimal() | int():
                return Fraction(self.value)
        return str(self.value)


@dataclass(frozen=True)
class Column:
    """``order``: the field a click on the title sorts by; ``narrow``: left out on small screens."""

    key: str
    title: Words
    cell: Callable[[Any], Cell]
    order: str = ""
    number: bool = False
    css: str = ""


@dataclass(frozen=True)
class Filter:
    """A choice above the list. ``path``: the field it asks, or a function of the chosen value."""

    key: str
    title: Words
    options: Sequence[tuple[str, Words]]
    path: str | Callable[[str], Q]

    def applied(self, rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        if wanted not in {value for value, _ in self.options}:
            return rows
        return rows.filter(self.path(wanted) if callable(self.path) else Q(**{self.path: wanted}))


@dataclass(frozen=True)
class Head:
    """The title of a column with the address that sorts by it."""

    column: Column
    sort: str
    arrow: str


@dataclass
class Listing:
    """A list as one request asks for it."""

    request: HttpRequest
    rows: QuerySet[Any]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Sequence[str] = ()
    name: str = "list"

    @cached_property
    def found(self) -> QuerySet[Any]:
        rows = self.rows
        for one in self.filters:
            rows = one.applied(rows, self.request.GET.get(one.key, ""))
        if words := self.request.GET.get("q", "").strip():
            hits = Q()
            for field in self.search:
                hits |= Q(**{f"{field}__icontains": words})
            rows = rows.filter(hits)
        order = self._order()
        return rows.order_by(order, "pk") if order else rows

    def _order(self) -> str:
        wanted = self.request.GET.get("sort", "")
        column = next((c for c in self.columns if c.order and c.key == wanted.lstrip("-")), None)
        return ("-" if wanted.startswith("-") else "") + column.order if column else ""

    @cached_property
    def page(self) -> Page[Any]:
        return Paginator(self.found, SIZE).get_page(self.request.GET.get("page"))

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def heads(self) -> Iterator[Head]:
        now = self.request.GET.get("sort", "")
        for column in self.columns:
            arrow = {column.key: "↑", f"-{column.key}": "↓"}.get(now, "")
            yield Head(column, (f"-{column.key}" if now == column.key else column.key) if column.order else "", arrow)

    @property
    def lines(self) -> Iterator[tuple[Any, list[tuple[Column, Cell]]]]:
        for row in self.page:
            yield row, [(column, column.cell(row)) for column in self.columns]

    @property
    def chosen(self) -> Iterator[tuple[Filter, str]]:
        for one in self.filters:
            yield one, self.request.GET.get(one.key, "")

    @property
    def query(self) -> str:
        return self.request.GET.get("q", "")

    def export(self) -> HttpResponse | None:
        """The file, if one was asked for with ``?export=xlsx`` or ``csv``: all pages of what is shown, in its order."""
        kind = self.request.GET.get("export", "")
        if kind not in ("xlsx", "csv"):
            return None
        header = tuple(str(column.title) for column in self.columns)
        sheet = Sheet(self.name[:31], header, [[column.cell(row).filed for column in self.columns] for row in self.found])
        if kind == "csv":
            return attachment(csv_bytes(sheet), f"{self.name}.csv", CSV)
        return attachment(workbook_bytes([sheet]), f"{self.name}.xlsx", XLSX)
