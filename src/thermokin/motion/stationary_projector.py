"""What a sector keeps for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.block import Block

__all__ = ["Stationary", "stationary_projector"]

ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors
SURE = 1e-2  # of the condition from which a singular value counts as zero


@dataclass(frozen=True, eq=False)
class Stationary:
    """The limit of the mean of exp(L t): sum of |right null vector)(left null vector|, biorthonormal.

    Args:
        vectors: the right ones (..., n, k), side by side.
        covectors: the left ones (..., k, n); a point of a sweep with fewer than others carries zeros in their place.
        unsure: a rate (...) at which what counts as stationary may yet move [1/time].
    """

    vectors: NDArray[Any]
    covectors: NDArray[Any]
    unsure: FloatArray

    @classmethod
    def none(cls, size: int) -> Stationary:
        """Nothing stays of n = size coordinates."""
        return cls(np.zeros((size, 0)), np.zeros((0, size)), np.zeros(()))

    def itself(self) -> Stationary:
        """The same: it is known."""
        return self

    @property
    def count(self) -> int:
        """k, the most along a sweep."""
        return int(self.vectors.shape[-1])

    @property
    def projector(self) -> NDArray[Any]:
        """(..., n, n)."""
        return np.asarray(self.vectors @ self.covectors)

    def of(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """What stays of vectors (..., n) (..., n)."""
        return np.asarray((self.vectors @ (self.covectors @ vectors[..., None]))[..., 0])

    def taken_out(self, columns: NDArray[Any]) -> NDArray[Any]:
        """What does not stay of one vector (n,), or of vectors side by side (n, m), at one point."""
        return np.asarray(columns - self.vectors @ (self.covectors @ columns)) if self.count else columns


def stationary_projector(block: Block) -> Stationary:
    """What a block keeps for ever, by its singular values.

    Args:
        block: a sector, in elements or in real coordinates.

    Returns:
        It; each point of a sweep has as many null vectors as it has.

    Cost:
        One inverse where nothing stays (most sectors of coherences), one singular value decomposition otherwise.
    """
    matrix = block.matrix
    if not block.trace.any() and _all_decays(matrix):
        return Stationary.none(block.size)
    left, values, right = np.linalg.svd(matrix)
    null = values <= ZERO * block.size * values[..., :1]
    count = int(np.max(null.sum(axis=-1)))
    if count == 0:
        return Stationary.none(block.size)
    kept: BoolArray = null[..., -count:]
    vectors = right[..., -count:, :].conj().swapaxes(-1, -2) * kept[..., None, :]
    covectors = left[..., :, -count:].conj().swapaxes(-1, -2) * kept[..., :, None]
    filled = covectors @ vectors + np.eye(count) * ~kept[..., None, :]
    # One vector is stationary because the trace is kept; that the others are is only known to rounding.
    surely = int(block.trace.any())
    unsure = (values * null)[..., : values.shape[-1] - surely]
    return Stationary(vectors, np.linalg.solve(filled, covectors), np.asarray(unsure.max(axis=-1, initial=0.0)))


def _all_decays(matrix: NDArray[Any]) -> bool:
    """Whether the matrix is surely invertible: |A| |A^-1| far below the inverse of rounding."""
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return False
    grown = np.abs(matrix).sum(axis=-2).max(axis=-1) * np.abs(inverse).sum(axis=-2).max(axis=-1)
    return bool((grown < SURE / (ZERO * matrix.shape[-1])).all())
