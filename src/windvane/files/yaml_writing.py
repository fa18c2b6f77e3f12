"""Documents to YAML that people like to read: short things on one line, trees indented, quotes only where needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

WIDTH: Final = 120
_APART: Final = ("rules", "root", "beside", "ranking")  # after a blank line
_PLAIN: Final = re.compile(r"(?:[\w(（《“¥$.<]|-(?=[\w(.]))[^\n]*")
_MARKS: Final = re.compile(r": |:$| #|[\t\"]")  # end a plain word, or would be read otherwise
_IN_FLOW: Final = re.compile(r"[,\[\]{}:#?]")
_SHORT: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scheme_text(document: Mapping[str, object]) -> str:
    """Return a scheme's document as YAML text."""
    lines: list[str] = []
    for name, value in document.items():
        tree = _mapping(value)
        value = _node(tree) if name == "root" else {code: _node(node) for code, node in tree.items()} if name == "beside" else value
        lines += [*([""] if name in _APART else []), *_block({name: value}, 0)]
    return "\n".join(lines) + "\n"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _node(value: object) -> object:
    """A node with its parts last and a kind's amount first; a part that has only a weight in its short form."""
    node = _mapping(value)
    if set(node) == {"weight"}:
        return node["weight"]
    found = {name: part for name, part in node.items() if name not in ("ledger", "each", "parts")}
    if "ledger" in node:
        found["ledger"] = {code: _kind(_mapping(kind)) for code, kind in _mapping(node["ledger"]).items()}
    if "each" in node:
        found["each"] = node["each"]
    if "parts" in node:
        found["parts"] = {code: _node(part) for code, part in _mapping(node["parts"]).items()}
    return found


def _kind(kind: Mapping[str, object]) -> Mapping[str, object]:
    return {name: kind[name] for name in ("amount", "cap", "zh", "en") if name in kind}


def block_text(mapping: Mapping[str, object]) -> str:
    """Return a mapping as YAML with one line a key, for a cell.

    >>> print(block_text({"slope": "4", "cuts": ["60", "80"]}))
    slope: 4
    cuts: [60, 80]
    """
    lines = (f"{word(name)}: {flow(value) if isinstance(value, Mapping | list) else word(str(value))}" for name, value in mapping.items())
    return "\n".join(lines) or "{}"


def flow(value: object) -> str:
    """Return a value on one line.

    >>> flow({"zh": "甲，乙", "points": "clip(value, 0, 1)"})
    '{zh: 甲，乙, points: "clip(value, 0, 1)"}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(str(name), inside=True)}: {flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return word(str(value), inside=True)


def word(text: str, *, inside: bool = False) -> str:
    """Return text as a plain word, or quoted where YAML would read it otherwise; ``inside`` brackets more is quoted."""
    plain = _PLAIN.fullmatch(text) and not _MARKS.search(text) and text.isprintable() and not (inside and _IN_FLOW.search(text))
    return text if plain and not text.startswith("...") else f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(value: Mapping[str, object], depth: int) -> list[str]:
    """Lines of a mapping: what fits goes on one line unless it holds a tree."""
    lines: list[str] = []
    for name, part in value.items():
        key = f"{'  ' * depth}{word(name)}:"
        if not isinstance(part, Mapping | list):
            lines.append(f"{key} {word(str(part))}")
        elif _fits(part, len(key)) or not part:
            lines.append(f"{key} {flow(part)}")
        else:
            lines += [key, *(_block(part, depth + 1) if isinstance(part, Mapping) else _rows(part, depth + 1))]
    return lines


def _rows(rows: list[object], depth: int) -> list[str]:
    """A list too long for one line: a row a line."""
    return [f"{'  ' * depth}- {flow(row)}" for row in rows]


def _fits(value: object, taken: int) -> bool:
    return taken + 1 + len(flow(value)) <= WIDTH and not _is_tree(value)


def _is_tree(value: object) -> bool:
    """Whether a value holds parts, or several things that are themselves mappings of mappings."""
    if not isinstance(value, Mapping):
        return isinstance(value, list) and any(isinstance(row, Mapping) for row in value) and len(value) > 2
    return (
        "parts" in value
        or sum(isinstance(part, Mapping) and any(isinstance(p, Mapping) for p in part.values()) for part in value.values()) > 1
    )
