"""The spectrum of a damped mode that a bath's oscillators have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.bath import positive_numbers
from thermokin.model.parameter import Gap, Rate
from thermokin.model.spectrum import Spectrum, finite_positive, refuse_negative, set_parameters

__all__ = ["Brownian"]


@dataclass(frozen=True, eq=False)
class Brownian(Spectrum):
    """G(w) = 4 L^2 F W w / ((F^2 - w^2)^2 + (W w)^2): an oscillator of frequency F, damped by an Ohmic bath at rate W.

    The system couples to it by L (a + a^+), L = `coupling`, F = `frequency`, W = `width`. A narrow line has the height
    4 L^2 / W at F, and the weight int G dw = 2 pi L^2; far below F it is Ohmic, of strength 4 L^2 W / F^3.

    Args:
        coupling: L (...) [energy], > 0.
        frequency: F (...) [energy], > 0.
        width: full width at half maximum of a narrow line, the rate at which the oscillator's energy decays (...)
            [1/time], > 0.

    Reference:
        garg1985.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> tk.Brownian(0.1, frequency=1.0, width=0.2)(np.array([0.9, 1.0, 1.1])).round(6)
        array([0.105109, 0.2     , 0.095135])
    """

    coupling: FloatArray
    frequency: FloatArray
    width: FloatArray

    def __init__(self, coupling: Gap, frequency: Gap, width: Rate) -> None:
        set_parameters(
            self,
            coupling=finite_positive(coupling, "coupling"),
            frequency=finite_positive(frequency, "frequency"),
            width=finite_positive(width, "width"),
        )

    @classmethod
    def overdamped(cls, strength: ArrayLike, cutoff: ArrayLike, frequency: ArrayLike) -> Brownian:
        """What tends to `Drude(strength, cutoff)` as the frequency grows; they differ by (w / frequency)^2.

        Args:
            strength: of the Drude spectrum (...) [1].
            cutoff: of the Drude spectrum (...) [energy].
            frequency: of the oscillator, far above the cutoff (...) [energy].

        Returns:
            The spectrum, of width frequency^2 / cutoff: wider than its frequency, so that no coordinate taken from it
            is weakly damped.

        Example:
            >>> import numpy as np, thermokin as tk
            >>> near, limit = tk.Brownian.overdamped(0.02, 1.0, frequency=100.0), tk.Drude(0.02, cutoff=1.0)
            >>> (near(np.array([0.5, 1.0, 2.0])) / limit(np.array([0.5, 1.0, 2.0]))).round(3)
            array([1., 1., 1.])
        """
        steep, edge, high = (
            positive_numbers(value, name)
            for value, name in ((strength, "strength"), (cutoff, "cutoff"), (frequency, "frequency"))
        )
        return cls(0.5 * np.sqrt(steep * high * edge), high, high**2 / edge)

    def __call__(self, frequency: FloatArray) -> FloatArray:
        """The line, 0 at frequency 0."""
        refuse_negative(frequency, "Brownian")
        width, centre = self.width[..., None], self.frequency[..., None]
        drawn = (centre - frequency) * (centre + frequency)
        line = 4.0 * self.coupling[..., None] ** 2 * centre * width
        return np.asarray(line * frequency / (drawn**2 + (width * frequency) ** 2))

    def continued(self, frequency: FloatArray) -> FloatArray:
        """G(w), 0 below w = 0."""
        return np.where(frequency >= 0.0, self(np.maximum(frequency, 0.0)), 0.0)

    @property
    def at_zero(self) -> FloatArray:
        """Vanishes."""
        return np.zeros(np.broadcast_shapes(self.coupling.shape, self.frequency.shape, self.width.shape))

    @property
    def slope_at_zero(self) -> FloatArray:
        """The strength of its Ohmic part."""
        return np.asarray(4.0 * self.coupling**2 * self.width / self.frequency**3)

    @property
    def scale(self) -> FloatArray:
        """Where the line has ended."""
        return np.asarray(self.frequency + 20.0 * self.width)
