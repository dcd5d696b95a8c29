"""Several steady states are claimed only where subspaces are found that nothing leaves, not for a weak way out."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

METHODS = [tk.Dense(), tk.Sparse(), tk.Krylov()]
WEAK = r"too weak beside its fastest motion to tell in double precision whether there is one steady state or several"


def nearly_dark(leak: float) -> tk.Model:
    """Two qubits with collective decay; the singlet, dark to it, leaks at a rate of its own."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    both, difference = np.kron(lower, one) + np.kron(one, lower), np.kron(lower, one) - np.kron(one, lower)
    jumps = [both, np.sqrt(0.5) * both.T]
    jumps += [np.sqrt(leak) * difference, np.sqrt(0.5 * leak) * difference.T] if leak else []
    return tk.Model(np.zeros((4, 4)), [tk.Channel(jump, None) for jump in jumps])


def joined_pairs(link: float) -> tk.Model:
    """Two pairs of levels, coherent inside, joined by one weak element of H."""
    hamiltonian = np.zeros((4, 4))
    for one, other, size in ((0, 1, 0.3), (2, 3, 0.2), (1, 2, link)):
        hamiltonian[one, other] = hamiltonian[other, one] = size
    jumps = []
    for target, source, rate in ((0, 1, 0.4), (1, 0, 0.1), (2, 3, 0.3), (3, 2, 0.2)):
        jump = np.zeros((4, 4))
        jump[target, source] = np.sqrt(rate)
        jumps.append(tk.Channel(jump, None))
    return tk.Model(hamiltonian, jumps)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("leak", [1e-14, 1e-17, 1e-30])
def test_a_dark_state_with_the_weakest_leak_is_too_weak_to_tell_and_not_a_second_steady_state(
    leak: float, method: tk.Dense
) -> None:
    model = nearly_dark(leak)
    with pytest.raises(tk.errors.NotConvergedError, match=WEAK):
        tk.steady_state(model, method=method)
    with pytest.raises(tk.errors.NotConvergedError, match=WEAK):
        tk.cumulants(model, tk.activity(model), method=method)


@pytest.mark.parametrize("method", METHODS)
def test_a_dark_state_without_a_leak_is_a_second_steady_state(method: tk.Dense) -> None:
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the steady state is not unique"):
        tk.steady_state(nearly_dark(0.0), method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("link", [1e-8, 1e-10, 1e-13, 1e-16, 1e-30])
def test_a_weak_coherent_link_is_followed_or_too_weak_to_tell(link: float, method: tk.Dense) -> None:
    model = joined_pairs(link)
    try:
        made = tk.steady_state(model, method=method).populations
    except tk.errors.NotConvergedError as error:
        assert "one steady state or several" in str(error)  # noqa: PT017
        assert ("Dense()" in str(error)) == (not isinstance(method, tk.Dense))  # noqa: PT017
        assert link < 1e-13 or not isinstance(method, tk.Dense)
        return
    # To second order in the link the shares no longer depend on it.
    np.testing.assert_allclose(made, tk.steady_state(joined_pairs(1e-5)).populations, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_a_random_conserved_projector_is_seen_whatever_the_basis(seed: int, method: tk.Dense) -> None:
    random = np.random.default_rng(seed)

    def blocks() -> np.ndarray:
        out = np.zeros((4, 4), dtype=complex)
        for part in (slice(0, 2), slice(2, 4)):
            out[part, part] = random.normal(size=(2, 2)) + 1j * random.normal(size=(2, 2))
        return out

    turn = np.linalg.qr(random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4)))[0]
    hamiltonian, jumps = blocks(), [blocks() for _ in range(2)]
    model = tk.Model(
        turn @ (hamiltonian + hamiltonian.conj().T) @ turn.conj().T,
        [tk.Channel(turn @ jump @ turn.conj().T, None) for jump in jumps],
    )
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the steady state is not unique"):
        tk.steady_state(model, method=method)


def tripod(gap: float, seed: int, phases: float) -> tk.Model:
    """Three ground levels coupled to one that decays into all: two dark states, which detunings alone empty."""
    random = np.random.default_rng(seed)
    drive = random.normal(size=3) * np.exp(1j * phases * random.normal(size=3))
    hamiltonian = np.zeros((4, 4), dtype=complex)
    hamiltonian[3, :3], hamiltonian[:3, 3] = drive, drive.conj()
    hamiltonian[[0, 1], [0, 1]] = gap, -0.3 * gap
    jumps = [np.sqrt(rate) * np.outer(np.eye(4)[leg], np.eye(4)[3]) for leg, rate in enumerate((0.5, 0.3, 0.2))]
    return tk.Model(hamiltonian, [tk.Channel(jump, None) for jump in jumps])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("phases", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_dark_states_that_the_weakest_detunings_empty_are_too_weak_to_tell_and_not_several(
    seed: int, phases: float, method: tk.Dense
) -> None:
    for gap in (1e-13, 1e-15, 1e-17, 1e-20, 1e-60):
        with pytest.raises(tk.errors.NotConvergedError, match="whether there is one steady state or several"):
            tk.steady_state(tripod(gap, seed, phases), method=method)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the steady state is not unique"):
        tk.steady_state(tripod(0.0, seed, phases), method=method)
