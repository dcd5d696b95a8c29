"""Bath spectra: the zero-temperature emission rate G(w) = 2 pi J(w) of a gap w."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers, real_numbers
from thermokin.model.in_words import InWords
from thermokin.model.parameter import Energy, Gap, Parameter, Rate
from thermokin.operators.as_numbers import common_axes

__all__ = [
    "Drude",
    "Flat",
    "Lorentzian",
    "Ohmic",
    "Spectrum",
    "finite_positive",
    "refuse_negative",
    "set_parameters",
]


class Spectrum(InWords, ABC):
    """The zero-temperature emission rate G(w) [1/time] of a unit coupling. Parameters may carry leading axes.

    A bath that moves no particles is asked at w >= 0, a lead at the energy w that a particle brings, of either sign.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> class Line(tk.Spectrum):
        ...     at_zero, slope_at_zero, scale = np.array(0.0061), np.array(0.0061), np.array(np.inf)
        ...     def __call__(self, frequency):
        ...         return 0.01 * np.exp(-0.5 * (frequency - 1.0) ** 2)
        >>> contact = tk.Contact(tk.Bath("bath", 0.0), tk.operators.pauli().x, Line())
        >>> round(float(tk.modes(tk.davies(np.diag([0.0, 1.0]), [contact])).gap), 8)  # G at the gap, its centre
        0.01
    """

    @abstractmethod
    def __call__(self, frequency: FloatArray) -> FloatArray:
        """G(w) (..., m) [1/time] of frequencies w (..., m) [energy]."""

    def continued(self, frequency: FloatArray) -> FloatArray:
        """The same, taken as 0 where the spectrum says nothing (outside a table, below the bottom of a band)."""
        return self(frequency)

    @property
    def lowest(self) -> float:
        """The lowest frequency that it lists one by one [energy]; 0 for a formula."""
        return 0.0

    @property
    def reaches_zero(self) -> bool:
        """Whether it says anything at frequency zero."""
        return True

    @property
    @abstractmethod
    def at_zero(self) -> FloatArray:
        """G(0+) (...) [1/time]."""

    @property
    @abstractmethod
    def slope_at_zero(self) -> FloatArray:
        """G'(0+) (...) [1]; inf where it diverges."""

    @property
    @abstractmethod
    def scale(self) -> FloatArray:
        """A frequency (...) [energy] above which G has decayed or stopped changing; inf for none."""


Strength: TypeAlias = Annotated[ArrayLike, Parameter(above=0.0)]
Cutoff: TypeAlias = Annotated[ArrayLike, Parameter("energy", above=0.0, role="extended")]


def _positive(value: ArrayLike, name: str) -> FloatArray:
    array = real_numbers(value, name)
    if (array <= 0.0).any():
        raise ValueError(f"`{name}` of a spectrum must be > 0, got {array.min():g}.")
    return array


def finite_positive(value: ArrayLike, name: str) -> FloatArray:
    """A parameter of a spectrum that is finite and above 0, or the error that says what is wrong with it."""
    array = _positive(value, name)
    if np.isinf(array).any():
        raise ValueError(f"`{name}` of a spectrum must be finite.")
    return array


def refuse_negative(frequency: FloatArray, kind: str) -> None:
    """Refuse frequencies below 0, with what a lead can have instead."""
    if (np.asarray(frequency) < 0.0).any():
        raise ValueError(
            f"a {kind} spectrum is defined for frequencies >= 0, got {np.min(frequency):g}; use Flat, Lorentzian, Band "
            "or Tabulated, which a lead can have at any frequency, or measure energies from the bottom of the band "
            "(add one number to the energy of each particle and to all chemical potentials)."
        )


def set_parameters(instance: Spectrum, **values: FloatArray) -> None:
    """Fill the fields of a spectrum, whose leading axes must broadcast."""
    common_axes({key: value.shape for key, value in values.items()})
    for key, value in values.items():
        object.__setattr__(instance, key, value)


