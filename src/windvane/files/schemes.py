"""Scheme files: YAML and Excel in and out."""

from __future__ import annotations

import errno
from pathlib import Path

from windvane.files.scheme_reading import read_sheets
from windvane.files.scheme_sheets import scheme_workbook, unwritable
from windvane.files.scheme_tables import LAYOUTS
from windvane.files.tables import write_whole
from windvane.files.workbook import read_grids
from windvane.files.yaml_text import LONGEST, Written, read_yaml
from windvane.files.yaml_writing import scheme_text
from windvane.problems import Problem, errors
from windvane.reading import build_scheme
from windvane.scheme import Scheme
from windvane.vetting import vet_scheme


def read_scheme(path: str | Path) -> Scheme | list[Problem]:
    """Read a scheme from a YAML file or an Excel workbook; return it, or everything that is wrong with it."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        grids = read_grids(path, {layout.code: (layout.name, layout.code) for layout in LAYOUTS})
        return grids if isinstance(grids, list) else _built(read_sheets(grids, path.name))
    try:
        text = _text(path)
    except (OSError, UnicodeDecodeError) as error:
        return [Problem("scheme.file", path.name, {"path": path.name, "what": getattr(error, "strerror", None) or "UTF-8?"})]
    return parse_scheme(text, path.name)


def _text(path: Path) -> str:
    """The text of a plain file; of one that is too long only so much that it is seen to be."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a plain file")
    with path.open(encoding="utf-8-sig") as file:
        return file.read(LONGEST + 1)


def parse_scheme(text: str, name: str = "scheme.yaml") -> Scheme | list[Problem]:
    """Read a scheme from text; ``name`` is what problems call it."""
    return _built(read_yaml(text, name))


def write_scheme(scheme: Scheme, path: str | Path) -> list[Problem]:
    """Write a scheme as YAML or Excel, by the ending of the path; return why it could not be written, if so."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        return write_whole({path: lambda: scheme_workbook(scheme)}, unwritable(scheme, path))
    if path.suffix.lower() in (".yaml", ".yml"):
        return write_whole({path: lambda: scheme_text(scheme.document).encode()}, [])
    return [Problem("files.write_suffix", path.name, {"suffix": path.suffix or "—"})]


def _built(written: Written) -> Scheme | list[Problem]:
    if written.problems:
        return written.problems
    scheme, problems = build_scheme(written.document, written.places)
    if scheme is None:
        return problems
    problems += vet_scheme(scheme)
    return problems if errors(problems) else scheme
