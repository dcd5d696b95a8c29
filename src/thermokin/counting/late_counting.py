"""Times so late beside the fastest rate that exponentials lose their digits, and what is exchanged up to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.bounded_amounts import bounded_cumulants
from thermokin.counting.settled_counting import LATE, settled_cumulants
from thermokin.counting.slow_counting import OfMoments, SlowCounting
from thermokin.liouville.population_block import PopulationBlock
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_motion import PopulationMotion

__all__ = ["early", "late_covariances", "late_cumulants", "with_early"]

Late: TypeAlias = tuple[BoolArray, FloatArray, FloatArray]


def early(evolution: Evolution, late: BoolArray) -> Evolution:
    """The evolution up to the last time that is early at some point; at others times stand still once they are late.

    Args:
        evolution: the evolution.
        late: which times are late (..., t), some of them.

    Returns:
        The same, at other times.
    """
    count = int((~late).sum(axis=-1).max())
    times = np.where(late, 0.0, evolution.times)[..., :count]
    return replace(evolution, times=np.maximum.accumulate(times, axis=-1))


def with_early(late: BoolArray, known: FloatArray, values: FloatArray, own: int) -> FloatArray:
    """What is known at late times, with what is known at the times of `early`.

    Args:
        late: which times are late (..., t).
        known: (..., t, own axes).
        values: (..., times of `early`, own axes).
        own: how many axes one time has.

    Returns:
        (..., t, own axes).
    """
    count, lead = values.shape[-1 - own], len(known.shape) - 1 - own
    shape = np.broadcast_shapes(known.shape[:lead], values.shape[: values.ndim - 1 - own])
    out = np.broadcast_to(known, (*shape, *known.shape[lead:])).copy()
    first: Any = (..., slice(count), *[slice(None)] * own)
    out[first] = np.where(late[..., :count].reshape(*late.shape[:-1], count, *[1] * own), out[first], values)
    return out


def late_cumulants(evolution: Evolution, weights: FloatArray, order: int, of_moments: OfMoments) -> Late | None:
    """Cumulants of the amount exchanged up to late times, a bounded one's up to any, and what rounding made of them.

    Args:
        evolution: the evolution.
        weights: c_k (..., k).
        order: the largest cumulant.
        of_moments: cumulants and their errors from moments and theirs.

    Returns:
        Which times are late (..., t), and both (..., t, order), at other times no numbers; None if none is late.

    Cost:
        Of closed populations the modes, and one elimination with some ten solves for each order and each number of slow
        modes; else one factorisation and two solves for each order; O(n^3).
    """
    motion = evolution.motion
    if motion is None:
        return settled_cumulants(evolution, weights, order, of_moments)
    if not motion.affordable:
        return None
    bounded = bounded_cumulants(evolution, weights, order, of_moments)
    if bounded is not None:
        return np.ones(bounded[0].shape[:-1], dtype=bool), *bounded
    late = np.asarray(motion.fastest[..., None] * evolution.times > LATE)
    if not late.any():
        return None
    return late, *_of_populations(evolution, motion, weights, late, order, of_moments)


def _of_populations(
    evolution: Evolution,
    motion: PopulationMotion,
    weights: FloatArray,
    late: BoolArray,
    order: int,
    of_moments: OfMoments,
) -> tuple[FloatArray, FloatArray]:
    start = evolution.initial.populations
    batch = np.broadcast_shapes(late.shape[:-1], weights.shape[:-1], start.shape[:-1], motion.fastest.shape)
    chosen = np.broadcast_to(late, (*batch, late.shape[-1]))
    points = np.asarray(chosen.any(axis=-1))
    block = PopulationBlock(evolution.liouvillian, np.arange(motion.size))

    def there(values: FloatArray, own: int) -> FloatArray:
        return np.broadcast_to(values, (*batch, *values.shape[values.ndim - own :]))[points]

    gains, sizes = (
        [there(block.jumps(counts**power), 2) for power in range(1, order + 1)] for counts in (weights, np.abs(weights))
    )
    counting = SlowCounting(
        PopulationMotion(there(motion.rates, 2), motion.limit.at(points)), gains, sizes, there(start, 1)
    )
    place, column = np.nonzero(chosen[points])
    found = counting.cumulants(place, there(evolution.times, 1)[place, column], of_moments)
    values, errors = np.full((2, *chosen.shape, order), np.nan)
    values[chosen], errors[chosen] = found
    return values, errors


def late_covariances(evolution: Evolution, weights: FloatArray, of_moments: OfMoments) -> Late | None:
    """Covariances of amounts exchanged up to late times, from variances of sums and differences, and their errors.

    Args:
        evolution: the evolution.
        weights: of each current (c, ..., k).
        of_moments: cumulants and their errors from moments and theirs.

    Returns:
        Which times are late (..., t), and both (..., t, c, c), at other times no numbers; None if none is late.
    """
    alone = [late_cumulants(evolution, one, 2, of_moments) for one in weights]
    if any(each is None for each in alone):
        return None
    known = [each for each in alone if each is not None]
    late = np.logical_and.reduce(np.broadcast_arrays(*(each[0] for each in known)))
    if not late.any():
        return None
    # Each over the size of its deviation, so that the smaller one is not lost beside the larger.
    size = [float(np.sqrt(np.nanmax(np.abs(values[..., 1]), initial=0.0))) or 1.0 for _, values, _ in known]
    shape = (*np.broadcast_shapes(late.shape, known[0][1].shape[:-1]), len(known), len(known))
    found, missed = np.full((2, *shape), np.nan)
    for one in range(len(known)):
        for two in range(one + 1):
            parts = weights[one] / size[one], weights[two] / size[two]
            sides = [late_cumulants(evolution, parts[0] + sign * parts[1], 2, of_moments) for sign in (1.0, -1.0)]
            if one == two or sides[0] is None or sides[1] is None:
                value, error = (part[..., 1] for part in known[one][1:])
            else:
                scale = 0.25 * size[one] * size[two]
                value = scale * (sides[0][1][..., 1] - sides[1][1][..., 1])
                error = scale * (sides[0][2][..., 1] + sides[1][2][..., 1])
            found[..., one, two], found[..., two, one] = value, value
            missed[..., one, two], missed[..., two, one] = error, error
    return late, found, missed
