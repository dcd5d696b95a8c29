"""Logarithms of populations: which levels are populated is decided by how the state was prepared."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.time_grid import set_at_start

__all__ = ["log_populations", "with_logarithms_at_start"]


def log_populations(evolution: Evolution) -> FloatArray:
    """Ln p of the populations in the frame over time.

    Args:
        evolution: an evolution with closed populations.

    Returns:
        (..., t, d) [nats]; -inf for a level that is empty at time 0. A level that has underflowed later gives 0, since
        its contribution p ln p has.
    """
    with np.errstate(divide="ignore"):
        logarithms = np.log(np.maximum(evolution.populations, 0.0))
    return with_logarithms_at_start(evolution, logarithms, np.zeros(()))


def with_logarithms_at_start(evolution: Evolution, ratio: FloatArray, log_reference: FloatArray) -> FloatArray:
    """Ln(p / q) over time, exact at time 0, in place.

    Args:
        evolution: an evolution with closed populations.
        ratio: ln(p / q) (..., t, d), not shared with anybody.
        log_reference: ln q (..., d).

    Returns:
        The same, 0 for levels that have underflowed.
    """
    empty = evolution.populations <= 0.0
    if empty.any():
        ratio[empty] = 0.0
    if not (evolution.times[..., 0] == 0.0).any():
        return ratio
    initial = evolution.initial.logarithms
    if initial is None or evolution.initial.matrix is not None:
        with np.errstate(divide="ignore"):
            initial = np.log(evolution.initial.populations)
    with np.errstate(invalid="ignore"):
        first = initial - log_reference
    return set_at_start(ratio, evolution.times, first, own=1)
