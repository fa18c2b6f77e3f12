"""`python -m benchmarks.memory UNITS`: the peak of scoring UNITS × 100 numbers, beside the size of the table."""

from __future__ import annotations

import resource
import sys

from benchmarks.score import codes, data, plan_of, tree
from windvane.batch.column_scores import score_columns
from windvane.batch.columns import Columns


def peak() -> int:
    """Bytes this process has used at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    units = int(sys.argv[1])
    plan, before = plan_of(tree(100)), peak()
    columns = Columns.from_matrix(data(units, 100), codes(100))
    score_columns(plan, columns)
    size = units * 100 * 8
    sys.stdout.write(f"| {units:,} × 100 | {(peak() - before) / size:.1f} × the table of {size / 1e6:,.0f} MB |\n")


if __name__ == "__main__":
    main()
