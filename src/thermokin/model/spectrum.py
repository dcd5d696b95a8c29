"""Bath spectra: the zero-temperature emission rate G(w) = 2 pi J(w) of a gap w."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers, real_numbers
from thermokin.operators.numbers import common_axes

__all__ = ["Drude", "Flat", "Lorentzian", "Ohmic", "Spectrum", "Tabulated"]


class Spectrum(ABC):
    """The zero-temperature emission rate G(w) [1/time] of a unit coupling. Parameters may carry leading axes."""

    @abstractmethod
    def __call__(self, frequency: FloatArray) -> FloatArray:
        """G(w).

        Args:
            frequency: w (..., m) [energy].

        Returns:
            (..., m) [1/time].
        """

    def continued(self, frequency: FloatArray) -> FloatArray:
        """G(w), taken as 0 where the spectrum says nothing (outside a table).

        Args:
            frequency: w (..., m) [energy].

        Returns:
            (..., m) [1/time].
        """
        return self(frequency)

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


def _positive(value: ArrayLike, name: str) -> FloatArray:
    array = real_numbers(value, name)
    if (array <= 0.0).any():
        raise ValueError(f"`{name}` of a spectrum must be > 0, got {array.min():g}.")
    return array


def _finite_positive(value: ArrayLike, name: str) -> FloatArray:
    array = _positive(value, name)
    if np.isinf(array).any():
        raise ValueError(f"`{name}` of a spectrum must be finite.")
    return array


def _refuse_negative(frequency: FloatArray, kind: str) -> None:
    if (np.asarray(frequency) < 0.0).any():
        raise ValueError(
            f"a {kind} spectrum is defined for frequencies >= 0, got {np.min(frequency):g}; use Flat or Lorentzian."
        )


def _set(instance: Spectrum, **values: FloatArray) -> None:
    common_axes({key: value.shape for key, value in values.items()})
    for key, value in values.items():
        object.__setattr__(instance, key, value)


@dataclass(frozen=True, eq=False)
class Flat(Spectrum):
    """G(w) = rate at every frequency.

    Args:
        rate: (...) [1/time], > 0.
    """

    rate: FloatArray

    def __init__(self, rate: ArrayLike) -> None:
        _set(self, rate=_finite_positive(rate, "rate"))

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
        strength: (...), > 0 [energy^(1 - exponent)].
        cutoff: (...), > 0 [energy]; inf for none.
        exponent: (...), > 0.
    """

    strength: FloatArray
    cutoff: FloatArray
    exponent: FloatArray

    def __init__(self, strength: ArrayLike, cutoff: ArrayLike = np.inf, exponent: ArrayLike = 1.0) -> None:
        _set(
            self,
            strength=_finite_positive(strength, "strength"),
            cutoff=_positive(cutoff, "cutoff"),
            exponent=_finite_positive(exponent, "exponent"),
        )

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The power law with its exponential cutoff."""
        _refuse_negative(frequency, "Ohmic")
        decay = np.exp(-frequency / self.cutoff[..., None])
        return np.asarray(self.strength[..., None] * frequency ** self.exponent[..., None] * decay)

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
        strength: (...), > 0 [1].
        cutoff: (...), > 0 [energy].
    """

    strength: FloatArray
    cutoff: FloatArray

    def __init__(self, strength: ArrayLike, cutoff: ArrayLike) -> None:
        _set(self, strength=_finite_positive(strength, "strength"), cutoff=_positive(cutoff, "cutoff"))

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """Linear at low frequency, falling as 1/w above the cutoff."""
        _refuse_negative(frequency, "Drude")
        return np.asarray(self.strength[..., None] * frequency / (1.0 + (frequency / self.cutoff[..., None]) ** 2))

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
        centre: (...) [energy].
        width: full width at half maximum (...), > 0 [energy].
    """

    rate: FloatArray
    centre: FloatArray
    width: FloatArray

    def __init__(self, rate: ArrayLike, centre: ArrayLike, width: ArrayLike) -> None:
        _set(
            self,
            rate=_finite_positive(rate, "rate"),
            centre=finite_numbers(centre, "centre"),
            width=_finite_positive(width, "width"),
        )

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


@dataclass(frozen=True, eq=False)
class Tabulated(Spectrum):
    """G(w) from a table, by shape-preserving cubic interpolation (PCHIP: no overshoot, never negative).

    Args:
        frequencies: (m,) strictly increasing, >= 0 [energy].
        rates: (m,) >= 0, not all zero [1/time].
    """

    frequencies: FloatArray
    rates: FloatArray

    def __init__(self, frequencies: ArrayLike, rates: ArrayLike) -> None:
        frequencies, rates = real_numbers(frequencies, "frequencies"), real_numbers(rates, "rates")
        if frequencies.ndim != 1 or frequencies.shape != rates.shape or frequencies.size < 2:
            raise ValueError(
                f"`frequencies` and `rates` must be 1-D, of one length >= 2, got {frequencies.shape} and {rates.shape}."
            )
        if not (np.diff(frequencies) > 0.0).all() or frequencies[0] < 0.0 or not np.isfinite(frequencies).all():
            raise ValueError("`frequencies` must be finite, >= 0 and strictly increasing.")
        if (rates < 0.0).any() or not np.isfinite(rates).all() or not rates.any():
            raise ValueError("`rates` must be finite, >= 0 and not all zero.")
        _set(self, frequencies=frequencies, rates=rates)

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The interpolated rate; asked for outside the table, it raises ValueError."""
        from scipy.interpolate import PchipInterpolator

        low, high = self.frequencies[0], self.frequencies[-1]
        if np.size(frequency) and (np.min(frequency) < low or np.max(frequency) > high):
            raise ValueError(
                f"the tabulated spectrum covers {low:g} to {high:g}, but the model needs frequencies from "
                f"{np.min(frequency):g} to {np.max(frequency):g}; extend the table."
            )
        return np.asarray(PchipInterpolator(self.frequencies, self.rates)(frequency), dtype=np.float64)

    def continued(self, frequency: FloatArray) -> FloatArray:
        """The interpolated rate, 0 outside the table."""
        inside = (frequency >= self.frequencies[0]) & (frequency <= self.frequencies[-1])
        return np.where(inside, self(np.where(inside, frequency, self.frequencies[0])), 0.0)

    @property
    def at_zero(self) -> FloatArray:
        """The table's value at 0 (the table must reach it)."""
        return np.asarray(self(np.zeros(1))[0])

    @property
    def slope_at_zero(self) -> FloatArray:
        """The interpolant's slope at 0 (the table must reach it)."""
        from scipy.interpolate import PchipInterpolator

        return np.asarray(PchipInterpolator(self.frequencies, self.rates).derivative()(0.0))

    @property
    def scale(self) -> FloatArray:
        """The end of the table."""
        return np.asarray(self.frequencies[-1])
