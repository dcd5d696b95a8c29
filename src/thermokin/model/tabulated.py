"""A bath's spectrum from a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.bath import real_numbers
from thermokin.model.parameter import Parameter
from thermokin.model.spectrum import Spectrum, set_parameters

__all__ = ["Tabulated"]

Frequencies: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1)]
Rates: TypeAlias = Annotated[ArrayLike, Parameter("1/time", axes=1)]

ROUNDING = 1e-12  # distance from an edge, relative to the table's largest frequency, that is taken for rounding


@dataclass(frozen=True, eq=False)
class Tabulated(Spectrum):
    """G(w) from a table, by shape-preserving cubic interpolation (PCHIP: no overshoot, never negative).

    Args:
        frequencies: strictly increasing frequencies [energy], (m,); >= 0, but for a lead, whose energies may have
            either sign.
        rates: as many rates [1/time], (m,), >= 0, not all zero.
    """

    frequencies: FloatArray
    rates: FloatArray

    def __init__(
        self,
        frequencies: Annotated[ArrayLike, Parameter("energy", axes=1)],
        rates: Annotated[ArrayLike, Parameter("1/time", axes=1)],
    ) -> None:
        frequencies, rates = real_numbers(frequencies, "frequencies"), real_numbers(rates, "rates")
        if frequencies.ndim != 1 or frequencies.shape != rates.shape or frequencies.size < 2:
            raise ValueError(
                f"`frequencies` and `rates` must be 1-D, of one length >= 2, got {frequencies.shape} and {rates.shape}."
            )
        if not (np.diff(frequencies) > 0.0).all() or not np.isfinite(frequencies).all():
            raise ValueError(
                "`frequencies` must be finite, >= 0 and strictly increasing (of a lead negative ones as well)."
            )
        if (rates < 0.0).any() or not np.isfinite(rates).all() or not rates.any():
            raise ValueError("`rates` must be finite, >= 0 and not all zero.")
        set_parameters(self, frequencies=frequencies, rates=rates)

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The interpolated rate; asked for outside the table, by more than rounding, it raises ValueError."""
        from scipy.interpolate import PchipInterpolator

        low, high = self.frequencies[0], self.frequencies[-1]
        if not self._covers(frequency).all():
            raise ArgumentError(
                f"the tabulated spectrum covers {low:.12g} to {high:.12g}, but the model needs frequencies from "
                f"{np.min(frequency):.12g} to {np.max(frequency):.12g}; extend the table.",
                "spectrum",
            )
        inside = np.clip(frequency, low, high)
        return np.asarray(PchipInterpolator(self.frequencies, self.rates)(inside), dtype=np.float64)

    def _covers(self, frequency: FloatArray) -> BoolArray:
        """Which frequencies (..., m) lie in the table, up to rounding at its edges."""
        low, high = self.frequencies[0], self.frequencies[-1]
        slack = ROUNDING * max(abs(low), abs(high))
        return np.asarray((frequency >= low - slack) & (frequency <= high + slack))

    def continued(self, frequency: FloatArray) -> FloatArray:
        """The interpolated rate, 0 outside the table."""
        inside = self._covers(frequency)
        return np.where(inside, self(np.where(inside, frequency, self.frequencies[0])), 0.0)

    @property
    def lowest(self) -> float:
        """Where the table begins."""
        return float(self.frequencies[0])

    @property
    def reaches_zero(self) -> bool:
        """Whether 0 lies in the table."""
        return bool(self.frequencies[0] <= 0.0 <= self.frequencies[-1])

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
