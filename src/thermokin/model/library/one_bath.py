"""A qubit, a spin, an oscillator, a fermionic level on one bath, built from parts that several baths may touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.bath import Bath, finite_numbers, positive_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.cut_modes import told_if_cut
from thermokin.model.model import Model
from thermokin.model.parameter import Energy, Gap, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi, Statistics
from thermokin.operators.as_numbers import as_whole
from thermokin.operators.fock import annihilators, destroy, number
from thermokin.operators.spins import pauli
from thermokin.operators.spins import spin as spin_operators

__all__ = ["Parts", "fermionic_level", "made_of", "oscillator", "parts_of", "qubit", "spin"]

MOST = 10_000  # levels of one mode
Levels: TypeAlias = Annotated[int, Parameter(least=2, most=MOST, levels=lambda kept: kept, truncates=True)]
Length: TypeAlias = Annotated[
    float, Parameter(least=0.5, most=4999.5, step=0.5, levels=lambda length: round(2.0 * length + 1.0))
]
Build = TypeVar("Build", bound=Callable[..., Model])


@dataclass(frozen=True)
class Parts:
    """What a system brings to its baths.

    Args:
        hamiltonian: H (..., d, d) [energy].
        lowering: A (..., d, d), whose elements all lower the energy or remove a particle.
        number: of particles (d, d), where they are counted.
    """

    hamiltonian: OperatorLike
    lowering: FloatArray | ComplexArray
    number: OperatorLike | None = None

    def touched_by(self, statistics: Statistics) -> FloatArray | ComplexArray:
        """What a bath couples to unless it says so: A + A^+; of a lead, which takes quanta for particles, A.

        Both ways each gap is emptied and filled at the bath's two rates, once.

        Args:
            statistics: of the bath.

        Returns:
            (..., d, d).
        """
        lowering = self.lowering
        return lowering if statistics.moves_particles else lowering + lowering.conj().swapaxes(-1, -2)

    def on(self, bath: Bath, rate: ArrayLike) -> Model:
        """The system on one bath with a flat spectrum.

        Args:
            bath: the bath.
            rate: of the spectrum (...) [1/time].

        Returns:
            The model; leading axes broadcast.

        Raises:
            ValueError: as `davies` and `Flat`.
        """
        contact = Contact(bath, self.touched_by(bath.statistics), Flat(rate))
        return davies(self.hamiltonian, [contact], number_operator=self.number)


def parts_of(build: object) -> Callable[..., Parts] | None:
    """What makes the parts of a builder's models; None of one whose models have the baths that they have."""
    return getattr(build, "parts", None)


def made_of(parts: Callable[..., Parts]) -> Callable[[Build], Build]:
    """Let a builder say what it is made of, so that a study may set its system between several baths.

    Args:
        parts: the parts, from some of the builder's arguments under the same names.

    Returns:
        What marks the builder, which then has `parts`.
    """

    def mark(build: Build) -> Build:
        vars(build)["parts"] = parts
        return build

    return mark


def _qubit(gap: ArrayLike) -> Parts:
    return Parts(positive_numbers(gap, "gap")[..., None, None] * np.diag([0.0, 1.0]), pauli().minus)


@knows_parameters
@made_of(_qubit)
def qubit(gap: Gap, rate: Rate, temperature: Temperature, *, statistics: Statistics | None = None) -> Model:
    """A two-level system H = diag(0, gap) on one bath with a flat spectrum.

    Args:
        gap: the energy gap (...) [energy], > 0.
        rate: zero-temperature emission rate of a unit coupling (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ValueError: if the gap is not positive, or as `Bath` and `Flat`.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=0.5)
        >>> p = tk.steady_state(qubit).populations
        >>> round(float(np.log(p[0] / p[1])), 10)  # gap over temperature
        2.0
    """
    return _qubit(gap).on(Bath("bath", temperature, statistics=statistics), rate)


