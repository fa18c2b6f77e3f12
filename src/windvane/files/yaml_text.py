"""Strict YAML: mappings, lists and plain words with their places; no tags, anchors, booleans or keys written twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from windvane.files.cells import has_control
from windvane.problems import Problem

LONGEST: Final = 4_000_000  # characters
DEEPEST: Final = 60
Path = tuple[str, ...]


@dataclass
class Written:
    """A document of dicts, lists and strings, with the place (file:line:column) of everything in it."""

    document: object = None
    places: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_yaml(text: str, name: str) -> Written:
    """Read strict YAML; ``problems`` is empty when all of it was understood."""
    written = Written()
    if len(text) > LONGEST:
        written.problems.append(Problem("scheme.long", name, {"length": str(len(text)), "most": str(LONGEST)}))
        return written
    try:
        events = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        _Builder(events, name, written).run()
    except yaml.YAMLError as error:
        written.problems.append(_unreadable(error, name))
    except _Stopped:
        pass
    return written


def _unreadable(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
    return Problem("scheme.yaml", place, {"what": str(getattr(error, "problem", None) or error).splitlines()[0]})


class _Stopped(Exception):
    pass


class _Builder:
    """Turns the stream of events into a document; stops at what is never allowed, notes what can be passed over."""

    def __init__(self, events: Iterator[Any], name: str, written: Written) -> None:
        self.events, self.name, self.written = events, name, written
        self.depth = 0

    def run(self) -> None:
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop("scheme.documents", event)
                self.written.document = self.value(next(self.events), ())

    def place(self, event: Any) -> str:
        return f"{self.name}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"

    def note(self, code: str, event: Any, **params: str) -> None:
        self.written.problems.append(Problem(code, self.place(event), params))

    def stop(self, code: str, event: Any, **params: str) -> None:
        self.note(code, event, **params)
        raise _Stopped

    def value(self, event: Any, path: Path) -> object:
        self.written.places[path] = self.place(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.stop("scheme.alias", event)
        if getattr(event, "tag", None) is not None:
            self.stop("scheme.tag", event, tag=str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            return self.word(event)
        self.depth += 1
        if self.depth > DEEPEST:
            self.stop("scheme.deep", event, most=str(DEEPEST))
        found = self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)
        self.depth -= 1
        return found

    def word(self, event: Any) -> str:
        if has_control(event.value):
            self.stop("scheme.control", event)
        return str(event.value).strip()

    def mapping(self, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self.stop("scheme.key", event)
            key = self.word(event)
            if key in found:
                self.note("scheme.twice", event, key=key, first=self.written.places[(*path, key)])
            found[key] = self.value(next(self.events), (*path, key))
            self.written.places[(*path, key)] = self.place(event)
        return found

    def sequence(self, path: Path) -> list[object]:
        found: list[object] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self.value(event, (*path, str(len(found)))))
        return found
