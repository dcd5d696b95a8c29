"""What currents on bonds look like: a table, labelled data, and the map of flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.parts.bond_balance import BondCurrents
from thermokin.views.in_units import noted
from thermokin.views.motion import TIME
from thermokin.views.states import StatesView
from thermokin.views.variable import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from thermokin.report.flow_layout import Arrow, FlowMap, Station
    from thermokin.views.report_folder import Drawings

__all__ = ["BondCurrentsView", "site_positions"]

PART: Variable[Any] = Variable(
    "part", "number of the part", "1", ("part",), lambda r: np.arange(len(r.dims)), shown=False
)
BOND: Variable[Any] = Variable(
    "bond", "parts that the bond joins", "1", ("bond",), lambda r: [f"{j}-{k}" for j, k in r.bonds], shown=False
)
BATH: Variable[Any] = Variable("bath", "name of the bath", "1", ("bath",), lambda r: list(r.baths), shown=False)
MOST, LONGEST = 36, 10  # parts of a map; of a chain in one line
DIGITS = 3
SEEN = 1e-9  # of the largest flow: less is nothing in a figure
BESIDE = 0.02  # of the largest that a bath brings: less is not drawn where a bath does not touch
CAPTION = (
    "Arrows are as wide as what they carry, the thinnest wider. Dotted, of one width: what a bath puts into parts that "
    "it does not touch, if it is 2 % of the most that one brings. Dashed: nothing."
)


class BondCurrentsView(StatesView[BondCurrents], of=BondCurrents):
    """Currents first, then what baths bring, then whether both add up."""

    coordinates = (TIME, PART, BOND, BATH)

    def defined(self, result: BondCurrents) -> tuple[Variable[Any], ...]:
        """The numbers, in the unit of the quantity."""
        amount = result.unit
        rate = f"{amount}/time"

        def row(name: str, meaning: str, unit: str, *axes: str, shown: bool = True) -> Variable[Any]:
            return Variable(name, meaning, unit, ("time", *axes), shown=shown)

        what = result.quantity
        found = [
            row("currents", f"{what} from the first part of the bond to the second", rate, "bond"),
            row("sources", f"{what} that the bath brings to the part", rate, "bath", "part"),
            row("inflow", f"{what} that bonds bring to the part", rate, "part", shown=False),
            row("amounts", f"{what} of the part", amount, "part"),
            row("residual", "what the balance of the part leaves", rate, "part"),
            row("error", "how far it may be from 0", rate, "part"),
        ]
        if np.nan_to_num(result.generated).any():
            found.append(row("generated", f"{what} that the Hamiltonian makes on the part", rate, "part"))
        if result.times is not None:
            found.append(row("change", f"change of the {what} of the part", rate, "part"))
        if result.remark:
            found.append(row("unseen", f"{what} that leaves the part without a bond", rate, "part"))
            found.append(row("remote_share", "share that baths put where they do not touch", "1"))
        return self.placed(result, tuple(found))

    def title(self, result: BondCurrents) -> str:
        """Of what, between how many parts, and what is to be known before it is believed."""
        many = [link for link in result.links if len(link) > 2]
        more = f", {len(many)} terms of more than two parts in equal shares" if many else ""
        said = f"BondCurrents of {result.quantity}, {len(result.dims)} parts, {len(result.bonds)} bonds{more}"
        return f"{said}{self.when(result)}" + (f"\n  {result.remark}" if result.remark else "")

    def plot(
        self, result: BondCurrents, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None = None
    ) -> tuple[Figure, NDArray[np.object_]]:
        """The map of flows of one state; of a sweep or of times lines, of a long chain its profile.

        Args:
            result: the currents.
            ax: axes to draw in; a new figure as large as the map if None.

        Returns:
            The figure and its axes.

        Raises:
            ValueError: if a sweep has more points than a figure can show.
        """
        from thermokin.report.style import DOUBLE_COLUMN, figure

        if ax is not None or not _mapped(result):
            return super().plot(result, ax)
        drawn = flow_map(result)
        width, height = drawn.size
        scale = min(1.0, DOUBLE_COLUMN / width)
        drawing, axes = figure(width=scale * width, height=scale * height)
        only = axes.ravel().tolist()[0]
        # A map fills its sheet: there are no labels outside the axes for which a layout would make room.
        drawing.set_layout_engine("none")
        only.set_position((0.0, 0.0, 1.0, 1.0))
        self.draw(result, [only])
        return drawing, axes

    def draw(self, result: BondCurrents, axes: list[Axes]) -> None:
        """The map, or lines."""
        if _mapped(result):
            from thermokin.report.flow_map import draw_flow_map

            rate = f"{result.unit}/time"
            unit = "" if rate == "1/time" and result.quantity == "quantity" else f" [{unit_shown(rate)}]"
            draw_flow_map(axes[0], flow_map(result), f"flow of {result.quantity}{unit}")
            return
        if _is_one(result) and result.bonds:
            _profile(result, axes[0])
            return
        if not result.bonds:
            from thermokin.views.lines import draw_lines

            draw_lines(axes[0], self.dataset(result), "amounts", ("time", "part") if self._timed(result) else ("part",))
            return
        super().draw(result, axes)

    def figures(self, result: BondCurrents) -> Drawings:
        """The figure with what its arrows mean."""
        said = self.title(result).partition("\n")[0]
        said += f". {result.remark[0].upper()}{result.remark[1:-1]}" if result.remark else ""
        caption = f"{said}. {CAPTION}" if _mapped(result) else said
        return {"bondcurrents": lambda: (self.plot(result)[0], caption)}


def _mapped(result: BondCurrents) -> bool:
    """Whether a map shows it: one state of few enough parts."""
    straight = result.positions is None and len(result.dims) > LONGEST and _is_chain(result)
    return _is_one(result) and len(result.dims) <= MOST and not straight


def _is_one(result: BondCurrents) -> bool:
    """Whether there is one state, no sweep and no times."""
    return result.amounts.size == len(result.dims)


def _is_chain(result: BondCurrents) -> bool:
    return all(end == start + 1 for start, end in result.bonds)


def _profile(result: BondCurrents, ax: Axes) -> None:
    """Currents along a system that is too large for a map."""
    from thermokin.report.style import COOLING

    rate = f"{result.unit}/time"
    values = in_asked_units(result.currents.reshape(-1), rate)
    if _is_chain(result):
        ax.plot([0.5 * (start + end) for start, end in result.bonds], values, ".-", color=COOLING, markersize=2.0)
        ax.set_xlabel("part")
    else:
        ax.plot(np.arange(values.size), values, ".", color=COOLING)
        ax.set_xlabel("bond")
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    ax.set_ylim(1.1 * low, 1.1 * high if high > low else 1.0)
    ax.set_ylabel(f"flow of {result.quantity} [{unit_shown(rate)}]")


def flow_map(result: BondCurrents) -> FlowMap:
    """What a map shows of the currents of one state.

    Args:
        result: the currents.

    Returns:
        The map.
    """
    from thermokin.report.flow_layout import FlowMap

    count, rate = len(result.dims), f"{result.unit}/time"
    currents = in_asked_units(result.currents.reshape(-1), rate)
    sources = in_asked_units(result.sources.reshape(len(result.baths), count), rate)
    largest = max(float(np.abs(currents).max(initial=0.0)), float(np.abs(sources).max(initial=0.0)))
    least = max(SEEN * largest, float(in_asked_units(result.error, rate).max()))
    most = float(np.abs(sources).max(initial=0.0))
    stations = _stations(result)
    arrows = [_arrow(pair, float(flow), "", least) for pair, flow in zip(result.bonds, currents, strict=True)]
    for bath, station in enumerate(stations):
        for part in range(count):
            flow = float(sources[bath, part])
            near = part in station.beside
            if near or abs(flow) > max(least, BESIDE * most):
                arrows.append(_arrow((count + bath, part), flow, station.colour, least, dotted=not near))
    sites = site_positions(count, result.bonds) if result.positions is None else result.positions
    return FlowMap(sites, [str(part) for part in range(count)], stations, arrows)


def _stations(result: BondCurrents) -> list[Station]:
    from thermokin.report.flow_layout import Station
    from thermokin.report.page import shortened
    from thermokin.report.style import GREY
    from thermokin.views.machine_sketch import bath_colours

    warmth = np.asarray(result.temperatures, dtype=np.float64).reshape(len(result.baths))
    warm = np.where(np.isnan(warmth), np.inf, warmth)
    known = ~np.isnan(warmth)
    colours = np.full(len(result.baths), GREY, dtype=object)
    if known.any():
        colours[known] = bath_colours(warm[known])
    made = []
    for name, heat, colour, parts in zip(result.baths, warmth, colours, result.touched, strict=True):
        value = float(in_asked_units(heat, "temperature"))
        note = "" if np.isnan(heat) else f"T = {shortened(value, DIGITS)}{noted('temperature')}"
        made.append(Station(name, note, str(colour), parts))
    return made


def _arrow(pair: tuple[int, int], flow: float, colour: str, least: float, *, dotted: bool = False) -> Arrow:
    from thermokin.report.flow_layout import Arrow
    from thermokin.report.significant import significant
    from thermokin.report.style import DARK_GREY

    amount = abs(flow) if abs(flow) > least else 0.0
    start, end = pair if flow >= 0.0 else pair[::-1]
    return Arrow(start, end, amount, significant(amount, DIGITS), colour or DARK_GREY, dotted)


def site_positions(count: int, bonds: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Where parts stand: in a line, on a ring, on a lattice numbered row by row, else on a circle.

    Args:
        count: of the parts.
        bonds: pairs that are joined.

    Returns:
        (part, 2).
    """
    joined, number = set(bonds), np.arange(count)
    chain = {(k, k + 1) for k in range(count - 1)}
    if joined <= chain or count < 3:
        return np.stack([number, np.zeros(count)], axis=-1).astype(np.float64)
    if count == 3 or joined <= chain | {(0, count - 1)}:
        return _circle(count)
    for wide in range(2, count // 2 + 1):
        rows = {(k, k + 1) for k in range(count - 1) if (k + 1) % wide}
        if count % wide == 0 and joined <= rows | {(k, k + wide) for k in range(count - wide)}:
            return np.stack([number % wide, -(number // wide)], axis=-1).astype(np.float64)
    return _circle(count)


def _circle(count: int) -> NDArray[np.float64]:
    angle = 0.5 * np.pi - 2.0 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)
