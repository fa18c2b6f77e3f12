"""A scheme's document as tables of text, and back: which sheets, which columns, what a cell says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from windvane import keys
from windvane.files.yaml_writing import block_text, flow
from windvane.scheme import ROOT

MAPPINGS: Final = ("params", "steps", "facts", "choices", "each", "entries")  # kinds that are one line a name in their cell
CODES: Final = ("codes", "class_list")
PLAIN: Final = ("text", "formula", "points", "missing", "better", "flag", "date", "version", "rank_of", "quota_round", "code")
OTHER: Final = "other"
_QUOTES: Final = re.compile('"{2,}')
_SEPARATOR: Final = re.compile(r"[,，、;；\s]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the scheme (``title.zh``: a part of it), its Chinese name, how its cells are read."""

    key: str
    title: str
    kind: str
    zh: str
    en: str
    width: int = 14

    @property
    def header(self) -> str:
        return f"{self.title}\n{self.key}"


@dataclass(frozen=True)
class Layout:
    """One sheet: its names in both languages and its columns."""

    name: str
    code: str
    columns: tuple[Column, ...]

    def index(self, key: str) -> int:
        return next(i for i, column in enumerate(self.columns) if column.key == key)


_TITLES: Final = {
    "title": "名称", "note": "说明", "say": "一句话", "source": "出处", "zh": "中文名称", "en": "英文名称", "provider": "数据提供单位",
    "each": "下级默认", "take": "计入别处", "except": "计入除外", "weight": "权重", "full": "满分", "points": "计分", "with": "参数",
    "where": "步骤", "facts": "其他事实", "measure": "计量单位", "better": "方向", "range": "范围", "choices": "定性选项",
    "missing": "缺失", "at_least": "最少项数", "floor": "下限", "cap": "上限", "round": "小数位数", "for": "适用类别",
    "entries": "多行事实", "amount": "分值", "when": "条件", "at_best": "最高等次", "grade": "等次代码", "quota": "名额", "top": "名次前",
}  # fmt: skip
_WIDTHS: Final = {"points": 32, "with": 26, "where": 30, "each": 22, "choices": 30, "entries": 30, "facts": 22, "when": 28, "amount": 14}
_SMALL: Final = ("weight", "full", "better", "range", "missing", "at_least", "floor", "cap", "round", "for", "top", "quota")


def _columns(table: Mapping[str, keys.Key], *left_out: str) -> Iterator[Column]:
    for key in table.values():
        if key.name in left_out:
            continue
        title = _TITLES.get(key.name, key.name)
        if key.kind == "title":
            yield Column(f"{key.name}.zh", f"{title}（中文）", "title", key.zh, key.en, 24)
            yield Column(f"{key.name}.en", f"{title}（英文）", "title", key.zh, key.en, 24)
        elif key.kind == "promote":
            for part in keys.PROMOTE.values():
                yield Column(
                    f"{key.name}.{part.name}", f"晋升{_TITLES[part.name]}", part.kind, f"{key.zh}：{part.zh}", f"{key.en}: {part.en}", 20
                )
        else:
            yield Column(key.name, title, key.kind, key.zh, key.en, _WIDTHS.get(key.name, 10 if key.name in _SMALL else 18))


def _code(key: str, title: str, zh: str, en: str, width: int = 18) -> Column:
    return Column(key, title, "code", zh, en, width)


_NODE_TITLES: Final = tuple(_columns({"title": keys.NODE["title"]}))
SCHEME: Final = Layout(
    "方案",
    "scheme",
    (
        _code("key", "项目", "方案的键；类别写成 classes.代码", "key of the scheme; classes are written classes.CODE", 26),
        Column("value", "内容", "value", "内容；名称写中文", "the value; of titles the Chinese", 60),
        Column("en", "英文", "title", "名称的英文", "titles in English", 60),
    ),
)
NODES: Final = Layout(
    "指标",
    "nodes",
    (
        _code("level", "层级", "0是总分或beside，1是其下一级，依次类推", "0: the total or `beside`, 1: below it, and so on", 6),
        _code("code", "代码", "指标代码，整个方案中唯一", "code of the node, unique in the scheme", 22),
        *_NODE_TITLES,
        *_columns(keys.NODE, "title", "parts", "ledger"),
        Column(OTHER, "其他", "each", "不便列成一栏的键", "keys that have no column"),
    ),
)
LEDGERS: Final = Layout(
    "台账",
    "ledgers",
    (
        _code("node", "指标", "台账所在的指标代码", "code of the node that keeps the ledger"),
        _code("kind", "种类", "种类代码", "code of the kind"),
        *_columns(keys.KIND, "title"),
    ),
)
RULES: Final = Layout("规则", "rules", (_code("rule", "规则名", "本方案自定的规则名", "name of the rule"), *_columns(keys.RULE)))
GRADES: Final = Layout("等次", "grades", tuple(_columns(keys.GRADE, "title")))
VETOES: Final = Layout("否决", "vetoes", tuple(_columns(keys.VETO, "title")))
LAYOUTS: Final = (SCHEME, NODES, LEDGERS, RULES, GRADES, VETOES)
GUIDE: Final = "说明"

