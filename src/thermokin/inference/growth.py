"""Cumulants of two neighbouring windows less those of one: what a current adds to them in a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.inference.amounts import Amounts
from thermokin.inference.block_sums import BlockSums, sums_of_rows

__all__ = ["PairGrowth"]

LEAST_BLOCK = 4.0  # pairs: windows know of the next, so that pairs know of the second next
BLOCK = 0.8  # of n^(1/3)


@dataclass(frozen=True, eq=False)
class PairGrowth:
    """Cumulants per time of a current by the means of powers over pairs of neighbouring windows.

    Args:
        amounts: the windows.
        order: largest cumulant, 1 to 4.
    """

    amounts: Amounts
    order: int

    @cached_property
    def _centre(self) -> float:
        return float(self.amounts.values.mean())

    @cached_property
    def series(self) -> BlockSums:
        """Powers of one window and of two, of all pairs within runs; amounts are taken from their mean."""
        values, run = self.amounts.values - self._centre, self.amounts.run
        same = run[1:] == run[:-1]
        one, other = values[:-1][same], values[1:][same]
        powers = np.arange(1, self.order + 1)
        alone = 0.5 * (one[:, None] ** powers + other[:, None] ** powers)
        return sums_of_rows(np.concatenate([alone, (one + other)[:, None] ** powers], axis=1))

    @property
    def block(self) -> float:
        """Mean length of blocks of pairs."""
        return max(LEAST_BLOCK, float(BLOCK * self.series.count ** (1.0 / 3.0)))

    def cumulants(self, means: FloatArray) -> FloatArray:
        """Cumulants per time.

        Args:
            means: of the powers (..., 2 order).

        Returns:
            (..., order).
        """
        count = self.series.count
        alone, both = (_cumulants(part, count) for part in (means[..., : self.order], means[..., self.order :]))
        found = both - alone
        found[..., 0] += self._centre
        return np.asarray(found / self.amounts.window)


def _cumulants(powers: FloatArray, count: int) -> FloatArray:
    """Unbiased for independent numbers (..., order), from means of powers."""
    order = powers.shape[-1]
    first, second, third, fourth = (
        powers[..., number] if number < order else np.zeros(powers.shape[:-1]) for number in range(4)
    )
    two = second - first**2
    three = third - 3.0 * first * second + 2.0 * first**3
    four = fourth - 4.0 * first * third + 6.0 * first**2 * second - 3.0 * first**4
    n = float(count)
    found = [
        first,
        n / (n - 1.0) * two,
        n**2 / ((n - 1.0) * (n - 2.0)) * three,
        n**2 / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * ((n + 1.0) * four - 3.0 * (n - 1.0) * two**2),
    ]
    return np.stack(found[:order], axis=-1)
