"""A rate matrix with all that engines share, its limit, symmetric form, modes and exponentials; what is to be moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError, NotConvergedError
from thermokin._typing import BoolArray, FloatArray, IntArray, RateMatrix
from thermokin.liouville.population_block import FILLED_UP_TO
from thermokin.motion.long_time_limit import LongTimeLimit
from thermokin.motion.one_way_modes import one_way_modes
from thermokin.numerics.grid_walk import step_kinds
from thermokin.numerics.positive_exponential import StepPropagators
from thermokin.numerics.rational_krylov import RationalKrylov
from thermokin.numerics.symmetric_spectrum import (
    REVERSIBLE,
    SymmetricSpectrum,
    asymmetry,
    symmetric_spectrum,
    symmetrised,
)

__all__ = ["LIGHTEST", "SINGLE_FROM", "PreparedPopulations", "Task"]

SINGLE_FROM = 150  # levels up to which a few matrix exponentials are the quickest and the most accurate engine
LIGHTEST = 1e-3  # weight of a vector below which the rounding of a sum over modes falls no further
BLOWN_UP = 1e3  # growth under pi^-1/2 that costs a sum over modes three digits of the vector's own size


@dataclass(frozen=True, eq=False)
class PreparedPopulations:
    """A rate matrix W, and what is known of it.

    Args:
        rates: W (..., n, n) [1/time].
        limit: where populations end.
    """

    rates: RateMatrix
    limit: LongTimeLimit
    _grid: list[tuple[FloatArray, IntArray]] = field(default_factory=list, init=False, repr=False)

    @property
    def size(self) -> int:
        """The number of levels."""
        return int(self.rates.shape[-1])

    @property
    def dense(self) -> FloatArray:
        """W (..., n, n), filled."""
        return self.rates.toarray() if isinstance(self.rates, sparse.csr_array) else self.rates

    @property
    def affordable(self) -> bool:
        """Whether dense algebra is within reach: an eigendecomposition, or the exponential."""
        return not isinstance(self.rates, sparse.csr_array) or self.size <= FILLED_UP_TO

    @property
    def exits(self) -> FloatArray:
        """Total rate out of each level (..., n) [1/time]."""
        if isinstance(self.rates, sparse.csr_array):
            return np.asarray(-self.rates.diagonal())
        return np.asarray(-np.diagonal(self.rates, axis1=-2, axis2=-1))

    @cached_property
    def fastest(self) -> FloatArray:
        """Largest exit rate (...) [1/time]."""
        return np.asarray(self.exits.max(axis=-1))

    @cached_property
    def asymmetry(self) -> float:
        """How far W is from detailed balance with respect to its one long-time limit, relative to the fastest rate."""
        return asymmetry(self.rates, self.limit.stationary[0]) if self.limit.unique else np.inf

    @property
    def reversible(self) -> bool:
        """Whether W has detailed balance with respect to its one long-time limit."""
        return self.asymmetry <= REVERSIBLE

    @cached_property
    def symmetric(self) -> RateMatrix | None:
        """pi^-1/2 W pi^1/2, or None without detailed balance."""
        return symmetrised(self.rates, self.limit.stationary[0]) if self.reversible else None

    @cached_property
    def spectrum(self) -> SymmetricSpectrum | None:
        """The modes under detailed balance, or None without it.

        Raises:
            NotConvergedError: if slow modes are slower than doubles hold.
        """
        symmetric = self.symmetric
        if symmetric is None:
            return None
        filled = symmetric.toarray() if isinstance(symmetric, sparse.csr_array) else symmetric
        try:
            return symmetric_spectrum(filled, self.limit.stationary[0], self.dense)
        except HypothesisError:  # only the fast rates keep it
            return None

    @property
    def summable(self) -> bool:
        """Whether populations can be summed over orthonormal modes."""
        try:
            return self.spectrum is not None
        except NotConvergedError:
            return False

    @cached_property
    def modes(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Values (..., n), right and left modes (..., n, n) in columns: those that last first, then by their decay.

        Raises:
            NotConvergedError: if slow modes are slower than doubles hold.
        """
        if self.limit.several is not None:
            return self._by_classes()
        spectrum = self.spectrum
        if spectrum is None:
            return one_way_modes(self.dense, self.limit)
        root = spectrum.root[..., :, None]
        return spectrum.values, spectrum.vectors * root, spectrum.vectors / root

    def _by_classes(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """The modes where points of a sweep end in different numbers of classes, as they are one by one."""
        shape = (*self.limit.stationary.shape[1:], self.size)
        rates = np.broadcast_to(self.dense, shape)
        values, right, left = (np.empty(axes, dtype=np.complex128) for axes in (shape[:-1], shape, shape))
        for points, limit in self.limit.alike():
            values[points], right[points], left[points] = PreparedPopulations(rates[points], limit).modes
        return values, right, left

    @cached_property
    def propagators(self) -> StepPropagators:
        """exp(W h) for the steps of a grid."""
        return StepPropagators(self.dense, self.limit.of(np.eye(self.size)))

    @cached_property
    def krylov(self) -> RationalKrylov:
        """The Krylov spaces of shifted inverses, for one system under detailed balance."""
        return RationalKrylov(self.dense, np.sqrt(self.limit.stationary[0]))

    def kinds(self, times: FloatArray) -> IntArray:
        """A number for each step of a grid, the same for equal ones; known from before for a grid that never changes.

        Args:
            times: (..., t) ascending, >= 0.

        Returns:
            (t,).
        """
        if self._grid and self._grid[0][0] is times:
            return self._grid[0][1]
        kinds = step_kinds(np.diff(times, axis=-1, prepend=0.0), times)
        if not times.flags.writeable:
            self._grid[:] = [(times, kinds)]
        return kinds

    def weight(self, vector: FloatArray) -> FloatArray:
        """The length of pi^-1/2 v (...) of vectors (..., n)."""
        return np.asarray(np.sqrt((vector**2 / self.limit.stationary[0]).sum(axis=-1)))

    def well_scaled(self, vector: FloatArray) -> BoolArray:
        """Whether pi^-1/2 does not blow a vector (..., n) up (...), which would drown the likely levels in rounding."""
        return np.asarray(self.weight(vector) <= BLOWN_UP * np.abs(vector).sum(axis=-1))


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be moved, and to which times.

    Args:
        prepared: the rate matrix.
        start: populations at time 0 (..., n), or None where only the vector is asked for.
        vector: (..., n) at time 0, without a stationary part: of a start, how far it is from where it ends.
        times: (..., t) ascending, >= 0.
    """

    prepared: PreparedPopulations
    start: FloatArray | None
    vector: FloatArray
    times: FloatArray

    @property
    def lead(self) -> tuple[int, ...]:
        """The leading axes of starts and times."""
        return np.broadcast_shapes(self.vector.shape[:-1], self.times.shape[:-1])

    @property
    def many(self) -> bool:
        """Whether these are several starts or grids of times, of one system."""
        return self.prepared.rates.ndim == 2 and bool(self.lead)

    def each(self) -> list[Task]:
        """The tasks of single starts and times."""
        starts, vectors, times = (
            None if part is None else np.broadcast_to(part, (*self.lead, part.shape[-1])).reshape(-1, part.shape[-1])
            for part in (self.start, self.vector, self.times)
        )
        assert vectors is not None  # noqa: S101 - only the start may be missing
        assert times is not None  # noqa: S101
        found = range(len(vectors))
        return [Task(self.prepared, None if starts is None else starts[k], vectors[k], times[k]) for k in found]

    def stacked(self, parts: list[FloatArray]) -> FloatArray:
        """What was found for each, with the leading axes of all."""
        return np.stack(parts).reshape(*self.lead, *parts[0].shape)

    @property
    def alone(self) -> bool:
        """Whether this is one system and no sweep."""
        return self.prepared.rates.ndim == self.times.ndim + 1 == self.vector.ndim + 1 == 2

    @cached_property
    def single(self) -> bool:
        """Whether this is one large system, for which costs differ by decades."""
        return self.prepared.size > SINGLE_FROM and self.alone

    @property
    def reach(self) -> float:
        """Jumps of the fastest level up to the last time."""
        return float(self.prepared.fastest) * float(self.times.max(initial=0.0))

    @property
    def balanced(self) -> bool:
        """Whether orthonormal modes serve: detailed balance, and a vector that pi^-1/2 does not blow up."""
        moved = self.vector if self.start is None else self.start
        return self.prepared.reversible and bool(self.prepared.well_scaled(moved).all())
