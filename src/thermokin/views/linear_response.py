"""What answers look like: correlations over time, susceptibilities and emission against frequency."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin.linear_response.correlation import Correlation
from thermokin.linear_response.emission_spectrum import EmissionSpectrum
from thermokin.linear_response.observed import AnswerAtRest
from thermokin.linear_response.susceptibility import Susceptibility
from thermokin.model.parameter import Known
from thermokin.views.noise_by_channel import ChannelResponseView, NoiseByChannelView, OnsagerView, ThermoelectricView
from thermokin.views.response_spectra import (
    ChannelResponseSpectrumView,
    FluctuationDissipationView,
    ResolvedBalanceView,
    SpectrumByChannelView,
)
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

__all__ = [
    "ChannelResponseSpectrumView",
    "ChannelResponseView",
    "CorrelationView",
    "EmissionSpectrumView",
    "FluctuationDissipationView",
    "NoiseByChannelView",
    "OnsagerView",
    "ResolvedBalanceView",
    "SpectrumByChannelView",
    "SusceptibilityView",
    "ThermoelectricView",
]

FREQUENCY: Variable[Any] = Variable(
    "frequency", "angular frequency", "1/time", ("frequency",), lambda result: result.frequencies
)
RESIDUAL: Variable[Any] = Variable(
    "residual", "largest element of L rho of the steady state, relative", "1", (), lambda r: r.steady_state.residual
)


class _AtRestView(View[AnswerAtRest]):
    """Numbers of a steady state, whose model's sweep they have."""

    def parameters(self, result: AnswerAtRest) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)


class CorrelationView(_AtRestView, of=Correlation):
    """A correlation over time, both its parts."""

    coordinates = (Variable("time", "time", "time", ("time",), lambda result: result.times),)
    variables = (
        Variable("real", "real part of the correlation", "1", ("time",), lambda r: r.values.real, lambda r: r.error),
        Variable("imaginary", "imaginary part", "1", ("time",), lambda r: r.values.imag, lambda r: r.error),
        Variable("connected", "size of the connected part", "1", ("time",), lambda r: np.abs(r.connected), shown=False),
        RESIDUAL,
    )


class SusceptibilityView(_AtRestView, of=Susceptibility):
    """A susceptibility against frequency, both its parts."""

    coordinates = (FREQUENCY,)
    variables = (
        Variable("imaginary", "absorptive part", "time", ("frequency",), lambda r: r.values.imag, lambda r: r.error),
        Variable("real", "reactive part", "time", ("frequency",), lambda r: r.values.real, lambda r: r.error),
        RESIDUAL,
    )


class EmissionSpectrumView(_AtRestView, of=EmissionSpectrum):
    """The incoherent spectrum, and the weights of both its parts."""

    coordinates = (FREQUENCY,)
    variables = (
        Variable("emission", "emission", "time", ("frequency",), lambda r: r.values, lambda r: r.error),
        Variable("coherent", "weight of the coherent line, |<A>|^2", "1"),
        Variable("incoherent", "weight of the rest", "1"),
        RESIDUAL,
    )
