"""What leaves the rationals: random schemes with roots, logarithms, powers, deviations and their means, against mpmath with 80 digits."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import mpmath
import pytest
from mpmath import mpf

from windvane import Fact, Facts, Scheme, Scores, Text, Unit, compile_scheme, score
from windvane.decimals import geometric_mean, power, power_mean, square_root
from windvane.reading import build_scheme
from windvane.vetting import vet_scheme

DIGITS = 40  # that must agree
SEEDS = 100
Column = Mapping[str, mpf | None]  # unit → points, None where missing


def big(x: Fraction) -> mpf:
    return mpf(x.numerator) / mpf(x.denominator)


def deviation(values: Sequence[mpf]) -> mpf:
    mean = mpmath.fsum(values) / len(values)
    return mpmath.sqrt(mpmath.fsum((x - mean) ** 2 for x in values) / (len(values) - 1))


def standardised(x: mpf, values: Sequence[mpf]) -> mpf:
    return 60 + 10 * (x - mpmath.fsum(values) / len(values)) / deviation(values)


# Every way in the scheme's words and in mpmath's: (value, values of the class) → points, all of them positive.
LEAVES: Mapping[str, Callable[[mpf, Sequence[mpf]], mpf]] = {
    "sqrt(value) * 10": lambda x, _: mpmath.sqrt(x) * 10,
    "ln(value + 2) * 7": lambda x, _: mpmath.log(x + 2) * 7,
    "exp(value / 50)": lambda x, _: mpmath.exp(x / 50),
    "value ** 0.37": lambda x, _: x ** mpf("0.37"),
    "value ** (-1.5) * 100": lambda x, _: x ** mpf("-1.5") * 100,
    "60 + 10 * (value - class_mean(value)) / class_sd(value)": standardised,
    "value / class_sd(value)": lambda x, values: x / deviation(values),
}
OVER: Mapping[str, Callable[[Sequence[tuple[mpf, mpf]]], mpf]] = {
    "mean(parts)": lambda pairs: mean_of(pairs, lambda x: x),
    "geometric(parts)": lambda pairs: mpmath.exp(mean_of(pairs, mpmath.log)),
    "harmonic(parts)": lambda pairs: 1 / mean_of(pairs, lambda x: 1 / x),
    "power_mean(parts, 2)": lambda pairs: mpmath.sqrt(mean_of(pairs, lambda x: x**2)),
    "power_mean(parts, 0.5)": lambda pairs: mean_of(pairs, mpmath.sqrt) ** 2,
    "power_mean(parts, -2)": lambda pairs: 1 / mpmath.sqrt(mean_of(pairs, lambda x: x**-2)),
    "sqrt(sum(parts ** 2))": lambda pairs: mpmath.sqrt(mpmath.fsum(x**2 for x, _ in pairs)),
    "sqrt(variance(parts) + 1)": lambda pairs: mpmath.sqrt(1 + spread(pairs)),
}


def mean_of(pairs: Sequence[tuple[mpf, mpf]], change: Callable[[mpf], mpf]) -> mpf:
    return mpmath.fsum(change(x) * w for x, w in pairs) / mpmath.fsum(w for _, w in pairs)


def spread(pairs: Sequence[tuple[mpf, mpf]]) -> mpf:
    """The weighted variance; with one value the formula is missing, which never happens below."""
    middle = mean_of(pairs, lambda x: x)
    return mean_of(pairs, lambda x: (x - middle) ** 2) * len(pairs) / (len(pairs) - 1)


class Maker:
    """A random scheme of two or three levels with its facts, and what mpmath makes of it."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.units = [f"u{i}" for i in range(self.r.randint(4, 7))]
        self.facts: list[Fact] = []
        self.columns: dict[str, Column] = {}

    def leaf(self, code: str) -> dict[str, object]:
        values = {unit: Fraction(self.r.randint(1, 10**6), 10**4) for unit in self.units if self.r.random() < 0.93}
        if len(values) < 3:
            values = {unit: Fraction(i + 1, 7) for i, unit in enumerate(self.units)}
        formula = self.r.choice(list(LEAVES))
        peers = [big(x) for x in values.values()]
        self.facts += [Fact(unit, code, value=x) for unit, x in values.items()]
        self.columns[code] = {u: LEAVES[formula](big(values[u]), peers) if u in values else None for u in self.units}
        return {"points": formula, "missing": "skip"}

    def parent(self, code: str, depth: int) -> dict[str, object]:
        parts: dict[str, dict[str, object]] = {}
        weights: dict[str, Fraction] = {}
        for i in range(self.r.randint(3, 4)):
            part = f"{code}_{i}"
            below = self.parent(part, depth - 1) if depth > 1 and self.r.random() < 0.6 else self.leaf(part)
            weights[part] = Fraction(self.r.randint(1, 40), 10)
            parts[part] = {**below, "weight": str(float(weights[part]))}
        formula = self.r.choice(list(OVER))
        self.columns[code] = {unit: self.over(formula, unit, weights) for unit in self.units}
        return {"points": formula, "parts": parts}

    def over(self, formula: str, unit: str, weights: Mapping[str, Fraction]) -> mpf | None:
        pairs = [(x, big(w)) for part, w in weights.items() if (x := self.columns[part][unit]) is not None]
        if not pairs or ("variance" in formula and len(pairs) < 2):
            return None
        return None if any(x < 0 for x, _ in pairs) and "parts ** 2" not in formula and formula != "mean(parts)" else OVER[formula](pairs)

    def scored(self) -> Scores:
        document = {"windvane": "1", "root": {**self.parent("total", 2), "missing": "skip"}}
        scheme, problems = build_scheme(document, {})
        assert isinstance(scheme, Scheme), [problem.say("en") for problem in problems]
        assert vet_scheme(scheme) == []
        units = tuple(Unit(code, Text(code), "all", i) for i, code in enumerate(self.units))
        return score(compile_scheme(scheme), Facts(units, tuple(self.facts)))


