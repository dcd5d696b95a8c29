"""What strong coupling looks like: heat and state of the enlarged model, and what its levels cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from thermokin.model.parameter import Known
from thermokin.operators.tensor import partial_trace
from thermokin.strong_coupling.coordinate import Coordinate, TakenIn
from thermokin.strong_coupling.level_convergence import LevelConvergence
from thermokin.strong_coupling.mean_force_state import MeanForce
from thermokin.strong_coupling.strongly_coupled import StronglyCoupled
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LevelConvergenceView", "MeanForceView", "StronglyCoupledView"]

OTHERS = ("gibbs", "second order", "ultrastrong")


def _of_coordinates(names: Sequence[str], coordinates: Sequence[TakenIn]) -> dict[str, Known]:
    """Couplings and frequencies by the names of the baths."""
    found = {}
    for name, one in zip(names, coordinates, strict=True):
        own = {"frequency": one.frequency} if isinstance(one, Coordinate) else {"energy": one.energy}
        for words, numbers in {"coupling": one.coupling, **own}.items():
            found[f"{name}_{words}".replace(" ", "_")] = Known(numbers, "energy")
    return found


class StronglyCoupledView(View[StronglyCoupled], of=StronglyCoupled):
    """Heat first, which is drawn, then the energies of the parts."""

    coordinates = (
        Variable("bath", "bath", "1", ("bath",), lambda r: [bath.name for bath in r.model.baths], shown=False),
        Variable(
            "coordinate", "coordinate of a bath", "1", ("coordinate",), lambda r: np.arange(len(r.names)), shown=False
        ),
    )
    variables = (
        Variable("heat", "heat from the bath", "energy/time", ("bath",), error=lambda r: r.ledger.heat_error),
        Variable("entropy_production", "entropy produced per time", "nats/time"),
        Variable("system_energy", "mean energy of the system", "energy"),
        Variable("coordinate_energies", "mean energy of the coordinate", "energy", ("coordinate",)),
        Variable("interaction_energy", "mean energy of what joins them", "energy"),
        Variable("levels", "levels kept of the coordinate", "1", ("coordinate",)),
        Variable("level_error", "how far the system's state is from that with all levels", "1", (), shown=False),
    )

    def title(self, result: StronglyCoupled) -> str:
        """Of what."""
        model = result.model
        swept = f", a sweep of {int(np.prod(model.batch_shape))} points" if model.batch_shape else ""
        modes = ", ".join(f"{size} of {name}" for name, size in zip(result.names, result.levels, strict=True))
        return f"StronglyCoupled system of {result.dims[0]} levels with coordinates, levels {modes}{swept}"

    def parameters(self, result: StronglyCoupled) -> Mapping[str, Known]:
        """Temperatures, and what coordinates are told by."""
        return {**model_parameters(result.model), **_of_coordinates(result.names, result.coordinates)}

    def layout(self, result: StronglyCoupled) -> tuple[int, int]:
        """One figure of one system; lines along a sweep."""
        return self._layout_of_maps(result) if result.model.batch_shape else (1, 1)

    def draw(self, result: StronglyCoupled, axes: list[Axes]) -> None:
        """How full the levels of each coordinate are at rest, beside one in equilibrium with its bath alone."""
        from thermokin.report.style import legend

        if result.model.batch_shape:
            super().draw(result, axes)
            return
        alone = result.start(np.eye(result.dims[0]) / result.dims[0])
        for part, name in enumerate(result.names, start=1):
            level = np.arange(result.dims[part])
            for state, style, words in (
                (result.part_state(part), "o-", name),
                (partial_trace(alone, part, result.dims), "--", f"{name}, alone"),
            ):
                filled = np.diagonal(state).real
                axes[0].semilogy(
                    level, np.where(filled > 0.0, filled, np.nan), style, color=f"C{part - 1}", label=words
                )
        axes[0].set(xlabel="level of the coordinate", ylabel="population at rest [1]")
        legend(axes[0])

    def defined(self, result: StronglyCoupled) -> tuple[Variable[StronglyCoupled], ...]:
        """Without the levels' error where all levels are kept."""
        return self.variables if result.line is not None else self.variables[:-1]


class LevelConvergenceView(View[LevelConvergence], of=LevelConvergence):
    """How state and heat settle with the levels."""

    coordinates = (
        Variable("trial", "number of the trial", "1", ("trial",), lambda r: np.arange(1, len(r.levels)), shown=False),
    )
    variables = (
        Variable("state_change", "trace distance of the system's state to that with fewer levels", "1", ("trial",)),
        Variable("heat_change", "change of the heats from those with fewer levels", "1", ("trial",)),
        Variable("levels", "levels of the first mode", "1", ("trial",), lambda r: r.levels[1:].max(axis=-1)),
    )

    def draw(self, result: LevelConvergence, axes: list[Axes]) -> None:
        """Both changes against the levels."""
        from thermokin.report.style import legend

        size = result.levels[1:].max(axis=-1)
        axes[0].semilogy(size, result.state_change, marker="o", label="state")
        axes[0].semilogy(size, result.heat_change, marker="s", label="heat")
        axes[0].set(xlabel="levels of the mode [1]", ylabel="change from fewer levels [1]")
        legend(axes[0])


class MeanForceView(View[MeanForce], of=MeanForce):
    """How far the state is from its limits, then its thermodynamics."""

    coordinates = (Variable("limit", "what the state is held against", "1", ("limit",), lambda _: list(OTHERS)),)
    variables = (
        Variable("distances", "trace distance of the state to it", "1", ("limit",)),
        Variable("free_energy", "free energy, of all less that of the bath", "energy"),
        Variable("energy", "energy, of all less that of the bath", "energy"),
        Variable("system_energy", "mean energy of the system", "energy"),
        Variable("entropy", "entropy, of all less that of the bath", "nats"),
        Variable("heat_capacity", "heat capacity, of all less that of the bath", "nats"),
        Variable("second_order_lowest", "lowest eigenvalue to second order", "1"),
        Variable("second_order_error", "what the quadrature of the second order lacks", "1"),
    )

    def parameters(self, result: MeanForce) -> Mapping[str, Known]:
        """The temperature, and what coordinates are told by."""
        names = tuple(contact.bath.name for contact in result.bare.contacts)
        known = {"temperature": Known(result.temperature, "energy", "temperature")}
        return {**known, **_of_coordinates(names, tuple(result.bare.taken.values()))}

    def title(self, result: MeanForce) -> str:
        """Of what."""
        names = ", ".join(dict.fromkeys(contact.bath.name for contact in result.bare.contacts))
        kept = ", ".join(map(str, result.levels))
        return f"MeanForce of {result.dims[0]} levels on {names}, levels of coordinates {kept}"
