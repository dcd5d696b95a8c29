"""Spectra with a shape of their own: a table, and a wide band with edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.bath import finite_numbers, real_numbers
from thermokin.model.parameter import Parameter, Rate
from thermokin.model.spectrum import Spectrum, finite_positive, set_parameters
from thermokin.model.statistics import fermi_factor

__all__ = ["Band", "Tabulated"]

Frequencies: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1)]
Rates: TypeAlias = Annotated[ArrayLike, Parameter("1/time", axes=1)]
ROUNDING = 1e-12  # distance from an edge, relative to the table's largest frequency, that is taken for rounding
Width: TypeAlias = Annotated[ArrayLike, Parameter("energy", least=0.0)]
Edge: TypeAlias = Annotated[ArrayLike, Parameter("energy", role="extended")]


@dataclass(frozen=True, eq=False)
class Tabulated(Spectrum):
    """G(w) from a table, by shape-preserving cubic interpolation (PCHIP: no overshoot, never negative).

    Args:
        frequencies: strictly increasing frequencies [energy], (m,); >= 0, but for a lead, whose energies may have
            either sign.
        rates: as many rates [1/time], (m,), >= 0, not all zero.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> measured = tk.Tabulated([0.0, 1.0, 2.0], [0.0, 0.01, 0.02])
        >>> measured(np.array([0.5, 1.5])).round(6)
        array([0.005, 0.015])
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


@dataclass(frozen=True, eq=False)
class Band(Spectrum):
    """G(w) = rate between the edges and 0 beyond: the wide-band limit of a lead with a finite band.

    With soft edges of width e, G(w) = rate / [(1 + e^{(w - upper)/e}) (1 + e^{(lower - w)/e})].

    Args:
        rate: inside the band (...), > 0 [1/time].
        lower: lower edge (...) [energy], of either sign; -inf for none.
        upper: upper edge (...) [energy], above the lower one; inf for none.
        edge: width of the edges (...), >= 0 [energy]; 0 for sharp ones.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> tk.Band(0.02, lower=-1.0, upper=1.0, edge=0.1)(np.array([-2.0, 0.0, 1.0])).round(4)
        array([0.  , 0.02, 0.01])
    """

    rate: FloatArray
    lower: FloatArray
    upper: FloatArray
    edge: FloatArray

    def __init__(
        self, rate: Rate, lower: Edge, upper: Edge, edge: Annotated[ArrayLike, Parameter("energy", least=0.0)] = 0.0
    ) -> None:
        width = finite_numbers(edge, "edge")
        if (width < 0.0).any():
            raise ValueError(f"`edge` of a band must be >= 0, got {width.min():g}.")
        set_parameters(
            self,
            rate=finite_positive(rate, "rate"),
            lower=real_numbers(lower, "lower"),
            upper=real_numbers(upper, "upper"),
            edge=width,
        )
        if not (self.lower < self.upper).all():
            raise ValueError(
                f"`lower` edge of a band must lie below `upper`, got {self.lower.max():g} and {self.upper.min():g}."
            )

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The rate inside the band, falling off at its edges."""
        above, below = self._filled(np.asarray(frequency))
        return np.asarray(self.rate[..., None] * above * below)

    def _filled(self, frequency: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How far w lies below the upper edge and above the lower one, each from 0 to 1 (..., m)."""
        soft = np.where(self.edge > 0.0, self.edge, 1.0)[..., None]
        above, below = (
            np.where(self.edge[..., None] > 0.0, fermi_factor(beyond / soft), beyond <= 0.0)
            for beyond in (frequency - self.upper[..., None], self.lower[..., None] - frequency)
        )
        return above, below

    @property
    def at_zero(self) -> FloatArray:
        """Its value just above 0."""
        above, below = (part[..., 0] for part in self._filled(np.zeros(1)))
        ends_here = (self.edge == 0.0) & (self.upper == 0.0)
        return np.asarray(np.where(ends_here, 0.0, self.rate * above * below))

    @property
    def slope_at_zero(self) -> FloatArray:
        """The slope of a soft band at 0; 0 of a sharp one."""
        above, below = (part[..., 0] for part in self._filled(np.zeros(1)))
        soft = np.where(self.edge > 0.0, self.edge, np.inf)
        return np.asarray(self.rate * above * below * (above - below) / soft)

    @property
    def scale(self) -> FloatArray:
        """Where the band has ended."""
        return np.asarray(np.abs(self.upper) + 20.0 * self.edge)
