"""Matrices as truncated power series of counting fields: sums, products, and what 1 - N becomes for small N."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.lyapunov import Matrix, hermitian_part

__all__ = ["Series", "TruncatedSeries", "adjoint", "hermitian", "plus", "traces"]

Series: TypeAlias = list[Matrix | None]
"""Coefficients (..., n, n) in the order of the basis, the number 1 first; None for 0."""


@dataclass(frozen=True)
class TruncatedSeries:
    """An algebra of power series that end: of one field up to an order, or of two up to their product.

    Args:
        products: for each basis element all pairs of elements whose product it is.
        nilpotent: the largest power of a series without constant that is not 0.
    """

    products: tuple[tuple[tuple[int, int], ...], ...]
    nilpotent: int

    @classmethod
    def of_one(cls, order: int) -> TruncatedSeries:
        """1, s, s^2 .. s^order of one field s."""
        products = tuple(tuple((i, k - i) for i in range(k + 1)) for k in range(order + 1))
        return cls(products, order)

    @classmethod
    def of_two(cls) -> TruncatedSeries:
        """1, s, s', s s' of two fields s and s'."""
        return cls((((0, 0),), ((0, 1), (1, 0)), ((0, 2), (2, 0)), ((0, 3), (1, 2), (2, 1), (3, 0))), 2)

    @property
    def size(self) -> int:
        """Number of basis elements."""
        return len(self.products)

    def constant(self, matrix: Matrix) -> Series:
        """A matrix that does not depend on the fields."""
        return [matrix, *([None] * (self.size - 1))]

    def times(self, left: Series, right: Series) -> Series:
        """The product of two series."""
        found: Series = []
        for pairs in self.products:
            total: Matrix | None = None
            for i, j in pairs:
                one, other = left[i], right[j]
                if one is None or other is None:
                    continue
                part = one @ other
                total = part if total is None else total + part
            found.append(total)
        return found

    def resolved(self, small: Series) -> tuple[Series, list[FloatArray | None]]:
        """(1 - N)^-1 and -ln det(1 - N).

        Args:
            small: N, without constant.

        Returns:
            The inverse, and the coefficients (...) of minus the logarithm of the determinant.
        """
        unit = next(np.eye(each.shape[-1]) for each in small if each is not None)
        power, inverse = small, plus(self.constant(unit), small)
        logarithm = traces(small)
        for exponent in range(2, self.nilpotent + 1):
            power = self.times(power, small)
            inverse = plus(inverse, power)
            logarithm = [
                one if other is None else other / exponent + (0.0 if one is None else one)
                for one, other in zip(logarithm, traces(power), strict=True)
            ]
        return inverse, logarithm


def plus(left: Series, right: Series) -> Series:
    """The sum of two series."""
    return [
        other if one is None else one if other is None else one + other for one, other in zip(left, right, strict=True)
    ]


def adjoint(series: Series) -> Series:
    """The adjoint of each coefficient; the fields are real."""
    return [None if each is None else np.conj(np.swapaxes(each, -1, -2)) for each in series]


def hermitian(series: Series) -> Series:
    """The Hermitian part of each coefficient."""
    return [None if each is None else hermitian_part(each) for each in series]


def traces(series: Series) -> list[FloatArray | None]:
    """The real part of the trace of each coefficient (...)."""
    return [None if each is None else np.trace(each, axis1=-2, axis2=-1).real for each in series]
