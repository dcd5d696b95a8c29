"""The engines that move populations: one way each to compute exp(W t) v."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from thermokin._typing import BoolArray, FloatArray
from thermokin.numerics import two_level
from thermokin.numerics.polynomial_exponential import chebyshev, relax, uniformisation
from thermokin.numerics.positive_exponential import step_through
from thermokin.numerics.symmetric_spectrum import SymmetricSpectrum

if TYPE_CHECKING:
    from thermokin.motion.population_motion import PopulationMotion

__all__ = ["Chebyshev", "Engine", "Spectral", "Stepping", "TwoLevel", "Uniformised"]

STEPPING_UP_TO = 150  # levels up to which a few matrix exponentials are the quickest and the most accurate engine
SAFE = 1e8 * np.finfo(float).eps  # populations must stand this far above the rounding of a sum over modes
ROUNDING = 16.0 * np.finfo(float).eps  # of each mode in a sum over modes
SAFE_LARGE = 1e3 * np.finfo(float).eps  # the same for many levels, where another engine costs seconds


class Engine(ABC):
    """One way to compute exp(W t) v."""

    @abstractmethod
    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""

    @abstractmethod
    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """Carry a vector: exp(W t) v of v (..., n) without a stationary part (..., t, n)."""

    def rounding(self, populations: FloatArray, deviation: FloatArray, times: FloatArray) -> FloatArray:
        """What populations (..., t, n) lack beyond their own digits, of a start that far (..., n) from its limit."""
        return np.zeros((*times.shape, 1))


@dataclass(frozen=True, eq=False)
class TwoLevel(Engine):
    """Two levels in closed form."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""
        rates = self.motion.rates
        assert not isinstance(rates, sparse.csr_array)  # noqa: S101 - two levels are never sparse
        if not self.motion.limit.unique:
            return Stepping(self.motion).path(start, deviation, times)
        final = self.motion.limit.stationary[0]
        return two_level.path(rates, start, final, deviation, times)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """Carry a vector: exp(W t) v of v (..., n) without a stationary part (..., t, n)."""
        rates = self.motion.rates
        assert not isinstance(rates, sparse.csr_array)  # noqa: S101 - two levels are never sparse
        return two_level.relaxation(rates, vector, times)


