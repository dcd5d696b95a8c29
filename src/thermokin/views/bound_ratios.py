"""Bounds at rest as a figure: value over limit, with what is no theorem marked."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from thermokin.bounds.bound import BoundsAtRest, Statement
from thermokin.bounds.theorem import VARIANCE
from thermokin.lab_units.asked import asked_units
from thermokin.report.style import COOLING, legend, legend_below, small_font
from thermokin.views.bound_styles import bound_colour
from thermokin.views.bound_words import shows_error
from thermokin.views.data_in_units import data_in_units
from thermokin.views.lines import draw_in_part, scale_along, with_unit

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["draw_along", "draw_ratios", "say_hidden"]

WIDE = 26  # letters of a name, two of which stand beside one another below axes of one column of a page
MOST = 7  # lines along a sweep: those that come closest
HIGHEST = 1e4  # of the axis over its lowest number: what is so far above says nothing
NARROW = 100.0  # highest over lowest number of an axis, below which powers of ten are too few ticks


def draw_ratios(ax: Axes, bounds: BoundsAtRest) -> None:
    """Value over limit of every bound at rest, on a logarithmic axis; what lies below 1 is broken.

    Args:
        ax: axes to draw in.
        bounds: of one point, or along one axis of a sweep, of which those on the noise that come closest are drawn;
            others where none is on the noise.

    Raises:
        ValueError: if there is more than one axis of a sweep.
    """
    data = data_in_units(bounds.to_xarray(), asked_units())
    if data["ratio"].ndim > 1:
        draw_along(ax, bounds, data)
    else:
        _of_point(ax, bounds, data)


def draw_along(ax: Axes, bounds: Sequence[Statement], data: xr.Dataset, when: str = "") -> None:
    """Value over limit against the parameter of a sweep, of the bounds on the noise that come closest.

    Args:
        ax: axes to draw in.
        bounds: along one axis of a sweep.
        data: theirs, `ratio` over that axis and the names of the bounds.
        when: what the label adds.

    Raises:
        ValueError: if there is more than one axis of a sweep.
    """
    axes = [str(name) for name in data["ratio"].dims if name != "bound"]
    if len(axes) > 1:
        last = ".isel(time=-1)" if when else ""
        raise ValueError(
            f"a figure shows bounds along one axis of a sweep, got {', '.join(axes)}; `to_xarray()` has them all: "
            f'`result.to_xarray().ratio{last}.sel(bound="kinetic").plot()` draws a map of one.'
        )
    _along(ax, bounds, data, when)


def _of_point(ax: Axes, bounds: BoundsAtRest, data: xr.Dataset) -> None:
    ratio, holds = data["ratio"].values, np.array([one.applies_everywhere for one in bounds])
    order = np.argsort(-np.where(np.isfinite(ratio), ratio, np.inf), kind="stable")
    order = order[np.isfinite(ratio[order])]
    places = np.arange(order.size)
    ax.axvline(1.0, color="0.35", linewidth=0.8)
    for kept, inside, label in ((holds[order], COOLING, "theorem here"), (~holds[order], "white", "no theorem here")):
        if kept.any():
            ax.plot(
                *(ratio[order][kept], places[kept]),
                "o",
                color=COOLING,
                markerfacecolor=inside,
                markersize=4,
                label=label,
                clip_on=False,
            )
    ax.set_yticks(places, [bounds[int(place)].name for place in order])
    ax.set_xscale("log")
    ax.set_xlabel("value over limit")
    _few_ticks(ax)
    unsure = [place for place, one in enumerate(order) if shows_error(bounds[int(one)])]
    if unsure:
        spread = (data["error"] / data["limit"]).values[order][unsure] * ratio[order][unsure]
        ax.errorbar(ratio[order][unsure], places[unsure], xerr=spread, fmt="none", ecolor=COOLING, elinewidth=0.8)
    if not holds[order].all():
        legend(ax)


def _few_ticks(ax: Axes) -> None:
    """Plain numbers, as many as do not overlap, where a logarithmic axis holds less than two decades."""
    low, high = ax.get_xlim()
    if high < NARROW * low:
        steps = (1.0, 2.0, 5.0) if high > 4.0 * low else (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0)
        ax.xaxis.set_major_locator(LogLocator(subs=steps))
        ax.xaxis.set_major_formatter(FormatStrFormatter("%g"))
        ax.xaxis.set_minor_formatter(NullFormatter())


def _along(ax: Axes, bounds: Sequence[Statement], data: xr.Dataset, when: str) -> None:
    axis = str(data["ratio"].dims[0])
    positions = data[axis].values if axis in data.coords else np.arange(data.sizes[axis])
    on_noise = [place for place, one in enumerate(bounds) if one.theorem.bounded is VARIANCE] or [*range(len(bounds))]
    rows = data["ratio"].transpose("bound", ...).values
    ratios = [np.where(np.isfinite(rows[place]), rows[place], np.inf) for place in on_noise]
    shown = sorted(on_noise[place] for place in np.argsort([ratio.min() for ratio in ratios], kind="stable")[:MOST])
    ax.axhline(1.0, color="0.35", linewidth=0.8)
    for place in shown:
        one = bounds[place]
        held = one.applies_where
        where = "" if held.all() else " (no theorem where dashed)" if held.any() else " (no theorem here)"
        label = f"{one.name}{where}" if len(shown) == 1 else fill(f"{one.name}{where}", WIDE)
        draw_in_part(ax, positions, rows[place], held, color=bound_colour(one.name), label=label)
    scale_along(ax.xaxis, positions)
    ax.set_yscale("log")
    hidden = len(bounds) - len(shown)
    low, high = ax.get_ylim()
    ax.set_ylim(low, min(high, HIGHEST * low))
    ax.set_xlabel(with_unit(str(data[axis].attrs.get("long_name", axis)), data[axis].attrs))
    ax.set_ylabel(f"value over limit{when}")
    say_hidden(legend_below(ax), hidden, ax)


def say_hidden(made: Legend, hidden: int, ax: Axes) -> None:
    """Say in a legend how many bounds a figure leaves out.

    Args:
        made: the legend.
        hidden: how many; nothing is said of none.
        ax: where it stands.
    """
    if hidden:
        made.set_title(f"the closest; {hidden} more in the data", prop=small_font(ax))