def _fermionic_level(energy: ArrayLike) -> Parts:
    (level,) = annihilators(1)
    occupied = level.conj().T @ level
    return Parts(finite_numbers(energy, "energy")[..., None, None] * np.asarray(occupied), level, occupied)


@knows_parameters
@made_of(_fermionic_level)
def fermionic_level(energy: Energy, rate: Rate, temperature: Temperature, chemical_potential: Energy = 0.0) -> Model:
    """One level H = energy d^+ d on one lead, named "bath": in at rate f, out at rate (1 - f).

    Args:
        energy: the level's energy (...) [energy], of either sign.
        rate: tunnelling rate (...) [1/time].
        temperature: of the lead (...) [energy].
        chemical_potential: of the lead (...) [energy].

    Returns:
        The model of dimension 2, with its particle number.

    Raises:
        ValueError: as `Bath` and `Flat`.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> level = tk.library.fermionic_level(1.0, rate=0.01, temperature=0.5, chemical_potential=0.5)
        >>> round(float(tk.steady_state(level).populations[1]), 8), round(1.0 / (math.e + 1.0), 8)
        (0.26894142, 0.26894142)
    """
    return _fermionic_level(energy).on(Bath("bath", temperature, chemical_potential, Fermi()), rate)


def _oscillator(levels: int, frequency: ArrayLike) -> Parts:
    energy, kept = positive_numbers(frequency, "frequency"), as_whole(levels, "levels", 2, MOST)
    return Parts(energy[..., None, None] * number(kept), destroy(kept))


@knows_parameters
@made_of(_oscillator)
def oscillator(
    levels: Levels, frequency: Gap, rate: Rate, temperature: Temperature, *, statistics: Statistics | None = None
) -> Model:
    """A mode H = frequency n, truncated to `levels`, on one bath with a flat spectrum.

    All its gaps are one Bohr frequency, so emission is one collective jump, the annihilation operator.

    Args:
        levels: states kept, >= 2; `validity` has a line "truncation" where they are too few for the temperature.
        frequency: the frequency (...) [energy], > 0.
        rate: energy damping rate at zero temperature (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ValueError: if the frequency is not positive or fewer than two levels are kept, or as `Bath` and `Flat`.

    Example:
        >>> import thermokin as tk
        >>> mode = tk.library.oscillator(30, frequency=1.0, rate=0.01, temperature=0.5)
        >>> round(float(tk.modes(mode).gap), 8)  # a mode cools at its rate at any temperature
        0.01
    """
    bath = Bath("bath", temperature, statistics=statistics)
    mode = _oscillator(levels, frequency).on(bath, rate)
    return told_if_cut(mode, int(levels), np.asarray(frequency, dtype=np.float64), bath.temperature)


def _spin(J: float, gap: ArrayLike) -> Parts:  # noqa: N803 - the field's symbol for the spin quantum number
    energy, operators = positive_numbers(gap, "gap"), spin_operators(J)
    return Parts(energy[..., None, None] * operators.z, operators.minus)


@knows_parameters
@made_of(_spin)
def spin(
    J: Length,  # noqa: N803 - the field's symbol for the spin quantum number
    gap: Gap,
    rate: Rate,
    temperature: Temperature,
    *,
    statistics: Statistics | None = None,
) -> Model:
    """A spin J with H = gap J_z, coupled by J_+ + J_- to one bath with a flat spectrum.

    Args:
        J: the spin, 1/2, 1, 3/2, ...
        gap: Zeeman splitting (...) [energy], > 0.
        rate: zero-temperature emission rate of a unit coupling (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ValueError: if J is no spin or the gap is not positive, or as `Bath` and `Flat`.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> p = tk.steady_state(tk.library.spin(1.5, gap=1.0, rate=0.01, temperature=0.5)).populations
        >>> np.log(p[:-1] / p[1:]).round(8)  # gap over temperature
        array([2., 2., 2.])
    """
    return _spin(J, gap).on(Bath("bath", temperature, statistics=statistics), rate)
