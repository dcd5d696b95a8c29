"""Poles of spectra: those that are quotients of polynomials have a correlation function of few exponentials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Drude, Lorentzian, Spectrum

__all__ = ["SpectrumPoles", "spectrum_poles"]

APART = 1e-6  # of a width: poles closer than this are one of second order, which has no exponential of its own


@dataclass(frozen=True, eq=False)
class SpectrumPoles:
    """G(w), continued to negative frequencies (odd for a bath without particles), in the lower half of the plane.

    Args:
        spectrum: the spectrum.
        places: of the poles (k,) [energy].
        residues: of G there (k,) [energy/time].
        widest: a frequency that holds all structure of G [energy].
    """

    spectrum: Spectrum
    places: ComplexArray
    residues: ComplexArray
    widest: float

    def at(self, frequency: ComplexArray) -> ComplexArray:
        """G (m,) [1/time] anywhere in the plane but at a pole, from the poles of both halves.

        Args:
            frequency: w (m,) [energy].

        Returns:
            The values.
        """
        below = (self.residues / (frequency[:, None] - self.places)).sum(axis=-1)
        above = (self.residues.conj() / (frequency[:, None] - self.places.conj())).sum(axis=-1)
        return np.asarray(below + above)


def spectrum_poles(contact: Contact, name: str) -> SpectrumPoles:
    """The poles of a contact's spectrum.

    Args:
        contact: at one point.
        name: of the contact, for errors.

    Returns:
        The poles.

    Raises:
        ArgumentError: if the spectrum has none that are known, or two in one place.
    """
    spectrum, lead = contact.spectrum, contact.bath.statistics.moves_particles
    kind = type(spectrum).__name__
    if lead and isinstance(spectrum, Lorentzian):
        height, centre, half = (float(value) for value in (spectrum.rate, spectrum.centre, 0.5 * spectrum.width))
        return _poles(spectrum, [centre - 1j * half], [0.5j * height * half], abs(centre) + 20.0 * half)
    if not lead and isinstance(spectrum, Drude):
        strength, cutoff = float(spectrum.strength), float(spectrum.cutoff)
        if np.isfinite(cutoff):
            return _poles(spectrum, [-1j * cutoff], [0.5 * strength * cutoff**2], 20.0 * cutoff)
    if not lead and isinstance(spectrum, Brownian):
        return _brownian(spectrum, name)
    if lead:
        raise ArgumentError(
            f"`{name}.spectrum` of a lead must be Lorentzian to make a hierarchy, got {kind}: its correlation function "
            "is no sum of exponentials. Take a Lorentzian of the same height that is wider than all energies, or "
            "tk.transport where electrons do not interact.",
            f"{name}.spectrum",
        )
    hint = "" if kind != "Lorentzian" else ", a Brownian one for a line that is odd in frequency"
    raise ArgumentError(
        f"`{name}.spectrum` must be Drude or Brownian with a finite cutoff to make a hierarchy, got {kind}: its "
        "correlation function is no sum of exponentials. Take a Drude spectrum of the same slope and a cutoff beyond "
        f"all gaps{hint}; or a weak-coupling equation, tk.redfield.",
        f"{name}.spectrum",
    )


def _brownian(spectrum: Brownian, name: str) -> SpectrumPoles:
    """4 L^2 F W w / ((F^2 - w^2)^2 + (W w)^2)."""
    coupling, frequency, width = (float(value) for value in (spectrum.coupling, spectrum.frequency, spectrum.width))
    root = np.sqrt(complex(frequency**2 - 0.25 * width**2))
    if abs(root) < APART * width:
        raise ArgumentError(
            f"`{name}.spectrum` is critically damped, and its correlation function no sum of exponentials; change its "
            "width by a thousandth.",
            f"{name}.spectrum",
        )
    places = np.array([root - 0.5j * width, -root - 0.5j * width])
    line = 4.0 * coupling**2 * frequency * width * places
    slopes = 4.0 * places * (places**2 - frequency**2) + 2.0 * width**2 * places
    return SpectrumPoles(spectrum, places, np.asarray(line / slopes, complex), frequency + 20.0 * width)


def _poles(spectrum: Spectrum, places: list[complex], residues: list[complex], widest: float) -> SpectrumPoles:
    return SpectrumPoles(spectrum, np.array(places, complex), np.array(residues, complex), widest)
