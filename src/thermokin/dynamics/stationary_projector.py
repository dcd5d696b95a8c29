"""The projector on what a sector keeps for ever."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, ComplexArray
from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["stationary_projector"]

ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors


def stationary_projector(generator: SectorGenerator) -> ComplexArray:
    """The limit of the mean of exp(L t): sum of |right null vector)(left null vector|, biorthonormal.

    Args:
        generator: the generator of a sector.

    Returns:
        (..., n, n); each point of a sweep has as many null vectors as it has.

    Cost:
        One inverse where nothing stays (most sectors of coherences), one singular value decomposition otherwise.
    """
    matrix = generator.matrix
    if not generator.sector.diagonal.any() and _all_decays(matrix):
        return np.zeros_like(matrix)
    left, values, right = np.linalg.svd(matrix)
    null = values <= ZERO * generator.sector.size * values[..., :1]
    count = int(np.max(null.sum(axis=-1)))
    if count == 0:
        return np.zeros_like(matrix)
    # Points with fewer null vectors than others carry zeros in their place.
    kept: BoolArray = null[..., -count:]
    vectors = right[..., -count:, :].conj().swapaxes(-1, -2) * kept[..., None, :]
    covectors = left[..., :, -count:].conj().swapaxes(-1, -2) * kept[..., :, None]
    filled = covectors @ vectors + np.eye(count) * ~kept[..., None, :]
    return np.asarray(vectors @ np.linalg.solve(filled, covectors))


def _all_decays(matrix: ComplexArray) -> bool:
    """Whether the matrix is surely invertible: |A| |A^-1| far below the inverse of rounding."""
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return False
    grown = np.abs(matrix).sum(axis=-2).max(axis=-1) * np.abs(inverse).sum(axis=-2).max(axis=-1)
    return bool((grown < 1e-2 / (ZERO * matrix.shape[-1])).all())
