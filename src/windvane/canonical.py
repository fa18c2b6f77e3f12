"""One way to write a document: keys in the order of ``keys``, short forms written out, nothing empty that says nothing.

Two files that say the same have the same canonical document, so the digest of a scheme does not depend on how it was typed.
The order of what an author names (parts, steps, kinds, classes …) is kept: it is the order in which it is shown and computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from windvane import keys

_TITLED: Final = (keys.KIND, keys.CHOICE, keys.VETO, keys.GRADE)  # places whose title may stand beside the other keys


def canonical_document(document: Mapping[str, object]) -> dict[str, object]:
    """Return a scheme's document in canonical form. It expects a document that could be read without mistakes.

    >>> canonical_document({"root": {"parts": {"a": "3"}, "title": {"zh": "总分"}}, "windvane": "1", "veto": []})
    {'windvane': '1', 'root': {'title': '总分', 'parts': {'a': {'weight': '3'}}}}
    """
    return _place(document, keys.FILE)


def _place(raw: Mapping[str, object], table: Mapping[str, keys.Key]) -> dict[str, object]:
    """The keys of one place in their order."""
    raw = _title_beside(raw) if table in _TITLED else raw
    found = {name: _VALUES.get(key.kind, _as_it_is)(raw[name]) for name, key in table.items() if name in raw}
    if table is keys.NODE:
        return found  # where nothing is written on purpose, it may undo what `each` says
    return {name: value for name, value in found.items() if value not in ("", {}, []) or name == "root"}


def _as_it_is(raw: object) -> object:
    if isinstance(raw, Mapping):
        return {name: _as_it_is(value) for name, value in raw.items()}
    return [_as_it_is(row) for row in raw] if isinstance(raw, list) else raw


def _title_beside(raw: Mapping[str, object]) -> dict[str, object]:
    """``title: {zh: …, en: …}`` as ``zh`` and ``en`` beside the other keys; ``title`` wins over both, as it does in reading."""
    title = raw.get("title")
    if "title" not in raw:
        return dict(raw)
    beside = title if isinstance(title, Mapping) else {"zh": title}
    return {**{name: value for name, value in raw.items() if name not in ("title", "zh", "en")}, **beside}


def _title(raw: object) -> object:
    """Plain text for a title that is only there in Chinese."""
    if not isinstance(raw, Mapping):
        return raw
    found = {language: raw[language] for language in ("zh", "en") if raw.get(language)}
    return found.get("zh", "") if "en" not in found else found


def _node(raw: object) -> object:
    return _place(raw, keys.NODE) if isinstance(raw, Mapping) else {"weight": raw}


def _listed(raw: object) -> object:
    return raw if isinstance(raw, list) else [raw]


def _short(table: Mapping[str, keys.Key], key: str) -> Callable[[object], object]:
    """A place that may be written as the value of one of its keys."""
    return lambda raw: _place(raw, table) if isinstance(raw, Mapping) else {key: raw}


def _each(read: Callable[[object], object]) -> Callable[[object], object]:
    return lambda raw: {name: read(value) for name, value in raw.items()} if isinstance(raw, Mapping) else {}


def _rows(table: Mapping[str, keys.Key]) -> Callable[[object], object]:
    return lambda raw: [_place(row, table) if isinstance(row, Mapping) else row for row in raw] if isinstance(raw, list) else raw


def _of(table: Mapping[str, keys.Key]) -> Callable[[object], object]:
    return lambda raw: _place(raw, table) if isinstance(raw, Mapping) else raw


_VALUES: Final[Mapping[str, Callable[[object], object]]] = {
    "title": _title,
    "classes": _each(_title),
    "facts": _each(_title),
    "node": _node,
    "nodes": _each(_node),
    "each": _of(keys.NODE),
    "entries": _short(keys.ENTRIES, "points"),
    "ledger": _each(_short(keys.KIND, "amount")),
    "choices": _each(_short(keys.CHOICE, "value")),
    "rules": _each(_short(keys.RULE, "points")),
    "codes": _listed,
    "class_list": _listed,
    "cycle": _of(keys.CYCLE),
    "ranking": _of(keys.RANKING),
    "promote": _of(keys.PROMOTE),
    "vetoes": _rows(keys.VETO),
    "grades": _rows(keys.GRADE),
}
