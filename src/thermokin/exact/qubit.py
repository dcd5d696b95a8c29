"""The thermal qubit after a quench, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.exact.thermal_quench import (
    HeatDistribution,
    ThermalQuench,
    product,
    reduced_frequency,
    start_temperature,
)
from thermokin.geometry.two_levels import statistical_length
from thermokin.model.bath import positive_numbers
from thermokin.model.statistics import Statistics
from thermokin.operators.entropy import relative_entropy_of_populations

__all__ = ["QubitQuench"]


@dataclass(frozen=True, eq=False, init=False)
class QubitQuench(ThermalQuench):
    """H = diag(0, w) in Gibbs(T_i), put on a bath at T_f at time 0. All numbers may carry leading axes.

    With G = down + up, e = exp(-G t), x = 1 - e and f = 1 / (e^{w/T} + 1): p(t) = p_i e + p_f x. Every formula is a
    sum of positive terms, or a difference that is known to all its digits, so early and late times, a start at
    temperature 0 and nearly equal temperatures lose none. Methods take times (..., t) in any order.

    Args:
        gap: w (...) [energy].
        rate: of the flat spectrum (...) [1/time].
        initial_temperature: T_i (...) [energy], 0 and inf included.
        bath_temperature: T_f (...) [energy], 0 included.
        statistics: of the bath.

    Raises:
        ValueError: if a number is out of its range.
        TypeError: if one is not a number.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> heating = tk.exact.QubitQuench(1.0, 0.01, initial_temperature=0.5, bath_temperature=2.0)
        >>> [round(float(one.relaxation_rate), 8) for one in (heating, heating.reversed())]  # heating is faster
        [0.04082988, 0.01313035]
        >>> [round(0.01 / math.tanh(0.5 / warmth), 8) for warmth in (2.0, 0.5)]
        [0.04082988, 0.01313035]
    """

    gap: FloatArray

    def __init__(
        self,
        gap: ArrayLike,
        rate: ArrayLike,
        initial_temperature: ArrayLike,
        bath_temperature: ArrayLike,
        *,
        statistics: Statistics | None = None,
    ) -> None:
        object.__setattr__(self, "gap", positive_numbers(gap, "gap"))
        self._set(rate, start_temperature(initial_temperature), bath_temperature, statistics)

    @property
    def _quantum(self) -> FloatArray:
        return self.gap

    def reversed(self) -> QubitQuench:
        """The reciprocal quench: the two temperatures exchanged."""
        return QubitQuench(
            self.gap, self.rate, self.bath_temperature, self.initial_temperature, statistics=self.statistics
        )

    @property
    def relaxation_rate(self) -> FloatArray:
        """G = down + up (...) [1/time]: g coth(w/2T_f) in a Bose bath, g in a Fermi or spin bath."""
        down, up = self._rates
        return np.asarray(down + up)

    @property
    def initial_populations(self) -> FloatArray:
        """Ground and excited state at time 0 (..., 2)."""
        return _thermal(self.gap, self.initial_temperature)

    @property
    def final_populations(self) -> FloatArray:
        """Ground and excited state in the end (..., 2)."""
        return _thermal(self.gap, self.bath_temperature)

    @property
    def change(self) -> FloatArray:
        """How much excited population the quench brings in all, p_f - p_i (...), to all its digits."""
        start, end, force = self.initial_populations, self.final_populations, self.initial_force
        with np.errstate(over="ignore", invalid="ignore"):
            heating = -end[..., 1] * start[..., 0] * np.expm1(-np.abs(force))
            cooling = start[..., 1] * end[..., 0] * np.expm1(-np.abs(force))
        return np.where(force >= 0.0, heating, cooling)

    def populations(self, times: ArrayLike) -> FloatArray:
        """Ground and excited state over time (..., t, 2)."""
        _, left, gone = self._passed(times)
        start, end = self.initial_populations[..., None, :], self.final_populations[..., None, :]
        return np.asarray(start * left[..., None] + end * gone[..., None])

    def effective_temperature(self, times: ArrayLike) -> FloatArray:
        """T(t) = w / ln[(1-p)/p] (..., t) [energy]."""
        grid, left, gone = self._passed(times)
        populations = self.populations(times)
        start, end = (
            np.tanh(0.5 * reduced_frequency(self.gap, t)) for t in (self.initial_temperature, self.bath_temperature)
        )
        bias = start[..., None] * left + end[..., None] * gone
        with np.errstate(divide="ignore"):
            far = np.log(populations[..., 0]) - np.log(populations[..., 1])
            logarithm = np.where(bias < 0.5, 2.0 * np.arctanh(np.minimum(bias, 0.5)), far)
            temperature = self.gap[..., None] / logarithm
        return np.where(grid == 0.0, self.initial_temperature[..., None], temperature)

    def force(self, times: ArrayLike) -> FloatArray:
        """The thermodynamic force ln[p_f (1-p) / ((1-p_f) p)] (..., t); +inf where p = 0."""
        grid, left, _ = self._passed(times)
        populations, end = self.populations(times), self.final_populations[..., None, :]
        still = self.change[..., None] * left
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            relative = still / end[..., 1]
            near = np.log1p(still / end[..., 0]) - np.log1p(-relative)
            ratio = np.log(populations[..., 0]) - np.log(populations[..., 1])
            far = ratio - reduced_frequency(self.gap, self.bath_temperature)[..., None]
        force = np.where(np.abs(relative) < 0.5, near, far)
        return np.where(grid == 0.0, self.initial_force[..., None], np.where(still == 0.0, 0.0, force))

    def entropy_production(self, times: ArrayLike) -> FloatArray:
        """Sigma = D(p_i || p_f) - D(p || p_f) = D(p_i || p) + (p - p_i) force(t) (..., t) [nats]."""
        _, _, gone = self._passed(times)
        moved = self.change[..., None] * gone
        populations = self.populations(times)
        start = np.broadcast_to(self.initial_populations[..., None, :], populations.shape)
        difference = np.stack([moved, -moved], axis=-1)
        away = relative_entropy_of_populations(start, populations, np.broadcast_to(difference, populations.shape))
        sigma = away + product(moved, self.force(times))
        # What has underflowed has nothing left to produce.
        return np.where((populations[..., 1] == 0.0) & (moved < 0.0), self.total_entropy_production[..., None], sigma)

    @property
    def total_entropy_production(self) -> FloatArray:
        """Entropy production in all, D(p_i || p_f) (...) [nats]; inf for cooling to temperature 0."""
        shape = np.broadcast_shapes(self.initial_populations.shape, self.final_populations.shape)
        start, end = np.broadcast_to(self.initial_populations, shape), np.broadcast_to(self.final_populations, shape)
        change = np.broadcast_to(self.change, shape[:-1])
        direct = relative_entropy_of_populations(start, end, np.stack([change, -change], axis=-1))
        # Where p_f has underflowed its logarithm is still known.
        cold = reduced_frequency(self.gap, self.bath_temperature)
        with np.errstate(invalid="ignore", over="ignore"):
            weights = [np.log1p(np.exp(-x)) for x in (cold, reduced_frequency(self.gap, self.initial_temperature))]
            lost = weights[0] - weights[1] - product(self.initial_force, start[..., 1])
        return np.where((end[..., 1] == 0.0) & np.isfinite(cold), lost, direct)

    def heat_variance(self, times: ArrayLike) -> FloatArray:
        """Variance of the heat since time 0, w^2 [a (1-a) + c (1-c) + 2 a c] (..., t), a = P(+w), c = P(-w)."""
        up, down = self._exchanged(times)
        square = (self.gap**2)[..., None]
        return np.asarray(square * (up * (1.0 - up) + down * (1.0 - down) + 2.0 * up * down))

    def _exchanged(self, times: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """P(+w) = (1-p_i) p_f x and P(-w) = p_i (1-p_f) x (..., t)."""
        _, _, gone = self._passed(times)
        start, end = self.initial_populations, self.final_populations
        up, down = start[..., 0] * end[..., 1], start[..., 1] * end[..., 0]
        return np.asarray(up[..., None] * gone), np.asarray(down[..., None] * gone)

    def heat_distribution(self, times: ArrayLike) -> HeatDistribution:
        """The whole distribution of the heat: P(+w) = (1-p_i) p_f x, P(-w) = p_i (1-p_f) x, P(0) the rest.

        Args:
            times: (..., t), >= 0 [time].

        Returns:
            Values -w, 0, w and their probabilities.
        """
        _, left, gone = self._passed(times)
        up, down = self._exchanged(times)
        start, end = self.initial_populations, self.final_populations
        same = (start * end).sum(axis=-1)[..., None] * gone + left
        values = self.gap[..., None] * np.array([-1.0, 0.0, 1.0])
        return HeatDistribution(values, np.stack(np.broadcast_arrays(down, same, up), axis=-1))

    def activity_rate(self, times: ArrayLike) -> FloatArray:
        """Jumps per time, G [(1-p_f) p + p_f (1-p)] (..., t) [1/time]."""
        populations, end = self.populations(times), self.final_populations[..., None, ::-1]
        return np.asarray(self.relaxation_rate[..., None] * (populations * end).sum(axis=-1))

    def activity(self, times: ArrayLike) -> FloatArray:
        """Jumps since time 0, 2 G p_f (1-p_f) t + (1-2p_f) (p_i-p_f) x (..., t)."""
        grid, _, gone = self._passed(times)
        end = self.final_populations
        steady = 2.0 * self.relaxation_rate * end[..., 0] * end[..., 1]
        excess = np.tanh(0.5 * reduced_frequency(self.gap, self.bath_temperature)) * self.change
        return np.asarray(steady[..., None] * grid - excess[..., None] * gone)

    def velocity(self, times: ArrayLike) -> FloatArray:
        """Statistical velocity |p'| / sqrt(p (1-p)) (..., t) [1/time]; inf where p = 0."""
        grid, left, _ = self._passed(times)
        speed = np.abs(self.relaxation_rate * self.change)[..., None] * left
        populations = self.populations(times)
        roots = np.sqrt(populations)
        # At time 0 the root is known where the population has underflowed.
        early = np.exp(-0.5 * reduced_frequency(self.gap, self.initial_temperature))[..., None] * roots[..., 0]
        product = roots[..., 0] * np.where(grid == 0.0, early, roots[..., 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            velocity = speed / product
        lost = np.where((grid == 0.0) & (speed > 0.0), np.inf, 0.0)
        return np.where(product > 0.0, velocity, lost)

    def length(self, times: ArrayLike) -> FloatArray:
        """Statistical length 2 |arcsin sqrt p(t) - arcsin sqrt p_i| (..., t)."""
        _, _, gone = self._passed(times)
        return statistical_length(
            self.populations(times), self.initial_populations[..., None, :], self.change[..., None] * gone
        )

    @property
    def total_length(self) -> FloatArray:
        """Statistical length 2 |arcsin sqrt p_f - arcsin sqrt p_i| (...), the same in both directions."""
        return statistical_length(self.final_populations, self.initial_populations, self.change)


def _thermal(gap: FloatArray, temperature: FloatArray) -> FloatArray:
    """Gibbs populations (..., 2), each to its own relative accuracy."""
    weight = np.exp(-reduced_frequency(gap, temperature))
    return np.stack([1.0 / (1.0 + weight), weight / (1.0 + weight)], axis=-1)
