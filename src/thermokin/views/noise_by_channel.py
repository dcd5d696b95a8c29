"""What answers to single jumps and to small affinities look like: bars by channel, and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.linear_response.channel_response import ChannelResponse
from thermokin.linear_response.noise_by_channel import NoiseByChannel
from thermokin.linear_response.onsager import OnsagerMatrix
from thermokin.linear_response.thermoelectric import Thermoelectric
from thermokin.model.parameter import Known
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.thermoelectric import TransportCoefficientsView
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "ChannelResponseView",
    "NoiseByChannelView",
    "OnsagerView",
    "ThermoelectricView",
    "draw_bars",
]

MOST_BARS = 24  # with a name each
RESIDUAL: Variable[Any] = Variable(
    "residual", "largest element of L rho of the steady state, relative", "1", (), lambda r: r.steady_state.residual
)
CHANNEL: Variable[Any] = Variable("channel", "jump channel", "1", ("channel",), lambda r: list(r.labels), shown=False)


def draw_bars(ax: Axes, names: list[str], series: dict[str, NDArray[Any]]) -> None:
    """Numbers by name as bars, side by side where there are several.

    Args:
        ax: axes to draw in.
        names: along the axis (m,).
        series: by what they are (m,).

    Raises:
        ValueError: if numbers have leading axes, or there are more than can be told apart.
    """
    from thermokin.report.style import COOLING, HEATING, SEQUENCE, legend

    if any(numbers.ndim > 1 for numbers in series.values()):
        raise ValueError("bars show one point; select one of the sweep with `to_xarray()`.")
    if len(names) > MOST_BARS:
        raise ValueError(f"bars show up to {MOST_BARS} channels, not {len(names)}; select some with `to_xarray()`.")
    width = 0.8 / len(series)
    place = np.arange(len(names))
    for number, (label, numbers) in enumerate(series.items()):
        colour = (COOLING, HEATING, *SEQUENCE)[number]
        ax.bar(place + (number - 0.5 * (len(series) - 1)) * width, numbers, width, color=colour, label=label)
    ax.axhline(0.0, color="black", linewidth=0.5)
    ax.set_xticks(place, names, rotation=45, ha="right", rotation_mode="anchor")
    if len(series) > 1:
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.15 * len(series) * (high - low))  # room for the legend
        legend(ax)


class ChannelResponseView(View[ChannelResponse], of=ChannelResponse):
    """Responses by channel, and by pairs of opposite jumps."""

    coordinates = (CHANNEL,)
    variables = (
        Variable(
            *("response", "d<J>/d ln rate of the channel", "amount/time", ("channel",)),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable("symmetric", "dJ/dB of a jump and its reverse", "amount/time", ("channel",), shown=False),
        Variable("antisymmetric", "dJ/dS of a jump and its reverse", "amount/time", ("channel",), shown=False),
        Variable("rates", "how often the channel jumps", "1/time", ("channel",)),
        RESIDUAL,
    )

    def title(self, result: ChannelResponse) -> str:
        """Of which current."""
        return f"Response of {result.name} to single jumps"

    def draw(self, result: ChannelResponse, axes: list[Axes]) -> None:
        """Bars of the responses."""
        draw_bars(axes[0], list(result.labels), {"response": in_asked_units(result.values, "amount/time")})
        axes[0].set_ylabel(f"d<J> / d ln rate [{unit_shown('amount/time')}]")


class NoiseByChannelView(View[NoiseByChannel], of=NoiseByChannel):
    """The parts of the noise by channel and by bath."""

    coordinates = (
        CHANNEL,
        Variable("bath", "bath whose jumps make a part", "1", ("bath",), lambda r: list(r.baths), shown=False),
    )
    variables = (
        Variable(
            *("noise_by_channel", "noise that the channel makes", "amount^2/time", ("channel",)),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable("shares", "part of all of the noise", "1", ("channel",)),
        Variable("by_bath", "noise that the bath makes", "amount^2/time", ("bath",), None, lambda r: r.by_bath_error),
        Variable("noise", "noise by counting statistics", "amount^2/time"),
        Variable("mismatch", "sum of the parts less noise, relative", "1"),
    )

    def title(self, result: NoiseByChannel) -> str:
        """Of which current, and how it was found."""
        return f"Noise of {result.current.name} by channel, over {result.averaged_over}"

    def parameters(self, result: NoiseByChannel) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.current.model)

    def draw(self, result: NoiseByChannel, axes: list[Axes]) -> None:
        """A bar for each channel, with its error, in the colour of its bath, whose share is told."""
        values, error = (in_asked_units(one, "amount^2/time") for one in (result.values, result.error))
        draw_bars(axes[0], list(result.labels), {"noise": values})
        if len(result.baths) > 1:
            _colour_by_bath(axes[0], result)
        axes[0].errorbar(np.arange(values.size), values, error, fmt="none", ecolor="black")
        axes[0].set_ylabel(f"noise made [{_squared()}]")


def _squared() -> str:
    """The unit of a noise, as it stands beside an axis."""
    return unit_shown("amount^2/time").replace("^2", "$^2$")


def _colour_by_bath(ax: Axes, result: NoiseByChannel) -> None:
    """The bars in a colour for each bath, and a legend with the part of the noise that its jumps make."""
    from thermokin.report.style import COOLING, HEATING, SEQUENCE, legend

    palette, whole = (COOLING, HEATING, *SEQUENCE), result.values.sum()
    labelled: set[int] = set()
    ax.containers[0].set_label("_")  # its bars have names of their own
    for bar, bath in zip(ax.patches, result.bath_of.tolist(), strict=True):
        bar.set_facecolor(palette[bath % len(palette)])
        share = f" {result.by_bath[bath] / whole:.1%}" if whole > 0.0 else ""
        bar.set_label("_" if bath in labelled else f"{result.baths[bath]}{share}")
        labelled.add(bath)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.08 * len(labelled) * (high - low))
    legend(ax)


class OnsagerView(View[OnsagerMatrix], of=OnsagerMatrix):
    """The matrix, and how symmetric its other route is."""

    coordinates = tuple(
        Variable(axis, f"{axis} current", "1", (axis,), lambda r: list(r.labels), shown=False)
        for axis in ("current", "other")
    )
    variables = (
        Variable(
            *("onsager", "Onsager coefficient", "amount^2/time", ("current", "other")),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable("response", "the same by responses", "amount^2/time", ("current", "other"), shown=False),
        Variable("asymmetry", "largest difference of two opposite responses, relative", "1"),
        Variable("mismatch", "largest difference of both routes, relative", "1"),
    )

    def title(self, result: OnsagerMatrix) -> str:
        """Of which currents."""
        return f"Onsager matrix of {', '.join(result.labels)}"

    def parameters(self, result: OnsagerMatrix) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)

    def layout(self, result: OnsagerMatrix) -> tuple[int, int]:
        """One panel of bars; over two axes of a sweep a map for each coefficient."""
        return self._layout_of_maps(result) if result.values.ndim > POINT else self.panels

    def draw(self, result: OnsagerMatrix, axes: list[Axes]) -> None:
        """Bars, a group for each current; along a sweep lines, over two axes of it maps."""
        if result.values.ndim > POINT:
            super().draw(result, axes)
            return
        labels = list(result.labels)
        columns = {f"affinity of {name}": result.values[..., number] for number, name in enumerate(labels)}
        if len(columns) > MOST_SERIES:  # colours are no more
            columns = {"diagonal": np.diagonal(result.values, axis1=-2, axis2=-1)}
        shown = {name: in_asked_units(column, "amount^2/time") for name, column in columns.items()}
        draw_bars(axes[0], labels, shown)
        axes[0].set_ylabel(f"coefficient [{_squared()}]")


MOST_SERIES = 6
POINT = 2  # axes of the matrix of one point


class ThermoelectricView(TransportCoefficientsView[Thermoelectric], of=Thermoelectric):
    """Between the baths of a model."""

    def title(self, result: Thermoelectric) -> str:
        """Between which baths."""
        return f"Transport between {' and '.join(bath.name for bath in result.counting.model.baths)}"

    def parameters(self, result: Thermoelectric) -> dict[str, Known]:
        """Those of the model."""
        return model_parameters(result.steady_state.model)
