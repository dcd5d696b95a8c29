"""The motion of populations: one prepared rate matrix, and the engine that suits its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.dynamics.long_time_limit import LongTimeLimit
from thermokin.dynamics.polynomial_motion import chebyshev_terms, uniformisation_terms
from thermokin.dynamics.population_engines import (
    STEPPING_UP_TO,
    Chebyshev,
    Engine,
    Spectral,
    Stepping,
    TwoLevel,
    Uniformised,
)
from thermokin.dynamics.positive_exponential import FEW_STEPS, StepPropagators, distinct_steps
from thermokin.dynamics.symmetric_spectrum import SymmetricSpectrum, symmetric_spectrum, symmetrised
from thermokin.liouville.rate_matrix import RateMatrix

__all__ = ["PopulationMotion"]

BLOWN_UP = 1e3  # growth under pi^-1/2 that costs a sum over modes three digits of the vector's own size
RESTARTS = 3.0  # passes that a polynomial engine takes to follow a decay over the usual decades


@dataclass(frozen=True, eq=False)
class PopulationMotion:
    """exp(W t), prepared once and applied to any number of vectors and times.

    Args:
        rates: W (..., n, n) [1/time].
        limit: where populations end.
    """

    rates: RateMatrix
    limit: LongTimeLimit

    def end(self, start: FloatArray) -> FloatArray:
        """Where populations end.

        Args:
            start: p(0) (..., n).

        Returns:
            p(inf) (..., n).
        """
        return self.limit.of(start[..., None])[..., 0]

    def path(
        self,
        start: FloatArray,
        times: FloatArray,
        end: FloatArray | None = None,
        deviation: FloatArray | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Populations, and their deviation from the long-time limit.

        Args:
            start: p(0) (..., n).
            times: (..., t) ascending, >= 0.
            end: p(inf) (..., n), if it is known.
            deviation: p(0) - p(inf) (..., n), if it is known to more digits than their difference.

        Returns:
            p(t) and p(t) - p(inf), both (..., t, n); the second keeps its relative accuracy at late times.
        """
        if deviation is None:
            deviation = start - (self.end(start) if end is None else end)
        return self._engine(start, times).path(start, deviation, times)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """exp(W t) v of any vector.

        Args:
            vector: (..., n).
            times: (..., t) ascending, >= 0.

        Returns:
            (..., t, n).
        """
        staying = self.limit.of(vector[..., None])[..., 0]
        decaying = vector - staying
        return np.asarray(staying[..., None, :] + self._engine(decaying, times).carry(decaying, times))

    @cached_property
    def symmetric(self) -> RateMatrix | None:
        """pi^-1/2 W pi^1/2, or None without detailed balance or with more than one long-time limit."""
        return symmetrised(self.rates, self.limit.stationary[0]) if self.limit.unique else None

    @cached_property
    def spectrum(self) -> SymmetricSpectrum | None:
        """The modes under detailed balance, or None without it."""
        if self.symmetric is None:
            return None
        dense = self.symmetric.toarray() if isinstance(self.symmetric, sparse.csr_array) else self.symmetric
        return symmetric_spectrum(dense, self.limit.stationary[0])

    @cached_property
    def propagators(self) -> StepPropagators:
        """exp(W h) for the steps of a grid."""
        dense = self.rates.toarray() if isinstance(self.rates, sparse.csr_array) else self.rates
        return StepPropagators(dense, self.limit)

    @cached_property
    def fastest(self) -> FloatArray:
        """Largest exit rate (...) [1/time]."""
        if isinstance(self.rates, sparse.csr_array):
            return np.asarray(-self.rates.diagonal().min())
        return np.asarray(-np.diagonal(self.rates, axis1=-2, axis2=-1).min(axis=-1))

    def _engine(self, start: FloatArray, times: FloatArray) -> Engine:
        size, batched = self.rates.shape[-1], self.rates.ndim > 2 or times.ndim > 1 or start.ndim > 1
        if size == 2:
            return TwoLevel(self)
        if not batched and size > STEPPING_UP_TO:
            return min(self._large(start, times), key=lambda choice: choice[0])[1]
        if distinct_steps(times) <= FEW_STEPS or self.symmetric is None:
            return Stepping(self)
        return Spectral(self)

    def positive_engine(self, times: FloatArray) -> Engine:
        """The cheapest of the engines whose sums do not cancel."""
        if self.rates.ndim > 2 or times.ndim > 1 or self.rates.shape[-1] <= STEPPING_UP_TO:
            return Stepping(self)
        return min(self._positive(times), key=lambda choice: choice[0])[1]

    def _positive(self, times: FloatArray) -> list[tuple[float, Engine]]:
        """Engines for one large system whose sums do not cancel, with their cost in products of W with a vector."""
        reach = float(self.fastest) * float(times.max(initial=0.0))
        size = self.rates.shape[-1]
        exponentials = (20.0 + np.log2(max(reach, 1.0))) * distinct_steps(times) * size / 4.0
        by_steps = np.inf if isinstance(self.rates, sparse.csr_array) else exponentials
        return [(RESTARTS * uniformisation_terms(reach), Uniformised(self)), (by_steps, Stepping(self))]

    def _large(self, start: FloatArray, times: FloatArray) -> list[tuple[float, Engine]]:
        """All engines for one large system, with their cost in products of W with a vector."""
        reach = float(self.fastest) * float(times.max(initial=0.0))
        size = self.rates.shape[-1]
        thin = isinstance(self.rates, sparse.csr_array)
        by_modes = np.inf if thin and size > 4000 else 12.0 * size  # one eigendecomposition, measured
        choices = self._positive(times)
        if self.symmetric is not None and self.well_scaled(start).all():
            choices.append((RESTARTS * chebyshev_terms(2.0 * reach), Chebyshev(self)))
            choices.append((by_modes, Spectral(self)))
        return choices

    def well_scaled(self, vector: FloatArray) -> BoolArray:
        """Whether pi^-1/2 does not blow a vector (..., n) up (...), which would drown the likely levels in rounding."""
        blown = np.sqrt((vector**2 / self.limit.stationary[0]).sum(axis=-1))
        return np.asarray(blown <= BLOWN_UP * np.abs(vector).sum(axis=-1))

    def at_points(self, points: BoolArray) -> PopulationMotion:
        """The motion of some points of a sweep alone, one axis for all of them.

        Args:
            points: (...) which ones.

        Returns:
            Their motion.
        """
        assert not isinstance(self.rates, sparse.csr_array)  # noqa: S101 - batches are dense
        size = self.rates.shape[-1]
        stationary = np.broadcast_to(self.limit.stationary[0], (*points.shape, size))[points]
        limit = LongTimeLimit(stationary[None], np.ones_like(stationary)[None], self.limit.classes, self.limit.residual)
        return PopulationMotion(np.broadcast_to(self.rates, (*points.shape, size, size))[points], limit)
