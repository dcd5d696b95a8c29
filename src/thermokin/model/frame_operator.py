"""A Hermitian operator in a model's frame: its diagonal alone, or the full matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.numerics.level_sums import anywhere
from thermokin.numerics.sector_eigenvectors import eigh_in_sectors
from thermokin.operators.as_operators import as_hermitian
from thermokin.operators.elements import as_elements, is_sparse

__all__ = ["FrameOperator"]


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
    def of(cls, value: OperatorLike, name: str) -> FrameOperator:
        """The operator of what a user gives as a Hermitian one; a sparse diagonal is never made dense.

        Args:
            value: anything `as_hermitian` takes, (..., d, d).
            name: the argument's name, for the error.

        Returns:
            The operator.

        Raises:
            TypeError: as `as_hermitian`.
            ValueError: as `as_hermitian`.
        """
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
