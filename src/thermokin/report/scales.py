"""Axes for numbers over many decades, with marks at the edge for what an axis cannot show."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Transform, offset_copy
from numpy.typing import ArrayLike

from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.report.significant import SUPERSCRIPT
from thermokin.report.style import small_font

__all__ = []

_LABELLED_BETWEEN = (2, 5)
_FEW_DECADES = 2.2
_ROUNDING = 1e-9
_PLAIN_EXPONENTS = range(-2, 4)
_ARROW_LENGTH = 13.0  # points
_ARROW_SPACING = 14.0  # points between the arrows of series that are infinite at the same place
_HEADROOM = 0.16  # of the height of the data, so that arrows stand above the curves


def logarithmic_values(ax: Axes, *series: ArrayLike, decades: float = 8.0) -> None:
    """A logarithmic vertical axis that ends a number of decades below the largest value, or at the smallest.

    Where there are numbers and none is positive, the axis stays linear: a logarithmic one would have nothing to show.

    Without an end, a quantity that decays to 1e-300 would flatten all that can be read.

    Args:
        ax: axes, before anything is drawn in them.
        *series: the numbers that will be drawn, of any shape; infinities and numbers at or below zero are left out.
        decades: how far down the axis may reach.

    Raises:
        ValueError: if `decades` is not positive.
    """
    if not decades > 0.0:
        raise ValueError(f"`decades` must be positive, got {decades}.")
    values = np.concatenate([np.ravel(np.asarray(row, dtype=np.float64)) for row in series] or [np.empty(0)])
    usable = values[np.isfinite(values) & (values > 0.0)]
    if values.size and not usable.size:
        return
    # Curves run down to the edge at a zero instead of breaking off.
    ax.set_yscale("log", nonpositive="clip")
    label_powers(ax.yaxis)
    if not usable.size:
        return
    # In logarithms, since the numbers themselves may be near the ends of the floating range.
    top, bottom = float(np.log10(np.max(usable))), float(np.log10(np.min(usable)))
    if top - bottom > decades:
        ax.set_ylim(bottom=10.0 ** max(top - decades, -307.0))


def label_powers(axis: Axis) -> None:
    """Labels of a logarithmic axis: plain numbers near one, powers of ten elsewhere, few between the decades.

    Args:
        axis: an axis whose scale is logarithmic.
    """

    def major(value: float, _: int | None) -> str:
        return _power(value)

    def minor(value: float, _: int | None) -> str:
        low, high = axis.get_view_interval()
        decades = math.log10(high) - math.log10(low) if low > 0.0 else math.inf
        return _power(value) if _is_labelled(value, decades) else ""

    axis.set_major_formatter(FuncFormatter(major))
    axis.set_minor_formatter(FuncFormatter(minor))


def _is_labelled(value: float, decades: float) -> bool:
    """Whether a tick between the decades is named, on an axis over so many decades."""
    if not value > 0.0 or decades >= _FEW_DECADES:
        return False
    mantissa = 10.0 ** (math.log10(value) % 1.0)
    nearest = round(mantissa)
    # Over less than a decade matplotlib may choose ticks that are no multiples of a power: all of them are named.
    return nearest in _LABELLED_BETWEEN or abs(mantissa - nearest) > _ROUNDING


def _power(value: float) -> str:
    if not 0.0 < value < math.inf:  # at the end of the floating range matplotlib proposes ticks beyond it
        return ""
    exponent = math.floor(math.log10(value) + _ROUNDING)
    if exponent in _PLAIN_EXPONENTS:
        return f"{value:.4g}"
    mantissa = f"{10.0 ** (math.log10(value) - exponent):.4g}"
    power = f"10{str(exponent).translate(SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa}×{power}"


def mark_beyond(ax: Axes, grid: FloatArray, series: Mapping[str, FloatArray]) -> None:
    """Marks at the edges of the axes for the points of a figure's series that lie beyond them.

    An infinite value has an arrow with the sign of infinity at the top (minus infinity: at the bottom); of neighbouring
    infinite values the stretch is drawn along the edge and has one arrow. On a logarithmic grid the last point at or
    below zero has a triangle at the left edge, at its value. Call this once the series are drawn and the scales are
    set.

    Args:
        ax: axes that the series are drawn in.
        grid: positions (t,) along the horizontal axis.
        series: values (t,), infinities included, by the colour in which they are drawn.
    """
    shown = grid > 0.0 if ax.get_xscale() == "log" else np.ones(grid.shape, dtype=np.bool_)
    # A point at infinity gives matplotlib no range; its place on the grid counts all the same.
    ax.update_datalim([(position, 0.0) for position in grid[shown][[0, -1]]] if np.any(shown) else [], updatey=False)
    ax.autoscale_view(scaley=False)
    for sign in (1.0, -1.0):
        infinite = {colour: row == sign * np.inf for colour, row in series.items()}
        if any(np.any(where) for where in infinite.values()):
            _make_room(ax, sign)
        taken = np.zeros(grid.shape, dtype=np.int64)
        for colour, where in infinite.items():
            _mark_infinite(ax, grid, where & shown, sign, colour, taken)
            taken += where
    hidden = np.flatnonzero(~shown)
    if hidden.size:
        _mark_left_edge(ax, {colour: float(row[hidden[-1]]) for colour, row in series.items()})


def _make_room(ax: Axes, sign: float) -> None:
    """Extend the range of the data, not the axis' limits, so that what is drawn later still counts."""
    low, high = ax.dataLim.intervaly
    logarithmic = ax.get_yscale() == "log"
    if logarithmic:
        low, high = np.log(max(low, ax.dataLim.minposy)), np.log(high) if high > 0.0 else -np.inf
    if not (np.isfinite(low) and np.isfinite(high)):
        return
    edge = high + _HEADROOM * (high - low) if sign > 0.0 else low - _HEADROOM * (high - low)
    ax.update_datalim([(0.0, np.exp(edge) if logarithmic else edge)], updatex=False)
    ax.autoscale_view(scalex=False)


