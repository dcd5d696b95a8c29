"""What is carried coherently between leads looks like: cumulants and covariances per time."""

from __future__ import annotations

from thermokin.model.parameter import Known
from thermokin.transport.transport_covariance import TransportCovariance
from thermokin.transport.transport_cumulants import TransportCumulants
from thermokin.transport.transport_onsager import TransportOnsager, TransportThermoelectric
from thermokin.transport.transport_spectrum import TransportSpectrum
from thermokin.views.counting_over_time import ORDER, two_axes
from thermokin.views.cumulants_per_time import PER_TIME, rows_of_orders
from thermokin.views.junction_parameters import junction_parameters
from thermokin.views.thermoelectric import TransportCoefficientsView
from thermokin.views.transmission import TransmissionSpectrumView
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = [
    "TransmissionSpectrumView",
    "TransportCovarianceView",
    "TransportCumulantsView",
    "TransportOnsagerView",
    "TransportSpectrumView",
    "TransportThermoelectricView",
    "junction_parameters",
]


class TransportCumulantsView(View[TransportCumulants], of=TransportCumulants):
    """Cumulants per time with their errors."""

    coordinates = (ORDER,)
    variables = (PER_TIME,)

    def rows(self, result: TransportCumulants) -> list[tuple[str, str, str]]:
        """A line for each order, whose units differ."""
        return [*rows_of_orders(result), *(row for row in super().rows(result) if row[0] != PER_TIME.name)]

    def title(self, result: TransportCumulants) -> str:
        """Of what."""
        return f"Cumulants per time of {result.current.name}, up to order {result.values.shape[-1]}"

    def parameters(self, result: TransportCumulants) -> dict[str, Known]:
        """Those of the junction."""
        return junction_parameters(result.current.junction)


class TransportSpectrumView(View[TransportSpectrum], of=TransportSpectrum):
    """Noise against frequency with its error."""

    coordinates = (Variable("frequency", "angular frequency", "1/time", ("frequency",), lambda r: r.frequencies),)
    variables = (
        Variable("noise", "noise spectrum", "amount^2/time", ("frequency",), lambda r: r.values, lambda r: r.error),
    )

    def title(self, result: TransportSpectrum) -> str:
        """Of what."""
        return f"Noise spectrum of {result.current.name}"

    def parameters(self, result: TransportSpectrum) -> dict[str, Known]:
        """Those of the junction."""
        return junction_parameters(result.current.junction)


class TransportOnsagerView(View[TransportOnsager], of=TransportOnsager):
    """The matrix, and how symmetric it is."""

    coordinates = tuple(
        Variable(axis, f"{axis} current", "1", (axis,), lambda r: list(r.labels), shown=False)
        for axis in ("current", "other")
    )
    variables = (
        Variable(
            *("onsager", "Onsager coefficient", "amount^2/time", ("current", "other"), lambda r: r.values),
            lambda r: r.error,
        ),
        Variable("asymmetry", "largest difference of two opposite responses, relative", "1"),
    )

    def title(self, result: TransportOnsager) -> str:
        """Of which currents."""
        return f"Onsager matrix of {', '.join(result.labels)}"

    def parameters(self, result: TransportOnsager) -> dict[str, Known]:
        """Those of the junction."""
        return junction_parameters(result.junction)


class TransportThermoelectricView(TransportCoefficientsView[TransportThermoelectric], of=TransportThermoelectric):
    """Between the leads of a junction."""

    def title(self, result: TransportThermoelectric) -> str:
        """Between which leads."""
        return f"Transport between {' and '.join(lead.name for lead in result.onsager.junction.leads)}"

    def parameters(self, result: TransportThermoelectric) -> dict[str, Known]:
        """Those of the junction."""
        return junction_parameters(result.onsager.junction)


class TransportCovarianceView(View[TransportCovariance], of=TransportCovariance):
    """Covariances per time with their errors."""

    coordinates = two_axes("current")
    variables = (
        Variable(
            *("covariance", "covariance per time", "amount^2/time", ("current", "other"), lambda r: r.values),
            lambda r: r.error,
        ),
    )

    def title(self, result: TransportCovariance) -> str:
        """Of what."""
        return f"Covariances per time of {', '.join(current.name for current in result.currents)}"

    def parameters(self, result: TransportCovariance) -> dict[str, Known]:
        """Those of the junction."""
        return junction_parameters(result.currents[0].junction)
