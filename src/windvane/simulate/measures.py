"""Facts that one provider delivers for all units: quality of work, money, innovation contest."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from windvane.facts import Fact, Status
from windvane.simulate.draws import Draws, decimal
from windvane.simulate.names import APART, MERGED, bodies, units

UNREPORTED = "supply_cooperatives"  # did not hand in its budget figures


def measures(seed: int) -> Iterator[Fact]:
    """Yield the facts of quality, money and innovation."""
    yield from _quality(Draws(seed, "quality"))
    yield from _money(Draws(seed, "money"))
    yield from _innovation(Draws(seed, "innovation"))


def _quality(draws: Draws) -> Iterator[Fact]:
    for unit in units():
        value = min(98.0, max(66.0, 86 + 5 * draws.bell()))
        yield Fact(unit.code, "quality", value=decimal(value, 1), source="assessment_office", document="模拟工作质效评定表")


def _money(draws: Draws) -> Iterator[Fact]:
    for body in bodies("agency"):
        unit = body.unit.code
        source = "audit" if unit == "finance" else "finance"  # who delivers a measure does not deliver its own
        yield from _execution(draws, unit, source)
        yield from _running_cost(draws, unit, source)
        yield from _three_public(draws, unit, source)


def _execution(draws: Draws, unit: str, source: str) -> Iterator[Fact]:
    budget = draws.whole(300, 42000) * 10
    spent = decimal(budget * min(0.998, 0.935 + 0.025 * draws.bell()), 2)
    if unit != UNREPORTED:
        yield Fact(unit, "execution", "numerator", value=spent, source=source, document="模拟部门预算执行情况表")
        yield Fact(unit, "execution", "denominator", value=Fraction(budget), source=source, document="模拟预算调整批复")


def _running_cost(draws: Draws, unit: str, source: str) -> Iterator[Fact]:
    """Three years of cost per head: growth this year is about five points below the growth of the year before."""
    first = draws.whole(18000, 42000)
    earlier = 0.05 + 0.015 * draws.bell()
    growth = earlier - 0.045 + 0.02 * draws.bell()
    if unit in MERGED:
        yield Fact(unit, "running_cost", status=Status.NOT_DUE, source=source, document="模拟机构改革方案")
        return
    second = round(first * (1 + earlier))
    for name, value in (("value", round(second * (1 + growth))), ("previous", second), ("before_previous", first)):
        yield Fact(unit, "running_cost", name, value=Fraction(value), source=source, document="模拟部门决算")


def _three_public(draws: Draws, unit: str, source: str) -> Iterator[Fact]:
    """Travel abroad, cars and receptions together: mostly flat or a little lower, in six units higher."""
    previous = draws.whole(400, 4000)
    change = 0.01 + 0.05 * draws.share() if draws.share() < 0.12 else -0.04 * draws.share()
    value = decimal(previous / 10 * (1 + change), 1)
    yield Fact(unit, "three_public", value=value, source=source, document="模拟三公经费决算")
    yield Fact(unit, "three_public", "previous", value=Fraction(previous, 10), source=source, document="模拟三公经费决算")


def _innovation(draws: Draws) -> Iterator[Fact]:
    """Three units in four declare a project; judges' mean mark with its standard error."""
    for unit in units():
        mark, error, declares = 84 + 5 * draws.bell(), 0.7 + 0.8 * draws.share(), draws.share() < 0.75
        if declares and unit.code not in APART:
            value, spread = decimal(min(97.0, max(68.0, mark)), 1), decimal(error, 2)
            yield Fact(unit.code, "innovation", value=value, error=spread, source="assessment_office", document="模拟评委评分汇总")
