"""The figure of a limit cycle: what each leg exchanges, and how heat and work add up along the cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thermokin.cycles.driven_evolution import evolve
from thermokin.cycles.limit_cycle import LimitCycle
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.views.cycle_bars import draw_bars, heat_colours
from thermokin.views.in_units import with_unit_shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_account"]

POINTS = 40  # of a leg: lines of a smooth drive look smooth


def draw_account(axes: list[Axes], cycle: LimitCycle) -> None:
    """Bars of each leg, and heat from every bath and work since the beginning, against time, legs set apart.

    Args:
        axes: two.
        cycle: the cycle, of one point.
    """
    from thermokin.report.style import DARK_GREY, GREEN, INK, legend

    draw_bars(axes[0], cycle.ledger, cycle.ledger.legs)
    ends = np.cumsum([leg.duration for leg in cycle.protocol.legs])
    begins = np.concatenate([[0.0], ends[:-1]])
    times = np.unique(np.concatenate([np.linspace(*edges, POINTS) for edges in zip(begins, ends, strict=True)]))
    times[-1] = min(times[-1], cycle.period)
    along, ax = evolve(cycle.protocol, cycle.state, times), axes[1]
    shown, ends = in_asked_units(times, "time"), in_asked_units(ends, "time")
    colours = heat_colours(cycle.protocol.baths)
    for name, heat in along.heat.items():
        ax.plot(shown, in_asked_units(heat, "energy"), color=colours[name], label=f"heat from {name}")
    # The jump at the beginning is the first thing that a cycle pays, and lies before time 0.
    work = along.work_on_counted + cycle.ledger.quench_work[0]
    ax.plot(shown, in_asked_units(work, "energy"), color=GREEN, label="work on the system")
    ax.axhline(0.0, color=INK, linewidth=0.6)
    for end in ends[:-1]:
        ax.axvline(end, color=DARK_GREY, linewidth=0.6, linestyle=":")
    ax.set_xlim(0.0, shown[-1])
    ax.set_xlabel(with_unit_shown("time in the cycle", "time"))
    ax.set_ylabel(f"into the system so far [{unit_shown('energy')}]")
    legend(ax)
