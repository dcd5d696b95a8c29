"""What passes between leads at which energy, drawn beside how full the leads are there."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import in_asked_units
from thermokin.model.parameter import Known
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.transmission_spectrum import TransmissionSpectrum, transmission_spectrum
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.junction_parameters import junction_parameters
from thermokin.views.lines import require_one_point
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from thermokin.views.report_folder import Drawing

__all__ = ["TransmissionSpectrumView", "transmission_drawing"]

MOST = 6  # pairs of leads that a figure shows


def _names(result: TransmissionSpectrum) -> list[str]:
    return [lead.name for lead in result.junction.leads]


class TransmissionSpectrumView(View[TransmissionSpectrum], of=TransmissionSpectrum):
    """Transmissions and fillings against energy."""

    coordinates = (
        Variable("energy", "energy", "energy", ("energy",), lambda r: r.energies),
        Variable("lead", "lead where it ends", "1", ("lead",), _names, shown=False),
        Variable("source", "lead that it comes from", "1", ("source",), _names, shown=False),
    )
    variables = (
        Variable(
            "transmission", "transmission, sum of channels", "1", ("energy", "lead", "source"), lambda r: r.values
        ),
        Variable("fillings", "how full the lead is", "1", ("energy", "lead")),
    )
    panels = (2, 1)

    def title(self, result: TransmissionSpectrum) -> str:
        """Between which leads."""
        return f"Transmission between {', '.join(lead.name for lead in result.junction.leads)}"

    def parameters(self, result: TransmissionSpectrum) -> dict[str, Known]:
        """Those of the junction."""
        return junction_parameters(result.junction)

    def draw(self, result: TransmissionSpectrum, axes: list[Axes]) -> None:
        """Transmissions above, fillings below, over one axis of energies."""
        from thermokin.report.style import legend

        require_one_point(result.values.shape[:-3], "spectrum")
        _draw_transmissions(result, axes[0])
        _draw_fillings(result, axes[1])
        for ax in axes:
            ax.set_xlim(*in_asked_units(result.energies[[0, -1]], "energy"))
            legend(ax)
        axes[0].tick_params(labelbottom=False)
        axes[1].set_xlabel(with_unit_shown("energy", "energy"))


def _draw_transmissions(result: TransmissionSpectrum, ax: Axes) -> None:
    from thermokin.report.style import DASHES
    from thermokin.views.lines import COLOURS

    names, drawn = _names(result), 0
    for one, other in combinations(range(len(names)), 2):
        forth, back = result.values[:, other, one], result.values[:, one, other]
        alike = np.allclose(forth, back, rtol=1e-9, atol=1e-12)
        ways = [(forth, f"{names[one]} – {names[other]}")] if alike else []
        if not alike:
            ways = [(forth, f"{names[one]} → {names[other]}"), (back, f"{names[other]} → {names[one]}")]
        for values, label in ways:
            if not values.any() or drawn >= MOST:
                continue
            dash: Any = "-" if drawn == 0 else DASHES[(drawn - 1) % len(DASHES)]
            ax.plot(
                in_asked_units(result.energies, "energy"),
                values,
                color=COLOURS[drawn % len(COLOURS)],
                linestyle=dash,
                label=label,
            )
            drawn += 1
    ax.set_ylim(bottom=0.0)
    ax.set_ylabel("transmission")


def _draw_fillings(result: TransmissionSpectrum, ax: Axes) -> None:
    from thermokin.report.style import COOLING, DASHES, GREEN, HEATING, OCHRE, PURPLE

    warmth = [float(lead.temperature) for lead in result.junction.leads]
    # The hottest lead is red, the coldest blue.
    ranks, others = np.argsort(warmth, kind="stable"), iter((GREEN, PURPLE, OCHRE) * len(warmth))
    for number, lead in enumerate(result.junction.leads):
        colour = {ranks[-1]: HEATING, ranks[0]: COOLING}.get(number) or next(others)
        dash: Any = "-" if number == 0 else DASHES[(number - 1) % len(DASHES)]
        label = f"{lead.name}, T = {float(in_asked_units(lead.temperature, 'temperature')):.4g}{noted('temperature')}"
        if result.junction.sign > 0.0:
            potential = float(in_asked_units(lead.chemical_potential, "voltage"))
            label += f", μ = {potential:.4g}{noted('voltage')}"
        ax.plot(
            in_asked_units(result.energies, "energy"),
            result.fillings[:, number],
            color=colour,
            linestyle=dash,
            label=label,
        )
    if result.junction.sign < 0.0:
        ax.set_yscale("log")
    ax.set_ylabel("filling")


def transmission_drawing(junction: JoinedLeads) -> Drawing:
    """The figure of one junction, for a report.

    Args:
        junction: the junction.

    Returns:
        The figure and its caption.
    """
    from thermokin.report.style import SINGLE_COLUMN, figure

    drawing, axes = figure(2, 1, width=SINGLE_COLUMN, height=0.95 * SINGLE_COLUMN)
    made = transmission_spectrum(junction)
    TransmissionSpectrumView().draw(made, axes.ravel().tolist())
    return drawing, "What passes between the leads against energy, and how full the leads are there."
