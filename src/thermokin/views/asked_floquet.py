"""The Floquet states that a study asks for, with the cumulants of currents in the periodic state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units
from thermokin.model.current_words import counted_in
from thermokin.model.model import Model
from thermokin.periodic.floquet_states import FloquetStates
from thermokin.views.periodic import FloquetStatesView
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable, summed_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AskedFloquet", "AskedFloquetView"]

QUIET = 1e-12  # of all heat: a power that is rounding


@dataclass(frozen=True, eq=False)
class AskedFloquet(Result):
    """Floquet states, and what is counted in their periodic state.

    Args:
        states: quasi-energies, modes and the model of the jumps between them.
        cumulants: per time (order,), by the words of their current.
    """

    states: FloquetStates
    cumulants: Mapping[str, FloatArray]

    @property
    def model(self) -> Model:
        """Of the jumps."""
        return self.states.model


def _of(one: Variable[FloquetStates]) -> Variable[Any]:
    def read(result: Any) -> Any:
        return one.of(result.states)

    def missed(result: Any) -> Any:
        return None if one.error is None else one.error(result.states)

    return Variable(one.name, one.meaning, one.unit, one.axes, read, one.error and missed, one.shown)


class AskedFloquetView(ToldView[AskedFloquet], of=AskedFloquet):
    """Power and heat in the periodic state, its modes, and cumulants of currents."""

    heading = "The periodic state"
    file = "sidebands"
    coordinates = tuple(map(_of, FloquetStatesView.coordinates))
    variables = tuple(map(_of, FloquetStatesView.variables))

    def defined(self, result: AskedFloquet) -> tuple[Variable[Any], ...]:
        """Beside what Floquet states have, each cumulant."""
        found = list(self.variables)
        for words, values in result.cumulants.items():
            for order in range(1, values.size + 1):
                unit = counted_in(words)
                power = "" if unit == "1" or order == 1 else f"^{order}"
                said = f"cumulant {order} per time of {words}"
                found.append(
                    Variable(f"c{order} {words}", said, f"{unit}{power}/time", (), _cumulant(words, order)),
                )
        return tuple(found)

    def told(self, result: AskedFloquet) -> list[tuple[str, str, str]]:
        """A row for each number, and for the heat of each bath."""
        heat, *rest = super().told(result)
        said = zip(result.model.baths, np.asarray(result.states.heat), strict=True)
        own = [(f"heat from {bath.name}", summed_up(in_asked_units(one, "energy/time")), heat[2]) for bath, one in said]
        return [*own, *rest]

    def title(self, result: AskedFloquet) -> str:
        """Of what."""
        return FloquetStatesView().title(result.states)

    def sentence(self, result: AskedFloquet) -> str:
        """Who pays whom."""
        states = result.states
        power, heat = float(states.power), np.asarray(states.heat)
        idle = abs(power) <= QUIET * float(np.abs(heat).sum())
        flows = [
            f"{amount(abs(one), 'energy/time')} {'from' if one > 0.0 else 'to'} {bath.name}"
            for bath, one in zip(states.model.baths, heat, strict=True)
        ]
        does = (
            "takes no power" if idle else f"{'delivers' if power > 0.0 else 'pays'} {amount(abs(power), 'energy/time')}"
        )
        drive = f"the drive at frequency {amount(states.frequency, 'energy')} {does}"
        return f"In the periodic state {drive}; heat flows at {' and '.join(flows)}."

    def draw(self, result: AskedFloquet, axes: list[Axes]) -> None:
        """Heat into each bath by the quantum of the sideband."""
        FloquetStatesView().draw(result.states, axes)


def _cumulant(words: str, order: int) -> Any:
    return lambda result: result.cumulants[words][order - 1]
