"""What exactly solvable quenches share: their numbers, checked, jump rates, and the distribution of their heat."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, positive_numbers, real_numbers
from thermokin.model.statistics import Bose, Statistics

__all__ = [
    "HeatDistribution",
    "ThermalQuench",
    "force_difference",
    "jump_rates",
    "product",
    "reduced_frequency",
    "start_temperature",
    "time_axis",
]


def start_temperature(value: ArrayLike, largest: float = np.inf) -> FloatArray:
    """An initial temperature, 0 included.

    Args:
        value: (...) [energy].
        largest: where the state is not defined any more.

    Returns:
        (...) [energy].

    Raises:
        ValueError: if one is negative or too large.
        TypeError: if it is not a number.
    """
    numbers = real_numbers(value, "initial_temperature")
    if not ((numbers >= 0.0) & (numbers <= largest)).all():
        need = ">= 0" if np.isinf(largest) else ">= 0 and finite"
        raise ValueError(f"`initial_temperature` must be {need}, got {numbers.ravel()[np.argmin(numbers)]:g}.")
    return numbers


def time_axis(times: ArrayLike) -> FloatArray:
    """Times since the quench, in any order.

    Args:
        times: (..., t), finite and >= 0 [time].

    Returns:
        (..., t).

    Raises:
        ValueError: if they are not.
        TypeError: if they are not numbers.
    """
    grid = real_numbers(times, "times")
    if grid.ndim == 0:
        raise ValueError("`times` must have shape (..., t), got one number; give a list of one.")
    if not (np.isfinite(grid) & (grid >= 0.0)).all():
        raise ValueError("`times` must be finite and >= 0.")
    return grid


def reduced_frequency(frequency: FloatArray, temperature: FloatArray) -> FloatArray:
    """The ratio w/T; inf at temperature 0.

    Args:
        frequency: w (...) [energy], > 0.
        temperature: T (...) [energy].

    Returns:
        (...).
    """
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(frequency / temperature)


def force_difference(frequency: FloatArray, initial: FloatArray, bath: FloatArray) -> FloatArray:
    """The thermodynamic force w (1/T_i - 1/T_f) that a quench starts with, to all its digits.

    Args:
        frequency: w (...) [energy].
        initial: T_i (...) [energy].
        bath: T_f (...) [energy].

    Returns:
        (...); +inf for a start at temperature 0, -inf for a bath at 0, 0 where the temperatures are equal.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ordinary = frequency / initial * ((bath - initial) / bath)
        unbounded = frequency / initial - frequency / bath
    extreme = (initial == 0.0) | (bath == 0.0) | np.isinf(initial) | np.isinf(bath)
    return np.where(initial == bath, 0.0, np.where(extreme, unbounded, ordinary))


def jump_rates(
    frequency: FloatArray, rate: FloatArray, temperature: FloatArray, statistics: Statistics
) -> tuple[FloatArray, FloatArray]:
    """The rates at which a bath empties and fills a gap.

    Args:
        frequency: the gap (...) [energy].
        rate: of a flat spectrum (...) [1/time].
        temperature: of the bath (...) [energy].
        statistics: of the bath.

    Returns:
        Emission and absorption (...) [1/time].

    Raises:
        ValueError: if the bath cannot have that temperature.
    """
    bath = Bath("bath", temperature, statistics=statistics)
    frequencies, temperatures = np.broadcast_arrays(frequency, bath.temperature)
    arguments = (frequencies[..., None], temperatures, np.zeros(()))
    down = rate * statistics.emission(*arguments)[..., 0]
    up = rate * statistics.absorption(*arguments)[..., 0]
    return np.asarray(down), np.asarray(up)


