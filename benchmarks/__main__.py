"""`python -m benchmarks`: measure, print the table, and write it into docs/performance.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

THREADS = "2"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, THREADS)

from benchmarks import score  # noqa: E402  # threads must be set before

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def table(timings: list[score.Timing]) -> str:
    """A row a peer; the ratio says how many times longer it took than windvane at the same job."""
    ours: dict[str, float] = {}
    for timing in timings:
        if timing.job not in ours and timing.seconds is not None:
            ours[timing.job] = timing.seconds
    lines = ["| job | package | seconds | × windvane | |", "|---|---|---:|---:|---|"]
    for t in timings:
        seconds, ratio = ("—", "—") if t.seconds is None else (f"{t.seconds:.4f}", f"{t.seconds / ours[t.job]:.1f}")
        lines.append(f"| {t.job} | {t.peer} | {seconds} | {ratio} | {t.note} |")
    return "\n".join(lines)


def memory(units: int) -> str:
    """Peak memory of scoring a table, measured in a process of its own, as multiples of the table."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.memory", str(units)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    quick = "--quick" in sys.argv
    text = table(score.measure(quick))
    peaks = [memory(units) for units in ((10_000,) if quick else (10_000, 100_000, 1_000_000))]
    text += "\n\n| table | peak memory |\n|---|---|\n" + "\n".join(peaks)
    system = f"{os.cpu_count()} cores, {THREADS} threads for every package, Python {platform.python_version()}, {platform.machine()}"
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    text = f"Measured with `make bench` on {system}; {load}. Medians of 3 to 5 runs.\n\n{text}"
    sys.stdout.write(text + "\n")
    if not quick:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
