"""Random numbers that are the same on every machine and version: only ``Random.random`` is used, never a transcendental function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """One independent stream for each part of the simulation, so that a change of one part does not move the others."""

    def __init__(self, seed: int, stream: str) -> None:
        self._random = Random(f"{seed}/{stream}")

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.share() * (high - low + 1))

    def bell(self) -> float:
        """About standard normal: the sum of twelve uniform numbers less six."""
        return total(self._random.random() for _ in range(12)) - 6

    def pick(self, items: Sequence[T]) -> T:
        return items[self.whole(0, len(items) - 1)]

    def some(self, items: Sequence[T], number: int) -> list[T]:
        """Return ``number`` different items, in their own order."""
        order = sorted(range(len(items)), key=lambda _: self.share())
        return [items[i] for i in sorted(order[:number])]


def total(numbers: Iterable[float]) -> float:
    """Add from left to right: the built-in ``sum`` adds floats in another way from Python 3.12 on."""
    return reduce(add, numbers, 0.0)


def decimal(x: float, places: int) -> Fraction:
    """The decimal number with so many places next to a drawn one."""
    return Fraction(round(x * 10**places), 10**places)
