"""The thermal oscillator after a quench, in closed form: all its levels, no truncation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.exact.thermal_quench import (
    HeatDistribution,
    ThermalQuench,
    product,
    reduced_frequency,
    start_temperature,
    time_axis,
)
from thermokin.model.bath import positive_numbers, real_numbers
from thermokin.model.statistics import Bose, Statistics

__all__ = ["OscillatorQuench"]

LARGEST = np.finfo(float).max
NODES, WEIGHTS = leggauss(12)


@dataclass(frozen=True, eq=False, init=False)
class OscillatorQuench(ThermalQuench):
    """H = w a^+ a in Gibbs(T_i), put on a bath at T_f at time 0; it stays Gibbs. All numbers may carry leading axes.

    With N = 1 / (e^{w/T} - 1), G = down - up, e = exp(-G t) and x = 1 - e the mean occupation is N(t) = N_i e + N_f x.
    Formulas keep their digits at early and late times, for a start at temperature 0 and for nearly equal temperatures.
    Methods take times (..., t) in any order.

    Args:
        frequency: w (...) [energy].
        rate: g of the flat spectrum (...) [1/time].
        initial_temperature: T_i (...) [energy], 0 included, finite.
        bath_temperature: T_f (...) [energy], 0 included, finite.
        statistics: of the bath: jumps run at g (n+1) N down and g n (N+1) up, n the bath's filling.

    Raises:
        ValueError: if a number is out of its range.
        TypeError: if one is not a number.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> mode = tk.exact.OscillatorQuench(1.0, 0.01, initial_temperature=0.5, bath_temperature=1.0)
        >>> n, m = 1.0 / math.expm1(1.0 / 0.5), 1.0 / math.expm1(1.0)
        >>> mode.occupation([0.0, 100.0]).round(8), round(n, 8), round(m + (n - m) * math.exp(-1.0), 8)
        (array([0.15651764, 0.42545906]), 0.15651764, 0.42545906)
    """

    frequency: FloatArray

    def __init__(
        self,
        frequency: ArrayLike,
        rate: ArrayLike,
        initial_temperature: ArrayLike,
        bath_temperature: ArrayLike,
        *,
        statistics: Statistics | None = None,
    ) -> None:
        bath = real_numbers(bath_temperature, "bath_temperature")
        if np.isinf(bath).any():
            raise ValueError("`bath_temperature` must be finite: an oscillator has no state of infinite temperature.")
        object.__setattr__(self, "frequency", positive_numbers(frequency, "frequency"))
        self._set(rate, start_temperature(initial_temperature, LARGEST), bath, statistics)

    @property
    def _quantum(self) -> FloatArray:
        return self.frequency

    def reversed(self) -> OscillatorQuench:
        """The reciprocal quench: the two temperatures exchanged."""
        return OscillatorQuench(
            self.frequency, self.rate, self.bath_temperature, self.initial_temperature, statistics=self.statistics
        )

    @property
    def relaxation_rate(self) -> FloatArray:
        """G = down - up (...) [1/time]: g in a Bose bath, g tanh(w/2T_f) in a Fermi or spin bath."""
        if isinstance(self.statistics, Bose):
            shape = np.broadcast_shapes(self.frequency.shape, self.rate.shape, self._rates[0].shape)
            return np.broadcast_to(self.rate, shape)
        return np.asarray(-self._rates[0] * np.expm1(-reduced_frequency(self.frequency, self.bath_temperature)))

    @property
    def initial_occupation(self) -> FloatArray:
        """Mean occupation N_i at time 0 (...)."""
        return _occupation(self.frequency, self.initial_temperature)

    @property
    def final_occupation(self) -> FloatArray:
        """Mean occupation N_f in the end (...)."""
        return _occupation(self.frequency, self.bath_temperature)

    @property
    def change(self) -> FloatArray:
        """How many quanta the quench brings in all, N_f - N_i (...), to all its digits."""
        start, end, force = self.initial_occupation, self.final_occupation, self.initial_force
        share = -np.expm1(-np.abs(force))
        return np.where(force >= 0.0, end * (start + 1.0) * share, -start * (end + 1.0) * share)

    def occupation(self, times: ArrayLike) -> FloatArray:
        """Mean occupation N(t) = N_i e + N_f x (..., t)."""
        _, left, gone = self._passed(times)
        return np.asarray(self.initial_occupation[..., None] * left + self.final_occupation[..., None] * gone)

    def effective_temperature(self, times: ArrayLike) -> FloatArray:
        """T(t) = w / ln(1 + 1/N) (..., t) [energy]."""
        grid = time_axis(times)
        with np.errstate(divide="ignore"):
            temperature = self.frequency[..., None] / np.log1p(1.0 / self.occupation(times))
        return np.where(grid == 0.0, self.initial_temperature[..., None], temperature)

    def force(self, times: ArrayLike) -> FloatArray:
        """The thermodynamic force w [1/T(t) - 1/T_f] (..., t); +inf where N = 0."""
        grid, left, _ = self._passed(times)
        number, end = self.occupation(times), self.final_occupation[..., None]
        still = self.change[..., None] * left
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = still / end
            # N_f (N+1) / [N (N_f+1)] = 1 + (N_f - N) / [N (N_f+1)]
            near = np.log1p(still / (number * (end + 1.0)))
            far = np.log1p(1.0 / number) - reduced_frequency(self.frequency, self.bath_temperature)[..., None]
        force = np.where(np.abs(relative) < 0.5, near, far)
        return np.where(grid == 0.0, self.initial_force[..., None], np.where(still == 0.0, 0.0, force))

    def entropy_production(self, times: ArrayLike) -> FloatArray:
        """Sigma = D(N_i || N_f) - D(N || N_f) = D(N_i || N) + (N - N_i) force(t) (..., t) [nats]."""
        _, _, gone = self._passed(times)
        moved = self.change[..., None] * gone
        away = _divergence(self.initial_occupation[..., None], self.occupation(times), -moved)
        return np.asarray(away + product(moved, self.force(times)))

    @property
    def total_entropy_production(self) -> FloatArray:
        """Entropy production in all, N_i ln(N_i/N_f) - (N_i+1) ln[(N_i+1)/(N_f+1)] (...) [nats]; inf for T_f = 0."""
        return _divergence(self.initial_occupation, self.final_occupation, -self.change)

    def _weights(self, times: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """The weights a = x N_f (N_i+1) and c = x N_i (N_f+1) of quanta taken in and given off (..., t)."""
        _, _, gone = self._passed(times)
        start, end = self.initial_occupation, self.final_occupation
        up, down = end * (start + 1.0), start * (end + 1.0)
        return np.asarray(up[..., None] * gone), np.asarray(down[..., None] * gone)

    def heat_variance(self, times: ArrayLike) -> FloatArray:
        """Variance of the heat since time 0, w^2 [a + c + (a-c)^2] (..., t); it is the same in both directions."""
        up, down = self._weights(times)
        return np.asarray((self.frequency**2)[..., None] * (up + down) + self.heat_mean(times) ** 2)

    def heat_distribution(self, times: ArrayLike, largest: int) -> HeatDistribution:
        """The distribution of the heat, a geometric law on either side of zero.

        <z^{Q/w}> = 1 / [1 + a (1-z) + c (1-1/z)] has two poles. Expanded between them, with b = 1 + a + c and
        s^2 = b^2 - 4ac = 1 + 2(a+c) + (a-c)^2, P(k w) = [2a/(b+s)]^k / s for k >= 0 and [2c/(b+s)]^|k| / s below.

        Args:
            times: (..., t), >= 0 [time].
            largest: number of quanta up to which values are listed, either way.

        Returns:
            Values -largest w to largest w and their probabilities; what lies beyond is missing from their sum.

        Raises:
            ValueError: if `largest` is negative.
        """
        if largest < 0:
            raise ValueError(f"`largest` must be >= 0, got {largest}.")
        up, down = self._weights(times)
        quanta = np.arange(-largest, largest + 1)
        root = np.sqrt(1.0 + 2.0 * (up + down) + (self.change[..., None] * self._passed(times)[2]) ** 2)
        total = 1.0 + up + down + root
        step = np.where(quanta >= 0, (2.0 * up / total)[..., None], (2.0 * down / total)[..., None])
        return HeatDistribution(self.frequency[..., None] * quanta, step ** np.abs(quanta) / root[..., None])

    def activity_rate(self, times: ArrayLike) -> FloatArray:
        """Jumps per time, down N + up (N+1) (..., t) [1/time]."""
        down, up = self._rates
        number = self.occupation(times)
        return np.asarray(down[..., None] * number + up[..., None] * (number + 1.0))

    def activity(self, times: ArrayLike) -> FloatArray:
        """Jumps since time 0, [down N_f + up (N_f+1)] t + (down+up)(N_i-N_f) x/G (..., t)."""
        grid, _, gone = self._passed(times)
        (down, up), end = self._rates, self.final_occupation
        steady = down * end + up * (end + 1.0)
        excess = (down + up) * self.change / self.relaxation_rate
        return np.asarray(steady[..., None] * grid - excess[..., None] * gone)

    def velocity(self, times: ArrayLike) -> FloatArray:
        """Statistical velocity |N'| / sqrt(N (N+1)) (..., t) [1/time]; inf where N = 0."""
        grid, left, _ = self._passed(times)
        speed = np.abs(self.relaxation_rate * self.change)[..., None] * left
        number = self.occupation(times)
        # At time 0 the root is known where the occupation has underflowed.
        half = np.exp(-0.5 * reduced_frequency(self.frequency, self.initial_temperature))
        root = np.sqrt(number)
        root = np.where((grid == 0.0) & (number < 1e-200), half[..., None], root)
        with np.errstate(divide="ignore", invalid="ignore"):
            velocity = speed / (root * np.sqrt(number + 1.0))
        return np.where(root > 0.0, velocity, np.where((grid == 0.0) & (speed > 0.0), np.inf, 0.0))

    def length(self, times: ArrayLike) -> FloatArray:
        """Statistical length 2 |arcsinh sqrt N(t) - arcsinh sqrt N_i| (..., t)."""
        _, _, gone = self._passed(times)
        return _length(self.occupation(times), self.initial_occupation[..., None], self.change[..., None] * gone)

    @property
    def total_length(self) -> FloatArray:
        """Statistical length 2 |arcsinh sqrt N_f - arcsinh sqrt N_i| (...), the same in both directions."""
        return _length(self.final_occupation, self.initial_occupation, self.change)


