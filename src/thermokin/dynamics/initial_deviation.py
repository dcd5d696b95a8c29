"""How far a start is from where its populations end, to all digits that the preparation knows."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.dynamics.initial import InitialState, thermal_energies
from thermokin.dynamics.population_motion import PopulationMotion
from thermokin.model.model import Model
from thermokin.operators.gibbs import gibbs_difference, gibbs_populations

__all__ = ["initial_deviation"]


def initial_deviation(model: Model, state: InitialState, motion: PopulationMotion, final: FloatArray) -> FloatArray:
    """p(0) less the long-time limit: from the two temperatures where both are Gibbs states.

    Args:
        model: the model.
        state: the start.
        motion: of the populations.
        final: p(inf) (..., d).

    Returns:
        (..., d).
    """
    if state.temperature is not None and state.matrix is None and model.baths and motion.limit.unique:
        energies, temperature = thermal_energies(model), model.baths[0].temperature
        thermal = gibbs_populations(energies, temperature)
        # The very numbers that were found to be stationary, not others that happen to lie near them.
        if thermal.shape == motion.limit.stationary[0].shape and (thermal == motion.limit.stationary[0]).all():
            return gibbs_difference(energies, state.temperature, temperature)
    return np.asarray(state.populations - final)
