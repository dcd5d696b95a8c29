"""What exactly solvable quenches share: their numbers, checked, jump rates, and the distribution of their heat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, real_numbers
from thermokin.model.statistics import Statistics

__all__ = [
    "HeatDistribution",
    "force_difference",
    "jump_rates",
    "positive",
    "reduced_frequency",
    "start_temperature",
    "time_axis",
]


def positive(value: ArrayLike, name: str) -> FloatArray:
    """A positive finite number or an array of them.

    Args:
        value: (...).
        name: the argument's name, for the error.

    Returns:
        (...).

    Raises:
        ValueError: if one is not positive and finite.
        TypeError: if it is not a number.
    """
    numbers = real_numbers(value, name)
    if not ((numbers > 0.0) & np.isfinite(numbers)).all():
        raise ValueError(f"`{name}` must be > 0 and finite, got {numbers.ravel()[np.argmin(numbers)]:g}.")
    return numbers


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
