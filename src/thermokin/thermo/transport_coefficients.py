"""Transport coefficients of two baths, from the Onsager matrix of the first one's currents."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray

__all__ = ["TransportCoefficients"]


class TransportCoefficients(Result, ABC):
    """What two baths exchange per small difference of temperature and of chemical potential.

    Of the first bath's currents, particles J_N and heat J_Q into the system, at differences d mu and dT of the first
    bath from the second: J_N = G (d mu + S dT) and J_Q = Pi J_N + K dT, per charge of one.
    """

    @property
    @abstractmethod
    def temperature(self) -> FloatArray:
        """T of both baths (...) [energy]."""

    @property
    @abstractmethod
    def moves_particles(self) -> bool:
        """Whether the baths exchange particles, and not heat alone."""

    @abstractmethod
    def _element(self, row: int, column: int) -> FloatArray:
        """L_ab of the first bath's particles, 0, and heat, 1; a HypothesisError where no particles are exchanged."""

    @property
    @abstractmethod
    def _thermal(self) -> tuple[FloatArray, FloatArray]:
        """K and how far it may be off."""

    @property
    def conductance(self) -> FloatArray:
        """G = dJ_N / d mu (...) [1/(energy time)]; times the square of the charge, the electric conductance.

        Raises:
            HypothesisError: if baths exchange heat alone; so do all but `thermal_conductance`.
        """
        return self._element(0, 0) / self.temperature

    @property
    def seebeck(self) -> FloatArray:
        """S = -d mu / dT at J_N = 0 (...), per charge of one."""
        return self._element(0, 1) / (self.temperature * self._element(0, 0))

    @property
    def peltier(self) -> FloatArray:
        """Pi = J_Q / J_N at dT = 0 (...) [energy]; T S by Onsager's symmetry."""
        return self._element(1, 0) / self._element(0, 0)

    @property
    def thermal_conductance(self) -> FloatArray:
        """K = J_Q / dT at J_N = 0 (...) [1/time]; 0 where heat goes with particles alone."""
        return self._thermal[0]

    @property
    def thermal_conductance_error(self) -> FloatArray:
        """How far rounding and quadrature may have moved it, from above as a rule (...) [1/time]."""
        return self._thermal[1]

    @property
    def lorenz(self) -> FloatArray:
        """K / (G T) (...): pi^2 / 3 where particles are carried alike at all energies."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.thermal_conductance / (self.conductance * self.temperature))

    @property
    def figure_of_merit(self) -> FloatArray:
        """ZT = G S^2 T / K (...); inf where heat goes with particles alone, NaN where no heat goes at all."""
        power = self.conductance * self.seebeck**2 * self.temperature
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(power / self.thermal_conductance)
