"""What the axes of a swept figure show where numbers are constant but for rounding, or exceed a threshold by far."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

import thermokin as tk
from thermokin.report.maps import draw_map, end_at_thresholds
from thermokin.report.style import figure
from thermokin.views.cycle_bars import draw_bars
from thermokin.views.lines import draw_lines

mpl.use("Agg")
PLACES = np.linspace(0.0, 1.0, 5)


def axes() -> Axes:
    ax = figure()[1][0, 0]
    assert isinstance(ax, Axes)
    return ax


def drawn(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Axes:
    ax = axes()
    data = xr.Dataset({"efficiency": (("stretch",), values)}, {"stretch": PLACES[: values.size]})
    draw_lines(ax, data, "efficiency", ("stretch",))
    return ax


def test_the_rounding_of_a_constant_does_not_fill_its_axes() -> None:
    rounding = np.array([3.0, -1.0, 2.0, -4.0, 0.0]) * 1e-13
    np.testing.assert_allclose(drawn(0.4 + rounding).get_ylim(), (0.36, 0.44), rtol=1e-9)
    np.testing.assert_allclose(drawn(-2.0 + rounding).get_ylim(), (-2.2, -1.8), rtol=1e-9)


@pytest.mark.parametrize("varies", [1e-6 * PLACES, 1.0 + 1e-6 * PLACES, 1e-15 * PLACES])
def test_what_varies_fills_its_axes(varies: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    low, high = drawn(varies).get_ylim()
    assert high - low < 1.2 * np.ptp(varies)


def test_a_ratio_that_says_nothing_at_a_point_does_not_hide_all_others() -> None:
    ratios = np.array([[1.0, 1.5, 1e90], [2.0, np.inf, 40.0]])
    mesh = draw_map(axes(), PLACES[:3], PLACES[:2], ratios, "value over limit", threshold=1.0)
    assert isinstance(mesh.norm, LogNorm)
    assert (mesh.norm.vmin, mesh.norm.vmax) == (1.0, 1000.0)
    assert mesh.colorbar is not None
    assert mesh.colorbar.extend == "max"
    ax = axes()
    end_at_thresholds(ax, ratios, 1.0)
    assert ax.get_yscale() == "log"
    assert ax.get_ylim() == (0.8, 1000.0)


def test_ratios_near_their_threshold_and_numbers_without_one_are_drawn_whole() -> None:
    near = np.array([[1.0, 1.5, 30.0], [2.0, np.inf, 40.0]])
    mesh = draw_map(axes(), PLACES[:3], PLACES[:2], near, "value over limit", threshold=1.0)
    assert (mesh.norm.vmin, mesh.norm.vmax) == (1.0, 40.0)
    assert not isinstance(mesh.norm, LogNorm)
    plain = draw_map(axes(), PLACES[:3], PLACES[:2], np.where(near > 20.0, 1e6, near), "current")
    assert plain.norm.vmax == 1e6
    ax = axes()
    end_at_thresholds(ax, near, 1.0)
    assert ax.get_yscale() == "linear"


def test_ratios_that_all_say_nothing_are_drawn_all_the_same() -> None:
    ax = axes()
    ratios = np.array([3e10, 4e12, 2e14])
    ax.plot(PLACES[:3], ratios)
    end_at_thresholds(ax, ratios, 1.0)
    low, high = ax.get_ylim()
    assert low < 3e10
    assert high > 2e14


def test_work_of_a_jump_that_is_rounding_is_not_in_the_legend() -> None:
    sx = np.array([[0.0, 1.0], [1.0, 0.0]])
    slow, fast = np.diag([0.0, 1.0]), np.array([[0.0, 0.3], [0.3, 2.0]])
    baths = {"hot": (fast, 4.0), "cold": (slow, 0.5)}
    hot, cold = (
        tk.Leg(60.0, tk.davies(h, [tk.Contact(tk.Bath(name, warmth), sx, tk.Ohmic(0.02))]), name=name)
        for name, (h, warmth) in baths.items()
    )
    jumping = tk.limit_cycle(tk.Protocol([hot, cold], quench=True)).ledger
    there, back = (
        tk.Leg(2.0, tk.Drive([first, [last - first, lambda t: t / 2.0]]), name="stroke")
        for first, last in ((fast, slow), (slow, fast))
    )
    meeting = tk.limit_cycle(tk.Protocol([hot, there, cold, back])).ledger
    labels = []
    for ledger in (jumping, meeting):
        ax = axes()
        draw_bars(ax, ledger, ledger.legs)
        labels.append(ax.get_legend_handles_labels()[1])
    assert "work of the jump before" in labels[0]
    assert "work of the jump before" not in labels[1]
