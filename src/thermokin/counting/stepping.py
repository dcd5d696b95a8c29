"""A linear system moved along a grid of times, one exponential for each distinct step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.dynamics.positive_exponential import powers, step_kinds

__all__ = ["Exponential", "stepped"]

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

    Cost:
        One exponential for each distinct step of the grid, and a product a step.
    """
    batch = np.broadcast_shapes(system.shape[:-2], start.shape[:-1], times.shape[:-1])
    kind = np.result_type(system.dtype, start.dtype)
    state = np.broadcast_to(start, (*batch, start.shape[-1])).astype(kind)[..., None]
    steps = np.diff(times, axis=-1, prepend=0.0)
    kinds = step_kinds(steps, times)
    out, position, made = [], 0, {}
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
