"""The JSON Schema: generated, the published file is the same, and it accepts what the reader accepts."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from windvane import keys
from windvane.files.yaml_text import read_yaml
from windvane.schema import json_schema

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "$defs", "$ref", "$schema", "additionalProperties", "anyOf", "description", "enum", "format", "items", "maxItems", "minItems",
    "pattern", "properties", "propertyNames", "required", "title", "type",
}  # fmt: skip
TYPES: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


def accepts(schema: Mapping[str, Any], value: object, whole: Mapping[str, Any]) -> bool:
    """A validator of the few keywords that the schema uses."""
    if "$ref" in schema:
        return accepts(whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, whole)
    if "anyOf" in schema:
        return any(accepts(each, value, whole) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    types = schema.get("type", [])
    if not any(TYPES[name](value) for name in ([types] if isinstance(types, str) else types)):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9) and all(
            accepts(schema["items"], v, whole) for v in value
        )
    return not isinstance(value, dict) or accepts_mapping(schema, value, whole)


def accepts_mapping(schema: Mapping[str, Any], value: Mapping[str, object], whole: Mapping[str, Any]) -> bool:
    named = all(accepts({"type": "string", **schema.get("propertyNames", {})}, name, whole) for name in value)
    rest = schema.get("additionalProperties", True)
    properties = schema.get("properties", {})
    fits = all(accepts(properties[n], v, whole) if n in properties else bool(rest) and accepts(rest, v, whole) for n, v in value.items())
    return named and fits and set(schema.get("required", [])) <= set(value)


def document(path: Path) -> dict[str, Any]:
    written = read_yaml(path.read_text(encoding="utf-8"), path.name)
    assert written.problems == []
    assert isinstance(written.document, dict)
    return written.document


def test_the_published_schema_is_the_generated_one() -> None:
    published = (ROOT / "docs" / "scheme.schema.json").read_text(encoding="utf-8")

    assert published == json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/scheme.yaml")), ids=lambda path: path.parent.name)
def test_every_example_fits_the_schema(path: Path) -> None:
    schema = json_schema()

    assert accepts(schema, document(path), schema)


@pytest.mark.parametrize(
    "broken",
    [
        lambda d: d.pop("root"),
        lambda d: d.update(windvane="2"),
        lambda d: d.update(weights="1"),
        lambda d: d["root"].update(wieght="1"),
        lambda d: d["root"].update(missing="ignore"),
        lambda d: d["root"]["parts"]["law"].update(range=["0"]),
        lambda d: d["root"]["parts"].update({"1st": "3"}),
        lambda d: d["grades"][0].update(round="up"),
        lambda d: d["cycle"].update({"from": "1.1.2019"}),
        lambda d: d.update(grades={"a": "b"}),
    ],
)
def test_mistakes_do_not_fit_the_schema(broken: Callable[[dict[str, Any]], object]) -> None:
    schema, scheme = json_schema(), copy.deepcopy(document(ROOT / "examples" / "province" / "scheme.yaml"))

    broken(scheme)

    assert not accepts(schema, scheme, schema)


def test_every_key_of_every_place_is_described_in_both_languages() -> None:
    schema = json_schema()
    places = {name: schema if name == "file" else schema["$defs"][name] for name in keys.PLACES}

    told = {name: {key: place["properties"][key]["description"] for key in place["properties"]} for name, place in places.items()}

    assert told == {name: {key.name: f"{key.zh}. {key.en}" for key in table.values()} for name, table in keys.PLACES.items()}


def test_the_schema_uses_only_what_this_test_checks() -> None:
    def words(schema: object, within: str = "") -> set[str]:
        if isinstance(schema, list):
            return {word for part in schema for word in words(part)}
        if not isinstance(schema, dict):
            return set()
        own = set() if within in ("properties", "$defs") else set(schema)
        return own | {word for name, part in schema.items() for word in words(part, "" if within in ("properties", "$defs") else name)}

    assert words(json_schema()) <= KEYWORDS
