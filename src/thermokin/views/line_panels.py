"""Numbers over one axis of a sweep as panels: those of one unit together, bounds of one current together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from thermokin._typing import BoolArray, FloatArray
from thermokin.report.maps import end_at_thresholds
from thermokin.report.scales import label_powers, logarithmic_values
from thermokin.report.style import COOLING, DARK_GREY, HEATING, SEQUENCE, legend, legend_below
from thermokin.views.axis_words import axis_title
from thermokin.views.bound_styles import bound_styles
from thermokin.views.lines import draw_in_part, keep_steady, scale_along, with_unit
from thermokin.views.machine_columns import mode_words
from thermokin.views.mode_regions import regions, shade_stretches
from thermokin.views.panels import Panel, doubtful, telling
from thermokin.views.swept_words import bound_of, called

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["line_panels"]

MOST_LINES = 4  # of one panel, whatever they are
MOST_BOUNDS = 6  # of one panel: those that come closest
BRIEF = 3  # of them in a panel among others
ALIKE = 0.05  # of the largest number of a panel: what stays below is drawn in a panel of its own
DECADES = 2.5  # that positive numbers span before they are drawn on a logarithmic axis
FARTHEST = 8.0  # decades that such an axis shows
COLOURS = (COOLING, HEATING, *SEQUENCE)


def line_panels(data: xr.Dataset, names: Sequence[str], axis: str) -> list[Panel]:
    """Columns over one axis: those of one unit and of like size together, bounds of one current together.

    Args:
        data: all columns.
        names: of the columns, in order.
        axis: of the sweep.

    Returns:
        The panels.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in telling(data, names):
        groups.setdefault(_kind(data[name], name), []).append(name)
    found = []
    for kind, members in groups.items():
        if kind[0] == "bounds":
            found.append(_bounds_panel(data, members, axis, kind[1]))
            continue
        for together in _alike(data, members):
            unit = str(data[together[0]].attrs.get("units", "1"))
            title = called(together[0], data[together[0]].attrs) if len(together) == 1 else _common(data, together)
            titled = with_unit(title, {"units": unit})
            draw = partial(_draw_lines, data=data, names=together, axis=axis)
            found.append(Panel(titled, draw, tuple(together), None, _modes(data, together[0], axis)))
    return found


def _kind(column: xr.DataArray, name: str) -> tuple[str, ...]:
    bound, unit = bound_of(column), str(column.attrs.get("units", "1"))
    if bound is not None:
        return ("bounds", bound[1])
    order = called(name, column.attrs).partition(" of ")[0] if name.startswith("c") and " " in name else ""
    return ("unit", unit, order) if unit != "1" and "threshold" not in column.attrs else ("alone", name)


def _alike(data: xr.Dataset, names: Sequence[str]) -> list[list[str]]:
    """Columns of one unit in groups of like size."""
    sizes = {name: float(np.abs(data[name].values[np.isfinite(data[name].values)]).max(initial=0.0)) for name in names}
    found: list[list[str]] = []
    for name in names:
        for group in found:
            largest = max(sizes[one] for one in group)
            if len(group) < MOST_LINES and ALIKE * largest <= sizes[name] <= largest / ALIKE:
                group.append(name)
                break
        else:
            found.append([name])
    return found


def _common(data: xr.Dataset, names: Sequence[str]) -> str:
    """What several columns have in common, for a title."""
    words = {called(name, data[name].attrs).partition(" of ")[0] for name in names}
    heads = {name.partition(" ")[0] for name in names}
    if len(words) == 1:
        return words.pop()
    if heads <= {"heat", "cooling", "power", "useful_current"}:
        return "power and heat" if "power" in heads else "heat"
    return ", ".join(dict.fromkeys(called(name, data[name].attrs) for name in names))