@dataclass(frozen=True, eq=False)
class Flat(Spectrum):
    """G(w) = rate at every frequency.

    Args:
        rate: the rate (...) [1/time], > 0.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> tk.Flat(0.01)(np.array([0.0, 1.0, 100.0]))
        array([0.01, 0.01, 0.01])
    """

    rate: FloatArray

    def __init__(self, rate: Rate) -> None:
        set_parameters(self, rate=finite_positive(rate, "rate"))

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The same rate at every frequency."""
        return np.broadcast_to(self.rate[..., None], np.broadcast_shapes((*self.rate.shape, 1), frequency.shape))

    @property
    def at_zero(self) -> FloatArray:
        """The rate."""
        return self.rate

    @property
    def slope_at_zero(self) -> FloatArray:
        """Flat: 0."""
        return np.zeros_like(self.rate)

    @property
    def scale(self) -> FloatArray:
        """No scale of its own."""
        return np.full_like(self.rate, np.inf)


@dataclass(frozen=True, eq=False)
class Ohmic(Spectrum):
    """G(w) = strength w^exponent e^{-w/cutoff}: Ohmic at exponent 1, sub-Ohmic below, super-Ohmic above.

    Args:
        strength: the strength (...), > 0 [energy^(1 - exponent)].
        cutoff: cutoff frequency (...), > 0 [energy]; inf for none.
        exponent: 1 is Ohmic, below sub-Ohmic, above super-Ohmic (...), > 0.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> tk.Ohmic(0.02, cutoff=2.0)(np.array([1.0, 2.0])).round(6)  # 0.02 e^-1/2 and 0.04 e^-1
        array([0.012131, 0.014715])
    """

    strength: FloatArray
    cutoff: FloatArray
    exponent: FloatArray

    def __init__(self, strength: Strength, cutoff: Cutoff = np.inf, exponent: Strength = 1.0) -> None:
        set_parameters(
            self,
            strength=finite_positive(strength, "strength"),
            cutoff=_positive(cutoff, "cutoff"),
            exponent=finite_positive(exponent, "exponent"),
        )

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The power law with its exponential cutoff."""
        refuse_negative(frequency, "Ohmic")
        decay = np.exp(-frequency / self.cutoff[..., None])
        return np.asarray(self.strength[..., None] * frequency ** self.exponent[..., None] * decay)

    def continued(self, frequency: FloatArray) -> FloatArray:
        """G(w), 0 below w = 0."""
        return np.where(frequency >= 0.0, self(np.maximum(frequency, 0.0)), 0.0)

    @property
    def at_zero(self) -> FloatArray:
        """Vanishes for every positive exponent."""
        return np.zeros(np.broadcast_shapes(self.strength.shape, self.exponent.shape))

    @property
    def slope_at_zero(self) -> FloatArray:
        """The strength at exponent 1, 0 above, inf below."""
        return np.where(self.exponent == 1.0, self.strength, np.where(self.exponent < 1.0, np.inf, 0.0))

    @property
    def scale(self) -> FloatArray:
        """The cutoff."""
        return self.cutoff


@dataclass(frozen=True, eq=False)
class Drude(Spectrum):
    """G(w) = strength w / (1 + (w/cutoff)^2), the Drude-Lorentz form of an Ohmic bath.

    Args:
        strength: the strength (...), > 0 [1].
        cutoff: cutoff frequency (...), > 0 [energy].

    Example:
        >>> import numpy as np, thermokin as tk
        >>> tk.Drude(0.02, cutoff=2.0)(np.array([1.0, 2.0, 4.0])).round(6)  # largest at the cutoff
        array([0.016, 0.02 , 0.016])
    """

    strength: FloatArray
    cutoff: FloatArray

    def __init__(self, strength: Strength, cutoff: Cutoff) -> None:
        set_parameters(self, strength=finite_positive(strength, "strength"), cutoff=_positive(cutoff, "cutoff"))

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """Linear at low frequency, falling as 1/w above the cutoff."""
        refuse_negative(frequency, "Drude")
        return np.asarray(self.strength[..., None] * frequency / (1.0 + (frequency / self.cutoff[..., None]) ** 2))

    def continued(self, frequency: FloatArray) -> FloatArray:
        """G(w), 0 below w = 0."""
        return np.where(frequency >= 0.0, self(np.maximum(frequency, 0.0)), 0.0)

    @property
    def at_zero(self) -> FloatArray:
        """Vanishes."""
        return np.zeros_like(self.strength)

    @property
    def slope_at_zero(self) -> FloatArray:
        """The strength."""
        return self.strength

    @property
    def scale(self) -> FloatArray:
        """The cutoff."""
        return self.cutoff


@dataclass(frozen=True, eq=False)
class Lorentzian(Spectrum):
    """G(w) = rate (width/2)^2 / ((w - centre)^2 + (width/2)^2), a damped mode at `centre`.

    Args:
        rate: height at the centre (...), > 0 [1/time].
        centre: the line's centre (...) [energy].
        width: full width at half maximum (...), > 0 [energy].

    Example:
        >>> import numpy as np, thermokin as tk
        >>> tk.Lorentzian(0.02, centre=1.0, width=0.2)(np.array([0.9, 1.0, 1.1])).round(6)
        array([0.01, 0.02, 0.01])
    """

    rate: FloatArray
    centre: FloatArray
    width: FloatArray

    def __init__(self, rate: Rate, centre: Energy, width: Gap) -> None:
        known = {"rate": finite_positive(rate, "rate"), "centre": finite_numbers(centre, "centre")}
        set_parameters(self, **known, width=finite_positive(width, "width"))

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The Lorentz line; also at negative frequencies (a Fermi level below zero)."""
        half = 0.5 * self.width[..., None]
        return np.asarray(self.rate[..., None] * half**2 / ((frequency - self.centre[..., None]) ** 2 + half**2))

    @property
    def at_zero(self) -> FloatArray:
        """The tail at w = 0."""
        half = 0.5 * self.width
        return np.asarray(self.rate * half**2 / (self.centre**2 + half**2))

    @property
    def slope_at_zero(self) -> FloatArray:
        """Slope of the tail at w = 0."""
        half = 0.5 * self.width
        return np.asarray(2.0 * self.rate * half**2 * self.centre / (self.centre**2 + half**2) ** 2)

    @property
    def scale(self) -> FloatArray:
        """Where the line has ended."""
        return np.asarray(np.abs(self.centre) + 20.0 * self.width)
