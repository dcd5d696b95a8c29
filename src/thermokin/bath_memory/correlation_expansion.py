"""The correlation function of a bath as a sum of exponentials, with what the sum lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.bath_memory.double_poles import clear_of, parted
from thermokin.bath_memory.spectrum_poles import SpectrumPoles, spectrum_poles
from thermokin.model.contact import Contact
from thermokin.model.statistics import Bose, Fermi
from thermokin.motion.time_grid import checked_times
from thermokin.numerics.pade_poles import bose_poles, fermi_poles
from thermokin.operators.as_numbers import shown

__all__ = ["CorrelationExpansion", "correlation_expansion", "expansion_of"]

SEEN = 401  # frequencies at which rates are compared, about each centre and on either side of it wider apart
STILL = 1e-6  # of the temperature: a frequency that is 0, of which a sum over poles knows no fraction
WARMEST = 10.0  # temperatures above which a bath is empty


@dataclass(frozen=True, eq=False)
class CorrelationExpansion(Result):
    """C(t) = sum over k of c_k e^{-v_k t} at t > 0, of the bath operator to which a contact couples.

    C(t) = int dw/(2 pi) gamma(w) e^{-i w t}, gamma(w) the rate at which the bath takes a quantum w. Of a lead this is
    the correlation of what takes a particle out, <B(t) B^+>, and `added` that of what brings one, <B^+(t) B>.

    Args:
        contact: the contact.
        terms: number of poles of the thermal occupation.
        coefficients: c_k (k,) [energy^2].
        rates: v_k (k,) [1/time], of positive real part.
        added: of a lead the coefficients and rates of <B^+(t) B>; else None.
        poles: of the spectrum.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> x = tk.operators.pauli().x
        >>> found = tk.correlation_expansion(tk.Contact(tk.Bath("bath", 2.0), x, tk.Drude(0.1, 1.0)), terms=4)
        >>> found.rates.real.round(3)[:2], bool(found.error < 1e-5)  # the cutoff, and 2 pi T
        (array([ 1.   , 12.566]), True)
    """

    contact: Contact
    terms: int
    coefficients: ComplexArray
    rates: ComplexArray
    added: tuple[ComplexArray, ComplexArray] | None
    poles: SpectrumPoles

    def at(self, times: ArrayLike) -> ComplexArray:
        """C(t) (t,) [energy^2].

        Args:
            times: (t,), ascending and >= 0 [time].

        Returns:
            The values.

        Raises:
            ValueError: if the times are not valid.
        """
        grid = checked_times(times)
        return np.asarray((self.coefficients * np.exp(-grid[..., None] * self.rates)).sum(axis=-1))

    def rate(self, frequencies: ArrayLike) -> FloatArray:
        """gamma(w) (f,) [1/time] as the sum has it, 2 Re sum over k of c_k / (v_k - i w).

        Args:
            frequencies: w (f,), of either sign [energy].

        Returns:
            The rates.
        """
        grid = np.asarray(frequencies, dtype=np.float64)
        return np.asarray(2.0 * (self.coefficients / (self.rates - 1j * grid[..., None])).real.sum(axis=-1))

    @cached_property
    def frequencies(self) -> FloatArray:
        """Where rates are compared (f,) [energy], up to 20 cutoffs or widths and 10 temperatures.

        They are closest at 0 or the chemical potential, by the temperature, and at each line, by its width.
        """
        bath = self.contact.bath
        centre = float(bath.chemical_potential) if self.added is not None else 0.0
        reach = self.poles.widest + WARMEST * float(bath.temperature)
        grids = [np.linspace(centre - reach, centre + reach, SEEN)]
        for middle, scale in (
            (centre, float(bath.temperature)),
            *((float(place.real), abs(float(place.imag))) for place in self.poles.places),
        ):
            turns = np.arcsinh((reach + abs(middle - centre)) / scale)
            grids.append(middle + scale * np.sinh(np.linspace(-turns, turns, SEEN)))
        found = np.concatenate(grids)
        return np.unique(np.where(np.abs(found) < STILL * float(bath.temperature), 0.0, found))

    @cached_property
    def exact_rates(self) -> FloatArray:
        """gamma(w) of the bath at `frequencies` (f,) [1/time]."""
        grid, bath = self.frequencies, self.contact.bath
        strength = self.poles.at(grid.astype(np.complex128)).real
        if self.added is not None:
            return np.asarray(strength * bath.statistics.emission(grid, bath.temperature, bath.chemical_potential))
        small = grid == 0.0
        asked = np.where(small, 1.0, grid)
        with np.errstate(over="ignore"):
            rates = strength / -np.expm1(-asked / float(bath.temperature))
        limit = float(bath.temperature * self.contact.spectrum.slope_at_zero)
        return np.asarray(np.where(small, limit, rates))

    @cached_property
    def error(self) -> float:
        """The largest error of a rate over the largest rate, at `frequencies`.

        Far beyond them rates are those of an occupation cut at the last pole, 1/2: the error is half of what the
        spectrum has left there, and shapes C(t) at the shortest times alone.
        """
        return float(np.abs(self.rate(self.frequencies) - self.exact_rates).max() / np.abs(self.exact_rates).max())


def correlation_expansion(contact: Contact, *, terms: int = 4) -> CorrelationExpansion:
    """The correlation function of a bath as a sum of exponentials.

    The poles of the spectrum give one exponential each, or a pair, those of the thermal occupation, in the Pade
    decomposition, one each: G(w) = strength w / (1 + (w/cutoff)^2) has the exponents cutoff and z_j T. Where two are
    nearer than 8e-3 of their size, as at cutoff = 2 pi T, they are taken that far apart, at 1e-5 of the rates.

    Args:
        contact: a contact with a bath of finite temperature: of Bose statistics with a Drude or Brownian spectrum, or a
            lead with a Lorentzian.
        terms: number of poles of the occupation, >= 0.

    Returns:
        Coefficients and rates, with the error of the bath's rates that they make.

    Raises:
        ArgumentError: if the bath has no such sum, or the contact has leading axes.
        TypeError: if it is no contact.

    Reference:
        hu2011.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> contact = tk.Contact(tk.Bath("bath", 1.0), tk.operators.pauli().x, tk.Drude(0.2, cutoff=0.5))
        >>> [bool(tk.correlation_expansion(contact, terms=terms).error < 1e-3) for terms in (0, 1, 2)]
        [False, False, True]
    """
    if not isinstance(contact, Contact):
        raise TypeError(f"`contact` must be a Contact, got {shown(contact)}.")
    if isinstance(terms, bool) or not isinstance(terms, int | np.integer) or terms < 0:
        raise ArgumentError(f"`terms` must be a whole number >= 0, got {shown(terms)}.", "terms")
    return expansion_of(contact, int(terms), "contact")


def expansion_of(contact: Contact, terms: int, name: str) -> CorrelationExpansion:
    """The expansion of a contact that an error calls by its name.

    Args:
        contact: the contact.
        terms: number of poles of the occupation.
        name: of the contact.

    Returns:
        The expansion.

    Raises:
        ArgumentError: if there is none.
    """
    bath = contact.bath
    if contact.batch_shape:
        raise ArgumentError(f"`{name}` must be at one point, got leading axes {contact.batch_shape}.", name)
    if not isinstance(bath.statistics, Bose | Fermi):
        raise ArgumentError(
            f"`{name}` is with a {type(bath.statistics).__name__}, which is no bath of oscillators or electrons: a "
            "hierarchy takes Bose() or Fermi() statistics.",
            f"{name}.bath",
        )
    temperature = float(bath.temperature)
    if not 0.0 < temperature < np.inf:
        raise ArgumentError(
            f"`{name}` is with a bath at temperature {temperature:g}, whose correlation is no sum of exponentials; "
            "take a finite one above 0, well below the gaps for the ground state.",
            f"{name}.bath",
        )
    poles = spectrum_poles(contact, name)
    if isinstance(bath.statistics, Fermi):
        return _of_lead(contact, terms, poles, temperature)
    strengths, places = bose_poles(terms)
    scaled = poles.places / temperature
    places = clear_of(places, 1j * scaled)
    occupied = (
        0.5 + 1.0 / scaled + (2.0 * strengths * scaled[:, None] / (scaled[:, None] ** 2 + places**2)).sum(axis=-1)
    )
    thermal = -1j * strengths * temperature * poles.at(np.asarray(-1j * places * temperature))
    own = -1j * poles.residues * occupied
    coefficients, rates = parted(
        np.concatenate([own, thermal]), np.concatenate([1j * poles.places, places * temperature + 0j])
    )
    return CorrelationExpansion(contact, terms, coefficients, rates, None, poles)


def _of_lead(contact: Contact, terms: int, poles: SpectrumPoles, temperature: float) -> CorrelationExpansion:
    potential = float(contact.bath.chemical_potential)
    strengths, places = fermi_poles(terms)
    scaled = (poles.places - potential) / temperature
    places = clear_of(places, 1j * scaled)
    turned = (2.0 * strengths * scaled[:, None] / (scaled[:, None] ** 2 + places**2)).sum(axis=-1)
    seen = poles.at(np.asarray(potential - 1j * places * temperature))
    rates = np.concatenate([1j * poles.places, 1j * potential + places * temperature])
    out = np.concatenate([-1j * poles.residues * (0.5 + turned), -1j * strengths * temperature * seen])
    # What is full is what is not empty, with the occupation's poles of the opposite sign; then e^{+i w t}.
    into = np.concatenate([-1j * poles.residues * (0.5 - turned), 1j * strengths * temperature * seen]).conj()
    added = parted(into, rates.conj())
    return CorrelationExpansion(contact, terms, *parted(out, rates), added, poles)
