"""Laws of stored work over random states and Hamiltonians."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import thermokin as tk
from random_states import groups_of_states, random_state, random_unitary
from strategies import temperatures

ROUNDING = 1e-11  # of energies of order one, beside entropies of nearly pure states


@given(groups_of_states(1), temperatures(), st.integers(0, 2**32 - 1))
def test_ergotropy_lies_between_nothing_and_the_free_energy(
    states: tuple[np.ndarray, ...], temperature: float, seed: int
) -> None:
    (state,) = states
    generator = np.random.default_rng(seed)
    frame = random_unitary(generator, len(state))
    hamiltonian = (frame * generator.normal(size=len(state))) @ frame.conj().T
    found = tk.ergotropy(state, hamiltonian)
    assert 0.0 <= found.incoherent <= found.total
    assert found.total <= found.of_copies(2) + ROUNDING
    assert found.of_copies(2) <= found.asymptotic + ROUNDING
    assert found.asymptotic <= found.work_with_bath(temperature) + ROUNDING
    turned = random_unitary(generator, len(state))
    moved = tk.ergotropy(turned @ state @ turned.conj().T, hamiltonian)
    # unitaries change the energy and the ergotropy by the same amount
    np.testing.assert_allclose(moved.total - found.total, moved.energy - found.energy, atol=ROUNDING)


@given(st.integers(0, 2**32 - 1))
def test_parts_never_give_more_than_the_whole(seed: int) -> None:
    generator = np.random.default_rng(seed)
    state = random_state(generator, 6, int(generator.integers(1, 7)))
    parts = [np.diag(np.sort(generator.normal(size=size))) for size in (2, 3)]
    whole = np.kron(parts[0], np.eye(3)) + np.kron(np.eye(2), parts[1])
    found = tk.local_ergotropy(state, whole, (2, 3))
    assert found.gap >= -ROUNDING
    assert (found.parts >= 0.0).all()
