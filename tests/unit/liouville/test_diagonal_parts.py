"""Jumps that do almost the same on all levels: what is small beside that keeps its digits in every answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import thermokin as tk

X, Z, ONE = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
WEAK = 1e-6
QUICK = settings(max_examples=40, deadline=None)


def model(hamiltonian: np.ndarray, jumps: list[np.ndarray]) -> tk.Model:
    return tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])


@pytest.mark.parametrize(("shift", "weak"), [(1e3, 1e-6), (1.0, 1e-9), (1e3, 1e-9), (1e3j, 1e-6), (1.0, 1e-3)])
@pytest.mark.parametrize("method", [None, tk.Dense(), tk.Sparse(), tk.Krylov()])
def test_weak_dephasing_beside_a_multiple_of_one_keeps_two_states(
    shift: complex, weak: float, method: tk.Dense | None
) -> None:
    # The dephasing of a + e sigma_x is that of e sigma_x, for a real ratio: 1 and sigma_x are at rest.
    turned = weak * X * (shift / abs(shift))
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.steady_state(model(np.zeros((2, 2)), [shift * ONE + turned]), method=method)


@pytest.mark.parametrize("method", [None, tk.Dense(), tk.Sparse(), tk.Krylov()])
def test_a_damped_qubit_that_is_flipped_beside_a_multiple_of_one_has_its_closed_form(method: tk.Dense | None) -> None:
    # Flips at e^2 up and down, decay at e^2: the upper level holds 1/3.
    made = tk.steady_state(model(np.zeros((2, 2)), [1e3 * ONE + WEAK * X, WEAK * LOWER]), method=method)
    np.testing.assert_allclose(made.populations, [2 / 3, 1 / 3], rtol=1e-12)


def test_slow_flips_beside_a_multiple_of_one_relax_as_the_closed_form_says() -> None:
    times = np.array([1e10, 1e11, 1e12])
    made = tk.evolve(model(np.zeros((2, 2)), [1e3 * ONE + WEAK * X]), np.diag([1.0, 0.0]), times).populations[..., 1]
    np.testing.assert_allclose(made, -0.5 * np.expm1(-2.0 * WEAK**2 * times), rtol=1e-9)


@pytest.mark.parametrize("strong", [np.diag([0.0, 1.0]), Z, np.diag([1.0, 1j])])
@pytest.mark.parametrize("method", [None, tk.Dense(), tk.Sparse()])
def test_flips_beside_strong_dephasing_of_a_neighbour_keep_their_rates(
    strong: np.ndarray, method: tk.Dense | None
) -> None:
    # The neighbour has rates 1 and 1/4, this qubit flips at 1 and decays at .49, all times e^2: product of both.
    jumps = [
        1e3 * np.kron(strong, ONE) + WEAK * np.kron(ONE, X),
        WEAK * np.kron(LOWER, ONE),
        0.5 * WEAK * np.kron(LOWER.T, ONE),
        0.7 * WEAK * np.kron(ONE, LOWER),
    ]
    if np.iscomplexobj(strong):  # what 1 and i turn by way of sigma_x is taken back: Im(a^*) sigma_x e
        turning = 1e3 * WEAK * np.kron(np.diag([0.0, 1.0]), X)
        hamiltonian = -turning
    else:
        hamiltonian = np.zeros((4, 4))
    made = tk.steady_state(model(hamiltonian, jumps), method=method).populations
    own = np.array([1.49, 1.0]) / 2.49
    np.testing.assert_allclose(made, np.kron([0.8, 0.2], own), rtol=1e-9)


@st.composite
def shifted_models(draw: st.DrawFn) -> tuple[tk.Model, tk.Model]:
    """A random model, and the same motion by jumps that a multiple of 1 has been added to, on short binary numbers."""
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size, weak = draw(st.integers(2, 4)), 2.0 ** -draw(st.sampled_from([0, 6, 12, 20]))
    shift = draw(st.sampled_from([1.0, -1.0, 1j, 1 + 1j])) * 2.0 ** draw(st.integers(0, 6))

    def short() -> np.ndarray:
        return np.round(64.0 * (seed.normal(size=(size, size)) + 1j * seed.normal(size=(size, size)))) / 64.0

    jumps = [weak * short(), weak * short()]
    hamiltonian = short()
    hamiltonian = weak**2 * (hamiltonian + hamiltonian.conj().T)
    drive = (np.conj(shift) * jumps[0] - shift * jumps[0].conj().T) / 2j
    return model(hamiltonian, jumps), model(hamiltonian + drive, [jumps[0] + shift * np.eye(size), jumps[1]])


@QUICK
@given(shifted_models())
def test_a_multiple_of_one_and_its_drive_change_no_state_no_motion_and_no_count_of_other_jumps(
    models: tuple[tk.Model, tk.Model],
) -> None:
    plain, _ = models
    size, scale = plain.dimension, float(np.abs(plain.table.strength).max())
    for method in (None, tk.Sparse()):
        states = [tk.steady_state(one, method=method).state for one in models]
        np.testing.assert_allclose(states[1], states[0], atol=1e-9)
    times, start = np.array([0.1, 1.0, 5.0]) / scale, np.diag(np.eye(size)[0])
    np.testing.assert_allclose(*(tk.evolve(one, start, times).states for one in models), atol=1e-9)
    counted = [tk.cumulants(one, tk.current(one, [0.0, 1.0]), order=3).values for one in models]
    np.testing.assert_allclose(counted[1], counted[0], rtol=1e-7)


@st.composite
def random_jumps(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    """Jumps with strong diagonal elements, equal on some levels, none on others, and weak elements between levels."""
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size, weak = draw(st.integers(2, 4)), 10.0 ** -draw(st.integers(0, 3))
    jumps = []
    for _ in range(draw(st.integers(1, 3))):
        levels = seed.choice([0.0, 1.0, 1.0, 1j, -1.0 + 0.5j], size=size)
        jumps.append(np.diag(levels) + weak * seed.choice([0.0, 1.0, 1j, 0.3], size=(size, size)))
    hamiltonian = seed.normal(size=(size, size)) + 1j * seed.normal(size=(size, size))
    return hamiltonian + hamiltonian.conj().T, jumps


@QUICK
@given(random_jumps())
def test_jumps_in_two_parts_make_the_generator_that_they_make_whole(case: tuple[np.ndarray, list[np.ndarray]]) -> None:
    hamiltonian, jumps = case
    size = len(hamiltonian)
    start = np.diag(np.arange(1.0, size + 1)) / (size * (size + 1) / 2)
    made = tk.evolve(model(hamiltonian, jumps), start, [0.0, 0.3, 1.0]).states
    whole = oracles.liouvillian(hamiltonian, [oracles.Jump(jump) for jump in jumps])
    for time, state in zip([0.0, 0.3, 1.0], made, strict=True):
        right = oracles.unvec(oracles.propagate(whole, oracles.vec(start.astype(complex)), time))
        np.testing.assert_allclose(state, right, atol=1e-11)


def test_lone_coherences_between_levels_that_a_strong_jump_hardly_tells_apart_keep_their_decay() -> None:
    start, times = np.full((3, 3), 1 / 3), np.array([1e11, 1e12])
    made = tk.evolve(model(np.zeros((3, 3)), [np.diag([1024.0 + 2.0**-20, 1024.0, 0.0])]), start, times).states[:, 0, 1]
    np.testing.assert_allclose(made, np.exp(-0.5 * 2.0**-40 * times) / 3, rtol=1e-12)


@pytest.mark.parametrize("weak", [2.0**-10, 2.0**-17, 2.0**-24])
@pytest.mark.parametrize("shift", [1.0, 64.0, np.linspace(0.0, 1.0, 3)[:, None, None]])
def test_a_multiple_of_one_changes_nothing_where_all_rates_are_weak_beside_the_hamiltonian(
    weak: float, shift: float | np.ndarray
) -> None:
    def damped(shift: float | np.ndarray) -> tk.Model:
        return model(0.7 * X + 0.2 * Z, [weak * (Z + 0.5 * X) + shift * ONE, weak * (LOWER + 0.25 * LOWER.T)])

    plain, shifted = damped(0.0), damped(shift)
    right, made = tk.steady_state(plain).state, tk.steady_state(shifted).state
    np.testing.assert_allclose(made, np.broadcast_to(right, made.shape), rtol=0.0, atol=1e-12)
    right, made = (tk.cumulants(one, tk.current(one, [0.0, 1.0])).values for one in (plain, shifted))
    np.testing.assert_allclose(made, np.broadcast_to(right, made.shape), rtol=1e-10)
