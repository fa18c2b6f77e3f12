"""Interface words of reports and workbooks, in one language. They live in ``words.yaml``; a word that is missing is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from markupsafe import Markup

from windvane.problems import WindvaneError


@dataclass(frozen=True, slots=True)
class Phrases:
    """Says the words of an interface in ``zh`` or ``en``.

    >>> Phrases("zh").text("count.units", n=3), Phrases("en").text("count.units", n=1)
    ('3 个单位', '1 unit')
    """

    language: str

    def __call__(self, key: str, /, **params: object) -> Markup:
        """Return the phrase as HTML: what is filled in is escaped, the phrase's own marks are kept."""
        return Markup(self._phrase(key, params)).format(**params)

    def text(self, key: str, /, **params: object) -> str:
        """Return the phrase as plain text, for charts, workbooks and attributes."""
        return self._phrase(key, params).format(**params)

    def listed(self, names: list[str]) -> str:
        """Join names as the language does."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def opening(self, text: str) -> str:
        """Write a text as the beginning of a sentence or cell: English with a capital letter."""
        return text[:1].upper() + text[1:] if self.language == "en" else text

    def _phrase(self, key: str, params: Mapping[str, object]) -> str:
        found = _phrases().get(key, {}).get(self.language)
        if found is None:
            raise WindvaneError(f"no words for {key!r} in {self.language!r}")
        return found if isinstance(found, str) else found["one" if str(params.get("n")) == "1" else "many"]


@cache
def _phrases() -> Mapping[str, Mapping[str, str | Mapping[str, str]]]:
    text = (resources.files("windvane.render") / "words.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    assert isinstance(loaded, dict)
    return loaded
