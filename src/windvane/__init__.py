"""windvane 风向标: the annual comprehensive assessment of government agencies, computed exactly and explained to the last fact."""

from windvane.additive import Line
from windvane.book import Book, Milestone, Task
from windvane.changes import Change, compare
from windvane.checks import check, worst_best
from windvane.derivation import Derivation, Gap
from windvane.deriving import derive, why
from windvane.facts import Entry, Fact, Facts, Loading, Status, Unit
from windvane.files.books import read_books, write_books
from windvane.files.cases import AssessmentCase, read_case
from windvane.files.facts import read_case_facts
from windvane.files.results import write_results
from windvane.files.schemes import parse_scheme, read_scheme, write_scheme
from windvane.plan import Plan, PlanError, compile_scheme
from windvane.portrait import Portrait, completions, portray
from windvane.problems import Problem, Severity, WindvaneError
from windvane.ranking import Place, Ranking, rank
from windvane.scheme import Node, Scheme
from windvane.scores import Outcome, Scores, score
from windvane.text import Text
from windvane.version import __version__

__all__ = [
    "AssessmentCase",
    "Book",
    "Change",
    "Derivation",
    "Entry",
    "Fact",
    "Facts",
    "Gap",
    "Line",
    "Loading",
    "Milestone",
    "Node",
    "Outcome",
    "Place",
    "Plan",
    "PlanError",
    "Portrait",
    "Problem",
    "Ranking",
    "Scheme",
    "Scores",
    "Severity",
    "Status",
    "Task",
    "Text",
    "Unit",
    "WindvaneError",
    "__version__",
    "check",
    "compare",
    "compile_scheme",
    "completions",
    "derive",
    "parse_scheme",
    "portray",
    "rank",
    "read_books",
    "read_case",
    "read_case_facts",
    "read_scheme",
    "score",
    "why",
    "worst_best",
    "write_books",
    "write_results",
    "write_scheme",
]
