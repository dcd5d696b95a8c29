"""Quenches in which nothing moves: both temperatures give one state as far as numbers go, or no jump changes energy."""

from __future__ import annotations

import numpy as np

from thermokin.model.model import Model
from thermokin.motion.initial import thermal_energies
from thermokin.operators.gibbs import gibbs_populations
from thermokin.quench.protocol import QuenchPair
from thermokin.study.problem import Problem

__all__ = ["standstill"]

ROUNDING = 1e-12  # of the largest energy: what a jump within a degenerate level may seem to change
SMALLEST = 1e-100  # a difference of populations whose square can still be held


def standstill(pair: QuenchPair) -> Problem | None:
    """The problem of a pair that does not move.

    Args:
        pair: the two quenches.

    Returns:
        The problem, or None.
    """
    if not all(_changes_energy(quench.model) for quench in (pair.heating, pair.cooling)):
        need = "must be coupled so that jumps change its energy, but none does, and no heat is exchanged"
        return Problem(("model",), need, "choose a coupling that does not commute with the Hamiltonian")
    energies, temperatures = thermal_energies(pair.heating.model), pair.temperatures
    cold, hot = (gibbs_populations(energies, temperatures[name]) for name in ("cold", "hot"))
    if np.abs(cold - hot).max() > SMALLEST:
        return None
    between = f"{float(temperatures['cold']):g} and {float(temperatures['hot']):g}"
    need = f"must lead from one state to another, but at {between} populations differ by less than {SMALLEST:g}"
    return Problem(("protocol",), need, "choose temperatures nearer to the energies of the model")


def _changes_energy(model: Model) -> bool:
    table = model.table
    changes = (np.abs(table.energy) > ROUNDING * np.abs(model.energies).max()) | (table.particles != 0.0)
    return bool((table.strength * changes[..., table.channel]).any())
