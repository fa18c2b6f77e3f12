"""The page on the scheme file names every key, function and rule, and its tables and its example are those of the code.

After a change: ``python docs/make_scheme_page.py`` writes the tables anew.
"""

from __future__ import annotations

import importlib.util
import re
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

from windvane import Severity, keys
from windvane.checks import check
from windvane.files.yaml_text import read_yaml
from windvane.functions import FUNCTIONS
from windvane.rules import standard_rules

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_scheme_page", DOCS / "make_scheme_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page() -> str:
    return (DOCS / "scheme.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date(maker: ModuleType, page: str) -> None:
    assert maker.page(page) == page, "run: python docs/make_scheme_page.py"


def test_every_key_of_every_place_has_an_example_that_can_be_read(maker: ModuleType) -> None:
    told = {place: list(examples) for place, examples in maker.KEY_EXAMPLES.items()}

    assert told == {place: list(table) for place, table in keys.PLACES.items()}
    for place, examples in maker.KEY_EXAMPLES.items():
        for key, example in examples.items():
            written = read_yaml(example, f"{place}.{key}")
            assert written.problems == []
            assert isinstance(written.document, dict) and list(written.document) == [key]


def test_every_function_and_rule_is_on_the_page(page: str) -> None:
    assert [name for name in FUNCTIONS if f"`{name}(" not in page] == []
    assert [name for name in standard_rules() if f"#### `{name}` —" not in page] == []


def test_the_worked_example_is_sound_and_comes_out_as_by_hand(maker: ModuleType, page: str) -> None:
    ranking = maker.example_ranking(page)

    scheme, facts = ranking.scores.plan.scheme, ranking.scores.facts
    by_hand = {
        "a1": Fraction(60) + 30 + 10 + Fraction(1, 2) * 2,
        "a2": Fraction("90.94"),  # 60 - 2.95 * 0.7 + 24 + 7 + 2 = 90.935
        "a3": Fraction(60) - Fraction("0.7") + 0 + 10 + 0,
    }
    assert [p for p in check(scheme, (), facts) if p.severity is not Severity.NOTE] == []
    assert {place.unit: place.points for place in ranking.places} == by_hand
    assert [place.grade for place in ranking.places] == ["good", "pass", "pass"]


def test_lines_of_the_page_are_short_enough_to_read(page: str) -> None:
    written = [line for line in page.splitlines() if not re.match(r"\||\s|`|-|#|\w+:", line)]

    assert [line for line in written if len(line) > 180] == []
