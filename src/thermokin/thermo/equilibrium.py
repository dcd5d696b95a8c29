"""Equilibrium: whether it is where everything ends, and how far from it a start is."""

from __future__ import annotations

import numpy as np

from thermokin._errors import DegenerateSteadyStateError
from thermokin._typing import FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import InitialState
from thermokin.motion.steady_state import steady_state

__all__ = ["away_from", "is_lasting_equilibrium"]

AT_REST = 1e-12  # of the Hamiltonian's largest element: a coherence that it makes of an equilibrium, taken for rounding


def is_lasting_equilibrium(liouvillian: Liouvillian, equilibrium: FloatArray) -> bool:
    """Whether everything ends in a state in which each jump is as frequent as the one that undoes it.

    Jumps leave such a state as it is, and the Hamiltonian does where it links levels of one population alone.

    Args:
        liouvillian: the generator.
        equilibrium: ln of the populations (..., d) of that state.

    Returns:
        The answer, for all points of a sweep together.

    Cost:
        The steady state, for whether it is the only one.
    """
    generator = liouvillian.model.generator
    if generator.matrix is not None:
        populations = np.exp(equilibrium)
        turned = np.abs(generator.matrix) * np.abs(populations[..., None, :] - populations[..., :, None])
        level = np.maximum(populations[..., None, :], populations[..., :, None])
        largest = np.abs(generator.matrix).max(axis=(-2, -1), keepdims=True)
        spread = 1.0 + np.abs(np.where(np.isfinite(equilibrium), equilibrium, 0.0)).max()
        if (turned > AT_REST * spread * largest * level).any():
            return False
    try:
        steady_state(liouvillian.model)
    except DegenerateSteadyStateError:
        return False
    return True


def away_from(start: InitialState, equilibrium: FloatArray) -> FloatArray:
    """Populations at time 0 less those of an equilibrium, to all digits that the preparation knows.

    Args:
        start: a start without coherences.
        equilibrium: ln of the populations (..., d).

    Returns:
        (..., d).
    """
    if start.logarithms is None:
        return np.asarray(start.populations - np.exp(equilibrium))
    with np.errstate(invalid="ignore", over="ignore"):
        ratio = np.expm1(start.logarithms - equilibrium)
        return np.where(np.isfinite(ratio), np.exp(equilibrium) * ratio, start.populations - np.exp(equilibrium))
