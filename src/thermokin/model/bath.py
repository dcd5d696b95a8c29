"""A thermal bath: its name, temperature, chemical potential and statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import BoolArray, FloatArray
from thermokin.model.in_words import number_in_words
from thermokin.model.statistics import Bose, Statistics
from thermokin.operators.as_numbers import LARGEST, as_extended, common_axes, require_finite, require_moderate

__all__ = ["Bath", "agreeing_points", "bath_entropy", "one_temperature"]


@dataclass(frozen=True, eq=False)
class Bath:
    """A thermal bath. Its temperature and chemical potential may carry leading axes (parameter sweeps).

    Args:
        name: how currents and results refer to it.
        temperature: (...) [energy], > 0, or exactly 0 (jumps only downwards).
        chemical_potential: (...) [energy]; only a Fermi bath has one.
        statistics: `Bose()`, `Fermi()` or `SpinBath()`.

    Raises:
        ValueError: if a temperature is negative, not a number, or infinite for a Bose bath (its rates diverge),
            if a bath that exchanges no particles is given a chemical potential, or if their axes do not broadcast.
        TypeError: if the name or the statistics are of the wrong type.

    Example:
        >>> import thermokin as tk
        >>> lead = tk.Bath("lead", temperature=0.5, chemical_potential=[0.0, 1.0, 2.0], statistics=tk.Fermi())
        >>> contact, number = tk.Contact(lead, tk.operators.destroy(2), tk.Flat(0.01)), tk.operators.number(2)
        >>> level = tk.davies(number, [contact], number_operator=number)
        >>> tk.steady_state(level).populations[:, 1].round(6)  # Fermi's function
        array([0.119203, 0.5     , 0.880797])
    """

    name: str
    temperature: FloatArray
    chemical_potential: FloatArray = field(default_factory=lambda: np.asarray(0.0))
    statistics: Statistics = field(default_factory=Bose)

    def __init__(
        self,
        name: str,
        temperature: ArrayLike,
        chemical_potential: ArrayLike = 0.0,
        statistics: Statistics | None = None,
    ) -> None:
        statistics = Bose() if statistics is None else statistics
        if not isinstance(name, str) or not name:
            raise TypeError(f"`name` of a bath must be a non-empty string, got {name!r}.")
        if not isinstance(statistics, Statistics):
            raise TypeError(f"`statistics` must be Bose(), Fermi() or SpinBath(), got {statistics!r}.")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "temperature", _temperature(temperature, statistics))
        object.__setattr__(self, "chemical_potential", _chemical_potential(chemical_potential, statistics))
        object.__setattr__(self, "statistics", statistics)
        common_axes({"temperature": self.temperature.shape, "chemical_potential": self.chemical_potential.shape})

    def __hash__(self) -> int:
        """Hash by content, so that a bath can be a key."""
        return hash((self.name, self.temperature.tobytes(), self.chemical_potential.tobytes(), self.statistics))

    def __eq__(self, other: object) -> bool:
        """Two baths are the same when all their fields are."""
        return (
            isinstance(other, Bath)
            and self.name == other.name
            and self.statistics == other.statistics
            and np.array_equal(self.temperature, other.temperature)
            and np.array_equal(self.chemical_potential, other.chemical_potential)
        )

    def __repr__(self) -> str:
        particles = self.statistics.moves_particles
        potential = f", chemical potential {number_in_words(self.chemical_potential)}" if particles else ""
        temperature = number_in_words(self.temperature)
        return f"Bath {self.name!r} at temperature {temperature}{potential}, {type(self.statistics).__name__}"

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of the bath's numbers."""
        return np.broadcast_shapes(self.temperature.shape, self.chemical_potential.shape)


def bath_entropy(heat: FloatArray, temperature: FloatArray) -> FloatArray:
    """Entropy that heat drawn from a bath puts into it, -heat/T.

    Args:
        heat: energy less mu times particles that one jump gives to the system (...) [energy].
        temperature: of the bath (...) [energy].

    Returns:
        (...) [nats]; 0 without heat at any temperature, infinite with heat at T = 0.
    """
    flows = heat != 0.0
    with np.errstate(divide="ignore", over="ignore"):  # at temperature 0, and near it
        return np.where(flows, -heat / np.where(flows, temperature, 1.0), 0.0)


def one_temperature(baths: Sequence[Bath]) -> bool:
    """Whether baths have one temperature and one chemical potential.

    Args:
        baths: at least one.

    Returns:
        The answer, at every point of a sweep.
    """
    first = baths[0]
    return all(
        np.array_equal(bath.temperature, first.temperature)
        and np.array_equal(bath.chemical_potential, first.chemical_potential)
        for bath in baths
    )


def agreeing_points(baths: Sequence[Bath]) -> BoolArray:
    """At which points of a sweep baths have one temperature and one chemical potential.

    Args:
        baths: at least one.

    Returns:
        The answer (...).
    """
    first, found = baths[0], np.ones((), dtype=bool)
    for bath in baths:
        found = found & (bath.temperature == first.temperature) & (bath.chemical_potential == first.chemical_potential)
    return np.asarray(found)


def real_numbers(value: ArrayLike, name: str) -> FloatArray:
    """A float array of `value` that cannot be written to, or the error that says what is wrong with it."""
    usual = type(value) is float and -LARGEST <= value <= LARGEST  # what most models are made of
    array = np.array(value) if usual else _checked(value, name)
    array += 0.0  # -0.0 becomes 0.0, whose reciprocal is positive
    array.flags.writeable = False
    return array


def _checked(value: ArrayLike, name: str) -> FloatArray:
    array = as_extended(value, name)
    if array.size == 0:
        raise ValueError(f"`{name}` must hold at least one number, got shape {array.shape}.")
    require_moderate(array, name)
    return array


def finite_numbers(value: ArrayLike, name: str) -> FloatArray:
    """A float array of `value` without infinities, or the error that says what is wrong with it."""
    array = real_numbers(value, name)
    require_finite(array, name)
    return array


def positive_numbers(value: ArrayLike, name: str) -> FloatArray:
    """A float array of positive, finite `value`, or the error that says what is wrong with it."""
    array = real_numbers(value, name)
    if (array <= 0.0).any() or np.isinf(array).any():
        raise ValueError(f"`{name}` must be > 0 and finite, got {array.min():g}.")
    return array


def _temperature(value: ArrayLike, statistics: Statistics) -> FloatArray:
    temperature = real_numbers(value, "temperature")
    if (temperature < 0.0).any():
        raise ValueError(f"`temperature` of a bath must be >= 0, got {temperature.min():g}.")
    if isinstance(statistics, Bose) and np.isinf(temperature).any():
        raise ValueError("`temperature` of a Bose bath must be finite: its rates diverge at infinite temperature.")
    return temperature


def _chemical_potential(value: ArrayLike, statistics: Statistics) -> FloatArray:
    potential = real_numbers(value, "chemical_potential")
    if not np.isfinite(potential).all():
        raise ValueError("`chemical_potential` must be finite.")
    if (potential != 0.0).any() and not statistics.moves_particles:
        raise ValueError(
            f"`chemical_potential` must be 0 for a {type(statistics).__name__} bath, which exchanges no particles, "
            f"got {potential.max():g}; use statistics=Fermi() for a lead."
        )
    return potential
