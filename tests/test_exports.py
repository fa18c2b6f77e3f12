"""What `import windvane` gives is a promise: this list is written by hand and changes only on purpose."""

from __future__ import annotations

import inspect
import pkgutil

import windvane

NOUNS = {
    "AssessmentCase", "Book", "Change", "Derivation", "Entry", "Fact", "Facts", "Gap", "Line", "Loading", "Milestone", "Node", "Outcome",
    "Place", "Plan", "PlanError", "Portrait", "Problem", "Ranking", "Scheme", "Scores", "Severity", "Status", "Task", "Text", "Unit",
    "WindvaneError",
}  # fmt: skip
VERBS = {
    "check", "compare", "compile_scheme", "completions", "derive", "parse_scheme", "portray", "rank", "read_books", "read_case",
    "read_case_facts", "read_scheme", "score", "why", "worst_best", "write_books", "write_results", "write_scheme",
}  # fmt: skip


def test_exported_names() -> None:
    assert set(windvane.__all__) == NOUNS | VERBS | {"__version__"}
    assert len(windvane.__all__) == len(set(windvane.__all__))


def test_every_exported_name_is_there_and_documented() -> None:
    for name in NOUNS | VERBS:
        assert inspect.getdoc(getattr(windvane, name)), name


def test_nouns_are_classes_and_verbs_are_functions() -> None:
    assert all(inspect.isclass(getattr(windvane, name)) for name in NOUNS)
    assert all(inspect.isfunction(getattr(windvane, name)) for name in VERBS)


def test_modules_have_a_docstring() -> None:
    for module in pkgutil.walk_packages(windvane.__path__, "windvane."):
        if not module.name.endswith("__main__"):
            assert __import__(module.name, fromlist=["x"]).__doc__, module.name
