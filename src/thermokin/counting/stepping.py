"""A linear system moved along a grid of times, one exponential for each distinct step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.positive_exponential import powers, step_kinds

__all__ = ["Exponential", "require_probability", "stepped"]

KEPT = 1e-8  # change of a probability of one beyond which nothing that was counted is given out

Exponential: TypeAlias = Callable[[NDArray[Any]], NDArray[Any]]


def stepped(exponential: Exponential, system: NDArray[Any], start: NDArray[Any], times: FloatArray) -> NDArray[Any]:
    """exp(A t) v at every time.

    Args:
        exponential: of a stack of matrices.
        system: A (..., n, n) [1/time].
        start: v (..., n).
        times: (..., t) strictly ascending, >= 0 [time].

    Returns:
        (..., t, n); leading axes broadcast.
        What leaves double precision is infinite or NaN.

    Cost:
        One exponential for each distinct step of the grid, and a product a step.
    """
    batch = np.broadcast_shapes(system.shape[:-2], start.shape[:-1], times.shape[:-1])
    kind = np.result_type(system.dtype, start.dtype)
    state = np.broadcast_to(start, (*batch, start.shape[-1])).astype(kind)[..., None]
    steps = np.diff(times, axis=-1, prepend=0.0)
    kinds = step_kinds(steps, times)
    with np.errstate(over="ignore", invalid="ignore"):
        return _along(exponential, system, state, steps, kinds)


def _along(
    exponential: Exponential, system: NDArray[Any], state: NDArray[Any], steps: FloatArray, kinds: IntArray
) -> NDArray[Any]:
    out, position, made = [], 0, dict[int, NDArray[Any]]()
    while position < kinds.size:
        kind_here = int(kinds[position])
        run = int(np.argmin(np.append(kinds[position:] == kind_here, False)))
        step = steps[..., position]
        if step.any():
            if kind_here not in made:
                made[kind_here] = exponential(system * step[..., None, None])
            block = powers(made[kind_here], state, run)
        else:
            block = state
        state = block[..., -1:]
        out.append(block)
        position += run
    return np.asarray(np.concatenate(out, axis=-1).swapaxes(-1, -2))


def require_probability(probability: FloatArray, start: FloatArray) -> None:
    """Refuse states whose probability rounding has changed.

    Args:
        probability: at all times (..., t).
        start: at time 0 (...).

    Raises:
        NotConvergedError: if more than 1e-8 was lost or won.
    """
    lost = float(np.max(np.abs(probability - start[..., None]), initial=0.0))
    if not lost <= KEPT:
        raise NotConvergedError(
            f"the times are too long beside the fastest rate: rounding changed the probability of one by {lost:.1e}.",
            lost,
            "Ask for shorter times or a lower `order`, or for the cumulants per time of the steady state.",
        )