def _mark_infinite(ax: Axes, grid: FloatArray, where: BoolArray, sign: float, colour: str, taken: IntArray) -> None:
    edge = 1.0 if sign > 0.0 else 0.0
    across = ax.get_xaxis_transform()
    for first, last in _runs(where):
        if last > first:
            ax.plot(
                grid[[first, last]],
                [edge, edge],
                color=colour,
                linewidth=2.4,
                transform=across,
                clip_on=False,
                solid_capstyle="butt",
                scalex=False,
                scaley=False,
            )
        middle = (first + last) // 2
        _arrow(ax, float(grid[middle]), across, sign, colour, _ARROW_SPACING * float(taken[middle]))


def _mark_left_edge(ax: Axes, values: Mapping[str, float]) -> None:
    logarithmic = ax.get_yscale() == "log"
    infinite = 0
    for colour, value in values.items():
        if np.isinf(value):
            _arrow(ax, 0.0, ax.transAxes, 1.0 if value > 0.0 else -1.0, colour, 4.0 + _ARROW_SPACING * infinite)
            infinite += 1
        elif value > 0.0 or not logarithmic:
            ax.plot(
                [0.0],
                [value],
                "<",
                markersize=4.5,
                color=colour,
                transform=ax.get_yaxis_transform(),
                clip_on=False,
                zorder=5,
                scalex=False,
            )


def _arrow(ax: Axes, position: float, transform: Transform, sign: float, colour: str, shift: float) -> None:
    edge = 1.0 if sign > 0.0 else 0.0
    place = offset_copy(transform, fig=ax.get_figure(root=True), x=shift, units="points")
    shaft = ax.annotate(
        "",
        xy=(position, edge),
        xycoords=place,
        xytext=(0.0, -sign * _ARROW_LENGTH),
        textcoords="offset points",
        arrowprops={
            "arrowstyle": "-|>",
            "color": colour,
            "linewidth": 1.1,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 7,
        },
        annotation_clip=False,
    )
    name = ax.annotate(
        "∞" if sign > 0.0 else "−∞",
        xy=(position, edge),
        xycoords=place,
        xytext=(3.0, -sign * 0.62 * _ARROW_LENGTH),
        textcoords="offset points",
        color=colour,
        fontproperties=small_font(ax),
        ha="left",
        va="center",
        annotation_clip=False,
    )
    for artist in (shaft, name):
        artist.set_in_layout(False)


def _runs(where: BoolArray) -> list[tuple[int, int]]:
    """First and last index of each stretch of true values."""
    padded = np.concatenate([[False], where, [False]]).astype(np.int8)
    steps = np.diff(padded)
    return [
        (int(first), int(last) - 1)
        for first, last in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True)
    ]
