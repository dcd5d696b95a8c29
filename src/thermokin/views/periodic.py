"""What Floquet states look like: quasi-energies, populations, and heat by the quantum of the sideband."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.periodic.floquet_states import FloquetStates
from thermokin.views.in_units import noted
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FloquetStatesView"]

ROUNDING = 1e-12  # of the frequency
FAINT = 1e-3  # of the most heat: sidebands below it are not drawn


def _without_rounding(energies: FloatArray, result: FloquetStates) -> FloatArray:
    """Energies (..., mode), 0 where they are of the size of rounding."""
    return np.where(np.abs(energies) <= ROUNDING * np.asarray(result.frequency)[..., None], 0.0, energies)


class FloquetStatesView(View[FloquetStates], of=FloquetStates):
    """Heat in the periodic state first, which is drawn, then the modes."""

    coordinates = (
        Variable(
            "mode", "mode, by mean energy", "1", ("mode",), lambda r: np.arange(r.quasienergies.size), shown=False
        ),
        Variable("bath", "bath", "1", ("bath",), lambda r: [bath.name for bath in r.model.baths], shown=False),
    )
    variables = (
        Variable("heat", "heat from the bath", "energy/time", ("bath",), error=lambda r: r.ledger.heat_error),
        Variable(
            "quasienergies",
            "quasi-energy, in the zone about the mean energy",
            "energy",
            ("mode",),
            lambda r: _without_rounding(r.quasienergies, r),
        ),
        Variable(
            "mean_energies",
            "mean energy of the mode",
            "energy",
            ("mode",),
            lambda r: _without_rounding(r.mean_energies, r),
        ),
        Variable("populations", "population of the mode", "1", ("mode",), shown=False),
        Variable("power", "work delivered to the drive per time", "energy/time"),
        Variable("entropy_production", "entropy produced per time", "nats/time"),
        Variable("secular", "distance of sidebands over the largest rate", "1", (), lambda r: r.validity[0].ratio),
        Variable("error", "estimate of what the modes lack", "1"),
    )

    def title(self, result: FloquetStates) -> str:
        """Of what."""
        model = result.model
        frequency = float(in_asked_units(result.frequency, "energy"))
        swept = f", a sweep of {int(np.prod(model.batch_shape))} points" if model.batch_shape else ""
        return (
            f"FloquetStates of {model.dimension} levels at frequency {frequency:.6g}{noted('energy')} on "
            f"{', '.join(bath.name for bath in model.baths)}, {model.table.size} jumps{swept}"
        )

    def layout(self, result: FloquetStates) -> tuple[int, int]:
        """One figure of one system; lines along a sweep."""
        return self._layout_of_maps(result) if result.model.batch_shape else (1, 1)

    def draw(self, result: FloquetStates, axes: list[Axes]) -> None:
        """Heat into each bath by the quantum of the sideband: where it stands in the spectrum."""
        from thermokin.report.style import legend
        from thermokin.views.machine_sketch import bath_colours

        if result.model.batch_shape:
            super().draw(result, axes)
            return
        colours = bath_colours(np.array([float(bath.temperature) for bath in result.model.baths]))
        for position, bath in enumerate(result.model.baths):
            quanta, heat = _emitted(result, position)
            seen = np.abs(heat) > FAINT * np.abs(heat).max(initial=0.0)
            width = 1.2 + 2.0 * (len(result.model.baths) - 1 - position)  # those behind stay seen
            places, heights = in_asked_units(quanta[seen], "energy"), in_asked_units(heat[seen], "energy/time")
            axes[0].vlines(places, 0.0, heights, color=colours[position], linewidth=width, label=bath.name)
        axes[0].axhline(0.0, color="0.7", linewidth=0.6)
        axes[0].set_xlabel(f"quantum of the bath [{unit_shown('energy')}]")
        axes[0].set_ylabel(f"heat into the bath [{unit_shown('energy/time')}]")
        legend(axes[0])


def _emitted(result: FloquetStates, bath: int) -> tuple[Any, Any]:
    """Quanta of a bath's emissions and the net heat into it by each."""
    table = result.model.table
    down = np.flatnonzero((table.bath == bath) & (table.energy < 0.0))
    net = result.jump_rates[down] - result.jump_rates[table.reverse[down]]
    return -table.energy[down], -table.energy[down] * net
