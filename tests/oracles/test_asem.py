"""ASEM Sustainable Connectivity: every normalisation and every mean of COINr 1.1.14, cell by cell, written as windvane formulas.

Runs on the five indicators typed into ``asem/``, and on all 49 where the whole set lies beside the repository.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from windvane import Fact, Facts, Scheme, Scores, Text, Unit, compile_scheme, score
from windvane.decimals import parse_decimal
from windvane.reading import build_scheme
from windvane.vetting import vet_scheme

TYPED = Path(__file__).parent / "asem"
WHOLE = Path(__file__).parents[3] / "shared" / "data" / "asem"
CLOSE = Fraction(1, 10**9)
Indicators = Mapping[str, Mapping[str, str]]  # code → direction, target, parent
Cells = Mapping[str, Mapping[str, Fraction | None]]  # unit → column

# x is the value times its direction, as COINr directs before it normalises. ``base`` is the reference unit's x.
NORMALISED: Mapping[str, str] = {
    "minmax_0_100": "(x - class_lowest(x)) / (class_highest(x) - class_lowest(x)) * 100",
    "minmax_1_100": "1 + (x - class_lowest(x)) / (class_highest(x) - class_lowest(x)) * 99",
    "zscore_0_1": "(x - class_mean(x)) / class_sd(x)",
    "zscore_10_2": "10 + 2 * (x - class_mean(x)) / class_sd(x)",
    "rank_min": "class_rank(-x)",
    "rank_avg": "(class_rank(-x) + class_count(x) + 1 - class_rank(x)) / 2",
    "borda": "class_rank(-x) - 1",
    "prank": "class_percent_rank(x)",
    "prank_avg": "((class_rank(-x) + class_count(x) + 1 - class_rank(x)) / 2 - 1) / (class_count(x) - 1)",
    "dist2max": "1 - (class_highest(x) - x) / (class_highest(x) - class_lowest(x))",
    "dist2ref_u1": "1 - (base - x) / (base - class_lowest(x))",
    # Where the reference is itself the lowest, R divides by zero: Inf, which the cap makes 1; the reference itself stays NaN.
    "dist2ref_u1_cap": "min(1, 1 - (base - x) / (base - class_lowest(x))) if base > class_lowest(x) else 1 if x > base else missing",
    "fracmax": "x / class_highest(x)",
    "scaled_0_100": "(x - 0) / (100 - 0) * 100",
    "dist2targ_on_Raw_useiMeta_nocap": "1 - (target - x) / (target - class_lowest(x))",
    "dist2targ_on_Raw_useiMeta_cap": "min(1, 1 - (target - x) / (target - class_lowest(x)))",
}
# The standard rules that are the same thing.
RULES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "minmax_0_100": ("minmax", {}),
    "zscore_0_1": ("zscore", {}),
    "zscore_10_2": ("zscore", {"centre": "10", "spread": "2"}),
    "prank": ("percentile", {}),
}
MEANS: Mapping[str, Sequence[str]] = {  # formulas of the levels, from the pillars up
    "amean": ("mean",) * 3,
    "amean_unweighted": ("mean",) * 3,
    "gmean": ("geometric",) * 3,
    "hmean": ("harmonic",) * 3,
    "genmean_p05": ("power_mean(parts, 0.5)",) * 3,
    "genmean_p2": ("power_mean(parts, 2)",) * 3,
    "genmean_m1": ("power_mean(parts, -1)",) * 3,
    "mixed_g_a_h": ("geometric", "mean", "harmonic"),
}
THRESHOLDS = ("0", "0.5", "0.8", "1")


@dataclass(frozen=True)
class Source:
    """The five indicators or all of them: where each table is, and the tree above the indicators."""

    name: str
    treated: Callable[[], Cells]
    raw: Callable[[], Cells]
    indicators: Callable[[], Indicators]
    normalised: Callable[[str], Cells]
    aggregated: Callable[[str], Cells]  # indicators and everything above
    ranks: Callable[[str], Cells]  # none among the five
    gaps: Callable[[str], Cells]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(table: Sequence[Mapping[str, str]], key: str) -> Cells:
    """Numbers as exact decimals; NA and blanks are gaps."""
    return {row[key]: {column: parse_decimal(text) for column, text in row.items() if column != key} for row in table}


def picked(path: Path, column: str, value: str) -> Cells:
    found = [{k: v for k, v in row.items() if k != column} for row in rows(path) if row[column] == value]
    return cells(found, "unit")


def by_code(table: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {row["code"]: row for row in table}


def whole_indicators() -> dict[str, Mapping[str, str]]:
    kept = [row for row in rows(WHOLE / "raw" / "iMeta.csv") if row["Type"] in ("Indicator", "Aggregate")]
    words = {"iCode": "code", "Direction": "direction", "Target": "target", "Parent": "parent"}
    return by_code([{new: row[old] for old, new in words.items()} for row in kept])


def typed() -> Source:
    return Source(
        "five indicators",
        lambda: cells(rows(TYPED / "treated.csv"), "unit"),
        lambda: cells(rows(TYPED / "raw.csv"), "unit"),
        lambda: by_code(rows(TYPED / "indicators.csv")),
        lambda variant: picked(TYPED / "normalised.csv", "variant", variant),
        lambda method: picked(TYPED / "aggregated.csv", "method", method),
        lambda method: {},
        lambda threshold: picked(TYPED / "gaps.csv", "threshold", threshold),
    )


def whole() -> Source:
    def table(*names: str) -> Cells:
        return cells(rows(WHOLE.joinpath(*names[:-1]) / f"{names[-1]}.csv"), "uCode")

    return Source(
        "49 indicators",
        lambda: table("stages", "Treated"),
        lambda: table("stages", "Raw"),
        whole_indicators,
        lambda variant: table("normalise", variant),
        lambda method: table("aggregate", method),
        lambda method: table("aggregate", f"{method}_ranks"),
        lambda threshold: table("aggregate_gaps", f"amean_thresh_{threshold}"),
    )


SOURCES = [typed(), whole()] if WHOLE.is_dir() else [typed()]
on_every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


# Schemes and facts ----------------------------------------------------------------------------------------------------


def tree(
    meta: Mapping[str, Mapping[str, str]], leaf: Callable[[str], Mapping[str, object]], means: Sequence[str], **every: str
) -> dict[str, object]:
    """Indicators under their parents; ``means[0]`` sums up indicators, the last one the whole; ``every`` goes to each parent."""
    below: dict[str, list[str]] = {}
    for code, row in meta.items():
        if row["parent"]:
            below.setdefault(row["parent"], []).append(code)
    (top,) = [code for code in below if not meta.get(code, {"parent": ""})["parent"]]

    def height(code: str) -> int:
        return 1 + max(height(part) for part in below[code]) if code in below else 0

    def node(code: str) -> dict[str, object]:
        if code not in below:
            return dict(leaf(code))
        return {"points": means[height(code) - 1], **every, "parts": {part: node(part) for part in below[code]}}

    return {"points": "mean", "parts": {top: node(top)}}


def scored(root: Mapping[str, object], beside: Mapping[str, object], facts: Sequence[Fact], units: Sequence[str]) -> Scores:
    scheme, problems = build_scheme({"windvane": "1", "root": root, "beside": beside}, {})
    assert isinstance(scheme, Scheme), [problem.say("en") for problem in problems]
    assert vet_scheme(scheme) == []
    listed = tuple(Unit(code, Text(code), "all", i) for i, code in enumerate(units))
    return score(compile_scheme(scheme), Facts(listed, tuple(facts)))


def values(table: Cells, codes: Sequence[str]) -> list[Fact]:
    return [Fact(unit, code, value=x) for unit, row in table.items() for code in codes if (x := row[code]) is not None]


def alike(theirs: Fraction | None, ours: Fraction | None) -> bool:
    if theirs is None or ours is None:
        return theirs is None and ours is None
    return abs(ours - theirs) <= CLOSE * max(1, abs(theirs))


def unlike(expected: Cells, found: Callable[[str, str], Fraction | None], columns: Sequence[str]) -> Iterator[str]:
    """Cells that differ by more than 1e-9 of the value (or of 1), and gaps that are not gaps."""
    for unit, row in expected.items():
        for column in columns:
            theirs, ours = row[column], found(unit, column)
            if not alike(theirs, ours):
                yield f"{unit} {column}: COINr {theirs}, windvane {ours}"


# Normalisations -------------------------------------------------------------------------------------------------------


def normalised(source: Source, leaf: Callable[[str], Mapping[str, object]], *, raw: bool = False) -> Scores:
    meta, table = source.indicators(), source.raw() if raw else source.treated()
    leaves = [code for code in meta if code in next(iter(table.values()))]
    first = next(iter(table.values()))
    facts = values(table, leaves)
    for code in leaves:
        direction = Fraction(meta[code]["direction"])
        reference, target = first[code], parse_decimal(meta[code]["target"])
        base = [] if reference is None else [Fact(unit, code, "base", value=reference * direction) for unit in table]
        aims = [] if target is None else [Fact(unit, code, "target", value=target * direction) for unit in table]
        facts += [*base, *aims]
    root = {"points": "sum", "missing": "skip", "parts": {code: leaf(code) for code in leaves}}
    return scored(root, {}, facts, list(table))


def better(source: Source, code: str) -> str:
    return "high" if Fraction(source.indicators()[code]["direction"]) > 0 else "low"


@on_every_source
@pytest.mark.parametrize("variant", NORMALISED)
def test_normalisation(source: Source, variant: str) -> None:
    expected = source.normalised(variant)
    columns = list(next(iter(expected.values())))

    def leaf(code: str) -> dict[str, object]:
        return {"points": NORMALISED[variant], "where": {"x": "sign * value"}, "better": better(source, code), "missing": "skip"}

    scores = normalised(source, leaf, raw="on_Raw" in variant)

    assert list(unlike(expected, scores.points, columns)) == []


@pytest.mark.parametrize("variant", RULES)
def test_standard_rule(variant: str) -> None:
    source, (rule, params) = SOURCES[0], RULES[variant]
    expected = source.normalised(variant)
    full = "100" if rule == "minmax" else "1"

    scores = normalised(source, lambda code: {"points": rule, "with": params, "full": full, "better": better(source, code)})

    assert list(unlike(expected, scores.points, list(next(iter(expected.values()))))) == []


# Means ----------------------------------------------------------------------------------------------------------------


@cache
def aggregated(source_name: str, method: str) -> tuple[Cells, Scores, tuple[str, ...]]:
    """COINr's points of a method, windvane's from the same indicators, and the codes above the indicators."""
    (source,) = [each for each in SOURCES if each.name == source_name]
    meta, expected = source.indicators(), source.aggregated(method)
    above = tuple(dict.fromkeys(row["parent"] for row in meta.values() if row["parent"]))
    leaves = [code for code in meta if code not in above]
    places = {f"place_{code}": {"points": f"class_rank({code})"} for code in above}
    return expected, scored(tree(meta, lambda _: {}, MEANS[method]), places, values(expected, leaves), list(expected)), above


@on_every_source
@pytest.mark.parametrize("method", MEANS)
def test_mean(source: Source, method: str) -> None:
    expected, scores, above = aggregated(source.name, method)

    assert list(unlike(expected, scores.points, above)) == []
    assert scores.problems == ()


@on_every_source
@pytest.mark.parametrize("method", MEANS)
def test_ranks(source: Source, method: str) -> None:
    """As many places as COINr's points say, and, where they were kept, COINr's own ranks."""
    expected, scores, above = aggregated(source.name, method)

    assert list(unlike(source.ranks(method), lambda unit, code: scores.points(unit, f"place_{code}"), above)) == []
    for code in above:
        points = [row[code] for row in expected.values()]
        for unit, row in expected.items():
            assert scores.points(unit, f"place_{code}") == 1 + sum(
                x is not None and row[code] is not None and x > row[code] for x in points
            )


@on_every_source
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_gaps(source: Source, threshold: str) -> None:
    """Weights of what is missing are shared; where fewer than the share are present there is no score, and so on upwards."""
    meta, expected = source.indicators(), source.gaps(threshold)
    above = [code for code in dict.fromkeys(row["parent"] for row in meta.values()) if code]
    leaves = [code for code in meta if code not in above]
    least = {"at_least": f"{100 * float(threshold):g}%", "missing": "skip"}

    scores = scored(tree(meta, lambda _: {"missing": "skip"}, MEANS["amean"], **least), {}, values(expected, leaves), list(expected))

    assert list(unlike(expected, scores.points, above)) == []
    assert any(None in row.values() for row in expected.values())
