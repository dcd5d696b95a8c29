"""Transport coefficients between two baths, from their Onsager matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.counting import Counting
from thermokin.model.current import Current
from thermokin.motion.steady_state import SteadyState
from thermokin.thermo.transport_coefficients import TransportCoefficients

__all__ = ["Thermoelectric"]

ROUNDING = 4.0 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Thermoelectric(TransportCoefficients):
    """What two baths exchange per small difference of temperature and of chemical potential.

    Of the first bath's currents, particles J_N and heat J_Q into the system, at differences d mu and dT of the first
    bath from the second: J_N = G (d mu + S dT) and J_Q = Pi J_N + K dT, per charge of one.

    Args:
        counting: the equilibrium.
        currents: of the first bath: particles, where both exchange any, and heat.
        matrix: Onsager's, of these currents (..., n, n).
        error: of its elements (..., n, n).
        is_symmetric: whether it is symmetric to rounding (...).
    """

    counting: Counting
    currents: tuple[Current, ...]
    matrix: FloatArray
    error: FloatArray
    is_symmetric: BoolArray

    @property
    def steady_state(self) -> SteadyState:
        """The equilibrium."""
        return self.counting.steady_state

    @property
    def temperature(self) -> FloatArray:
        """T of both baths (...) [energy]."""
        return self.counting.model.baths[0].temperature

    @property
    def moves_particles(self) -> bool:
        """Whether the baths exchange particles, and not heat alone."""
        return len(self.currents) == 2

    def _element(self, row: int, column: int, *, error: bool = False) -> FloatArray:
        """L_ab of the first bath's particles, 0, and heat, 1; or its error."""
        if not self.moves_particles and 0 in {row, column}:
            raise HypothesisError("these baths exchange heat alone; there is a thermal conductance and nothing else.")
        shift = 0 if self.moves_particles else 1
        table = self.error if error else self.matrix
        return np.asarray(table[..., row - shift, column - shift])

    @cached_property
    def _thermal(self) -> tuple[FloatArray, FloatArray]:
        square = self.temperature**2
        whole, missed = self._element(1, 1) / square, self._element(1, 1, error=True) / square
        if not self.moves_particles:
            return whole, missed
        # The noise of the heat that goes with no particle: L_22 - L_12 L_21 / L_11 without its cancellation.
        tied, carrier = self.peltier, self._element(0, 0)
        unsure = self._element(0, 1, error=True) + np.abs(tied) * self._element(0, 0, error=True)
        if not self.is_symmetric.all():
            lost = np.abs(self.peltier) * self._element(0, 1, error=True) + missed * square
            lost = lost + np.abs(self.seebeck * self.temperature) * self._element(1, 0, error=True)
            return whole - self.peltier * self.seebeck / self.temperature * self._element(0, 0), lost / square
        number, heat = self.currents
        free = self.counting.cumulants(heat - number * tied)
        found = 0.5 * free.noise / square
        error = 0.5 * free.error[..., 1] / square + unsure**2 / (carrier * square)
        error = error + ROUNDING * (2.0 * np.sqrt(np.abs(found) * whole) + ROUNDING * whole)
        return np.where(found <= error, 0.0, found), error
