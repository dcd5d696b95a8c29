"""What transport coefficients of two baths look like, whatever they were found from."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from thermokin.report.style import COOLING, DARK_GREY
from thermokin.thermo.transport_coefficients import TransportCoefficients
from thermokin.views.lines import with_unit
from thermokin.views.swept_maps import draw_over_sweep, map_layout
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TransportCoefficientsView"]

WIDE = 30  # letters of a label in one line
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

    def layout(self, result: T) -> tuple[int, int]:
        """A panel for each number."""
        return map_layout(len(self._drawn(result)))

    def _drawn(self, result: T) -> list[Variable[Any]]:
        return [one for one in self.defined(result) if np.isfinite(one.of(result)).any()] or [self.variables[0]]

    def draw(self, result: T, axes: list[Axes]) -> None:
        """Every number in a panel of its own: a bar of one point, lines along a sweep, a map over two axes of it."""
        data, drawn = self.dataset(result), self._drawn(result)
        for ax in axes[len(drawn) :]:
            ax.set_axis_off()
        for ax, one in zip(axes, drawn, strict=False):
            if data[one.name].ndim:
                draw_over_sweep(ax, data, one.name)
                continue
            value = float(data[one.name])
            ax.barh([0.0], [value], 0.5, color=COOLING)
            ax.set_ylim(-1.0, 1.0)
            ax.axvline(0.0, color=DARK_GREY, linewidth=0.6)
            ax.set_yticks([0.0], [f"{value:.4g}"])
            ax.set_xlabel(fill(with_unit(one.meaning, {"units": one.unit}), WIDE))
