"""Scoring beside other packages, on the same data, in one run: `make bench`, or `python -m benchmarks --quick`.

Every peer's totals are compared with ours before anything is timed. Times are medians; ratios count, not seconds.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

import windvane as wv
from windvane.batch.column_scores import score_columns
from windvane.batch.columns import Columns
from windvane.batch.draws import score_draws
from windvane.batch.variants import Variants
from windvane.simulate import province

Floats = NDArray[np.float64]
GAPS = 0.02
WEIGHTS = (1, 2, 3)


@dataclass(frozen=True)
class Timing:
    """One peer at one job: median seconds, or why it was not run."""

    job: str
    peer: str
    seconds: float | None
    note: str = ""


def median(work: Callable[[], object], times: int = 5) -> float:
    work()
    found = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


# One large table: min–max in the class, three levels, gaps, ranks -----------------------------------------------------


def codes(indicators: int) -> list[str]:
    return [f"i{k}" for k in range(indicators)]


def tree(indicators: int, rule: str = "minmax", mean: str = "mean", groups: int = 10, halves: int = 2) -> str:
    """A scheme of three levels: halves of the total, groups of equal size in them, indicators with weights 1, 2, 3."""
    lines = ["windvane: 1", "root:", f"  points: {mean}", "  parts:"]
    size = indicators // groups
    for half in range(halves):
        lines += [f"    h{half}:", f"      points: {mean}", "      parts:"]
        for group in range(half * groups // halves, (half + 1) * groups // halves):
            leaves = ", ".join(f"i{k}: {weight(k)}" for k in range(group * size, (group + 1) * size))
            lines += [f"        g{group}:", f"          points: {mean}", f"          each: {{points: {rule}, missing: skip}}"]
            lines += [f"          parts: {{{leaves}}}"]
    return "\n".join(lines)


def weight(k: int) -> int:
    return WEIGHTS[k % 3]


def plan_of(text: str) -> wv.Plan:
    scheme = wv.parse_scheme(text)
    assert isinstance(scheme, wv.Scheme), [problem.say("en") for problem in scheme]
    return wv.compile_scheme(scheme)


def data(units: int, indicators: int, seed: int = 1) -> Floats:
    generator = np.random.default_rng(seed)
    matrix = generator.lognormal(size=(units, indicators))
    matrix[generator.random((units, indicators)) < GAPS] = np.nan
    return matrix


def by_numpy(matrix: Floats, weights: Floats, groups: int = 10, halves: int = 2) -> tuple[Floats, Floats]:
    low, high = np.nanmin(matrix, axis=0), np.nanmax(matrix, axis=0)
    points = (matrix - low) / (high - low) * 100
    there = ~np.isnan(points)
    shape = (len(matrix), groups, -1)
    sums = (np.where(there, points, 0) * weights).reshape(shape).sum(axis=2)
    group = sums / (there * weights).reshape(shape).sum(axis=2)
    total = group.reshape(len(matrix), halves, -1).mean(axis=2).mean(axis=1)
    order = np.argsort(-total, kind="stable")
    ranks = np.empty(len(total))
    ranks[order] = np.arange(1, len(total) + 1)
    return total, ranks


def by_polars(frame: pl.DataFrame, weights: Floats, groups: int = 10, halves: int = 2) -> pl.DataFrame:
    names, size = frame.columns, len(frame.columns) // groups
    scaled = [((pl.col(c) - pl.col(c).min()) / (pl.col(c).max() - pl.col(c).min()) * 100).alias(c) for c in names]
    means = []
    for g in range(groups):
        mine = list(zip(names, weights, strict=True))[g * size : (g + 1) * size]
        sums = pl.sum_horizontal([pl.col(c).fill_null(0) * float(w) for c, w in mine])
        means.append((sums / pl.sum_horizontal([pl.col(c).is_not_null() * float(w) for c, w in mine])).alias(f"g{g}"))
    span = groups // halves
    total = pl.mean_horizontal([pl.mean_horizontal([f"g{g}" for g in range(h * span, (h + 1) * span)]) for h in range(halves)])
    done = frame.lazy().select(scaled).select(means).select(total.alias("total"))
    return done.with_columns(pl.col("total").rank("min", descending=True).alias("rank")).collect()


def by_pandas(frame: pd.DataFrame, weights: Floats, groups: int = 10, halves: int = 2) -> pd.DataFrame:
    points = (frame - frame.min()) / (frame.max() - frame.min()) * 100
    size, means = len(frame.columns) // groups, {}
    for g in range(groups):
        part, w = points.iloc[:, g * size : (g + 1) * size], weights[g * size : (g + 1) * size]
        means[g] = part.mul(w).sum(axis=1) / part.notna().mul(w).sum(axis=1)
    group, span = pd.DataFrame(means), groups // halves
    total = pd.concat([group.iloc[:, h * span : (h + 1) * span].mean(axis=1) for h in range(halves)], axis=1).mean(axis=1)
    return pd.DataFrame({"total": total, "rank": total.rank(ascending=False, method="min")})


def table_job(units: int, indicators: int, times: int) -> list[Timing]:
    """One size, all peers; those that know neither gaps nor levels do the nearest they can, and it is said."""
    job = f"{units:,} × {indicators:,}"
    matrix, names = data(units, indicators), codes(indicators)
    weights = np.array([weight(k) for k in range(indicators)], dtype=float)
    plan, columns = plan_of(tree(indicators)), Columns.from_matrix(matrix, names)
    frame = pl.DataFrame(dict(zip(names, matrix.T, strict=True))).fill_nan(None)
    total, ranks = by_numpy(matrix, weights)
    ours, theirs = score_columns(plan, columns), by_polars(frame, weights)
    np.testing.assert_allclose(ours.total, total, rtol=1e-9)
    np.testing.assert_allclose(theirs["total"].to_numpy(), total, rtol=1e-9)
    assert np.abs(np.asarray(ours.ranks) - ranks).max() <= 1  # totals that differ by the rounding of floats may change places
    assert (np.asarray(ours.ranks) == ranks).mean() > 0.999_9
    found = [
        Timing(job, "windvane", median(lambda: score_columns(plan, columns), times)),
        Timing(job, "numpy", median(lambda: by_numpy(matrix, weights), min(times, 3))),
        Timing(job, "polars", median(lambda: by_polars(frame, weights), times)),
        Timing(job, "windvane, from a matrix", median(lambda: score_columns(plan, Columns.from_matrix(matrix, names)), min(times, 3))),
    ]
    if units <= 100_000:
        table = pd.DataFrame(matrix, columns=names)
        np.testing.assert_allclose(by_pandas(table, weights)["total"].to_numpy(), total, rtol=1e-9)
        found.append(Timing(job, "pandas", median(lambda: by_pandas(table, weights), min(times, 3))))
        found += deciders(job, matrix, weights, min(times, 3))
    return found


def deciders(job: str, matrix: Floats, weights: Floats, times: int) -> list[Timing]:
    """Packages for decision analysis: min–max and one weighted sum over data without gaps, one level."""
    whole, share = np.nan_to_num(matrix, nan=1.0), weights / weights.sum()
    note = "no gaps, one level"
    found = []
    try:
        from pymcdm import normalizations
        from pymcdm.helpers import rankdata
        from pymcdm.methods import SAW
    except ImportError as error:
        found.append(Timing(job, "pymcdm", None, f"not installed: {error.name}"))
    else:
        method, types = SAW(normalizations.minmax_normalization), np.ones(len(share))
        found.append(Timing(job, "pymcdm", median(lambda: rankdata(method(whole, share, types), reverse=True), times), note))
    try:
        import skcriteria
        from skcriteria.agg.simple import WeightedSumModel
        from skcriteria.preprocessing.scalers import MinMaxScaler
    except ImportError as error:
        found.append(Timing(job, "scikit-criteria", None, f"not installed: {error.name}"))
    else:
        scaler, model = MinMaxScaler(target="matrix"), WeightedSumModel()
        problem = skcriteria.mkdm(whole, [max] * len(share), weights=share)
        found.append(Timing(job, "scikit-criteria", median(lambda: model.evaluate(scaler.transform(problem)), times), note))
    return found


# Replications: 51 units × 49 indicators, four choices vary ---------------------------------------------------------------


def replications(draws: int, times: int) -> list[Timing]:
    """Normalisation, aggregation, data set and weights vary; the loop is what an analyst writes."""
    job, units, indicators, groups = f"51 × 49, {draws} replications", 51, 49, 7
    generator = np.random.default_rng(2)
    sets = [generator.lognormal(size=(units, indicators)) for _ in range(5)]
    rules = ("(value - class_lowest(value)) / (class_highest(value) - class_lowest(value)) * 99 + 1", "class_percent_rank(value) * 99 + 1")
    plans = tuple(plan_of(flat(indicators, groups, rule, mean)) for rule in rules for mean in ("mean", "geometric"))
    columns = tuple(Columns.from_matrix(matrix, codes(indicators)) for matrix in sets)
    which, taken = generator.integers(0, 4, draws), generator.integers(0, 5, draws)
    weights = generator.uniform(0.5, 1.5, (draws, groups))
    own = {f"g{g}": weights[:, g] for g in range(groups)}
    variants = Variants(plans, columns)
    np.testing.assert_allclose(variants.score(which, taken, own).total, loop(sets, which, taken, weights, groups)[0], rtol=1e-9)
    return [
        Timing(job, "windvane", median(lambda: variants.score(which, taken, own), times)),
        Timing(job, "numpy loop", median(lambda: loop(sets, which, taken, weights, groups), min(times, 3))),
    ]


def flat(indicators: int, groups: int, rule: str, mean: str) -> str:
    size = indicators // groups
    lines = ["windvane: 1", "rules:", f'  own: "{rule}"', "root:", f"  points: {mean}", "  parts:"]
    for g in range(groups):
        leaves = ", ".join(f"i{k}: 1" for k in range(g * size, (g + 1) * size))
        lines += [f"    g{g}: {{points: {mean}, each: {{points: own}}, parts: {{{leaves}}}}}"]
    return "\n".join(lines)


def loop(sets: list[Floats], which: NDArray[np.int64], taken: NDArray[np.int64], weights: Floats, groups: int) -> tuple[Floats, Floats]:
    totals, ranks = [], []
    for plan, chosen, own in zip(which, taken, weights, strict=True):
        matrix = sets[chosen]
        if plan < 2:
            low, high = matrix.min(axis=0), matrix.max(axis=0)
            points = (matrix - low) / (high - low) * 99 + 1
        else:
            points = matrix.argsort(axis=0).argsort(axis=0) / (len(matrix) - 1) * 99 + 1
        parts = points.reshape(len(matrix), groups, -1)
        if plan % 2:
            total = np.exp((np.log(parts).mean(axis=2) * own).sum(axis=1) / own.sum())
        else:
            total = (parts.mean(axis=2) * own).sum(axis=1) / own.sum()
        totals.append(total)
        ranks.append((-total).argsort().argsort() + 1)
    return np.array(totals), np.array(ranks)


# Draws: a province with errors --------------------------------------------------------------------------------------------


def draws_job(draws: int, times: int) -> list[Timing]:
    """94 units × 968 indicators, 120 of them with errors; the loop scores the whole table anew for every draw."""
    job, units, indicators, moving = f"94 × 968, {draws:,} draws, 120 with errors", 94, 968, 120
    generator = np.random.default_rng(3)
    matrix, names = generator.uniform(50, 100, (units, indicators)), codes(indicators)
    errors = {(code, "value"): np.full(units, 2.0) for code in names[:moving]}
    plan = plan_of(tree(indicators, rule="value", groups=8))
    columns = Columns.from_matrix(matrix, names)
    noisy = Columns(columns.units, columns.classes, columns.cls, columns.competes, columns.table, columns.rows, errors=errors)
    weights = np.array([weight(k) for k in range(indicators)], dtype=float)
    mean = by_loop(matrix, weights, moving, draws, 8).mean()
    np.testing.assert_allclose(score_draws(plan, noisy, draws, 7).total.mean(), mean, rtol=1e-3)
    return [
        Timing(job, "windvane", median(lambda: score_draws(plan, noisy, draws, 7), times)),
        Timing(job, "numpy loop", median(lambda: by_loop(matrix, weights, moving, draws, 8), min(times, 3))),
    ]


def by_loop(matrix: Floats, weights: Floats, moving: int, draws: int, groups: int) -> Floats:
    generator, totals, ranks = np.random.default_rng(7), [], []
    for _ in range(draws):
        moved = matrix.copy()
        moved[:, :moving] += generator.normal(0, 2, (len(matrix), moving))
        parts, w = (moved * weights).reshape(len(matrix), groups, -1).sum(axis=2), weights.reshape(groups, -1).sum(axis=1)
        total = (parts / w).reshape(len(matrix), 2, -1).mean(axis=2).mean(axis=1)
        totals.append(total)
        ranks.append((-total).argsort().argsort() + 1)
    return np.array(totals)


def exact_job(times: int) -> list[Timing]:
    made = province()
    scheme = wv.parse_scheme(made.scheme)
    assert isinstance(scheme, wv.Scheme)
    plan = wv.compile_scheme(scheme, made.books)
    job = "province, exact: 94 units, 1,344 own indicators"
    return [
        Timing(job, "windvane: score and rank", median(lambda: wv.rank(wv.score(plan, made.facts)), min(times, 3))),
        Timing(job, "windvane: explain every unit", median(lambda: explained(plan, made.facts), min(times, 3))),
    ]


def explained(plan: wv.Plan, facts: wv.Facts) -> int:
    scores = wv.score(plan, facts)
    return sum(len(wv.derive(scores, unit.code).lines) for unit in facts.units)


def measure(quick: bool) -> list[Timing]:
    """Run all jobs; the quick form takes the smallest sizes only, to see that everything still runs and agrees."""
    sizes = [(100, 1_000), (10_000, 100)] if quick else [(100, 1_000), (10_000, 100), (100_000, 100), (1_000_000, 100)]
    times = 1 if quick else 5
    found = [timing for units, indicators in sizes for timing in table_job(units, indicators, times if units < 10**6 else min(times, 3))]
    found += replications(50 if quick else 500, times)
    found += draws_job(100 if quick else 2_000, times)
    return found + exact_job(times)
