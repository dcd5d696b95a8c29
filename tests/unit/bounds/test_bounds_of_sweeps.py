"""Bounds along a sweep, of which some points are at rest, turn too often or have no current."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.bounds import evaluate, two_states

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
DRIVE = LOWER + LOWER.T


def driven(drives: Array | float, rates: Array | float = 1.0) -> tk.Model:
    strength = np.sqrt(np.asarray(rates))[..., None, None]
    hamiltonian = 0.5 * np.asarray(drives)[..., None, None] * DRIVE
    return tk.Model(
        hamiltonian, [tk.Channel(np.sqrt(r) * strength * jump, None) for r, jump in ((1.1, LOWER), (0.1, LOWER.T))]
    )


def test_where_nothing_flows_rounding_breaks_no_bound() -> None:
    # Without a drive each emission follows an absorption: no net current and no noise of it.
    model = driven(np.array([0.0, 0.3, 0.6]))
    found = evaluate(model, tk.current(model, [1.0, -1.0]))
    assert all(bound.ratio[0] == np.inf for bound in found if bound.name != "gap")
    assert found.tightest.name == "optimal scores with the Hamiltonian"
    assert found.tightest.ratio[0] == np.inf
    assert found.tightest.ratio[1:].min() > 1.0


def test_points_at_which_the_record_says_nothing_leave_the_others() -> None:
    names = ["record, exact information", "record, optimal scores"]
    silent = driven(np.array([0.0, 1.0]))
    found = evaluate(silent, tk.current(silent, [1.0, -1.0]), theorems=names)
    # The driven one: independent quadrature over the ages since each jump.
    np.testing.assert_allclose([bound.limit[1] for bound in found], [0.1524714480305, 0.1582072322093], rtol=1e-11)
    assert all(bound.limit[0] == 0.0 for bound in found)
    slow = driven(1.0, np.array([1.0, 1e-8]))
    with pytest.warns(tk.errors.LostPointsWarning, match=r"over the record of jumps was not found at the point \(1,\)"):
        found = evaluate(slow, tk.current(slow, [1.0, -1.0]), theorems=names)
    np.testing.assert_allclose([bound.limit[0] for bound in found], [0.1524714480305, 0.1582072322093], rtol=1e-11)
    assert all(np.isnan(bound.limit[1]) for bound in found)
    alone = driven(1.0, 1e-8)
    with pytest.raises(tk.errors.NotConvergedError, match="in which some state turns too often"):
        evaluate(alone, tk.current(alone, [1.0, -1.0]), theorems=names)


def test_many_states_are_compared_with_one() -> None:
    firsts = np.stack([np.diag([0.8, 0.2]), np.diag([0.6, 0.4])])
    last, observable = np.diag([0.5, 0.5]), np.diag([0.0, 1.0])
    found = two_states(firsts, last, observable)
    assert found.means.shape == found.variances.shape == (2, 2)
    for place, first in enumerate(firsts):
        alone = two_states(first, last, observable)
        np.testing.assert_array_equal(found.means[place], alone.means)
        assert found.ratio[place] == alone.ratio


def test_bounds_since_time_0_are_a_table_of_their_parts_that_names_the_tightest() -> None:
    model = driven(np.array([0.3, 0.6]))
    found = evaluate(model, tk.current(model, [1.0, -1.0]), tk.Populations([0.6, 0.4]), [1.0, 3.0, 9.0])
    named = f"the tightest on the variance at some time: {found.tightest.name}"
    assert named in repr(found)
    data = found.to_xarray()
    assert named in data.attrs["title"]
    for name in ("ratio", "limit", "value", "slack", "cost", "response", "error"):
        assert data[name].sel(bound="kinetic").shape == (2, 3), name
    np.testing.assert_array_equal(data.cost.sel(bound="kinetic"), found["kinetic"].cost.values)
    np.testing.assert_array_equal(data.response.sel(bound="kinetic"), found["kinetic"].response.values)
    assert data.bounded.sel(bound="speed limit") == "entropy production"
    table = found.to_latex()
    assert table.startswith("\\begin{tabular}{llllll}\n\\toprule\nbound & value/limit & limit & response & cost")
    assert " nan " not in table
    assert evaluate(model, tk.activity(model)).to_xarray().bounded.sel(bound="gap") == "slowest relaxation rate"


def test_a_single_bound_is_drawn_beside_1_on_axes_that_suit_its_sweep() -> None:
    model = driven(np.geomspace(0.01, 10.0, 7))
    found = evaluate(model, tk.current(model, [1.0, -1.0]))
    for name in ("kinetic", "gap", "clock"):
        _, axes = found[name].plot()
        ax = axes[0, 0]
        assert ax.get_ylabel() == "value over limit"
        assert ax.get_yscale() == "log"
        assert [1.0, 1.0] in [list(line.get_ydata()) for line in ax.get_lines()]
        words = [text.get_text() for text in ax.get_legend().get_texts()]
        assert words == [name if found[name].applies else f"{name} (no theorem here)"]
    maser = tk.library.three_level_maser(np.geomspace(0.001, 0.1, 7), 6.0)
    assert evaluate(maser, tk.heat(maser, "hot")).plot()[1][0, 0].get_xscale() == "log"
    one = driven(0.5)
    _, axes = evaluate(one, tk.activity(one))["kinetic"].plot()
    assert [label.get_text() for label in axes[0, 0].get_yticklabels()] == ["kinetic"]
