"""The figures of counted jumps: a noise spectrum, a distribution, large deviations with their symmetry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.distribution import Distribution
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.lab_units.asked import in_asked_units
from thermokin.report.distribution import lattice_bars, lattice_tails
from thermokin.report.marked_curve import curve_between_levels, mark_centre, mark_point, mark_tangent, mirrored_curve
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, legend, small_font
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.lines import require_one_point

__all__ = ["draw_distribution", "draw_generating", "draw_matrix", "draw_rate", "draw_spectrum"]


def draw_spectrum(ax: Axes, spectrum: NoiseSpectrum) -> None:
    """Noise against frequency between its two limits, on a logarithmic axis where it spans two decades.

    Args:
        ax: axes to draw in.
        spectrum: of one point.
    """
    noise = "amount^2/time"
    ends = {"S(0)": spectrum.zero_frequency, "S(∞)": spectrum.shot_noise}
    levels = {name: float(in_asked_units(value, noise)) for name, value in ends.items()}
    if spectrum.frequencies[0] > 0.0 and spectrum.frequencies[-1] / spectrum.frequencies[0] >= 100.0:
        ax.set_xscale("log")
    along, values = in_asked_units(spectrum.frequencies, "1/time"), in_asked_units(spectrum.values, noise)
    curve_between_levels(ax, along, values, levels, colour=COOLING)
    ax.set_xlabel(with_unit_shown("frequency ω", "1/time"))
    ax.set_ylabel(with_unit_shown("noise S(ω)", noise))


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
    cumulants = np.array(
        [in_asked_units(one, f"amount^{order}") for order, one in enumerate(made.cumulants(order=4)[index], start=1)]
    )
    amounts, time = in_asked_units(made.values, "amount"), float(in_asked_units(made.times[index], "time"))
    lattice_bars(above, amounts, made.probabilities[index], cumulants)
    above.set_title(f"t = {time:.6g}{noted('time')}", loc="left", fontproperties=small_font(above))
    lattice_tails(below, amounts, made.probabilities[index])
    below.set_xlabel(with_unit_shown(f"{made.quantity.replace('_', ' ')} since time 0", "amount"))
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
    s = in_asked_units(generating.s, "1/amount")
    values = in_asked_units(np.zeros_like(generating.values) if still else generating.values, "1/time")
    affinity, image = in_asked_units(symmetry.affinity, "1/amount"), None
    if symmetry.holds:
        mirrored = -affinity - s[::-1]
        inside = (mirrored >= s[0]) & (mirrored <= s[-1])
        image = (mirrored[inside], values[::-1][inside]) if inside.sum() > 1 else None
    mirrored_curve(ax, s, values, image, labels=("λ(s)", "λ(−A − s)"))
    if s[0] <= 0.0 <= s[-1]:
        mean = 0.0 if still else float(np.interp(0.0, s, generating.mean))
        # Rates may come in another unit than one per time, so that the slope is not the number of the mean.
        slope = mean * float(in_asked_units(1.0, "1/time")) / float(in_asked_units(1.0, "1/amount"))
        mark_tangent(ax, (0.0, 0.0), slope, f"mean {_mean(mean)}")
    if image is not None:
        mark_centre(ax, -0.5 * float(affinity), "−A/2")
    for kink in generating.kinks if not generating.envelope.batch else ():
        point = in_asked_units(kink.s, "1/amount"), in_asked_units(kink.value, "1/time")
        mark_point(ax, (float(point[0]), float(point[1])), "kink")
    ax.set_xlabel(with_unit_shown("counting field s", "1/amount"))
    ax.set_ylabel(with_unit_shown("generating function λ(s)", "1/time"))
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
    currents, plain = rate.currents[kept], rate.values[kept]
    j, values = in_asked_units(currents, "amount/time"), in_asked_units(plain, "1/time")
    image = None
    if symmetry.holds:
        mirrored, lifted = -j[::-1], in_asked_units(plain + symmetry.affinity * currents, "1/time")[::-1]
        inside = (mirrored >= j[0]) & (mirrored <= j[-1])
        image = (mirrored[inside], lifted[inside]) if inside.sum() > 1 else None
    if j.size < 2 or still:
        mark_point(ax, (0.0 if still else float(j[0]), 0.0), "the only current over long times")
        legend(ax)
    else:
        mirrored_curve(ax, j, values, image, labels=("I(j)", "I(−j) − A j"))
        if generating.s[0] <= 0.0 <= generating.s[-1]:
            mean = float(np.interp(0.0, generating.s, generating.mean))
            mark_point(ax, (float(in_asked_units(mean, "amount/time")), 0.0), f"mean {_mean(mean)}")
        legend(ax)
    ax.set_xlabel(with_unit_shown("current j", "amount/time"))
    ax.set_ylabel(with_unit_shown("rate function I(j)", "1/time"))


def _mean(mean: float) -> str:
    return f"{significant(float(in_asked_units(mean, 'amount/time')))}{noted('amount/time')}"


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
