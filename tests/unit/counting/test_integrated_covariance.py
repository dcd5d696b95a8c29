"""Covariances of exchanged amounts: against cumulants of sums, tilted generators, samples, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import counting_oracles as counting
import oracles
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from thermokin.counting import integrated_covariance as module

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.5, 3.0, 40.0])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def two_channel_qubit() -> tuple[tk.Model, np.ndarray[Any, Any], list[oracles.Jump]]:
    drive = np.array([[0.0, 0.4], [0.4, 0.3]])
    operators = [LOWER, 0.6 * LOWER.T, 0.5 * np.diag([1.0, -1.0])]
    model = tk.Model(drive, [tk.Channel(operator, None) for operator in operators])
    return model, drive, [oracles.Jump(operator) for operator in operators]


@pytest.mark.parametrize("name", NAMES)
def test_the_diagonal_holds_variances_and_the_rest_what_sums_need(name: str) -> None:
    model = example(name)
    start = random_density_matrix(model.dimension)
    one, two = tk.energy(model), tk.activity(model)
    times = [0.0, 20.0, 300.0]
    found = tk.integrated_covariance(model, [one, two], start, times)
    assert found.shape == (3, 2, 2)
    np.testing.assert_array_equal(found, found.swapaxes(-1, -2))
    alone = [tk.integrated_cumulants(model, current, start, times)[:, 1] for current in (one, two, one + two)]
    # Two exponentials of different systems; the moments about the drift are at most a few times the variances.
    scale = np.abs(alone[2]).max()
    np.testing.assert_allclose(found[:, 0, 0], alone[0], rtol=1e-9, atol=1e-11 * scale)
    np.testing.assert_allclose(found[:, 1, 1], alone[1], rtol=1e-9, atol=1e-11 * scale)
    np.testing.assert_allclose(found.sum(axis=(1, 2)), alone[2], rtol=1e-9, atol=1e-11 * scale)
    # Positive but for rounding.
    assert np.linalg.eigvalsh(found).min() > -1e-11 * scale


def test_covariances_are_second_derivatives_of_the_jointly_tilted_generator() -> None:
    model, drive, jumps = two_channel_qubit()
    start = np.array([[0.6, 0.1 - 0.2j], [0.1 + 0.2j, 0.4]])
    sets = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.3], [1.0, -1.0, 0.0]]
    currents = [tk.Current(str(index), np.array(w), model) for index, w in enumerate(sets)]
    found = tk.integrated_covariance(model, currents, start, TIMES)
    for a, b in [(0, 1), (0, 2), (1, 2), (1, 1)]:
        both = np.add(sets[a], sets[b]), np.subtract(sets[a], sets[b])
        variances = []
        for weights in both:
            tilted = counting.tilted_liouvillian(drive, jumps, list(weights))
            moments = counting.contour_moments(tilted, oracles.vec(np.eye(2)), oracles.vec(start), 3.0, 2)
            variances.append(counting.cumulants_of_moments(moments)[1])
        # 32 points on a circle of radius 1/2, and a difference of two variances.
        assert found[2, a, b] == pytest.approx((variances[0] - variances[1]) / 4.0, rel=1e-6, abs=1e-9)


def test_sampled_records_have_the_covariance_of_their_counts() -> None:
    model, drive, jumps = two_channel_qubit()
    start = np.array([[0.6, 0.1 - 0.2j], [0.1 + 0.2j, 0.4]])
    currents = [tk.Current(str(index), np.eye(3)[index], model) for index in range(3)]
    found = tk.integrated_covariance(model, currents, start, [3.0])[0]
    counts = counting.quantum_jump_counts(drive, jumps, start, 3.0, 4000, 5)
    apart = counts - counts.mean(axis=0)
    samples = apart[:, :, None] * apart[:, None, :]
    error = samples.std(axis=0) / np.sqrt(4000)
    assert (np.abs(samples.mean(axis=0) - found) < 5.0 * error).all()


def test_counts_of_one_channel_split_in_two_keep_their_covariances_late() -> None:
    """Late, the covariances grow at the rates of the steady state; the drift taken out keeps all digits."""
    model, _, _ = two_channel_qubit()
    currents = [tk.Current(str(index), np.eye(3)[index], model) for index in range(3)]
    found = tk.integrated_covariance(model, currents, np.eye(2) / 2.0, [1e4, 1e6])
    growth = (found[1] - found[0]) / 0.99e6
    # Beside means of 1e6 whose squares would leave four digits.
    np.testing.assert_allclose(growth, np.asarray(tk.covariance(model, currents)), rtol=1e-8, atol=1e-9)


def test_a_sweep_is_counted_point_by_point() -> None:
    temperatures, starts = np.array([[0.8], [1.2]]), np.array([0.4, 2.0, 0.0])
    model = tk.library.coupled_qubits([1.0, 1.3], 0.2, 0.002, temperatures, 0.7)
    found = tk.integrated_covariance(model, [tk.heat(model, "hot"), tk.activity(model)], tk.Gibbs(starts), TIMES)
    assert found.shape == (2, 3, TIMES.size, 2, 2)
    for row, column in [(0, 0), (1, 2)]:
        alone = tk.library.coupled_qubits([1.0, 1.3], 0.2, 0.002, float(temperatures[row, 0]), 0.7)
        currents = [tk.heat(alone, "hot"), tk.activity(alone)]
        one = tk.integrated_covariance(alone, currents, tk.Gibbs(float(starts[column])), TIMES)
        np.testing.assert_allclose(found[row, column], one, rtol=1e-10, atol=1e-14)


def test_sparse_products_agree_with_dense_exponentials(monkeypatch: pytest.MonkeyPatch) -> None:
    model, _, _ = two_channel_qubit()
    currents = [tk.Current(str(index), np.eye(3)[index], model) for index in range(3)]
    start = np.array([[0.6, 0.1 - 0.2j], [0.1 + 0.2j, 0.4]])
    dense = tk.integrated_covariance(model, currents, start, TIMES)
    monkeypatch.setattr(module, "DENSE_UP_TO", 0)
    np.testing.assert_allclose(tk.integrated_covariance(model, currents, start, TIMES), dense, rtol=1e-9, atol=1e-12)
    with pytest.raises(ValueError, match="a system this large is counted for one point"):
        tk.integrated_covariance(model, currents, tk.Populations([[0.5, 0.5], [1.0, 0.0]]), TIMES)


def test_what_is_no_list_of_finite_currents_of_the_model_is_refused() -> None:
    model, other = tk.library.qubit(1.0, 0.01, 0.0), tk.library.qubit(1.0, 0.01, 0.8)
    with pytest.raises(ValueError, match="at least one current"):
        tk.integrated_covariance(model, [], tk.Gibbs(1.0), TIMES)
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.integrated_covariance(model, [tk.heat(other)], tk.Gibbs(1.0), TIMES)
    with pytest.raises(TypeError, match="must hold Currents"):
        tk.integrated_covariance(model, [np.ones(2)], tk.Gibbs(1.0), TIMES)  # type: ignore[list-item]
    with pytest.raises(ValueError, match="infinite weights"):
        tk.integrated_covariance(model, [tk.entropy_flow(model)], tk.Gibbs(1.0), TIMES)
