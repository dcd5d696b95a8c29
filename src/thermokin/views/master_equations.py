"""What master equations side by side look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.master_equations.generators import Generators
from thermokin.master_equations.redfield_counting import RedfieldCumulants
from thermokin.master_equations.redfield_evolution import RedfieldEvolution
from thermokin.master_equations.redfield_state import RedfieldState
from thermokin.views.heat_bars import draw_heat_bars
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["GeneratorsView", "RedfieldCumulantsView", "RedfieldEvolutionView", "RedfieldStateView"]

STYLES: dict[str, dict[str, Any]] = {
    "geometric": {"color": "0.6", "linewidth": 5.0, "solid_capstyle": "round"},
    "unified": {"linewidth": 2.2},
    "local": {"linestyle": "--", "linewidth": 1.2},
    "davies": {"linestyle": "-.", "linewidth": 1.2},
    "bloch-redfield": {"linestyle": ":", "color": "k"},
}


class GeneratorsView(View[Generators], of=Generators):
    """Heats first, then what is known of their errors."""

    coordinates = (
        Variable("generator", "name of the generator", "1", ("generator",), lambda r: list(r.names), shown=False),
        Variable("bath", "name of the bath", "1", ("bath",), lambda r: list(r.baths), shown=False),
    )
    variables = (
        Variable("heats", "heat from the bath", "energy/time", ("generator", "bath")),
        Variable("estimated_errors", "relative error of currents as the assumptions estimate it", "1", ("generator",)),
        Variable("deviations", "of heats from those of the geometric generator", "1", ("generator",)),
        Variable("distances", "trace distance from the geometric generator's state", "1", ("generator",)),
        Variable("lowest_eigenvalues", "lowest eigenvalue of the state", "1", ("generator",)),
    )

    def title(self, result: Generators) -> str:
        """Which to trust."""
        found, counts = np.unique(result.trust, return_counts=True)
        if result.trust.ndim == 0:
            said = f"trust {found[0]}"
        else:
            said = "trust " + ", ".join(f"{name} at {count} points" for name, count in zip(found, counts, strict=True))
        return f"Generators {', '.join(result.names)}: {said}"

    def plot(
        self, result: Generators, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None = None
    ) -> tuple[Figure, Any]:
        """Heat from the first bath by each generator, over the coupling where that is swept.

        Args:
            result: the comparison.
            ax: axes to draw in; a new figure if None.

        Returns:
            The figure and its axes.

        Raises:
            ValueError: if there is more than one axis of a sweep.
        """
        from thermokin.report.style import SINGLE_COLUMN, figure, legend

        if result.trust.ndim > 1:
            raise ValueError("a figure shows one axis of a sweep; compare generators along one parameter at a time.")
        axes: Any = (
            figure(width=1.3 * SINGLE_COLUMN)[1][0, 0] if ax is None else np.ravel(np.asarray(ax, dtype=object))[0]
        )
        heats = in_asked_units(result.heats[..., 0], "energy/time")
        heat_label = f"heat from {result.baths[0]} [{unit_shown('energy/time')}]"
        if result.trust.ndim == 0:
            axes.barh(result.names[::-1], heats[::-1], height=0.6)
            axes.axvline(heats[result.names.index("geometric")], color="0.6", zorder=0)
            axes.set_xlabel(heat_label)
            return axes.figure, axes
        along = in_asked_units(result.coupling, "energy")
        known = bool(np.isfinite(along).all() and np.unique(along).size == along.size)
        place = along if known else np.arange(along.size)
        order = np.argsort(place)
        for name in sorted(result.names, key=list(STYLES).index):
            line = heats[:, result.names.index(name)]
            axes.plot(place[order], line[order], label=name, **STYLES[name])
        if known and place.min() > 0.0 and place.max() > 10.0 * place.min():
            axes.set_xscale("log")
        if (heats[np.isfinite(heats)] > 0.0).all() and np.nanmax(heats) > 30.0 * np.nanmin(heats):
            axes.set_yscale("log")
        axes.set(
            xlabel=f"largest element of the coupling [{unit_shown('energy')}]" if known else "point of the sweep",
            ylabel=heat_label,
        )
        legend(axes)
        return axes.figure, axes


def _baths(result: RedfieldState | RedfieldEvolution) -> list[str]:
    return [bath.name for bath in result.equation.baths]


class RedfieldStateView(View[RedfieldState], of=RedfieldState):
    """Heats, and whether it is a state."""

    coordinates = (Variable("bath", "name of the bath", "1", ("bath",), _baths, shown=False),)
    variables = (
        Variable("heat", "heat from the bath", "energy/time", ("bath",)),
        Variable("lowest_eigenvalue", "lowest eigenvalue, below 0 where this is no state", "1"),
        Variable("entropy_production", "entropy produced per time", "nats/time"),
        Variable("populations", "populations of eigenstates of the Hamiltonian", "1", ("level",)),
        Variable("distance_to_nearest", "trace distance from the unified state", "1", shown=False),
    )

    def title(self, result: RedfieldState) -> str:
        """Of what, and whether it is a state."""
        said = "a state" if bool(np.all(result.is_positive | result.lost)) else "no state: an eigenvalue is negative"
        return f"{result.equation!r} at rest, {said}"

    def layout(self, result: RedfieldState) -> tuple[int, int]:
        """One figure of one state; lines along a sweep."""
        return self._layout_of_maps(result) if result.equation.batch_shape else (1, 1)

    def draw(self, result: RedfieldState, axes: list[Axes]) -> None:
        """Heats as bars; along a sweep lines."""
        if result.equation.batch_shape:
            super().draw(result, axes)
        else:
            draw_heat_bars(axes[0], _baths(result), {"heat": result.heat})


class RedfieldEvolutionView(View[RedfieldEvolution], of=RedfieldEvolution):
    """The lowest eigenvalue over time first, which is drawn."""

    coordinates = (
        Variable("time", "time", "time", ("time",), lambda r: r.times),
        Variable("bath", "name of the bath", "1", ("bath",), _baths, shown=False),
    )
    variables = (
        Variable("lowest_eigenvalues", "lowest eigenvalue at each time", "1", ("time",)),
        Variable("lowest", "lowest eigenvalue on the whole way", "1"),
        Variable("slip_duration", "how long an eigenvalue is negative", "time"),
        Variable("slip_end", "when an eigenvalue is negative for the last time", "time"),
        Variable("energy", "energy of the system", "energy", ("time",)),
        Variable("heat_rate", "heat from the bath", "energy/time", ("time", "bath")),
    )

    def title(self, result: RedfieldEvolution) -> str:
        """Of what, and whether it stays a state."""
        said = "a state all along" if bool(np.all(result.slip_duration == 0.0)) else "not a state all along"
        return f"{result.equation!r} over time, {said}"


class RedfieldCumulantsView(View[RedfieldCumulants], of=RedfieldCumulants):
    """Cumulants, and what the interaction keeps."""

    coordinates = (
        Variable(
            "order", "order of the cumulant", "1", ("order",), lambda r: np.arange(1, r.shape[-1] + 1), shown=False
        ),
    )
    variables = (
        Variable("values", "cumulants of the heat that leaves the bath", "energy^order/time", ("order",)),
        Variable("mismatch", "heat that leaves the bath less heat that the system gains", "energy/time"),
    )

    def title(self, result: RedfieldCumulants) -> str:
        """Of what."""
        return f"Heat from {result.current.bath} of the {result.current.equation!r}"
