"""The frame in which a Hamiltonian is diagonal, and Hermitian operators in it: a diagonal alone, or the full matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.model.bohr import largest
from thermokin.numerics.level_sums import anywhere
from thermokin.numerics.sector_eigenvectors import eigh_in_sectors
from thermokin.operators.as_operators import as_hermitian
from thermokin.operators.elements import as_elements, is_sparse

__all__ = ["Eigenframe", "FrameOperator", "conserved", "eigenframe"]

COMMUTING = 1e-10  # commutator, relative to both operators, that is taken for rounding


@dataclass(frozen=True, eq=False)
class FrameOperator:
    """Holds d numbers when the operator is diagonal in the frame, d^2 only when it is not.

    Args:
        diagonal: (..., d), the diagonal.
        matrix: (..., d, d), or None when the operator is diagonal.
    """

    diagonal: FloatArray
    matrix: ComplexArray | None = None

    @classmethod
    def from_matrix(cls, matrix: ComplexArray) -> FrameOperator:
        """The operator of a Hermitian matrix, stored as a diagonal where every off-diagonal element is exactly zero."""
        diagonal = np.real(np.diagonal(matrix, axis1=-2, axis2=-1)).copy()
        off = matrix.copy()
        level = np.arange(matrix.shape[-1])
        off[..., level, level] = 0.0
        return cls(diagonal, matrix if off.any() else None)

    @classmethod
    def of(cls, value: OperatorLike, name: str, dimension: int | None = None) -> FrameOperator:
        """The operator of what a user gives as a Hermitian one; a sparse diagonal is never made dense.

        Args:
            value: anything `as_hermitian` takes, (..., d, d).
            name: the argument's name, for the error.
            dimension: d, if it is known.

        Returns:
            The operator.

        Raises:
            TypeError: as `as_hermitian`.
            ValueError: as `as_hermitian`, or if it has another dimension.
        """
        made = cls._of(value, name)
        if dimension is not None and made.dimension != dimension:
            shape = (*made.diagonal.shape, made.dimension)
            raise ValueError(f"`{name}` must have shape (..., {dimension}, {dimension}), got {shape}.")
        return made

    @classmethod
    def _of(cls, value: OperatorLike, name: str) -> FrameOperator:
        if is_sparse(value):
            elements = as_elements(value, name)
            real = not elements.values.imag.any()
            if real and (elements.places[:, 0] == elements.places[:, 1]).all():
                diagonal = np.zeros(elements.dimension)
                diagonal[elements.places[:, 0]] = elements.values.real
                return cls(diagonal)
        return cls.from_matrix(as_hermitian(value, name))

    @property
    def is_diagonal(self) -> bool:
        """Whether it commutes with every population."""
        return self.matrix is None

    @cached_property
    def diagonal_points(self) -> BoolArray:
        """At which points of a sweep (...) it commutes with every population."""
        if self.matrix is None:
            return np.ones(self.diagonal.shape[:-1], dtype=bool)
        between = ~np.eye(self.dimension, dtype=bool)
        return np.asarray(~((self.matrix != 0.0) & between).any(axis=(-2, -1)))

    @property
    def dimension(self) -> int:
        """Dimension d."""
        return int(self.diagonal.shape[-1])

    @cached_property
    def dense(self) -> ComplexArray:
        """The full matrix (..., d, d)."""
        if self.matrix is not None:
            return self.matrix
        dense = np.zeros((*self.diagonal.shape, self.dimension), dtype=np.complex128)
        level = np.arange(self.dimension)
        dense[..., level, level] = self.diagonal
        return dense

    @cached_property
    def held(self) -> BoolArray:
        """(d, d, 2) which real and imaginary parts of its elements are nonzero at some point of a sweep."""
        dense = np.ascontiguousarray(self.dense)
        parts = dense.view(np.float64).reshape(*dense.shape, 2)
        return anywhere(parts != 0.0, 3)

    @cached_property
    def eigen(self) -> tuple[FloatArray, ComplexArray]:
        """Eigenvalues (..., d) and eigenvectors in columns (..., d, d); the order of a diagonal is kept."""
        if self.matrix is None:
            return self.diagonal, np.broadcast_to(
                np.eye(self.dimension, dtype=np.complex128), (*self.diagonal.shape, self.dimension)
            )
        return eigh_in_sectors(self.matrix)


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
