"""Slow modes one cluster after the other: a shifted inverse resolves the slowest that are not yet known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.level_sums import over_levels
from thermokin.numerics.positive_elimination import NoWayOutError
from thermokin.solvers.out_of_reach import out_of_reach

__all__ = ["SEEN", "apart", "next_cluster", "one_after_the_other"]

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
