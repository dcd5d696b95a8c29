"""Two measurements of the energy: enumeration, agreement with counted heat, and where they differ."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg

import counting_oracles as counting
import oracles
import thermokin as tk
from library_models import random_density_matrix
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

ENERGIES = np.array([0.0, 1.0, 1.7, 3.0])
TIMES = [0.0, 0.4, 6.0]


def by_hand(model: tk.Model, jumps: list[Array], energy: Array, start: Array, time: float) -> dict[float, float]:
    """Projectors on equal energies before and after one dense exponential."""
    generator = oracles.liouvillian(model.hamiltonian, [oracles.Jump(jump) for jump in jumps])
    moved = scipy.linalg.expm(generator * time)
    values, vectors = np.linalg.eigh(energy)
    found: dict[float, float] = {}
    for one in np.unique(values.round(9)):
        first = vectors[:, np.abs(values - one) < 1e-8]
        before = first @ first.conj().T
        after = oracles.unvec(moved @ oracles.vec(before @ start @ before))
        for other in np.unique(values.round(9)):
            second = vectors[:, np.abs(values - other) < 1e-8]
            change = round(float(other - one), 8) + 0.0
            found[change] = found.get(change, 0.0) + float(np.trace(second.conj().T @ after @ second).real)
    return found


def agree(found: tk.results.Distribution, index: int, expected: dict[float, float]) -> None:
    assert found.values.size == len(expected)
    for value, p in zip(found.values, found.probabilities[index], strict=True):
        (near,) = [key for key in expected if abs(key - float(value)) < 1e-6]
        # One dense exponential against sectors.
        assert p == pytest.approx(expected[near], abs=1e-12)


def test_energy_changes_of_rates_are_those_of_all_pairs_of_levels() -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    matrix = oracles.thermal_rate_matrix(ENERGIES, np.ones((4, 4)), lambda w: 0.2, 0.8)
    start = oracles.gibbs_populations(ENERGIES, 2.0)
    found = tk.two_point_distribution(model, tk.Gibbs(2.0), TIMES)
    for index, time in enumerate(TIMES):
        agree(found, index, counting.two_point_energy_distribution(matrix, ENERGIES, start, time))
    assert found.quantity == "energy change"
    assert found.beyond.max() == 0.0


def test_counted_heat_of_one_bath_is_the_measured_energy_change_from_any_start() -> None:
    """A Davies generator keeps energies apart: coherence between them never reaches a count, measured away or not."""
    coupling = np.array([[0.2, 1.0, 0.7], [1.0, -0.1, 0.4], [0.7, 0.4, 0.3]])
    for energies in ([0.0, 1.0, 2.6], [0.0, 1.0, 1.0], [0.0, 1.0, 2.0]):
        model = tk.davies(np.diag(energies), [tk.Contact(tk.Bath("bath", 0.8), coupling, tk.Ohmic(0.01))])
        start = random_density_matrix(3, seed=4)
        times = [3.0, 60.0]
        measured = tk.two_point_distribution(model, start, times)
        counted = tk.distribution(model, tk.heat(model), start, times)
        for value, p in zip(counted.values, counted.probabilities.T, strict=True):
            near = np.abs(measured.values - value) < 1e-9
            np.testing.assert_allclose(measured.probabilities[:, near].sum(axis=-1), p, atol=1e-13)


def test_a_drive_does_work_that_no_jump_counts() -> None:
    """The energy H0 is measured, the motion is under H0 and a drive: heat and energy change are different amounts."""
    down = np.array([[0.0, 1.0], [0.0, 0.0]])
    jumps = [np.sqrt(0.3) * down, np.sqrt(0.1) * down.T]
    bath = tk.Bath("bath", 1.0 / np.log(3.0))
    channels = [tk.Channel(jumps[0], bath, -1.0), tk.Channel(jumps[1], bath, 1.0)]
    drive = np.array([[0.0, 0.4], [0.4, 1.0]])
    model = tk.Model(drive, channels, energy_operator=np.diag([0.0, 1.0]))
    start = np.diag([0.7, 0.3]).astype(complex)
    measured = tk.two_point_distribution(model, start, TIMES)
    for index, time in enumerate(TIMES):
        agree(measured, index, by_hand(model, jumps, np.diag([0.0, 1.0]), start, time))
    np.testing.assert_allclose(measured.values, [-1.0, 0.0, 1.0], atol=1e-14)
    counted = tk.distribution(model, tk.heat(model), start, TIMES)
    assert abs(counted.mean[-1] - measured.mean[-1]) > 0.1
    assert counted.values.size > 3


def test_a_first_measurement_takes_the_coherence_away_where_motion_would_use_it() -> None:
    """Two detuned qubits that exchange quanta, their own energies measured: the mean change depends on the coherence
    of the start, and the measured one is that of the start without it."""
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = np.kron(lower, np.eye(2)), np.kron(np.eye(2), lower)
    bare = 1.0 * one.T @ one + 1.6 * two.T @ two
    motion = bare + 0.3 * (one.T @ two + two.T @ one)
    bath = tk.Bath("bath", 1.0 / np.log(2.0))
    jumps = [np.sqrt(0.2) * one, np.sqrt(0.1) * one.T]
    model = tk.Model(motion, [tk.Channel(jumps[0], bath, -1.0), tk.Channel(jumps[1], bath, 1.0)], energy_operator=bare)
    ket = np.array([0.0, 1.0, 1.0j, 0.0]) / np.sqrt(2.0)
    coherent = np.outer(ket, ket.conj())
    measured = tk.two_point_distribution(model, coherent, TIMES)
    without = tk.two_point_distribution(model, np.diag(np.diag(coherent)), TIMES)
    for index, time in enumerate(TIMES):
        agree(measured, index, by_hand(model, jumps, bare, coherent, time))
    np.testing.assert_allclose(measured.probabilities, without.probabilities, atol=1e-14)
    moved = tk.evolve(model, coherent, TIMES).states
    change = np.einsum("ij,tji->t", bare, moved).real - float(np.trace(bare @ coherent).real)
    assert np.abs(measured.mean - change).max() > 0.05


def test_a_sweep_is_measured_point_by_point() -> None:
    down = np.array([[0.0, 1.0], [0.0, 0.0]])
    rates, starts = np.array([[0.1], [0.3]]), np.array([0.5, 2.0, 0.0])
    drive = np.array([[0.0, 0.4], [0.4, 1.0]])

    def driven(rate: Array) -> tk.Model:
        return tk.Model(
            drive, [tk.Channel(np.sqrt(rate)[..., None, None] * down, None)], energy_operator=np.diag([0.0, 1.0])
        )

    found = tk.two_point_distribution(driven(rates), tk.Gibbs(starts), TIMES)
    assert found.probabilities.shape == (2, 3, 3, 3)
    for row, column in [(0, 0), (1, 1), (1, 2)]:
        one = tk.two_point_distribution(driven(rates[row, 0]), tk.Gibbs(starts[column]), TIMES)
        np.testing.assert_allclose(found.probabilities[row, column], one.probabilities, atol=1e-13)


def test_one_time_a_window_and_bins_are_listed_as_for_currents() -> None:
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    whole = tk.two_point_distribution(model, tk.Gibbs(2.0), 0.4)
    part = tk.two_point_distribution(model, tk.Gibbs(2.0), 0.4, window=(0.0, 2.0))
    assert part.probabilities.sum() + part.beyond == pytest.approx(1.0, abs=1e-14)
    binned = tk.two_point_distribution(model, tk.Gibbs(2.0), 0.4, width=10.0)
    assert binned.values.tolist() == [0.0]
    assert whole.probabilities.sum() == pytest.approx(binned.probabilities[0], abs=1e-14)


def test_only_models_are_measured() -> None:
    with pytest.raises(TypeError, match="`model` must be a Model"):
        tk.two_point_distribution("qubit", tk.Gibbs(1.0), 1.0)  # type: ignore[arg-type]
