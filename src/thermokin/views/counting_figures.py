"""The figures of counted jumps: a noise spectrum, a distribution, large deviations with their symmetry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.distribution import Distribution
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.report.distribution import lattice_bars, lattice_tails
from thermokin.report.marked_curve import curve_between_levels, mark_centre, mark_point, mark_tangent, mirrored_curve
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, legend, small_font
from thermokin.views.lines import require_one_point

__all__ = ["draw_distribution", "draw_generating", "draw_matrix", "draw_rate", "draw_spectrum"]


def draw_spectrum(ax: Axes, spectrum: NoiseSpectrum) -> None:
    """Noise against frequency between its two limits, on a logarithmic axis where it spans two decades.

    Args:
        ax: axes to draw in.
        spectrum: of one point.
    """
    levels = {"S(0)": float(spectrum.zero_frequency), "S(∞)": float(spectrum.shot_noise)}
    if spectrum.frequencies[0] > 0.0 and spectrum.frequencies[-1] / spectrum.frequencies[0] >= 100.0:
        ax.set_xscale("log")
    curve_between_levels(ax, spectrum.frequencies, spectrum.values, levels, colour=COOLING)
    ax.set_xlabel("frequency ω")
    ax.set_ylabel("noise S(ω)")


def draw_distribution(above: Axes, below: Axes, made: Distribution, index: int) -> None:
    """The probabilities at one time: as bars with mean and deviation, and on a logarithmic axis.

    Args:
        above: axes for the bars.
        below: axes for the logarithms.
        made: of one point, over a grid of times.
        index: which of its times.

    Raises:
        ValueError: if there are leading axes.
    """
    require_one_point(made.probabilities.shape[:-2], "distribution")
    lattice_bars(above, made.values, made.probabilities[index], made.cumulants(order=4)[index])
    above.set_title(f"t = {float(made.times[index]):.6g}", loc="left", fontproperties=small_font(above))
    lattice_tails(below, made.values, made.probabilities[index])
    below.set_xlabel(f"{made.quantity.replace('_', ' ')} since time 0")
    legend(above, place="upper center", columns=2)
    if below.get_legend_handles_labels()[0]:  # an uneven lattice has no normal curve
        legend(below, place="upper left")


def draw_generating(ax: Axes, generating: CumulantGeneratingFunction) -> None:
    """The generating function with its slope at 0, its kinks and the image that the Gallavotti-Cohen symmetry makes.

    Args:
        ax: axes to draw in.
        generating: of one point.
    """
    symmetry, still = generating.symmetry, generating.is_still
    s, values = generating.s, np.zeros_like(generating.values) if still else generating.values
    image = None
    if symmetry.holds:
        mirrored = -symmetry.affinity - s[::-1]
        inside = (mirrored >= s[0]) & (mirrored <= s[-1])
        image = (mirrored[inside], values[::-1][inside]) if inside.sum() > 1 else None
    mirrored_curve(ax, s, values, image, labels=("λ(s)", "λ(−A − s)"))
    if s[0] <= 0.0 <= s[-1]:
        slope = 0.0 if still else float(np.interp(0.0, s, generating.mean))
        mark_tangent(ax, (0.0, 0.0), slope, f"mean {significant(slope)}")
    if image is not None:
        mark_centre(ax, -0.5 * float(symmetry.affinity), "−A/2")
    for kink in generating.kinks if not generating.envelope.batch else ():
        mark_point(ax, (kink.s, kink.value), "kink")
    ax.set_xlabel("counting field s")
    ax.set_ylabel("generating function λ(s)")
    legend(ax, place="upper center")


def draw_rate(ax: Axes, generating: CumulantGeneratingFunction) -> None:
    """The rate function with its zero and the image that the symmetry makes.

    Args:
        ax: axes to draw in.
        generating: of one point.
    """
    symmetry, still = generating.symmetry, generating.is_still
    rate = generating.rate_function()
    kept = np.concatenate([[True], np.diff(rate.currents) > 0.0])
    j, values = rate.currents[kept], rate.values[kept]
    image = None
    if symmetry.holds:
        mirrored, lifted = -j[::-1], (values + symmetry.affinity * j)[::-1]
        inside = (mirrored >= j[0]) & (mirrored <= j[-1])
        image = (mirrored[inside], lifted[inside]) if inside.sum() > 1 else None
    if j.size < 2 or still:
        mark_point(ax, (0.0 if still else float(j[0]), 0.0), "the only current over long times")
        legend(ax)
    else:
        mirrored_curve(ax, j, values, image, labels=("I(j)", "I(−j) − A j"))
        if generating.s[0] <= 0.0 <= generating.s[-1]:
            mean = float(np.interp(0.0, generating.s, generating.mean))
            mark_point(ax, (mean, 0.0), f"mean {significant(mean)}")
        legend(ax)
    ax.set_xlabel("current j")
    ax.set_ylabel("rate function I(j)")


def draw_matrix(ax: Axes, values: Any, names: Sequence[str]) -> None:
    """A matrix over currents as a map, with its numbers.

    Args:
        ax: axes to draw in.
        values: (c, c).
        names: of the currents.

    Raises:
        ValueError: if there are leading axes.
    """
    require_one_point(np.shape(values)[:-2], "covariance")
    largest = float(np.nanmax(np.abs(values))) or 1.0
    ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    for (row, column), value in np.ndenumerate(values):
        ax.annotate(f"{value:.3g}", (column, row), ha="center", va="center")
    places = list(range(len(names)))
    ax.set_xticks(places, names)
    ax.set_yticks(places, names)
