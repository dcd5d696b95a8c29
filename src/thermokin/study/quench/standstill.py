"""Quenches in which nothing moves, since both temperatures give one state as far as numbers go."""

from __future__ import annotations

import numpy as np

from thermokin.dynamics.initial import thermal_energies
from thermokin.operators.gibbs import gibbs_populations
from thermokin.quench.protocol import QuenchPair
from thermokin.study.problem import Problem

__all__ = ["standstill"]


SMALLEST = 1e-100  # a difference of populations whose square can still be held


def standstill(pair: QuenchPair) -> Problem | None:
    """The problem of a pair that does not move.

    Args:
        pair: the two quenches.

    Returns:
        The problem, or None.
    """
    energies, temperatures = thermal_energies(pair.heating.model), pair.temperatures
    cold, hot = (gibbs_populations(energies, temperatures[name]) for name in ("cold", "hot"))
    if np.abs(cold - hot).max() > SMALLEST:
        return None
    between = f"{float(temperatures['cold']):g} and {float(temperatures['hot']):g}"
    need = f"must lead from one state to another, but at {between} populations differ by less than {SMALLEST:g}"
    return Problem(("protocol",), need, "choose temperatures nearer to the energies of the model")
