"""What response looks like against frequency: two sides of a relation with fluctuations, and parts by channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.linear_response.channel_response import ChannelResponseSpectrum
from thermokin.linear_response.fluctuation_dissipation import FluctuationDissipation
from thermokin.linear_response.noise_by_channel import SpectrumByChannel
from thermokin.linear_response.resolved_balance import ResolvedBalance
from thermokin.model.parameter import Known
from thermokin.views.in_units import with_unit_shown
from thermokin.views.noise_by_channel import CHANNEL, NoiseByChannelView
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "ChannelResponseSpectrumView",
    "FluctuationDissipationView",
    "ResolvedBalanceView",
    "SpectrumByChannelView",
]

FREQUENCY: Variable[Any] = Variable(
    "frequency", "angular frequency", "1/time", ("frequency",), lambda result: result.frequencies
)
EFFECTIVE: Variable[Any] = Variable(
    "effective_temperature", "temperature with which the relation would hold", "energy", ("frequency",)
)


class ChannelResponseSpectrumView(View[ChannelResponseSpectrum], of=ChannelResponseSpectrum):
    """Sizes and phases of responses by channel."""

    coordinates = (FREQUENCY, CHANNEL)
    variables = (
        Variable(
            *("response", "size of d<J>/d ln rate", "amount/time", ("frequency", "channel")),
            lambda r: np.abs(r.values),
            lambda r: r.error,
        ),
        Variable("phase", "its phase", "1", ("frequency", "channel"), lambda r: np.angle(r.values)),
        Variable("rates", "how often the channel jumps", "1/time", ("channel",)),
    )

    def title(self, result: ChannelResponseSpectrum) -> str:
        """Of which current."""
        return f"Response of {result.name} to single jumps against frequency"


class SpectrumByChannelView(View[SpectrumByChannel], of=SpectrumByChannel):
    """The parts of a noise spectrum."""

    coordinates = (FREQUENCY, *NoiseByChannelView.coordinates)
    variables = (
        Variable(
            *("noise_by_channel", "noise that the channel makes", "amount^2/time", ("frequency", "channel")),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable("shares", "part of all of the noise", "1", ("frequency", "channel")),
        Variable(
            *("by_bath", "noise that the bath makes", "amount^2/time", ("frequency", "bath"), None),
            lambda r: r.by_bath_error,
        ),
        Variable("noise", "noise by counting statistics", "amount^2/time", ("frequency",)),
        Variable("mismatch", "sum of the parts less noise, relative", "1", ("frequency",)),
    )

    def title(self, result: SpectrumByChannel) -> str:
        """Of which current, and how it was found."""
        return f"Noise spectrum of {result.current.name} by channel, over {result.averaged_over}"

    def parameters(self, result: SpectrumByChannel) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.current.model)


class FluctuationDissipationView(View[FluctuationDissipation], of=FluctuationDissipation):
    """Both sides of the relation against frequency, and what is between them."""

    coordinates = (FREQUENCY,)
    variables = (
        Variable(
            *("violation", "S - 2 T Im chi / w", "observable^2 time", ("frequency",)),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable(
            *("spectrum", "fluctuations, S", "observable^2 time", ("frequency",), None, lambda r: r.spectrum_error),
        ),
        Variable("dissipation", "response, 2 T Im chi / w", "observable^2 time", ("frequency",)),
        EFFECTIVE,
        Variable("integrated", "variance less T chi(0)", "observable^2"),
    )

    def title(self, result: FluctuationDissipation) -> str:
        """The statement."""
        return f"Violation of {result.statement}"

    def parameters(self, result: FluctuationDissipation) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)

    def draw(self, result: FluctuationDissipation, axes: list[Axes]) -> None:
        """Fluctuations and response, which coincide at equilibrium."""
        sides = {"fluctuations": result.spectrum, "response": result.dissipation}
        _draw_sides(axes[0], result.frequencies, sides, "observable^2 time")


class ResolvedBalanceView(View[ResolvedBalance], of=ResolvedBalance):
    """Emission and absorption of one line."""

    coordinates = (FREQUENCY,)
    variables = (
        Variable(
            *("violation", "ln of absorption over emission, less w_0 / T", "nats", ("frequency",)),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable("emission", "emission at w", "time", ("frequency",)),
        Variable("absorption", "absorption at w", "time", ("frequency",)),
        EFFECTIVE,
        Variable("quantum", "what the operator takes from the energy", "energy"),
    )

    def title(self, result: ResolvedBalance) -> str:
        """The statement."""
        return f"Violation of {result.statement}"

    def parameters(self, result: ResolvedBalance) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)

    def draw(self, result: ResolvedBalance, axes: list[Axes]) -> None:
        """Emission times the Boltzmann factor and absorption, which coincide at equilibrium."""
        factor = np.exp(result.quantum / result.temperature)[..., None]
        sides = {"emission times exp(w_0 / T)": result.emission * factor, "absorption": result.absorption}
        _draw_sides(axes[0], result.frequencies, sides, "time")


def _draw_sides(ax: Axes, grid: NDArray[Any], sides: dict[str, NDArray[Any]], unit: str) -> None:
    from thermokin.report.style import COOLING, DASHES, HEATING, legend

    if any(numbers.ndim > 1 for numbers in sides.values()):
        raise ValueError("the figure shows one point; select one of the sweep with `to_xarray()`.")
    for (label, numbers), colour, dash in zip(sides.items(), (COOLING, HEATING), ("-", DASHES[0]), strict=True):
        ax.plot(
            in_asked_units(grid, "1/time"), in_asked_units(numbers, unit), color=colour, linestyle=dash, label=label
        )
    ax.set_xlabel(f"angular frequency [{unit_shown('1/time')}]")
    ax.set_ylabel(with_unit_shown("spectral density", unit))
    legend(ax)
