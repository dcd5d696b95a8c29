"""What work that a state holds looks like."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin.stored_work.charging import Charging
from thermokin.stored_work.ergotropy import Ergotropy
from thermokin.stored_work.local_ergotropy import LocalErgotropy
from thermokin.views.motion import TIME
from thermokin.views.parts import PART
from thermokin.views.states import StatesView, entry
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable

__all__ = ["ChargingView", "ErgotropyView", "LocalErgotropyView"]


class ErgotropyView(StatesView[Ergotropy], of=Ergotropy):
    """Ergotropy and its parts, and the energies beside it."""

    drawn = ("total", "incoherent", "asymptotic", "locked")
    variables = (
        entry("total", "ergotropy", "energy"),
        entry("incoherent", "incoherent part", "energy"),
        entry("coherent", "coherent part", "energy"),
        entry("locked", "energy that no unitary takes out", "energy"),
        entry("energy", "mean energy", "energy"),
        entry("entropy", "von Neumann entropy", "nats"),
        entry("coherence", "relative entropy of coherence", "nats", shown=False),
        entry("asymptotic", "ergotropy of each of many copies", "energy"),
        entry("asymptotic_temperature", "temperature that many copies reach", "energy"),
    )


class ChargingView(ToldView[Charging], StatesView[Charging], of=Charging):
    """Energy and work of a battery over time, its powers and what bounds them."""

    heading = "Charging of the battery"
    drawn = ("energy", "work")
    variables = (
        entry("energy", "energy stored since time 0", "energy"),
        entry("work", "ergotropy gained since time 0", "energy"),
        entry("average_power", "energy stored over time", "energy/time"),
        entry("average_work_power", "ergotropy gained over time", "energy/time"),
        entry("variance", "variance of the battery's energy", "energy^2"),
        Variable("largest_power", "largest average power", "energy/time"),
        Variable("time_of_largest_power", "when the average power is largest", "time"),
        entry("power", "change of the energy per time", "energy/time", shown=False),
        entry("power_limit", "limit of the power by fluctuation and information", "energy/time", shown=False),
        entry("uncertainty_limit", "limit of the power by uncertainties", "energy/time", shown=False),
        entry("least_time", "least time to this state", "time", shown=False),
    )

    def title(self, result: Charging) -> str:
        """Of what."""
        levels = result.dims[result.part]
        whole = "" if len(result.dims) == 1 else f", part {result.part} of {' x '.join(map(str, result.dims))}"
        return f"Charging of a battery of {levels} levels{whole}{self.when(result)}"

    def sentence(self, result: Charging) -> str:
        """How much is stored at most, how much of it is work, and when the power is largest."""
        if result.energy.ndim > 1:
            return f"{self.title(result)}."
        place = int(np.argmax(result.energy))
        at, best = (amount(one, "time") for one in (result.times[place], result.time_of_largest_power))
        most, power = amount(result.energy[place], "energy"), amount(result.largest_power, "energy/time")
        return (
            f"The battery stores at most {most}, at time {at}, when its ergotropy has grown by "
            f"{amount(result.work[place], 'energy')}; the average power is largest at time {best}, {power}."
        )


class LocalErgotropyView(StatesView[LocalErgotropy], of=LocalErgotropy):
    """Work of each part, and what correlations lock."""

    coordinates = (TIME, PART)
    variables = (
        entry("parts", "work of the best unitary on the part", "energy", ("part",)),
        entry("total", "ergotropy of the whole", "energy"),
    )
    uncoupled = (
        entry("together", "work of unitaries on all parts", "energy"),
        entry("gap", "work that correlations lock", "energy"),
    )

    def defined(self, result: LocalErgotropy) -> tuple[Variable[Any], ...]:
        """Sums and gap where parts are not coupled."""
        return self.placed(result, self.variables if result.interacting else (*self.variables, *self.uncoupled))

    def title(self, result: LocalErgotropy) -> str:
        """Of what."""
        said = " x ".join(map(str, result.dims))
        return f"LocalErgotropy of {said} levels{', coupled' if result.interacting else ''}{self.when(result)}"
