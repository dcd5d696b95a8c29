"""A number over two axes as colours."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize
from numpy.typing import ArrayLike

from thermokin.report.style import INK, small_font

__all__ = ["draw_map", "end_at_thresholds"]

LETTERS = 28  # of a label in one line, which is no longer than the axes are high
FAR = 1e3  # thresholds: a ratio further off is drawn as one that is so far off
BOTH = 0.02  # of the largest size: what the smaller sign must reach for a map of two colours


def draw_map(
    ax: Axes, along: ArrayLike, up: ArrayLike, values: ArrayLike, label: str, *, threshold: float | None = None
) -> QuadMesh:
    """A map with its colour bar: two colours that meet in white at 0 where there are both signs, else dark to light.

    What is judged by how near it comes to a threshold, as the ratio of a value and its bound, is drawn in logarithms up
    to a thousand thresholds where it exceeds these: such a ratio grows without end where the bound says nothing.

    Args:
        ax: axes to draw in.
        along: positions (n,) on the horizontal axis.
        up: positions (m,) on the vertical one.
        values: (m, n); what is not finite stays white.
        label: of the colour bar.
        threshold: that of such numbers, > 0; None for others.

    Returns:
        The mesh.
    """
    numbers = np.ma.masked_invalid(np.asarray(values, dtype=np.float64))
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.count() else (0.0, 1.0)
    colours, norm = "viridis", Normalize(low, high)
    if low < 0.0 < high and min(-low, high) > BOTH * max(-low, high):
        colours, norm = "RdBu_r", Normalize(-max(-low, high), max(-low, high))
    cut = threshold is not None and low > 0.0 and high > FAR * threshold
    if cut:
        assert threshold is not None  # noqa: S101 - narrows the type
        norm = LogNorm(min(low, threshold), FAR * threshold)
    mesh = ax.pcolormesh(
        np.asarray(along), np.asarray(up), numbers, shading="nearest", rasterized=True, cmap=colours, norm=norm
    )
    assert ax.figure is not None  # noqa: S101 - narrows the type
    bar, font = ax.figure.colorbar(mesh, ax=ax, extend="max" if cut else "neither"), small_font(ax)
    bar.set_label(fill(label, LETTERS, break_long_words=False), fontproperties=font)
    # Said here: the bar is made in whatever style holds, and black would be lost on a dark page.
    size, family = font.get_size_in_points(), "DejaVu Sans"
    bar.ax.tick_params(which="both", color=INK, labelcolor=INK, labelsize=size, labelfontfamily=family)
    bar.ax.yaxis.get_offset_text().set(fontproperties=font, color=INK)
    bar.outline.set_linewidth(0.6)
    bar.outline.set_edgecolor(INK)
    return mesh


def end_at_thresholds(ax: Axes, values: ArrayLike, threshold: float) -> None:
    """End a vertical axis where a map of the same numbers ends its colours.

    Args:
        ax: axes in which they are drawn as lines.
        values: the numbers.
        threshold: by which they are judged, > 0.
    """
    numbers = np.asarray(values, dtype=np.float64)
    finite = numbers[np.isfinite(numbers)]
    # Where all lie beyond, there is no end that leaves something to see.
    if finite.size and 0.0 < finite.min() < FAR * threshold < finite.max():
        ax.set_yscale("log")
        ax.set_ylim(0.8 * min(float(finite.min()), threshold), FAR * threshold)
