"""The motion of two populations in closed form: where they are, and when."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["change", "decay_rate", "flows", "force", "moments", "path", "relaxation", "time_of"]


def decay_rate(rates: FloatArray) -> FloatArray:
    """The rate u + d at which any deviation from rest decays, u and d the rates up and down.

    Args:
        rates: W (..., 2, 2) [1/time].

    Returns:
        (...) [1/time].
    """
    return np.asarray(rates[..., 0, 1] + rates[..., 1, 0])


def relaxation(rates: FloatArray, vector: FloatArray, times: FloatArray) -> FloatArray:
    """exp(W t) v for a vector that sums to zero: v exp(-(u + d) t), u and d the rates up and down.

    Args:
        rates: W (..., 2, 2) [1/time].
        vector: v (..., 2), of sum 0.
        times: (..., t).

    Returns:
        (..., t, 2).
    """
    left = np.exp(_passed(rates, times))
    return _times(left, vector)


def change(rates: FloatArray, away: FloatArray, times: FloatArray) -> FloatArray:
    """p(t) - p(0) = [p(0) - pi] expm1(-(u + d) t).

    Args:
        rates: W (..., 2, 2) [1/time].
        away: p(0) - pi (..., 2).
        times: (..., t).

    Returns:
        (..., t, 2).
    """
    gone = np.expm1(_passed(rates, times))
    return _times(gone, away)


def path(
    rates: FloatArray, start: FloatArray, stationary: FloatArray, deviation: FloatArray, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Populations, and what is left of their deviation from rest.

    p(t) = p(0) exp(-(u + d) t) + pi (1 - exp(-(u + d) t)): a sum of positive terms, accurate however small.

    Args:
        rates: W (..., 2, 2) [1/time].
        start: p(0) (..., 2).
        stationary: pi (..., 2).
        deviation: p(0) - pi (..., 2), to all its digits.
        times: (..., t).

    Returns:
        p(t) and p(t) - pi, both (..., t, 2).
    """
    passed = _passed(rates, times)
    left, done = np.exp(passed), -np.expm1(passed)
    populations = _times(left, start)
    populations += _times(done, stationary)
    return populations, _times(left, deviation)


def flows(rates: FloatArray, vectors: FloatArray) -> FloatArray:
    """W v of many vectors, a pass for each element of W.

    Args:
        rates: W (..., 2, 2) [1/time].
        vectors: v (..., t, 2).

    Returns:
        (..., t, 2).
    """
    found = _times(vectors[..., 0], rates[..., 0])
    found += _times(vectors[..., 1], rates[..., 1])
    return found


def force(populations: FloatArray, stationary: FloatArray, deviation: FloatArray) -> FloatArray:
    """What drives two populations to rest, |ln [p_1 pi_0 / (p_0 pi_1)]| = ln(1 + |p - pi| / (pi_m p_l)).

    m is the level that has more than at rest, all the time, and l the one that has less: nothing cancels.

    Args:
        populations: p(t) (..., t, 2).
        stationary: pi (..., 2), > 0.
        deviation: p(t) - pi (..., t, 2), of one sign over time.

    Returns:
        (..., t) [nats]; inf where a level is empty.
    """
    more, away = deviation[..., :1, 1] > 0.0, np.abs(deviation[..., 1])
    whole = np.where(more, stationary[..., 1, None], stationary[..., 0, None])
    if more.all() or not more.any():
        less = populations[..., 0 if more.all() else 1]
    else:
        less = np.where(more, populations[..., 0], populations[..., 1])
    with np.errstate(divide="ignore", over="ignore"):
        ratio = away / (whole * less)
        found = np.log1p(ratio)
        far = np.isinf(ratio)
        if far.any():
            found[far] = (np.log(away) - np.log(whole) - np.log(less))[far]
    return np.asarray(found)


def moments(gone: FloatArray, start: FloatArray, away: FloatArray, step: FloatArray, order: int) -> FloatArray:
    """<n^m> for m = 1 .. order of a count that a change from the first level to the second makes larger by a step.

    One change each way has the probability p_0(0) pi_1 x or p_1(0) pi_0 x, x = 1 - exp(-(u + d) t).

    Args:
        gone: x (..., t).
        start: p(0) (..., 2).
        away: p(0) - pi (..., 2), to all its digits.
        step: (...) [amount].
        order: largest m.

    Returns:
        (..., t, order) [amount^m].
    """
    final = start - away
    either = start[..., 0] * final[..., 1] + start[..., 1] * final[..., 0]
    each = [step**power * (either if power % 2 == 0 else -away[..., 1]) for power in range(1, order + 1)]
    return np.moveaxis(np.stack([gone * factor[..., None] for factor in each]), 0, -1)


def time_of(rates: FloatArray, logarithm: FloatArray) -> FloatArray:
    """When the deviation is what is left of it by its logarithm.

    Args:
        rates: W (..., 2, 2) [1/time].
        logarithm: of what is left over what there was (...).

    Returns:
        (...) [time]; nan where it never is.
    """
    speed = decay_rate(rates)
    moving = (speed > 0.0) & np.isfinite(logarithm)
    return np.where(moving, -logarithm / np.where(moving, speed, 1.0), np.nan)


def _passed(rates: FloatArray, times: FloatArray) -> FloatArray:
    return np.asarray(-decay_rate(rates)[..., None] * times)


def _times(numbers: FloatArray, levels: FloatArray) -> FloatArray:
    """Numbers over time (..., t) times one of each level (..., 2), as (..., t, 2)."""
    # The level is the last axis but the slowest in memory: what follows runs along times, not along two levels.
    found = np.empty((2, *np.broadcast_shapes(numbers.shape, (*levels.shape[:-1], 1))))
    for level in (0, 1):
        np.multiply(numbers, levels[..., level, None], out=found[level])
    return np.moveaxis(found, 0, -1)
