"""The relaxation modes of one or more processes: where their eigenvalues lie and how much of each a state contains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray
from thermokin.report.scales import label_powers
from thermokin.report.series import as_row
from thermokin.report.significant import significant
from thermokin.report.style import DARK_GREY, LIGHT_GREY, small_font

REAL_ROUNDING = 1e-9
"""Imaginary parts up to this fraction of the largest |eigenvalue| count as rounding."""
_LARGEST_AREA = 130.0  # points squared
_DECADES = 8.0


@dataclass(frozen=True)
class Eigenvalues:
    """The eigenvalues of a generator with a state's overlap with each mode.

    Attributes:
        label: what the legend calls it.
        colour: its colour.
        eigenvalues: complex numbers (n,).
        overlaps: numbers (n,), complex or real, whose size is shown.
    """

    label: str
    colour: str
    eigenvalues: ArrayLike
    overlaps: ArrayLike


def spectrum(ax: Axes, spectra: Sequence[Eigenvalues]) -> tuple[PathCollection | LineCollection, ...]:
    """Eigenvalues with the overlap of a state with their modes.

    In the complex plane each eigenvalue has a disc whose area is proportional to |overlap|, in parts of the largest of
    all, and a dot where the disc is too small to be seen. If all eigenvalues of all spectra are real, the plane would
    waste an axis: then each mode is a stick of height |overlap|, on a logarithmic axis, at its decay rate
    -Re(eigenvalue). An overlap of zero, or one below the axis' eight decades, is a ring on the bottom edge.

    Args:
        ax: axes to draw in.
        spectra: what to draw, in the legend's order.

    Returns:
        The discs, or the sticks, of each spectrum.

    Raises:
        TypeError: if a spectrum does not hold numbers.
        ValueError: if there is no spectrum, a number is not finite, or eigenvalues and overlaps do not both have one
            shape (n,), as results over a sweep have not.
    """
    if not spectra:
        raise ValueError("`spectra` must hold at least one spectrum, got none.")
    checked = [
        (item, _as_row(item.eigenvalues, f"spectra[{i}].eigenvalues"), _as_row(item.overlaps, f"spectra[{i}].overlaps"))
        for i, item in enumerate(spectra)
    ]
    for index, (_, eigenvalues, overlaps) in enumerate(checked):
        if eigenvalues.shape != overlaps.shape:
            raise ValueError(
                f"`spectra[{index}].overlaps` must have shape {eigenvalues.shape}, one for each eigenvalue, "
                f"got {overlaps.shape}."
            )
    joined = np.concatenate([eigenvalues for _, eigenvalues, _ in checked])
    everywhere_real = bool(np.all(np.abs(joined.imag) <= REAL_ROUNDING * np.max(np.abs(joined), initial=0.0)))
    draw = _sticks if everywhere_real else _discs
    rows = [(item, eigenvalues, np.abs(overlaps)) for item, eigenvalues, overlaps in checked]
    return tuple(draw(ax, rows))


_Row = tuple[Eigenvalues, ComplexArray, FloatArray]


def _discs(ax: Axes, rows: Sequence[_Row]) -> list[PathCollection | LineCollection]:
    largest = max(float(np.max(sizes, initial=0.0)) for _, _, sizes in rows)
    drawn: list[PathCollection | LineCollection] = []
    ax.axhline(0.0, color=LIGHT_GREY, linewidth=0.6, zorder=0)
    ax.axvline(0.0, color=LIGHT_GREY, linewidth=0.6, zorder=0)
    for item, eigenvalues, sizes in rows:
        share = sizes / largest if largest > 0.0 else np.zeros_like(sizes)
        discs = ax.scatter(
            eigenvalues.real,
            eigenvalues.imag,
            s=_LARGEST_AREA * share,
            facecolor=item.colour,
            edgecolor=item.colour,
            alpha=0.35,
            linewidth=0.8,
            zorder=2,
        )
        ax.plot(eigenvalues.real, eigenvalues.imag, "o", color=item.colour, markersize=2.2, label=item.label, zorder=3)
        drawn.append(discs)
    ax.set_xlabel("Re λ")
    ax.set_ylabel("Im λ")
    ax.margins(0.1, 0.14)
    if largest > 0.0:
        # A title, since its length does not squeeze the axes.
        ax.set_title(
            f"area ∝ |overlap|, largest {significant(largest)}",
            loc="left",
            fontproperties=small_font(ax),
            color=DARK_GREY,
        )
    return drawn


def _sticks(ax: Axes, rows: Sequence[_Row]) -> list[PathCollection | LineCollection]:
    positive = np.concatenate([sizes[sizes > 0.0] for _, _, sizes in rows])
    top = float(np.max(positive, initial=0.0)) or 1.0
    lowest = float(np.min(positive, initial=top))
    bottom = max(0.3 * lowest, top * 10.0**-_DECADES)
    ax.set_yscale("log")
    label_powers(ax.yaxis)
    drawn: list[PathCollection | LineCollection] = []
    for item, eigenvalues, sizes in rows:
        rates = -eigenvalues.real
        heights = np.maximum(sizes, bottom)
        drawn.append(ax.vlines(rates, bottom, heights, color=item.colour, linewidth=1.3, zorder=2))
        shown = sizes > bottom
        ax.plot(rates[shown], heights[shown], "o", color=item.colour, markersize=4.0, label=item.label, zorder=3)
        if not np.all(shown):
            _mark_absent(ax, rates[~shown], bottom, item.colour, "_" if np.any(shown) else item.label)
    ax.set_ylim(bottom, 2.0 * top)
    ax.set_xlabel("decay rate −Re λ")
    ax.set_ylabel("|overlap|")
    ax.margins(x=0.06)
    return drawn


def _mark_absent(ax: Axes, rates: FloatArray, bottom: float, colour: str, label: str) -> None:
    """Rings on the bottom edge for modes whose overlap lies below it."""
    rings = ax.plot(
        rates,
        np.full_like(rates, bottom),
        "o",
        color=colour,
        markersize=4.0,
        markerfacecolor="none",
        clip_on=False,
        label=label,
        zorder=3,
    )[0]
    rings.set_in_layout(False)


def _as_row(values: ArrayLike, name: str) -> ComplexArray:
    array = as_row(values, name, "iufc", "numbers")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"`{name}` must be finite, got {array[~np.isfinite(array)][0]}.")
    row: ComplexArray = array.astype(np.complex128)
    return row
