"""Entropy production resolved by relaxation modes."""

from __future__ import annotations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.modes import population_modes
from thermokin.thermo.population_entropy_production import log_ratio

__all__ = ["mode_entropy_production_rates"]


def mode_entropy_production_rates(evolution: Evolution) -> FloatArray:
    """sigma_j(t) = -value_j exp(value_j t) c_j sum_i R_ij [ln p_i(t) - ln pi_i], whose sum over j is the rate.

    Args:
        evolution: populations relaxing to one equilibrium.

    Returns:
        (..., t, n - 1), slowest mode first [nats/time].

    Raises:
        HypothesisError: if there is no one equilibrium, or coherences are present.

    Cost:
        One symmetric eigendecomposition.
    """
    motion, equilibrium = evolution.motion, evolution.liouvillian.log_equilibrium
    if motion is None or not evolution.population_only or equilibrium is None or motion.spectrum is None:
        raise HypothesisError("modes resolve the entropy production of populations that relax to one equilibrium.")
    modes = population_modes(evolution.liouvillian, motion)
    overlap = np.asarray(modes.overlaps_of(evolution.initial).real)
    values = modes.values.real[..., None, 1:]
    decay = values * np.exp(values * evolution.times[..., None]) * overlap[..., None, 1:]
    logarithms = log_ratio(evolution, equilibrium)
    with np.errstate(invalid="ignore"):
        projected = logarithms @ np.asarray(modes.right.real)[..., 1:]
    return np.asarray(-decay * projected)
