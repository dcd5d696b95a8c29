"""The limit of ultrastrong coupling: the system's energy within the eigenspaces of what the bath measures."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from thermokin._typing import BoolArray, ComplexArray
from thermokin.strong_coupling.coordinate import Coordinate
from thermokin.strong_coupling.enlarged_system import BareSystem

__all__ = ["couplings_commute", "projected_hamiltonian"]

SAME = 1e-9  # of the largest eigenvalue of a coupling: closer ones are one
COMMUTING = 1e-10  # of the product of two couplings


def couplings_commute(bare: BareSystem) -> BoolArray:
    """Where couplings of different strong baths commute, so that there is one limit of ultrastrong coupling.

    Args:
        bare: the system.

    Returns:
        (...).
    """
    found = np.ones((), dtype=bool)
    for (first, _), (second, _) in combinations(_strong(bare), 2):
        defect, one, other = (
            np.abs(matrix).max(axis=(-2, -1)) for matrix in (first @ second - second @ first, first, second)
        )
        found = found & (defect <= COMMUTING * one * other)
    return np.asarray(found)


def _strong(bare: BareSystem) -> list[tuple[ComplexArray, Coordinate]]:
    return [(bare.contacts[place].operator, one) for place, one in bare.taken.items() if isinstance(one, Coordinate)]


def projected_hamiltonian(bare: BareSystem) -> ComplexArray:
    """sum_n P_n H P_n, P_n projecting on the eigenspaces of the couplings, less what counterterm H lacks.

    Args:
        bare: the system, whose couplings commute; elsewhere what is found is no limit.

    Returns:
        (..., d, d).
    """
    strong = _strong(bare)
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
