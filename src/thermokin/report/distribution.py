"""Probabilities on a lattice of values, as bars and on a logarithmic axis."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from thermokin._typing import BoolArray, FloatArray
from thermokin.report.scales import label_powers
from thermokin.report.series import as_grid, as_series
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, GREY, INK, LIGHT_GREY

PROBABILITY_ROUNDING = 1e-6
"""Negative probabilities and sums above one by more than this are refused."""
_SHOWN = 1e-3  # of the largest probability, on the linear axis
_HEIGHT = 0.76  # of the axes, up to which probabilities are drawn; the legend has the rest
_EVEN = 1e-6  # relative difference of spacings up to which a lattice is even
_NOTHING = 1e-9  # of the deviation to the same power: cumulants below are named 0
_ORDINALS = ("₁", "₂", "₃", "₄", "₅", "₆")


def lattice_bars(
    ax: Axes, values: ArrayLike, probabilities: ArrayLike, cumulants: ArrayLike, *, colour: str = COOLING
) -> None:
    """Probabilities as bars, the mean as a line, one standard deviation to either side as a band; cumulants named.

    The horizontal axis ends where probabilities stay below 1e-3 of the largest. A lattice of uneven spacing has sticks
    in place of bars.

    Args:
        ax: axes to draw in.
        values: the lattice (n,), strictly ascending.
        probabilities: (n,).
        cumulants: (k,), at least mean and variance; they are named in the legend.
        colour: of the bars.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the lattice does not ascend, or numbers are no probabilities.
    """
    lattice, row = _checked(values, probabilities)
    named = np.asarray(cumulants, dtype=np.float64)
    mean, deviation = float(named[0]), float(np.sqrt(max(named[1], 0.0)))
    seen = _window(row > _SHOWN * row.max())
    shown, spacing = lattice[seen], _spacing(lattice)
    ax.axvspan(mean - deviation, mean + deviation, 0.0, _HEIGHT, color=LIGHT_GREY, alpha=0.6, linewidth=0.0, zorder=0)
    if spacing is not None and shown.size <= 200:
        width = (0.8 if shown.size <= 60 else 1.0) * spacing
        ax.bar(shown, row[seen], width, color=colour, linewidth=0.0, zorder=2)
    else:
        ax.vlines(shown, 0.0, row[seen], color=colour, linewidth=max(0.3, min(1.2, 160.0 / shown.size)), zorder=2)
    line = ax.axvline(mean, 0.0, _HEIGHT, color=INK, linewidth=0.9, zorder=3)
    margin = spacing if spacing is not None else 0.03 * max(float(shown[-1] - shown[0]), 1e-300)
    ax.set_xlim(min(float(shown[0]) - margin, mean - deviation), max(float(shown[-1]) + margin, mean + deviation))
    ax.set_ylim(0.0, 1.06 * float(row.max()) / _HEIGHT)
    shown_cumulants = np.where(np.abs(named) <= _NOTHING * deviation ** np.arange(1, named.size + 1), 0.0, named)
    texts = [f"κ{_ORDINALS[index]} = {significant(float(value))}" for index, value in enumerate(shown_cumulants[:6])]
    ax.plot([], [], color=line.get_color(), linewidth=line.get_linewidth(), label=f"mean, {texts[0]}")
    ax.fill_between([], [], [], color=LIGHT_GREY, alpha=0.6, linewidth=0.0, label=f"± deviation, {texts[1]}")
    for text in texts[2:]:
        ax.plot([], [], linestyle="none", label=text)


def lattice_tails(
    ax: Axes, values: ArrayLike, probabilities: ArrayLike, *, decades: float = 9.0, colour: str = COOLING
) -> None:
    """The same probabilities as dots on a logarithmic axis, with the normal distribution of their mean and variance.

    Args:
        ax: axes to draw in; the vertical axis becomes logarithmic.
        values: the lattice (n,), strictly ascending.
        probabilities: (n,).
        decades: how far below the largest probability the axis reaches.
        colour: of the dots.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the lattice does not ascend, or numbers are no probabilities.
    """
    lattice, row = _checked(values, probabilities)
    bottom = float(row.max()) * 10.0**-decades
    seen = row > bottom
    ax.set_yscale("log")
    label_powers(ax.yaxis)
    size = 2.6 if seen.sum() <= 80 else 1.6
    ax.plot(lattice[seen], row[seen], "o", markersize=size, color=colour, zorder=3)
    spacing = _spacing(lattice)
    mean = float((lattice * row).sum() / row.sum())
    variance = float(((lattice - mean) ** 2 * row).sum() / row.sum())
    window = lattice[_window(seen)]
    if spacing is not None and variance > 0.0:
        fine = np.linspace(window[0], window[-1], 301)
        normal = spacing / np.sqrt(2.0 * np.pi * variance) * np.exp(-((fine - mean) ** 2) / (2.0 * variance))
        above = normal > bottom
        ax.plot(fine[above], normal[above], color=GREY, linewidth=0.9, linestyle="--", zorder=2, label="normal")
    margin = 0.02 * max(float(window[-1] - window[0]), spacing or 1e-300) + 0.5 * (spacing or 0.0)
    ax.set_xlim(window[0] - margin, window[-1] + margin)
    ax.set_ylim(bottom, 4.0 * float(row.max()))


def _checked(values: ArrayLike, probabilities: ArrayLike) -> tuple[FloatArray, FloatArray]:
    lattice = as_grid(values, "values")
    row = as_series(probabilities, "probabilities", lattice.size)
    if np.any(row < -PROBABILITY_ROUNDING) or row.sum() > 1.0 + PROBABILITY_ROUNDING or not row.max() > 0.0:
        raise ValueError(
            f"`probabilities` must be 0 or larger with sum 1 at most and not all 0, got a smallest of {row.min():g} "
            f"and a sum of {row.sum():g}."
        )
    return lattice, row


def _window(seen: BoolArray) -> slice:
    places = np.flatnonzero(seen)
    return slice(int(places[0]), int(places[-1]) + 1)


def _spacing(lattice: FloatArray) -> float | None:
    """The step of an even lattice; None for an uneven one."""
    if lattice.size < 2:
        return 1.0
    steps = np.diff(lattice)
    return float(steps[0]) if np.ptp(steps) <= _EVEN * steps[0] else None
