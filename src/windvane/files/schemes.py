"""Scheme files: YAML in, YAML out."""

from __future__ import annotations

from pathlib import Path

from windvane.files.yaml_text import read_yaml
from windvane.problems import Problem, errors
from windvane.reading import build_scheme
from windvane.scheme import Scheme
from windvane.vetting import vet_scheme


def read_scheme(path: str | Path) -> Scheme | list[Problem]:
    """Read a scheme from a YAML file; return it, or everything that is wrong with it."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [Problem("scheme.file", path.name, {"path": path.name, "what": getattr(error, "strerror", None) or "UTF-8?"})]
    return parse_scheme(text, path.name)


def parse_scheme(text: str, name: str = "scheme.yaml") -> Scheme | list[Problem]:
    """Read a scheme from text; ``name`` is what problems call it."""
    written = read_yaml(text, name)
    if written.problems:
        return written.problems
    scheme, problems = build_scheme(written.document, written.places)
    if scheme is None:
        return problems
    problems += vet_scheme(scheme)
    return problems if errors(problems) else scheme
