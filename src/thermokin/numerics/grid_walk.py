"""One walk along a grid of times: a propagator for each distinct step, and equal steps taken together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import expm_multiply

from thermokin._typing import FloatArray, IntArray

__all__ = [
    "Propagator",
    "StepMap",
    "dense_steps",
    "distinct_steps",
    "sparse_steps",
    "step_kinds",
    "walk",
    "walk_together",
]

ALIKE = 1e-9  # of a step: differences above this are no rounding of a grid with equal steps

Propagator: TypeAlias = NDArray[Any] | Callable[[NDArray[Any]], NDArray[Any]]
"""A matrix (..., n, n), or what it does to columns (..., n, m)."""
StepMap: TypeAlias = Callable[[FloatArray], Propagator]
"""The propagator of a step h (...) > 0."""


def dense_steps(exponential: Callable[[NDArray[Any]], NDArray[Any]], matrix: NDArray[Any]) -> StepMap:
    """exp(A h) of dense matrices.

    Args:
        exponential: of a stack of matrices.
        matrix: A (..., n, n) [1/time].

    Returns:
        The propagator of each step.
    """
    return lambda step: exponential(matrix * np.asarray(step)[..., None, None])


def sparse_steps(matrix: csr_array) -> StepMap:
    """exp(A h) of one sparse matrix, on columns.

    Args:
        matrix: A (n, n) [1/time].

    Returns:
        The propagator of each step.
    """

    def moved(step: FloatArray, columns: NDArray[Any]) -> NDArray[Any]:
        # Several vectors (..., n, m) stand side by side.
        aside = np.moveaxis(columns, -2, 0)
        found = expm_multiply(matrix * float(step), aside.reshape(len(aside), -1))
        return np.moveaxis(np.asarray(found).reshape(aside.shape), 0, -2)

    return lambda step: partial(moved, step)


def walk(step_map: StepMap, start: NDArray[Any], times: FloatArray, batch: tuple[int, ...] = ()) -> NDArray[Any]:
    """A vector at every time, from propagators of the steps between them.

    Args:
        step_map: the propagator of a step.
        start: v (..., n) at time 0.
        times: (..., t) ascending, >= 0 [time].
        batch: leading axes of the propagators.

    Returns:
        (..., t, n); what leaves double precision is infinite or NaN.

    Cost:
        One propagator for each distinct step of the grid, and a product a step.
    """
    return walk_together(lambda step: (step_map(step),), (start,), times, batch)[0]


def walk_together(
    step_map: Callable[[FloatArray], Sequence[Propagator]],
    starts: Sequence[NDArray[Any]],
    times: FloatArray,
    batch: tuple[int, ...] = (),
    kinds: IntArray | None = None,
) -> list[NDArray[Any]]:
    """Several vectors at every time, each moved by a propagator of its own.

    Args:
        step_map: the propagators of a step, one for each vector.
        starts: vectors (..., n) at time 0.
        times: (..., t) ascending, >= 0 [time].
        batch: leading axes of the propagators.
        kinds: the steps' `step_kinds` (t,), if they are known.

    Returns:
        Each (..., t, n).
    """
    steps = np.diff(times, axis=-1, prepend=0.0)
    kinds = step_kinds(steps, times) if kinds is None else kinds
    lead = np.broadcast_shapes(batch, times.shape[:-1], *(start.shape[:-1] for start in starts))
    now = [np.broadcast_to(start, (*lead, start.shape[-1]))[..., None] for start in starts]
    out: list[list[NDArray[Any]]] = [[] for _ in starts]
    made: dict[int, Sequence[Propagator]] = {}
    position = 0
    with np.errstate(over="ignore", invalid="ignore"):
        while position < kinds.size:
            kind, step = int(kinds[position]), steps[..., position]
            run = int(np.argmin(np.append(kinds[position:] == kind, False)))
            if kind not in made and step.any():
                made[kind] = step_map(step)
            for place in range(len(now)):  # a step of length 0 is none
                column = now[place]
                block = _run(made[kind][place], column, run) if kind in made else np.repeat(column, run, axis=-1)
                now[place] = block[..., -1:]
                out[place].append(block)
            position += run
            if not (kinds[position:] == kind).any():
                made.pop(kind, None)
    return [np.asarray(np.concatenate(blocks, axis=-1).swapaxes(-1, -2)) for blocks in out]


def _run(propagator: Propagator, column: NDArray[Any], count: int) -> NDArray[Any]:
    """P v, P^2 v, ..., P^count v side by side (..., n, count), in blocks that double up to sixteen."""
    if callable(propagator):
        blocks = [column := propagator(column) for _ in range(count)]
        return np.concatenate(blocks, axis=-1)
    block, power = propagator @ column, propagator
    while block.shape[-1] < min(count, 16):
        block = np.concatenate([block, power @ block], axis=-1)
        power = power @ power
    blocks, done = [block], block.shape[-1]
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
