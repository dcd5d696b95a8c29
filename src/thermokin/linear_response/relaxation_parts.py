"""Parts of the generator with their eigenvalues and modes, and solves beside an eigenvalue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eig, lu_factor, lu_solve

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.linear_response.jump_algebra import Entries
from thermokin.liouville.sectors import Sector
from thermokin.motion.modes import Modes

__all__ = ["ROUNDINGS", "LonePart", "Part", "PopulationPart", "SectorPart"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDINGS = 4.0 * EPSILON  # of an element of the generator, and of what a solve makes of it
SOLVED = 4.0 * ROUNDINGS  # of rates: an eigensolver without a step of refinement leaves that much
OWN_DIGITS = 1e-11  # of an eigenvalue of closed populations, slow or not, within which another is the same
TOGETHER = (
    8.0 * EPSILON
)  # the same of others, of the norm of the generator times the eigenvalue's condition, times sqrt n
COALESCED = 1e-4  # of the length of modes of one eigenvalue: what of one does not lie along the others

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Part(ABC):
    """Density-matrix elements that move among themselves, with the eigenvalues of their generator A.

    Args:
        sector: the elements (n,).
    """

    sector: Sector

    @property
    @abstractmethod
    def values(self) -> ComplexArray:
        """The eigenvalues (n,) [1/time]."""

    @property
    @abstractmethod
    def blurred(self) -> FloatArray:
        """The distance (n,) within which two of them are one, as far as rounding tells [1/time]."""

    @property
    def blurred_decay(self) -> FloatArray:
        """The same for their real parts (n,)."""
        return self.blurred

    @abstractmethod
    def vectors(self, places: IntArray) -> tuple[Array, Array]:
        """Right and left modes (n, g) of some eigenvalues, biorthonormal."""

    @abstractmethod
    def solve(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """X with (A - value) X = B less its part along the modes of some eigenvalues, and none in them (n, m)."""

    @abstractmethod
    def solve_adjoint(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """The same of A^+, for the left modes."""

    @abstractmethod
    def rounded(self, vector: Array, random: np.random.Generator) -> Array:
        """What a rounding of A makes of A v (n,)."""

    @abstractmethod
    def rounded_adjoint(self, vector: Array, random: np.random.Generator) -> Array:
        """The same of A^+ v (n,)."""

    def coalesced(self, places: IntArray) -> bool:
        """Whether modes of one eigenvalue are parallel, so that the generator has no full set of them."""
        if places.size < 2:
            return False
        right = self._rights(places)
        sizes = np.linalg.svd(right / np.linalg.norm(right, axis=0), compute_uv=False)
        return bool(sizes[-1] < COALESCED * sizes[0])

    def _rights(self, places: IntArray) -> Array:
        return self.vectors(places)[0]


@dataclass(frozen=True, eq=False)
class PopulationPart(Part):
    """Closed populations, by the sums over their modes, which keep the digits of slow ones.

    Args:
        sector: all levels.
        modes: of the populations.
        entries: of the jumps.
    """

    modes: Modes
    entries: Entries

    @property
    def values(self) -> ComplexArray:
        """See `Part.values`."""
        return self.modes.values.astype(np.complex128)

    @property
    def blurred(self) -> FloatArray:
        """See `Part.blurred`."""
        return np.asarray(OWN_DIGITS * np.abs(self.values))

    def vectors(self, places: IntArray) -> tuple[Array, Array]:
        """See `Part.vectors`."""
        return self.modes.right[:, places], self.modes.left[:, places]

    def solve(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """See `Part.solve`."""
        return self._summed(places, value, vectors, self.modes.right, self.modes.left)

    def solve_adjoint(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """See `Part.solve_adjoint`."""
        return self._summed(places, value, vectors, self.modes.left, self.modes.right, conjugate=True)

    def _summed(
        self, places: IntArray, value: complex, vectors: Array, out: Array, into: Array, *, conjugate: bool = False
    ) -> Array:
        distance = self.values - value
        distance[places] = np.inf
        parts = (into.conj().T @ vectors) / (np.conj(distance) if conjugate else distance)[:, None]
        return np.asarray(out @ parts)

    def rounded(self, vector: Array, random: np.random.Generator) -> Array:
        """See `Part.rounded`; the sum of populations stays."""
        entries = self.entries
        flow = self._signed(random) * vector[entries.column]
        return _at(flow, entries.row, vector.size) - _at(flow, entries.column, vector.size)

    def rounded_adjoint(self, vector: Array, random: np.random.Generator) -> Array:
        """See `Part.rounded_adjoint`."""
        entries = self.entries
        return _at(self._signed(random) * (vector[entries.row] - vector[entries.column]), entries.column, vector.size)

    def _signed(self, random: np.random.Generator) -> FloatArray:
        strength = self.entries.strength
        return np.asarray(random.choice([-SOLVED, SOLVED], size=strength.size) * strength)


def _at(values: Array, levels: IntArray, size: int) -> Array:
    if not np.iscomplexobj(values):
        return np.bincount(levels, values, size)
    return np.asarray(np.bincount(levels, values.real, size) + 1j * np.bincount(levels, values.imag, size))


@dataclass(frozen=True, eq=False)
class LonePart(Part):
    """Elements that feed no other, and turn and decay alone.

    Args:
        sector: the elements (n,).
        exponents: their eigenvalues (n,).
    """

    exponents: ComplexArray

    @property
    def values(self) -> ComplexArray:
        """See `Part.values`."""
        return self.exponents

    @cached_property
    def blurred(self) -> FloatArray:
        """See `Part.blurred`."""
        return np.asarray(TOGETHER * np.abs(self.exponents))

    @property
    def blurred_decay(self) -> FloatArray:
        """See `Part.blurred_decay`."""
        return np.asarray(TOGETHER * np.abs(self.exponents.real))

    def vectors(self, places: IntArray) -> tuple[Array, Array]:
        """See `Part.vectors`."""
        found = np.zeros((self.sector.size, places.size), dtype=np.complex128)
        found[places, np.arange(places.size)] = 1.0
        return found, found

    def solve(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """See `Part.solve`."""
        distance = self.exponents - value
        distance[places] = np.inf
        return np.asarray(vectors / distance[:, None])

    def solve_adjoint(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """See `Part.solve_adjoint`."""
        return self.solve(places, value, vectors.conj()).conj()

    def rounded(self, vector: Array, random: np.random.Generator) -> Array:
        """See `Part.rounded`."""
        return np.asarray(ROUNDINGS * random.choice([-1.0, 1.0], size=vector.size) * np.abs(self.exponents) * vector)

    def rounded_adjoint(self, vector: Array, random: np.random.Generator) -> Array:
        """See `Part.rounded_adjoint`."""
        return self.rounded(vector, random)


@dataclass(frozen=True, eq=False)
class SectorPart(Part):
    """Elements that feed one another, by bordered solves, which are as stable as the eigenvalue itself.

    Args:
        sector: the elements (n,).
        matrix: A (n, n) [1/time].
    """

    matrix: ComplexArray
    _factors: dict[tuple[int, ...], tuple[Array, Any]] = field(default_factory=dict)
    _refined: dict[tuple[int, ...], tuple[Array, Array]] = field(default_factory=dict)

    @cached_property
    def _eigen(self) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
        """Values, left and right modes, each of length one."""
        values, left, right = eig(self.matrix, left=True, right=True)
        return values, left, right

    @property
    def values(self) -> ComplexArray:
        """See `Part.values`."""
        return self._eigen[0]

    @cached_property
    def blurred(self) -> FloatArray:
        """See `Part.blurred`."""
        _, left, right = self._eigen
        overlap = np.abs((left.conj() * right).sum(axis=0))
        condition = 1.0 / np.maximum(overlap, EPSILON)
        size = TOGETHER * np.sqrt(self.sector.size) * float(np.linalg.norm(self.matrix, 1))
        return np.asarray(size * np.minimum(condition, EPSILON**-0.5))

    def vectors(self, places: IntArray) -> tuple[Array, Array]:
        """See `Part.vectors`; a step of refinement leaves them the rounding of single elements of A."""
        key = tuple(int(place) for place in places)
        if key not in self._refined:
            right, left = self._raw(places)
            value = complex(self.values[places].mean())
            right = right - self._bordered(places, value, self.matrix @ right - value * right, adjoint=False)
            moved = self.matrix.conj().T @ left - np.conj(value) * left
            left = left - self._bordered(places, value, moved, adjoint=True)
            self._refined[key] = right, left @ np.linalg.inv(right.conj().T @ left)
        return self._refined[key]

    def _rights(self, places: IntArray) -> Array:
        return self._eigen[2][:, places]

    def _raw(self, places: IntArray) -> tuple[Array, Array]:
        _, left, right = self._eigen
        right, left = right[:, places], left[:, places]
        return right, left @ np.linalg.inv(right.conj().T @ left)

    def solve(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """See `Part.solve`."""
        return self._bordered(places, value, vectors, adjoint=False)

    def solve_adjoint(self, places: IntArray, value: complex, vectors: Array) -> Array:
        """See `Part.solve_adjoint`."""
        return self._bordered(places, value, vectors, adjoint=True)

    def _bordered(self, places: IntArray, value: complex, vectors: Array, *, adjoint: bool) -> Array:
        if not places.size:
            shifted = self.matrix - value * np.eye(self.sector.size)
            return np.asarray(np.linalg.solve(shifted.conj().T if adjoint else shifted, vectors))
        right, left = self._refined.get(tuple(int(place) for place in places)) or self._raw(places)
        own, other = (left, right) if adjoint else (right, left)
        rest = vectors - own @ (other.conj().T @ vectors)
        padded = np.concatenate([rest, np.zeros((places.size, rest.shape[1]))])
        found = lu_solve(self._factor(places, value, right), padded, trans=2 if adjoint else 0)[: self.sector.size]
        return np.asarray(found - own @ (other.conj().T @ found))

    def _factor(self, places: IntArray, value: complex, right: Array) -> tuple[Array, Any]:
        """Of [[A - value, Q], [Q^+, 0]], Q an orthonormal basis of the right modes."""
        key = tuple(int(place) for place in places)
        if key not in self._factors:
            basis, size = np.linalg.qr(right)[0], self.sector.size
            whole = np.zeros((size + places.size,) * 2, dtype=np.complex128)
            whole[:size, :size] = self.matrix - value * np.eye(size)
            whole[:size, size:], whole[size:, :size] = basis, basis.conj().T
            self._factors[key] = lu_factor(whole)
        return self._factors[key]

    def rounded(self, vector: Array, random: np.random.Generator) -> Array:
        """See `Part.rounded`."""
        return self._pushed(np.abs(self.matrix), vector, random)

    def rounded_adjoint(self, vector: Array, random: np.random.Generator) -> Array:
        """See `Part.rounded_adjoint`."""
        return self._pushed(np.abs(self.matrix).T, vector, random)

    @staticmethod
    def _pushed(sizes: FloatArray, vector: Array, random: np.random.Generator) -> Array:
        signs = random.choice([-1.0, 1.0], size=(2, vector.size)) / np.sqrt(2.0)
        return np.asarray(ROUNDINGS * (signs[0] + 1j * signs[1]) * (sizes @ np.abs(vector)))
