"""The exponential of a rate matrix, every element to its own relative accuracy."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray, IntArray

__all__ = [
    "FEW_STEPS",
    "StepPropagators",
    "distinct_steps",
    "positive_exponential",
    "powers",
    "step_kinds",
    "step_through",
]

BLOCKS, WIDTH = 4, 5  # of Taylor terms at norm 1, twenty in all: 1/20! is far below rounding
WEIGHTS = np.array([[1.0 / factorial(WIDTH * block + n) for n in range(WIDTH)] for block in range(BLOCKS)])
FEW_STEPS = 3  # propagators kept: more distinct steps than these are taken one by one
ALIKE = 1e-9  # of a step: differences above this are no rounding of a grid with equal steps
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
    power, halvings = _short_exponential(rates, np.asarray(time))
    decaying, apart = None, np.zeros(power.shape[:-2], dtype=bool)
    for _ in range(halvings):
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
    reach = float(np.max(fastest * time, initial=0.0))
    halvings = max(0, int(np.ceil(np.log2(reach)))) if reach > 1.0 else 0
    step = time[..., None, None] / 2.0**halvings
    positive = rates * step
    positive[..., level, level] = (diagonal + fastest[..., None]) * step[..., 0]
    power = _series(positive)
    power *= np.exp(-fastest[..., None, None] * step)
    power /= power.sum(axis=-2, keepdims=True)
    return power, halvings


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
    steps = np.diff(times, axis=-1, prepend=0.0)
    kinds = step_kinds(steps, times) if kinds is None else kinds
    vectors = [deviation] if start is None else [deviation, start]
    batch = np.broadcast_shapes(propagators.rates.shape[:-2], *(v.shape[:-1] for v in vectors), times.shape[:-1])
    now = [np.broadcast_to(vector, (*batch, deviation.shape[-1]))[..., None] for vector in vectors]
    out: list[list[FloatArray]] = [[] for _ in vectors]
    made: dict[int, tuple[FloatArray | None, FloatArray | None]] = {}
    position = 0
    while position < kinds.size:
        kind, step = int(kinds[position]), steps[..., position]
        run = int(np.argmin(np.append(kinds[position:] == kind, False)))
        if kind not in made:
            made[kind] = propagators.of(step) if step.any() else (None, None)
        whole, decaying = made[kind]
        for place, matrix in zip(range(len(vectors)), (decaying, whole), strict=False):
            block = now[place] if matrix is None else powers(matrix, now[place], run)
            now[place] = block[..., -1:]
            out[place].append(block)
        position += run
        if not (kinds[position:] == kind).any():
            del made[kind]
    moved = [np.concatenate(blocks, axis=-1).swapaxes(-1, -2) for blocks in out]
    return (None if start is None else moved[1]), moved[0]


def powers(matrix: NDArray[Any], vector: NDArray[Any], count: int) -> NDArray[Any]:
    """M v, M^2 v, ..., M^count v, in blocks that double up to sixteen.

    Args:
        matrix: M (..., n, n).
        vector: v (..., n, 1).
        count: how many.

    Returns:
        Side by side (..., n, count).
    """
    block, power = matrix @ vector, matrix
    blocks = [block]
    while block.shape[-1] < min(count, 16):
        blocks = [block := np.concatenate([block, power @ block], axis=-1)]
        power = power @ power
    done = block.shape[-1]
    while done < count:
        blocks.append(block := power @ block)
        done += block.shape[-1]
    return np.concatenate(blocks, axis=-1)[..., :count]


def step_kinds(steps: FloatArray, times: FloatArray) -> IntArray:
    """A number for each step, the same for steps that are equal to rounding at every point.

    However late the last time, early steps that differ are not taken for one another.

    Args:
        steps: (..., t) [time].
        times: (..., t), whose rounding the steps carry [time].

    Returns:
        (t,).
    """
    slack = 8.0 * np.finfo(float).eps * np.abs(times).max(initial=0.0)
    points = steps.reshape(-1, steps.shape[-1])
    order = np.argsort(points[0], kind="stable")
    ascending = points[0][order]
    apart = np.diff(ascending) > np.minimum(slack, ALIKE * ascending[:-1])
    groups = np.cumsum(np.concatenate([[0], apart]))
    kinds = np.empty(order.size, dtype=np.int64)
    kinds[order] = groups
    _, first = np.unique(kinds, return_index=True)
    same = points[:, first[kinds]]
    alike = (np.abs(points - same) <= np.minimum(slack, ALIKE * same)).all()
    return kinds if alike else np.arange(kinds.size)


def distinct_steps(times: FloatArray) -> int:
    """How many different steps a grid of times (..., t) takes."""
    return int(step_kinds(np.diff(times, axis=-1, prepend=0.0), times).max()) + 1