@dataclass(frozen=True, eq=False)
class HeatDistribution(Result):
    """Probabilities of the values that the heat can take.

    Args:
        values: heat into the system since time 0 (..., m) [energy], ascending.
        probabilities: (..., t, m).
    """

    values: FloatArray
    probabilities: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean heat (..., t) [energy], over the values listed."""
        return np.asarray((self.values[..., None, :] * self.probabilities).sum(axis=-1))

    @property
    def variance(self) -> FloatArray:
        """Variance of the heat (..., t) [energy^2], over the values listed."""
        apart = self.values[..., None, :] - self.mean[..., None]
        return np.asarray((apart**2 * self.probabilities).sum(axis=-1))


@dataclass(frozen=True, eq=False, init=False)
class ThermalQuench(ABC):
    """What one gap w relaxing at one rate G has in common, whatever stands on its levels.

    With e = exp(-G t) and x = 1 - e a mean occupation runs from its start N_i to its end N_f as N_i e + N_f x.
    """

    rate: FloatArray
    initial_temperature: FloatArray
    bath_temperature: FloatArray
    statistics: Statistics

    def _set(
        self,
        rate: ArrayLike,
        initial_temperature: FloatArray,
        bath_temperature: ArrayLike,
        statistics: Statistics | None,
    ) -> None:
        object.__setattr__(self, "rate", positive_numbers(rate, "rate"))
        object.__setattr__(self, "initial_temperature", initial_temperature)
        object.__setattr__(self, "bath_temperature", real_numbers(bath_temperature, "bath_temperature"))
        object.__setattr__(self, "statistics", Bose() if statistics is None else statistics)
        _ = self.relaxation_rate  # refuses what no bath can be

    @property
    @abstractmethod
    def _quantum(self) -> FloatArray:
        """The energy w of one quantum (...)."""

    @property
    def _rates(self) -> tuple[FloatArray, FloatArray]:
        """The rates down and up (...) [1/time]."""
        return jump_rates(self._quantum, self.rate, self.bath_temperature, self.statistics)

    @property
    @abstractmethod
    def relaxation_rate(self) -> FloatArray:
        """G (...) [1/time]."""

    @property
    @abstractmethod
    def change(self) -> FloatArray:
        """How much the mean occupation changes in all, N_f - N_i (...), to all its digits."""

    @property
    @abstractmethod
    def total_length(self) -> FloatArray:
        """Statistical length of the whole path (...), the same in both directions."""

    @abstractmethod
    def length(self, times: ArrayLike) -> FloatArray:
        """Statistical length up to each time (..., t)."""

    @abstractmethod
    def force(self, times: ArrayLike) -> FloatArray:
        """The thermodynamic force at each time, w [1/T(t) - 1/T_f] (..., t)."""

    @abstractmethod
    def reversed(self) -> ThermalQuench:
        """The reciprocal quench: the two temperatures exchanged."""

    @property
    def initial_force(self) -> FloatArray:
        """The thermodynamic force at time 0, w (1/T_i - 1/T_f) (...)."""
        return force_difference(self._quantum, self.initial_temperature, self.bath_temperature)

    def _passed(self, times: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The grid, e and x = 1 - e (..., t)."""
        grid = time_axis(times)
        exponent = -self.relaxation_rate[..., None] * grid
        return grid, np.exp(exponent), -np.expm1(exponent)

    @property
    def initial_rate_ratio(self) -> FloatArray:
        """Entropy production rate at time 0 of the heating quench over that of the cooling one (...)."""
        own, other = self.relaxation_rate, self.reversed().relaxation_rate
        return np.where(self.bath_temperature >= self.initial_temperature, own / other, other / own)

    def heat_rate(self, times: ArrayLike) -> FloatArray:
        """Heat current w G (N_f - N) (..., t) [energy/time]."""
        _, left, _ = self._passed(times)
        return np.asarray((self._quantum * self.relaxation_rate * self.change)[..., None] * left)

    def entropy_production_rate(self, times: ArrayLike) -> FloatArray:
        """Rate sigma = G (N_f - N) w [1/T(t) - 1/T_f] (..., t) [nats/time]; inf where N = 0."""
        _, left, _ = self._passed(times)
        return product(self.relaxation_rate[..., None] * self.change[..., None] * left, self.force(times))

    def heat_mean(self, times: ArrayLike) -> FloatArray:
        """Mean heat since time 0, w (N_f - N_i) x (..., t) [energy]."""
        _, _, gone = self._passed(times)
        return np.asarray((self._quantum * self.change)[..., None] * gone)

    def completion(self, times: ArrayLike) -> FloatArray:
        """L(t) / L(inf) (..., t); 1 where the temperatures are equal."""
        total = self.total_length[..., None]
        return np.where(total > 0.0, self.length(times) / np.where(total > 0.0, total, 1.0), 1.0)


def product(flow: FloatArray, force: FloatArray) -> FloatArray:
    """The product of a flow (...) and its force (...), 0 where nothing flows."""
    with np.errstate(invalid="ignore"):
        return np.where(flow == 0.0, 0.0, flow * force)
