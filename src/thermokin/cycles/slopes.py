"""The rate of change of a Hamiltonian, as a user gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_operators import as_hermitian

__all__ = ["require_slopes", "told_slopes"]

WRONG = 1e-6  # of the largest derivative: far above what differentiating a series loses


def told_slopes(given: Callable[[Any], Any], times: FloatArray, dimension: int) -> ComplexArray:
    """What a user's function says of dH/dt at many times.

    Args:
        given: makes dH/dt (d, d) of a time, or (k, d, d) of times (k,).
        times: (k,) [time].
        dimension: d.

    Returns:
        (k, d, d) [energy/time].

    Raises:
        ArgumentError: if it makes matrices of another size.
    """
    shape = (times.size, dimension, dimension)
    try:
        every = np.asarray(given(times))
        if every.shape == shape and np.allclose(every[-1], given(float(times[-1])), rtol=1e-12, atol=0.0):
            return as_hermitian(every, "rate_of_change")
    except (ValueError, TypeError, IndexError):
        pass  # it takes one time
    made = [as_hermitian(given(float(time)), "rate_of_change") for time in times]
    if made[0].shape != shape[1:]:
        raise ArgumentError(f"`rate_of_change` must have shape {shape[1:]}, got {made[0].shape}.", "rate_of_change")
    return np.stack(made)


def require_slopes(told: ComplexArray, found: ComplexArray, times: FloatArray, size: float) -> None:
    """Refuse a rate of change that is not the Hamiltonian's.

    Args:
        told: dH/dt as given (k, d, d) [energy/time].
        found: by a series of the Hamiltonian (k, d, d) [energy/time].
        times: (k,) [time].
        size: the Hamiltonian over the duration [energy/time]: what a constant one is compared to.

    Raises:
        ArgumentError: if they differ, with the time at which they do so most.
    """
    miss = np.abs(told - found).max(axis=(-2, -1))
    if miss.max() > WRONG * max(float(np.abs(found).max()), size):
        worst = int(np.argmax(miss))
        raise ArgumentError(
            f"`rate_of_change` is not the derivative of the Hamiltonian: at time {times[worst]:g} of the leg it is "
            f"off by {miss[worst]:.3g}; leave it out, or name the breaks of the drive.",
            "rate_of_change",
        )
