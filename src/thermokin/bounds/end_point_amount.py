"""How the mean amount answers when all rates of a rate equation are sped up: the current at the end, times the time."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.current import Current
from thermokin.motion.evolution import Evolution

__all__ = ["end_point_amount"]


def end_point_amount(evolution: Evolution, current: Current) -> FloatArray:
    """Time times current, t j(t) = t d<J>/dt.

    Under scores l of the jumps (their forces, or 1) with sum_k l_k D[L_k] p = dp/dt, the auxiliary vector phi of
    `score_response` is t dp/dt, and the response int [j + t dj/dt] dt is t j(t).

    Args:
        evolution: an evolution with closed populations.
        current: the current J.

    Returns:
        (..., t) [amount]; of a current that vanishes at equilibrium, accurate at late times.

    Reference:
        dechant2020.
    """
    observable = evolution.liouvillian.current_observable(current).diagonal
    vanishing = evolution.liouvillian.log_equilibrium is not None and current.is_odd
    states = evolution.deviation if vanishing else evolution.populations
    return np.asarray(evolution.times * np.einsum("...tn,...n->...t", states, observable))
