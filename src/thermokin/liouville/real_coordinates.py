"""Elements of Hermitian matrices as real numbers, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.sector_generator import SectorGenerator

__all__ = ["ROOT", "RealCoordinates", "Terms", "joined", "nonzero", "without_rounding"]

ROOT = float(np.sqrt(2.0))
Terms: TypeAlias = tuple[IntArray, IntArray, FloatArray]  # target, source (m,) and value (..., m)
ROUNDING = 1e-15  # of a product of two complex numbers, in the part that would vanish


@dataclass(frozen=True, eq=False)
class RealCoordinates:
    """rho_ii, sqrt2 Re rho_ij where i < j, and sqrt2 Im rho_ji where i > j: a unitary change of the elements.

    Args:
        upper: (n,) which elements stand above the diagonal.
        lower: (n,) which stand below.
        partner: (n,) where the transposed element stands.
    """

    upper: BoolArray
    lower: BoolArray
    partner: IntArray

    @classmethod
    def of(cls, generator: SectorGenerator) -> RealCoordinates:
        """Those of a sector that holds (j, i) with (i, j).

        Args:
            generator: the sector.

        Returns:
            The change of coordinates.
        """
        rows, columns = generator.sector.rows, generator.sector.columns
        return cls(rows < columns, rows > columns, generator.positions(columns, rows))

    def from_elements(self, values: ComplexArray) -> FloatArray:
        """The coordinates (..., n) of elements (..., n).

        Args:
            values: of a Hermitian matrix.

        Returns:
            Real numbers.
        """
        # Row > column holds the imaginary part of the upper element, whose transpose is conjugate: hence the sign.
        return np.where(self.upper, ROOT * values.real, np.where(self.lower, -ROOT * values.imag, values.real))

    def to_elements(self, coordinates: FloatArray) -> ComplexArray:
        """The elements (..., n) of coordinates (..., n).

        Args:
            coordinates: real.

        Returns:
            The elements of a Hermitian matrix.
        """
        (real, imaginary), (share, sign) = self._parts
        values = np.empty(coordinates.shape, dtype=np.complex128)
        np.multiply(coordinates[..., real], share, out=values.real)
        np.multiply(coordinates[..., imaginary], sign, out=values.imag)
        return values

    @cached_property
    def _parts(self) -> tuple[tuple[IntArray, IntArray], tuple[FloatArray, FloatArray]]:
        """Where the real and the imaginary part of each element stand, and what each is multiplied by."""
        here, half = np.arange(self.partner.size), 1.0 / ROOT
        places = np.where(self.lower, self.partner, here), np.where(self.upper, self.partner, here)
        sign = half * (self.upper.astype(np.float64) - self.lower)
        return places, (np.where(sign == 0.0, 1.0, half), sign)


def joined(*parts: Terms) -> Terms:
    """Lists of terms as one.

    Args:
        parts: the lists, with the same leading axes.

    Returns:
        All of them.
    """
    target, source, values = zip(*parts, strict=True)
    return np.concatenate(target), np.concatenate(source), np.concatenate(values, axis=-1)


def nonzero(values: FloatArray) -> BoolArray:
    """Which terms are nonzero at some point of a sweep.

    Args:
        values: (..., m).

    Returns:
        (m,).
    """
    if values.ndim == 1:
        return np.asarray(values != 0.0)
    return np.asarray((values != 0.0).any(axis=tuple(range(values.ndim - 1))))


def without_rounding(products: ComplexArray | FloatArray) -> ComplexArray | FloatArray:
    """Products of two amplitudes, a part that is rounding beside the whole set to zero: it would link by accident.

    Args:
        products: (..., m).

    Returns:
        (..., m).
    """
    if not np.iscomplexobj(products):
        return products
    least = ROUNDING * np.abs(products)
    real = np.where(np.abs(products.real) > least, products.real, 0.0)
    return np.asarray(real + 1j * np.where(np.abs(products.imag) > least, products.imag, 0.0))
