"""The frame in which a Hamiltonian, and with it a conserved particle number, is diagonal."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bohr import largest
from thermokin.model.frame_operator import FrameOperator

__all__ = ["conserved", "eigenframe"]

COMMUTING = 1e-10  # commutator, relative to both operators, that is taken for rounding


def conserved(matrix: ComplexArray, number: ComplexArray) -> bool:
    """Whether a Hamiltonian conserves a number, up to rounding.

    Args:
        matrix: the Hamiltonian (..., d, d) [energy].
        number: particle number (..., d, d).

    Returns:
        Whether the two commute at every point.
    """
    commutator = largest(matrix @ number - number @ matrix)
    return commutator <= COMMUTING * largest(matrix) * max(largest(number), 1.0)


def eigenframe(
    matrix: ComplexArray, number: ComplexArray | None
) -> tuple[FloatArray, ComplexArray | None, FloatArray | None]:
    """The eigenstates of a Hamiltonian; one that is diagonal as given keeps its basis and its order.

    Args:
        matrix: the Hamiltonian (..., d, d) [energy].
        number: particle number (..., d, d), or None.

    Returns:
        Energies (..., d), eigenvectors in columns (..., d, d) or None for the identity, and particle numbers (..., d)
        or None.

    Raises:
        ValueError: if the particle number is not conserved by the Hamiltonian.
    """
    operator = FrameOperator.from_matrix(matrix)
    if number is None:
        if operator.is_diagonal:
            return operator.diagonal, None, None
        energies, frame = operator.eigen
        return energies, frame, None
    if not conserved(matrix, number):
        commutator = largest(matrix @ number - number @ matrix)
        raise ValueError(
            "`number_operator` must commute with the Hamiltonian, "
            f"the commutator's largest element is {commutator:.3g}; where pairing or a drive breaks the number, leave "
            "`number_operator` out: leads are counted all the same."
        )
    count = FrameOperator.from_matrix(number)
    if operator.is_diagonal and count.is_diagonal:
        return operator.diagonal, None, count.diagonal
    # An irrational multiple of N splits levels of equal energy and different particle number.
    scale = largest(matrix) or 1.0
    _, frame = np.linalg.eigh(matrix + np.sqrt(2.0) * scale * number)
    adjoint = frame.conj().swapaxes(-1, -2)
    energies = np.real(np.diagonal(adjoint @ matrix @ frame, axis1=-2, axis2=-1)).copy()
    particles = np.real(np.diagonal(adjoint @ number @ frame, axis1=-2, axis2=-1)).copy()
    return energies, frame, particles
