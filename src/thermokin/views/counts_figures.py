"""The figures of a counting study."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.report.significant import significant
from thermokin.report.style import DOUBLE_COLUMN, SINGLE_COLUMN, figure, small_font
from thermokin.views.counting_figures import (
    draw_distribution,
    draw_generating,
    draw_rate,
    draw_spectrum,
    shown_symmetry,
)
from thermokin.views.counts import Counts, Exchange
from thermokin.views.report_folder import Drawing, Drawings, save_figures

__all__ = ["draw_counts", "figure_names", "identifier"]


def draw_counts(counts: Counts, folder: Path, told: Callable[[str], None]) -> dict[str, tuple[str, str]]:
    """Draw the figures of a counting study into a new folder, each as PNG and SVG.

    Args:
        counts: its numbers.
        folder: where to; it is made.
        told: is told which figure comes next.

    Returns:
        The SVG and the caption of each, by name.
    """
    return save_figures(_drawings(counts), folder, told)


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


def _drawings(counts: Counts) -> Drawings:
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
    draw_spectrum(axes[0, 0], spectrum)
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
    for index in range(count):
        row, column = 2 * (index // 2), index % 2
        draw_distribution(axes[row, column], axes[row + 1, column], made, index)
        axes[row + 1, column].set_xlabel(f"{words.replace('_', ' ')} since time 0")
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
    symmetry = shown_symmetry(generating)
    draw_generating(left, generating)
    draw_rate(right, generating)
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
