"""The limit of ultrastrong coupling: the system's energy within the eigenspaces of what the bath measures."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._typing import ComplexArray
from thermokin.strong_coupling.coordinate import Coordinate
from thermokin.strong_coupling.enlarged_system import BareSystem

__all__ = ["projected_hamiltonian"]

SAME = 1e-9  # of the largest eigenvalue of a coupling: closer ones are one
COMMUTING = 1e-10  # of the product of two couplings


def projected_hamiltonian(bare: BareSystem) -> ComplexArray:
    """sum_n P_n H P_n, P_n projecting on the eigenspaces of the couplings, less what counterterm H lacks.

    Args:
        bare: the system.

    Returns:
        (..., d, d).

    Raises:
        HypothesisError: if couplings of different baths do not commute.
    """
    strong = [(bare.contacts[place].operator, one) for place, one in bare.taken.items() if isinstance(one, Coordinate)]
    for (first, _), (second, _) in combinations(strong, 2):
        defect = np.abs(first @ second - second @ first).max()
        if defect > COMMUTING * np.abs(first).max() * np.abs(second).max():
            raise HypothesisError(
                "couplings of strong baths do not commute: they measure different things, and which of them wins "
                "depends on how their strengths grow; no one limit of ultrastrong coupling exists."
            )
    found = bare.hamiltonian
    for operator, one in strong:
        values, vectors = np.linalg.eigh(operator)
        near = SAME * np.abs(values).max(axis=-1, keepdims=True)
        group = np.concatenate([np.zeros_like(near), np.cumsum(np.diff(values, axis=-1) > near, axis=-1)], axis=-1)
        adjoint = vectors.conj().swapaxes(-1, -2)
        inside = adjoint @ found @ vectors
        found = vectors @ np.where(group[..., :, None] == group[..., None, :], inside, 0.0) @ adjoint
        lacking = ((1.0 - bare.counterterm) * one.reorganisation)[..., None, None]
        found = found - lacking * (operator @ operator)
    return np.asarray(found)
