"""The spectrum of a rate matrix under detailed balance, from its symmetrised form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray, RateMatrix
from thermokin.numerics.level_sums import over_levels
from thermokin.numerics.rounding_guard import UNDERFLOW
from thermokin.numerics.slow_modes import slow_modes

__all__ = ["REVERSIBLE", "SymmetricSpectrum", "asymmetry", "strips", "symmetric_spectrum", "symmetrised"]

REVERSIBLE = 1e-10  # asymmetry of pi^-1/2 W pi^1/2 relative to its largest element that is taken for rounding
SLOW = 1e-4  # of the fastest decay rate: an eigensolver keeps twelve digits of modes above it
SLOW_OF_MANY = 1e-6  # the same for many levels, where diffusion alone comes near it and ten digits are kept
MANY = 150
STRIP = 64  # rows looked at together: a second full matrix would double the memory of ten thousand levels


def asymmetry(rates: RateMatrix, stationary: FloatArray) -> float:
    """How far a rate matrix is from detailed balance with respect to its stationary state.

    Args:
        rates: W (..., n, n) [1/time].
        stationary: pi (..., n).

    Returns:
        The largest difference of pi^-1/2 W pi^1/2 from its transpose, relative to the largest rate; infinite where a
        level stays empty.
    """
    if (stationary <= 0.0).any():
        return np.inf
    root = np.sqrt(stationary)
    if isinstance(rates, sparse.csr_array):
        scaled = sparse.diags_array(1.0 / root) @ rates @ sparse.diags_array(root)
        return float(abs(scaled - scaled.T).max() / max(abs(scaled).max(), UNDERFLOW))
    scale = over_levels(np.maximum, np.abs(np.diagonal(rates, axis1=-2, axis2=-1)))
    scale = np.maximum(scale, UNDERFLOW)  # where nothing moves, nothing is unbalanced
    return max(
        float((over_levels(np.maximum, over_levels(np.maximum, np.abs(strip - mirror))) / scale).max())
        for _, strip, mirror in strips(rates, root)
    )


def symmetrised(rates: RateMatrix, stationary: FloatArray) -> RateMatrix:
    """S = pi^-1/2 W pi^1/2 of a rate matrix under detailed balance.

    Args:
        rates: W (..., n, n) [1/time].
        stationary: pi (..., n), > 0.

    Returns:
        S, exactly symmetric.
    """
    root = np.sqrt(stationary)
    if isinstance(rates, sparse.csr_array):
        scaled = sparse.diags_array(1.0 / root) @ rates @ sparse.diags_array(root)
        return sparse.csr_array(0.5 * (scaled + scaled.T))
    out = np.empty(np.broadcast_shapes(rates.shape, (*root.shape, 1)))
    for row, strip, mirror in strips(rates, root):
        mean = 0.5 * (strip + mirror)
        out[..., row : row + STRIP, row:] = mean
        out[..., row:, row : row + STRIP] = mean.swapaxes(-1, -2)
    return out


def strips(rates: FloatArray, root: FloatArray) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """pi^-1/2 W pi^1/2 from the diagonal on, some rows at a time.

    Args:
        rates: W (..., n, n) [1/time].
        root: pi^1/2 (..., n).

    Yields:
        The first row, the rows (..., k, m), and the same ones of the transpose.
    """
    for row in range(0, rates.shape[-1], STRIP):
        here, later = root[..., row : row + STRIP, None], root[..., None, row:]
        strip = rates[..., row : row + STRIP, row:] * later / here
        mirror = rates[..., row:, row : row + STRIP].swapaxes(-1, -2) * here / later
        yield row, strip, mirror


@dataclass(frozen=True, eq=False)
class SymmetricSpectrum:
    """W = sum_j |R_j) value_j (L_j| with orthonormal modes of S: R = pi^1/2 V, L = pi^-1/2 V.

    Args:
        values: (..., n) descending: the stationary mode first.
        vectors: V (..., n, n), in columns.
        root: pi^1/2 (..., n).
    """

    values: FloatArray
    vectors: FloatArray
    root: FloatArray

    def overlaps(self, vectors: FloatArray) -> FloatArray:
        """(L_j|v) of vectors (..., n, m).

        Args:
            vectors: (..., n, m).

        Returns:
            (..., n, m).
        """
        return np.asarray(self.vectors.swapaxes(-1, -2) @ (vectors / self.root[..., None]))

    def relaxation(self, vectors: FloatArray, times: FloatArray) -> FloatArray:
        """exp(W t) v for vectors without a stationary part.

        Args:
            vectors: (..., n, m).
            times: (..., t).

        Returns:
            (..., t, n, m).
        """
        return self._sum(np.exp(self.values[..., None, :] * times[..., None]), vectors)

    def increase(self, vectors: FloatArray, times: FloatArray) -> FloatArray:
        """(exp(W t) - 1) v, accurate at short times.

        Args:
            vectors: (..., n, m) without a stationary part.
            times: (..., t).

        Returns:
            (..., t, n, m).
        """
        return self._sum(np.expm1(self.values[..., None, :] * times[..., None]), vectors)

    def accumulated(self, vectors: FloatArray, times: FloatArray) -> FloatArray:
        """The integral of exp(W s) v from 0 to t, for vectors without a stationary part: slow modes cancel nothing.

        Args:
            vectors: (..., n, m).
            times: (..., t).

        Returns:
            (..., t, n, m).
        """
        phase = self.values[..., None, :] * times[..., None]
        still = phase == 0.0
        grown = np.where(still, 1.0, np.expm1(phase) / np.where(still, 1.0, phase)) * times[..., None]
        return self._sum(grown, vectors)

    def _sum(self, factor: FloatArray, vectors: FloatArray) -> FloatArray:
        amplitude = self.overlaps(vectors)
        amplitude[..., 0, :] = 0.0
        size, columns = vectors.shape[-2:]
        # One product for all times and vectors: (n x n) @ (n x t m).
        weighted = factor[..., :, :, None] * amplitude[..., None, :, :]
        stacked = np.moveaxis(weighted, -2, -3).reshape(*weighted.shape[:-3], size, -1)
        modes = (self.vectors @ stacked) * self.root[..., None]
        return np.moveaxis(modes.reshape(*modes.shape[:-1], -1, columns), -3, -2)


def symmetric_spectrum(symmetric: FloatArray, stationary: FloatArray, rates: FloatArray) -> SymmetricSpectrum:
    """The modes of a symmetrised rate matrix.

    Args:
        symmetric: S (..., n, n).
        stationary: pi (..., n).
        rates: W (..., n, n) [1/time], from which modes that are slow beside the fastest keep their digits.

    Returns:
        The spectrum.

    Raises:
        HypothesisError: if there are slow modes and slow rates break the detailed balance that the fast ones keep.
        NotConvergedError: if rates lie so many decades apart that doubles do not hold what passes between levels.

    Cost:
        One symmetric eigendecomposition, O(n^3), and eliminations where there are slow modes; nothing of the kind for
        two levels.
    """
    root = np.asarray(np.sqrt(stationary))
    if root.shape[-1] == 2:
        return _of_two_levels(symmetric, root)
    values, vectors = np.linalg.eigh(symmetric)
    values, vectors = values[..., ::-1], vectors[..., ::-1]
    first = vectors[..., 0].copy()
    vectors[..., 0], values[..., 0] = root, 0.0  # known exactly, and with its sign
    limit = SLOW if root.shape[-1] <= MANY else SLOW_OF_MANY
    slow = values[..., 1:] > limit * values[..., -1:]
    if not slow.any():
        return SymmetricSpectrum(values, vectors, root)
    points, count = slow.any(axis=-1), int(slow.sum(axis=-1).max())
    whole = np.broadcast_to(rates, vectors.shape)
    # Where modes lie below rounding, any mixture of them and the stationary one stands first.
    spanned = np.concatenate([first[..., None], vectors[..., 1 : count + 1]], axis=-1)[points]
    values[points], vectors[points] = _with_slow_modes(values[points], vectors[points], spanned, whole[points])
    return SymmetricSpectrum(values, vectors, root)


def _with_slow_modes(
    values: FloatArray, vectors: FloatArray, spanned: FloatArray, rates: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues and vectors with the first ones after the stationary one found anew, the others at right angles.

    Args:
        values: (..., n) descending.
        vectors: (..., n, n), the stationary one first.
        spanned: (..., n, k + 1) a basis of the stationary and the slow ones together.
        rates: W (..., n, n) [1/time].

    Returns:
        Values and vectors.

    Raises:
        HypothesisError: if slow rates break the detailed balance that the fast ones keep.
    """
    root, count = vectors[..., 0], spanned.shape[-1] - 1
    flows = rates * root[..., None, :] ** 2
    back = flows.swapaxes(-1, -2)
    level = np.arange(root.shape[-1])
    flows[..., level, level] = 0.0
    if (np.abs(flows - back) > REVERSIBLE * np.maximum(flows, back) + UNDERFLOW * flows.max()).any():
        raise HypothesisError(
            "slow rates break the detailed balance that the fast ones keep; modes are not orthogonal."
        )
    across = spanned - root[..., None] * (root[..., None, :] @ spanned)
    decays, slow = slow_modes(rates, root, np.linalg.svd(across, full_matrices=False)[0][..., :count])
    known = np.concatenate([root[..., None], slow], axis=-1)
    rest = vectors[..., count + 1 :]
    rest = rest - known @ (known.swapaxes(-1, -2) @ rest)
    return (
        np.concatenate([values[..., :1], -decays, values[..., count + 1 :]], axis=-1),
        np.concatenate([known, rest], axis=-1),
    )


def _of_two_levels(symmetric: FloatArray, root: FloatArray) -> SymmetricSpectrum:
    """The stationary mode has the value 0, so the other has the trace, and stands at right angles to it."""
    trace = symmetric[..., 0, 0] + symmetric[..., 1, 1]
    across = np.stack([-root[..., 1], root[..., 0]], axis=-1)
    return SymmetricSpectrum(
        np.stack([np.zeros_like(trace), trace], axis=-1), np.stack(np.broadcast_arrays(root, across), axis=-1), root
    )
