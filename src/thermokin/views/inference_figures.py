"""The figures of what is read from data: intervals, tests, waits, spectra and entropy production."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from scipy.stats import ksone, norm

from thermokin.inference.compare_fits import FitComparison
from thermokin.inference.entropy_estimates import EntropyEstimates
from thermokin.inference.fit import Fit
from thermokin.inference.goodness_of_fit import GoodnessOfFit
from thermokin.inference.record_spectrum import RecordSpectrum
from thermokin.inference.record_statistics import RecordStatistics
from thermokin.inference.record_waits import RecordWaits
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.report.style import COOLING, DASHES, GREY, HEATING, INK, LIGHT_GREY, legend, small_font
from thermokin.views.fit_units import units_of_numbers
from thermokin.views.in_units import noted, with_unit_shown

__all__ = [
    "draw_criteria",
    "draw_estimates",
    "draw_numbers",
    "draw_record_spectrum",
    "draw_rescaled",
    "draw_waits",
    "draw_windows",
]

BAND = 0.95  # of the steps of the distribution that a right model makes
THIN = 2000  # points of a curve


def draw_numbers(ax: Axes, fit: Fit) -> None:
    """The profile interval of each number, from its most likely value in standard errors.

    Args:
        ax: axes to draw in.
        fit: the fit.
    """
    inner = [place for place in range(len(fit.names)) if not fit.at_end[place]]
    rows, units = np.arange(len(inner))[::-1], units_of_numbers(fit)
    for row, place in zip(rows.tolist(), inner, strict=True):
        value, error = fit.values[place], fit.errors[place]
        low, high = ((fit.intervals[place] - value) / error).tolist()
        reach = [max(low, -6.0), min(high, 6.0)]
        ax.plot(reach, [row, row], color=COOLING, solid_capstyle="butt", linewidth=2.0)
        ax.plot([0.0], [row], "o", color=COOLING)
        unit = units[place]
        least, most = in_asked_units(fit.intervals[place], unit).tolist()
        said = f"{fit.names[place]} = {float(in_asked_units(value, unit)):.4g}{noted(unit)}"
        words = f"{said}  ({least:.4g} ... {most:.4g})"
        ax.annotate(
            words, (0.0, row), (0.0, 6.0), textcoords="offset points", ha="center", fontproperties=small_font(ax)
        )
    ax.axvline(0.0, color=LIGHT_GREY, zorder=0)
    width = float(norm.ppf(0.5 + 0.5 * fit.confidence))
    for side in (-width, width):
        ax.axvline(side, color=LIGHT_GREY, linestyle=DASHES[1], zorder=0)
    ax.set_ylim(-0.6, len(inner) - 0.4 + 0.2)
    ax.set_xlim(*(np.array([-1.0, 1.0]) * max(2.2 * width / 1.5, *map(abs, ax.get_xlim()))))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("distance from the most likely value\n[standard errors]")


def draw_rescaled(ax: Axes, goodness: GoodnessOfFit) -> None:
    """The distribution of rescaled waits less that of a right model, in the band of Kolmogorov and Smirnov.

    Args:
        ax: axes to draw in.
        goodness: the tests.
    """
    size = goodness.rescaled.size
    ax.axhline(0.0, color=GREY, zorder=1)
    ax.set_xlabel("share of waits that a right model expects")
    ax.set_ylabel("share that was found\nless that expected")
    ax.set_xlim(0.0, 1.0)
    if not size:
        return
    expected = np.sort(-np.expm1(-goodness.rescaled))
    found = np.arange(1, size + 1) / size
    kept = np.unique(np.linspace(0, size - 1, min(size, THIN)).astype(int))
    band = float(ksone.ppf(0.5 + 0.5 * BAND, size))
    ax.axhspan(-band, band, color=LIGHT_GREY, alpha=0.6, linewidth=0.0, zorder=0, label=f"{100.0 * BAND:g} % band")
    ax.plot(expected[kept], found[kept] - expected[kept], color=HEATING, label="rescaled waits", drawstyle="steps-post")
    reach = 1.6 * max(band, float(np.abs(found - expected).max()))
    ax.set_ylim(-reach, reach)
    legend(ax, place="upper right")


def draw_criteria(ax: Axes, comparison: FitComparison) -> None:
    """By how much the AIC of each fit exceeds the smallest.

    Args:
        ax: axes to draw in.
        comparison: of the fits.
    """
    rows = np.arange(len(comparison.names))[::-1]
    away = comparison.aic - comparison.aic.min()
    ax.barh(rows, away, height=0.5, color=COOLING)
    for row, value in zip(rows.tolist(), away.tolist(), strict=True):
        ax.annotate(f"{value:.3g}", (value, row), (3.0, 0.0), textcoords="offset points", va="center")
    ax.set_yticks(rows, comparison.names)
    ax.set_xlim(0.0, 1.2 * max(float(away.max()), 1.0))
    ax.set_xlabel("AIC above the smallest")


def draw_windows(ax: Axes, statistics: RecordStatistics) -> None:
    """How often windows held how much, beside the normal distribution of their mean and variance.

    Args:
        ax: axes to draw in.
        statistics: of the record.
    """
    values = in_asked_units(statistics.amounts.values, "amount")
    kinds = np.unique(values)
    if kinds.size <= 40 and (np.diff(kinds) > 0.0).all():
        step = float(np.diff(kinds).min()) if kinds.size > 1 else 1.0
        edges = np.append(kinds - 0.5 * step, kinds[-1] + 0.5 * step)
        if not np.allclose(np.diff(kinds), step):
            edges = np.arange(kinds[0] - 0.5 * step, kinds[-1] + step, step)
    else:
        edges = np.histogram_bin_edges(values, "fd")
    counts = np.histogram(values, edges)[0] / values.size
    ax.bar(0.5 * (edges[1:] + edges[:-1]), counts, 0.9 * np.diff(edges), color=COOLING, label="windows")
    spread = float(values.std())
    if spread > 0.0:
        grid = np.linspace(edges[0], edges[-1], 200)
        width = float(np.median(np.diff(edges)))
        normal = norm.pdf(grid, float(values.mean()), spread)
        ax.plot(grid, width * normal, color=INK, linestyle=DASHES[0], label="normal")
    amount = with_unit_shown("amount", "amount")
    ax.set_xlabel(
        f"{amount} in a window of {float(in_asked_units(statistics.amounts.window, 'time')):.3g}{noted('time')}"
    )
    ax.set_ylabel("share of windows")
    legend(ax)


def draw_waits(ax: Axes, waits: RecordWaits) -> None:
    """The density of waits in bins of equal numbers with its error, beside that of clicks without memory.

    Args:
        ax: axes to draw in.
        waits: of the record.
    """
    density, error = waits.density, waits.density_error
    ax.stairs(density, waits.edges, color=COOLING, label="record", linewidth=1.3)
    both = np.repeat(waits.edges, 2)[1:-1]
    low, high = (np.repeat(np.maximum(density + side * error, 0.0), 2) for side in (-1.0, 1.0))
    ax.fill_between(both, low, high, color=COOLING, alpha=0.25, linewidth=0.0)
    end = float(min(waits.edges[-1], 6.0 * waits.mean))
    grid = np.linspace(0.0, end, 200)
    ax.plot(grid, np.exp(-grid / waits.mean) / waits.mean, color=INK, linestyle=DASHES[0], label="without memory")
    ax.set_xlim(0.0, end)
    ax.set_ylim(bottom=0.0)
    ax.set_xlabel(with_unit_shown("wait τ", "time"))
    ax.set_ylabel(with_unit_shown("probability density w(τ)", "1/time"))
    legend(ax, place="upper right")


def draw_record_spectrum(ax: Axes, spectrum: RecordSpectrum) -> None:
    """The noise in a band of its intervals, on a logarithmic axis of frequencies where they span two decades.

    Args:
        ax: axes to draw in.
        spectrum: of the record.
    """
    order = np.argsort(spectrum.frequencies)
    grid = in_asked_units(spectrum.frequencies[order], "1/time")
    noise = "amount^2/time"
    values, intervals = (in_asked_units(one[order], noise) for one in (spectrum.values, spectrum.intervals))
    if grid[0] > 0.0 and grid[-1] >= 100.0 * grid[0]:
        ax.set_xscale("log")
    ax.fill_between(
        grid, *intervals.T, color=COOLING, alpha=0.25, linewidth=0.0, label=f"{100.0 * spectrum.confidence:g} %"
    )
    ax.plot(grid, values, color=COOLING, label="record")
    ax.set_ylim(bottom=0.0)
    ax.set_xlabel(with_unit_shown("frequency ω", "1/time"))
    ax.set_ylabel(with_unit_shown("noise S(ω)", noise))
    legend(ax)


def draw_estimates(ax: Axes, estimates: EntropyEstimates) -> None:
    """Each estimate with its interval; one that is a bound with an arrow to where the entropy production may lie.

    Args:
        ax: axes to draw in.
        estimates: of the record.
    """
    rows, flow = np.arange(len(estimates.estimates))[::-1], "nats/time"
    for row, one in zip(rows.tolist(), estimates.estimates, strict=True):
        if not np.isfinite(one.interval).all():
            continue
        colour = COOLING if one.bound else HEATING
        ax.plot(
            in_asked_units(one.interval, flow),
            [row, row],
            color=colour,
            linewidth=5.0,
            alpha=0.35,
            solid_capstyle="butt",
        )
        ax.plot([float(in_asked_units(one.value, flow))], [row], "o", color=colour)
    lowest, highest = ax.get_xlim()
    for row, one in zip(rows.tolist(), estimates.estimates, strict=True):
        if one.bound:
            end = float(in_asked_units(one.interval[1], flow))
            ax.annotate(
                "",
                (end + 0.08 * highest, row),
                (end, row),
                arrowprops={"arrowstyle": "->", "color": COOLING},
            )
    names = [f"{one.name}\n({'at least' if one.bound else 'estimate'})" for one in estimates.estimates]
    ax.set_yticks(rows, names)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlim(min(0.0, lowest), 1.12 * highest)
    ax.set_xlabel(f"entropy production [{unit_shown('nats/time')}]")
