"""What a study asks of the parts of a system: correlations, temperatures, shares of entropy production, bonds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.lab_units.asked import asked_units, unit_shown
from thermokin.model.parameter import Known
from thermokin.parts.bond_balance import BondCurrents
from thermokin.parts.local_entropy_production import LocalEntropyProduction
from thermokin.parts.local_temperatures import LocalTemperatures
from thermokin.parts.part_correlations import PartCorrelations
from thermokin.views.data_in_units import data_in_units
from thermokin.views.flow_maps import BATH, BOND, BondCurrentsView
from thermokin.views.in_units import with_unit_shown
from thermokin.views.motion import TIME
from thermokin.views.parts import PAIR, PART, LocalEntropyProductionView, sizes
from thermokin.views.states import StatesView, entry
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from thermokin.views.report_folder import Drawings

__all__ = ["AskedParts", "AskedPartsView"]

SEPARABLE = 1e-10  # a negativity that is rounding


@dataclass(frozen=True, eq=False)
class AskedParts(Result):
    """Parts of a system.

    Args:
        correlations: of the parts.
        temperatures: of each.
        production: shares of entropy production since time 0; None where it is not asked.
        flows: what flows on bonds between them; None where it is not asked.
        whose: the states in words.
    """

    correlations: PartCorrelations
    temperatures: LocalTemperatures
    production: LocalEntropyProduction | None
    flows: BondCurrents | None
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
    def bonds(self) -> tuple[tuple[int, int], ...]:
        """In the order of the axis `bond`; none where they are not asked."""
        return () if self.flows is None else self.flows.bonds

    @property
    def baths(self) -> tuple[str, ...]:
        """In the order of the axis `bath`; none where bonds are not asked."""
        return () if self.flows is None else self.flows.baths

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

    def coordinates_of(self, result: AskedParts) -> tuple[Variable[Any], ...]:
        """Bonds and baths where currents are asked for."""
        found = super().coordinates_of(result)
        return found if result.flows is None else (*found, *((BOND,) if result.bonds else ()), BATH)

    def defined(self, result: AskedParts) -> tuple[Variable[Any], ...]:
        """Concurrence of qubits alone, shares and currents where they are asked for."""
        qubits = self.of_qubits if sum(size == 2 for size in result.dims) > 1 else ()
        produced = () if result.production is None else self.produced
        flows = () if result.flows is None else _flows(result.flows)
        return self.placed(result, (*flows, *self.variables[:3], *qubits, *self.variables[3:], *produced))

    def figures(self, result: AskedParts) -> Drawings:
        """The map of flows after correlations and temperatures."""
        return {**super().figures(result), **({} if result.flows is None else BondCurrentsView().figures(result.flows))}

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
            f"their energies the parts are at {warm}{then}.{_flowing(result.flows)}"
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


def _flows(flows: BondCurrents) -> tuple[Variable[Any], ...]:
    """What flows, in the unit of its quantity."""
    what, rate = flows.quantity, f"{flows.unit}/time"
    found = [
        _of("flows", "sources", f"{what} that the bath brings to the part", rate, ("bath", "part"), "source"),
        _of("flows", "residual", "what the balance of the part leaves", rate, ("part",), "balance_residual"),
    ]
    if flows.bonds:
        words = f"{what} from the first part of the bond to the second"
        found.insert(0, _of("flows", "currents", words, rate, ("bond",), "bond_current"))
    if flows.remark:
        found.append(_of("flows", "unseen", f"{what} that leaves the part without a bond", rate, ("part",)))
    return tuple(found)


def _flowing(flows: BondCurrents | None) -> str:
    """The largest current on a bond in the end, and what is to be known before it is believed."""
    if flows is None:
        return ""
    if not flows.bonds:
        return " No term of the Hamiltonian joins parts."
    last = np.atleast_2d(flows.currents)[-1]
    most = int(np.argmax(np.abs(last)))
    start, end = flows.bonds[most] if last[most] >= 0.0 else flows.bonds[most][::-1]
    unit, then = f"{flows.unit}/time", "" if flows.times is None else " in the end"
    way = f"{amount(abs(float(last[most])), unit)} of {flows.quantity} per time from part {start} to part {end}{then}"
    said = f" The bond with the largest current carries {way}."
    if flows.hidden.any():
        past = amount(float(np.abs(flows.unseen[flows.hidden]).max()), unit)
        return f"{said} This generator is secular, its bonds are blind: up to {past} passes between parts beside them."
    if flows.remark:
        far = f"{float(np.nan_to_num(flows.remote_share).max()):.2g}"
        return f"{said} Up to {far} of what baths exchange they put where they do not touch, which no bond carries."
    return said


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
