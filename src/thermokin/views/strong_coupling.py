"""What strong coupling looks like: heat and state of the enlarged model, and what its levels cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.parameter import Known
from thermokin.operators.tensor import partial_trace
from thermokin.strong_coupling.coordinate import Coordinate, TakenIn
from thermokin.strong_coupling.level_convergence import LevelConvergence
from thermokin.strong_coupling.mean_force_state import MeanForce
from thermokin.strong_coupling.strongly_coupled import StronglyCoupled
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable, summed_up
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LevelConvergenceView", "MeanForceView", "StronglyCoupledView"]

OTHERS = ("gibbs", "second order", "ultrastrong")
SAID = ("its own Gibbs state", "the state to second order of the coupling", "the ultrastrong limit")


def _of_coordinates(names: Sequence[str], coordinates: Sequence[TakenIn]) -> dict[str, Known]:
    """Couplings and frequencies by the names of the baths."""
    found = {}
    for name, one in zip(names, coordinates, strict=True):
        own = {"frequency": one.frequency} if isinstance(one, Coordinate) else {"energy": one.energy}
        for words, numbers in {"coupling": one.coupling, **own}.items():
            found[f"{name}_{words}".replace(" ", "_")] = Known(numbers, "energy")
    return found


class StronglyCoupledView(ToldView[StronglyCoupled], of=StronglyCoupled):
    """Heat first, then the energies of the parts; how full the levels of the modes are is drawn."""

    heading = "System and modes at rest"
    file = "levels"
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
        return f"Strongly coupled system of {result.dims[0]} levels with {_modes(result)}{swept}"

    def told(self, result: StronglyCoupled) -> list[tuple[str, str, str]]:
        """A row for each number, and for the heat of each bath."""
        heat, *rest = super().told(result)
        heats = np.moveaxis(np.asarray(result.heat), -1, 0)
        said = zip(result.model.baths, heats, strict=True)
        own = [(f"heat from {bath.name}", summed_up(in_asked_units(one, "energy/time")), heat[2]) for bath, one in said]
        return [*own, *rest]

    def sentence(self, result: StronglyCoupled) -> str:
        """Who heats whom; of a sweep how much."""
        begin = f"With {_modes(result)} in the system"
        heats = np.asarray(result.heat)
        if result.model.batch_shape:
            each = zip(result.model.baths, np.moveaxis(heats, -1, 0), strict=True)
            said = [f"{_spread(one, 'energy/time')} from {bath.name}" for bath, one in each]
            return f"{begin}, heat at rest is {' and '.join(said)}."
        if (np.abs(heats) <= np.asarray(result.ledger.heat_error)).all():
            return f"{begin}, no heat flows at rest."
        flows = [
            f"{amount(abs(one), 'energy/time')} {'from' if one > 0.0 else 'to'} {bath.name}"
            for bath, one in zip(result.model.baths, heats, strict=True)
        ]
        return f"{begin}, heat flows at rest at {' and '.join(flows)}."

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


def _modes(result: StronglyCoupled) -> str:
    """The modes and sites that were taken in, and how large they are."""
    each = zip(result.names, result.levels, result.coordinates, strict=True)
    found = [
        f"{size} levels of a mode of {name}" if isinstance(one, Coordinate) else f"a site of {name}"
        for name, size, one in each
    ]
    return " and ".join(found)


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


class MeanForceView(ToldView[MeanForce], of=MeanForce):
    """How far the state is from its limits, then its thermodynamics."""

    heading = "The equilibrium that the bath leaves"
    file = "distances"
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
        return f"Mean-force state of {result.dims[0]} levels on {names}, levels of coordinates {kept}"

    def told(self, result: MeanForce) -> list[tuple[str, str, str]]:
        """A row for each number, and for the distance to each limit that is known."""
        rest = [row for row in super().told(result) if row[0] != self.variables[0].meaning]
        own = [(f"trace distance to {words}", summed_up(one), "") for words, one in _distances(result)]
        return [*own, *rest]

    def sentence(self, result: MeanForce) -> str:
        """How far it is from its limits."""
        said = [f"{_spread(one, '1')} from {words}" for words, one in _distances(result)]
        free = _spread(np.asarray(result.free_energy), "energy")
        return f"The state is, in trace distance, {', '.join(said)}; its free energy is {free}."


def _distances(result: MeanForce) -> list[tuple[str, FloatArray]]:
    """Trace distances (...) to the limits that are known, with their words."""
    each = zip(SAID, np.moveaxis(np.asarray(result.distances), -1, 0), strict=True)
    return [(words, one) for words, one in each if np.isfinite(one).any()]


def _spread(numbers: FloatArray, unit: str) -> str:
    """A number in a sentence; of a sweep the least and the largest."""
    ends = [amount(one, unit) for one in (np.nanmin(numbers), np.nanmax(numbers))]
    return " to ".join(dict.fromkeys(ends))