@dataclass(frozen=True, eq=False)
class Stepping(Engine):
    """One exponential for each distinct step: every population to its own relative accuracy."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""
        populations, later = step_through(self.motion.propagators, start, deviation, times)
        assert populations is not None  # noqa: S101 - a start was given
        return populations, later

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """Carry a vector: exp(W t) v of v (..., n) without a stationary part (..., t, n)."""
        return step_through(self.motion.propagators, None, vector, times)[1]


@dataclass(frozen=True, eq=False)
class Spectral(Engine):
    """The sum over modes; points whose smallest populations it cannot resolve go to the stepping engine."""

    motion: PopulationMotion

    @property
    def _modes(self) -> SymmetricSpectrum:
        assert self.motion.spectrum is not None  # noqa: S101 - chosen only under detailed balance
        return self.motion.spectrum

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""
        modes, final = self._modes, self.motion.limit.stationary[0][..., None, :]
        later = modes.relaxation(deviation[..., None], times)[..., 0]
        early = start[..., None, :] + modes.increase(deviation[..., None], times)[..., 0]
        # Below half of its final value a population is better known from where it started.
        populations = np.where(final + later < 0.5 * final, early, final + later)
        poor = self._poor(populations, deviation)
        started = times == 0.0
        populations = np.where(started[..., None], start[..., None, :], populations)
        if not poor.any():
            return populations, later
        return self._resolved(poor, populations, later, start, deviation, times)

    def rounding(self, populations: FloatArray, deviation: FloatArray, times: FloatArray) -> FloatArray:
        """What populations (..., t, n) lack beyond their own digits, of a start that far (..., n) from its limit."""
        weight = np.sqrt((deviation**2 / self.motion.limit.stationary[0]).sum(axis=-1))[..., None, None]
        slowest = np.exp(np.minimum(self._modes.values[..., 1, None] * times, 0.0))[..., None]
        lacking = ROUNDING * populations.shape[-1] * self._modes.root[..., None, :] * weight * slowest
        return np.where(self._poor(populations, deviation)[..., None], 0.0, lacking)

    def _poor(self, populations: FloatArray, deviation: FloatArray) -> BoolArray:
        """Where (..., t) the sum over modes does not resolve populations."""
        weight = np.sqrt((deviation**2 / self.motion.limit.stationary[0]).sum(axis=-1))
        safe = SAFE if populations.shape[-1] <= STEPPING_UP_TO else SAFE_LARGE
        rounding = safe * self._modes.root * np.maximum(weight, 1e-3)[..., None]
        return np.asarray((populations <= rounding[..., None, :]).any(axis=-1))

    def _resolved(
        self,
        poor: BoolArray,
        populations: FloatArray,
        later: FloatArray,
        start: FloatArray,
        deviation: FloatArray,
        times: FloatArray,
    ) -> tuple[FloatArray, FloatArray]:
        """Both, put right where the sum over modes is poor (..., t): levels that fill are rare early."""
        if poor.ndim == 1:
            early = int(np.flatnonzero(poor)[-1]) + 1
            engine = self.motion.positive_engine(times[:early])
            populations[:early], later[:early] = engine.path(start, deviation, times[:early])
            return populations, later
        points = np.asarray(poor.any(axis=-1))
        shape = (*points.shape, start.shape[-1])
        stepping = Stepping(self.motion.at_points(points))
        grid = np.broadcast_to(times, (*points.shape, times.shape[-1]))[points] if times.ndim > 1 else times
        populations, later = populations.copy(), later.copy()
        populations[points], later[points] = stepping.path(
            np.broadcast_to(start, shape)[points], np.broadcast_to(deviation, shape)[points], grid
        )
        return populations, later

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """Carry a vector: exp(W t) v of v (..., n) without a stationary part (..., t, n)."""
        carried = self._modes.relaxation(vector[..., None], times)[..., 0]
        poor = ~self.motion.well_scaled(vector)
        return (
            carried
            if not poor.any()
            else self._resolved(
                np.broadcast_to(poor[..., None], carried.shape[:-1]),
                carried,
                carried,
                np.zeros_like(vector),
                vector,
                times,
            )[1]
        )


@dataclass(frozen=True, eq=False)
class Chebyshev(Engine):
    """Chebyshev polynomials of the symmetrised rate matrix."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""
        final = self.motion.limit.stationary[0]
        later = self.carry(deviation, times)
        populations = np.where((times == 0.0)[:, None], start, final + later)
        rounding = SAFE_LARGE * np.sqrt(final) * np.sqrt((start**2 / final).sum())
        if (populations[times > 0.0] <= rounding).any():
            return self.motion.positive_engine(times).path(start, deviation, times)
        return populations, later

    def rounding(self, populations: FloatArray, deviation: FloatArray, times: FloatArray) -> FloatArray:
        """What populations (..., t, n) lack beyond their own digits, of a start that far (..., n) from its limit."""
        final = self.motion.limit.stationary[0]
        weight = np.sqrt((deviation**2 / final).sum())
        return np.broadcast_to(ROUNDING * np.sqrt(final) * weight, populations.shape)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """Carry a vector: exp(W t) v of v (..., n) without a stationary part (..., t, n)."""
        symmetric, root = self.motion.symmetric, np.asarray(np.sqrt(self.motion.limit.stationary[0]))
        assert symmetric is not None  # noqa: S101 - chosen only under detailed balance
        fastest = 2.0 * float(self.motion.fastest)

        def apply(vectors: FloatArray, ahead: FloatArray) -> FloatArray:
            return chebyshev(symmetric, fastest, vectors, ahead)

        def project(vectors: FloatArray) -> FloatArray:
            return np.asarray(vectors - root[:, None] * (root @ vectors))

        return np.asarray(relax(apply, project((vector / root)[:, None]), times, project)[..., 0] * root)


@dataclass(frozen=True, eq=False)
class Uniformised(Engine):
    """A Poisson mixture of powers of the jump chain."""

    motion: PopulationMotion

    def path(self, start: FloatArray, deviation: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Populations and their deviation from the long-time limit (..., t, n)."""
        populations = uniformisation(self.motion.rates, float(self.motion.fastest), start[:, None], times)[..., 0]
        return populations, self.carry(deviation, times)

    def carry(self, vector: FloatArray, times: FloatArray) -> FloatArray:
        """Carry a vector: exp(W t) v of v (..., n) without a stationary part (..., t, n)."""
        limit = self.motion.limit

        def apply(vectors: FloatArray, ahead: FloatArray) -> FloatArray:
            return uniformisation(self.motion.rates, float(self.motion.fastest), vectors, ahead)

        def project(vectors: FloatArray) -> FloatArray:
            return np.asarray(vectors - limit.of(vectors))

        return np.asarray(relax(apply, vector[:, None], times, project)[..., 0])
