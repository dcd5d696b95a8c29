"""A branch: everything asked of one quench, against closed forms and density matrices."""

from __future__ import annotations

import functools
from typing import Any

import mpmath
import numpy as np
import pytest

import counting_oracles as counting
import oracles
import systems
import thermokin as tk
from thermokin.quench.branch import DISTANCES, Branch, branch
from thermokin.quench.comparison import Comparison

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.2, 1.0])
HEATING = systems.TwoStateQuench()
QUENCHES = (HEATING, HEATING.reversed())


@functools.cache
def qubit_pair() -> tk.QuenchPair:
    return tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), 0.5, 2.0)


@functools.cache
def compared() -> Comparison:
    return tk.compare(qubit_pair(), TIMES)


def sides() -> tuple[Branch, Branch]:
    return compared().heating, compared().cooling


def test_a_branch_holds_the_closed_form_of_its_quench() -> None:
    for side, quench in zip(sides(), QUENCHES, strict=True):
        # Closed forms of two levels against closed forms in fifty digits.
        rates = quench.entropy_production_rate(TIMES)
        np.testing.assert_allclose(side.ledger.entropy_production_rate, rates, rtol=1e-12)
        np.testing.assert_allclose(side.ledger.entropy_production, quench.entropy_production(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.heat.mean, quench.heat_mean(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.heat.variance, quench.heat_variance(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.heat.deviation, np.sqrt(quench.heat_variance(TIMES)), rtol=1e-12)
        np.testing.assert_allclose(side.ledger.total_activity, quench.activity(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.distances["relative entropy"], quench.divergence(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.kinematics.length, quench.length(TIMES), rtol=1e-12)
        assert float(side.total_heat) == pytest.approx(float(quench.heat_mean(np.inf)), rel=1e-13)
        assert float(side.modes.gap) == pytest.approx(quench.relaxation, rel=1e-14)
        assert side.heat.relative_variance[0] == np.inf
        np.testing.assert_array_equal(side.times, TIMES)


def test_the_distances_of_a_branch_are_those_of_its_density_matrices() -> None:
    model = tk.library.qutrit_ladder(1.0, 2.0)
    side = branch(tk.Quench("heating", model, tk.Gibbs(0.5)), TIMES, [*DISTANCES, tk.distances.WignerYanase()])
    final = np.diag(oracles.gibbs_populations(np.arange(3.0), 2.0))
    names = {
        "trace distance": "trace_distance",
        "Bures angle": "bures_angle",
        "Hilbert-Schmidt distance": "hilbert_schmidt",
        "Wigner-Yanase angle": "wigner_yanase_angle",
    }
    assert set(side.distances) == {"relative entropy", *names}
    for index, state in enumerate(side.evolution.states):
        by_definition = oracles.distances(state, final)
        for name, key in names.items():
            # arccos near 1 loses half the digits in the oracle.
            assert side.distances[name][index] == pytest.approx(by_definition[key], rel=1e-9, abs=1e-8)
        divergence = oracles.relative_entropy(state, final)
        assert side.distances["relative entropy"][index] == pytest.approx(divergence, rel=1e-9, abs=1e-14)
    for measure in side.measures:
        start = side.distances[measure.name][0]
        assert float(side.initial_distances[measure.name]) == pytest.approx(float(start), rel=1e-12)
        np.testing.assert_allclose(side.remaining(measure), side.distances[measure.name] / start, rtol=1e-12)


def test_distances_at_late_times_keep_their_own_digits() -> None:
    """After 60 decay times a qubit's trace distance is e^-60 of its first: far below the rounding of its state."""
    late = 60.0 / HEATING.relaxation
    side = compared().heating.at([late])
    expected = float(oracles.gibbs_populations([0.0, 1.0], 2.0)[1] - oracles.gibbs_populations([0.0, 1.0], 0.5)[1])
    # The rate of a decay over sixty e-foldings to 1e-15 each.
    assert side.distances["trace distance"][0] == pytest.approx(expected * np.exp(-60.0), rel=1e-12)
    assert side.distances["relative entropy"][0] == pytest.approx(
        (expected * np.exp(-60.0)) ** 2 / (2 * 0.3775406687981454 * (1 - 0.3775406687981454)), rel=1e-9
    )


def test_a_driven_qubit_keeps_the_digits_of_its_distance_however_late() -> None:
    H = np.array([[0.0, 0.2], [0.2, 0.3]])
    jumps = [np.sqrt(rate) * np.eye(2)[:, [into]] @ np.eye(2)[[1 - into]] for into, rate in ((0, 0.5), (1, 0.1))]
    times, start = np.array([1.0, 50.0, 200.0]), np.diag([0.2, 0.8])
    side = branch(tk.Quench("driven", tk.Model(H, [tk.Channel(jump, None) for jump in jumps]), start), times)
    generator = oracles.liouvillian(H, [oracles.Jump(jump) for jump in jumps])
    with mpmath.workdps(40):
        values, right = mpmath.eig(mpmath.matrix(generator.tolist()))
        amplitude = mpmath.lu_solve(right, mpmath.matrix(oracles.vec(start).tolist()))
        # The smallest eigenvalue counts as exactly zero: rates in doubles leave it at 1e-17.
        moving = sorted(range(4), key=lambda n: float(abs(values[n])))[1:]
        apart = [
            [mpmath.fsum(right[row, n] * amplitude[n] * mpmath.exp(values[n] * t) for n in moving) for row in range(4)]
            for t in times.tolist()
        ]
        length = np.array([float(mpmath.sqrt(mpmath.fsum(abs(x) ** 2 for x in row))) for row in apart])
    assert length[-1] < 1e-34
    # Rates are known to 1e-16, over 80 decay times.
    np.testing.assert_allclose(side.distances["Hilbert-Schmidt distance"], length, rtol=1e-13)
    np.testing.assert_allclose(side.distances["trace distance"], length / np.sqrt(2.0), rtol=1e-13)
    # To second order in what is left, the relative entropy and the squared angle fall as the squared distance.
    for name, power in (("relative entropy", 2.0), ("Bures angle", 1.0)):
        left = side.distances[name][1:] / length[1:] ** power
        assert np.all(left > 0.25)
        assert np.all(left < 4.0)


def test_a_branch_at_other_times_is_the_same_quench() -> None:
    side = compared().heating.at([0.7])
    assert side.quench is compared().heating.quench
    np.testing.assert_allclose(side.heat.mean, HEATING.heat_mean([0.7]), rtol=1e-13)
    with pytest.raises(ValueError, match="times"):
        compared().heating.at([1.0, 0.5])


def test_a_coherent_branch_ends_in_the_steady_state_of_both_baths() -> None:
    rng = np.random.default_rng(3)
    contacts = []
    for name, temperature in (("cold", 0.6), ("hot", 1.5)):
        coupling = rng.normal(size=(3, 3))
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling + coupling.T, tk.Ohmic(0.02)))
    H = rng.normal(size=(3, 3))
    H = H + H.T
    model = tk.davies(H, contacts)
    root = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    state = root @ root.conj().T
    state /= np.trace(state).real
    side = branch(tk.Quench("by hand", model, state), [0.0, 5.0])
    jumps = [oracles.Jump(c.jump, frequency=-float(c.energy)) for c in model.channels]
    steady = oracles.steady_state(H, jumps)
    np.testing.assert_allclose(model.from_frame(side.final_matrix), steady, rtol=0, atol=1e-12)
    energies = np.linalg.eigvalsh(H)
    assert float(side.total_heat) == pytest.approx(np.trace(H @ (steady - state)).real, abs=1e-12)
    assert np.ptp(energies) > 0
    generator = oracles.liouvillian(H, jumps)
    moved = oracles.unvec(oracles.propagate(generator, oracles.vec(state), 5.0))
    by_definition = oracles.distances(moved, steady)
    assert side.distances["trace distance"][1] == pytest.approx(by_definition["trace_distance"], rel=1e-9)
    assert side.distances["Bures angle"][1] == pytest.approx(by_definition["bures_angle"], rel=1e-7)
    divergence = oracles.relative_entropy(moved, steady)
    assert side.distances["relative entropy"][1] == pytest.approx(divergence, rel=1e-9)
    gains = counting.liouvillian_gains(jumps, [-jump.frequency for jump in jumps], 2)
    first, second = counting.integrated_moments(generator, gains, oracles.vec(np.eye(3)), oracles.vec(state), 5.0)[1:]
    assert side.heat.mean[1] == pytest.approx(first, rel=1e-9)
    assert side.heat.variance[1] == pytest.approx(second - first**2, rel=1e-9)


@pytest.mark.parametrize(
    ("distances", "message"),
    [
        (["trace"], "`distances` must be a distance, such as"),
        (tk.distances.Trace(), "`distances` must be a list of distances"),
    ],
)
def test_what_is_no_list_of_distances_is_refused(distances: Any, message: str) -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(1.0, 0.01, t), 0.5, 2.0)
    with pytest.raises(TypeError, match=message):
        tk.compare(pair, [0.0, 1.0], distances=distances)
    with pytest.raises(TypeError, match="`distance` must be a distance, such as"):
        tk.equidistant(lambda t: tk.library.qubit(1.0, 0.01, t), 1.0, 0.5, distance="trace")  # type: ignore[arg-type]
