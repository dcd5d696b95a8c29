"""Figures of bounds have room for the names of their bounds, and lines say where a bound is broken."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

import thermokin as tk

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def atom(drive: NDArray[np.float64]) -> tk.Model:
    """A driven atom that emits one photon after the other."""
    return tk.Model(0.5 * drive[..., None, None] * (LOWER + LOWER.T), [tk.Channel(LOWER, None)])


def require_legend_inside(drawing: Figure) -> None:
    drawing.draw_without_rendering()
    (ax,) = drawing.axes
    legend = ax.get_legend()
    assert legend is not None
    drawn, whole = legend.get_window_extent(), drawing.bbox
    assert whole.x0 <= drawn.x0
    assert drawn.x1 <= whole.x1
    assert whole.y0 <= drawn.y0
    assert ax.get_window_extent().width > 0.6 * whole.width
    assert ax.get_window_extent().height > 0.4 * whole.height


def test_the_names_of_bounds_along_a_sweep_are_not_cut_off() -> None:
    model = atom(np.geomspace(0.1, 10.0, 7))
    require_legend_inside(tk.bounds.evaluate(model, tk.activity(model)).plot()[0])


def test_the_names_of_bounds_over_time_are_not_cut_off() -> None:
    model = tk.library.qubit(1.0, 0.01, 1.0)
    found = tk.bounds.evaluate(model, tk.heat(model), tk.Gibbs(0.5), np.linspace(0.0, 50.0, 6))
    require_legend_inside(found.plot()[0])


def test_lines_say_at_how_many_points_a_bound_is_broken() -> None:
    drive = np.geomspace(0.1, 10.0, 7)
    model, one = atom(drive), atom(drive[2])
    found = tk.bounds.evaluate(model, tk.activity(model))
    # Var N/<N> = 1 - 24 g^2/(1 + 8 g^2)^2 with g half the drive: below a Poisson process at every drive
    fano = 1.0 - 6.0 * drive**2 / (1.0 + 2.0 * drive**2) ** 2
    assert found["bare kinetic"].ratio == pytest.approx(fano, rel=1e-9)
    (line,) = [line for line in str(found).splitlines() if line.startswith("  bare kinetic ")]
    assert line.endswith("no theorem here; broken at 7 of 7 points")
    assert "broken" not in str(found["kinetic"])
    assert "broken" not in str(tk.bounds.evaluate(one, tk.activity(one)))
