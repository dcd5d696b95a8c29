"""The slow modes of a reversible rate matrix, each to its own digits however slow it is beside the fastest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.operators.sums import over_levels
from thermokin.solvers.eliminated_generator import eliminated_generator, pinned_generator
from thermokin.solvers.out_of_reach import out_of_reach
from thermokin.solvers.positive_elimination import NoWayOutError

__all__ = ["slow_modes"]

ALIKE = 100.0  # decay rates up to this far apart are resolved by one inverse; what is faster waits for the next
BELOW = 0.1  # of the next decay rate: the shift that resolves it and damps what is slower and already known
NEAR = 1e-4  # of the next decay rate: a shift below it could let rounding of slower modes in, and is chosen anew
SEEN = 1e-13  # of the largest time of relaxation: shorter ones may be rounding of the inverse
ROUNDS = 400  # more than all clusters of decay rates that doubles can hold


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
        NotConvergedError: if rates lie so many decades apart that doubles do not hold what passes between levels.

    Cost:
        One elimination, O(n^3), and one solve with k vectors, for each two decades in which slow modes lie.

    Reference:
        grassmann1985.
    """
    count = nearly.shape[-1]
    points = nearly.shape[:-2]
    found = _Slow(_orthonormal(root, nearly), np.zeros((*points, count)), np.zeros(points, dtype=np.int64))
    shift = np.zeros(points)
    for _ in range(ROUNDS):
        found, shift = _resolved(found, _inverse(rates, root, shift, found.vectors), root, shift)
        if (found.known == count).all():
            break
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
    number = np.arange(found.decays.shape[-1])
    old = number < found.known[..., None]
    within = found.vectors.swapaxes(-1, -2) @ inverse
    within = np.where(old[..., :, None] | old[..., None, :], 0.0, 0.5 * (within + within.swapaxes(-1, -2)))
    scale = np.abs(within).max(axis=(-2, -1))[..., None]
    # Known modes stand apart, in their order, each with a number of its own, so that nothing is mixed into them.
    within[..., number, number] += np.where(old, (2.0 * number.size + number[::-1]) * scale, 0.0)
    times, turn = np.linalg.eigh(within)
    times, turn = times[..., ::-1], turn[..., ::-1]
    decays = np.where(old, found.decays, 1.0 / np.maximum(times, SEEN * scale) - shift[..., None])
    slowest = over_levels(np.minimum, np.where(old, np.inf, decays))[..., None]
    near = (shift == 0.0) | (shift >= NEAR * slowest[..., 0])
    known = old | (near[..., None] & (decays <= ALIKE * slowest))
    # One more power of the inverse clears the new modes of fast ones; those that wait keep to the slow space.
    vectors = np.where((known & ~old)[..., None, :], inverse @ turn, found.vectors @ turn)
    following = over_levels(np.minimum, np.where(known, np.inf, decays))
    ahead = BELOW * np.where(np.isfinite(following), following, over_levels(np.maximum, decays))
    return _Slow(_orthonormal(root, vectors), decays, known.sum(axis=-1)), ahead


def _orthonormal(root: FloatArray, vectors: FloatArray) -> FloatArray:
    """Vectors (..., n, k) made orthonormal from the first on, and at right angles to pi^1/2."""
    size = over_levels(np.maximum, np.abs(vectors).swapaxes(-1, -2))[..., None, :]
    return np.linalg.qr(np.concatenate([root[..., None], vectors / size], axis=-1))[0][..., 1:]


def _inverse(rates: FloatArray, root: FloatArray, shift: FloatArray, vectors: FloatArray) -> FloatArray:
    """(s - W)^-1 of vectors of the symmetrised matrix that are at right angles to pi^1/2 (..., n, k)."""
    right = vectors * root[..., None]
    try:
        if shift.any():
            made = pinned_generator(rates, np.zeros(0, dtype=np.int64), shift)
        else:
            made = eliminated_generator(rates, root)
        solved = -made.solve(right)
    except NoWayOutError as error:
        raise out_of_reach("the slow modes are") from error
    across = solved / root[..., None]
    return np.asarray(across - root[..., None] * (root[..., None, :] @ across))
