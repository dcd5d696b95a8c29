"""The figures of a counting study."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.report.figures import save_figure
from thermokin.report.lattice import lattice_bars, lattice_tails
from thermokin.report.legend import legend
from thermokin.report.level import curve_between_levels
from thermokin.report.mirrored import mark_centre, mark_point, mark_tangent, mirrored_curve
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, DOUBLE_COLUMN, SINGLE_COLUMN, figure, small_font
from thermokin.study.counting.counts import Counts, Exchange
from thermokin.study.counting.symmetry import Symmetry, is_still, symmetry_of

__all__ = ["draw_counts", "figure_names", "identifier"]

Drawing = tuple[Figure, str]


def draw_counts(counts: Counts, folder: Path, told: Callable[[str], None]) -> dict[str, tuple[str, str]]:
    """Draw the figures of a counting study into a new folder, each as PNG and SVG.

    Args:
        counts: its numbers.
        folder: where to; it is made.
        told: is told which figure comes next.

    Returns:
        The SVG and the caption of each, by name.
    """
    folder.mkdir()
    drawn = {}
    for name, draw in _drawings(counts).items():
        told(f"figure {name}")
        drawing, caption = draw()
        _, path = save_figure(drawing, folder, name)
        drawn[name] = path.read_text(encoding="utf-8"), caption
    return drawn


def figure_names(counts: Counts) -> list[str]:
    """The names of the figures that there will be.

    Args:
        counts: the numbers.

    Returns:
        The names.
    """
    return list(_drawings(counts))


def identifier(words: str) -> str:
    """A current's words as the name of a file or a variable.

    Args:
        words: the current.

    Returns:
        Letters, digits and underscores; signs and factors are spelt out.
    """
    spelt = words.replace(" - ", " minus ").replace(" + ", " plus ").replace(".", "p")
    return re.sub(r"[^A-Za-z0-9]+", "_", spelt).strip("_")


def _drawings(counts: Counts) -> dict[str, Callable[[], Drawing]]:
    if not counts.drawn:
        return {}
    found: dict[str, Callable[[], Drawing]] = {}
    for words, spectrum in counts.spectra.items():
        found[f"spectrum_{identifier(words)}"] = partial(_spectrum, words, spectrum)
    for words, exchange in counts.exchanges.items():
        found[f"distribution_{identifier(words)}"] = partial(_distribution, words, exchange)
    for words, generating in counts.generating.items():
        found[f"large_deviations_{identifier(words)}"] = partial(_deviations, words, generating)
    return found


def _spectrum(words: str, spectrum: NoiseSpectrum) -> Drawing:
    drawing, axes = figure(width=SINGLE_COLUMN)
    ax: Axes = axes[0, 0]
    levels = {"S(0)": float(spectrum.zero_frequency), "S(∞)": float(spectrum.shot_noise)}
    if spectrum.frequencies[0] > 0.0 and spectrum.frequencies[-1] / spectrum.frequencies[0] >= 100.0:
        ax.set_xscale("log")
    curve_between_levels(ax, spectrum.frequencies, spectrum.values, levels, colour=COOLING)
    ax.set_xlabel("frequency ω")
    ax.set_ylabel("noise S(ω)")
    caption = (
        f"Noise spectrum of {words}, between the zero-frequency noise S(0), which is the second cumulant per time, and "
        "the shot noise S(∞) of independent jumps."
    )
    return drawing, caption


def _distribution(words: str, exchange: Exchange) -> Drawing:
    made = exchange.distribution
    count = made.times.size
    width = SINGLE_COLUMN if count == 1 else DOUBLE_COLUMN
    rows = (count + 1) // 2
    drawing, axes = figure(2 * rows, min(count, 2), width=width, height=1.15 * rows * SINGLE_COLUMN)
    cumulants = made.cumulants(4)
    for index, time in enumerate(made.times):
        row, column = 2 * (index // 2), index % 2
        above, below = axes[row, column], axes[row + 1, column]
        lattice_bars(above, made.values, made.probabilities[index], cumulants[index])
        above.set_title(f"t = {float(time):.6g}", loc="left", fontproperties=small_font(above))
        lattice_tails(below, made.values, made.probabilities[index])
        below.set_xlabel(f"{words.replace('_', ' ')} since time 0")
        legend(above, place="upper center", columns=2)
        if below.get_legend_handles_labels()[0]:  # an uneven lattice has no normal curve
            legend(below, place="upper left")
    for ax in axes[:, 0]:
        ax.set_ylabel("probability")
    for ax in axes[-2:, -1] if count % 2 and count > 1 else ():
        ax.remove()
    caption = (
        f"Distribution of {words} since time 0. Above: probabilities with their mean, the band of one standard "
        "deviation to either side, and their cumulants κ. Below: the same on a logarithmic axis beside the normal "
        "distribution of the same mean and variance."
    )
    return drawing, caption


def _deviations(words: str, generating: CumulantGeneratingFunction) -> Drawing:
    drawing, axes = figure(1, 2, width=DOUBLE_COLUMN, height=0.38 * DOUBLE_COLUMN)
    left, right = axes[0, 0], axes[0, 1]
    symmetry = symmetry_of(generating)
    _generating(left, generating, symmetry)
    _rate(right, generating, symmetry)
    for ax, letter in ((left, "a"), (right, "b")):
        ax.set_title(f"({letter})", loc="left", fontproperties=small_font(ax))
    caption = (
        f"Large deviations of {words}: (a) the scaled cumulant generating function λ(s), whose slope at 0 is the mean "
        "current, and (b) its Legendre transform, the rate function I(j), zero at the mean."
    )
    if symmetry.holds:
        caption += (
            f" Rings: the images under the Gallavotti-Cohen symmetry, λ(s) = λ(−A − s) and I(j) = I(−j) − A j, "
            f"with A = {significant(symmetry.affinity, 4)}."
        )
    return drawing, caption


def _generating(ax: Axes, generating: CumulantGeneratingFunction, symmetry: Symmetry) -> None:
    still = is_still(generating)
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
        mark_centre(ax, -0.5 * symmetry.affinity, "−A/2")
    for kink in generating.kinks if not generating.envelope.batch else ():
        mark_point(ax, (kink.s, kink.value), "kink")
    ax.set_xlabel("counting field s")
    ax.set_ylabel("generating function λ(s)")
    legend(ax, place="upper center")


def _rate(ax: Axes, generating: CumulantGeneratingFunction, symmetry: Symmetry) -> None:
    rate = generating.rate_function()
    kept = np.concatenate([[True], np.diff(rate.currents) > 0.0])
    j, values = rate.currents[kept], rate.values[kept]
    image = None
    if symmetry.holds:
        mirrored, lifted = -j[::-1], (values + symmetry.affinity * j)[::-1]
        inside = (mirrored >= j[0]) & (mirrored <= j[-1])
        image = (mirrored[inside], lifted[inside]) if inside.sum() > 1 else None
    if j.size < 2 or is_still(generating):
        mark_point(ax, (0.0 if is_still(generating) else float(j[0]), 0.0), "the only current over long times")
        legend(ax)
    else:
        mirrored_curve(ax, j, values, image, labels=("I(j)", "I(−j) − A j"))
        if generating.s[0] <= 0.0 <= generating.s[-1]:
            mean = float(np.interp(0.0, generating.s, generating.mean))
            mark_point(ax, (mean, 0.0), f"mean {significant(mean)}")
        legend(ax)
    ax.set_xlabel("current j")
    ax.set_ylabel("rate function I(j)")
