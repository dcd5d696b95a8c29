from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

import oracles
import thermokin as tk
from counted_systems import fluorescence, fluorescence_waiting, heat_engine, maser_parts, poisson, transistor
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.linspace(0.0, 12.0, 49)


@pytest.mark.parametrize("drive", [0.3, 0.5, 2.0], ids=["overdamped", "critical", "oscillating"])
def test_resonance_fluorescence_has_its_closed_form_and_antibunches(drive: float) -> None:
    found = tk.waiting_times(fluorescence(drive), first=0, then=0, times=TIMES)
    np.testing.assert_allclose(found.values, fluorescence_waiting(drive, 1.0, TIMES), atol=1e-14)
    assert found.values[0] == 0.0
    np.testing.assert_allclose(found.probability, 1.0, rtol=1e-14)


@pytest.mark.parametrize("drive", [0.3, 0.5, 2.0])
def test_photons_of_one_atom_are_a_renewal_process_whose_fano_factor_is_the_relative_variance(drive: float) -> None:
    model = fluorescence(drive)
    found = tk.waiting_times(model, first=0, then=0, times=TIMES)
    cumulants = tk.cumulants(model, tk.activity(model), order=2)
    assert found.is_renewal
    assert abs(found.correlation) < 1e-12
    np.testing.assert_allclose(found.relative_variance, cumulants.noise / cumulants.mean, rtol=1e-12)
    # F = 1 - 6 drive^2 rate^2 / (rate^2 + 2 drive^2)^2
    np.testing.assert_allclose(found.relative_variance, 1.0 - 6.0 * drive**2 / (1.0 + 2.0 * drive**2) ** 2, rtol=1e-12)


def test_a_poisson_process_waits_exponentially() -> None:
    model = poisson(0.7)
    found = tk.waiting_times(model, tk.activity(model), tk.activity(model), TIMES)
    np.testing.assert_allclose(found.values, 0.7 * np.exp(-0.7 * TIMES), rtol=1e-12)
    np.testing.assert_allclose(found.survival, np.exp(-0.7 * TIMES), rtol=1e-12)
    np.testing.assert_allclose(found.moments(order=4), [1 / 0.7, 2 / 0.7**2, 6 / 0.7**3, 24 / 0.7**4], rtol=1e-12)
    assert found.is_renewal


def test_the_transistor_waits_for_both_of_its_steps() -> None:
    model, into, out = transistor(), 0.5, 0.1
    found = tk.waiting_times(model, first=1, then=1, times=TIMES)
    expected = into * out / (into - out) * (np.exp(-out * TIMES) - np.exp(-into * TIMES))
    np.testing.assert_allclose(found.values, expected, atol=1e-15)
    np.testing.assert_allclose([found.mean, found.variance], [1 / into + 1 / out, 1 / into**2 + 1 / out**2], rtol=1e-12)
    assert found.is_renewal


def test_both_steps_of_the_transistor_together_are_no_renewal_process() -> None:
    model, into, out = transistor(), 0.5, 0.1
    found = tk.waiting_times(model, [0, 1], [0, 1], TIMES)
    # Short and long waits alternate: mean (a + b)/2 of both times a, b, covariance -((a - b)/2)^2.
    a, b = 1.0 / into, 1.0 / out
    covariance, variance = -(((a - b) / 2.0) ** 2), a**2 + b**2 - ((a + b) / 2.0) ** 2
    np.testing.assert_allclose(found.mean, (a + b) / 2.0, rtol=1e-12)
    np.testing.assert_allclose(found.correlation, covariance / variance, rtol=1e-12)
    assert not found.is_renewal
    assert found.renewal_defect > 0.1


