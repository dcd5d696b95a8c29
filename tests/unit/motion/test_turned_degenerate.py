"""Equal qubits in a basis that hides it: several steady states are found, a weak link is not taken for none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import thermokin as tk
from random_states import random_unitary

LOWER, UP, ONE = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([0.0, 1.0]), np.eye(2)
X = LOWER + LOWER.T
SEVERAL = "the steady state is not unique"


def at(operator: NDArray[np.float64], place: int, count: int) -> NDArray[np.float64]:
    whole = np.eye(1)
    for number in range(count):
        whole = np.kron(whole, operator if number == place else ONE)
    return whole


def turned(seed: int, touched: NDArray[np.float64], count: int, link: float = 0.0) -> tk.Model:
    """Qubits of equal gaps at one or two baths, cold and warm, written in a random basis."""
    rng = np.random.default_rng(seed)
    gap, temperature = 10.0 ** rng.uniform(-1.0, 1.0, 2)
    rate = gap * 10.0 ** rng.uniform(-4.0, -3.0)
    turn = random_unitary(rng, 2**count)
    touched = touched + link * at(X, 0, count)
    operators = [turn @ part @ turn.conj().T for part in (gap * sum(at(UP, i, count) for i in range(count)), touched)]
    hamiltonian, coupling = (0.5 * (part + part.conj().T) for part in operators)
    baths = [tk.Bath("a", temperature * gap), tk.Bath("b", 2.0 * temperature * gap)][: 1 + seed % 2]
    return tk.davies(hamiltonian, [tk.Contact(bath, coupling, tk.Flat(rate)) for bath in baths])


def together(count: int) -> NDArray[np.float64]:
    return np.asarray(sum(at(X, place, count) for place in range(count)))


@pytest.mark.parametrize("seed", [2, 6, 11, 14, 19, 21, 27, 31, *range(40, 60)])
@pytest.mark.parametrize("count", [2, 3])
def test_equal_qubits_that_a_bath_sees_as_one_keep_several_steady_states_in_any_basis(count: int, seed: int) -> None:
    model = turned(seed, together(count), count)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=SEVERAL):
        tk.steady_state(model)


@pytest.mark.parametrize("seed", range(20))
def test_a_qubit_that_no_bath_sees_keeps_what_it_starts_from_in_any_basis(seed: int) -> None:
    """The parts are equal here: no operator of the model tells them apart, so that any split of them will do."""
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match=SEVERAL):
        tk.steady_state(turned(seed, at(X, 0, 2), 2))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("link", [1e-4, 1e-7, 1e-10, 1e-11])
def test_a_weak_link_between_is_followed_or_too_weak_to_tell(link: float, seed: int) -> None:
    """With one bath its steady state is the Gibbs state, however weak the link."""
    model = turned(2 * seed, together(2), 2, link)
    try:
        made = tk.steady_state(model)
    except tk.errors.NotConvergedError:
        assert link < 1e-6
        return
    weights = np.exp(-(model.energies - model.energies.min()) / model.baths[0].temperature)
    np.testing.assert_allclose(made.frame_state, np.diag(weights / weights.sum()), atol=1e-5)
