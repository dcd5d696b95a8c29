"""The projector on what a sector keeps for ever."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["stationary_projector"]

ZERO = 1e-14  # singular values below this fraction of the largest, times the size, belong to stationary vectors


def stationary_projector(generator: SectorGenerator) -> tuple[ComplexArray, FloatArray]:
    """The limit of the mean of exp(L t): sum of |right null vector)(left null vector|, biorthonormal.

    Args:
        generator: the generator of a sector.

    Returns:
        (..., n, n), and a rate (...) at which what counts as stationary may yet move [1/time]; each point of a sweep
        has as many null vectors as it has.

    Cost:
        One inverse where nothing stays (most sectors of coherences), one singular value decomposition otherwise.
    """
    matrix = generator.matrix
    nothing = np.zeros_like(matrix), np.zeros(matrix.shape[:-2])
    if not generator.sector.diagonal.any() and _all_decays(matrix):
        return nothing
    left, values, right = np.linalg.svd(matrix)
    null = values <= ZERO * generator.sector.size * values[..., :1]
    count = int(np.max(null.sum(axis=-1)))
    if count == 0:
        return nothing
    # Points with fewer null vectors than others carry zeros in their place.
    kept: BoolArray = null[..., -count:]
    vectors = right[..., -count:, :].conj().swapaxes(-1, -2) * kept[..., None, :]
    covectors = left[..., :, -count:].conj().swapaxes(-1, -2) * kept[..., :, None]
    filled = covectors @ vectors + np.eye(count) * ~kept[..., None, :]
    projector = np.asarray(vectors @ np.linalg.solve(filled, covectors))
    # One vector is stationary because the trace is kept; that the others are is only known to rounding.
    surely = int(generator.trace.any())
    unsure = (values * null)[..., : values.shape[-1] - surely]
    return projector, np.asarray(unsure.max(axis=-1, initial=0.0))


def _all_decays(matrix: ComplexArray) -> bool:
    """Whether the matrix is surely invertible: |A| |A^-1| far below the inverse of rounding."""
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return False
    grown = np.abs(matrix).sum(axis=-2).max(axis=-1) * np.abs(inverse).sum(axis=-2).max(axis=-1)
    return bool((grown < 1e-2 / (ZERO * matrix.shape[-1])).all())
