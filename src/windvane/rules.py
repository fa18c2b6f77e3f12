"""The standard rules: formulas with names, kept as data in ``standard/rules.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from windvane.decimals import parse_decimal
from windvane.formula import parse
from windvane.problems import Problem, WindvaneError
from windvane.scheme import Case, Rule, Setting
from windvane.text import Text


@cache
def standard_rules() -> Mapping[str, Rule]:
    """Return every standard rule by name."""
    text = (resources.files("windvane") / "standard" / "rules.yaml").read_text(encoding="utf-8")
    return {name: _rule(name, raw) for name, raw in yaml.load(text, Loader=yaml.BaseLoader).items()}


def _rule(name: str, raw: Mapping[str, object]) -> Rule:
    points = parse(str(raw["points"]), name)
    if isinstance(points, Problem):
        raise WindvaneError(points.say("en"))
    params, facts = raw.get("with", {}), raw.get("facts", {})
    assert isinstance(params, dict) and isinstance(facts, dict)
    settings = {key: _setting(value) for key, value in params.items()}
    titles = {key: _text(value) for key, value in facts.items()}
    return Rule(name, _text(raw["title"]), _text(raw["say"]), points, settings, (), titles, _text(raw.get("source", "")))


def _setting(raw: object) -> Setting:
    values = tuple(parse_decimal(str(x)) for x in (raw if isinstance(raw, list) else [raw]))
    found = tuple(v for v in values if v is not None)
    if len(found) != len(values):
        raise WindvaneError(f"not a number in a standard rule: {raw!r}")
    return Setting((Case(found if isinstance(raw, list) else found[0]),))


def _text(raw: object) -> Text:
    return Text(str(raw.get("zh", "")), str(raw.get("en", ""))) if isinstance(raw, dict) else Text(str(raw))
