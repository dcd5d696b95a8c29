"""Two probability distributions on one lattice, mirrored: heating above the axis, cooling below."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.report.series import as_grid, as_series
from thermokin.report.style import COOLING, HEATING, INK

PROBABILITY_ROUNDING = 1e-6
"""Negative probabilities and sums above one by more than this are refused."""
_SHOWN = 1e-4


def distribution(
    ax: Axes,
    values: ArrayLike,
    heating: ArrayLike,
    cooling: ArrayLike,
    *,
    labels: tuple[str, str] = ("heating", "cooling"),
) -> tuple[BarContainer, BarContainer]:
    """The probabilities of a heating and a cooling process on a lattice of values.

    Bars of heating point up, those of cooling point down; the axis shows the size of both as positive numbers. The
    horizontal axis ends where both probabilities stay below 1e-4 of the largest.

    Args:
        ax: axes to draw in.
        values: the lattice (n,), strictly ascending.
        heating: probabilities (n,) of the heating process.
        cooling: probabilities (n,) of the cooling process.
        labels: what the legend calls the two.

    Returns:
        The bars of heating and of cooling.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the lattice does not ascend, a probability is NaN, negative or infinite, the sum of a
            distribution exceeds one, or an array has another shape than (n,), as results over a sweep have.
    """
    lattice = as_grid(values, "values")
    up = _as_probabilities(heating, "heating", lattice.size)
    down = _as_probabilities(cooling, "cooling", lattice.size)
    spacing = float(np.min(np.diff(lattice))) if lattice.size > 1 else 1.0
    largest = float(max(np.max(up), np.max(down))) or 1.0
    seen = np.flatnonzero(np.maximum(up, down) > _SHOWN * largest)
    window = slice(int(seen[0]), int(seen[-1]) + 1) if seen.size else slice(None)
    shown = lattice[window]
    width = (0.82 if shown.size <= 40 else 1.0) * spacing
    bars = (
        ax.bar(lattice, up, width, color=HEATING, linewidth=0.0, label=labels[0], zorder=2),
        ax.bar(lattice, -down, width, color=COOLING, linewidth=0.0, label=labels[1], zorder=2),
    )
    ax.axhline(0.0, color=INK, linewidth=0.6, zorder=3)
    ax.set_xlim(shown[0] - spacing, shown[-1] + spacing)
    ax.set_ylim(-1.1 * float(np.max(down)) or -largest, 1.1 * float(np.max(up)) or largest)
    ax.yaxis.set_major_formatter(FuncFormatter(_size))
    ax.set_ylabel("probability")
    return bars


def _as_probabilities(values: ArrayLike, name: str, length: int) -> FloatArray:
    row = as_series(values, name, length)
    if np.any(row < -PROBABILITY_ROUNDING) or np.sum(row) > 1.0 + PROBABILITY_ROUNDING:
        raise ValueError(
            f"`{name}` must hold probabilities, 0 or larger with sum 1 at most, "
            f"got a smallest of {np.min(row)} and a sum of {np.sum(row)}."
        )
    return row


def _size(value: float, _: int | None) -> str:
    return f"{abs(value):.3g}"
