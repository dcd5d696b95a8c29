"""Bath statistics: how full a mode of a bath is at a given temperature."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["Bose", "Fermi", "SpinBath", "Statistics", "fermi_factor"]


class Statistics(ABC):
    """How a bath fills and empties a gap: the two factors that multiply its spectrum G(w).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> kinds = tk.Bose(), tk.Fermi(), tk.SpinBath()
        >>> both = [kind.factors(np.array([1.0]), np.array(0.5), np.array(0.0)) for kind in kinds]
        >>> [round(float(np.log(emission / absorption)[0]), 10) for emission, absorption in both]  # w / T
        [2.0, 2.0, 2.0]
    """

    @property
    @abstractmethod
    def moves_particles(self) -> bool:
        """Whether a jump carries one particle between system and bath."""

    @abstractmethod
    def emission(self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
        """Factor of the rate at which the bath empties the gap w: G(w) * emission.

        Args:
            frequency: gap w (..., m) [energy].
            temperature: bath temperature (...) [energy], 0 included.
            chemical_potential: (...) [energy].

        Returns:
            (..., m) [1].
        """

    @abstractmethod
    def absorption(self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
        """Factor of the rate at which the bath fills the gap w: G(w) * absorption; arguments as for `emission`."""

    def factors(
        self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Emission and absorption (..., m) [1] of many gaps together; arguments as for `emission`."""
        known = (frequency, temperature, chemical_potential)
        return self.emission(*known), self.absorption(*known)

    @abstractmethod
    def dephasing_rate(self, at_zero: FloatArray, slope: FloatArray, temperature: FloatArray) -> FloatArray:
        """Zero-frequency rate: the limit of G(w) * absorption(w) as w -> 0.

        Args:
            at_zero: G(0) (...) [1/time].
            slope: G'(0+) (...) [1].
            temperature: (...) [energy].

        Returns:
            (...) [1/time]; inf where the limit diverges.
        """


def reduced(frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
    """(w - mu) / T with the limits T = 0 (+-inf, and 0 at resonance) and T = inf (0).

    Args:
        frequency: w (..., m) [energy].
        temperature: T (...) [energy].
        chemical_potential: mu (...) [energy].

    Returns:
        (..., m) [1].
    """
    potential, warmth = np.asarray(chemical_potential), np.asarray(temperature)[..., None]
    above = frequency - potential[..., None] if potential.any() else np.asarray(frequency)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.asarray(above / warmth)
    if (warmth > 0.0).all():
        return ratio
    return np.where(above == 0.0, 0.0, ratio)


@dataclass(frozen=True)
class Bose(Statistics):
    """Bosonic bath: empties a gap at G (n + 1), fills it at G n, n = 1 / (e^{w/T} - 1).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> emission, absorption = tk.Bose().factors(np.array([1.0]), np.array(0.5), np.array(0.0))
        >>> round(float(absorption[0]), 8), round(float(emission[0]), 8)  # n = 1 / (e^2 - 1) and n + 1
        (0.15651764, 1.15651764)
    """

    @property
    def moves_particles(self) -> bool:
        """A photon or phonon is not counted as a particle."""
        return False

    def emission(self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
        """n(w) + 1 = 1 / (1 - e^{-w/T})."""
        return np.asarray(-1.0 / np.expm1(-reduced(frequency, temperature, chemical_potential)))

    def absorption(self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
        """n(w) = 1 / (e^{w/T} - 1), written so that it underflows to 0 and never overflows."""
        small = np.exp(-reduced(frequency, temperature, chemical_potential))
        return np.asarray(-small / np.expm1(-reduced(frequency, temperature, chemical_potential)))

    def factors(
        self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Both n + 1 and n from one exponential and its fine difference from 1: n = e^{-w/T} (n + 1)."""
        exponent = reduced(frequency, temperature, chemical_potential)
        np.negative(exponent, out=exponent)
        filled = np.expm1(exponent)
        np.divide(-1.0, filled, out=filled)
        np.exp(exponent, out=exponent)
        exponent *= filled
        return filled, exponent

    def dephasing_rate(self, at_zero: FloatArray, slope: FloatArray, temperature: FloatArray) -> FloatArray:
        """T G'(0): finite for an Ohmic spectrum, 0 above it, divergent below it."""
        with np.errstate(invalid="ignore"):
            limit = np.where(np.asarray(temperature) == 0.0, 0.0, temperature * np.asarray(slope))
        return np.where((np.asarray(at_zero) > 0.0) & (np.asarray(temperature) > 0.0), np.inf, limit)


def fermi_factor(exponent: FloatArray) -> FloatArray:
    """1 / (e^x + 1) without overflow.

    Args:
        exponent: x (...), +-inf included.

    Returns:
        (...).
    """
    small = np.exp(-np.abs(exponent))
    return np.where(exponent > 0.0, small, 1.0) / (1.0 + small)


class _HalfFilled(Statistics):
    """What Fermi and spin baths share: the filling f = 1 / (e^{(w - mu)/T} + 1)."""

    def emission(self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
        """1 - f(w)."""
        return fermi_factor(-reduced(frequency, temperature, chemical_potential))

    def absorption(self, frequency: FloatArray, temperature: FloatArray, chemical_potential: FloatArray) -> FloatArray:
        """f(w)."""
        return fermi_factor(reduced(frequency, temperature, chemical_potential))

    def dephasing_rate(self, at_zero: FloatArray, slope: FloatArray, temperature: FloatArray) -> FloatArray:
        """G(0) / 2: a two-state environment is half filled at zero frequency."""
        return np.asarray(0.5 * np.asarray(at_zero))


@dataclass(frozen=True)
class Fermi(_HalfFilled):
    """Fermionic lead: one particle leaves a level w at G (1 - f) and enters it at G f, f = 1 / (e^{(w - mu)/T} + 1).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> out, into = tk.Fermi().factors(np.array([1.0]), np.array(0.5), np.array(0.5))
        >>> round(float(into[0]), 8), round(float(out[0]), 8)  # f = 1 / (e + 1) and 1 - f
        (0.26894142, 0.73105858)
    """

    @property
    def moves_particles(self) -> bool:
        """Each jump moves one particle."""
        return True


@dataclass(frozen=True)
class SpinBath(_HalfFilled):
    """Bath of two-level systems: empties a gap at G (1 - f), fills it at G f, f = 1 / (e^{w/T} + 1).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> emission, absorption = tk.SpinBath().factors(np.array([1.0]), np.array(0.5), np.array(0.0))
        >>> round(float(absorption[0]), 8), round(float(emission[0]), 8)  # f = 1 / (e^2 + 1) and 1 - f
        (0.11920292, 0.88079708)
    """

    @property
    def moves_particles(self) -> bool:
        """A flip of a bath spin is not a particle."""
        return False
