"""Runs in a process of its own: reads every case of a folder and says what came out and how much memory it took."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from windvane.facts import Facts
from windvane.files.facts import read_case_facts
from windvane.files.workbook import read_grid

PROC = Path("/proc/self")


def megabytes(field: str) -> int:
    """Memory held now (VmRSS) or at most since the last reset (VmHWM); where the system does not tell, what it held at most ever."""
    if not (PROC / "status").exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    line = next(line for line in (PROC / "status").read_text(encoding="ascii").splitlines() if line.startswith(field))
    return int(line.split()[1]) // 1024


def forget_peak() -> None:
    if (PROC / "clear_refs").exists():
        (PROC / "clear_refs").write_text("5", encoding="ascii")


def verdict(folder: Path) -> str:
    """``read``, or the code of the first problem; every problem must be sayable."""
    found = read_case_facts(folder)
    if isinstance(found, Facts):
        return f"read {len(found.digest)} {len(found.rows)}"
    for problem in found:
        if not (problem.say("zh") and problem.say("en") and problem.where):
            return f"unspeakable {problem!r}"
    return found[0].code


def main(root: Path) -> None:
    folders = sorted(root.iterdir())
    verdict(folders[0])  # everything is imported and warm
    read_grid(folders[0] / "none.csv", ("x",))
    for folder in folders:
        forget_peak()
        before = megabytes("VmRSS")
        said = verdict(folder)
        sys.stdout.write(f"{folder.name}\t{megabytes('VmHWM') - before}\t{said}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
