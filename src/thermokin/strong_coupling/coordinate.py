"""The mode of a bath that a system couples to, and the site of a lead: what becomes part of the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers, positive_numbers
from thermokin.model.brownian import Brownian
from thermokin.model.contact import require_spectrum
from thermokin.model.spectrum import Flat, Lorentzian, Ohmic, Spectrum
from thermokin.operators.as_numbers import common_axes
from thermokin.strong_coupling.mapped_spectra import ResidualSpectrum, SeenThrough, mode_of

__all__ = ["Coordinate", "LeadSite", "TakenIn"]


@dataclass(frozen=True, eq=False)
class Coordinate:
    """A collective mode of a bosonic bath: the system couples to it by L (a + a^+), and it to the rest of the bath.

    H = H_S + L A (a + a^+) + F a^+ a + (L^2 / F) A^2, and a + a^+ touches the residual bath with the spectrum G_R.

    Args:
        frequency: F (...) [energy], > 0.
        coupling: L (...) [energy], > 0.
        residual: G_R, which a + a^+ sees.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> found = tk.Coordinate.of(tk.Brownian(0.3, frequency=1.5, width=0.02))
        >>> float(found.frequency), float(found.coupling), found.residual(np.array([1.5])).round(9)
        (1.5, 0.3, array([0.02]))
    """

    frequency: FloatArray
    coupling: FloatArray
    residual: Spectrum

    def __init__(self, frequency: ArrayLike, coupling: ArrayLike, residual: Spectrum) -> None:
        require_spectrum(residual)
        object.__setattr__(self, "frequency", positive_numbers(frequency, "frequency"))
        object.__setattr__(self, "coupling", positive_numbers(coupling, "coupling"))
        object.__setattr__(self, "residual", residual)
        common_axes({"frequency": self.frequency.shape, "coupling": self.coupling.shape})

    @classmethod
    def of(cls, spectrum: Spectrum) -> Coordinate:
        """The coordinate of a bath, by the spectrum that the system sees.

        Args:
            spectrum: G(w) of the system's coupling.

        Returns:
            The coordinate; of a `Brownian` spectrum its residual bath is Ohmic. Of another one F^2 = int w G dw /
            int G/w dw, and the residual bath is found by quadrature.

        Raises:
            ArgumentError: if one of these integrals diverges.
        """
        require_spectrum(spectrum)
        if isinstance(spectrum, Brownian):
            return cls(spectrum.frequency, spectrum.coupling, Ohmic(spectrum.width / spectrum.frequency))
        frequency, coupling = mode_of(spectrum)
        return cls(frequency, coupling, ResidualSpectrum(spectrum, frequency, coupling))

    @property
    def reorganisation(self) -> FloatArray:
        """What the bath would lower a shifted system by, L^2 / F = int dw G(w) / (2 pi w) (...) [energy]."""
        return np.asarray(self.coupling**2 / self.frequency)

    @property
    def spectrum(self) -> Spectrum:
        """What the system sees through the coordinate: `Brownian` with an Ohmic residual bath, else by quadrature.

        Raises:
            ArgumentError: if the residual bath does not vanish at frequency 0.
        """
        rest = self.residual
        if isinstance(rest, Ohmic) and np.all(rest.exponent == 1.0) and np.all(np.isinf(rest.cutoff)):
            return Brownian(self.coupling, self.frequency, rest.strength * self.frequency)
        if np.any(rest.at_zero != 0.0):
            raise ArgumentError(
                f"`residual` is {float(np.max(rest.at_zero)):g} at frequency 0, where a coordinate would then have no "
                "rest; give a spectrum that vanishes there, such as Ohmic or Drude.",
                "residual",
            )
        return SeenThrough(rest, self.frequency, self.coupling)


@dataclass(frozen=True, eq=False)
class LeadSite:
    """The site of a lead that electrons hop to: H = H_S + E f^+ f + L (A^+ f + f^+ A), and f touches the rest.

    Args:
        energy: E (...) [energy].
        coupling: L (...) [energy], > 0.
        residual: G_R, which f sees.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> found = tk.LeadSite.of(tk.Lorentzian(0.4, centre=0.2, width=0.1))  # L = sqrt(.4 * .1 / 4)
        >>> float(found.energy), float(found.coupling), found.residual(np.array([0.0]))
        (0.2, 0.1, array([0.1]))
    """

    energy: FloatArray
    coupling: FloatArray
    residual: Spectrum

    def __init__(self, energy: ArrayLike, coupling: ArrayLike, residual: Spectrum) -> None:
        require_spectrum(residual)
        object.__setattr__(self, "energy", finite_numbers(energy, "energy"))
        object.__setattr__(self, "coupling", positive_numbers(coupling, "coupling"))
        object.__setattr__(self, "residual", residual)
        common_axes({"energy": self.energy.shape, "coupling": self.coupling.shape})

    @classmethod
    def of(cls, spectrum: Spectrum) -> LeadSite:
        """The site of a lead, by the spectrum that the system sees.

        Args:
            spectrum: G(w) of the system's coupling.

        Returns:
            The site; of a `Lorentzian` its residual lead is flat, and the mapping exact.

        Raises:
            ArgumentError: if the spectrum is another one.
        """
        require_spectrum(spectrum)
        if not isinstance(spectrum, Lorentzian):
            raise ArgumentError(
                f"a {type(spectrum).__name__} lead has no site with a residual lead in closed form; give "
                "tk.Lorentzian(rate, centre, width).",
                "spectrum",
            )
        return cls(spectrum.centre, 0.5 * np.sqrt(spectrum.rate * spectrum.width), Flat(spectrum.width))

    @property
    def spectrum(self) -> Spectrum:
        """What the system sees through the site."""
        if not isinstance(self.residual, Flat):
            raise ArgumentError("the spectrum through a lead's site is known for a flat residual lead.", "residual")
        width = self.residual.rate
        return Lorentzian(4.0 * self.coupling**2 / width, self.energy, width)


TakenIn: TypeAlias = Coordinate | LeadSite
"""What of a bath becomes part of the system."""
