"""Energies and eigenstates of a Hamiltonian, the populations that a state has there, and those of its passive state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.operators.as_operators import is_diagonal
from thermokin.operators.gibbs import DEGENERACY_ROUNDING
from thermokin.parts.resolved import resolved_eigenvalues

__all__ = ["EnergyFrame", "descending", "energy_frame"]


@dataclass(frozen=True, eq=False)
class EnergyFrame:
    """A state in the eigenbasis of a Hamiltonian.

    Args:
        above: energies above the lowest, ascending (..., d) [energy].
        ground: the lowest energy (...) [energy].
        vectors: eigenvectors as columns (..., d, d).
        state: the density matrix in them (..., d, d).
        same: which pairs of levels are degenerate (..., d, d), to 1e-12 of the largest |energy|.
    """

    above: FloatArray
    ground: FloatArray
    vectors: ComplexArray
    state: ComplexArray
    same: BoolArray

    @property
    def diagonal(self) -> FloatArray:
        """Populations of the eigenvectors (..., d)."""
        return np.real(np.diagonal(self.state, axis1=-2, axis2=-1))

    @property
    def dephased(self) -> ComplexArray:
        """The state without coherences between different energies (..., d, d)."""
        return np.where(self.same, self.state, 0.0)

    def from_frame(self, matrix: ComplexArray) -> ComplexArray:
        """A matrix of the eigenbasis in the user's basis (..., d, d)."""
        return np.asarray(self.vectors @ matrix @ self.vectors.conj().swapaxes(-1, -2))


def energy_frame(states: ComplexArray, hamiltonian: ComplexArray) -> EnergyFrame:
    """States in the eigenbasis of a Hamiltonian.

    Args:
        states: (..., d, d).
        hamiltonian: (..., d, d); leading axes broadcast.

    Returns:
        The states there; of a diagonal Hamiltonian without rounding.
    """
    if is_diagonal(hamiltonian):
        levels = np.diagonal(hamiltonian, axis1=-2, axis2=-1).real
        order = np.argsort(levels, axis=-1, kind="stable")
        energies = np.take_along_axis(levels, order, axis=-1)
        vectors = np.swapaxes(np.eye(levels.shape[-1], dtype=np.complex128)[order], -1, -2)
    else:
        energies, vectors = np.linalg.eigh(hamiltonian)
    inside = np.conj(np.swapaxes(vectors, -1, -2)) @ states @ vectors
    near = DEGENERACY_ROUNDING * np.abs(energies).max(axis=-1, keepdims=True)
    # Levels in a row that are each degenerate with the next are one energy.
    group = np.concatenate([np.zeros_like(near), np.cumsum(np.diff(energies, axis=-1) > near, axis=-1)], axis=-1)
    same = group[..., :, None] == group[..., None, :]
    return EnergyFrame(energies - energies[..., :1], energies[..., 0], vectors, inside, same)


def descending(states: ComplexArray, rounding: float, name: str = "state") -> FloatArray:
    """The eigenvalues of density matrices, largest first.

    Args:
        states: (..., d, d).
        rounding: how far below 0 one may lie and still count as 0.
        name: of the argument, for errors.

    Returns:
        (..., d), none negative.

    Raises:
        UnphysicalStateError: if one lies deeper.
    """
    return np.asarray(-np.sort(-resolved_eigenvalues(states, rounding, name), axis=-1))
