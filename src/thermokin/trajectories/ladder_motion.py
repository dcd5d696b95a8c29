"""Motion between jumps by a ladder of propagators, for effective Hamiltonians close to defective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["LadderMotion", "ladder_motion"]


@dataclass(frozen=True, eq=False)
class LadderMotion:
    """Propagators over horizon / 2^k, k = 0, 1, ...: any time is a sum of rungs, found bit by bit.

    Args:
        rungs: exp(-i K horizon / 2^k) (k, d, d), down to steps so short that their square is lost in rounding.
        effective: K (d, d) [energy].
        decay: sum_k L_k^+ L_k (d, d) [1/time].
        horizon: the longest time that counts [time].
    """

    rungs: ComplexArray
    effective: ComplexArray
    decay: ComplexArray
    horizon: float

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

    def fall(self, kets: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """How |psi|^2 falls between jumps.

        Args:
            kets: psi (n, d).

        Returns:
            Its rate <psi|D|psi>, D = sum_k L_k^+ L_k, and the change of that rate in time, both (n,).
        """
        falling = kets @ self.decay.T
        turned = -1j * (kets @ self.effective.T)
        rate = np.einsum("nd,nd->n", kets.conj(), falling).real
        return rate, 2.0 * np.einsum("nd,nd->n", falling.conj(), turned).real


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
    return LadderMotion(rungs, effective, decay, horizon)


def _squares(kets: ComplexArray) -> FloatArray:
    return np.asarray((kets.real**2 + kets.imag**2).sum(axis=1))