def agrees(x: Fraction | None, y: mpf | None) -> bool:
    if x is None or y is None:
        return x is None and y is None
    return bool(abs(big(x) - y) <= abs(y) * mpf(10) ** -DIGITS)


@pytest.mark.parametrize("first", range(0, SEEDS, 25))
def test_forty_digits_agree(first: int) -> None:
    with mpmath.workdps(80):
        for seed in range(first, first + 25):
            made = Maker(seed)
            scores = made.scored()

            wrong = [
                (code, unit)
                for code, column in made.columns.items()
                for unit, y in column.items()
                if not agrees(scores.points(unit, code), y)
            ]
            assert wrong == [], f"seed {seed}"


def test_most_cells_have_points() -> None:
    with mpmath.workdps(30):
        made = [Maker(seed) for seed in range(20)]
        assert all(each.scored() for each in made)
        cells = [y for each in made for column in each.columns.values() for y in column.values()]

    assert sum(y is not None for y in cells) > 0.85 * len(cells)


# Exact where the result is rational -------------------------------------------------------------------------------------


def test_roots_of_perfect_powers_are_exact() -> None:
    draw = random.Random(7)
    for _ in range(300):
        root, degree = Fraction(draw.randint(1, 5000), draw.randint(1, 5000)), draw.randint(2, 9)
        times = draw.randint(1, 5)

        assert power(root**degree, Fraction(times, degree)) == root**times
        assert square_root(root**2) == root


def test_geometric_means_of_what_multiplies_to_a_power_are_exact() -> None:
    draw = random.Random(8)
    for _ in range(300):
        x, y = Fraction(draw.randint(1, 400), 4), Fraction(draw.randint(1, 400), 7)
        weight = Fraction(draw.randint(1, 30), 10)

        assert geometric_mean([(x * x, weight), (y * y, weight)]) == x * y
        assert geometric_mean([(x**3, weight), (y**3, 2 * weight)]) == x * y * y


@pytest.mark.parametrize("p", [-2, -1, Fraction(1, 3), Fraction(1, 2), 1, 2, 3])
def test_means_of_equal_values_are_that_value(p: Fraction | int) -> None:
    x = Fraction(1, 3)

    assert power_mean([(x, Fraction(1, 7)), (x, Fraction(2, 9))], Fraction(p)) == x


def test_power_means_that_come_out_even() -> None:
    one = Fraction(1)

    assert power_mean([(Fraction(1), one), (Fraction(7), one)], Fraction(2)) == 5
    assert power_mean([(Fraction(2), one), (Fraction(8), one)], Fraction(1, 2)) == Fraction(9, 2)
    assert power_mean([(Fraction(1), one), (Fraction(1, 7), one)], Fraction(-2)) == Fraction(1, 5)