def _occupation(frequency: FloatArray, temperature: FloatArray) -> FloatArray:
    """N = 1 / (e^{w/T} - 1), written so that it underflows to 0 and never overflows."""
    small = np.exp(-reduced_frequency(frequency, temperature))
    return np.asarray(-small / np.expm1(-reduced_frequency(frequency, temperature)))


def _length(one: FloatArray, other: FloatArray, difference: FloatArray) -> FloatArray:
    """2 |arcsinh sqrt M - arcsinh sqrt N| = 2 arcsinh(|M - N| / [sqrt(M (N+1)) + sqrt(N (M+1))])."""
    roots = np.sqrt(one * (other + 1.0)) + np.sqrt(other * (one + 1.0))
    return np.asarray(2.0 * np.arcsinh(np.abs(difference) / np.where(roots > 0.0, roots, 1.0)))


def _divergence(one: FloatArray, other: FloatArray, difference: FloatArray) -> FloatArray:
    """D(M || N) = int_N^M (M-n) / [n (n+1)] dn, which does not cancel; in closed form where M and N are far apart."""
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = difference / (other * (one + 1.0))
        ratio = np.where(excess < -0.5, np.log(one / other * ((other + 1.0) / (one + 1.0))), np.log1p(excess))
        far = product(one, ratio) - np.log1p(difference / (other + 1.0))
        place = 0.5 * (NODES + 1.0)
        between = other[..., None] + difference[..., None] * place
        near = difference**2 * ((1.0 - place) / (between * (between + 1.0)) @ (0.5 * WEIGHTS))
    close = np.abs(difference) <= 0.5 * other
    return np.where(difference == 0.0, 0.0, np.where(close, near, far))
