"""What transport coefficients of two baths look like, whatever they were found from."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from thermokin.thermo.transport_coefficients import TransportCoefficients
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = ["TransportCoefficientsView"]

T = TypeVar("T", bound=TransportCoefficients)


class TransportCoefficientsView(View[T], Generic[T]):
    """Transport coefficients; those of particles only where any are exchanged."""

    variables = (
        Variable(
            *("thermal_conductance", "heat per difference of temperature, without a current", "1/time", ()),
            None,
            lambda r: r.thermal_conductance_error,
        ),
        Variable("conductance", "particles per difference of chemical potential", "1/(energy time)"),
        Variable("seebeck", "chemical potential per difference of temperature, without a current", "1"),
        Variable("peltier", "heat per particle at one temperature", "energy"),
        Variable("lorenz", "thermal over electric conductance and temperature", "1"),
        Variable("figure_of_merit", "ZT", "1"),
    )

    def defined(self, result: T) -> tuple[Variable[Any], ...]:
        """Those of heat alone, where no particles are exchanged."""
        return self.variables if result.moves_particles else self.variables[:1]
