"""The figures of currents: what they mark, and what they show where a current hardly fluctuates."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

from thermokin.report.distribution import lattice_bars, lattice_tails
from thermokin.report.marked_curve import curve_between_levels, mark_centre, mark_point, mark_tangent, mirrored_curve
from thermokin.report.style import figure

GRID = np.linspace(0.0, 4.0, 21)
BINOMIAL = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0


def axes() -> Axes:
    ax = figure()[1][0, 0]
    assert isinstance(ax, Axes)
    return ax


def labels(ax: Axes) -> list[str]:
    return [str(label) for label in ax.get_legend_handles_labels()[1]]


def test_both_limits_of_a_curve_are_named_with_their_numbers() -> None:
    ax = axes()
    curve_between_levels(ax, GRID, 2.0 - np.exp(-GRID), {"S(0)": 1.0, "S(∞)": 2.0})
    assert [text.get_text() for text in ax.texts] == ["S(0) = 1.00", "S(∞) = 2.00"]
    # Each name keeps to the side of its line on which the curve does not run.
    assert [text.get_va() for text in ax.texts] == ["top", "bottom"]
    heights = {float(np.asarray(line.get_ydata())[0]) for line in ax.get_lines()[1:]}
    assert heights == {1.0, 2.0}
    low, high = ax.get_ylim()
    assert low < 1.0
    assert high > 2.0


def test_the_two_limits_of_a_flat_curve_share_one_name_on_an_axis_that_shows_no_rounding() -> None:
    ax = axes()
    curve_between_levels(ax, GRID, 0.3 + 1e-16 * GRID, {"S(0)": 0.3, "S(∞)": 0.3})
    assert [text.get_text() for text in ax.texts] == ["S(0) = 0.300,  S(∞) = 0.300"]
    low, high = ax.get_ylim()
    assert high - low > 0.05


def test_a_curve_or_a_level_that_is_infinite_is_refused() -> None:
    with pytest.raises(ValueError, match="`values` and `levels` must be finite"):
        curve_between_levels(axes(), GRID, GRID, {"S(∞)": np.inf})


def test_the_cumulants_of_a_distribution_are_named_in_its_legend() -> None:
    ax = axes()
    lattice_bars(ax, np.arange(5.0), BINOMIAL, [2.0, 1.0, 0.0, -0.5])
    assert labels(ax) == ["mean, κ₁ = 2.00", "± deviation, κ₂ = 1.00", "κ₃ = 0", "κ₄ = −0.500"]
    assert len(ax.patches) == 5 + 1  # bars and the band


def test_an_uneven_lattice_has_sticks_and_no_normal_curve() -> None:
    uneven = np.array([0.0, 1.0, 1.5, 3.0, 3.2])
    above, below = axes(), axes()
    lattice_bars(above, uneven, BINOMIAL, [1.6, 0.5])
    lattice_tails(below, uneven, BINOMIAL)
    assert len(above.patches) == 1  # the band alone
    assert len(above.collections) == 2  # sticks, and the legend's sample of the band
    assert len(below.get_lines()) == 1


def test_a_logarithmic_axis_ends_the_decades_below_the_largest_that_are_asked_for() -> None:
    ax = axes()
    lattice_tails(ax, np.arange(4.0), [0.9, 0.09, 1e-3, 1e-12], decades=6.0)
    assert ax.get_ylim()[0] == pytest.approx(0.9e-6)  # rounding of one product
    dots = np.asarray(ax.get_lines()[0].get_xdata())
    np.testing.assert_array_equal(dots, [0.0, 1.0, 2.0])


def test_an_amount_that_is_certain_can_be_drawn() -> None:
    above, below = axes(), axes()
    lattice_bars(above, [0.0], [1.0], [0.0, 0.0])
    lattice_tails(below, [0.0], [1.0])
    assert len(above.patches) == 2


def test_what_is_no_distribution_is_refused() -> None:
    for row in ([0.5, -0.1], [0.9, 0.9], [0.0, 0.0]):
        with pytest.raises(ValueError, match="`probabilities` must be 0 or larger with sum 1 at most"):
            lattice_bars(axes(), [0.0, 1.0], row, [0.0, 1.0])


def test_rings_lie_where_the_image_lies() -> None:
    ax = axes()
    field = np.linspace(-3.0, 1.0, 41)
    convex = (field + 1.0) ** 2 - 1.0
    mirrored_curve(ax, field, convex, (field, convex[::-1]), labels=("f", "image"))
    rings = next(line for line in ax.get_lines() if line.get_label() == "image")
    places, heights = (np.asarray(data) for data in (rings.get_xdata(), rings.get_ydata()))
    # A parabola between points 0.1 apart lies within 0.0025 of its chord.
    np.testing.assert_allclose(heights, (places + 1.0) ** 2 - 1.0, atol=0.0026)


def test_marks_do_not_move_the_axes() -> None:
    ax = axes()
    mirrored_curve(ax, GRID, GRID**2)
    limits = ax.get_xlim(), ax.get_ylim()
    mark_tangent(ax, (0.0, 0.0), 100.0, "steep")
    mark_centre(ax, 2.0, "centre")
    assert (ax.get_xlim(), ax.get_ylim()) == limits
    mark_point(ax, (2.0, 4.0), "here")
    assert labels(ax) == ["steep", "here"]
