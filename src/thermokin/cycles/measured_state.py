"""What a measurement of energy leaves of a state, and the eigenvectors in which that is diagonal."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray

__all__ = ["dephased", "diagonal_in"]

EQUAL = 1e-10  # of the spectrum's width: energies that are one
ROUNDING = 1e-14  # of the largest energy


def dephased(rho: ComplexArray, operator: ComplexArray) -> ComplexArray:
    """What is left of a state when an operator has been measured; equal eigenvalues keep their coherence.

    Args:
        rho: the state (d, d).
        operator: what is measured (d, d) [energy].

    Returns:
        The state (d, d).
    """
    energies, frame = np.linalg.eigh(operator)
    same = _level_of(energies)[:, None] == _level_of(energies)
    inside = frame.conj().T @ rho @ frame
    return np.asarray(frame @ np.where(same, inside, 0.0) @ frame.conj().T)


def diagonal_in(energies: FloatArray, frame: ComplexArray, rho: ComplexArray) -> ComplexArray:
    """Eigenvectors turned within each level so that a measured state, coherent there or not, is diagonal in them.

    Args:
        energies: ascending (d,) [energy].
        frame: eigenvectors in columns (d, d).
        rho: a measured state (d, d).

    Returns:
        Eigenvectors in columns (d, d).
    """
    found, level = frame.copy(), _level_of(energies)
    for one in np.unique(level):
        own = frame[:, level == one]
        found[:, level == one] = own @ np.linalg.eigh(own.conj().T @ rho @ own)[1]
    return found


def _level_of(energies: FloatArray) -> IntArray:
    """Number of the level of each ascending energy (d,); equal ones are one, whatever energies are counted from."""
    near = EQUAL * float(np.ptp(energies)) + ROUNDING * float(np.abs(energies).max())
    return np.cumsum(np.diff(energies, prepend=energies[0]) > near)
