"""A variable of labelled data as lines, one for each point of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from numpy.typing import NDArray

from thermokin._typing import BoolArray
from thermokin.report.scales import label_powers
from thermokin.report.style import COOLING, DASHES, HEATING, SEQUENCE, legend
from thermokin.views.axis_words import axis_title, in_lines

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "LETTERS",
    "MOST",
    "draw_in_part",
    "draw_lines",
    "keep_steady",
    "named",
    "positions_of",
    "relabel",
    "require_one_point",
    "scale_along",
    "with_label",
    "with_unit",
]

MOST = 12  # lines that an eye tells apart
WIDE = 36  # letters of a label in one line, which is no longer than the axes are wide
LETTERS = 28  # likewise as they are high
STEADY = 1e-9  # of the largest number: what varies by less is drawn as the constant that it is but for rounding
DECADE = 10.0  # a grid whose steps grow, over more than this, is drawn on a logarithmic axis
COLOURS = (COOLING, HEATING, *SEQUENCE)


def draw_lines(ax: Axes, data: xr.Dataset, name: str, own: tuple[str, ...]) -> None:
    """Draw a variable against its first own axis, or, where that only numbers things, along a sweep.

    Args:
        ax: axes to draw in.
        data: labelled data.
        name: of the variable.
        own: its axes after those of the sweep.

    Raises:
        ValueError: if there are more lines than an eye tells apart.
    """
    variable = data[name]
    along = _along(data, [str(axis) for axis in variable.dims], own)
    others = [str(axis) for axis in variable.dims if axis != along]
    count = int(np.prod([variable.sizes[axis] for axis in others]))
    if count > MOST:
        largest = max(others, key=lambda axis: variable.sizes[axis])
        rest = ", ".join(f"{axis}=0" for axis in others if axis != largest) or f"{largest}=0"
        raise ValueError(
            f"a figure shows up to {MOST} lines, but {name} has {count} along {', '.join(others)}; select some with "
            f"`to_xarray()`, as in `result.to_xarray()[{name!r}].isel({rest}).plot()`."
        )
    for number, places in enumerate(product(*(range(variable.sizes[axis]) for axis in others))):
        chosen = dict(zip(others, places, strict=True))
        row = np.atleast_1d(variable.isel(chosen).values.real)
        label = ", ".join(named(data, axis, place) for axis, place in chosen.items())
        _line(ax, positions_of(data, along, chosen, row.size), row, number, label)
    keep_steady(ax, variable.values.real)
    ax.set_xlabel(_label(data, along, WIDE))
    ax.set_ylabel(_label(data, name, LETTERS))
    if count > 1:
        legend(ax)


def relabel(ax: Axes, labels: Sequence[str], what: str) -> None:
    """Name lines that stand for different things, each with its own unit.

    Args:
        ax: axes with the lines.
        labels: of the lines, in the order in which they were drawn.
        what: all of them together, for the axis; one line alone is named there itself.
    """
    for line, label in zip(ax.get_lines(), labels, strict=True):
        line.set_label(label)
    ax.set_ylabel(what if len(labels) > 1 else labels[0])
    if len(labels) > 1:
        legend(ax)


def draw_in_part(
    ax: Axes, positions: NDArray[Any], row: NDArray[Any], held: BoolArray, *, color: Any, label: str
) -> None:
    """Draw a line that claims something only where it is solid; dashed elsewhere, with points where that changes.

    Args:
        ax: axes to draw in.
        positions: along them (m,).
        row: the numbers (m,).
        held: where something is claimed (m,).
        color: of the line.
        label: of it in the legend.
    """
    shown = np.where(np.isfinite(row), row, np.nan)
    if held.any():
        # A claim at a single point is no line.
        ax.plot(positions, np.where(held, shown, np.nan), "-" if held.all() else ".-", color=color, label=label)
    if not held.all():
        beside = ~held | ~np.append(held[1:], True) | ~np.append(True, held[:-1])
        rest = np.where(beside, shown, np.nan)
        ax.plot(positions, rest, linestyle=DASHES[0], color=color, label="_" if held.any() else label)


def keep_steady(ax: Axes, values: NDArray[Any]) -> None:
    """Keep a constant from filling the axes with its rounding.

    Args:
        ax: axes with it drawn.
        values: the numbers, of any shape.
    """
    numbers = values[np.isfinite(values)]
    largest = float(np.abs(numbers).max(initial=0.0))
    if numbers.size > 1 and 0.0 < float(np.ptp(numbers)) < STEADY * largest:
        middle = float(numbers.mean())
        ax.set_ylim(middle - 0.1 * largest, middle + 0.1 * largest)


def _along(data: xr.Dataset, axes: list[str], own: tuple[str, ...]) -> str:
    swept = [axis for axis in axes if axis not in own]
    if own and (not swept or _measures(data, own[0])):
        return own[0]
    return max(swept, key=lambda axis: data.sizes[axis], default=own[0] if own else "")


def _measures(data: xr.Dataset, axis: str) -> bool:
    """Whether an axis measures something, rather than numbering or naming things."""
    return any(name in data.coords and data[name].dtype.kind == "f" for name in (axis, f"{axis}s"))


def _line(ax: Axes, positions: NDArray[Any], row: NDArray[Any], number: int, label: str) -> None:
    shown = np.where(np.isfinite(row), row, np.nan)
    style: dict[str, Any] = {"color": COLOURS[number % len(COLOURS)], "label": label or "_"}
    if positions.dtype.kind in "iuO" or row.size == 1:
        ax.plot(positions, shown, "o", **style)
        if positions.dtype.kind in "iu":
            ax.set_xticks(positions if row.size <= MOST else positions[:: row.size // MOST + 1])
    else:
        ax.plot(positions, shown, linestyle="-" if number < len(COLOURS) else DASHES[0], **style)


def positions_of(data: xr.Dataset, along: str, chosen: dict[str, int], size: int) -> NDArray[Any]:
    """Where the elements along an axis stand, at the places chosen along others; their numbers without a coordinate."""
    if f"{along}s" in data.coords:
        of_all = data[f"{along}s"]
        return np.asarray(of_all.isel({axis: place for axis, place in chosen.items() if axis in of_all.dims}).values)
    if along not in data.coords:
        return np.arange(size, dtype=np.float64)
    values = data[along].values
    return values.astype(object) if values.dtype.kind in "UO" else values


def named(data: xr.Dataset, axis: str, place: int) -> str:
    """An axis and its value at a place, in words."""
    if axis not in data.coords:
        return f"{axis} {place}"
    value = data[axis].values[place]
    return f"{axis} = {value:.4g}" if isinstance(value, np.floating) else f"{axis} {value}"


def with_label(data: xr.Dataset, name: str) -> str:
    """What an axis or a variable is, with its unit, in lines that fit beside a panel."""
    return _label(data, name, LETTERS)


def _label(data: xr.Dataset, name: str, letters: int) -> str:
    known = next((one for one in (name, f"{name}s") if one in data.variables), None)
    if known is None:
        return name
    said = axis_title(known, data[known].attrs) if known in data.coords else data[known].attrs.get("long_name", name)
    return in_lines(with_unit(said, data[known].attrs), letters)


def require_one_point(lead: tuple[int, ...], what: str) -> None:
    """Refuse to draw a sweep where a figure shows one point.

    Args:
        lead: leading axes of the result.
        what: it is.

    Raises:
        ValueError: if there are any.
    """
    if lead:
        raise ValueError(
            f"a figure shows one point, but the {what} has leading axes {lead}; select one with `to_xarray()`, or "
            "evaluate one point."
        )


def scale_along(axis: Axis, values: NDArray[Any]) -> None:
    """Give an axis the scale that a grid was made for: logarithmic where steps grow over more than a decade.

    Args:
        axis: the axis, linear so far.
        values: along the axis (m,).
    """
    if values.dtype.kind not in "iuf":
        return
    steps = np.diff(values)
    growing = values.size > 2 and values[0] > 0.0 and (np.diff(steps) > 1e-9 * steps[1:]).all()
    if growing and values[-1] >= DECADE * values[0]:
        (axis.axes.set_xscale if axis is axis.axes.xaxis else axis.axes.set_yscale)("log")
        label_powers(axis)


def with_unit(words: str, attributes: Mapping[Any, Any]) -> str:
    """Words with the unit behind them.

    Args:
        words: the words.
        attributes: of labelled data, its `units` among them.

    Returns:
        The words alone where there is no unit, or where they are the unit.
    """
    unit = attributes.get("units", "1")
    return words if unit in {"1", words} else f"{words} [{unit}]"
