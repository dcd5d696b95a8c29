"""A wide band with edges: the spectrum of a lead whose states begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import finite_numbers, real_numbers
from thermokin.model.parameter import Parameter, Rate
from thermokin.model.spectrum import Spectrum, finite_positive, set_parameters
from thermokin.model.statistics import fermi_factor

__all__ = ["Band"]

Width: TypeAlias = Annotated[ArrayLike, Parameter("energy", least=0.0)]
Edge: TypeAlias = Annotated[ArrayLike, Parameter("energy", role="extended")]


@dataclass(frozen=True, eq=False)
class Band(Spectrum):
    """G(w) = rate between the edges and 0 beyond: the wide-band limit of a lead with a finite band.

    With soft edges of width e, G(w) = rate / [(1 + e^{(w - upper)/e}) (1 + e^{(lower - w)/e})].

    Args:
        rate: inside the band (...), > 0 [1/time].
        lower: lower edge (...) [energy], of either sign; -inf for none.
        upper: upper edge (...) [energy], above the lower one; inf for none.
        edge: width of the edges (...), >= 0 [energy]; 0 for sharp ones.
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
