"""Figures of results that lines do not hold: maps over two axes of a sweep, panels of many numbers, a limit cycle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.report.style import figure
from thermokin.views.machine_maps import draw_trade

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
GAPS, WARMTH = np.linspace(1.0, 2.0, 14)[:, None], np.linspace(0.5, 1.0, 13)


def qubit(gap: Array | float, warmth: Array | float, *names: str) -> tk.Model:
    contacts = [tk.Contact(tk.Bath(name, warmth), FLIP, tk.Flat(0.01)) for name in names]
    return tk.davies(np.asarray(gap)[..., None, None] * np.diag([0.0, 1.0]), contacts)


def mapped(axes: Array, place: int) -> Array:
    return np.asarray(axes.ravel()[place].collections[0].get_array())


def test_cumulants_over_two_axes_are_a_map_for_each_order() -> None:
    model = qubit(GAPS, WARMTH, "a", "b")
    found = tk.cumulants(model, tk.heat(model, "a"))
    drawn, axes = found.plot()
    assert axes.shape == (1, 2)
    assert mapped(axes, 1).reshape(14, 13) == pytest.approx(found.noise)
    alone = tk.cumulants(model, tk.activity(model), order=1)
    assert mapped(alone.plot()[1], 0).reshape(14, 13) == pytest.approx(alone.mean)
    with pytest.raises(ValueError, match="`ax` must hold 2 axes, got 1"):
        found.plot(drawn.axes[0])


def test_onsager_coefficients_are_bars_lines_or_maps_and_too_many_are_refused_with_what_helps() -> None:
    found = tk.onsager(qubit(GAPS, WARMTH, "a", "b"))
    axes = found.plot()[1]
    assert axes.shape == (2, 3)
    assert mapped(axes, 1).reshape(14, 13) == pytest.approx(found.values[..., 0, 1])
    along = tk.onsager(qubit(GAPS[:, 0], 1.0, "a", "b")).plot()[1]
    assert len(along[0, 0].lines) == 4
    many = tk.onsager(tk.library.quantum_dot(np.linspace(-1.0, 1.0, 13), WARMTH[:, None], WARMTH[:, None]))
    with pytest.raises(ValueError, match=r"to_xarray\(\)\['onsager'\]\.isel\(current=0, other=0\)"):
        many.plot()
    assert many.to_xarray()["onsager"].isel(current=0, other=0).shape == (13, 13)


def test_transport_coefficients_have_a_panel_each() -> None:
    one = tk.onsager(tk.library.double_dot(0.05, 0.3, 0.3, energy=0.2)).thermoelectric
    drawn, axes = one.plot()
    titles = " ".join(ax.get_xlabel().replace("\n", " ") for ax in drawn.axes)
    assert axes.size == 6
    for words in ("particles per difference", "chemical potential per difference", "heat per particle"):
        assert words in titles
    swept = tk.onsager(tk.library.double_dot(0.05, WARMTH, WARMTH, energy=0.2)).thermoelectric
    assert np.asarray(swept.plot()[1].ravel()[1].lines[0].get_ydata()) == pytest.approx(swept.conductance)


def test_a_limit_cycle_is_drawn_leg_by_leg_and_ends_at_what_a_cycle_exchanges() -> None:
    legs = [tk.Leg(50.0, qubit(2.0, 2.0, "hot"), name="heat"), tk.Leg(50.0, qubit(1.0, 0.5, "cold"), name="cool")]
    cycle = tk.limit_cycle(tk.Protocol(legs, quench=True))
    _, axes = cycle.plot()
    bars, lines = axes.ravel()
    assert [label.get_text() for label in bars.get_xticklabels()] == ["heat", "cool"]
    ends = {line.get_label(): float(np.asarray(line.get_ydata())[-1]) for line in lines.lines}
    assert ends["heat from hot"] == pytest.approx(cycle.heat["hot"], rel=1e-8)
    assert ends["work on the system"] == pytest.approx(cycle.work_on_counted, rel=1e-8)
    swept = tk.limit_cycle(tk.Protocol([tk.Leg(np.array([20.0, 50.0]), qubit(2.0, 2.0, "hot")), legs[1]], quench=True))
    assert swept.plot()[1].shape == (1, 1)


def test_what_a_jump_without_a_bath_gives_is_told_where_there_is_one() -> None:
    thermal = qubit(1.0, 1.0, "bath")
    lossy = tk.Model(np.diag([0.0, 1.0]), [*thermal.channels, tk.Channel([[0.0, 0.2], [0.0, 0.0]], None, energy=-1.0)])
    assert "bathless" not in repr(tk.limit_cycle(tk.Leg(5.0, thermal)))
    cycle = tk.limit_cycle(tk.Leg(5.0, lossy))
    assert "bathless" in repr(cycle)
    assert float(cycle.to_xarray()["bathless"]) == pytest.approx(-cycle.heat["bath"], rel=1e-8)


def test_cumulants_over_runs_know_their_times() -> None:
    model, times = qubit(1.0, 1.0, "bath"), [10.0, 20.0, 40.0]
    found = tk.unravel(model, tk.Populations([1.0, 0.0]), times, trajectories=5, seed=1).cumulants(tk.activity(model))
    assert "at 3 times from 10 to 40" in repr(found)
    assert found.to_xarray()["time"].values == pytest.approx(times)


def test_a_drive_says_what_it_is() -> None:
    drive = tk.Drive([np.diag([0.5, -0.5]), [FLIP, np.cos]])
    assert repr(drive) == "Drive of 2 levels: 1 term that varies, and a part that stands still"
    assert repr(tk.Drive(lambda time: time * FLIP)) == "Drive of 2 levels: a function of time"


def test_a_bound_on_a_current_that_does_not_flow_demands_nothing() -> None:
    model = qubit(1.0, 1.0, "a", "b")
    said = repr(tk.bounds.evaluate(model, tk.heat(model, "a"), theorems=["thermodynamic"]))
    assert "demands nothing: its limit is 0 within" in said
    assert "inf" not in said


def test_what_the_noise_allows_at_a_power_or_more_falls_with_it() -> None:
    leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.2, np.linspace(0.1, 2.5, 17), tk.Fermi())]
    found = tk.thermoelectric_map(
        tk.transport.Junction(tk.transport.resonant_level(np.linspace(0.2, 3.0, 15)[:, None], 0.05, 0.05), leads)
    )
    ax = figure()[1].flat[0]
    draw_trade(ax, found.to_xarray())
    drawn = {str(line.get_label()): line for line in ax.lines}
    assert np.nanmax(found.allowed_by_noise) == pytest.approx(np.max(drawn["noise allows"].get_ydata()), rel=0.05)
    steps = np.diff(np.asarray(drawn["noise allows"].get_ydata(), dtype=np.float64))
    assert (steps <= 0.0).all()


def test_powers_along_almost_two_decades_keep_clear_of_one_another() -> None:
    drives = np.geomspace(0.001, 0.09, 9)  # matplotlib itself names 2, 3, 4 and 6 of each decade here
    drawn, axes = tk.figures_of_merit(tk.library.three_level_maser(drives, 6.0)).plot()
    axis = axes.ravel()[0].xaxis
    drawn.canvas.draw()
    boxes = [label.get_window_extent() for label in axis.get_ticklabels(which="both") if label.get_text()]
    ends = sorted((box.x0, box.x1) for box in boxes)
    assert len(ends) >= 4
    assert all(left[1] < right[0] for left, right in pairwise(ends))
