"""Titles in two languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A title in Chinese and English; where one is missing the other stands in.

    >>> Text("依法行政", "Law-based administration").of("en")
    'Law-based administration'
    >>> Text("依法行政").of("en")
    '依法行政'
    """

    zh: str = ""
    en: str = ""

    def of(self, language: str) -> str:
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        return self.of("zh")
