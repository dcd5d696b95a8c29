"""Motion between jumps in the eigenbasis of the effective Hamiltonian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray

__all__ = ["SpectralMotion"]

MOST_STEPS = 200  # halving a bracket alone ends within 60 or so


@dataclass(frozen=True, eq=False)
class SpectralMotion:
    """exp(-i K t) psi = V exp(-i kappa t) V^-1 psi.

    Args:
        values: kappa (d,) [energy].
        vectors: V (d, d).
        inverse: V^-1 (d, d).
        decay: sum_k L_k^+ L_k (d, d) [1/time].
        horizon: the longest time that counts [time].
    """

    values: ComplexArray
    vectors: ComplexArray
    inverse: ComplexArray
    decay: ComplexArray
    horizon: float

    def moved(self, kets: ComplexArray, ages: FloatArray) -> ComplexArray:
        """Kets at given ages.

        Args:
            kets: (n, d).
            ages: (n,) [time].

        Returns:
            exp(-i K age) psi (n, d), not normalised.
        """
        return self._at(kets @ self.inverse.T, ages)

    def _at(self, coefficients: ComplexArray, ages: FloatArray) -> ComplexArray:
        # Real functions are vectorised, the complex exponential is not: three times as fast.
        damping, phase = np.exp(ages[:, None] * self.values.imag), ages[:, None] * self.values.real
        factor = np.empty(phase.shape, dtype=np.complex128)
        factor.real, factor.imag = damping * np.cos(phase), -damping * np.sin(phase)
        return np.asarray((coefficients * factor) @ self.vectors.T)

    def waits(self, kets: ComplexArray, survival: FloatArray) -> tuple[FloatArray, ComplexArray]:
        """Times at which the survival |exp(-i K t) psi|^2 falls to given values.

        Newton's steps on the logarithm of the survival, kept inside a bracket that shrinks; where a step leaves it
        or gains less than a factor of two, the bracket is halved. Ends at rounding.

        Args:
            kets: psi (n, d), normalised.
            survival: (n,) in (0, 1).

        Returns:
            The times (n,), inf where the survival stays above within the horizon, and the kets there (n, d).

        Raises:
            NotConvergedError: if a bracket does not close, which rounding rules out.
        """
        coefficients = kets @ self.inverse.T
        times = np.full(survival.size, np.inf)
        last = self._at(coefficients, np.full(survival.size, self.horizon))
        active = np.flatnonzero(_squares(last) < survival)
        search = _Search(survival[active], self.horizon, float(np.trace(self.decay).real) / self.values.size)
        part = coefficients[active]
        found = last
        for _ in range(MOST_STEPS):
            if not active.size:
                return times, found
            now = self._at(part, search.times)
            rate = np.einsum("nd,nd->n", now.conj(), now @ self.decay.T).real
            done = search.step(_squares(now), rate)
            times[active[done]], found[active[done]] = search.accepted[done], now[done]
            active, part = active[~done], part[~done]
            search.keep(~done)
        raise NotConvergedError(
            "waiting times were not found by halving their brackets.", float(active.size), "Report this model."
        )

    def fall(self, kets: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """How |psi|^2 falls between jumps.

        Args:
            kets: psi (n, d).

        Returns:
            Its rate <psi|D|psi>, D = sum_k L_k^+ L_k, and the change of that rate in time, both (n,).
        """
        falling = kets @ self.decay.T
        turned = -1j * (((kets @ self.inverse.T) * self.values) @ self.vectors.T)
        rate = np.einsum("nd,nd->n", kets.conj(), falling).real
        return rate, 2.0 * np.einsum("nd,nd->n", falling.conj(), turned).real


class _Search:
    """Brackets and trial times of many survivals at once.

    Args:
        target: survivals sought (n,).
        horizon: upper end of all brackets.
        rate: a typical rate, which gives the first trial.
    """

    def __init__(self, target: FloatArray, horizon: float, rate: float) -> None:
        self.target = target
        self.low = np.zeros(target.size)
        self.high = np.full(target.size, horizon)
        first = -np.log(target) / rate if target.size else target
        self.times = np.where(first < horizon, first, 0.5 * horizon)
        self.accepted = self.times
        self.error = np.full(target.size, np.inf)

    def step(self, survival: FloatArray, rate: FloatArray) -> BoolArray:
        """Takes survival and its rate of fall at the trial times; sets new trials; says which trials were right."""
        eps = np.finfo(float).eps
        above = survival > self.target
        self.low, self.high = np.where(above, self.times, self.low), np.where(above, self.high, self.times)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.log(survival / self.target)
            trial = self.times + error * survival / rate
        self.accepted = self.times
        done = (np.abs(error) <= 4.0 * eps) | (self.high - self.low <= 2.0 * eps * self.high)
        good = (trial > self.low) & (trial < self.high) & (np.abs(error) <= 0.5 * self.error)
        self.error = np.where(good, np.abs(error), np.inf)
        self.times = np.where(good, trial, 0.5 * (self.low + self.high))
        return np.asarray(done)

    def keep(self, which: BoolArray) -> None:
        """Drops the others."""
        for name in ("target", "low", "high", "times", "error"):
            setattr(self, name, getattr(self, name)[which])


def _squares(kets: ComplexArray) -> FloatArray:
    return np.asarray((kets.real**2 + kets.imag**2).sum(axis=1))
