"""Problems: a code, a place and parameters that become a sentence in both languages."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

import windvane
from windvane import Problem, Severity, WindvaneError
from windvane.problems import errors, words

BRACES = re.compile(r"{(\w+)}")
SOURCES = Path(windvane.__file__).parent
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def test_a_problem_says_where_what_and_what_to_do() -> None:
    problem = Problem("formula.name", "scheme.yaml:3:9 root.x.points", {"column": "1", "name": "valu", "near": "value"})

    assert problem.say("zh") == "scheme.yaml:3:9 root.x.points: 第1列：没有 valu（可用 value；其他事实要先在facts里声明）"
    assert problem.say("en").startswith("scheme.yaml:3:9 root.x.points: column 1: there is no valu (available: value")
    assert str(problem) == problem.say("zh")


def test_a_parameter_that_was_not_given_is_a_dash() -> None:
    assert Problem("formula.name").say("en").startswith("column —: there is no —")


def test_braces_in_what_users_wrote_stay_what_they_are() -> None:
    said = Problem("formula.name", "", {"name": "{column.__class__}", "column": "1", "near": "{0}"}).say("en")

    assert "{column.__class__}" in said
    assert "{0}" in said


def test_a_code_without_words_is_a_programmers_mistake() -> None:
    with pytest.raises(WindvaneError, match=r"no words for problem 'nothing\.here'"):
        Problem("nothing.here").say("zh")


def test_errors_are_what_forbids_going_on() -> None:
    found = [Problem("formula.empty", severity=severity) for severity in Severity]

    assert [problem.severity for problem in errors(found)] == [Severity.ERROR]


@pytest.mark.parametrize("code", sorted(words()))
def test_words_are_complete_and_say_the_same_in_both_languages(code: str) -> None:
    entry = words()[code]

    assert set(entry) <= {"zh", "en", "hint_zh", "hint_en"}
    assert entry["zh"] and entry["en"]
    assert ("hint_zh" in entry) == ("hint_en" in entry)
    assert set(BRACES.findall(entry["zh"])) == set(BRACES.findall(entry["en"]))
    assert set(BRACES.findall(entry.get("hint_zh", ""))) == set(BRACES.findall(entry.get("hint_en", "")))


def test_no_two_files_give_words_to_one_code() -> None:
    folder = resources.files("windvane") / "standard" / "words"
    heads = [line.split(":")[0] for page in folder.iterdir() for line in page.read_text(encoding="utf-8").splitlines() if CODE.match(line)]

    assert sorted(heads) == sorted(set(heads))
    assert set(heads) == set(words())


MADE = re.compile(r"""\b(?:Problem|note|stop)\(\s*"([a-z_]+\.[a-z_]+)\"""")


def written_codes() -> set[str]:
    """Codes that stand as text where a problem is made: ``Problem("…")``, ``note("…")``, ``stop("…")``."""
    return {code for path in SOURCES.rglob("*.py") for code in MADE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_in_the_sources_has_words() -> None:
    found = written_codes()

    assert len(found) > 30
    assert found - set(words()) == set()
