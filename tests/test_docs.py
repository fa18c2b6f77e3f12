"""The documentation points at what exists, names every command, and its examples run."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from windvane import cli

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+\s+(.+?)\s*#*$", re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    found = list(ROOT.glob("*.md"))
    for folder in ("docs", "examples", "benchmarks", "tests"):
        found += (ROOT / folder).rglob("*.md")
    return sorted(found)


def links(page: Path) -> Iterator[str]:
    for match in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", match[1]):
            yield match[1]


def anchors(page: Path) -> set[str]:
    """Return the names under which the headings of a page can be linked to."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    return not target.exists() or bool(anchor and target.suffix == ".md" and anchor not in anchors(target))


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if leads_nowhere(page, link)] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_every_command_is_in_the_readme(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")

    assert [name for name in cli.main.commands if f"windvane {name}" not in text] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_readme_names_only_commands_that_exist(readme: Path) -> None:
    shown = FENCE.findall(readme.read_text(encoding="utf-8"))
    named = set(re.findall(r"^(?:\$ )?windvane ([a-z]+)", "\n".join(shown), re.MULTILINE))

    assert named - set(cli.main.commands) == set()


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_make_targets_named_in_the_readme_exist(readme: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s]*(?:#|`|$|\n))", readme.read_text(encoding="utf-8")))

    assert named - targets == set()


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_python_of_the_readme_runs(readme: Path) -> None:
    blocks = PYTHON.findall(readme.read_text(encoding="utf-8"))
    assert blocks

    done = subprocess.run([sys.executable, "-W", "error", "-c", "\n".join(blocks)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.returncode == 0


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = folder / "README.md"

    assert {page.name for page in folder.glob("*.md")} - {"README.md"} == {link for link in links(index) if "/" not in link}


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [*project["dependency-groups"].values(), *project["project"]["optional-dependencies"].values()]
    wanted = project["project"]["dependencies"] + [name for group in groups for name in group]
    names = {re.split(r"[<>=~!\[; ]", each)[0].lower() for each in wanted}
    told = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")

    assert names == set(re.findall(r"^\| `([\w.-]+)` \|", told, re.MULTILINE))


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_lock_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "-index" not in text
