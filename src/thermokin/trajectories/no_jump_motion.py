"""The motion of kets between jumps, exp(-i K t) psi, and the times at which their survival falls to given values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian

__all__ = ["LadderMotion", "NoJumpMotion", "SpectralMotion", "ladder_motion", "no_jump_motion"]

ROUNDING = 1e-13  # eps times the condition number up to which eigenvectors are used: the error of a survival
MOST_STEPS = 200  # halving a bracket alone ends within 60 or so


@dataclass(frozen=True, eq=False)
class NoJumpMotion(ABC):
    """How kets move while nothing is detected.

    Args:
        decay: D = sum_k L_k^+ L_k (d, d) [1/time].
        horizon: the longest time that counts [time].
    """

    decay: ComplexArray
    horizon: float

    @abstractmethod
    def moved(self, kets: ComplexArray, ages: FloatArray) -> ComplexArray:
        """exp(-i K age) psi (n, d), not normalised, of kets (n, d) and ages (n,), at most the horizon [time]."""

    @abstractmethod
    def turned(self, kets: ComplexArray) -> ComplexArray:
        """-i K psi (n, d) of kets (n, d)."""

    @abstractmethod
    def waits(self, kets: ComplexArray, survival: FloatArray) -> tuple[FloatArray, ComplexArray]:
        """Times at which the survival |exp(-i K t) psi|^2 falls to given values.

        Args:
            kets: psi (n, d), normalised.
            survival: (n,) in (0, 1).

        Returns:
            The times (n,), inf where the survival stays above within the horizon, and the kets there (n, d).
        """

    def fall(self, kets: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """How |psi|^2 falls between jumps.

        Args:
            kets: psi (n, d).

        Returns:
            Its rate <psi|D|psi> and the change of that rate in time, both (n,).
        """
        falling = kets @ self.decay.T
        rate = np.einsum("nd,nd->n", kets.conj(), falling).real
        return rate, 2.0 * np.einsum("nd,nd->n", falling.conj(), self.turned(kets)).real


@dataclass(frozen=True, eq=False)
class SpectralMotion(NoJumpMotion):
    """exp(-i K t) psi = V exp(-i kappa t) V^-1 psi.

    Args:
        values: kappa (d,) [energy].
        vectors: V (d, d).
        inverse: V^-1 (d, d).
    """

    values: ComplexArray
    vectors: ComplexArray
    inverse: ComplexArray

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

    def turned(self, kets: ComplexArray) -> ComplexArray:
        """-i K psi (n, d)."""
        return np.asarray(-1j * (((kets @ self.inverse.T) * self.values) @ self.vectors.T))


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


@dataclass(frozen=True, eq=False)
class LadderMotion(NoJumpMotion):
    """Propagators over horizon / 2^k, k = 0, 1, ...: any time is a sum of rungs, found bit by bit.

    Args:
        rungs: exp(-i K horizon / 2^k) (k, d, d), down to steps so short that their square is lost in rounding.
        effective: K (d, d) [energy].
    """

    rungs: ComplexArray
    effective: ComplexArray

    def moved(self, kets: ComplexArray, ages: FloatArray) -> ComplexArray:
        """Kets at given ages.

        Args:
            kets: (n, d).
            ages: (n,), at most the horizon [time].

        Returns:
            exp(-i K age) psi (n, d), not normalised.
        """
        now, left, step = kets.astype(np.complex128), ages.astype(np.float64), self.horizon
        for rung in self.rungs:
            take = left >= step
            now = np.where(take[:, None], now @ rung.T, now)
            left = np.where(take, left - step, left)
            step *= 0.5
        return self._short(now, left)

    def _short(self, kets: ComplexArray, times: FloatArray) -> ComplexArray:
        return np.asarray(kets - 1j * times[:, None] * (kets @ self.effective.T))

    def waits(self, kets: ComplexArray, survival: FloatArray) -> tuple[FloatArray, ComplexArray]:
        """Times at which the survival |exp(-i K t) psi|^2 falls to given values.

        A rung is climbed where the survival stays above its value; one Newton step inside the last ends at rounding.

        Args:
            kets: psi (n, d), normalised.
            survival: (n,) in (0, 1).

        Returns:
            The times (n,), inf where the survival stays above within the horizon, and the kets there (n, d).
        """
        now, step = kets.astype(np.complex128), self.horizon
        times, beyond = np.zeros(survival.size), np.zeros(survival.size, dtype=bool)
        for number, rung in enumerate(self.rungs):
            trial = now @ rung.T
            climb = _squares(trial) >= survival
            if number == 0:
                beyond = climb
            now = np.where(climb[:, None], trial, now)
            times = np.where(climb, times + step, times)
            step *= 0.5
        rate = np.einsum("nd,nd->n", now.conj(), now @ self.decay.T).real
        excess = _squares(now) - survival
        with np.errstate(divide="ignore", invalid="ignore"):
            last = np.where((excess > 0.0) & (excess < 2.0 * step * rate), excess / rate, 0.0)
        now = np.where(beyond[:, None], now, self._short(now, last))
        return np.where(beyond, np.inf, times + last), now

    def turned(self, kets: ComplexArray) -> ComplexArray:
        """-i K psi (n, d)."""
        return np.asarray(-1j * (kets @ self.effective.T))


def ladder_motion(effective: ComplexArray, decay: ComplexArray, horizon: float) -> LadderMotion:
    """The ladder of an effective Hamiltonian.

    Args:
        effective: K (d, d) [energy].
        decay: sum_k L_k^+ L_k (d, d) [1/time].
        horizon: the longest time that counts [time].

    Returns:
        The ladder.

    Cost:
        About log2(|K| horizon) + 26 matrix exponentials.
    """
    size = float(np.linalg.norm(effective, 2)) * horizon
    bits = 26 + int(np.ceil(np.log2(max(size, 1.0))))  # the last step moves by 2^-26, its square is below rounding
    rungs = np.stack([scipy.linalg.expm(-1j * effective * (horizon / 2.0**k)) for k in range(bits + 1)])
    return LadderMotion(decay, horizon, rungs, effective)


def no_jump_motion(liouvillian: Liouvillian, horizon: float) -> NoJumpMotion:
    """The motion between jumps up to a horizon.

    In the eigenbasis of the effective Hamiltonian K, where survivals are sums of exponentials, if eps times the
    condition number of the eigenvectors is at most 1e-13; closer to a defective K, by a ladder of propagators over
    horizon / 2^k, which needs no eigenvectors.

    Args:
        liouvillian: of a model without leading axes.
        horizon: the longest time that counts [time].

    Returns:
        The motion.
    """
    effective, decay = liouvillian.effective_hamiltonian, liouvillian.decay.dense
    values, vectors = np.linalg.eig(effective)
    if np.finfo(float).eps * np.linalg.cond(vectors) <= ROUNDING:
        return SpectralMotion(decay, horizon, values, vectors, np.linalg.inv(vectors))
    return ladder_motion(effective, decay, horizon)


def _squares(kets: ComplexArray) -> FloatArray:
    return np.asarray((kets.real**2 + kets.imag**2).sum(axis=1))
