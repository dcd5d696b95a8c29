"""The motion of populations: one prepared rate matrix, and the engine that suits its size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.dynamics import two_level
from thermokin.dynamics.long_time_limit import LongTimeLimit
from thermokin.dynamics.polynomial_motion import (
    chebyshev,
    chebyshev_terms,
    relax,
    uniformisation,
    uniformisation_terms,
)
from thermokin.dynamics.positive_exponential import distinct_steps, step_through
from thermokin.dynamics.symmetric_spectrum import SymmetricSpectrum, symmetric_spectrum, symmetrised
from thermokin.liouville.rate_matrix import RateMatrix

__all__ = ["PopulationMotion"]

BLOWN_UP = 1e3  # growth under pi^-1/2 that costs a sum over modes three digits of the vector's own size
STEPPING_UP_TO = 150  # levels up to which a few matrix exponentials are the quickest and the most accurate engine
FEW_STEPS = 3
SAFE = 1e8 * np.finfo(float).eps  # populations must stand this far above the rounding of a sum over modes
SAFE_LARGE = 1e3 * np.finfo(float).eps  # the same for many levels, where another engine costs seconds


class Engine(ABC):
    """One way to compute exp(W t) v."""

    @abstractmethod
    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""

    @abstractmethod
    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """exp(W t) v of a vector (..., n) without a stationary part (..., t, n)."""


@dataclass(frozen=True, eq=False)
class PopulationMotion:
    """exp(W t), prepared once and applied to any number of vectors and times.

    Args:
        rates: W (..., n, n) [1/time].
        limit: where populations end.
    """

    rates: RateMatrix
    limit: LongTimeLimit

    def path(self, start: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations, and their deviation from the long-time limit.

        Args:
            start: p(0) (..., n).
            times: (..., t) ascending, >= 0.

        Returns:
            p(t) and p(t) - p(inf), both (..., t, n); the second keeps its relative accuracy at late times.
        """
        deviation = start - self.limit.of(start[..., None])[..., 0]
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
    def fastest(self) -> FloatArray:
        """Largest exit rate (...) [1/time]."""
        if isinstance(self.rates, sparse.csr_array):
            return np.asarray(-self.rates.diagonal().min())
        return np.asarray(-np.diagonal(self.rates, axis1=-2, axis2=-1).min(axis=-1))

    def _engine(self, start: FloatArray, times: FloatArray) -> Engine:
        size, batched = self.rates.shape[-1], self.rates.ndim > 2 or times.ndim > 1 or start.ndim > 1
        if size == 2:
            return _TwoLevel(self)
        if not batched and size > STEPPING_UP_TO:
            return min(self._large(start, times), key=lambda choice: choice[0])[1]
        if distinct_steps(times) <= FEW_STEPS or self.symmetric is None:
            return _Stepping(self)
        return _Spectral(self)

    def positive_engine(self, times: FloatArray) -> Engine:
        """The cheapest of the engines whose sums do not cancel."""
        if self.rates.ndim > 2 or times.ndim > 1 or self.rates.shape[-1] <= STEPPING_UP_TO:
            return _Stepping(self)
        return min(self._positive(times), key=lambda choice: choice[0])[1]

    def _positive(self, times: FloatArray) -> list[tuple[float, Engine]]:
        """Engines for one large system whose sums do not cancel, with their cost in products of W with a vector."""
        reach = float(self.fastest) * float(times.max(initial=0.0))
        size = self.rates.shape[-1]
        exponentials = (20.0 + np.log2(max(reach, 1.0))) * distinct_steps(times) * size / 4.0
        by_steps = np.inf if isinstance(self.rates, sparse.csr_array) else exponentials
        return [(float(uniformisation_terms(reach)), _Uniformised(self)), (by_steps, _Stepping(self))]

    def _large(self, start: FloatArray, times: FloatArray) -> list[tuple[float, Engine]]:
        """All engines for one large system, with their cost in products of W with a vector."""
        reach = float(self.fastest) * float(times.max(initial=0.0))
        size = self.rates.shape[-1]
        thin = isinstance(self.rates, sparse.csr_array)
        by_modes = np.inf if thin and size > 4000 else 12.0 * size  # one eigendecomposition, measured
        choices = self._positive(times)
        if self.symmetric is not None and self.well_scaled(start).all():
            choices.append((float(chebyshev_terms(2.0 * reach)), _Chebyshev(self)))
            choices.append((by_modes, _Spectral(self)))
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


