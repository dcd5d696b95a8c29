"""Logarithmic derivatives of the rates of a bath, with frequency, temperature and chemical potential."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.contact import Contact
from thermokin.model.shaped_spectra import Band, Tabulated
from thermokin.model.spectrum import Drude, Flat, Lorentzian, Ohmic, Spectrum
from thermokin.model.statistics import Bose, Fermi, SpinBath, fermi_factor
from thermokin.numerics.differences import slopes

__all__ = [
    "log_change_of_spectrum",
    "log_slope_of_spectrum",
    "log_slopes_of_filling",
    "numbers_of_spectrum",
    "same_spectrum",
]

NARROW = 1.0 / 32.0  # of a frequency: the step of a spectrum of the user's own


def log_slope_of_spectrum(spectrum: Spectrum, frequency: FloatArray) -> FloatArray:
    """The derivative of ln G with w.

    Args:
        spectrum: G of one point.
        frequency: w (m,) [energy].

    Returns:
        (m,); 0 where G vanishes.
    """
    values = np.asarray(spectrum(frequency))
    slope = _slope_of_spectrum(spectrum, frequency, values)
    return np.where(values > 0.0, slope / np.where(values > 0.0, values, 1.0), 0.0)


def _slope_of_spectrum(spectrum: Spectrum, frequency: FloatArray, values: FloatArray) -> FloatArray:
    if isinstance(spectrum, Flat):
        return np.zeros_like(values)
    if isinstance(spectrum, Ohmic):
        return np.asarray(values * (spectrum.exponent / frequency - 1.0 / spectrum.cutoff))
    if isinstance(spectrum, Drude):
        square = (frequency / spectrum.cutoff) ** 2
        return np.asarray(values / frequency * (1.0 - square) / (1.0 + square))
    if isinstance(spectrum, Lorentzian):
        offset, half = frequency - spectrum.centre, 0.5 * spectrum.width
        return np.asarray(-2.0 * values * offset / (offset**2 + half**2))
    if isinstance(spectrum, Band):
        if not spectrum.edge > 0.0:
            return np.zeros_like(values)
        beyond = fermi_factor((spectrum.upper - frequency) / spectrum.edge)
        below = fermi_factor((frequency - spectrum.lower) / spectrum.edge)
        return np.asarray(values * (below - beyond) / spectrum.edge)
    if isinstance(spectrum, Tabulated):
        from scipy.interpolate import PchipInterpolator

        return np.asarray(PchipInterpolator(spectrum.frequencies, spectrum.rates).derivative()(frequency))
    return _differenced(spectrum, frequency, values)


def _differenced(spectrum: Spectrum, frequency: FloatArray, values: FloatArray) -> FloatArray:
    found = slopes(lambda part: [np.asarray(spectrum(frequency * (1.0 + part)))], [values], NARROW)[0]
    slope = np.zeros_like(values) if found.value is None else found.value
    return np.asarray(slope / np.where(frequency == 0.0, 1.0, frequency))


def log_slopes_of_filling(contact: Contact, frequency: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The derivatives of ln emission and ln absorption with x = (w - mu)/T.

    Args:
        contact: with a bath of one point, above temperature 0.
        frequency: w (m,) [energy].

    Returns:
        Both (m,).

    Raises:
        ArgumentError: for statistics of one's own.
    """
    bath = contact.bath
    known = (frequency, bath.temperature, bath.chemical_potential)
    emission, absorption = bath.statistics.factors(*known)
    if isinstance(bath.statistics, Bose):
        return -absorption, -emission
    if isinstance(bath.statistics, Fermi | SpinBath):
        return absorption, -emission
    raise ArgumentError(
        f"`outputs` have no derivative here: bath {bath.name!r} has statistics of its own, {bath.statistics!r}, whose "
        "derivatives are not known; use Bose(), Fermi() or SpinBath().",
        "outputs",
    )


FIELDS: Mapping[type[Spectrum], tuple[str, ...]] = MappingProxyType(
    {
        Flat: ("rate",),
        Ohmic: ("strength", "cutoff", "exponent"),
        Drude: ("strength", "cutoff"),
        Lorentzian: ("rate", "centre", "width"),
        Band: ("rate", "lower", "upper", "edge"),
    }
)
"""Spectra that are told by a few numbers."""


def numbers_of_spectrum(spectrum: Spectrum, frequency: FloatArray) -> FloatArray:
    """What may move of a spectrum.

    Args:
        spectrum: G of one point.
        frequency: w (m,) [energy].

    Returns:
        The numbers that it is told by, infinite ones as 0, since they stay; else G (m,).
    """
    if type(spectrum) not in FIELDS:
        return np.asarray(spectrum(frequency))
    numbers = np.array([float(getattr(spectrum, name)) for name in FIELDS[type(spectrum)]])
    return np.where(np.isinf(numbers), 0.0, numbers)


def log_change_of_spectrum(spectrum: Spectrum, frequency: FloatArray, change: FloatArray) -> FloatArray:
    """How ln G moves at fixed frequencies.

    Args:
        spectrum: G of one point.
        frequency: w (m,) [energy].
        change: of `numbers_of_spectrum`.

    Returns:
        (m,); 0 where G vanishes.
    """
    if type(spectrum) not in FIELDS:
        values = np.asarray(spectrum(frequency))
        return np.where(values > 0.0, change / np.where(values > 0.0, values, 1.0), 0.0)
    if isinstance(spectrum, Flat):
        return np.full_like(frequency, change[0] / spectrum.rate)
    if isinstance(spectrum, Ohmic):
        bent = frequency * change[1] / spectrum.cutoff**2 + np.log(frequency) * change[2]
        return np.asarray(change[0] / spectrum.strength + bent)
    if isinstance(spectrum, Drude):
        square = (frequency / spectrum.cutoff) ** 2
        return np.asarray(change[0] / spectrum.strength + 2.0 * square / (1.0 + square) * change[1] / spectrum.cutoff)
    if isinstance(spectrum, Lorentzian):
        offset, half = frequency - spectrum.centre, 0.5 * spectrum.width
        square = offset**2 + half**2
        wider = (1.0 / half - half / square) * change[2]
        return np.asarray(change[0] / spectrum.rate + 2.0 * offset / square * change[1] + wider)
    return _log_change_of_band(spectrum, frequency, change)


def _log_change_of_band(spectrum: Any, frequency: FloatArray, change: FloatArray) -> FloatArray:
    inside = spectrum(frequency) > 0.0
    found = np.where(inside, change[0] / spectrum.rate, 0.0)
    if not spectrum.edge > 0.0:
        return found
    for edge, moved, sign in ((spectrum.upper, change[2], 1.0), (spectrum.lower, change[1], -1.0)):
        if np.isinf(edge):
            continue
        beyond = sign * (frequency - edge) / spectrum.edge
        moves = (sign * moved + beyond * change[3]) / spectrum.edge
        found = found + moves * fermi_factor(-beyond)
    return np.asarray(found)


def same_spectrum(one: Spectrum, other: Spectrum) -> bool:
    """Whether two spectra are one function."""
    if one is other:
        return True
    if type(one) is not type(other) or vars(one).keys() != vars(other).keys():
        return False
    return all(np.array_equal(value, vars(other)[name]) for name, value in vars(one).items())
