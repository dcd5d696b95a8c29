"""The rate of change of a Hamiltonian, as a user gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.hermitian_at import hermitian_at
from thermokin.numerics.chebyshev_pieces import ChebyshevPieces

__all__ = ["CHECKED", "require_no_jump", "require_slopes", "told_slopes"]

CHECKED = np.array([0.017, 0.123, 0.271, 0.5, 0.618, 0.77, 0.91, 0.983])  # of a leg, where it is compared
JUMPS = 1e-6  # of the operators: above what a drive does in a billionth of its leg
WRONG = 1e-6  # of the largest derivative: far above what differentiating a series loses


def require_no_jump(series: ChebyshevPieces) -> ChebyshevPieces:
    """Refuse a Hamiltonian that jumps inside a leg with baths, whose derivative there, and work, no node sees.

    Args:
        series: of the operators of the leg.

    Returns:
        The same.

    Raises:
        ArgumentError: with the time of the jump.
    """
    time, jump = series.largest_jump()
    size = max(float(np.abs(one[0]).max(initial=0.0)) for one in series.series)
    if np.abs(jump).max(initial=0.0) > JUMPS * size:
        raise ArgumentError(
            f"`model` has a Hamiltonian that jumps by {np.abs(jump).max():.2g} at time {time:.6g} of its leg; make two "
            "legs of it and pass quench=True to tk.Protocol, which books the work of the jump.",
            "model",
        )
    return series


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
        at_once = every.shape == shape and np.allclose(every[-1], given(float(times[-1])), rtol=1e-12, atol=0.0)
    except (ValueError, TypeError, IndexError):
        at_once = False  # it takes one time
    if at_once:
        return hermitian_at(every, times, "dH/dt", "rate_of_change")
    made = [
        hermitian_at(np.asarray(given(float(time)))[None], np.array([time]), "dH/dt", "rate_of_change")[0]
        for time in times
    ]
    if made[0].shape != shape[1:]:
        raise ArgumentError(f"`rate_of_change` must have shape {shape[1:]}, got {made[0].shape}.", "rate_of_change")
    return np.stack(made)


def require_slopes(told: ComplexArray, operators: ComplexArray, series: ChebyshevPieces, duration: float) -> None:
    """Refuse a rate of change that is not the Hamiltonian's.

    Args:
        told: dH/dt as given, at the times that are checked (k, d, d) [energy/time].
        operators: the Hamiltonian first, at those times (k, 2, d, d) [energy].
        series: of the same.
        duration: of the leg [time].

    Raises:
        ArgumentError: if they differ, with the time at which they do so most.
    """
    times = duration * CHECKED
    found = series.derivative(times)[:, 0]
    miss = np.abs(told - found).max(axis=(-2, -1))
    # Of a Hamiltonian that stands still the derivative is compared to what it would take to make it.
    scale = max(float(np.abs(found).max()), float(np.abs(operators).max()) / duration)
    if miss.max() > WRONG * scale:
        worst = int(np.argmax(miss))
        raise ArgumentError(
            f"`rate_of_change` is not the derivative of the Hamiltonian: at time {times[worst]:g} of the leg it is "
            f"off by {miss[worst]:.3g}; leave it out, or name the breaks of the drive.",
            "rate_of_change",
        )
