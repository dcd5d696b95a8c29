"""The generator in the frame of the KMS product of a steady state, and the gap of its symmetric part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector

__all__ = ["KMSGenerator", "kms_generator"]

DENSE_UP_TO = 1024  # elements of the whole space, of which all eigenvalues are found


@dataclass(frozen=True, eq=False)
class KMSGenerator:
    """rho^(-1/4) L [rho^(1/4) X rho^(1/4)] rho^(-1/4), and what is read off it.

    Args:
        matrix: (..., n, n), in elements of the whole space, or of the populations where these obey a rate equation.
        values: eigenvalues of rho (..., d), and
        vectors: its eigenvectors (..., d, d) in the frame.
        known: at which points of a sweep (...) there is a state.
    """

    matrix: ComplexArray | FloatArray
    values: FloatArray
    vectors: ComplexArray
    known: BoolArray

    def power(self, exponent: float) -> ComplexArray:
        """rho^exponent (..., d, d) in the frame, on its support.

        Args:
            exponent: of rho.

        Returns:
            The matrix.
        """
        held = self.values > 0.0
        powers = np.where(held, np.where(held, self.values, 1.0) ** exponent, 0.0)
        return np.asarray((self.vectors * powers[..., None, :]) @ self.vectors.conj().swapaxes(-1, -2))

    @property
    def smallest(self) -> FloatArray:
        """The smallest eigenvalue of rho over its largest (...)."""
        largest = np.maximum(self.values.max(axis=-1), np.finfo(float).tiny)
        return np.asarray(self.values.min(axis=-1) / largest)

    @cached_property
    def symmetric_gap(self) -> FloatArray:
        """The slowest rate but 0 of the symmetric part (...) [1/time]."""
        symmetric = 0.5 * (self.matrix + self.matrix.conj().swapaxes(-1, -2))
        return np.where(self.known, -np.linalg.eigvalsh(symmetric)[..., -2], np.nan)

    @cached_property
    def gap(self) -> FloatArray:
        """The slowest rate but 0 of the generator itself, in the same space (...) [1/time]."""
        values = np.sort(np.linalg.eigvals(self.matrix).real, axis=-1)
        return np.where(self.known, -values[..., -2], np.nan)


def kms_generator(jumps: SteadyJumps, largest: int = DENSE_UP_TO) -> KMSGenerator | None:
    """The generator in the frame in which the KMS product is the plain one.

    Args:
        jumps: of the model at rest.
        largest: number of elements up to which it is made.

    Returns:
        It, or None where its eigenvalues would be too many to find.

    Reference:
        carlen2017.
    """
    state, size = jumps.steady_state, jumps.table.dimension
    if (size if jumps.classical else size**2) > min(largest, DENSE_UP_TO) or size < 2:
        return None
    level, liouvillian, known = np.arange(size), Liouvillian(state.model), ~state.lost
    if jumps.classical:
        matrix: ComplexArray | FloatArray = SectorGenerator(liouvillian, Sector(level, level)).matrix.real
        populations = np.where(known[..., None], state.populations, 1.0 / size)
        root = np.sqrt(np.maximum(populations, 0.0))
        back = np.where(root > 0.0, root, 1.0)
        vectors = np.broadcast_to(np.eye(size, dtype=np.complex128), (*root.shape, size))
        return KMSGenerator(matrix * (root[..., None, :] / back[..., :, None]), populations, vectors, known)
    values, vectors = np.linalg.eigh(np.where(known[..., None, None], state.matrix, np.eye(size) / size))
    whole = SectorGenerator(liouvillian, Sector(np.repeat(level, size), np.tile(level, size))).matrix
    made = KMSGenerator(whole, values, vectors, known)
    one, other = (_both_sides(made.power(exponent)) for exponent in (0.25, -0.25))
    return KMSGenerator(other @ whole @ one, values, vectors, known)


def _both_sides(matrix: ComplexArray) -> ComplexArray:
    """X -> r X r in elements row by row."""
    size = matrix.shape[-1]
    product = np.einsum("...ik,...lj->...ijkl", matrix, matrix)
    return np.asarray(product.reshape(*matrix.shape[:-2], size**2, size**2))
