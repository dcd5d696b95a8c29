"""The numbers of a counting study as labelled data, and its figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.model.current_words import unit_of
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

__all__ = ["counts_dataset", "draw_counts", "figure_names", "identifier"]


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


def counts_dataset(counts: Counts) -> xr.Dataset:
    """All results of a counting study.

    Args:
        counts: the numbers.

    Returns:
        Cumulants and covariances over the currents; spectra, distributions and rate functions by current.
    """
    names = list(counts.cumulants)
    order = counts.order
    dataset = xr.Dataset(
        coords={
            "current": ("current", names),
            "other": ("other", names),
            "order": ("order", np.arange(1, order + 1)),
            "current_unit": ("current", [unit_of(words) for words in names]),
        }
    )
    unit = "current_unit^order/time"
    values = np.stack([found.values for found in counts.cumulants.values()])
    dataset["cumulants"] = (("current", "order"), values, _about("cumulants per time", unit))
    error = np.stack([found.error for found in counts.cumulants.values()])
    dataset["cumulant_error"] = (("current", "order"), error, _about("error of the cumulants by rounding", unit))
    factorial = np.stack([found.factorial for found in counts.cumulants.values()])
    dataset["factorial_cumulants"] = (("current", "order"), factorial, _about("factorial cumulants per time", "1/time"))
    for name, text in (("ledger_mismatch", "difference of the mean from the ledger"), ("defect", "backward error")):
        column = np.array([float(getattr(found, name)) for found in counts.cumulants.values()])
        dataset[name] = ("current", column, _about(text, "current_unit/time" if "ledger" in name else "1"))
    covariance = _about("covariance per time", "current_unit other_unit/time")
    dataset["covariance"] = (("current", "other"), counts.covariance.values, covariance)
    _add_rest(dataset, counts)
    _add_spectra(dataset, counts)
    _add_exchanges(dataset, counts)
    _add_generating(dataset, counts)
    dataset.attrs = {
        "title": "currents and their fluctuations",
        "conventions": "hbar = k_B = 1; heat and particles positive into the system; entropy in nats",
    }
    return dataset


def _about(long_name: str, units: str) -> dict[str, str]:
    return {"long_name": long_name, "units": units}


def _add_rest(dataset: xr.Dataset, counts: Counts) -> None:
    rest = counts.steady_state
    dataset["populations"] = ("level", rest.populations, _about("populations of the steady state", "1"))
    rate = _about("entropy production per time", "nats/time")
    dataset["entropy_production_rate"] = ((), counts.entropy_production, rate)
    for name in ("residual", "condition", "trace_defect", "positivity_defect"):
        label = _about(f"{name.replace('_', ' ')} of the steady state", "1")
        dataset[name] = ((), float(getattr(rest, name)), label)


def _add_spectra(dataset: xr.Dataset, counts: Counts) -> None:
    for words, found in counts.spectra.items():
        name, unit = identifier(words), f"{_power(unit_of(words), 2)}/time"
        dataset.coords["frequency"] = ("frequency", found.frequencies, _about("frequency", "1/time"))
        dataset[f"spectrum_{name}"] = ("frequency", found.values, _about(f"noise of {words}", unit))
        zero = _about(f"zero-frequency noise of {words}", unit)
        dataset[f"zero_frequency_{name}"] = ((), float(found.zero_frequency), zero)
        dataset[f"shot_noise_{name}"] = ((), float(found.shot_noise), _about(f"shot noise of {words}", unit))


def _add_exchanges(dataset: xr.Dataset, counts: Counts) -> None:
    for words, exchange in counts.exchanges.items():
        name, made = identifier(words), exchange.distribution
        dataset.coords["time"] = ("time", made.times, _about("time", "time"))
        amount = f"amount_{name}"
        dataset.coords[amount] = (amount, made.values, _about(f"{words} since time 0", unit_of(words)))
        label = _about(f"probability of {words} since time 0", "1")
        dataset[f"probability_{name}"] = (("time", amount), made.probabilities, label)
        moments = np.arange(1, exchange.cumulants.shape[-1] + 1)
        dataset.coords["exchanged_order"] = ("exchanged_order", moments)
        label = _about(f"cumulants of {words} since time 0", f"({unit_of(words)})^exchanged_order")
        dataset[f"exchanged_cumulants_{name}"] = (("time", "exchanged_order"), exchange.cumulants, label)


def _add_generating(dataset: xr.Dataset, counts: Counts) -> None:
    for words, found in counts.generating.items():
        name, unit = identifier(words), unit_of(words)
        field, per = f"field_{name}", "1" if unit == "1" else f"1/{unit}"
        dataset.coords[field] = (field, found.s, _about(f"counting field of {words}", per))
        label = _about(f"scaled cumulant generating function of {words}", "1/time")
        dataset[f"generating_function_{name}"] = (field, found.values, label)
        rate = found.rate_function()
        place = f"rate_current_{name}"
        label = _about(f"current of {words}", f"{unit}/time")
        dataset[place] = (f"point_{name}", rate.currents, label)
        dataset[f"rate_function_{name}"] = (f"point_{name}", rate.values, _about(f"rate function of {words}", "1/time"))
        symmetry = shown_symmetry(found)
        if not symmetry.why:
            dataset[f"affinity_{name}"] = ((), symmetry.affinity, _about(f"affinity of {words}", per))
            label = _about("relative deviation from the Gallavotti-Cohen symmetry", "1")
            dataset[f"symmetry_deviation_{name}"] = ((), symmetry.deviation, label)


def _power(unit: str, power: int) -> str:
    return unit if unit == "1" else f"{unit}^{power}"
