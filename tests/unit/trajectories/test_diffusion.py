"""Diffusive records: the instrument of a step, mean states, photocurrent and its correlation, positivity, refusals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from scipy import integrate, stats

import jump_machines as machines
import oracles
import thermokin as tk
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.trajectories.instrument import hermitian_basis, instrument, polynomial_gaussian

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

DRIVE = 1.5
GROUND = np.diag([1.0, 0.0]).astype(complex)
# The field of a driven qubit lies in the quadrature at a right angle to the drive.
PHASE = np.pi / 2.0
DETECTIONS = {
    "homodyne": tk.Homodyne(0, 0.1, PHASE),
    "in phase": tk.Homodyne(0, 0.1, 0.3),
    "inefficient": tk.Homodyne(0, 0.1, PHASE, efficiency=0.4),
    "heterodyne": tk.Heterodyne(0, 0.1, PHASE),
}


def generator() -> Array:
    return oracles.liouvillian(
        0.5 * DRIVE * (machines.LOWER + machines.LOWER.T), [oracles.Jump(machines.LOWER.astype(complex))]
    )


def watched(detection: Any, times: Any, runs: int = 4000, start: Array = GROUND) -> tk.results.DiffusiveTrajectories:
    return tk.unravel(machines.driven_qubit(DRIVE), start, times, trajectories=runs, seed=5, detection=detection)


@pytest.mark.parametrize("name", DETECTIONS)
def test_a_step_averaged_over_readings_errs_by_its_cube(name: str) -> None:
    """Against exp(L h): halving the step divides the error by eight."""
    liouvillian, errors = Liouvillian(machines.driven_qubit(DRIVE)), []
    for step in (0.04, 0.02, 0.01):
        given = DETECTIONS[name]
        made = instrument(liouvillian, type(given)(0, step, given.phase, given.efficiency))
        exact = scipy.linalg.expm(generator() * step)
        columns = made.basis.reshape(4, 4).T
        errors.append(np.abs(columns @ made.average @ columns.conj().T - exact).max())
    ratios = np.array(errors[:-1]) / errors[1:]
    np.testing.assert_allclose(ratios, 8.0, rtol=0.05)  # the next order is a tenth of this at the longest step


@pytest.mark.parametrize("name", DETECTIONS)
def test_the_mean_over_diffusive_records_is_the_state_of_the_master_equation(name: str) -> None:
    times = [0.0, 0.5, 2.0, 8.0]
    records = watched(DETECTIONS[name], times)
    exact = tk.evolve(machines.driven_qubit(DRIVE), GROUND, times).states
    # Five standard errors of elements of modulus at most 1/2 about their mean, and the square of the step (1e-4 here).
    np.testing.assert_allclose(records.mean_states, exact, atol=5.0 * 0.5 / np.sqrt(4000) + 1e-3)
    excited = records.expectation(np.diag([0.0, 1.0]))
    np.testing.assert_allclose(excited.mean(axis=0), records.mean_states[:, 1, 1].real, atol=1e-12)


@pytest.mark.parametrize("name", DETECTIONS)
def test_conditioned_states_are_positive_and_pure_where_all_is_seen(name: str) -> None:
    states = watched(DETECTIONS[name], [5.0, 20.0], 500).states
    np.testing.assert_allclose(np.trace(states, axis1=-2, axis2=-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(states, states.conj().swapaxes(-1, -2), atol=1e-15)
    smallest = np.linalg.eigvalsh(states)[..., 0]
    # Positive maps; rounding of a few hundred of them.
    assert smallest.min() > -1e-11
    if name == "inefficient":
        assert smallest.mean() > 0.05
    else:
        assert smallest.max() < 1e-11


@pytest.mark.parametrize("name", DETECTIONS)
def test_the_photocurrent_shows_the_quadrature_and_shot_noise(name: str) -> None:
    detection = DETECTIONS[name]
    records = watched(detection, [3.0], 8000)
    exact = tk.evolve(machines.driven_qubit(DRIVE), GROUND, records.steps).states
    shares = [0.5, 0.5] if name == "heterodyne" else [detection.efficiency]
    mean = records.photocurrent.mean(axis=0)
    noise = records.photocurrent.var(axis=0)
    for quadrature, share in enumerate(shares):
        turned = np.exp(-1j * (detection.phase + quadrature * PHASE)) * machines.LOWER
        signal = np.sqrt(share) * np.einsum("ij,tji->t", turned + turned.conj().T, exact).real
        error = 1.0 / np.sqrt(detection.step * 8000)
        # Five standard errors of shot noise; the step's square is a few times 1e-3.
        np.testing.assert_allclose(mean[:, quadrature], signal, atol=5.0 * error + 5e-3)
        # Variance 1/step of shot noise, up to the signal's own of order one.
        np.testing.assert_allclose(noise[:, quadrature] * detection.step, 1.0, atol=0.25)


@pytest.mark.parametrize("name", ["homodyne", "inefficient"])
def test_the_photocurrent_correlates_as_regression_says(name: str) -> None:
    """At rest <I(t) I(t + tau)> = tr[(c + c^+) exp(L tau)(c rho + rho c^+)], c = sqrt(eta) exp(-i phase) L."""
    detection = DETECTIONS[name]
    rest = oracles.unvec(oracles.steady_vector(generator(), oracles.vec(np.eye(2))))
    records = watched(detection, [20.0], 4000, rest)
    current = records.photocurrent[..., 0]
    read = np.sqrt(detection.efficiency) * np.exp(-1j * detection.phase) * machines.LOWER
    seen, left = read + read.conj().T, read @ rest + rest @ read.conj().T
    for lag in (1, 3, 10, 25):
        products = current[:, :-lag] * current[:, lag:]
        moved = oracles.unvec(scipy.linalg.expm(generator() * lag * detection.step) @ oracles.vec(left))
        exact = np.trace(seen @ moved).real
        # Runs are independent; products within one hardly are not. Five standard errors over runs, and the square of
        # the step, 1e-2, times numbers of order one half.
        found = products.mean(axis=1)
        assert found.mean() == pytest.approx(exact, abs=5.0 * found.std() / np.sqrt(4000) + 5e-3)


def test_a_quadrature_of_a_decaying_qubit_tells_its_phase() -> None:
    """Without a drive, |+> radiates <c + c^+> = exp(-t/2) into its own quadrature and nothing into the other."""
    model = tk.Model(np.zeros((2, 2)), [tk.Channel(machines.LOWER, None)])
    start = np.full((2, 2), 0.5)
    for phase, sign in ((0.0, 1.0), (PHASE, 0.0), (np.pi, -1.0)):
        records = tk.unravel(model, start, [4.0], trajectories=5000, seed=3, detection=tk.Homodyne(0, 0.1, phase))
        total = records.increments[..., 0].sum(axis=1)
        exact = sign * 2.0 * (1.0 - np.exp(-2.0))
        assert total.mean() == pytest.approx(exact, abs=5.0 * total.std() / np.sqrt(5000) + 2e-3)


def test_unseen_channels_only_mix_the_state() -> None:
    """Two channels, one watched: the mean state is still that of the master equation, and no record is pure."""
    model = machines.maser()
    start = np.array([0.2, 0.5, 0.3])
    records = tk.unravel(model, start, [1.0, 5.0], trajectories=2000, seed=4, detection=tk.Homodyne(2, 0.1))
    exact = tk.evolve(model, start, [1.0, 5.0]).states
    np.testing.assert_allclose(records.mean_states, exact, atol=5.0 * 0.5 / np.sqrt(2000) + 1e-3)
    assert np.linalg.eigvalsh(records.states)[..., 0].min() > 0.0


def test_states_come_back_in_the_basis_of_the_user() -> None:
    turn = scipy.linalg.expm(0.4j * np.array([[0.0, 1.0], [1.0, 0.3]]))
    energies = np.diag([0.0, 1.0])
    contact = tk.Contact(tk.Bath("bath", 0.5), turn @ np.array([[0, 1], [1, 0]]) @ turn.conj().T, tk.Flat(0.05))
    model = tk.davies(turn @ energies @ turn.conj().T, [contact])
    state = np.array([[0.7, 0.2j], [-0.2j, 0.3]])
    records = tk.unravel(model, state, [0.0, 3.0], trajectories=3000, seed=4, detection=tk.Homodyne(0, 0.1))
    np.testing.assert_allclose(records.states[:, 0], np.broadcast_to(state, (3000, 2, 2)), atol=1e-14)
    np.testing.assert_allclose(records.mean_states[1], tk.evolve(model, state, [3.0]).states[0], atol=0.02)


@pytest.mark.parametrize(
    "coefficients", [(1.0, 0.3, 0.05, 0.0, 0.0), (0.9, -0.4, 0.2, 0.05, 0.04), (0.0, 0.0, 1.0, 0, 0)]
)
def test_readings_are_drawn_from_a_normal_density_times_a_polynomial(coefficients: tuple[float, ...]) -> None:
    uniform = np.concatenate([np.random.default_rng(2).random(300), [0.0, 1e-12, 1.0 - 1e-12, 0.5]])
    found = polynomial_gaussian(np.tile(coefficients, (uniform.size, 1)), uniform)
    assert np.isfinite(found).all()

    def density(x: float) -> float:
        return float(stats.norm.pdf(x) * np.polynomial.polynomial.polyval(x, coefficients))

    whole = integrate.quad(density, -12.0, 12.0, epsabs=1e-13, limit=200)[0]
    for x, u in zip(found[::20], uniform[::20], strict=True):
        below = integrate.quad(density, -12.0, x, epsabs=1e-13, limit=200)[0]
        assert below / whole == pytest.approx(u, abs=1e-11)  # of the quadrature


def test_the_basis_of_hermitian_operators_is_orthonormal() -> None:
    basis = hermitian_basis(4)
    np.testing.assert_allclose(basis, basis.conj().swapaxes(1, 2))
    np.testing.assert_allclose(np.einsum("aij,bji->ab", basis, basis), np.eye(16), atol=1e-15)


def test_diffusive_records_are_reproduced_by_their_seed_on_any_executor() -> None:
    model = machines.driven_qubit(DRIVE)
    first = watched(DETECTIONS["heterodyne"], [1.0], 3000)
    with ThreadPoolExecutor(2) as pool:
        again = tk.unravel(
            model, GROUND, [1.0], trajectories=3000, seed=5, detection=DETECTIONS["heterodyne"], executor=pool
        )
    np.testing.assert_array_equal(first.increments, again.increments)
    np.testing.assert_array_equal(first.states, again.states)
    assert first.increments.shape == (3000, 10, 2)
    assert len(first) == 3000


@pytest.mark.parametrize(
    ("detection", "times", "error", "message"),
    [
        (tk.Homodyne(1, 0.1), [1.0], ValueError, "`channel` of a detection must be from 0 to 0, got 1"),
        (tk.Homodyne(0.5, 0.1), [1.0], TypeError, "`channel` of a detection must be a position"),  # type: ignore[arg-type]
        (tk.Homodyne(0, 0.1, efficiency=1.5), [1.0], ValueError, "`efficiency` of a detection"),
        (tk.Homodyne(0, 0.1, np.inf), [1.0], ValueError, "`phase` of a detection must be finite"),
        (tk.Heterodyne(0, 0.8), [0.8], ValueError, "`step` of a detection must be above 0 and so short"),
        (tk.Heterodyne(0, -0.1), [1.0], ValueError, "`step` of a detection must be above 0"),
        (tk.Homodyne(0, 0.1), [1.03], ValueError, "`times` must be whole multiples"),
        ("homodyne", [1.0], TypeError, "`detection` must be None, Homodyne"),
    ],
)
def test_a_detection_that_does_not_fit_is_refused(
    detection: Any, times: list[float], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        tk.unravel(machines.driven_qubit(DRIVE), GROUND, times, trajectories=10, detection=detection)


def test_an_operator_of_another_size_has_no_mean() -> None:
    records = watched(DETECTIONS["homodyne"], [0.1], 2)
    with pytest.raises(ValueError, match=r"`operator` must have shape \(2, 2\)"):
        records.expectation(np.eye(3))
