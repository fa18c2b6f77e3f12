"""windvane 风向标: the annual comprehensive assessment of government agencies, computed exactly and explained to the last fact."""

from windvane.book import Book, Milestone, Task
from windvane.additive import Line
from windvane.derivation import Derivation, Gap
from windvane.deriving import derive, why
from windvane.facts import Entry, Fact, Facts, Loading, Status, Unit
from windvane.files.schemes import parse_scheme, read_scheme
from windvane.plan import Plan, PlanError, compile_scheme
from windvane.problems import Problem, Severity, WindvaneError
from windvane.ranking import Place, Ranking, rank
from windvane.scheme import Node, Scheme
from windvane.scores import Outcome, Scores, score
from windvane.text import Text

__version__ = "0.1.0"

__all__ = [
    "Book", "Derivation", "Entry", "Fact", "Facts", "Gap", "Line", "Loading", "Milestone", "Node", "Outcome", "Place", "Plan", "PlanError", "Problem", "Ranking",
    "Scheme", "Scores", "Severity", "Status", "Task", "Text", "Unit", "WindvaneError",
    "compile_scheme", "derive", "parse_scheme", "rank", "read_scheme", "score", "why",
]  # fmt: skip
