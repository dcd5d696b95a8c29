"""The motion of a model's closed populations, prepared from its generator."""

from __future__ import annotations

from thermokin._typing import FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.log_strength import log_rates
from thermokin.liouville.rate_matrix import rate_matrix
from thermokin.model.bath import one_temperature
from thermokin.model.model import Model
from thermokin.motion.initial import thermal_energies
from thermokin.motion.long_time_limit import long_time_limit
from thermokin.motion.population_motion import PopulationMotion
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["population_motion"]


def population_motion(liouvillian: Liouvillian) -> PopulationMotion:
    """The prepared motion of closed populations.

    Args:
        liouvillian: a generator whose populations are closed.

    Returns:
        The motion.
    """
    model = liouvillian.model
    rates = rate_matrix(liouvillian)
    limit = long_time_limit(rates, model.energies, _common_gibbs(model), lambda: log_rates(model))
    return PopulationMotion(rates, limit)


def _common_gibbs(model: Model) -> FloatArray | None:
    """The Gibbs populations on which all baths agree, or None."""
    if not model.baths or not model.energy.is_diagonal:
        return None
    first = model.baths[0]
    if not one_temperature(model.baths) or (first.chemical_potential.any() and model.number is None):
        return None
    return gibbs_populations(thermal_energies(model), first.temperature)
