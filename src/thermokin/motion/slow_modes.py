"""The slow modes of a reversible rate matrix, each to its own digits however slow it is beside the fastest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.motion.mode_clusters import SEEN, apart, next_cluster, one_after_the_other
from thermokin.numerics.eliminated_generator import eliminated_generator, pinned_generator
from thermokin.numerics.level_sums import over_levels

__all__ = ["slow_modes"]


@dataclass(frozen=True, eq=False)
class _Slow:
    """Orthonormal modes (..., n, k), slowest first, their decay rates (..., k), and how many are known (...)."""

    vectors: FloatArray
    decays: FloatArray
    known: IntArray


def slow_modes(rates: FloatArray, root: FloatArray, nearly: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Decay rates and modes in a slow subspace, by inverses of W that subtract nothing.

    An eigensolver finds the space of the slow modes well and the modes in it badly: what lies below its rounding of the
    fastest rate is mixed. The inverse of W knows them to relative accuracy, the slowest best; a shift then damps those
    that are known and brings out the next.

    Args:
        rates: W (..., n, n), under detailed balance with respect to pi [1/time].
        root: pi^1/2 (..., n), each population to its own accuracy.
        nearly: (..., n, k) orthonormal vectors of the symmetrised matrix that span the slow modes.

    Returns:
        Decay rates (..., k), rising [1/time], and orthonormal modes (..., n, k), at right angles to pi^1/2.

    Raises:
        NotConvergedError: if rates lie so many decades apart that doubles do not hold what passes between levels, or
            that inverses do not tell the modes apart.

    Cost:
        One elimination, O(n^3), and one solve with k vectors, for each two decades in which slow modes lie.

    Reference:
        grassmann1985.
    """
    count = nearly.shape[-1]
    points = nearly.shape[:-2]
    first = _Slow(_orthonormal(root, nearly), np.zeros((*points, count)), np.zeros(points, dtype=np.int64))
    found = one_after_the_other(
        first, count, lambda now, shift: _resolved(now, _inverse(rates, root, shift, now.vectors), root, shift)
    )
    return found.decays, found.vectors


def _resolved(found: _Slow, inverse: FloatArray, root: FloatArray, shift: FloatArray) -> tuple[_Slow, FloatArray]:
    """The next cluster of modes becomes known, and a shift for the one after it.

    Args:
        found: what is known so far.
        inverse: (s - W)^-1 of its vectors, symmetrised (..., n, k).
        root: pi^1/2 (..., n).
        shift: s (...).

    Returns:
        What is known then, and s for the next time.
    """
    old = np.arange(found.decays.shape[-1]) < found.known[..., None]
    within = found.vectors.swapaxes(-1, -2) @ inverse
    within, scale = apart(0.5 * (within + within.swapaxes(-1, -2)), old)
    times, turn = np.linalg.eigh(within)
    times, turn = times[..., ::-1], turn[..., ::-1]
    decays = np.where(old, found.decays, 1.0 / np.maximum(times, SEEN * scale) - shift[..., None])
    known, ahead = next_cluster(decays, old, shift)
    # One more power of the inverse clears the new modes of fast ones; those that wait keep to the slow space.
    vectors = np.where((known & ~old)[..., None, :], inverse @ turn, found.vectors @ turn)
    return _Slow(_orthonormal(root, vectors), decays, known.sum(axis=-1)), ahead


def _orthonormal(root: FloatArray, vectors: FloatArray) -> FloatArray:
    """Vectors (..., n, k) made orthonormal from the first on, and at right angles to pi^1/2."""
    size = over_levels(np.maximum, np.abs(vectors).swapaxes(-1, -2))[..., None, :]
    return np.linalg.qr(np.concatenate([root[..., None], vectors / size], axis=-1))[0][..., 1:]


def _inverse(rates: FloatArray, root: FloatArray, shift: FloatArray, vectors: FloatArray) -> FloatArray:
    """(s - W)^-1 of vectors of the symmetrised matrix that are at right angles to pi^1/2 (..., n, k)."""
    right = vectors * root[..., None]
    if shift.any():
        made = pinned_generator(rates, np.zeros(0, dtype=np.int64), shift)
    else:
        made = eliminated_generator(rates, root)
    solved = -made.solve(right)
    across = solved / root[..., None]
    return np.asarray(across - root[..., None] * (root[..., None, :] @ across))
