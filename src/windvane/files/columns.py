"""The columns of every table, their other names, and the rows of a grid read by column with all mistakes collected."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

from windvane.files import cells
from windvane.files.cells import Raw, narrow, shown
from windvane.files.workbook import Grid, texts
from windvane.problems import Problem

T = TypeVar("T")
Columns: TypeAlias = Mapping[str, tuple[str, ...]]  # name → other names it may have
MOST_PROBLEMS: Final = 500  # told of one table

UNITS: Final[Columns] = {
    "unit": ("单位", "单位代码", "单位编码", "代码"),
    "class": ("类别", "单位类别", "类别代码"),
    "order": ("顺序", "排序", "序号", "次序"),
    "zh": ("名称", "单位名称", "中文名称", "title", "title_zh"),
    "en": ("英文名称", "英文名", "title_en"),
    "competes": ("参评", "是否参评", "参加排名", "参与排名"),
}
FACTS: Final[Columns] = {
    "unit": ("单位", "单位代码", "单位编码", "单位名称"),
    "indicator": ("指标", "指标代码", "指标编码"),
    "name": ("名称", "数据项", "事实名称"),
    "value": ("数值", "完成值", "值", "结果"),
    "period": ("期间", "周期", "时期"),
    "entry": ("条目", "编号", "条目编号"),
    "status": ("状态",),
    "error": ("误差", "标准误", "标准误差"),
    "source": ("来源", "数据来源"),
    "document": ("佐证", "佐证材料", "文件", "依据"),
}
ENTRIES: Final[Columns] = {
    "unit": FACTS["unit"],
    "indicator": FACTS["indicator"],
    "entry": FACTS["entry"],
    "kind": ("种类", "事项种类"),
    "day": ("日期", "发生日期"),
    "document": FACTS["document"],
    "title": ("标题", "事项", "内容", "名称", "zh", "title_zh"),
    "title_en": ("英文标题", "英文名称", "en"),
    "rule": ("规则", "计分规则"),
}
LOADINGS: Final[Columns] = {
    "unit": FACTS["unit"],
    "indicator": FACTS["indicator"],
    "name": FACTS["name"],
    "entry": FACTS["entry"],
    "shock": ("冲击", "共同误差"),
    "loading": ("载荷", "负荷", "荷载"),
}
BOOKS: Final[Columns] = {
    "unit": ("单位", "单位代码", "单位编码"),
    "slot": ("节点", "指标槽", "所属指标", "指标"),
    "entry": FACTS["entry"],
    "item": ("大项", "工作大项"),
    "item_en": ("大项英文", "大项英文名称"),
    "title": ("标题", "任务", "名称", "小项", "任务名称", "指标名称"),
    "title_en": ("英文标题", "英文名称"),
    "source": ("来源", "来源文件"),
    "clause": ("条款", "章节"),
    "weight": ("权重",),
    "rule": ("规则", "计分规则"),
    "target": ("目标", "目标值"),
    "base": ("基数", "基期值", "基准值"),
    "measure": ("计量单位", "单位量"),
    "better": ("方向", "指标方向"),
    "milestones": ("序时进度", "里程碑", "节点目标"),
    "lead": ("牵头单位", "牵头"),
    "partners": ("配合单位", "协同单位"),
    "joint": ("联合任务", "共担任务"),
    "share": ("分担比例", "份额"),
    "sensitive": ("敏感", "是否敏感"),
    "since": ("调整日期", "生效日期"),
    "reason": ("调整理由", "理由"),
    "approval": ("批准文件", "批准"),
}
FACT_NAMES: Final[Columns] = {
    "value": ("完成值", "数值", "值", "结果"),
    "target": ("目标值", "目标"),
    "base": ("基数", "基期值", "基准值"),
    "previous": ("上年值", "上期值", "上年"),
    "numerator": ("分子",),
    "denominator": ("分母",),
    "n": ("样本量", "样本数"),
    "weight": ("权重",),
    "amount": ("分值", "加减分", "加扣分", "金额"),
    "full": ("满分",),
}
_KEYS: Final = frozenset(
    {"unit", "class", "indicator", "name", "period", "entry", "kind", "slot", "item", "item_en", "source", "document", "lead"}
)


def fact_name(text: str) -> str:
    """Return the name of a fact that a word stands for: ``目标值`` → ``target``; any other word is itself."""
    return next((name for name, others in FACT_NAMES.items() if text in others), text)


@dataclass(frozen=True)
class Table:
    """A grid whose header has been understood: where each known column is, and the further columns in order."""

    grid: Grid
    at: Mapping[str, int]
    further: Mapping[str, int]  # as written
    first: int  # index of the first row of data
    codes: dict[Raw, str] = field(default_factory=dict, compare=False)  # read so far

    @cached_property
    def all(self) -> Mapping[str, int]:
        return {**self.further, **self.at}

    def rows(self, problems: list[Problem]) -> Iterator[Row]:
        """Yield the rows that say something; a row that does not fit the header is refused and left out."""
        for line, raws in zip(self.grid.lines[self.first :], self.grid.rows[self.first :], strict=True):
            if cells.is_empty(raws[0]) and all(map(cells.is_empty, raws)):
                continue
            misfit = self._misfit(line, raws)
            if misfit is None:
                yield Row(self, line, raws, problems)
            else:
                problems.append(misfit)
            if len(problems) >= MOST_PROBLEMS:
                problems.append(Problem("facts.many", self.grid.where, {"most": str(MOST_PROBLEMS)}))
                return

    def _misfit(self, line: int, raws: Sequence[Raw]) -> Problem | None:
        """Say what is wrong with a row that has cells without a column, or (csv) too few."""
        width = self.width
        astray = next((i for i in (*self.unnamed, *range(width, len(raws))) if i < len(raws) and not cells.is_empty(raws[i])), None)
        if astray is not None:
            return Problem("facts.beyond", self.grid.place(line, astray), {"text": shown(raws[astray])})
        if not self.grid.sheet and len(raws) < width:
            return Problem("facts.short", self.grid.place(line, 0), {"count": str(len(raws)), "width": str(width)})
        return None

    @cached_property
    def width(self) -> int:
        return max(self.all.values()) + 1

    @cached_property
    def unnamed(self) -> tuple[int, ...]:
        """Columns inside the table whose header is empty."""
        return tuple(sorted(set(range(self.width)) - set(self.all.values())))


@dataclass(frozen=True, slots=True)
class Row:
    """One row; what cannot be read is added to ``problems`` and read as nothing."""

    table: Table
    line: int
    raws: Sequence[Raw]
    problems: list[Problem]

    def place(self, column: str) -> str:
        return self.table.grid.place(self.line, self._index(column), column)

    def refuse(self, column: str, code: str, **params: str) -> None:
        self.problems.append(Problem(code, self.place(column), params))

    def _index(self, column: str) -> int:
        return self.table.all.get(column, 0)

    def raw(self, column: str) -> Raw:
        """Return the cell of a column, "" where there is none. A merged block may only span columns of keys."""
        index = self.table.all.get(column)
        if index is None or index >= len(self.raws):
            return ""
        merged = self.table.grid.merged
        if merged and (self.line, index) in merged and column not in _KEYS:
            return Problem("facts.merged")
        return self.raws[index]

    def take(self, column: str, read: Callable[[Raw], T | Problem], default: T) -> T:
        """Read a cell; an empty one is ``default``."""
        raw = self.raw(column)
        if raw == "":
            return default
        found = read(raw)
        if isinstance(found, Problem):
            self.problems.append(replace(found, where=self.place(column)))
            return default
        return found

    def text(self, column: str) -> str:
        return self.take(column, cells.words, "")

    def code(self, column: str) -> str:
        """Return a code; the same ones come again and again, so each is examined once a table."""
        raw = self.raw(column)
        if raw in self.table.codes:
            return self.table.codes[raw]
        found = self.take(column, cells.code, "")
        if found:
            self.table.codes[raw] = found
        return found

    def needed(self, column: str) -> str:
        """Return a code that must be there."""
        before = len(self.problems)
        found = self.code(column)
        if not found and len(self.problems) == before:
            self.refuse(column, "facts.empty", name=column)
        return found


def understand(
    grid: Grid, columns: Columns, *, needed: Collection[str], further: Callable[[str], bool] | None = None
) -> Table | list[Problem]:
    """Find the header and its columns. ``further`` says which other headers are welcome; without it none is."""
    names = {narrow(other).lower(): name for name, others in columns.items() for other in (name, *others)}
    head = _header(grid, {text for text, name in names.items() if name in needed})
    if head is None:
        return [Problem("facts.no_rows", grid.where)]
    at: dict[str, int] = {}
    more: dict[str, int] = {}
    problems: list[Problem] = []
    for i, written in enumerate(texts(grid.rows[head])):
        place = grid.place(grid.lines[head], i, written)
        name = names.get("_".join(written.lower().split()))
        problems += _traps(grid, head, i, place)
        if not written:
            continue
        if name in at or written in more:
            problems.append(Problem("facts.column_twice", place, {"column": name or written}))
        elif name is not None:
            at[name] = i
        elif further is not None and further(written):
            more[written] = i
        else:
            problems.append(Problem("facts.column", place, {"column": shown(written), "near": near(written, names, at)}))
    missing = [name for name in needed if name not in at]
    for name in missing:
        others = " / ".join((name, *columns[name]))
        problems.append(Problem("facts.no_column", grid.place(grid.lines[head], 0), {"column": others, "near": near(name, more, ())}))
    return problems or Table(grid, at, more, head + 1)


def _traps(grid: Grid, head: int, i: int, place: str) -> list[Problem]:
    """A header cell that cannot be read, or that a merged block repeats."""
    cell = grid.rows[head][i]
    if isinstance(cell, Problem):
        return [replace(cell, where=place)]
    return [Problem("facts.merged_header", place)] if (grid.lines[head], i) in grid.merged and cell != "" else []


def _header(grid: Grid, wanted: Collection[str]) -> int | None:
    """Return the index of the header: the first row that names a column that must be there, after at most four lines of title."""
    for i, row in enumerate(grid.rows[:5]):
        if any(text.lower() in wanted for text in texts(row)):
            return i
    return 0 if grid.rows else None


def close(word: str, words: Iterable[str], *, likeness: float = 0.8) -> list[str]:
    """Return the words so like one that it may be a slip for them."""
    return difflib.get_close_matches(word.lower(), list(words), n=3, cutoff=likeness)


def near(word: str, words: Iterable[str], taken: Iterable[str] = ()) -> str:
    """Return the words most like one, for "did you mean"; all of them if none is like it and they are few."""
    known = [w for w in dict.fromkeys(words) if w not in set(taken)]
    return " / ".join(close(word, known, likeness=0.6) or (known if len(known) <= 12 else ["—"]))
