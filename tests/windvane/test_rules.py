"""The standard rules as data: complete, said in both languages, written the canonical way."""

from __future__ import annotations

import re

import pytest

from windvane.formula import Name, names, to_text
from windvane.keys import STANDARD_FACTS
from windvane.rules import standard_rules
from windvane.scheme import Rule

RULES = list(standard_rules().values())
BRACES = re.compile(r"{(\w+)}")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_itself_in_both_languages(rule: Rule) -> None:
    for text in (rule.title, rule.say, rule.source, *rule.facts.values()):
        assert text.zh and text.en
    assert set(BRACES.findall(rule.say.zh)) == set(BRACES.findall(rule.say.en))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_sentence_speaks_of_every_parameter_and_of_nothing_else(rule: Rule) -> None:
    spoken = set(BRACES.findall(rule.say.zh)) - {"full"}

    assert spoken <= set(rule.params)
    assert set(rule.params) - spoken <= {"floor_at"}, "a parameter that no sentence mentions"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_reads_only_what_it_declares(rule: Rule) -> None:
    read = {name.name for name in names(rule.points) if isinstance(name, Name)}

    assert read <= {*rule.params, *rule.facts, *STANDARD_FACTS, "full", "sign", "parts", "entries"}
    assert set(rule.params) <= read
    assert set(rule.facts) <= read


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_speaks_of_full_marks_uses_them(rule: Rule) -> None:
    reads_full = any(isinstance(name, Name) and name.name == "full" for name in names(rule.points))

    assert ("{full}" in rule.say.zh) <= reads_full


def test_rules_are_read_once_and_by_name() -> None:
    assert standard_rules() is standard_rules()
    assert all(name == rule.name for name, rule in standard_rules().items())
    assert len(RULES) >= 30


def test_no_two_rules_are_the_same() -> None:
    written = [(to_text(rule.points), tuple(sorted((name, str(setting)) for name, setting in rule.params.items()))) for rule in RULES]

    assert len(set(written)) == len(RULES)
