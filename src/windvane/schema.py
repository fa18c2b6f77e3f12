"""The JSON Schema (draft 2020-12) of the scheme file, made from the table of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windvane import keys

Schema = dict[str, Any]
_SCALAR: Final[Schema] = {"type": ["string", "number"]}
_DAY: Final[Schema] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_CODE: Final = r"^[^\W\d]\w*$"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _mapping(of: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": _CODE}, "additionalProperties": of}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _enum(*words: str) -> Schema:
    return {"enum": list(words)}


def _either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


_KINDS: Final[Mapping[str, Schema]] = {
    "version": {"enum": [1, "1"]},
    "text": {"type": "string"},
    "title": _ref("title"),
    "flag": {"enum": ["yes", "no", True, False]},
    "date": _DAY,
    "formula": _SCALAR,
    "points": _SCALAR,
    "number": _ref("setting"),
    "params": _mapping(_ref("setting")),
    "steps": _mapping(_SCALAR),
    "facts": _mapping(_ref("title")),
    "classes": _mapping(_ref("title")),
    "class_list": _either({"type": "string"}, _list({"type": "string"})),
    "codes": _either({"type": "string"}, _list({"type": "string"})),
    "cycle": _ref("cycle"),
    "rules": _mapping(_either(_ref("rule"), _SCALAR)),
    "node": _either(_ref("node"), _SCALAR),
    "nodes": _mapping(_either(_ref("node"), _SCALAR)),
    "each": _ref("node"),
    "entries": _either(_ref("entries"), {"type": "string"}),
    "ledger": _mapping(_either(_ref("kind"), _SCALAR, _list(_either(_SCALAR, _ref("dated"))))),
    "amount": _either(_ref("setting"), _list(_SCALAR)),
    "choices": {"type": "object", "additionalProperties": _either(_ref("choice"), _SCALAR)},
    "range": {"type": "array", "items": _SCALAR, "minItems": 2, "maxItems": 2},
    "better": _enum("high", "low"),
    "missing": _enum("refuse", "skip", "zero", "class_mean"),
    "ranking": _ref("ranking"),
    "rank_of": _enum("rounded", "exact"),
    "ties": _either(_enum("share", "dense"), _list({"type": "string"})),
    "vetoes": _list(_ref("veto")),
    "grades": _list(_ref("grade")),
    "quota": _ref("setting"),
    "quota_round": _enum("ceil", "floor", "half_up"),
    "promote": _ref("promote"),
}


def json_schema() -> Schema:
    """Return the schema; every key carries its description in Chinese and English."""
    places = {name: _place(table) for name, table in keys.PLACES.items() if name != "file"}
    title: Schema = {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}, "additionalProperties": False},
        ]
    }
    dated = _list(_ref("dated"))
    one = _either(_SCALAR, _list(_SCALAR), dated)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "windvane scheme 风向标考核方案",
        **_place(keys.FILE),
        "required": ["windvane", "root"],
        "$defs": {**places, "title": title, "setting": _either(one, {"type": "object", "additionalProperties": one})},
    }


def _place(table: Mapping[str, keys.Key]) -> Schema:
    properties = {key.name: {**_KINDS[key.kind], "description": f"{key.zh}. {key.en}"} for key in table.values()}
    return {"type": "object", "properties": properties, "additionalProperties": False}
