"""Heats of baths as bars, one for each way to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import FloatArray
from thermokin.lab_units.asked import in_asked_units, unit_shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_heat_bars"]

RATE = "energy/time"


def draw_heat_bars(ax: Axes, names: Sequence[str], heats: Mapping[str, FloatArray]) -> None:
    """Bars beside one another for each bath.

    Args:
        ax: where.
        names: of the baths.
        heats: by the words of each reading, (bath,) [energy/time]; one needs no legend.
    """
    from thermokin.report.style import COOLING, HEATING, MANY, legend

    places, width = np.arange(len(names)), 0.6 / len(heats)
    for number, (words, values) in enumerate(heats.items()):
        shown = in_asked_units(values, RATE)
        alone = [HEATING if one >= 0.0 else COOLING for one in shown]
        shift = (number - 0.5 * (len(heats) - 1)) * width
        ax.bar(places + shift, shown, 0.92 * width, color=alone if len(heats) == 1 else MANY[number], label=words)
    ax.axhline(0.0, color="0.7", linewidth=0.6)
    ax.set_xticks(places, list(names))
    ax.set_xlim(-0.8, len(names) - 0.2)
    ax.set_ylabel(f"heat from the bath [{unit_shown(RATE)}]")
    if len(heats) > 1:
        legend(ax)
