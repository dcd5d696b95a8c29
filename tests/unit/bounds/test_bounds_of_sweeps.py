"""Bounds along a sweep, of which some points are at rest, turn too often or have no current."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.bounds import evaluate, two_states
from thermokin.bounds.theorem import VARIANCE

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
    assert all(bound.holds.all() for bound in found)  # nothing is claimed there, so nothing is broken
    alone = driven(1.0, 1e-8)
    with pytest.raises(tk.errors.NotConvergedError, match="in which some state turns too often"):
        evaluate(alone, tk.current(alone, [1.0, -1.0]), theorems=names)


def between_leads(bias: Array, right: float = 0.37) -> tk.Model:
    leads = [tk.Bath("left", 0.7, 0.3 + bias, tk.Fermi()), tk.Bath("right", 0.7, 0.3, tk.Fermi())]
    channels = []
    for lead, rate in zip(leads, (1.3, right), strict=True):
        filled = np.broadcast_to(1.0 / (np.exp((1.0 - lead.chemical_potential) / 0.7) + 1.0), bias.shape)
        inward, outward = (np.sqrt(rate * share)[..., None, None] for share in (filled, 1.0 - filled))
        channels.append(tk.Channel(outward * LOWER, lead, -1.0, particles=-1.0))
        channels.append(tk.Channel(inward * LOWER.T, lead, 1.0, particles=1.0))
    return tk.Model(np.diag([0.0, 1.0]), channels)


def test_hypotheses_are_met_point_by_point() -> None:
    # Without a drive populations obey a rate equation: there alone the clock bound is a theorem.
    drives = np.array([0.0, 0.3, 0.6])
    swept = driven(drives)
    found = evaluate(swept, tk.activity(swept))
    np.testing.assert_array_equal(found["clock"].applies, [True, False, False])
    assert not found["clock"].applies_everywhere
    assert found["kinetic"].applies_everywhere
    for place, drive in enumerate(drives):
        alone = driven(drive)
        for bound in evaluate(alone, tk.activity(alone)):
            if bound.name in {"bare kinetic", "clock", "kinetic", "thermodynamic"}:
                assert found[bound.name].applies_where[place] == bound.applies, bound.name
                np.testing.assert_allclose(found[bound.name].limit[place], bound.limit, rtol=1e-9, atol=1e-15)
    with pytest.raises(tk.errors.HypothesisError, match=r"'clock' is no theorem at 2 of 3 points.*coherences: 0\.556"):
        evaluate(swept, tk.activity(swept), theorems="clock")
    assert found.tightest.name != "clock"
    assert "clock: value/limit" in repr(found) or "a theorem at 1 of 3 points" in repr(found)
    assert "at 1 of 3 points" in found.to_latex()
    np.testing.assert_array_equal(found.to_xarray().applies.sel(bound="clock"), [True, False, False])


def test_a_pair_of_jumps_is_lost_where_one_of_them_is() -> None:
    back = np.array([0.0, 0.4])
    ring = np.zeros((2, 3, 3))
    ring[:, [1, 2, 0], [0, 1, 2]] = [2.0, 1.5, 0.5]
    ring[:, [0, 1, 2], [1, 2, 0]] = 0.3
    ring[:, 0, 1] = back
    model = tk.rates(ring)
    current = tk.current(model, np.where((model.table.row - model.table.column) % 3 == 1, 1.0, -1.0))
    found = evaluate(model, current)
    np.testing.assert_array_equal(found["thermodynamic"].applies, [False, True])
    np.testing.assert_array_equal(found["thermodynamic"].hypotheses[0].shortfall, [1.0, 0.0])
    assert found["kinetic"].applies_everywhere
    since = evaluate(model, current, tk.Populations([0.2, 0.3, 0.5]), [0.5, 2.0])
    np.testing.assert_array_equal(since["speed limit"].applies, [False, True])
    assert since["speed limit"].limit.shape == (2, 2)


def test_counts_starts_and_states_are_judged_point_by_point() -> None:
    qubit = tk.library.qubit(1.0, 0.01, 0.7)
    either = tk.current(qubit, [[1.0, -1.0], [1.0, 1.0]])
    counted = evaluate(qubit, either)["thermodynamic"]
    np.testing.assert_array_equal(counted.applies, [True, False])
    np.testing.assert_array_equal(counted.hypotheses[1].shortfall, [0.0, 2.0])
    cold = tk.library.qubit(1.0, 0.01, np.array([0.0, 0.7]))
    np.testing.assert_array_equal(evaluate(cold, tk.activity(cold))["gap"].applies, [False, True])
    rest = tk.steady_state(qubit).populations
    bare = evaluate(qubit, tk.heat(qubit), tk.Populations([rest, [0.5, 0.5]]), [10.0, 100.0])["bare thermo-kinetic"]
    np.testing.assert_array_equal(bare.applies, [True, False])


def test_the_fluctuation_theorem_holds_where_baths_agree_and_the_start_is_thermal() -> None:
    def levels(second: Array | float) -> tk.Model:
        baths = tk.Bath("a", 1.0), tk.Bath("b", second)
        contacts = [
            tk.Contact(bath, np.ones((3, 3)), tk.Ohmic(rate)) for bath, rate in zip(baths, (0.001, 0.002), strict=True)
        ]
        return tk.davies(np.diag([0.0, 1.0, 2.7]), contacts)

    model, agreeing = levels(np.array([0.6, 1.0, 1.7])), levels(1.0)
    found = evaluate(model, tk.heat(model), tk.Gibbs(0.4), [30.0, 200.0])
    for name in ("fluctuation theorem", "finite-time Landauer"):
        np.testing.assert_array_equal(found[name].applies, [False, True, False])
        assert found[name].holds[1].all()
        alone = evaluate(agreeing, tk.heat(agreeing), tk.Gibbs(0.4), [30.0, 200.0])[name]
        assert alone.applies_everywhere
        np.testing.assert_allclose(found[name].limit[1], alone.limit, rtol=1e-9)
    thermal = np.exp(-np.array([0.0, 1.0, 2.7]) / 0.4)
    starts = np.stack([[0.3, 0.4, 0.3], thermal / thermal.sum()])
    mixed = evaluate(agreeing, tk.heat(agreeing), tk.Populations(starts), [30.0, 200.0])
    np.testing.assert_array_equal(mixed["fluctuation theorem"].applies, [False, True])


def test_a_line_is_dashed_where_it_is_no_theorem() -> None:
    model = driven(np.array([0.0, 0.3, 0.6]))
    _, axes = evaluate(model, tk.activity(model))["clock"].plot()
    solid, dashed = [line for line in axes[0, 0].get_lines() if len(line.get_xdata()) == 3]
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert solid.get_marker() == "."  # a theorem at a single point is no line
    np.testing.assert_array_equal(np.isfinite(solid.get_ydata()), [True, False, False])
    np.testing.assert_array_equal(np.isfinite(dashed.get_ydata()), [True, True, True])
    assert [text.get_text() for text in axes[0, 0].get_legend().get_texts()] == ["clock (no theorem where dashed)"]


def test_a_figure_says_how_many_bounds_it_leaves_out() -> None:
    model = driven(np.geomspace(0.1, 10.0, 7))
    found = evaluate(model, tk.current(model, [1.0, -1.0]))
    _, axes = found.plot()
    legend = axes[0, 0].get_legend()
    assert legend.get_title().get_text() == f"the closest; {len(found) - len(legend.get_texts())} more in the data"
    on_noise = [bound for bound in found if bound.theorem.bounded is VARIANCE]
    closest = sorted(on_noise, key=lambda bound: float(np.where(np.isnan(bound.ratio), np.inf, bound.ratio).min()))[:7]
    drawn = {text.get_text().replace("\n", " ").removesuffix(" (no theorem here)") for text in legend.get_texts()}
    assert drawn == {bound.name for bound in closest}
    assert found["kinetic"].plot()[1][0, 0].get_legend().get_title().get_text() == ""
    levels = tk.library.qubit(1.0, 0.01, 1.0)
    since = evaluate(levels, tk.heat(levels), tk.Gibbs(0.5), [1.0, 5.0])
    legend = since.plot()[1][0, 0].get_legend()
    drawn = sum(text.get_text() != "variance" for text in legend.get_texts())
    assert legend.get_title().get_text() == f"the closest; {len(since) - drawn} more in the data"


def test_bounds_since_time_0_are_drawn_along_a_sweep() -> None:
    model = driven(np.array([0.3, 0.6, 0.9]))
    found = evaluate(model, tk.current(model, [1.0, -1.0]), tk.Populations([0.6, 0.4]), [1.0, 3.0, 9.0])
    _, axes = found.plot()
    assert axes[0, 0].get_ylabel() == "value over limit at time 9"
    drawn = {line.get_label(): line.get_ydata() for line in axes[0, 0].get_lines()}
    np.testing.assert_array_equal(drawn["kinetic"], found["kinetic"].ratio[:, -1])
    _, axes = found["kinetic"].plot()
    np.testing.assert_array_equal(axes[0, 0].get_lines()[-1].get_ydata(), found["kinetic"].ratio[:, -1])


def test_a_sweep_of_two_axes_is_not_drawn_but_says_how_to() -> None:
    model = driven(np.array([0.3, 0.6, 0.9])[:, None], np.array([1.0, 2.0]))
    current = tk.current(model, [1.0, -1.0])
    for found in (evaluate(model, current), evaluate(model, current, tk.Populations([0.6, 0.4]), [1.0, 3.0])):
        with pytest.raises(ValueError, match=r"along one axis of a sweep, got axis_0, axis_1; .*ratio.*\.sel\(bound="):
            found.plot()
        assert found.to_xarray().ratio.sel(bound="kinetic").isel(time=-1, missing_dims="ignore").shape == (3, 2)


def test_a_limit_that_is_all_rounding_is_none() -> None:
    # Between leads that agree the current is a difference of equal rates, 1e-17 of either, and its square no limit.
    model = between_leads(np.array([0.0, 1e-3]))
    current = tk.particles(model, "left")
    at_rest = evaluate(model, current)
    for name in ("kinetic", "clock", "dynamical activity"):
        assert at_rest[name].ratio[0] == np.inf, name
        assert 1.0 < at_rest[name].ratio[1] < 1e8, name
    assert at_rest["optimal scores"].ratio[0] == pytest.approx(1.0, rel=1e-12)
    rounded = []
    for right in np.linspace(0.1, 2.0, 14):  # of some of these rates the two leads' sums differ by a rounding
        model = between_leads(np.array([0.0, 1e-3]), right)
        start = tk.Populations([0.6, 0.4])
        late = evaluate(model, tk.particles(model, "left"), start, [0.5, 100.0, 300.0], theorems="kinetic")["kinetic"]
        np.testing.assert_array_equal(np.isinf(late.ratio), [[False, True, True], [False, False, False]])
        rounded.append(late.limit[0, 1:].any())
    assert any(rounded)


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
        assert words == [name if found[name].applies_everywhere else f"{name} (no theorem here)"]
    maser = tk.library.three_level_maser(np.geomspace(0.001, 0.1, 7), 6.0)
    assert evaluate(maser, tk.heat(maser, "hot")).plot()[1][0, 0].get_xscale() == "log"
    one = driven(0.5)
    _, axes = evaluate(one, tk.activity(one))["kinetic"].plot()
    assert [label.get_text() for label in axes[0, 0].get_yticklabels()] == ["kinetic"]
