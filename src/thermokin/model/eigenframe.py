"""The frame in which a Hamiltonian, and with it a conserved particle number, is diagonal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bohr import largest
from thermokin.model.frame_operator import FrameOperator
from thermokin.numerics.sector_eigenvectors import eigh_in_sectors

__all__ = ["Eigenframe", "conserved", "eigenframe"]

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


@dataclass(frozen=True, eq=False)
class Eigenframe:
    """The eigenstates of a Hamiltonian.

    Args:
        energies: (..., d) [energy].
        levels: the energies, measured from a zero of their own so that differences keep their digits (..., d) [energy].
        frame: eigenvectors in columns (..., d, d), or None for the identity.
        particles: particle number of each (..., d), or None.
    """

    energies: FloatArray
    levels: FloatArray
    frame: ComplexArray | None
    particles: FloatArray | None


def eigenframe(matrix: ComplexArray, number: ComplexArray | None) -> Eigenframe:
    """The eigenstates of a Hamiltonian; one that is diagonal as given keeps its basis and its order.

    Basis states that the Hamiltonian never joins are not mixed by rounding either: each of its blocks is diagonalised
    by itself, so that what a symmetry of the given basis forbids is exactly zero.

    Args:
        matrix: the Hamiltonian (..., d, d) [energy].
        number: particle number (..., d, d), or None.

    Returns:
        The eigenstates.

    Raises:
        ValueError: if the particle number is not conserved by the Hamiltonian.
    """
    operator = FrameOperator.from_matrix(matrix)
    size = matrix.shape[-1]
    zero = operator.diagonal[..., :1]
    centred = matrix - zero[..., None] * np.eye(size)
    if number is not None:
        _refuse_unless_conserved(centred, number)
    count = None if number is None else FrameOperator.from_matrix(number)
    if operator.is_diagonal and (count is None or count.is_diagonal):
        return Eigenframe(operator.diagonal, operator.diagonal, None, None if count is None else count.diagonal)
    if number is None:
        levels, frame = eigh_in_sectors(centred)
        return Eigenframe(levels + zero, levels, frame, None)
    # An irrational multiple of N splits levels of equal energy and different particle number.
    scale = largest(centred) or 1.0
    _, frame = eigh_in_sectors(centred + np.sqrt(2.0) * scale * number)
    adjoint = frame.conj().swapaxes(-1, -2)
    levels = np.real(np.diagonal(adjoint @ centred @ frame, axis1=-2, axis2=-1)).copy()
    particles = np.real(np.diagonal(adjoint @ number @ frame, axis1=-2, axis2=-1)).copy()
    return Eigenframe(levels + zero, levels, frame, particles)


def _refuse_unless_conserved(matrix: ComplexArray, number: ComplexArray) -> None:
    if not conserved(matrix, number):
        commutator = largest(matrix @ number - number @ matrix)
        raise ValueError(
            "`number_operator` must commute with the Hamiltonian, "
            f"the commutator's largest element is {commutator:.3g}; where pairing or a drive breaks the number, leave "
            "`number_operator` out: leads are counted all the same."
        )
