"""Spectra on either side of a coordinate: what the residual bath is, and what the system sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.spectrum import Spectrum, refuse_negative
from thermokin.strong_coupling.frequency_rule import frequency_rule

__all__ = ["ResidualSpectrum", "SeenThrough", "mode_of"]

CONVERGED = 1e-8  # share of an integral that its last doublings may hold
ENDS = 6 * 15  # nodes of the first and last doublings
MET = 1e-8  # of a frequency: a node so near leaves too few digits of the difference
STEP = 1e-5  # of a frequency, for a slope
TOGETHER = 1000  # frequencies in one array
Numbers = Callable[[FloatArray], FloatArray]


def _own_scale(spectrum: Spectrum, other: FloatArray) -> FloatArray:
    scale = np.asarray(spectrum.scale, dtype=np.float64)
    return np.where(np.isfinite(scale) & (scale > 0.0), scale, other)


def mode_of(spectrum: Spectrum) -> tuple[FloatArray, FloatArray]:
    """Frequency and coupling of the mode that a bath's oscillators have in common.

    F^2 = int w G dw / int G/w dw and L^2 = int w G dw / (2 pi F).

    Args:
        spectrum: G.

    Returns:
        F and L (...) [energy].

    Raises:
        ArgumentError: if one of the integrals diverges.
    """
    scale = _own_scale(spectrum, np.ones(()))
    frequency, (fine, _) = frequency_rule(spectrum.continued, scale)
    values = np.asarray(spectrum.continued(frequency)) * fine
    first, inverse = values * frequency, values / frequency
    for parts, words, remedy in (
        (inverse, "int G/w dw", "it must vanish at frequency 0, as an Ohmic one does"),
        (first, "int w G dw", "it must fall faster than 1/w^2; of a Drude spectrum take tk.Brownian.overdamped"),
    ):
        total = parts.sum(axis=-1)
        ends = np.maximum(parts[..., :ENDS].sum(axis=-1), parts[..., -ENDS:].sum(axis=-1))
        if not (ends <= CONVERGED * total).all():
            raise ArgumentError(
                f"a {type(spectrum).__name__} spectrum has no collective mode: {words} diverges; {remedy}.", "spectrum"
            )
    moment, soft = first.sum(axis=-1), inverse.sum(axis=-1)
    mode = np.sqrt(moment / soft)
    return np.asarray(mode), np.asarray(np.sqrt(moment / (2.0 * np.pi * mode)))


def _principal(values: Numbers, frequency: FloatArray, scale: FloatArray) -> FloatArray:
    """P int_0^inf f(v) / (v^2 - w^2) dv for w (..., m) > 0; the integral of 1 / (v^2 - w^2) vanishes."""
    places, (weights, _) = frequency_rule(values, scale)
    known = values(places)
    own = values(frequency)
    shape = np.broadcast_shapes(known.shape[:-1], own.shape[:-1])
    frequency = np.broadcast_to(frequency, (*np.broadcast_shapes(shape, frequency.shape[:-1]), frequency.shape[-1]))
    found = np.empty((*shape, frequency.shape[-1]))
    for first in range(0, frequency.shape[-1], TOGETHER):
        here = slice(first, first + TOGETHER)
        at, v = frequency[..., here, None], places
        apart = (v - at) * (v + at)
        met = np.abs(v - at) <= MET * at
        ratio = (known[..., None, :] - own[..., here, None]) / np.where(met, 1.0, apart)
        if met.any():  # the limit there, f'(w) / (2 w)
            near = frequency[..., here]
            slope = (values(near * (1.0 + STEP)) - values(near * (1.0 - STEP))) / (2.0 * STEP * near)
            ratio = np.where(met, (0.5 * slope / near)[..., None], ratio)
        found[..., here] = ratio @ weights
    return found


@dataclass(frozen=True, eq=False)
class _Mapped(Spectrum):
    """What both have in common.

    Args:
        given: the spectrum on the other side.
        frequency: of the mode F (...) [energy].
        coupling: of the mode L (...) [energy].
    """

    given: Spectrum
    frequency: FloatArray
    coupling: FloatArray

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """G(w), 0 at frequency 0."""
        refuse_negative(frequency, type(self).__name__)
        at = np.asarray(frequency, dtype=np.float64)
        apart = np.where(at > 0.0, at, self.frequency[..., None])
        return np.where(at > 0.0, self._values(apart), 0.0)

    def _values(self, frequency: FloatArray) -> FloatArray:
        raise NotImplementedError

    def continued(self, frequency: FloatArray) -> FloatArray:
        """G(w), 0 below w = 0."""
        return np.where(frequency > 0.0, self(np.maximum(frequency, 0.0)), 0.0)

    @property
    def at_zero(self) -> FloatArray:
        """Vanishes."""
        return np.zeros(self.frequency.shape)


@dataclass(frozen=True, eq=False)
class ResidualSpectrum(_Mapped):
    """What is left of a bath when its collective mode is taken out: L^2 G(w) / |chi(w)|^2, chi(w) the bath's response.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> found = tk.Coordinate.of(tk.Ohmic(0.1, cutoff=2.0))
        >>> round(float(found.frequency / 2.0) ** 2, 9), found.residual(np.array([1.0, 3.0])).round(6)
        (2.0, array([1.877914, 5.148964]))
    """

    def _values(self, frequency: FloatArray) -> FloatArray:
        own = np.asarray(self.given.continued(frequency))
        scale = _own_scale(self.given, self.frequency)
        real = _principal(lambda w: w * np.asarray(self.given.continued(w)), frequency, scale) / np.pi
        return np.asarray(self.coupling[..., None] ** 2 * own / (real**2 + 0.25 * own**2))

    @property
    def slope_at_zero(self) -> FloatArray:
        """In the ratio of the responses."""
        return np.asarray(0.25 * self.given.slope_at_zero * (self.frequency / self.coupling) ** 2)

    @property
    def scale(self) -> FloatArray:
        """That of the whole bath."""
        return _own_scale(self.given, self.frequency)


@dataclass(frozen=True, eq=False)
class SeenThrough(_Mapped):
    """What a system sees of a bath through a coordinate: 2 L^2 Im chi(w), chi(w) the coordinate's response.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> seen = tk.Coordinate(1.5, 0.3, tk.Drude(0.1, cutoff=50.0)).spectrum
        >>> near = tk.Brownian(0.3, 1.5, 0.15)  # of an Ohmic residual bath, without a cutoff
        >>> (seen(np.array([0.7, 1.5])) / near(np.array([0.7, 1.5]))).round(3)
        array([0.998, 1.   ])
    """

    def _values(self, frequency: FloatArray) -> FloatArray:
        own = np.asarray(self.given.continued(frequency))
        scale, mode = _own_scale(self.given, self.frequency), self.frequency[..., None]
        shift = _principal(lambda w: np.asarray(self.given.continued(w)) / w, frequency, scale) * frequency**2 / np.pi
        real = (mode - frequency) * (mode + frequency) / (2.0 * mode) - shift
        return np.asarray(self.coupling[..., None] ** 2 * own / (real**2 + 0.25 * own**2))

    @property
    def slope_at_zero(self) -> FloatArray:
        """In the ratio of the responses."""
        return np.asarray(4.0 * self.given.slope_at_zero * (self.coupling / self.frequency) ** 2)

    @property
    def scale(self) -> FloatArray:
        """Where the line has ended."""
        width = np.asarray(self.given.continued(self.frequency[..., None]))[..., 0]
        return np.asarray(self.frequency + 20.0 * width)
