"""States that hardly scatter, and pairs that decay together: small numbers that large ones cancel to."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from exact_counting import exact_cumulants
from oracles import Array

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
FIRST, SECOND = np.kron(LOWER, np.eye(2)), np.kron(np.eye(2), LOWER)
DIFFERENCE = np.kron(np.diag([0.0, 1.0]), np.eye(2)) - np.kron(np.eye(2), np.diag([0.0, 1.0]))
# Detuning: mean and noise of the photons that the dark state of a Lambda scatters; 60-digit reference.
SCATTERED = {
    1e-1: (2.4060815475574318e-3, 4.0647142160484113e-3),
    1e-3: (2.4324297685931187e-7, 4.1417014405524725e-7),
    1e-6: (2.4324324324297684e-13, 4.1417092768365753e-13),
    1e-7: (2.4324324324324056e-15, 4.1417092768443332e-15),
    1e-8: (2.4324324324324323e-17, 4.1417092768444114e-17),
}


def jump(size: int, row: int, column: int, rate: float) -> Array:
    out = np.zeros((size, size))
    out[row, column] = np.sqrt(rate)
    return out


def built(hamiltonian: Array, jumps: list[Array]) -> tk.Model:
    return tk.Model(hamiltonian, [tk.Channel(one, None) for one in jumps])


def detuned_lambda(detuning: float | Array) -> tk.Model:
    hamiltonian = np.zeros((*np.shape(detuning), 3, 3))
    hamiltonian[..., 0, 2] = hamiltonian[..., 2, 0] = 0.5
    hamiltonian[..., 1, 2] = hamiltonian[..., 2, 1] = 1.5
    hamiltonian[..., 1, 1] = detuning
    return built(hamiltonian, [jump(3, 0, 2, 4.0), jump(3, 1, 2, 1.0)])


def decaying_together(drive: float, detuning: float) -> tk.Model:
    both = FIRST + SECOND
    return built(drive * (both + both.T) + detuning * DIFFERENCE, [both])


def dark_legs(rng: np.random.Generator, legs: int) -> tuple[Array, list[Array]]:
    """A Lambda or tripod whose dark states leak by detunings, dephasing or thermal emission of 1e-1 to 1e-8."""
    leak = 10.0 ** -rng.uniform(1.0, 8.0)
    drive = rng.normal(size=legs) + 1j * rng.integers(0, 2) * rng.normal(size=legs)
    hamiltonian = np.zeros((legs + 1, legs + 1), dtype=np.complex128)
    hamiltonian[:legs, legs], hamiltonian[legs, :legs] = drive, drive.conj()
    jumps = [jump(legs + 1, leg, legs, rng.uniform(0.2, 4.0)) for leg in range(legs)]
    kind = rng.integers(0, 3)
    if kind == 0 or legs > 2:
        hamiltonian[np.arange(1, legs), np.arange(1, legs)] = leak * rng.normal(size=legs - 1)
    if kind == 1:
        jumps.append(jump(legs + 1, 0, 0, leak))
    if kind == 2:
        jumps.append(jump(legs + 1, legs, 1, leak))
    return hamiltonian, jumps


def pair_of_atoms(rng: np.random.Generator) -> tuple[Array, list[Array]]:
    """Two driven atoms that decay together, told apart by detunings or a decay of one alone."""
    leak = 10.0 ** -rng.uniform(1.0, 4.0)
    drive, both = rng.uniform(0.2, 1.0), FIRST + SECOND
    decay = FIRST + rng.choice([1.0, rng.uniform(0.5, 1.5)]) * SECOND
    jumps = [decay, np.sqrt(leak) * FIRST] if rng.integers(0, 2) else [decay]
    return drive * (both + both.T) + leak * DIFFERENCE, jumps


def require_honest(hamiltonian: Array, jumps: list[Array], order: int = 2) -> bool:
    """Right within the error stated, or refused; whether it was answered."""
    model, exact = built(hamiltonian, jumps), exact_cumulants(hamiltonian, jumps, np.ones(len(jumps)), order)
    try:
        found = tk.cumulants(model, tk.activity(model), order=order)
    except tk.errors.NotConvergedError:
        return False
    error = [float(abs(mpmath.mpf(float(value)) - right)) for value, right in zip(found.values, exact, strict=True)]
    assert (np.asarray(error) <= found.error).all()
    return True


@pytest.mark.parametrize("detuning", SCATTERED)
def test_a_dark_state_scatters_as_little_as_its_detuning_lets_it(detuning: float) -> None:
    model = detuned_lambda(detuning)
    activity = tk.activity(model)
    found, mean, noise = tk.cumulants(model, activity), *SCATTERED[detuning]
    np.testing.assert_allclose(found.values, [mean, noise], rtol=1e-13)
    assert (np.abs(found.values - [mean, noise]) <= found.error).all()
    assert (found.relative_error < 1e-12).all()
    generating = tk.cumulant_generating_function(model, activity, [0.0])
    assert float(generating.mean[0]) == pytest.approx(mean, rel=1e-12)
    assert float(generating.noise[0]) == pytest.approx(noise, rel=1e-12)
    assert float(tk.spectrum(model, activity, [1e-9]).values[0]) == pytest.approx(noise, rel=1e-5)
    waits = tk.waiting_times(model, [0, 1], [0, 1], [0.0, 1.0])
    assert float(waits.mean) == pytest.approx(1.0 / mean, rel=1e-12)
    assert float(tk.steady_state(model).populations[2]) == pytest.approx(mean / 5.0, rel=1e-12)


def test_a_sweep_of_dark_states_is_right_at_every_point() -> None:
    model = detuned_lambda(np.array(list(SCATTERED)))
    found = tk.cumulants(model, tk.activity(model))
    np.testing.assert_allclose(found.values, list(SCATTERED.values()), rtol=1e-13)


@pytest.mark.parametrize("legs", [2, 3])
@pytest.mark.parametrize("seed", range(20))
def test_random_dark_states_are_right_within_the_error_they_state_or_refused(legs: int, seed: int) -> None:
    answered = require_honest(*dark_legs(np.random.default_rng(seed), legs))
    assert answered or legs > 2


@pytest.mark.parametrize("seed", range(12))
def test_pairs_that_decay_together_are_right_within_the_error_they_state_or_refused(seed: int) -> None:
    require_honest(*pair_of_atoms(np.random.default_rng(seed)))


@pytest.mark.parametrize(("drive", "detuning"), [(0.5, 0.01), (1.0, 0.01), (0.5, 0.03), (0.3, 0.1)])
def test_two_detuned_atoms_that_decay_together_have_one_dark_state(drive: float, detuning: float) -> None:
    populations = tk.steady_state(decaying_together(drive, detuning)).populations
    # Closed form: |gg> beside the singlet, and nothing in |ee>.
    assert populations[0] == pytest.approx(detuning**2 / (detuning**2 + 2.0 * drive**2), rel=1e-8)
    assert abs(populations[3]) < 1e-12
    assert populations[1] == pytest.approx(populations[2], rel=1e-12)


def test_a_sweep_across_good_and_bad_conditions_takes_each_point_by_its_own_way() -> None:
    detunings = np.array([1.0, 0.1, 0.03, 0.01, 0.003])
    both = FIRST + SECOND
    hamiltonian = 0.5 * (both + both.T) + detunings[:, None, None] * DIFFERENCE
    swept = tk.steady_state(built(hamiltonian, [both, 0.1 * FIRST]))
    for number, detuning in enumerate(detunings):
        alone = tk.steady_state(built(0.5 * (both + both.T) + detuning * DIFFERENCE, [both, 0.1 * FIRST]))
        np.testing.assert_allclose(swept.populations[number], alone.populations, rtol=1e-12)


def test_dark_states_too_close_to_be_told_apart_are_refused_and_not_called_several() -> None:
    drive = np.array([0.3 + 0.1j, 0.5 - 0.7j, 1.1 + 0.2j])
    hamiltonian = np.zeros((4, 4), dtype=np.complex128)
    hamiltonian[:3, 3], hamiltonian[3, :3] = drive, drive.conj()
    hamiltonian[1, 1], hamiltonian[2, 2] = 1.1e-8, -0.7e-8
    model = built(hamiltonian, [jump(4, leg, 3, 1.0) for leg in range(3)])
    with pytest.raises(
        tk.errors.NotConvergedError, match=r"slowest relaxation .* lost its digits: .* one steady state or se"
    ):
        tk.steady_state(model)