@dataclass(frozen=True, eq=False)
class _TwoLevel(Engine):
    """Two levels in closed form."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        rates = self.motion.rates
        assert not isinstance(rates, sparse.csr_array)  # noqa: S101 - two levels are never sparse
        if not self.motion.limit.unique:
            return _Stepping(self.motion).path(start, deviation, times)
        final = self.motion.limit.stationary[0]
        return two_level.populations(rates, start, final, times), self.carry(deviation, times)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        rates = self.motion.rates
        assert not isinstance(rates, sparse.csr_array)  # noqa: S101 - two levels are never sparse
        return two_level.relaxation(rates, vector, times)


@dataclass(frozen=True, eq=False)
class _Stepping(Engine):
    """One exponential for each distinct step: every population to its own relative accuracy."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        rates = self.motion.rates
        dense = rates.toarray() if isinstance(rates, sparse.csr_array) else rates
        return step_through(dense, start, deviation, times, self.motion.limit)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        return self.path(np.zeros_like(vector), vector, times)[1]


@dataclass(frozen=True, eq=False)
class _Spectral(Engine):
    """The sum over modes; points whose smallest populations it cannot resolve go to the stepping engine."""

    motion: PopulationMotion

    @property
    def _modes(self) -> SymmetricSpectrum:
        assert self.motion.spectrum is not None  # noqa: S101 - chosen only under detailed balance
        return self.motion.spectrum

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        modes, final = self._modes, self.motion.limit.stationary[0][..., None, :]
        later = modes.relaxation(deviation[..., None], times)[..., 0]
        early = start[..., None, :] + modes.increase(deviation[..., None], times)[..., 0]
        # Below half of its final value a population is better known from where it started.
        populations = np.where(final + later < 0.5 * final, early, final + later)
        weight = np.sqrt((deviation**2 / self.motion.limit.stationary[0]).sum(axis=-1))
        safe = SAFE if start.shape[-1] <= STEPPING_UP_TO else SAFE_LARGE
        rounding = safe * modes.root * np.maximum(weight, 1e-3)[..., None]
        poor = (populations <= rounding[..., None, :]).any(axis=(-2, -1))
        started = times == 0.0
        populations = np.where(started[..., None], start[..., None, :], populations)
        if not poor.any():
            return populations, later
        return self._resolved(poor, populations, later, start, deviation, times)

    def _resolved(
        self,
        poor: BoolArray,
        populations: FloatArray,
        later: FloatArray,
        start: FloatArray,
        deviation: FloatArray,
        times: FloatArray,
    ) -> tuple[FloatArray, FloatArray]:
        if poor.ndim == 0:
            return self.motion.positive_engine(times).path(start, deviation, times)
        shape = (*poor.shape, start.shape[-1])
        engine = _Stepping(self.motion.at_points(poor))
        grid = np.broadcast_to(times, (*poor.shape, times.shape[-1]))[poor] if times.ndim > 1 else times
        populations, later = populations.copy(), later.copy()
        populations[poor], later[poor] = engine.path(
            np.broadcast_to(start, shape)[poor], np.broadcast_to(deviation, shape)[poor], grid
        )
        return populations, later

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        carried = self._modes.relaxation(vector[..., None], times)[..., 0]
        poor = ~self.motion.well_scaled(vector)
        return (
            carried
            if not poor.any()
            else self._resolved(poor, carried, carried, np.zeros_like(vector), vector, times)[1]
        )


@dataclass(frozen=True, eq=False)
class _Chebyshev(Engine):
    """Chebyshev polynomials of the symmetrised rate matrix."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        final = self.motion.limit.stationary[0]
        later = self.carry(deviation, times)
        populations = np.where((times == 0.0)[:, None], start, final + later)
        rounding = SAFE_LARGE * np.sqrt(final) * np.sqrt((start**2 / final).sum())
        if (populations[times > 0.0] <= rounding).any():
            return self.motion.positive_engine(times).path(start, deviation, times)
        return populations, later

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        symmetric, root = self.motion.symmetric, np.asarray(np.sqrt(self.motion.limit.stationary[0]))
        assert symmetric is not None  # noqa: S101 - chosen only under detailed balance
        fastest = 2.0 * float(self.motion.fastest)

        def apply(vectors: FloatArray, ahead: FloatArray) -> FloatArray:
            return chebyshev(symmetric, fastest, vectors, ahead)

        def project(vectors: FloatArray) -> FloatArray:
            return np.asarray(vectors - root[:, None] * (root @ vectors))

        return np.asarray(relax(apply, project((vector / root)[:, None]), times, project)[..., 0] * root)


@dataclass(frozen=True, eq=False)
class _Uniformised(Engine):
    """A Poisson mixture of powers of the jump chain."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        populations = uniformisation(self.motion.rates, float(self.motion.fastest), start[:, None], times)[..., 0]
        return populations, self.carry(deviation, times)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        limit = self.motion.limit

        def apply(vectors: FloatArray, ahead: FloatArray) -> FloatArray:
            return uniformisation(self.motion.rates, float(self.motion.fastest), vectors, ahead)

        def project(vectors: FloatArray) -> FloatArray:
            return vectors - limit.of(vectors)

        return relax(apply, vector[:, None], times, project)[..., 0]
