"""The exponential of a rate matrix, every element to its own relative accuracy."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import factorial

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.grid_walk import walk_together

__all__ = [
    "FEW_STEPS",
    "StepPropagators",
    "halvings",
    "positive_exponential",
    "step_through",
]

BLOCKS, WIDTH = 4, 5  # of Taylor terms at norm 1, twenty in all: 1/20! is far below rounding
WEIGHTS = np.array([[1.0 / factorial(WIDTH * block + n) for n in range(WIDTH)] for block in range(BLOCKS)])
FEW_STEPS = 3  # propagators kept: more distinct steps than these are taken one by one
SPLIT = 0.5  # norm of the decaying part from which it is squared alone


def positive_exponential(
    rates: FloatArray, time: FloatArray, forever: FloatArray | None = None
) -> tuple[FloatArray, FloatArray | None]:
    """exp(W t) of a rate matrix, non-negative and with columns that sum to one, and its part that decays.

    exp(W t) = [exp(-q h) exp((W + q) h)]^(2^s), h = t / 2^s, q the largest exit rate: W + q has no negative element, so
    no sum cancels. Squaring doubles relative errors; dividing each column by its sum, which is exactly one, removes
    their common part. The part that decays, exp(W t) less its limit, is split off before it is small beside the limit's
    rounding and squared on its own, so that it keeps its relative accuracy however long the time.

    Args:
        rates: W (..., n, n) [1/time].
        time: t (...) [time], >= 0, broadcasting with the leading axes.
        forever: the limit of exp(W t) (..., n, n), if the decaying part is wanted.

    Returns:
        exp(W t) and exp(W t) - forever (None if not wanted), both (..., n, n).

    Cost:
        About 7 + log2(q t) products of n x n matrices, and one more for each squaring of the decaying part alone.

    Reference:
        grassmann1977, higham2005.
    """
    power, count = _short_exponential(rates, np.asarray(time))
    decaying, apart = None, np.zeros(power.shape[:-2], dtype=bool)
    for _ in range(count):
        if forever is not None:
            # Each point of a sweep at its own time: split off early, a slow part would lose digits at each squaring.
            if not apart.all():
                part = power - forever
                decaying = part if decaying is None else np.where(apart[..., None, None], decaying, part)
                apart = apart | (np.abs(part).sum(axis=-2).max(axis=-1) < SPLIT)
            if apart.any():
                assert decaying is not None  # noqa: S101 - narrows the type: made before any point was split off
                decaying = np.where(apart[..., None, None], decaying @ decaying, decaying)
        power = power @ power
        power /= power.sum(axis=-2, keepdims=True)
    if forever is None:
        return np.asarray(power), None
    part = power - forever
    return np.asarray(power), part if decaying is None else np.where(apart[..., None, None], decaying, part)


def _short_exponential(rates: FloatArray, time: FloatArray) -> tuple[FloatArray, int]:
    """exp(W t / 2^s) with s such that q t / 2^s <= 1, and s."""
    size = rates.shape[-1]
    level = np.arange(size)
    diagonal = np.diagonal(rates, axis1=-2, axis2=-1)
    fastest = -diagonal.min(axis=-1)
    count = halvings(fastest * time)
    step = time[..., None, None] / 2.0**count
    positive = rates * step
    positive[..., level, level] = (diagonal + fastest[..., None]) * step[..., 0]
    power = _series(positive)
    power *= np.exp(-fastest[..., None, None] * step)
    power /= power.sum(axis=-2, keepdims=True)
    return power, count


def halvings(reach: FloatArray) -> int:
    """How often times are halved until the fastest level jumps at most once in each, of its jumps until then (...)."""
    largest = float(np.max(reach, initial=0.0))
    return max(0, int(np.ceil(np.log2(largest)))) if largest > 1.0 else 0


def _series(matrix: FloatArray) -> FloatArray:
    """The first terms of exp(B): a polynomial in B^5 whose coefficients are ones of B, so that few products do.

    Nothing is subtracted, and of a B without negative elements every element keeps its relative accuracy.

    Args:
        matrix: B (..., n, n), of norm 1 or less.

    Returns:
        (..., n, n).

    Reference:
        paterson1973.
    """
    powers = np.empty((WIDTH, *matrix.shape))
    powers[0], powers[1] = np.eye(matrix.shape[-1]), matrix
    for order in range(2, WIDTH):
        np.matmul(powers[order - 1], matrix, out=powers[order])
    top, flat = powers[-1] @ matrix, powers.reshape(WIDTH, -1)
    out = (WEIGHTS[-1] @ flat).reshape(matrix.shape)
    for weights in WEIGHTS[-2::-1]:
        out = out @ top
        out += (weights @ flat).reshape(matrix.shape)
    return np.asarray(out)


@dataclass(frozen=True, eq=False)
class StepPropagators:
    """exp(W h) and its decaying part, kept for the last few steps h: the grid of one evolution is asked for repeatedly.

    Args:
        rates: W (..., n, n) [1/time].
        forever: the limit of exp(W t) (..., n, n).
    """

    rates: FloatArray
    forever: FloatArray
    _made: dict[bytes, tuple[FloatArray, FloatArray]] = field(default_factory=dict, repr=False)

    def of(self, step: FloatArray) -> tuple[FloatArray, FloatArray]:
        """exp(W h) and exp(W h) less its long-time limit.

        Args:
            step: h (...), > 0 [time].

        Returns:
            Both (..., n, n).

        Cost:
            One exponential the first time, nothing while the step is among the last few.
        """
        key = step.tobytes()
        found = self._made.get(key)
        if found is None:
            whole, decaying = positive_exponential(self.rates, step, self.forever)
            assert decaying is not None  # noqa: S101 - asked for
            found = whole, decaying
            while len(self._made) >= FEW_STEPS:
                del self._made[next(iter(self._made))]
            self._made[key] = found
        return found


def step_through(
    propagators: StepPropagators,
    start: FloatArray | None,
    deviation: FloatArray,
    times: FloatArray,
    kinds: IntArray | None = None,
) -> tuple[FloatArray | None, FloatArray]:
    """exp(W t) of a start and of a decaying vector at all times, step by step.

    The start is moved by P = exp(W h), which has no negative element; the deviation by P less its long-time limit,
    which lets no stationary part in, so that it keeps its relative accuracy however late.

    Args:
        propagators: of W.
        start: (..., n) at time 0, or None if only the deviation is wanted.
        deviation: (..., n) at time 0, without a stationary part.
        times: (..., t) ascending, >= 0.
        kinds: the steps' `step_kinds` (t,), if they are known.

    Returns:
        Both (..., t, n), the first None without a start.

    Cost:
        One exponential for each distinct step of the grid, and a product a step.
    """
    vectors = (deviation,) if start is None else (deviation, start)

    def made(step: FloatArray) -> tuple[FloatArray, FloatArray]:
        whole, decaying = propagators.of(step)
        return decaying, whole

    moved = walk_together(made, vectors, times, propagators.rates.shape[:-2], kinds)
    return (None if start is None else moved[1]), moved[0]