def _along(data: xr.Dataset, name: str, axis: str) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Positions, values, where something is claimed, in ascending order, broken where a regime ends."""
    order = np.argsort(data[axis].values, kind="stable")
    column = data[name]
    held = np.ones(order.size, dtype=bool)
    if column.attrs.get("applies") in data:
        held = data[column.attrs["applies"]].values != 0.0
    positions, values, held = data[axis].values[order], column.values[order].astype(np.float64), held[order]
    if column.attrs.get("of_regime") and column.attrs.get("modes") in data:
        modes = data[column.attrs["modes"]].values[order]
        ends = np.flatnonzero(modes[1:] != modes[:-1]) + 1
        positions, held = np.insert(positions, ends, positions[ends]), np.insert(held, ends, held[ends])
        values = np.insert(values, ends, np.nan)
    return positions, values, held


def _draw_lines(ax: Axes, data: xr.Dataset, names: Sequence[str], axis: str) -> None:
    for name, colour in zip(names, COLOURS, strict=False):
        positions, values, held = _along(data, name, axis)
        draw_in_part(ax, positions, values, held, color=colour, label=called(name, data[name].attrs))
        _dot_alone(ax, positions, values, colour)
        if "threshold" in data[name].attrs:
            ax.axhline(data[name].attrs["threshold"], color=DARK_GREY, linewidth=0.8, zorder=1)
    every = np.concatenate([data[name].values.ravel() for name in names])
    positive = every[np.isfinite(every)]
    if positive.size and positive.min() > 0.0 and positive.max() > 10.0**DECADES * positive.min():
        logarithmic_values(ax, positive, decades=FARTHEST)
    else:
        keep_steady(ax, every)
    if len(names) == 1 and "threshold" in data[names[0]].attrs:
        end_at_thresholds(ax, every, float(data[names[0]].attrs["threshold"]))
    _finish(ax, data, axis, names)
    if len(names) > 1:
        legend(ax)


def _dot_alone(ax: Axes, positions: FloatArray, values: FloatArray, colour: str) -> None:
    """A point between two that are not defined is no line."""
    known = np.isfinite(values)
    alone = known & ~np.append(known[1:], False) & ~np.append(False, known[:-1])
    if alone.any():
        ax.plot(positions[alone], values[alone], ".", color=colour)


def _finish(ax: Axes, data: xr.Dataset, axis: str, names: Sequence[str]) -> None:
    scale_along(ax.xaxis, np.sort(data[axis].values))
    ax.set_xlabel(with_unit(axis_title(axis, data[axis].attrs), data[axis].attrs))
    if _modes(data, names[0], axis):
        order = np.argsort(data[axis].values, kind="stable")
        shade_stretches(ax, data[axis].values[order], mode_words(data[data[names[0]].attrs["modes"]])[order])


def _modes(data: xr.Dataset, name: str, axis: str) -> tuple[str, ...]:
    """What the machine does along an axis beside a column of it, if it is more than one thing."""
    modes = data[name].attrs.get("modes")
    found = regions(mode_words(data[modes])) if modes in data and data[modes].dims == (axis,) else ()
    return tuple(found) if len(found) > 1 else ()


def _bounds_panel(data: xr.Dataset, names: Sequence[str], axis: str, current: str) -> Panel:
    """Value over limit of all bounds on a current that come close."""

    def nearness(name: str) -> float:
        values = data[name].values
        return float(np.where(np.isfinite(values), values, np.inf).min())

    near = [name for name in sorted(names, key=nearness) if np.isfinite(nearness(name))]
    shown = tuple(near[:MOST_BOUNDS])
    title = f"value over limit of bounds, {current}"
    few = partial(_draw_bounds, data=data, names=shown[:BRIEF], axis=axis, key=partial(legend_below, columns=1))
    below = partial(legend_below, columns=2)
    return Panel(
        title,
        partial(_draw_bounds, data=data, names=shown, axis=axis, key=below),
        shown,
        few,
        (),
        doubtful(data, shown),
    )


def _draw_bounds(ax: Axes, data: xr.Dataset, names: Sequence[str], axis: str, key: Callable[[Axes], object]) -> None:
    bounds = {name: found[0] for name in names if (found := bound_of(data[name])) is not None}
    styles = bound_styles(bounds.values())
    for name, bound in bounds.items():
        positions, values, held = _along(data, name, axis)
        colour, _ = styles[bound]
        draw_in_part(ax, positions, values, held, color=colour, label=bound)
    ax.axhline(1.0, color=DARK_GREY, linewidth=0.8, zorder=1)
    every = np.concatenate([data[name].values for name in names]) if names else np.ones(1)
    ax.set_yscale("log")
    label_powers(ax.yaxis)
    end_at_thresholds(ax, every, 1.0)
    _finish(ax, data, axis, names)
    if names:
        key(ax)