Rows = list[list[str]]


# Cells ---------------------------------------------------------------------------------------------------------------


def cell_text(kind: str, value: object) -> str:
    """Return what a cell says; ``""`` in quotes is text left empty on purpose."""
    if isinstance(value, Mapping):
        return block_text(value) if kind in MAPPINGS else flow(value)
    if isinstance(value, list):
        plain = kind in CODES and value and all(isinstance(row, str) and row.isidentifier() for row in value)
        return "、".join(map(str, value)) if plain else flow(value)
    text = str(value)
    return f'""{text}' if not text or _QUOTES.fullmatch(text) else text


def plain_text(text: str) -> str:
    return text[2:] if _QUOTES.fullmatch(text) else text


def split_codes(text: str) -> list[str]:
    """``a、b`` as a list."""
    return [code for code in _SEPARATOR.split(text) if code]


# Document → rows -------------------------------------------------------------------------------------------------------


def tables_of(document: Mapping[str, object]) -> dict[str, Rows]:
    """Return the rows of every sheet by its code."""
    nodes, ledgers = _node_rows(document)
    return {
        "scheme": list(_scheme_rows(document)),
        "nodes": nodes,
        "ledgers": ledgers,
        "rules": [_row(RULES, {"rule": name, **_mapping(rule)}) for name, rule in _mapping(document.get("rules")).items()],
        "grades": [_row(GRADES, _mapping(grade)) for grade in _listed(document.get("grades"))],
        "vetoes": [_row(VETOES, _mapping(veto)) for veto in _listed(document.get("veto"))],
    }


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _scheme_rows(document: Mapping[str, object]) -> Iterator[list[str]]:
    for name, key in keys.FILE.items():
        value = document.get(name)
        if value is None or key.kind in ("node", "nodes", "rules", "vetoes", "grades"):
            continue
        if key.kind in ("version", "flag"):
            yield [name, str(value), ""]
        elif key.kind == "title":
            yield [name, *_two(value)]
        elif key.kind == "classes":
            yield from ([f"{name}.{code}", *_two(title)] for code, title in _mapping(value).items())
        else:
            yield from ([f"{name}.{part}", cell_text("codes", content), ""] for part, content in _mapping(value).items())


def _two(title: object) -> list[str]:
    """A title in both languages."""
    if isinstance(title, Mapping):
        return [cell_text("title", title[language]) if language in title else "" for language in ("zh", "en")]
    return [cell_text("title", title), ""]


def _node_rows(document: Mapping[str, object]) -> tuple[Rows, Rows]:
    nodes: Rows = []
    ledgers: Rows = []

    def add(level: int, code: str, node: Mapping[str, object]) -> None:
        parts, kinds = _mapping(node.get("parts")), _mapping(node.get("ledger"))
        other = {name: node[name] for name, held in (("parts", parts), ("ledger", kinds)) if name in node and not held}
        nodes.append(_row(NODES, {"level": str(level), "code": code, **node, **({OTHER: other} if other else {})}))
        ledgers.extend(_row(LEDGERS, {"node": code, "kind": kind, **_mapping(content)}) for kind, content in kinds.items())
        for name, part in parts.items():
            add(level + 1, name, _mapping(part))

    add(0, ROOT, _mapping(document.get("root")))
    if beside := _mapping(document.get("beside")):
        nodes.append(_row(NODES, {"level": "0", "code": "beside"}))
        for name, node in beside.items():
            add(1, name, _mapping(node))
    return nodes, ledgers


def _row(layout: Layout, content: Mapping[str, object]) -> list[str]:
    return [_cell(column, content) for column in layout.columns]


def _cell(column: Column, content: Mapping[str, object]) -> str:
    name, _, part = column.key.partition(".")
    if name not in content:
        return ""
    if column.kind == "title" and part:
        return _two(content[name])[part == "en"]
    value = _mapping(content[name]).get(part) if part else content[name]
    return "" if value is None else cell_text(column.kind, value)
