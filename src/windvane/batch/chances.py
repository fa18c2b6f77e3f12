"""Normal numbers from counter-based bits: the same on every machine, in whatever order and number of pieces they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from windvane.batch.arrays import Floats

BLOCK: Final = 16  # draws that share one key
LEVELS: Final = 1 << 16
_FACTS: Final = 0
_ENTRIES: Final = 1
_SHOCKS: Final = 2


@cache
def normal_levels() -> Floats:
    """65,536 equally likely numbers with mean 0 and variance 1: the midpoints of as many slices of the normal distribution.

    Their distribution function is nowhere further than 1 / 131,072 from the normal one, and they end at 4.3 standard deviations:
    for thousands of draws there is no difference to be seen. Rounded to 2⁻⁴⁰, so that no library's last digit matters.
    """
    normal = NormalDist()
    half = np.array([normal.inv_cdf((i + 0.5) / LEVELS) for i in range(LEVELS // 2)])
    half /= np.sqrt(np.mean(half**2))
    rounded: Floats = np.round(np.concatenate([half, -half[::-1]]) * 2.0**40) / 2.0**40
    return rounded


@dataclass(frozen=True, slots=True)
class Chance:
    """How many normal numbers one draw takes, for facts, entries and shocks, and the seed they come from."""

    seed: int
    facts: tuple[int, int]  # rows, units
    entries: int
    shocks: int

    def fact_errors(self, block: int, blocks: int) -> Floats:
        """(draws, rows, units) of some blocks of draws."""
        return self._normals(_FACTS, block, blocks, self.facts)

    def entry_errors(self, block: int, blocks: int) -> Floats:
        return self._normals(_ENTRIES, block, blocks, (self.entries,))

    def common_shocks(self, block: int, blocks: int) -> Floats:
        return self._normals(_SHOCKS, block, blocks, (self.shocks,))

    def _normals(self, stream: int, block: int, blocks: int, shape: tuple[int, ...]) -> Floats:
        size = BLOCK * int(np.prod(shape))
        bits = [_bits(self.seed, stream, b, size) for b in range(block, block + blocks)]
        # every 16-bit number is a place in the table, so that "clip" never clips; it only spares a check
        return normal_levels().take(bits[0] if blocks == 1 else np.concatenate(bits), mode="clip").reshape(blocks * BLOCK, *shape)


def _bits(seed: int, stream: int, block: int, size: int) -> NDArray[np.uint16]:
    """``size`` 16-bit numbers that depend on seed, stream and block alone.

    Whole numbers over the full range are the raw words of the bit generator; asked for like this, other threads go on meanwhile.
    """
    source = np.random.Generator(np.random.Philox(key=[seed & (2**64 - 1), stream << 48 | block]))
    words = source.integers(0, 2**64, -(-size // 4), dtype=np.uint64)
    return words.astype("<u8", copy=False).view("<u2")[:size]
