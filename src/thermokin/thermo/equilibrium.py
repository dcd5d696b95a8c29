"""Equilibrium: the thermal populations of each bath, and whether all baths agree on one."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.model import Model
from thermokin.operators.gibbs import log_gibbs_populations

__all__ = ["baths_agree", "log_thermal_populations"]


def baths_agree(model: Model) -> bool:
    """Whether all baths have one temperature and one chemical potential, and every jump has a bath.

    Then all currents vanish at rest, exactly.

    Args:
        model: the model.

    Returns:
        The answer.
    """
    if not model.baths or (model.table.bath < 0).any():
        return False
    first = model.baths[0]
    return all(
        np.array_equal(bath.temperature, first.temperature)
        and np.array_equal(bath.chemical_potential, first.chemical_potential)
        for bath in model.baths
    )


def log_thermal_populations(model: Model, bath: int) -> FloatArray:
    """Ln of the Gibbs populations of one bath (..., d): the fixed point of its jumps.

    Args:
        model: a model whose counted energy is diagonal in its frame.
        bath: position of the bath.

    Returns:
        (..., d) [nats]; -inf for levels above the ground state at temperature 0.
    """
    reservoir = model.baths[bath]
    energies = model.energies
    if model.number is not None and reservoir.chemical_potential.any():
        energies = energies - reservoir.chemical_potential[..., None] * model.number.diagonal
    return log_gibbs_populations(energies, reservoir.temperature)
