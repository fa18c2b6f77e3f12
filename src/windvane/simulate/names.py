"""The cast of the simulated province: 94 bodies in official order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from windvane.facts import Unit
from windvane.text import Text

APART = ("earthquake", "meteorology", "postal")  # vertically managed: scored, not ranked
MERGED = ("veterans", "medical_insurance", "big_data")  # founded in the reform of 2018: no three years of costs


@dataclass(frozen=True, slots=True)
class Body:
    """``tasks``: how many own indicators or sub-items it carries; ``topics``: what they are about."""

    unit: Unit
    tasks: int
    topics: tuple[Text, ...] = ()


@cache
def _content() -> Mapping[str, Mapping[str, list[str]]]:
    text = (resources.files("windvane") / "simulate" / "names.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, Loader=yaml.BaseLoader)
    return content


@cache
def bodies(cls: str) -> tuple[Body, ...]:
    """Return the party departments (``party``) or the government agencies (``agency``)."""
    rows = _content()[cls]
    first = 1 if cls == "party" else 101
    return tuple(_body(code, row, cls, first + i) for i, (code, row) in enumerate(rows.items()))


def _body(code: str, row: list[str], cls: str, order: int) -> Body:
    topics = tuple(Text(*topic.split("=")) for topic in row[3].split("; ")) if len(row) > 3 else ()
    return Body(Unit(code, Text(row[0], row[1]), cls, order, code not in APART), int(row[2]), topics)


@cache
def units() -> tuple[Unit, ...]:
    """Return all 94 units, party departments first."""
    return tuple(body.unit for cls in ("party", "agency") for body in bodies(cls))


@cache
def items() -> tuple[Text, ...]:
    """Return the 27 items handed down to the party departments."""
    return tuple(Text(row[0], row[1]) for row in _content()["items"])
