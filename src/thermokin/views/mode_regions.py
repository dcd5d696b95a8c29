"""Where along a sweep a machine does what: regions in colours, with their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import distance_transform_edt

from thermokin._typing import FloatArray
from thermokin.machines.mode import (
    ABSORPTION,
    ACCELERATOR,
    CONDUCTOR,
    ENGINE,
    HEATER,
    MODES,
    NOTHING,
    REFRIGERATOR,
    TRANSFORMER,
    UNKNOWN,
)
from thermokin.report.style import (
    COOLING,
    DARK_GREY,
    GREEN,
    GREY,
    HEATING,
    INK,
    LIGHT_GREY,
    OCHRE,
    PAPER,
    PURPLE,
    small_font,
)

__all__ = [
    "MODE_COLOURS",
    "bound_modes",
    "map_modes",
    "mode_key",
    "mode_patch",
    "name_modes",
    "regions",
    "shade_modes",
    "shade_stretches",
]

MODE_COLOURS: Mapping[str, str] = {
    ENGINE: HEATING,
    REFRIGERATOR: COOLING,
    ACCELERATOR: OCHRE,
    HEATER: GREY,
    CONDUCTOR: GREEN,
    ABSORPTION: COOLING,
    TRANSFORMER: PURPLE,
    UNKNOWN: DARK_GREY,
    NOTHING: LIGHT_GREY,
}
SMALLEST_NAMED = 0.04  # of a map
PALE, DEEP = 0.22, 0.9  # how much of a colour there is


def mode_key(ax: Axes, words: Collection[str]) -> None:
    """Name the colours above the axes.

    Args:
        ax: the axes.
        words: what the machine does anywhere.
    """
    known = [word for word in MODES if word in words]
    patches = [mode_patch(word) for word in known]
    key = Legend(
        ax,
        patches,
        known,
        # On the right: on the left stands the power of ten of the vertical axis.
        loc="lower right",
        bbox_to_anchor=(1.0, 1.01),
        ncols=min(3, max(len(known), 1)),
        prop=small_font(ax),
        labelcolor=INK,
        frameon=False,
        borderaxespad=0.0,
        handlelength=1.1,
        columnspacing=1.2,
    )
    ax.add_artist(key)
    key.set_clip_on(False)


def mode_patch(word: str) -> Patch:
    """What stands for the colour of what a machine does, in a key."""
    return Patch(facecolor=MODE_COLOURS[word], alpha=2.0 * PALE, edgecolor="none", label=word)


def shade_modes(ax: Axes, positions: FloatArray, words: NDArray[np.str_]) -> None:
    """Shade the stretches of a line, and name their colours above.

    Args:
        ax: the axes, with scales set.
        positions: along the horizontal axis (m,), ascending.
        words: what the machine does at each (m,).
    """
    mode_key(ax, set(map(str, words)))
    shade_stretches(ax, positions, words)


def shade_stretches(ax: Axes, positions: FloatArray, words: NDArray[np.str_]) -> None:
    """Shade the stretches of a line.

    Args:
        ax: the axes, with scales set.
        positions: along the horizontal axis (m,), ascending.
        words: what the machine does at each (m,).
    """
    if len(words) < 2:  # a point has no stretch
        return
    logarithmic = ax.get_xscale() == "log"
    places = np.log(positions) if logarithmic else positions
    middles = 0.5 * (places[1:] + places[:-1])
    edges = np.concatenate([places[:1], middles, places[-1:]])
    edges = np.exp(edges) if logarithmic else edges
    begin = 0
    for end in range(1, len(words) + 1):
        if end == len(words) or words[end] != words[begin]:
            colour = MODE_COLOURS[str(words[begin])]
            ax.axvspan(edges[begin], edges[end], facecolor=colour, alpha=PALE, edgecolor="none", zorder=0)
            begin = end


def map_modes(ax: Axes, across: FloatArray, up: FloatArray, words: NDArray[np.str_], share: ArrayLike) -> None:
    """A map of what the machine does, the deeper in colour the closer it comes to Carnot.

    Args:
        ax: the axes, with scales set.
        across: positions along the horizontal axis (m,).
        up: along the vertical axis (n,).
        words: what the machine does (n, m).
        share: of what the second law allows (n, m); NaN where there is no figure of merit.
    """
    values = np.asarray(share, dtype=np.float64)
    depth = np.where(np.isfinite(values), PALE + (DEEP - PALE) * np.clip(values, 0.0, 1.0), PALE)
    painted = np.ones((*words.shape, 4))
    for word, colour in MODE_COLOURS.items():
        painted[words == word, :3] = to_rgb(colour)
    painted[..., 3] = depth
    ax.pcolormesh(across, up, painted, shading="nearest", rasterized=True)
    bound_modes(ax, across, up, words)
    mode_key(ax, set(map(str, words.ravel())))


def bound_modes(ax: Axes, across: FloatArray, up: FloatArray, words: NDArray[np.str_], colour: str = INK) -> None:
    """Lines between the regions of a map.

    Args:
        ax: the axes.
        across: positions along the horizontal axis (m,).
        up: along the vertical axis (n,).
        words: what the machine does (n, m).
        colour: of the lines.
    """
    if min(words.shape) < 2:
        return
    style: dict[str, Any] = {"colors": colour, "linewidths": 0.8}
    for word in regions(words)[1:]:
        ax.contour(across, up, (words == word).astype(np.float64), levels=[0.5], **style)


def name_modes(ax: Axes, across: FloatArray, up: FloatArray, words: NDArray[np.str_]) -> None:
    """The names of the regions of a map, each where its region is widest; none where there is no room.

    Args:
        ax: the axes, with scales set.
        across: positions along the horizontal axis (m,).
        up: along the vertical axis (n,).
        words: what the machine does (n, m).
    """
    font = small_font(ax)
    dots = ax.get_figure(root=True).dpi / 72.0 * font.get_size()  # type: ignore[union-attr]
    taken: list[tuple[float, float, float]] = []
    for word in regions(words):
        # Beyond the map there is no region: names stay away from its edges.
        depth = distance_transform_edt(np.pad(words == word, 1))[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        place = float(across[column]), float(up[row])
        x, y = ax.transData.transform(place)
        half = 0.33 * len(word) * dots
        clear = all(abs(x - other) > half + wide or abs(y - above) > 1.6 * dots for other, above, wide in taken)
        if not clear or (words == word).mean() < SMALLEST_NAMED:
            continue
        taken.append((x, y, half))
        box = {"boxstyle": "square,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.75}
        ax.text(*place, word, ha="center", va="center", color=INK, fontproperties=font, bbox=box)


def regions(words: NDArray[np.str_]) -> Sequence[str]:
    """What the machine does anywhere, in the order of `MODES`.

    Args:
        words: what it does at each point.

    Returns:
        The words.
    """
    return [word for word in MODES if (words == word).any()]
