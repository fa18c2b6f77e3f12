"""What was wrong with an upload, as a workbook to be mended by: one row a mistake, with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from windvane.files.tables import Sheet, write_sheets
from windvane.problems import Problem, Severity

HEADER: Final = ("位置 Place", "问题 What is wrong", "怎么改 What to do", "English: what", "English: to do", "程度 Severity", "code")
_SEVERITIES: Final = {Severity.ERROR: "错误 error", Severity.WARNING: "提醒 warning", Severity.NOTE: "说明 note"}


def write_problem_workbook(problems: Iterable[Problem], path: str | Path) -> list[Problem]:
    """Write a fresh workbook of problems in both languages; return why it could not be written, if so."""
    rows = [(p.where, p.what("zh"), p.hint("zh"), p.what("en"), p.hint("en"), _SEVERITIES[p.severity], p.code) for p in problems]
    return write_sheets([Sheet("问题 problems", HEADER, rows)], Path(path))
