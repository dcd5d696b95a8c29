"""The figure of a ledger at rest: energy, entropy and jumps per time, as bars or along a sweep."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.machines.steady_ledger import SteadyLedger
from thermokin.report.flow_diagram import shortened_name
from thermokin.report.style import DARK_GREY, GREEN, INK, OCHRE, legend
from thermokin.views.lines import scale_along, with_unit
from thermokin.views.machine_sketch import bath_colours
from thermokin.views.sweep_axes import SweepAxes

__all__ = ["draw_bars", "draw_lines"]

SMALL = 1e-9  # of the largest power: a smaller part of it is not drawn by itself
MOST = 8  # baths that a figure names
UNITS = ("energy/time", "nats/time", "1/time")  # of the three panels
Row = tuple[str, FloatArray, str]


def _rows(result: SteadyLedger) -> tuple[list[Row], list[Row], list[Row]]:
    """What the three panels show: words, numbers (...) and a colour."""
    colours = [] if result.merit is None else _colours(result.merit.temperatures)
    baths = [(place, shortened_name(name), colours[place]) for place, name in enumerate(result.names[:MOST])]
    energy: list[Row] = [(f"heat from {name}", result.heat[..., place], at) for place, name, at in baths]
    # Part of a power that is all there is would be the same bar again.
    largest = np.abs(result.power).max(initial=0.0)
    parts = [
        ("work against potentials", result.chemical_power, OCHRE),
        ("work on the drive", result.drive_power, GREEN),
    ]
    kept = [part for part in parts if np.abs(part[1]).max(initial=0.0) > SMALL * largest]
    energy += [("work delivered", result.power, INK)] if len(kept) != 1 else kept
    energy += kept if len(kept) > 1 else []
    entropy: list[Row] = [(f"into {name}", result.entropy_flow[..., place], at) for place, name, at in baths]
    entropy += [("produced", result.entropy_production, INK)]
    if result.has_activity:
        jumps = [(f"jumps of {name}", result.activity[..., place], at) for place, name, at in baths]
        return energy, entropy, [*jumps, ("all jumps", result.total_activity, INK)]
    return energy, entropy, [(f"from {name}", result.particles[..., place], at) for place, name, at in baths]


def _colours(temperatures: FloatArray) -> list[str]:
    return bath_colours(temperatures.reshape(-1, temperatures.shape[-1]).mean(axis=0))


def _labels(result: SteadyLedger) -> tuple[str, str, str]:
    last = "activity" if result.has_activity else "particles"
    power, entropy, jumps = map(unit_shown, UNITS)
    return f"[{power}]", f"entropy [{entropy}]", f"{last} [{jumps}]"


def _shown(result: SteadyLedger) -> list[list[Row]]:
    """The rows in the units that were asked for."""
    return [
        [(words, in_asked_units(values, unit), colour) for words, values, colour in rows]
        for rows, unit in zip(_rows(result), UNITS, strict=True)
    ]


def draw_bars(axes: list[Axes], result: SteadyLedger) -> None:
    """Bars of one system, each with its number.

    Args:
        axes: three.
        result: the ledger of one point.
    """
    for ax, rows, label in zip(axes, _shown(result), _labels(result), strict=True):
        places = np.arange(len(rows))
        values = np.array([float(row[1]) for row in rows])
        shown = np.where(np.isfinite(values), values, 0.0)
        ax.barh(places, shown, 0.7, color=[row[2] for row in rows])
        ax.set_yticks(places, [f"{row[0]}\n{value:.3g}" for row, value in zip(rows, values, strict=True)])
        ax.invert_yaxis()
        ax.axvline(0.0, color=DARK_GREY, linewidth=0.6)
        ax.set_xlabel(label)


def draw_lines(axes: list[Axes], result: SteadyLedger, sweep: SweepAxes) -> None:
    """Lines along one axis of a sweep.

    Args:
        axes: three.
        result: the ledger of its points.
        sweep: the axis.
    """
    name = sweep.names[-1]
    across: NDArray[np.float64] = np.asarray(sweep.coordinates[name][1], dtype=np.float64)
    order = np.argsort(across, kind="stable")
    words = with_unit(str(sweep.coordinates[name][2].get("long_name", name)), sweep.coordinates[name][2])
    for ax, rows, label in zip(axes, _shown(result), _labels(result), strict=True):
        scale_along(ax.xaxis, across)
        for row, values, colour in rows:
            shown = np.where(np.isfinite(values), values, np.nan)
            ax.plot(across[order], np.broadcast_to(shown, across.shape)[order], color=colour, label=row)
        ax.axhline(0.0, color=DARK_GREY, linewidth=0.6)
        ax.set_xlabel(words)
        ax.set_ylabel(label)
        legend(ax)
