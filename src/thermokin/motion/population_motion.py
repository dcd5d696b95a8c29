"""The motion of populations: one prepared rate matrix, and the engine that suits its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError, NotConvergedError
from thermokin._typing import BoolArray, FloatArray, RateMatrix
from thermokin.liouville.rate_matrix import FILLED_UP_TO
from thermokin.motion.long_time_limit import LongTimeLimit
from thermokin.motion.one_way_modes import one_way_modes
from thermokin.motion.population_engines import (
    STEPPING_UP_TO,
    Chebyshev,
    Engine,
    Spectral,
    Stepping,
    TwoLevel,
    Uniformised,
)
from thermokin.numerics.polynomial_exponential import chebyshev_terms, uniformisation_terms
from thermokin.numerics.positive_exponential import FEW_STEPS, StepPropagators, distinct_steps
from thermokin.numerics.symmetric_spectrum import SymmetricSpectrum, symmetric_spectrum, symmetrised

__all__ = ["PopulationMotion"]

BLOWN_UP = 1e3  # growth under pi^-1/2 that costs a sum over modes three digits of the vector's own size
RESTARTS = 3.0  # passes that a polynomial engine takes to follow a decay over the usual decades
THIN = 10.0  # products with a thin rate matrix in the time of one with a full one
ROUNDED_OFF = 1e8  # jumps of the fastest level after which polynomials in W keep eight digits of what is slow


def _dense(matrix: RateMatrix) -> FloatArray:
    return matrix.toarray() if isinstance(matrix, sparse.csr_array) else matrix


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

    def rounding(
        self, start: FloatArray, populations: FloatArray, deviation: FloatArray, times: FloatArray
    ) -> FloatArray:
        """What populations lack beyond a few units of their last digit.

        Args:
            start: p(0) (..., n).
            populations: over time (..., t, n).
            deviation: at time 0, from where they end (..., n).
            times: (..., t) [time].

        Returns:
            (..., t, n) or of one number for all levels; summed over modes, the smallest know least.
        """
        return self._engine(start, times).rounding(populations, deviation, times)

    @cached_property
    def symmetric(self) -> RateMatrix | None:
        """pi^-1/2 W pi^1/2, or None without detailed balance or with more than one long-time limit."""
        return symmetrised(self.rates, self.limit.stationary[0]) if self.limit.unique else None

    @cached_property
    def spectrum(self) -> SymmetricSpectrum | None:
        """The modes under detailed balance, or None without it.

        Raises:
            NotConvergedError: if slow modes are slower than doubles hold.
        """
        if self.symmetric is None:
            return None
        try:
            return symmetric_spectrum(_dense(self.symmetric), self.limit.stationary[0], _dense(self.rates))
        except HypothesisError:  # only the fast rates keep it
            return None

    @property
    def summable(self) -> bool:
        """Whether populations can be summed over orthonormal modes."""
        try:
            return self.spectrum is not None
        except NotConvergedError:
            return False

    @property
    def modes_affordable(self) -> bool:
        """Whether a dense eigendecomposition is within reach."""
        return not isinstance(self.rates, sparse.csr_array) or self.rates.shape[-1] <= FILLED_UP_TO

    @cached_property
    def modes(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Values (..., n), right and left modes (..., n, n) in columns: those that last first, then by their decay.

        Raises:
            NotConvergedError: if slow modes are slower than doubles hold.
        """
        spectrum = self.spectrum
        if spectrum is None:
            return one_way_modes(_dense(self.rates), self.limit)
        root = spectrum.root[..., :, None]
        return spectrum.values, spectrum.vectors * root, spectrum.vectors / root

    @cached_property
    def propagators(self) -> StepPropagators:
        """exp(W h) for the steps of a grid."""
        return StepPropagators(_dense(self.rates), self.limit.of(np.eye(self.rates.shape[-1])))

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

    def _engine(self, start: FloatArray, times: FloatArray) -> Engine:
        size, batched = self.rates.shape[-1], self.rates.ndim > 2 or times.ndim > 1 or start.ndim > 1
        if size == 2:
            return TwoLevel(self)
        if not batched and size > STEPPING_UP_TO:
            return self._cheapest(self._large(start, times), times)
        if distinct_steps(times) <= FEW_STEPS or not self.summable:
            return Stepping(self)
        return Spectral(self)

    def positive_engine(self, times: FloatArray) -> Engine:
        """The cheapest of the engines whose sums do not cancel.

        Args:
            times: (..., t) ascending, >= 0.

        Returns:
            The engine.

        Raises:
            NotConvergedError: if none reaches so late a time.
        """
        if self.rates.ndim > 2 or times.ndim > 1 or self.rates.shape[-1] <= STEPPING_UP_TO:
            return Stepping(self)
        return self._cheapest(self._positive(times), times)

    def _reach(self, times: FloatArray) -> float:
        return float(self.fastest) * float(times.max(initial=0.0))

    def _cheapest(self, choices: list[tuple[float, Engine]], times: FloatArray) -> Engine:
        engine = min(choices, key=lambda choice: choice[0])[1]
        if isinstance(engine, Spectral) and not self.summable:
            return self.positive_engine(times)
        reach = self._reach(times)
        if isinstance(engine, Chebyshev | Uniformised) and reach > ROUNDED_OFF:
            raise NotConvergedError(
                f"{reach:.1e} jumps of the fastest level are too many to follow {self.rates.shape[-1]} levels through:",
                reach * float(np.finfo(float).eps),
                "polynomials in the rate matrix lose what is slow beside it. Ask for shorter times, or for the steady "
                "state.",
            )
        return engine

    def _positive(self, times: FloatArray) -> list[tuple[float, Engine]]:
        """Engines for one large system whose sums do not cancel, with their cost in products of W with a vector."""
        reach, size = self._reach(times), self.rates.shape[-1]
        exponentials = (20.0 + np.log2(max(reach, 1.0))) * distinct_steps(times) * size / 4.0
        if isinstance(self.rates, sparse.csr_array):
            exponentials = THIN * exponentials if size <= FILLED_UP_TO else np.inf
        return [(RESTARTS * uniformisation_terms(reach), Uniformised(self)), (exponentials, Stepping(self))]

    def _large(self, start: FloatArray, times: FloatArray) -> list[tuple[float, Engine]]:
        """All engines for one large system, with their cost in products of W with a vector."""
        size = self.rates.shape[-1]
        by_modes = 12.0 * size if self.modes_affordable else np.inf  # one eigendecomposition, measured
        choices = self._positive(times)
        if self.symmetric is not None and self.well_scaled(start).all():
            choices.append((RESTARTS * chebyshev_terms(2.0 * self._reach(times)), Chebyshev(self)))
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
        return PopulationMotion(np.broadcast_to(self.rates, (*points.shape, size, size))[points], self.limit.at(points))
