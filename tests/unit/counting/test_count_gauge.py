"""Currents that a link decides which hardly anything passes: everything else goes back and forth, and cancels."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk
from exact_counting import exact_cumulants, exact_rate_cumulants
from oracles import Array
from thermokin.counting.count_gauge import moved_counts
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks
from thermokin.solvers.dense import DenseResolvent

DRIVES = [1e-1, 1e-2, 1e-4, 1e-8, 1e-12]
DETUNINGS = [1.0, 1e2, 1e4, 1e6]


def maser(drive: Array | float, detuning: Array | float = 0.0) -> tk.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return tk.library.three_level_maser(drive=drive, hot=4.0, detuning=detuning)


def exact(model: tk.Model, weights: Array, order: int) -> Array:
    """80-digit reference on the model's own numbers."""
    jumps = [model.table.jump(number) for number in range(model.table.size)]
    return np.array([float(value) for value in exact_cumulants(model.generator.matrix, jumps, weights, order)])


@pytest.mark.parametrize(
    ("drive", "detuning"), [(drive, 0.0) for drive in DRIVES] + [(0.1, detuning) for detuning in DETUNINGS]
)
@pytest.mark.parametrize("bath", ["hot", None])
@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse()])
def test_heat_and_its_noise_keep_their_digits_at_any_drive_and_detuning(
    drive: float, detuning: float, bath: str | None, method: tk.Dense
) -> None:
    model = maser(drive, detuning)
    heat = tk.heat(model) if bath is None else tk.heat(model, bath)
    found = tk.cumulants(model, heat, order=3, method=method)
    right = exact(model, heat.weights, 3)
    np.testing.assert_allclose(found.values, right, rtol=1e-11)
    np.testing.assert_array_less(np.abs(found.values - right), found.error + 1e-16 * np.abs(right))


def test_a_sweep_of_drives_over_twelve_decades_is_right_at_every_point() -> None:
    drives = np.logspace(-12.0, -1.0, 12)
    model = maser(drives)
    found = tk.cumulants(model, tk.heat(model, "hot"), order=2)
    for drive, values in zip(drives, found.values, strict=True):
        alone = maser(float(drive))
        np.testing.assert_allclose(values, exact(alone, tk.heat(alone, "hot").weights, 2), rtol=1e-11)


def test_both_heats_of_a_hardly_driven_maser_go_in_the_ratio_of_its_gaps() -> None:
    model = maser(1e-9)
    found = tk.covariance(model, [tk.heat(model, "hot"), tk.heat(model, "cold")])
    # A quantum of 2.5 in from hot is one of 1 out to cold: closed form.
    np.testing.assert_allclose(found.mean[0] / found.mean[1], -2.5, rtol=1e-12)
    np.testing.assert_allclose(found.values / found.values[0, 0], [[1.0, -0.4], [-0.4, 0.16]], rtol=1e-12)
    assert (found.relative_error < 1e-11).all()


@pytest.mark.parametrize("seed", range(10))
def test_rings_closed_by_a_weak_link_carry_the_current_of_that_link(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, weak = int(rng.integers(3, 7)), 10.0 ** -rng.uniform(4.0, 18.0)
    rates, weights = np.zeros((size, size)), np.zeros((size, size))
    for level in range(size):
        after = (level + 1) % size
        strength = weak if after == 0 else 1.0
        rates[after, level], rates[level, after] = strength * rng.random(2)
        weights[after, level] = rng.normal()
        weights[level, after] = -weights[after, level]
    model = tk.rates(rates, weights={"count": weights})
    found = tk.cumulants(model, tk.current(model, "count"), order=3)
    right = np.array([float(value) for value in exact_rate_cumulants(rates, weights, 3)])
    np.testing.assert_allclose(found.values, right, rtol=1e-9)
    np.testing.assert_array_less(np.abs(found.values - right), found.error + 1e-16 * np.abs(right))


@pytest.mark.parametrize("seed", range(6))
def test_moving_counts_changes_no_cumulant(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 4
    hamiltonian = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    channels = [tk.Channel(rng.normal(size=(size, size)), None) for _ in range(3)]
    model, weights = tk.Model(hamiltonian + hamiltonian.conj().T, channels), rng.normal(size=3)
    resolvent = DenseResolvent(population_blocks(Liouvillian(model))[0])
    moved = moved_counts(
        resolvent.block.links(), resolvent.block.places, np.abs(resolvent.stationary), weights, thin=bool(seed % 2)
    )
    trace, state = resolvent.block.trace, resolvent.stationary[:, None]

    def two(once: Array, twice: Array) -> list[float]:
        mean = float(trace @ (once @ state)[:, 0])
        response = resolvent.drazin(mean * state - once @ state)
        return [mean, float(trace @ (twice @ state + 2.0 * (once @ response))[:, 0])]

    plain = two(resolvent.block.jumps(weights), resolvent.block.jumps(weights**2))
    np.testing.assert_allclose(two(moved.matrix(moved.counts), moved.matrix(moved.counts**2)), plain, rtol=1e-11)
    assert not np.array_equal(
        moved.counts, np.where(resolvent.block.links()[3] >= 0, weights[resolvent.block.links()[3]], 0.0)
    )


def test_a_current_that_only_changes_a_state_does_not_fluctuate_in_the_long_run() -> None:
    model = tk.library.qubit(gap=1.0, rate=0.001, temperature=0.7)
    found = tk.cumulants(model, tk.heat(model), order=4)
    np.testing.assert_array_equal(found.values, 0.0)
    np.testing.assert_array_equal(found.error, 0.0)
    np.testing.assert_array_equal(found.relative_error, 0.0)