def test_what_is_monitored_decides_what_may_lie_in_between() -> None:
    # From 0 a jump to 1 (channel "up") or to 2; the next jump to 0 comes at the same rate from both.
    rates = np.array([[0.0, 1.0, 1.0], [0.6, 0.0, 0.0], [0.3, 0.0, 0.0]])
    model = tk.rates(rates)
    table = model.table
    up, aside, back = (
        next(k for k in range(4) if table.row[k] == row and table.column[k] == column)
        for row, column in ((1, 0), (2, 0), (0, 1))
    )
    # With only `up` seen, the way over 2 hides in the waiting time; with all seen, it ends it.
    hidden = tk.waiting_times(model, back, up, [0.0], monitored=[back, up])
    seen = tk.waiting_times(model, back, up, [0.0], monitored=tk.activity(model))
    np.testing.assert_allclose(hidden.probability, 1.0, rtol=1e-12)
    np.testing.assert_allclose(hidden.mean, 1 / 0.6 + 0.3 / 0.6 * 1.0, rtol=1e-12)
    np.testing.assert_allclose(seen.probability, 0.6 / 0.9, rtol=1e-12)
    np.testing.assert_allclose(seen.mean, 1 / 0.9, rtol=1e-12)
    # `first` may lie in between where only `then` is seen.
    over = tk.waiting_times(model, up, aside, [0.0], monitored=aside)
    np.testing.assert_allclose(over.probability, 1.0, rtol=1e-12)
    np.testing.assert_allclose(over.mean, 1.0 + 1 / 0.3 + 0.6 / 0.3 * 1.0, rtol=1e-12)


def _maser_by_hand(first: list[int], then: list[int], times: Array) -> Array:
    """w(t) with all nine elements of the density matrix."""
    hamiltonian, jumps = maser_parts()
    gains = [np.kron(jump.operator, jump.operator.conj()) for jump in jumps]
    whole = oracles.liouvillian(hamiltonian, jumps)
    state = np.linalg.svd(whole)[2][-1].conj()
    trace = np.eye(3).ravel()
    start = sum(gains[k] for k in first) @ (state / (trace @ state))
    silent = whole - sum(gains[k] for k in {*first, *then})
    stop = trace @ sum(gains[k] for k in then)
    return np.array([(stop @ expm(silent * t) @ start).real for t in times]) / (trace @ start).real


@pytest.mark.parametrize(("first", "then"), [("hot", "cold"), ("cold", "cold"), (0, 1), ([0, 3], [1])])
def test_the_maser_agrees_with_its_whole_generator(first: object, then: object) -> None:
    positions = {"hot": [0, 1], "cold": [2, 3]}
    channels = [positions[x] if isinstance(x, str) else np.atleast_1d(x) for x in (first, then)]
    found = tk.waiting_times(heat_engine(), first, then, TIMES)
    np.testing.assert_allclose(found.values, _maser_by_hand(*channels, TIMES), atol=1e-13)


def test_all_jumps_together_wait_one_over_the_activity() -> None:
    model = heat_engine()
    every = tk.activity(model)
    found = tk.waiting_times(model, every, every, TIMES)
    np.testing.assert_allclose(found.mean, 1.0 / tk.cumulants(model, every, order=1).mean, rtol=1e-12)
    assert found.defect < 1e-13
    # Survival falls as the next jump comes.
    fine = np.linspace(0.0, 12.0, 2001)
    path = tk.waiting_times(model, every, every, fine)
    fallen = np.concatenate([[0.0], np.cumsum(0.5 * (path.values[1:] + path.values[:-1])) * (fine[1] - fine[0])])
    np.testing.assert_allclose(path.survival, 1.0 - fallen, atol=1e-5)  # the trapezoidal rule


@pytest.mark.parametrize("seen", ["hot", "all"])
def test_the_correlation_is_that_of_the_joint_density(seen: str) -> None:
    model = heat_engine(1.0)
    coarse = np.linspace(0.0, 150.0, 601)
    found = tk.waiting_times(model, "hot", "hot", coarse, monitored=seen if seen == "hot" else tk.activity(model))
    assert not found.is_renewal
    # Simpson's rule with steps of a quarter beside rates below one.
    weight = np.full(coarse.size, 2.0 * coarse[1] / 3.0)
    weight[1::2] *= 2.0
    weight[[0, -1]] /= 2.0
    density = found.joint(coarse) * np.outer(weight, weight)
    total = density.sum()
    one, two = density.sum(axis=1) / total, density.sum(axis=0) / total
    means = one @ coarse, two @ coarse
    spread = np.sqrt((one @ coarse**2 - means[0] ** 2) * (two @ coarse**2 - means[1] ** 2))
    crossed = (coarse @ density @ coarse) / total - means[0] * means[1]
    np.testing.assert_allclose(total, found.probability, rtol=1e-4)
    np.testing.assert_allclose(found.correlation, crossed / spread, rtol=1e-2)


