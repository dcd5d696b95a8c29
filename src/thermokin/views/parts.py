"""What correlations of parts, their temperatures and their shares of entropy production look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import asked_units, unit_shown
from thermokin.parts.local_entropy_production import LocalEntropyProduction
from thermokin.parts.local_temperatures import LocalTemperatures
from thermokin.parts.part_correlations import PartCorrelations
from thermokin.parts.sources import GaussianParts
from thermokin.views.data_in_units import data_in_units
from thermokin.views.flow_maps import BondCurrentsView
from thermokin.views.in_units import with_unit_shown
from thermokin.views.motion import TIME
from thermokin.views.states import StatesView, entry
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PART", "BondCurrentsView", "LocalEntropyProductionView", "LocalTemperaturesView", "PartCorrelationsView"]

PART: Variable[Any] = Variable(
    "part", "number of the part", "1", ("part",), lambda result: np.arange(len(result.dims)), shown=False
)
PAIR: Variable[Any] = Variable(
    "pair",
    "numbers of the two parts",
    "1",
    ("pair",),
    lambda result: [f"{one}-{other}" for one, other in result.pairs],
    shown=False,
)


def sizes(result: Any) -> str:
    """The parts of a result in words.

    Args:
        result: one with `dims`.

    Returns:
        The words.
    """
    return " x ".join(map(str, result.dims))


class PartCorrelationsView(StatesView[PartCorrelations], of=PartCorrelations):
    """What parts know of one another; all of it on demand but the totals."""

    coordinates = (TIME, PART, PAIR)
    variables = (
        entry("mutual_information", "mutual information of the pair", "nats", ("pair",)),
        entry("total_correlation", "total correlation of all parts", "nats"),
        entry("entropies", "entropy of the part", "nats", ("part",), shown=False),
        entry("entropy", "entropy of the whole", "nats", shown=False),
        entry("information_with_rest", "mutual information of the part and all others", "nats", ("part",), shown=False),
        entry("negativity", "negativity of the pair", "1", ("pair",), shown=False),
        entry("logarithmic_negativity", "logarithmic negativity of the pair", "nats", ("pair",), shown=False),
        entry("negativity_with_rest", "negativity of the part and all others", "1", ("part",), shown=False),
    )
    of_qubits = (entry("concurrence", "concurrence of the pair", "1", ("pair",), shown=False),)

    def defined(self, result: PartCorrelations) -> tuple[Variable[Any], ...]:
        """Concurrences where there are pairs of qubits."""
        gaussian = isinstance(result.source, GaussianParts)
        qubits = not gaussian and sum(size == 2 for size in result.dims) > 1
        return self.placed(result, (*self.variables, *self.of_qubits) if qubits else self.variables)

    def title(self, result: PartCorrelations) -> str:
        """Of what."""
        what = "modes" if isinstance(result.source, GaussianParts) else "levels"
        return f"PartCorrelations of {sizes(result)} {what}{self.when(result)}"


class LocalTemperaturesView(StatesView[LocalTemperatures], of=LocalTemperatures):
    """Temperatures of the parts, and how far they are from thermal."""

    coordinates = (TIME, PART)
    variables = (
        entry("temperature", "temperature of the part, by its energy", "energy", ("part",)),
        entry("inverse", "inverse temperature of the part", "1/energy", ("part",)),
        entry("athermality", "relative entropy of the part to the Gibbs state of its energy", "nats", ("part",)),
        entry("energies", "energy of the part above its lowest level", "energy", ("part",)),
        entry("entropies", "entropy of the part", "nats", ("part",)),
    )

    def title(self, result: LocalTemperatures) -> str:
        """Of what."""
        return f"LocalTemperatures of {len(result.dims)} parts{self.when(result)}"


class LocalEntropyProductionView(StatesView[LocalEntropyProduction], of=LocalEntropyProduction):
    """The shares of parts and of their correlations in what is produced."""

    coordinates = (TIME, PART)
    variables = (
        entry("total", "entropy produced since time 0", "nats"),
        entry("parts", "share of the part", "nats", ("part",)),
        entry("correlation_decay", "share of the decay of correlations", "nats"),
    )

    def title(self, result: LocalEntropyProduction) -> str:
        """Of what."""
        return f"LocalEntropyProduction of {len(result.dims)} parts{self.when(result)}"

    def draw(self, result: LocalEntropyProduction, axes: list[Axes]) -> None:
        """Shares over time; of a sweep the total alone."""
        from thermokin.report.style import MANY, legend

        data = data_in_units(self.dataset(result), asked_units())
        if data["total"].ndim > 1:
            super().draw(result, axes)
            return
        axis = axes[0]
        rows = {f"part {part}": data["parts"].isel(part=part) for part in range(len(result.dims))}
        rows |= {"decay of correlations": data["correlation_decay"], "total": data["total"]}
        for number, (name, row) in enumerate(rows.items()):
            axis.plot(np.asarray(data["time"]), row, color=MANY[number % len(MANY)], label=name)
        axis.set_xlabel(with_unit_shown("time", "time"))
        axis.set_ylabel(f"entropy produced [{unit_shown('nats')}]")
        legend(axis)
