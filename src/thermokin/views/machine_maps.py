"""Maps of machines between leads: conductance over gate and bias, power and efficiency with what bounds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import asked_units
from thermokin.machines.differential_conductance import DifferentialConductance
from thermokin.machines.thermoelectric_map import ThermoelectricMap
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.views.data_in_units import data_in_units
from thermokin.views.junction_parameters import junction_parameters
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["DifferentialConductanceView", "ThermoelectricMapView"]

PER_POTENTIAL = "1/(energy time)"
SHARES = (0.2, 0.4, 0.6, 0.8, 0.9)
BIASED = re.compile(r"potential$|bias$")
BINS = 24  # of power, in each of which the most efficient point is shown


class DifferentialConductanceView(View[DifferentialConductance], of=DifferentialConductance):
    """Conductance and current over a sweep."""

    variables = (
        Variable("conductance", "differential conductance", PER_POTENTIAL, (), lambda r: r.values, lambda r: r.error),
        Variable("current", "particles out of the lead", "1/time"),
        Variable("potential", "chemical potential of the lead", "energy", shown=False),
    )

    def title(self, result: DifferentialConductance) -> str:
        """Of which lead."""
        return f"Differential conductance of {result.lead}"

    def parameters(self, result: DifferentialConductance) -> dict[str, Known]:
        """Those of the system."""
        return _parameters(result.system)

    def draw(self, result: DifferentialConductance, axes: list[Axes]) -> None:
        """A map over two axes, the stability diagram; else lines."""
        data = data_in_units(self.dataset(result), asked_units())
        if data["conductance"].ndim == 2:
            _draw_map(axes[0], data["conductance"], "differential conductance")
        else:
            super().draw(result, axes)


class ThermoelectricMapView(View[ThermoelectricMap], of=ThermoelectricMap):
    """Power, efficiency and their bounds."""

    variables = (
        Variable("power", "power delivered", "energy/time"),
        Variable("efficiency", "power delivered over heat from the hot lead", "1"),
        Variable("share_of_carnot", "efficiency over that of Carnot", "1"),
        Variable("allowed_by_noise", "share of Carnot that the noise allows at most", "1"),
        Variable("largest_power", "power that the channels deliver at most", "energy/time"),
        Variable("current", "particles out of the first lead", "1/time"),
        Variable("noise", "its noise", "1/time"),
    )
    panels = (1, 2)

    def title(self, result: ThermoelectricMap) -> str:
        """Between which leads, and at how many points it is an engine."""
        names = " and ".join(lead.name for lead in result.junction.leads)
        where = f", an engine at {int(result.engine.sum())} of {result.engine.size} points"
        return f"Power and efficiency between {names}{where if result.engine.ndim else ''}"

    def parameters(self, result: ThermoelectricMap) -> dict[str, Known]:
        """Those of the junction."""
        return _parameters(result.junction)

    def draw(self, result: ThermoelectricMap, axes: list[Axes]) -> None:
        """Power over the sweep with lines of equal efficiency; efficiency against power with the bounds."""
        data = data_in_units(self.dataset(result), asked_units())
        draw_power(axes[0], data)
        draw_trade(axes[1], data)


def _parameters(system: Any) -> dict[str, Known]:
    if isinstance(system, Model):
        return model_parameters(system)
    return junction_parameters(system) if isinstance(system, JoinedLeads) else {}


def _axes(column: xr.DataArray) -> tuple[str, str]:
    """The vertical and the horizontal axis of a map: what is biased goes up."""
    first, second = (str(name) for name in column.dims)
    return (first, second) if BIASED.search(first) and not BIASED.search(second) else (second, first)


def _draw_map(ax: Axes, column: xr.DataArray, label: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    from thermokin.report.maps import draw_map
    from thermokin.views.lines import with_unit

    up, along = _axes(column)
    values = column.transpose(up, along).values
    x, y = (_positions(column, name) for name in (along, up))
    draw_map(ax, x, y, values, with_unit(label, column.attrs))
    for name, setter in ((along, ax.set_xlabel), (up, ax.set_ylabel)):
        known = column.coords[name].attrs if name in column.coords else {}
        setter(with_unit(str(known.get("long_name", name)), known))
    return x, y, values


def _positions(column: xr.DataArray, name: str) -> FloatArray:
    return np.asarray(column[name].values if name in column.coords else np.arange(column.sizes[name]), dtype=np.float64)


def draw_power(ax: Axes, data: xr.Dataset) -> None:
    """Power over one or two axes of a sweep, with lines of equal efficiency and where power changes its sign.

    Args:
        ax: axes to draw in.
        data: `power`, `share_of_carnot` and `largest_power`.

    Raises:
        ValueError: if there are neither one nor two axes.
    """
    from thermokin.report.style import GREY, INK, legend, small_font
    from thermokin.views.lines import draw_lines

    column = data["power"]
    if column.ndim == 1:
        draw_lines(ax, data, "power", ())
        ax.axhline(0.0, color=GREY, linewidth=0.8)
        most = float(np.max(data["largest_power"]))
        ax.axhline(most, color=INK, linestyle=":", linewidth=0.9, label="at most, of these channels")
        ax.set_ylim(bottom=max(ax.get_ylim()[0], -1.2 * most))  # what is taken up far from the engine says little
        legend(ax)
        return
    if column.ndim != 2:
        raise ValueError(
            f"a figure shows one or two axes of a sweep, got {column.ndim}; select some with `to_xarray()`."
        )
    x, y, _ = _draw_map(ax, column.where(column > 0.0), "power where it is delivered")
    up, along = _axes(column)
    shares = data["share_of_carnot"].transpose(up, along).values
    whole = column.transpose(up, along).values
    if (whole > 0.0).any() and (whole < 0.0).any():
        ax.contour(x, y, whole, levels=[0.0], colors=[INK], linewidths=0.9)
    if np.isfinite(shares).sum() > 3 and min(shares.shape) > 1:
        held = _inner(shares)
        levels = [one for one in SHARES if held.min() < one < held.max()]
        if levels:
            drawn = ax.contour(x, y, held, levels=levels, colors="white", linewidths=0.8)
            made = ax.clabel(drawn, fmt=lambda level: f"{level:.2g}", fontsize=small_font(ax).get_size_in_points())
            for text in made:
                text.set_color("white")


def _inner(values: FloatArray) -> Any:
    """Numbers whose neighbours are numbers too: lines of equal value would run along an edge as its teeth."""
    known = np.pad(np.isfinite(values), 1, constant_values=True)
    rows, columns = values.shape
    around = [known[one : one + rows, other : other + columns] for one in range(3) for other in range(3)]
    return np.ma.masked_array(np.nan_to_num(values), ~np.logical_and.reduce(around))


def draw_trade(ax: Axes, data: xr.Dataset) -> None:
    """Efficiency over that of Carnot against power over the largest, of every point, with what the noise allows.

    Args:
        ax: axes to draw in.
        data: `power`, `share_of_carnot`, `allowed_by_noise` and `largest_power`.
    """
    from thermokin.report.style import COOLING, DASHES, GREY, HEATING, INK, legend

    power = np.broadcast_to(data["power"].values / data["largest_power"].values, data["power"].shape)
    share, allowed = data["share_of_carnot"].values, data["allowed_by_noise"].values
    held = np.isfinite(share) & (power > 0.0)
    ax.axhline(1.0, color=INK, linewidth=0.9)
    ax.axvline(1.0, color=INK, linewidth=0.9, linestyle=":")
    if power.ndim == 1:
        rows = np.where(held, share, np.nan), np.where(held, allowed, np.nan)
        ax.plot(power, rows[0], color=COOLING, label="along the sweep")
        ax.plot(power, rows[1], color=HEATING, linestyle=DASHES[0], label="its noise allows")
    else:
        ax.plot(power[held], share[held], ".", color=GREY, markersize=1.0, alpha=0.5, rasterized=True)
        best = _best(power[held], share[held])
        ax.plot(power[held][best], share[held][best], color=COOLING, label="most efficient")
        # At a power or more: what the noise of single points allows goes up and down from one to the next.
        most = _best(power[held], allowed[held])
        row = np.maximum.accumulate(allowed[held][most][::-1])[::-1]
        ax.plot(power[held][most], row, color=HEATING, linestyle=DASHES[0], label="noise allows")
    largest = float(power[held].max()) if held.any() else 1.0
    near = largest > 0.25
    ax.set_xlim(0.0, 1.05 if near else 1.08 * largest)
    ax.set_ylim(0.0, 1.4)
    _name(ax, "Carnot", (0.02, 1.0), ("axes fraction", "data"), (0.0, 1.5), "left")
    if near:
        _name(ax, "at most", (1.0, 1.2), ("data", "data"), (-2.5, 0.0), "right")
    ax.set_xlabel("power over the largest of so many channels")
    ax.set_ylabel("efficiency over that of Carnot")
    legend(ax, place="upper left", columns=2)


def _name(
    ax: Axes, text: str, at: tuple[float, float], of: tuple[str, str], away: tuple[float, float], side: str
) -> None:
    """The name of a line, beside it."""
    from thermokin.report.style import INK, small_font

    ax.annotate(
        *(text, at, away, of),
        textcoords="offset points",
        ha=side,
        va="bottom",
        color=INK,
        fontproperties=small_font(ax),
    )


def _best(power: FloatArray, share: FloatArray) -> Any:
    """The most efficient point for every power that is reached, ascending."""
    if not power.size:
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(power, kind="stable")
    bins = np.minimum((power[order] / power.max() * BINS).astype(np.int64), BINS - 1)
    shown = [one for one in np.unique(bins) if one]  # what hardly delivers anything says little
    return np.array([rows[np.argmax(share[rows])] for one in shown for rows in [order[bins == one]]], dtype=np.int64)
