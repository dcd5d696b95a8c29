"""Heat from each bath, its current and the amount since time 0, and the work of what drives."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.current import Current, heat
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.numerics.level_sums import mean_over_levels, over_levels
from thermokin.thermo.time_integral import time_integral

__all__ = ["current_rate", "heat_rates", "heats", "work_rate"]


def heat_rates(evolution: Evolution) -> dict[str, FloatArray]:
    """The heat current from each bath into the system.

    Args:
        evolution: any evolution.

    Returns:
        (..., t) for each bath [energy/time].
    """
    model = evolution.model
    levels = _levels(evolution)
    if levels is not None:
        return {model.baths[0].name: mean_over_levels(evolution.population_rates, levels)}
    return {bath.name: current_rate(evolution, heat(model, bath.name).weights) for bath in model.baths}


def heats(evolution: Evolution) -> dict[str, FloatArray]:
    """The heat from each bath since time 0.

    Args:
        evolution: any evolution.

    Returns:
        (..., t) for each bath [energy].

    Cost:
        None where one bath exchanges all the heat; otherwise one linear solve for each bath.
    """
    model = evolution.model
    levels = _levels(evolution)
    if levels is not None:
        return {model.baths[0].name: mean_over_levels(evolution.change, levels)}
    observable = evolution.liouvillian.observable
    return {bath.name: time_integral(evolution, observable(heat(model, bath.name).weights)) for bath in model.baths}


def work_rate(evolution: Evolution) -> FloatArray:
    """-i tr([H_E, H] rho), work of drive or coupling on the counted H_E.

    Args:
        evolution: any evolution.

    Returns:
        (..., t) [energy/time]; 0 if nothing drives.
    """
    whole, counted = evolution.model.generator, evolution.model.energy
    if counted is whole or (counted.is_diagonal and whole.is_diagonal):
        return np.zeros_like(evolution.expectation(counted))
    power = 1j * (whole.dense @ counted.dense - counted.dense @ whole.dense)
    return evolution.expectation(FrameOperator.from_matrix(power))


def current_rate(evolution: Evolution, weights: FloatArray) -> FloatArray:
    """The mean rate over time of a current that vanishes at equilibrium.

    Args:
        evolution: any evolution.
        weights: c_k (..., k), opposite for jumps that undo each other.

    Returns:
        (..., t).
    """
    observable = evolution.liouvillian.observable(weights)
    still = evolution.liouvillian.log_equilibrium is not None and _opposite(evolution.model, weights)
    if still and evolution.motion is not None and observable.is_diagonal:
        # At rest such a current vanishes exactly; the deviation alone keeps its relative accuracy at late times.
        return mean_over_levels(evolution.deviation, observable.diagonal)
    return evolution.expectation(observable)


def _opposite(model: Model, weights: FloatArray) -> bool:
    return Current("", weights, model).is_odd


def _levels(evolution: Evolution) -> FloatArray | None:
    """The number of each level whose change is the heat, where one bath exchanges all the heat there is; else None."""
    model = evolution.model
    if evolution.motion is None or len(model.baths) != 1 or model.table.bathless.any():
        return None
    levels = evolution.liouvillian.heat_levels
    # No heat depends on the zero of energy; far from it, only the differences of levels keep their digits.
    return None if levels is None else levels - over_levels(np.minimum, levels)[..., None]