def test_sparse_and_dense_agree() -> None:
    model = tk.library.xxz_chain(3, 0.5, 0.05, 2.0, 0.5, coupling=0.1)
    name = model.baths[0].name
    dense, sparse = (tk.waiting_times(model, name, name, TIMES, method=method) for method in (tk.Dense(), tk.Sparse()))
    for field in ("values", "survival", "probability", "mean", "variance", "correlation", "renewal_defect"):
        np.testing.assert_allclose(getattr(sparse, field), getattr(dense, field), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(sparse.joint([0.0, 1.0]), dense.joint([0.0, 1.0]), rtol=1e-9, atol=1e-13)


def test_sweeps_are_leading_axes() -> None:
    drives = np.array([0.3, 1.0, 2.0])
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    model = tk.Model(0.5 * drives[:, None, None] * (lower + lower.T), [tk.Channel(lower, None, -1.0)])
    found = tk.waiting_times(model, 0, 0, TIMES)
    assert found.shape == (3, TIMES.size)
    single = [tk.waiting_times(fluorescence(drive), 0, 0, TIMES) for drive in drives]
    for field in ("values", "survival", "mean", "variance", "probability"):
        np.testing.assert_allclose(getattr(found, field), [getattr(one, field) for one in single], atol=1e-12)
    assert found.moments(order=3).shape == (3, 3)
    assert found.joint([0.0, 1.0]).shape == (3, TIMES.size, 2)
    assert found.is_renewal.all()
    np.testing.assert_allclose(found.correlation, 0.0, atol=1e-12)


def test_a_jump_that_never_comes_next_has_no_waiting_time() -> None:
    model = transistor()
    found = tk.waiting_times(model, first=1, then=1, times=[0.0, 1.0], monitored=[0, 1])
    np.testing.assert_array_equal(found.probability, 0.0)
    with pytest.raises(ValueError, match="never comes next"):
        _ = found.mean


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"first": 2, "then": 0}, ValueError, "`first` must be positions from 0 to 1, got 2"),
        ({"first": 0, "then": -1}, ValueError, "`then` must be positions from 0 to 1, got -1"),
        ({"first": 0.5, "then": 0}, TypeError, "`first` must be positions of channels"),
        ({"first": [], "then": 0}, ValueError, "`first` must name at least one channel"),
        ({"first": "hot", "then": 0}, ValueError, "`first` must be the name of a bath of the model"),
        ({"first": 0, "then": 1, "monitored": 0}, ValueError, "`monitored` must include all channels of `then`"),
        ({"first": 0, "then": 1, "times": [1.0, 0.0]}, ValueError, "strictly ascending"),
        ({"first": 0, "then": 1, "times": [[1.0]]}, ValueError, r"`times` must have shape \(t,\)"),
    ],
)
def test_arguments_are_checked(arguments: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        tk.waiting_times(transistor(), **{"times": [0.0, 1.0], **arguments})


def test_a_current_of_another_model_names_no_channels() -> None:
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.waiting_times(transistor(), tk.activity(transistor()), 0, [0.0])


def test_a_channel_that_is_silent_at_rest_starts_no_clock() -> None:
    # Level 2 is left for good.
    model = tk.rates([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    silent = next(k for k in range(model.table.size) if model.table.column[k] == 2)
    with pytest.raises(ValueError, match="no clock starts"):
        tk.waiting_times(model, silent, silent, [0.0])
