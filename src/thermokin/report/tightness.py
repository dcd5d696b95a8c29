"""How much of a value each bound accounts for: limit/value against time, one where the bound is saturated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.report.series import as_grid, as_series, marker
from thermokin.report.style import DARK_GREY, DASHES, GREY, INK, LIGHT_GREY, SEQUENCE, small_font

_HIGHEST_SHOWN = 2.0


def tightness(
    ax: Axes,
    times: ArrayLike,
    value: ArrayLike,
    bounds: Mapping[str, ArrayLike],
    *,
    inapplicable: Mapping[str, ArrayLike] | None = None,
) -> dict[str, Line2D]:
    """The ratio limit/value of each bound against time: 1 where it is saturated, above 1 where it is broken.

    Above 1 the axes are shaded; they reach up to 2 at most, and a line that goes higher leaves them at the top.
    Colours and dashes are those of `limits.limits` for the same mapping.

    Args:
        ax: axes to draw in.
        times: times (t,), strictly ascending.
        value: the bounded quantity (t,), 0 or larger.
        bounds: the limit (t,) of each bound, by its name in the legend.
        inapplicable: limits (t,) whose hypotheses do not hold here, by name: thin dotted lines.

    Returns:
        The lines by name. They have a gap where the ratio is not defined: value and limit both zero or both infinite.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if the times do not ascend, a number is NaN, or an array has another shape than (t,), as results
            over a sweep have.
    """
    grid = as_grid(times, "times")
    row = as_series(value, "value", grid.size)
    lines: dict[str, Line2D] = {}
    highest = 1.0
    for index, (name, limit) in enumerate(bounds.items()):
        ratio = _ratio(row, as_series(limit, f"bounds[{name!r}]", grid.size))
        highest = max(highest, _largest(ratio))
        lines[name] = ax.plot(
            grid,
            ratio,
            color=SEQUENCE[index % len(SEQUENCE)],
            linestyle=DASHES[index % len(DASHES)],
            linewidth=1.2,
            marker=marker(ratio),
            label=name,
            zorder=3,
        )[0]
    for name, limit in (inapplicable or {}).items():
        ratio = _ratio(row, as_series(limit, f"inapplicable[{name!r}]", grid.size))
        highest = max(highest, _largest(ratio))
        lines[name] = ax.plot(
            grid, ratio, color=GREY, linestyle=":", linewidth=0.9, marker=marker(ratio), label=name, zorder=2
        )[0]
    top = min(1.08 * highest + 0.04, _HIGHEST_SHOWN)
    ax.axhline(1.0, color=INK, linewidth=0.6, zorder=1)
    ax.axhspan(1.0, top, color=LIGHT_GREY, alpha=0.55, linewidth=0.0, zorder=0)
    ax.set_ylim(0.0, top)
    ax.annotate(
        "limit = value",
        xy=(1.0, 1.0),
        xycoords=("axes fraction", "data"),
        xytext=(-2.0, 1.5),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=DARK_GREY,
        fontproperties=small_font(ax),
    )
    return lines


def _ratio(value: FloatArray, limit: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: FloatArray = limit / value
    return ratio


def _largest(ratio: FloatArray) -> float:
    defined = ratio[~np.isnan(ratio)]
    return float(np.max(defined)) if defined.size else 0.0
