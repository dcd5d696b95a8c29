"""What answers look like: correlations over time, susceptibilities and emission against frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.lab_units.dimension import quantity_of
from thermokin.linear_response.correlation import Correlation
from thermokin.linear_response.emission_spectrum import EmissionSpectrum
from thermokin.linear_response.observed import AnswerAtRest
from thermokin.linear_response.outputs import unit_in_words
from thermokin.linear_response.response import Response
from thermokin.linear_response.susceptibility import Susceptibility
from thermokin.model.parameter import Known
from thermokin.views.heat_devices import AmplificationView
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.mode_response import ModeResponseView
from thermokin.views.noise_by_channel import ChannelResponseView, NoiseByChannelView, OnsagerView, ThermoelectricView
from thermokin.views.response_spectra import (
    ChannelResponseSpectrumView,
    FluctuationDissipationView,
    ResolvedBalanceView,
    SpectrumByChannelView,
)
from thermokin.views.sweep_axes import family_parameters, model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block, Cell
    from thermokin.views.report_folder import Drawn

__all__ = [
    "AmplificationView",
    "ChannelResponseSpectrumView",
    "ChannelResponseView",
    "CorrelationView",
    "EmissionSpectrumView",
    "FluctuationDissipationView",
    "ModeResponseView",
    "NoiseByChannelView",
    "OnsagerView",
    "ResolvedBalanceView",
    "ResponseView",
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


def _output_units(result: Response) -> list[str]:
    """The unit of each output in words; "output" where it is not known."""
    return [unit_in_words(name) or "output" for name in result.outputs]


def _number_units(result: Response) -> list[str]:
    """That of each number by which is derived."""
    known = (result.family.parameters[name] for name in result.parameters)
    return [quantity_of(name, one.unit, one.quantity) for name, one in zip(result.parameters, known, strict=True)]


class ResponseView(View[Response], of=Response):
    """Derivatives of outputs by parameters, as a table, and in per cent for per cent as bars."""

    coordinates = (
        Variable("output", "output", "1", ("output",), lambda r: list(r.outputs), shown=False),
        Variable("parameter", "parameter", "1", ("parameter",), lambda r: list(r.parameters), shown=False),
        Variable("output_unit", "unit of the output", "1", ("output",), _output_units, shown=False),
        Variable("parameter_unit", "unit of the number", "1", ("parameter",), _number_units, shown=False),
    )
    variables = (
        Variable(
            "derivative",
            "derivative",
            "(output_unit)/(parameter_unit)",
            ("output", "parameter"),
            lambda r: r.values,
            lambda r: r.error,
        ),
        Variable("logarithmic", "logarithmic derivative", "1", ("output", "parameter"), shown=False),
        Variable("value", "output", "output_unit", ("output",), lambda r: r.numbers, shown=False),
        Variable("at", "value of the parameter", "parameter_unit", ("parameter",), shown=False),
    )

    def title(self, result: Response) -> str:
        """How many of what."""
        counts = (("output", len(result.outputs)), ("parameter", len(result.parameters)))
        outputs, parameters = (f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts)
        return f"Response of {outputs} to {parameters}"

    def parameters(self, result: Response) -> dict[str, Known]:
        """The numbers of the family that vary along a sweep."""
        return family_parameters(result.family, result.given)

    def rows(self, result: Response) -> list[tuple[str, str, str]]:
        """A line for each output; of a sweep what other results show."""
        if result.values.ndim > 2:
            return super().rows(result)
        return [
            (output, ", ".join(f"{name}: {_in_units(value, unit)}" for name, value, unit in row), "")
            for output, row in zip(result.outputs, _derivatives(result), strict=True)
        ]

    def blocks(self, result: Response, drawn: Drawn) -> Sequence[Block]:
        """The figure, and every derivative with its error; of a sweep what other results show."""
        from thermokin.report.blocks import FigureBlock, Heading, Table

        if result.values.ndim > 2:
            return super().blocks(result, drawn)
        shares = result.logarithmic
        rows: list[tuple[Cell, ...]] = []
        for one, name in enumerate(result.outputs):
            for other, parameter in enumerate(result.parameters):
                share = float(shares[one, other])
                ours, theirs = _output_units(result)[one], _number_units(result)[other]
                by = f"({ours})/({theirs})"
                numbers = (result.values[one, other], by), (result.error[one, other], by)
                found = tuple(float(in_asked_units(number, unit)) for number, unit in numbers)
                at = float(in_asked_units(result.at[other], theirs))
                value = float(in_asked_units(result.numbers[one], ours))
                # An output that is 0 gains no per cent.
                last = share if np.isfinite(share) else None
                rows.append((with_unit_shown(name, ours), value, with_unit_shown(parameter, theirs), at, *found, last))
        heads = ("output", "its value", "parameter", "at", "derivative", "error", "logarithmic")
        caption = (
            "Derivatives in the steady state, each with its error from above as a rule; the logarithmic derivative is "
            "the per cent that an output gains for one of the parameter."
        )
        figures = (FigureBlock(svg, caption) for svg, caption in drawn.values())
        return [Heading("Response"), *figures, Table(heads, tuple(rows), caption, digits=6)]

    def draw(self, result: Response, axes: list[Axes]) -> None:
        """The logarithmic derivatives, a group of bars for each parameter; one that is 0 has none."""
        from thermokin.report.style import legend
        from thermokin.views.lines import COLOURS, require_one_point

        require_one_point(result.values.shape[:-2], "response")
        heights, ax = result.logarithmic, axes[0]
        width = 0.8 / len(result.outputs)
        for number, output in enumerate(result.outputs):
            places = np.arange(len(result.parameters)) + (number + 0.5) * width - 0.4
            shown = np.where(np.isfinite(heights[number]), heights[number], 0.0)
            ax.bar(places, shown, width, color=COLOURS[number % len(COLOURS)], linewidth=0.0, label=output)
        ax.axhline(0.0, color="black", linewidth=0.6)
        ax.set_xticks(np.arange(len(result.parameters)), result.parameters, rotation=30, ha="right")
        ax.set_ylabel("per cent for one per cent")
        # Bars fill the axes: the legend lies above them.
        low, high = ax.get_ylim()
        rows = (len(result.outputs) + 1) // 2
        ax.set_ylim(low, high + 0.14 * rows * (high - low))
        legend(ax, place="upper left", columns=2)


def _derivatives(result: Response) -> list[list[tuple[str, FloatArray, str]]]:
    """For each output the numbers by which it is derived, the derivatives, and their units in words."""
    units = _number_units(result)
    return [
        [(name, value, f"({one})/({by})") for name, value, by in zip(result.parameters, row, units, strict=True)]
        for one, row in zip(_output_units(result), result.values, strict=True)
    ]


def _in_units(value: FloatArray, unit: str) -> str:
    return f"{float(in_asked_units(value, unit)):.6g}{noted(unit)}"
