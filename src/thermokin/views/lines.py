"""A variable of labelled data as lines, one for each point of a sweep."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from thermokin.report.legend import legend
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, DASHES, HEATING, SEQUENCE

__all__ = ["draw_lines"]

MOST = 12  # lines that an eye tells apart
COLOURS = (COOLING, HEATING, *SEQUENCE)


def draw_lines(ax: Axes, data: xr.Dataset, name: str, own: tuple[str, ...]) -> None:
    """Draw a variable against its first own axis, or the last of a sweep; a number alone as a point.

    Args:
        ax: axes to draw in.
        data: labelled data.
        name: of the variable.
        own: its axes after those of the sweep.

    Raises:
        ValueError: if there are more lines than an eye tells apart.
    """
    variable = data[name]
    along = own[0] if own else (variable.dims or ("",))[-1]
    others = [axis for axis in variable.dims if axis != along]
    count = int(np.prod([variable.sizes[axis] for axis in others]))
    if count > MOST:
        raise ValueError(
            f"a figure shows up to {MOST} lines, but {name} has {count} along {', '.join(map(str, others))}; select "
            f"some with `to_xarray()`, as in `result.to_xarray().{name}.isel({others[0]}=0).plot()`."
        )
    for number, places in enumerate(product(*(range(variable.sizes[axis]) for axis in others))):
        chosen = dict(zip(others, places, strict=True))
        row = variable.isel(chosen).values
        label = ", ".join(_named(data, str(axis), place) for axis, place in chosen.items())
        _line(ax, _positions(data, str(along), row.size), np.atleast_1d(row.real), number, label)
    ax.set_xlabel(_label(data, str(along)))
    ax.set_ylabel(_label(data, name))
    if count > 1:
        legend(ax)


def _line(ax: Axes, positions: np.ndarray[Any, Any], row: np.ndarray[Any, Any], number: int, label: str) -> None:
    shown = np.where(np.isfinite(row), row, np.nan)
    style: dict[str, Any] = {"color": COLOURS[number % len(COLOURS)], "label": label or "_"}
    if positions.dtype.kind in "iuO" or row.size == 1:
        ax.plot(positions, shown, "o", **style)
        if positions.dtype.kind in "iu" and row.size > 1:
            ax.set_xticks(positions if row.size <= MOST else positions[:: row.size // MOST + 1])
    else:
        ax.plot(positions, shown, linestyle="-" if number < len(COLOURS) else DASHES[0], **style)


def _positions(data: xr.Dataset, along: str, size: int) -> np.ndarray[Any, Any]:
    if along not in data.coords:
        return np.arange(size)
    values = data[along].values
    return values.astype(object) if values.dtype.kind in "UO" else values


def _named(data: xr.Dataset, axis: str, place: int) -> str:
    if axis not in data.coords:
        return f"{axis} {place}"
    value = data[axis].values[place]
    return f"{axis} = {significant(float(value), 4)}" if np.issubdtype(type(value), np.floating) else f"{axis} {value}"


def _label(data: xr.Dataset, name: str) -> str:
    if name not in data.variables:
        return name
    words, unit = data[name].attrs.get("long_name", name), data[name].attrs.get("units", "1")
    return words if unit in {"1", words} else f"{words} [{unit}]"
