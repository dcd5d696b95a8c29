"""What each leg of a cycle exchanges, as bars: heat from every bath, and work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from thermokin.cycles.cycle_ledger import CycleLedger
from thermokin.cycles.ideal_cycle import IdealCycle
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.model.bath import Bath

__all__ = ["draw_bars", "heat_colours"]

WIDTH = 0.8  # of the room of a leg
ROUNDING = 1e-12  # of the largest work: a smaller work of a jump is none
LONG = 24  # letters of all names together that stand beside each other


def draw_bars(ax: Axes, ledger: CycleLedger | IdealCycle, names: tuple[str, ...]) -> None:
    """Bars for each leg, positive into the system; the work of a jump stands on top of that of its leg, hatched.

    Args:
        ax: axes to draw in.
        ledger: heat and work of each leg.
        names: of the legs.
    """
    from thermokin.report.style import GREEN, INK, legend

    work = in_asked_units(ledger.work if isinstance(ledger, IdealCycle) else ledger.work_on_counted, "energy")
    jumps = in_asked_units(ledger.quench_work, "energy")
    colours = heat_colours(ledger.protocol.baths)
    rows = [(f"heat from {name}", in_asked_units(heat, "energy"), colours[name]) for name, heat in ledger.heat.items()]
    rows.append(("work on the system", work, GREEN))
    width, places = WIDTH / len(rows), np.arange(len(names))
    for number, (label, values, colour) in enumerate(rows):
        ax.bar(places + (number - 0.5 * (len(rows) - 1)) * width, values, 0.9 * width, color=colour, label=label)
    if np.abs(jumps).max() > ROUNDING * np.abs(work).max(initial=0.0):
        at = places + 0.5 * (len(rows) - 1) * width
        base = np.where(np.sign(work) == np.sign(jumps), work, 0.0)
        ax.bar(
            *(at, jumps, 0.9 * width),
            bottom=base,
            facecolor="none",
            edgecolor=GREEN,
            hatch="/////",
            linewidth=0.6,
            label="work of the jump before",
        )
    ax.axhline(0.0, color=INK, linewidth=0.6)
    tilted = sum(map(len, names)) > LONG
    ax.set_xticks(places, names, rotation=30 if tilted else 0, ha="right" if tilted else "center")
    ax.set_ylabel(f"into the system [{unit_shown('energy')}]")
    legend(ax)


def heat_colours(baths: Sequence[Bath]) -> dict[str, str]:
    """A colour for the heat of each bath: red of the hottest, blue of the coldest.

    Args:
        baths: of one point.

    Returns:
        Colours by name.
    """
    from thermokin.report.style import COOLING, HEATING, OCHRE, PURPLE

    warmth = {bath.name: float(bath.temperature) for bath in baths}
    ranked = sorted(warmth, key=lambda name: warmth[name])
    others = iter((OCHRE, PURPLE) * len(ranked))
    return {name: HEATING if name == ranked[-1] else COOLING if name == ranked[0] else next(others) for name in ranked}
