"""What every cumulant generating function and every waiting time obeys, over random models."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import thermokin as tk
from counting_oracles import scaled_cumulants, tilted_liouvillian
from strategies import CoherentData, coherent_models, scales, two_bath_models

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FIELDS = np.linspace(-1.0, 1.0, 9)


def exchanged(data: CoherentData) -> tuple[tk.Model, float, tk.results.CumulantGeneratingFunction]:
    """The heat from bath "0", its affinity, and its generating function about the centre."""
    model = builders.coherent(data)
    affinity = 1.0 / data.baths[1].temperature - 1.0 / data.baths[0].temperature
    fields = -0.5 * affinity + FIELDS
    return model, affinity, tk.cumulant_generating_function(model, tk.heat(model, "0"), fields)


@settings(max_examples=25, deadline=None)
@given(data=two_bath_models())
def test_heat_between_two_baths_obeys_the_fluctuation_theorem(data: CoherentData) -> None:
    _, affinity, found = exchanged(data)
    # Beside the model's rates, which set the scale of rounding.
    np.testing.assert_allclose(found.values, found.values[::-1], atol=1e-11 / data.time_unit)
    symmetry = found.gallavotti_cohen(affinity=affinity)
    assert symmetry.deviation <= 1e-11 / data.time_unit


@settings(max_examples=15, deadline=None)
@given(data=two_bath_models())
def test_what_one_bath_gives_in_the_long_run_the_other_takes(data: CoherentData) -> None:
    model, _, found = exchanged(data)
    other = tk.cumulant_generating_function(model, -tk.heat(model, "1"), found.s)
    np.testing.assert_allclose(other.values, found.values, atol=1e-11 / data.time_unit)


@settings(max_examples=15, deadline=None)
@given(data=two_bath_models())
def test_a_generating_function_is_convex_and_its_slopes_and_curvatures_are_its_own(data: CoherentData) -> None:
    model = builders.coherent(data)
    found = tk.cumulant_generating_function(model, tk.activity(model), FIELDS)
    assert (found.noise > 0.0).all()
    assert (np.diff(found.mean) > 0.0).all()
    # Every tangent lies below: lambda(b) >= lambda(a) + lambda'(a) (b - a).
    tangents = found.values[:, None] + found.mean[:, None] * (FIELDS[None, :] - FIELDS[:, None])
    assert (tangents <= found.values[None, :] + 1e-11 / data.time_unit).all()
    step = 0.005
    near = tk.cumulant_generating_function(model, tk.activity(model), step * np.arange(-2.0, 3.0) + 0.3)
    # Central differences of the fourth order: off by step^4 / 30 of a derivative that may be some thousand times the
    # slope, here 2e-8 of it (1.2e-5 was met with steps of .02, and a sixteenth with half of them).
    rises = near.values[4:2:-1] - near.values[:2], near.mean[4:2:-1] - near.mean[:2]
    slope, curvature = ((8.0 * inner - outer) / (12.0 * step) for outer, inner in rises)
    np.testing.assert_allclose([near.mean[2], near.noise[2]], [slope, curvature], rtol=1e-5)
    np.testing.assert_allclose(found.values[4], 0.0, atol=1e-12 / data.time_unit)


@settings(max_examples=15, deadline=None)
@given(data=two_bath_models())
def test_slopes_at_zero_are_cumulants_by_every_route(data: CoherentData) -> None:
    model = builders.coherent(data)
    heat = tk.heat(model, "0")
    found = tk.cumulant_generating_function(model, heat, [0.0])
    counted = tk.cumulants(model, heat, order=2).values
    scale = np.array([1.0, 3.0]) * float(tk.cumulants(model, tk.activity(model), order=1).mean)
    assert (np.abs([found.mean[0], found.noise[0]] - counted) <= 1e-10 * scale).all()
    jumps = [jump for part, _ in data.oracle_baths() for jump in part]
    weights = [-jump.frequency if jump.bath == 0 else 0.0 for jump in jumps]
    expected = scaled_cumulants(tilted_liouvillian(data.hamiltonian, jumps, weights), 2)
    # A contour of radius 0.05 magnifies rounding of eigenvalues of order one by 20^2.
    assert (np.abs(counted - expected) <= 1e-11).all()


@settings(max_examples=15, deadline=None)
@given(data=coherent_models(2, 3), factor=scales())
def test_scaling_all_energies_and_rates_scales_everything_alike(data: CoherentData, factor: float) -> None:
    one, two = builders.coherent(data), builders.coherent(data.scaled(factor))
    first = tk.cumulant_generating_function(one, tk.heat(one, "0"), FIELDS)
    second = tk.cumulant_generating_function(two, tk.heat(two, "0"), FIELDS / factor)
    np.testing.assert_allclose(second.values / factor, first.values, atol=1e-11 / data.time_unit)
    assert len(first.kinks) == len(second.kinks)
    times = data.time_unit * np.linspace(0.0, 5.0, 6)
    waits = [tk.waiting_times(model, "0", "1", clock) for model, clock in ((one, times), (two, times / factor))]
    np.testing.assert_allclose(waits[1].values / factor, waits[0].values, rtol=1e-8, atol=1e-11 / data.time_unit)
    assert waits[0].is_renewal == waits[1].is_renewal


@settings(max_examples=15, deadline=None)
@given(data=two_bath_models())
def test_waits_for_any_jump_are_one_over_the_activity_and_end_in_some_jump(data: CoherentData) -> None:
    model = builders.coherent(data)
    every = tk.activity(model)
    found = tk.waiting_times(model, every, every, [0.0])
    np.testing.assert_allclose(found.mean * tk.cumulants(model, every, order=1).mean, 1.0, rtol=1e-10)
    assert found.defect < 1e-10
    shares = [tk.waiting_times(model, "0", bath, [0.0], monitored=every).probability for bath in ("0", "1")]
    np.testing.assert_allclose(sum(shares), 1.0, rtol=1e-10)
    assert abs(found.correlation) <= 1.0
