"""What an evaluation may read: the facts of one class, of some of its units, with the draws of those that vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from windvane.batch.arrays import Cells, Flags, Floats, Marks, Places
from windvane.batch.columns import Columns, Key
from windvane.batch.entry_tables import EntryTable

_NOWHERE: Final = np.zeros(0, np.intp)


@dataclass(frozen=True)
class View:
    """``at``: the units, by their places in the columns. ``drawn``: (draws, rows, units of the columns), for the facts in ``drawn_rows``.

    ``entries`` by node, only where ``at`` is the whole class.
    """

    columns: Columns
    at: slice | Places
    place: int  # of the class among the classes of the columns
    entries: Mapping[str, EntryTable] = field(default_factory=dict)
    drawn: Floats | None = None
    drawn_rows: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        return self.at.stop - self.at.start if isinstance(self.at, slice) else self.at.size

    @cached_property
    def competes(self) -> Flags:
        return self.columns.competes[self.at]

    @cached_property
    def all_compete(self) -> bool:
        return bool(self.competes.all())

    def some(self, places: Places) -> View:
        """Only some units, by their places in this view."""
        at = self.at.start + places if isinstance(self.at, slice) else self.at[places]
        return View(self.columns, at, self.place, {}, self.drawn, self.drawn_rows)

    def read(self, keys: Sequence[Key]) -> Cells:
        """The facts of these keys, one a row."""
        if self.drawn is not None and keys[0] in self.drawn_rows:
            return Cells(self._rows(self.drawn, [self.drawn_rows[key] for key in keys]), self._marks(keys))
        rows = [self.columns.rows.get(key, -1) for key in keys]
        if max(rows) < 0:
            return Cells(np.full((1, len(rows), 1), np.nan))
        x = self._rows(self.columns.table, rows)
        if min(rows) < 0:
            x = np.where(np.array(rows).reshape(1, -1, 1) < 0, np.nan, x)
        gaps = self.gaps(keys)
        if gaps is not None and gaps[0].size:
            x = x.copy()
            x[0, gaps[0], gaps[1]] = np.nan
        return Cells(x, self._marks(keys))

    def bridged(self, keys: Sequence[Key]) -> Floats | None:
        """The facts of these keys as they stand in the table, with something in every gap; None where gaps are not known apart."""
        rows = [self.columns.rows.get(key, -1) for key in keys]
        drawn = self.drawn is not None and keys[0] in self.drawn_rows
        known = self.columns.gaps is not None and not self.columns.marks and min(rows) >= 0 and not drawn
        return self._rows(self.columns.table, rows) if known else None

    def bridge(self, keys: Sequence[Key]) -> Floats:
        """What stands in the gaps of each key."""
        assert self.columns.gaps is not None
        return self.columns.gaps.bridge[[self.columns.rows[key] for key in keys], self.place]

    def gaps(self, keys: Sequence[Key]) -> tuple[Places, Places] | None:
        """Where numbers are missing: places among the keys and among the units."""
        if self.columns.gaps is None:
            return None
        rows = [self.columns.rows.get(key, -1) for key in keys]
        if _is_run(rows) and isinstance(self.at, slice) and self.size == len(self.columns.units):
            return self.columns.gaps.between(rows[0], rows[-1] + 1)
        found = [self.columns.gaps.within(row, self.at) if row >= 0 else _NOWHERE for row in rows]
        return np.repeat(np.arange(len(keys)), [some.size for some in found]), np.concatenate(found)

    def _rows(self, table: Floats, rows: Sequence[int]) -> Floats:
        """A part of a table; rows that lie one below the other are not copied."""
        if _is_run(rows):
            return table[:, rows[0] : rows[0] + len(rows), self.at]
        if isinstance(self.at, slice):
            return table[:, rows, self.at]
        return table[:, np.array(rows)[:, np.newaxis], self.at]

    def _marks(self, keys: Sequence[Key]) -> Marks | None:
        if not any(key in self.columns.marks for key in keys):
            return None
        none = np.zeros(self.size, np.uint8)
        marks = np.stack([self.columns.marks[key][self.at] if key in self.columns.marks else none for key in keys])[np.newaxis]
        return marks if marks.any() else None


def _is_run(rows: Sequence[int]) -> bool:
    """Whether rows lie one below the other."""
    return rows[0] >= 0 and all(row == rows[0] + i for i, row in enumerate(rows))


def class_view(columns: Columns, cls: str) -> View:
    entries = {code: table for (key, code), table in columns.entries.items() if key == cls}
    return View(columns, columns.members[cls], columns.classes.index(cls), entries)
