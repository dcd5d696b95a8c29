"""Many machines in one figure: power and heats along a line, what is done over a plane."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.lab_units.dimension import quantity_of
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.report.flow_diagram import shortened_name
from thermokin.report.style import DARK_GREY, INK, legend
from thermokin.views.lines import scale_along, with_unit
from thermokin.views.machine_sketch import bath_colours
from thermokin.views.mode_regions import map_modes, shade_modes
from thermokin.views.sweep_axes import SweepAxes

__all__ = ["draw_sweep"]

MOST_HEATS = 5  # that an eye tells apart


def draw_sweep(ax: Axes, found: FiguresOfMerit, sweep: SweepAxes) -> None:
    """Draw figures of merit along one axis or over two.

    Args:
        ax: the axes.
        found: the figures of merit.
        sweep: their axes.
    """
    along = sweep.names[-1]
    across = _positions(sweep, -1)
    scale_along(ax.xaxis, across)
    ax.set_xlabel(_named(sweep, along))
    if found.does.ndim == 1:
        order = np.argsort(across, kind="stable")
        colours = bath_colours(found.temperatures.mean(axis=0))
        ax.plot(across[order], in_asked_units(found.power[order], "energy/time"), color=INK, label="power")
        for place, name in enumerate(found.names[:MOST_HEATS]):
            words = f"heat from {shortened_name(name)}"
            heat = in_asked_units(found.heats[order, place], "energy/time")
            ax.plot(across[order], heat, color=colours[place], label=words)
        ax.axhline(0.0, color=DARK_GREY, linewidth=0.6)
        ax.set_ylabel(f"[{unit_shown('energy/time')}]")
        shade_modes(ax, across[order], found.does[order])
        if across.size > 1:
            ax.set_xlim(across.min(), across.max())
        legend(ax)
        return
    up = _positions(sweep, 0)
    scale_along(ax.yaxis, up)
    ax.set_ylabel(_named(sweep, sweep.names[0]))
    rows, columns = np.argsort(up, kind="stable"), np.argsort(across, kind="stable")
    cut = np.ix_(rows, columns)
    map_modes(ax, across[columns], up[rows], found.does[cut], found.share_of_carnot[cut])


def _positions(sweep: SweepAxes, axis: int) -> np.ndarray:
    name = sweep.names[axis]
    numbers = np.asarray(sweep.coordinates[name][1], dtype=np.float64)
    return in_asked_units(numbers, _unit(sweep, name))


def _named(sweep: SweepAxes, name: str) -> str:
    attributes = sweep.coordinates[name][2]
    unit = _unit(sweep, name)
    said = unit_shown(unit)
    shown = {**attributes, "units": said} if said != unit else attributes
    return with_unit(str(attributes.get("long_name", name)), shown)


def _unit(sweep: SweepAxes, name: str) -> str:
    attributes = sweep.coordinates[name][2]
    return quantity_of(name, str(attributes.get("units", "1")), str(attributes.get("quantity", "")))
