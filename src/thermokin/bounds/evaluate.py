"""Every bound that applies to a current, from model to numbers in one call."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin.bounds.bound import Bounds
from thermokin.bounds.relaxation_bounds import relaxation_bounds
from thermokin.counting.integrated_cumulants import exchanged
from thermokin.model.current import Current
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial
from thermokin.thermo.ledger import Ledger

__all__ = ["evaluate"]


def evaluate(model: Model, current: Current, *, initial: Initial, times: ArrayLike) -> Bounds:
    """The bounds of the catalogue on the amount that a current exchanges from time 0 to a time.

    Args:
        model: the model.
        current: the current, of that model.
        initial: where it starts, as in `evolve`.
        times: one time, or an ascending grid (..., t) [time].

    Returns:
        The bounds, each with value, limit, slack and its hypotheses checked; arrays (..., t), t = 1 for one time.

    Raises:
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.
    """
    if current.model is not model:
        raise ValueError(f"current {current.name!r} belongs to another model; make it from this one.")
    evolution = evolve(model, initial, np.atleast_1d(np.asarray(times, dtype=np.float64)))
    return relaxation_bounds(Ledger(evolution), exchanged(evolution, current))
