"""What a study asks of the parts of a system: correlations, temperatures, and shares of entropy production."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import asked_units, unit_shown
from thermokin.model.parameter import Known
from thermokin.parts.local_entropy_production import LocalEntropyProduction
from thermokin.parts.local_temperatures import LocalTemperatures
from thermokin.parts.part_correlations import PartCorrelations
from thermokin.views.data_in_units import data_in_units
from thermokin.views.in_units import with_unit_shown
from thermokin.views.motion import TIME
from thermokin.views.parts import PAIR, PART, LocalEntropyProductionView, sizes
from thermokin.views.states import StatesView, entry
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AskedParts", "AskedPartsView"]

SEPARABLE = 1e-10  # a negativity that is rounding


@dataclass(frozen=True, eq=False)
class AskedParts(Result):
    """Parts of a system.

    Args:
        correlations: of the parts.
        temperatures: of each.
        production: shares of entropy production since time 0; None where it is not asked.
        whose: the states in words.
    """

    correlations: PartCorrelations
    temperatures: LocalTemperatures
    production: LocalEntropyProduction | None
    whose: str

    @property
    def dims(self) -> tuple[int, ...]:
        """Sizes of the parts."""
        return self.correlations.dims

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """In the order of the axis `pair`."""
        return self.correlations.pairs

    @property
    def times(self) -> FloatArray | None:
        """Of the states."""
        return self.correlations.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes."""
        return self.correlations.parameters


def _in(home: str, name: str) -> Any:
    return lambda result: getattr(getattr(result, home), name)


def _of(home: str, name: str, words: str, unit: str, axes: tuple[str, ...] = (), called: str = "") -> Variable[Any]:
    return entry(called or name, words, unit, axes, read=_in(home, name))


class AskedPartsView(ToldView[AskedParts], StatesView[AskedParts], of=AskedParts):
    """Correlations first, then temperatures, then entropy production."""

    heading = "Parts of the system"
    file = "parts"
    coordinates = (TIME, PART, PAIR)
    variables = (
        _of("correlations", "mutual_information", "mutual information of the pair", "nats", ("pair",)),
        _of("correlations", "total_correlation", "total correlation of all parts", "nats"),
        _of("correlations", "negativity", "negativity of the pair", "1", ("pair",)),
        _of("temperatures", "temperature", "temperature of the part, by its energy", "energy", ("part",)),
        _of("temperatures", "inverse", "inverse temperature of the part", "1/temperature", ("part",)),
        _of("temperatures", "athermality", "relative entropy of the part to its Gibbs state", "nats", ("part",)),
        _of("temperatures", "energies", "energy of the part above its lowest level", "energy", ("part",), "energy"),
        _of("correlations", "entropies", "entropy of the part", "nats", ("part",), "part_entropy"),
    )
    of_qubits = (_of("correlations", "concurrence", "concurrence of the pair", "1", ("pair",)),)
    produced = (
        _of("production", "total", "entropy produced since time 0", "nats", (), "entropy_produced"),
        _of("production", "parts", "share of the part in it", "nats", ("part",), "entropy_share"),
        _of("production", "correlation_decay", "share of the decay of correlations in it", "nats"),
    )

    def defined(self, result: AskedParts) -> tuple[Variable[Any], ...]:
        """Concurrence of qubits alone, and shares where they are asked for."""
        qubits = self.of_qubits if sum(size == 2 for size in result.dims) > 1 else ()
        produced = () if result.production is None else self.produced
        return self.placed(result, (*self.variables[:3], *qubits, *self.variables[3:], *produced))

    def title(self, result: AskedParts) -> str:
        """Of what."""
        return f"Parts of {sizes(result)} levels of {result.whose}{self.when(result)}"

    def sentence(self, result: AskedParts) -> str:
        """Which parts share most, whether they are entangled, and how warm each is."""
        shared, place = result.correlations.mutual_information, -1
        if result.times is not None:
            place = int(np.argmax(shared.max(axis=-1)))
        rows = [np.atleast_2d(values)[place] for values in (shared, result.correlations.negativity)]
        pair = int(np.argmax(rows[0]))
        one, other = result.pairs[pair]
        most, mixed = float(rows[0][pair]), float(rows[1][pair])
        at = "" if result.times is None else f" at time {amount(result.times[place], 'time')}"
        known = f"{amount(most, 'nats')} {unit_shown('nats')}" if asked_units() is None else amount(most, "nats")
        tied = f"entangled by a negativity of {mixed:.3g}" if mixed > SEPARABLE else "with no negativity"
        last = np.atleast_2d(result.temperatures.temperature)[-1]
        warm = " and ".join(_warmth(float(number)) for number in last)
        then = "" if result.times is None else " in the end"
        return (
            f"Parts {one} and {other} of {result.whose} share most{at}, {known} of mutual information, {tied}; by "
            f"their energies the parts are at {warm}{then}."
        )

    def layout(self, result: AskedParts) -> tuple[int, int]:
        """Correlations, temperatures and entropy: over time one below the other."""
        return (1, 2) if result.times is None else (2 if result.production is None else 3, 1)

    def draw(self, result: AskedParts, axes: list[Axes]) -> None:
        """Curves over time, where temperatures may pass infinity; bars of one state."""
        data = data_in_units(self.dataset(result), asked_units())
        if result.times is None:
            _bars(axes[0], data["mutual_information"], "pair", "parts ")
            _bars(axes[1], data["temperature"], "part", "part ")
            return
        _curves(axes[0], data["mutual_information"], "pair", "parts ")
        _curves(axes[1], data["inverse"], "part", "part ")
        if result.production is not None:
            LocalEntropyProductionView().draw(result.production, axes[2:])


def _warmth(number: float) -> str:
    return amount(number, "temperature") if np.isfinite(number) else "infinite temperature"


def _bars(ax: Axes, data: Any, axis: str, before: str) -> None:
    from thermokin.report.style import MANY

    values = np.where(np.isfinite(data.values), data.values, np.nan)
    places = np.arange(values.size)
    ax.bar(places, values, 0.5, color=[MANY[place % len(MANY)] for place in places])
    ax.set_xticks(places, [f"{before}{name}" for name in data[axis].values])
    ax.set_xlim(-1.0, values.size)
    ax.axhline(0.0, color="0.7", linewidth=0.6)
    _say(ax, data)


def _curves(ax: Axes, data: Any, axis: str, before: str) -> None:
    from thermokin.report.style import MANY, legend

    for number, name in enumerate(data[axis].values):
        row = data.isel({axis: number}).values
        shown = np.where(np.isfinite(row), row, np.nan)
        ax.plot(np.asarray(data["time"]), shown, color=MANY[number % len(MANY)], label=f"{before}{name}")
    ax.set_xlabel(with_unit_shown("time", "time"))
    _say(ax, data)
    legend(ax)


def _say(ax: Axes, data: Any) -> None:
    """The label of the upright axis, in two lines."""
    words = str(data.attrs["long_name"]).replace(" of the pair", "").replace(" of the part", "").split(",")[0]
    ax.set_ylabel(f"{words}\n[{data.attrs['units']}]")
