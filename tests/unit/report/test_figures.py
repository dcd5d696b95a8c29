"""The figures: what they show at the edges of what can be drawn, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.text import Annotation

from thermokin.report.curves import band, curves
from thermokin.report.distribution import lattice_tails
from thermokin.report.eigenvalues import Eigenvalues, spectrum
from thermokin.report.figures import save_figure, svg
from thermokin.report.limits import limits, tightness
from thermokin.report.scales import label_powers, logarithmic_values
from thermokin.report.style import COOLING, DOUBLE_COLUMN, HEATING, SINGLE_COLUMN, figure

TIMES = np.linspace(0.0, 5.0, 21)
FALLING = np.exp(-TIMES)


def axes() -> Axes:
    ax = figure()[1][0, 0]
    assert isinstance(ax, Axes)
    return ax


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_a_figure_has_the_width_of_a_column() -> None:
    for width in (SINGLE_COLUMN, DOUBLE_COLUMN):
        made, grid = figure(2, 3, width=width)
        assert made.get_size_inches()[0] * 25.4 == pytest.approx(width)  # rounding of one product
        assert grid.shape == (2, 3)


def test_a_figure_leaves_no_trace_in_the_global_style() -> None:
    before = dict(mpl.rcParams)
    curves(axes(), TIMES, FALLING, 2 * FALLING)
    svg(figure()[0])
    assert dict(mpl.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_a_figure_without_size_is_refused() -> None:
    with pytest.raises(ValueError, match="`rows` and `columns` must be 1 or larger, got 0 and 1"):
        figure(0)
    with pytest.raises(ValueError, match="must be positive lengths in mm"):
        figure(width=-1.0)


def test_an_infinite_initial_rate_has_an_arrow_at_the_top() -> None:
    ax = axes()
    rates = FALLING.copy()
    rates[0] = np.inf
    curves(ax, TIMES, rates, FALLING)
    arrow, name = ax.texts
    assert isinstance(arrow, Annotation)
    assert arrow.arrow_patch is not None
    assert arrow.arrow_patch.get_edgecolor() == to_rgba(HEATING)
    assert (name.get_text(), name.get_color()) == ("∞", HEATING)


def test_two_infinite_initial_rates_have_an_arrow_each_even_on_logarithmic_axes() -> None:
    ax = axes()
    ax.set_xscale("log")
    label_powers(ax.xaxis)
    logarithmic_values(ax, FALLING)
    rates = FALLING.copy()
    rates[0] = np.inf
    curves(ax, TIMES, rates, rates)
    assert [text.get_color() for text in ax.texts if text.get_text() == "∞"] == [HEATING, COOLING]
    svg(ax.get_figure(root=True))  # type: ignore[arg-type]


def test_infinities_of_both_signs_and_at_all_times_are_marked() -> None:
    ax = axes()
    curves(ax, TIMES, np.full_like(TIMES, np.inf), np.full_like(TIMES, -np.inf))
    assert sorted(texts(ax)) == ["", "", "−∞", "∞"]
    assert ax.get_xlim()[0] <= 0.0 <= 5.0 <= ax.get_xlim()[1]


def test_a_finite_value_at_time_zero_is_marked_at_the_left_edge_of_a_logarithmic_axis() -> None:
    ax = axes()
    ax.set_xscale("log")
    label_powers(ax.xaxis)
    curves(ax, TIMES, FALLING, FALLING)
    assert [line.get_ydata()[0] for line in ax.get_lines() if line.get_marker() == "<"] == [1.0, 1.0]  # type: ignore[index]


def test_a_crossing_is_marked_with_its_time_on_the_curves() -> None:
    ax = axes()
    curves(ax, TIMES, FALLING, 2.0 * np.exp(-2.0 * TIMES), crossings=[np.log(2.0), np.nan])
    ring = ax.get_lines()[-1]
    assert ring.get_xdata() == pytest.approx([np.log(2.0)])
    assert ring.get_ydata() == pytest.approx([0.5], rel=0.1)  # straight lines between points 0.25 apart
    assert texts(ax) == ["$t$ = 0.693"]


def test_a_crossing_outside_the_times_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`crossings` must lie within the times, 0.0 to 5.0, got 7.0"):
        curves(axes(), TIMES, FALLING, FALLING, crossings=[7.0])


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e300])
def test_numbers_of_any_size_can_be_drawn(scale: float) -> None:
    made, grid = figure(1, 3, width=DOUBLE_COLUMN)
    curves(grid[0, 0], TIMES * min(scale, 1e200), scale * FALLING, 2.0 * scale * FALLING**2, crossings=[0.0])
    band(grid[0, 1], TIMES, scale * FALLING, 0.1 * scale * FALLING)
    limits(grid[0, 2], TIMES, scale * FALLING, {"limit": 0.5 * scale * FALLING})
    assert svg(made).endswith("</svg>\n")


def test_a_single_time_is_drawn_as_dots() -> None:
    made, grid = figure(2, 2)
    assert curves(grid[0, 0], [1.0], [2.0], [3.0])[0].get_marker() == "o"
    assert band(grid[0, 1], [1.0], [2.0], [0.5])[0].get_marker() == "o"
    assert limits(grid[1, 0], [1.0], [2.0], {"limit": [1.0]})["limit"].get_marker() == "o"
    lattice_tails(grid[1, 1], [0.0], [1.0])
    svg(made)


def test_a_band_reaches_one_standard_deviation_to_both_sides() -> None:
    ax = axes()
    shade = band(ax, TIMES, FALLING, np.full_like(TIMES, 0.25), label="heat")[1]
    outline = shade.get_paths()[0].vertices
    assert np.min(outline[:, 1]) == pytest.approx(FALLING[-1] - 0.25)
    assert np.max(outline[:, 1]) == pytest.approx(1.25)
    with pytest.raises(ValueError, match=r"`deviation` must be 0 or larger, got -1"):
        band(ax, TIMES, FALLING, np.full_like(TIMES, -1.0))


def test_limits_shade_what_they_forbid_and_name_the_least_slack() -> None:
    ax = axes()
    lines = limits(
        ax,
        TIMES,
        2.0 + TIMES,
        {"a": np.ones_like(TIMES), "b": np.zeros_like(TIMES)},
        inapplicable={"bare": 3.0 + TIMES},
        label="variance",
    )
    assert list(lines) == ["variance", "a", "b", "bare"]
    assert ax.get_yscale() == "log"
    assert texts(ax) == ["value/limit = 2.00"]
    shaded = ax.collections[0].get_paths()[0].vertices
    assert np.max(shaded[:, 1]) == 1.0


def test_a_broken_limit_is_shown_as_it_is() -> None:
    ax = axes()
    limits(ax, TIMES, np.ones_like(TIMES), {"a": np.full_like(TIMES, 4.0)})
    assert texts(ax) == ["value/limit = 0.250"]


def test_lines_with_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="must name each line differently"):
        limits(axes(), TIMES, FALLING, {"value": FALLING})


def test_tightness_is_limit_over_value_and_has_gaps_where_it_is_not_defined() -> None:
    ax = axes()
    value = np.where(TIMES == 0.0, np.inf, 2.0)
    lines = tightness(ax, TIMES, value, {"a": np.where(TIMES == 0.0, np.inf, 1.0)}, inapplicable={"bare": 9.0 * value})
    ratio = np.asarray(lines["a"].get_ydata())
    assert np.isnan(ratio[0])
    assert np.all(ratio[1:] == 0.5)
    assert ax.get_ylim() == (0.0, 2.0)


def test_a_complex_spectrum_is_drawn_in_the_plane_with_areas_by_overlap() -> None:
    discs = spectrum(axes(), [Eigenvalues("heating", HEATING, [-1 + 1j, -1 - 1j], [0.1, 0.4])])[0]
    assert isinstance(discs, PathCollection)
    areas = discs.get_sizes()
    assert areas[1] / areas[0] == pytest.approx(4.0)


def test_a_real_spectrum_is_drawn_as_sticks_of_decay_rates() -> None:
    ax = axes()
    drawn = spectrum(
        ax,
        [
            Eigenvalues("heating", HEATING, np.array([-1.0, -2.0 + 1e-13j]), [0.5, 0.0]),
            Eigenvalues("cooling", COOLING, [-3.0], [1e-40]),
        ],
    )
    assert all(isinstance(sticks, LineCollection) for sticks in drawn)
    assert ax.get_yscale() == "log"
    assert ax.get_xlabel() == "decay rate −Re λ"
    svg(ax.get_figure(root=True))  # type: ignore[arg-type]


def test_a_spectrum_without_any_overlap_is_drawn() -> None:
    for eigenvalues in ([-1.0, -2.0], [-1 + 1j, -1 - 1j]):
        ax = axes()
        spectrum(ax, [Eigenvalues("heating", HEATING, eigenvalues, [0.0, 0.0])])
        svg(ax.get_figure(root=True))  # type: ignore[arg-type]


def test_a_spectrum_that_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="`spectra` must hold at least one spectrum"):
        spectrum(axes(), [])
    with pytest.raises(ValueError, match=r"`spectra\[0\].overlaps` must have shape \(2,\)"):
        spectrum(axes(), [Eigenvalues("heating", HEATING, [-1.0, -2.0], [1.0])])
    with pytest.raises(ValueError, match=r"`spectra\[0\].eigenvalues` must be finite"):
        spectrum(axes(), [Eigenvalues("heating", HEATING, [-np.inf], [1.0])])


DRAWERS: list[Callable[[Axes, np.ndarray], object]] = [
    lambda ax, rows: curves(ax, TIMES, rows, FALLING),
    lambda ax, rows: curves(ax, TIMES, FALLING, rows),
    lambda ax, rows: band(ax, TIMES, rows, FALLING),
    lambda ax, rows: limits(ax, TIMES, FALLING, {"limit": rows}),
    lambda ax, rows: tightness(ax, TIMES, rows, {"limit": FALLING}),
    lambda ax, rows: lattice_tails(ax, TIMES, rows),
    lambda ax, rows: spectrum(ax, [Eigenvalues("heating", HEATING, rows, FALLING)]),
]


@pytest.mark.parametrize("draw", DRAWERS)
def test_results_over_a_sweep_are_refused_by_name(draw: Callable[[Axes, np.ndarray], object]) -> None:
    with pytest.raises(ValueError, match=r"must have one axis, got shape \(3, 21\); a figure shows one point"):
        draw(axes(), np.ones((3, 21)))


@pytest.mark.parametrize("draw", DRAWERS)
def test_what_is_not_a_number_is_refused(draw: Callable[[Axes, np.ndarray], object]) -> None:
    with pytest.raises(ValueError, match=r"must not hold NaN|must be finite"):
        draw(axes(), np.full_like(TIMES, np.nan))
    with pytest.raises(TypeError, match=r"must hold (real )?numbers"):
        draw(axes(), np.full(TIMES.shape, "x"))


def test_times_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`times` must ascend strictly, got 2.0 before 2.0"):
        curves(axes(), [1.0, 2.0, 2.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="`times` must hold at least one number"):
        curves(axes(), [], [], [])
    with pytest.raises(ValueError, match=r"`cooling` must have shape \(21,\), the grid's, got \(2,\)"):
        curves(axes(), TIMES, FALLING, [1.0, 2.0])


def test_a_logarithmic_axis_reaches_so_many_decades_down() -> None:
    ax = axes()
    logarithmic_values(ax, [1.0, 1e-300, 0.0, np.inf], decades=6.0)
    ax.plot([0.0, 1.0], [1.0, 1e-300])
    assert ax.get_ylim()[0] == pytest.approx(1e-6)
    with pytest.raises(ValueError, match="`decades` must be positive"):
        logarithmic_values(ax, decades=0.0)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.3, 30.0, ["0.5", "1", "2", "5", "10", "20"]),
        (1e-9, 1e-5, ["10⁻⁹", "10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵"]),
        (
            2e-5,
            2.9e-5,
            [
                "2×10⁻⁵",
                "2.1×10⁻⁵",
                "2.2×10⁻⁵",
                "2.3×10⁻⁵",
                "2.4×10⁻⁵",
                "2.5×10⁻⁵",
                "2.6×10⁻⁵",
                "2.7×10⁻⁵",
                "2.8×10⁻⁵",
                "2.9×10⁻⁵",
            ],
        ),
    ],
)
def test_a_logarithmic_axis_names_its_ticks(low: float, high: float, labels: list[str]) -> None:
    ax = axes()
    logarithmic_values(ax)
    ax.set_ylim(low, high)
    ax.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    ticks = [*ax.yaxis.get_major_ticks(), *ax.yaxis.get_minor_ticks()]
    named = [
        tick for tick in ticks if tick.label1.get_text() and low * (1 - 1e-9) <= tick.get_loc() <= high * (1 + 1e-9)
    ]
    assert [tick.label1.get_text() for tick in sorted(named, key=lambda tick: float(tick.get_loc()))] == labels


DRAW = """
import hashlib, sys, numpy as np
from thermokin.report.curves import curves
from thermokin.report.figures import png, svg
from thermokin.report.style import figure
made, grid = figure()
times = np.linspace(0.0, 5.0, 21)
curves(grid[0, 0], times, np.exp(-times), 2 * np.exp(-2 * times), crossings=[np.log(2.0)])
digests = [hashlib.sha256(svg(made).encode()).hexdigest(), hashlib.sha256(png(made)).hexdigest()]
"""


@pytest.mark.slow
def test_the_same_data_give_the_same_bytes_here_and_in_another_process() -> None:
    here: dict[str, list[str]] = {}
    exec(DRAW, here)  # noqa: S102 - the very lines that run in the other process
    command = [sys.executable, "-c", DRAW + "sys.stdout.write(' '.join(digests))"]
    there = subprocess.run(command, capture_output=True, text=True, check=True)
    assert here["digests"] == there.stdout.split()


def test_files_carry_no_date_and_are_saved_under_one_name(tmp_path: Path) -> None:
    made, grid = figure()
    curves(grid[0, 0], [1.0], [2.0], [3.0])
    paths = save_figure(made, tmp_path, "heat")
    assert [path.name for path in paths] == ["heat.png", "heat.svg"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert "<dc:date>" not in paths[1].read_text(encoding="utf-8")


def test_a_tick_beyond_the_floating_range_has_no_label() -> None:
    ax = axes()
    ax.plot([1.0, 2.0], [1.0, 1e3])
    ax.set_yscale("log")
    label_powers(ax.yaxis)
    formatter = ax.yaxis.get_major_formatter()
    assert [formatter(value, None) for value in (1e307, np.inf, 0.0)] == ["10³⁰⁷", "", ""]
