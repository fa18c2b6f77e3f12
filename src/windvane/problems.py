"""What a user can get wrong is returned as a value: a code, a place and the parameters of the sentence.

Sentences live in ``standard/words/*.yaml`` in Chinese and English, each with a hint saying what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

import yaml

LANGUAGES: Final = ("zh", "en")


class WindvaneError(Exception):
    """Root of what a programmer gets wrong; names what was given and what exists."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in what a user gave: where it is, what is wrong, what to do."""

    code: str
    where: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    severity: Severity = Severity.ERROR

    def say(self, language: str = "zh") -> str:
        """Return ``where: what (hint)`` in ``zh`` or ``en``."""
        what, hint = self.what(language), self.hint(language)
        place = f"{self.where}: " if self.where else ""
        return f"{place}{what}" + (f" ({hint})" if hint and language == "en" else f"（{hint}）" if hint else "")

    def what(self, language: str = "zh") -> str:
        return _sentence(self.code, language).format_map(_Spoken(self.params))

    def hint(self, language: str = "zh") -> str:
        return words()[self.code].get(f"hint_{language}", "").format_map(_Spoken(self.params))

    def __str__(self) -> str:
        return self.say("zh")


class _Spoken(dict[str, str]):
    """Parameters of a sentence; one that was not given shows as a dash, never as an exception."""

    def __missing__(self, key: str) -> str:
        return "—"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that forbid going on."""
    return [p for p in problems if p.severity is Severity.ERROR]


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return every problem code with its sentences ``zh``, ``en``, ``hint_zh``, ``hint_en``."""
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("windvane") / "standard" / "words"
    for page in sorted(folder.iterdir(), key=lambda p: p.name):
        if page.name.endswith(".yaml"):
            found |= yaml.safe_load(page.read_text(encoding="utf-8")) or {}
    return found


def _sentence(code: str, language: str) -> str:
    if code not in words():
        raise WindvaneError(f"no words for problem {code!r}")
    return words()[code][language]
