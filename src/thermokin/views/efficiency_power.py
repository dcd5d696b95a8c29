"""Figures of merit against what is delivered, with the limits of Carnot and of Curzon and Ahlborn drawn in."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from thermokin._typing import FloatArray
from thermokin.report.style import DARK_GREY, DASHES, INK, legend, small_font
from thermokin.views.lines import COLOURS, with_unit

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["draw_against"]

MOST = 6  # curves, evenly chosen where there are more
SAME = 1e-9  # of a limit: curves that differ by less share its line


def draw_against(ax: Axes, data: xr.Dataset, name: str) -> None:
    """Draw a figure of merit against what is delivered, a curve for each place on the other axes.

    The variable says in its attributes what it is drawn `against`, `along` which axis, and which variables are its
    `limit` and its `mark`. Where the limit differs from point to point, figures are drawn as shares of it.

    Args:
        ax: the axes.
        data: labelled data.
        name: of the figure of merit.
    """
    said: Mapping[str, str] = data[name].attrs
    along = said["along"]
    others = [str(axis) for axis in data[name].dims if axis != along]
    merit, given, limit = (_rows(data[one], along) for one in (name, said["against"], said["limit"]))
    mark = _rows(data[said["mark"]], along) if said.get("mark") in data else np.full(limit.shape, np.nan)
    labels = [
        ", ".join(f"{axis} = {data[axis].values[place]:.4g}" for axis, place in zip(others, places, strict=True))
        for places in product(*(range(data.sizes[axis]) for axis in others))
    ]
    there = [row for row in range(len(merit)) if np.isfinite(merit[row]).any()]
    chosen = [there[place] for place in np.unique(np.linspace(0, len(there) - 1, MOST).astype(int))] if there else []
    limit = np.where(np.isfinite(merit), limit, np.nan)
    common = _single(limit[chosen])
    for number, row in enumerate(chosen):
        shares = merit[row] if common is not None else merit[row] / limit[row]
        style: dict[str, Any] = {"color": COLOURS[number % len(COLOURS)], "label": labels[row] or "_"}
        ax.plot(shares, np.where(np.isfinite(shares), given[row], np.nan), ".-", markersize=2.5, **style)
    words = str(data[name].attrs["short"])
    ax.set_xlabel(words if common is not None else f"{words} over Carnot's")
    ax.set_ylabel(
        with_unit(str(data[said["against"]].attrs.get("short", said["against"])), data[said["against"]].attrs)
    )
    ax.set_ylim(bottom=0.0)
    _limit(ax, 1.0 if common is None else common, "Carnot", INK, "-")
    best = _single(mark[chosen] if common is not None else mark[chosen] / limit[chosen])
    if best is not None:
        _limit(ax, best, "Curzon-Ahlborn", DARK_GREY, DASHES[0])
    if len(chosen) > 1:
        legend(ax)


def _rows(column: xr.DataArray, along: str) -> FloatArray:
    """One row for each place on the other axes (r, m)."""
    return np.asarray(column.transpose(..., along).values, dtype=np.float64).reshape(-1, column.sizes[along])


def _single(values: FloatArray) -> float | None:
    """The number that all of them are; None where they differ, or there is none."""
    known = values[np.isfinite(values)]
    if not known.size or np.ptp(known) > SAME * abs(known[0]):
        return None
    return float(known[0])


def _limit(ax: Axes, at: float, words: str, colour: str, pattern: Any) -> None:
    """A vertical line with its name above the axes."""
    if not np.isfinite(at):
        return
    ax.axvline(at, color=colour, linewidth=0.9, linestyle=pattern)
    across = ax.get_xaxis_transform()
    ax.text(*(at, 1.01, words), transform=across, ha="right", va="bottom", color=colour, fontproperties=small_font(ax))
