"""Slow modes of a rate matrix, each to its own digits: a shifted inverse resolves cluster after cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import out_of_reach
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.eliminated_generator import eliminated_generator, pinned_generator
from thermokin.numerics.level_sums import over_levels
from thermokin.numerics.positive_elimination import NoWayOutError

__all__ = ["SEEN", "apart", "next_cluster", "one_after_the_other", "slow_modes"]

ALIKE = 100.0  # decay rates up to this far apart are resolved by one inverse; what is faster waits for the next
BELOW = 0.1  # of the next decay rate: the shift that resolves it and damps what is slower and already known
NEAR = 1e-4  # of the next decay rate: a shift below it could let rounding of slower modes in, and is chosen anew
SEEN = 1e-13  # of the largest time of relaxation: shorter ones may be rounding of the inverse
ROUNDS = 400  # more than all clusters of decay rates that doubles can hold


class _Found(Protocol):
    @property
    def known(self) -> IntArray: ...


Found = TypeVar("Found", bound=_Found)


def one_after_the_other(found: Found, count: int, resolved: Callable[[Found, FloatArray], tuple[Found, Any]]) -> Found:
    """Resolve cluster after cluster until all modes are known.

    Args:
        found: what to start from; its `known` (...) says how many modes are known.
        count: how many there are.
        resolved: from what is known and a shift (...) what is known next, and the next shift.

    Returns:
        What is known in the end.

    Raises:
        NotConvergedError: if doubles do not hold what passes between levels, or modes stay unknown.
    """
    shift = np.zeros(found.known.shape)
    for _ in range(ROUNDS):
        found, shift = _next(found, shift, resolved)
        if (found.known == count).all():
            return found
    return _refuse()


def _next(
    found: Found, shift: FloatArray, resolved: Callable[[Found, FloatArray], tuple[Found, Any]]
) -> tuple[Found, Any]:
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # times beyond doubles leave no numbers, which is refused
            return resolved(found, shift)
    except (NoWayOutError, np.linalg.LinAlgError) as error:
        raise out_of_reach("the slow modes are") from error


def _refuse() -> NoReturn:
    raise out_of_reach("the slow modes are", f"{ROUNDS} shifted inverses did not tell all of them apart")


def apart(within: NDArray[Any], old: BoolArray) -> tuple[NDArray[Any], FloatArray]:
    """The inverse between modes with the known ones set apart, so that nothing is mixed into them.

    Args:
        within: the inverse in the space of the modes (..., k, k).
        old: which ones are known (..., k), the first ones.

    Returns:
        The same, known modes in their order, each with a number of its own; and the largest element of the rest
        (..., 1).
    """
    number = np.arange(old.shape[-1])
    within = np.where(old[..., :, None] | old[..., None, :], 0.0, within)
    scale = np.abs(within).max(axis=(-2, -1))[..., None]
    within[..., number, number] += np.where(old, (2.0 * number.size + number[::-1]) * scale, 0.0)
    return within, scale


def next_cluster(speed: FloatArray, old: BoolArray, shift: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Which modes an inverse has resolved, and the shift that resolves the next ones.

    Args:
        speed: how fast each mode decays (..., k) [1/time].
        old: which ones were known before (..., k).
        shift: of the inverse (...) [1/time].

    Returns:
        Which are known now (..., k), and the next shift (...).
    """
    slowest = over_levels(np.minimum, np.where(old, np.inf, speed))[..., None]
    near = (shift == 0.0) | (shift >= NEAR * slowest[..., 0])
    known = old | (near[..., None] & (speed <= ALIKE * slowest))
    following = over_levels(np.minimum, np.where(known, np.inf, speed))
    return known, BELOW * np.where(np.isfinite(following), following, over_levels(np.maximum, speed))


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
