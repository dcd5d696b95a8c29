"""Laws of correlations over random states of several parts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import thermokin as tk
from random_states import SEEDS, random_state

ROUNDING = 1e-11  # of entropies of order one


@given(SEEDS, st.integers(1, 12))
def test_entropies_are_subadditive_and_strongly_so(seed: int, rank: int) -> None:
    found = tk.part_correlations(random_state(np.random.default_rng(seed), 12, rank), (2, 3, 2))
    assert found.total_correlation >= -ROUNDING
    assert (found.mutual_information >= -ROUNDING).all()
    # tracing out a part shrinks what is shared
    assert found.mutual_information[0] <= found.information_with_rest[0] + ROUNDING
    assert (found.information_with_rest <= 2.0 * found.entropies + ROUNDING).all()
    assert (found.negativity[:2] <= found.negativity_with_rest[0] + ROUNDING).all()


@given(SEEDS, st.integers(1, 4))
def test_separable_states_have_no_negativity_and_no_concurrence(seed: int, terms: int) -> None:
    generator = np.random.default_rng(seed)
    weights = generator.dirichlet(np.ones(terms))
    pairs = [[random_state(generator, 2, int(generator.integers(1, 3))) for _ in range(2)] for _ in range(terms)]
    found = tk.part_correlations(sum(w * np.kron(*pair) for w, pair in zip(weights, pairs, strict=True)), (2, 2))
    np.testing.assert_allclose(found.negativity, 0.0, atol=1e-14)
    np.testing.assert_allclose(found.concurrence, 0.0, atol=1e-7)  # roots of rounded zeros


@given(SEEDS, st.integers(1, 4))
def test_two_qubits_are_entangled_by_both_measures_or_by_none(seed: int, rank: int) -> None:
    found = tk.part_correlations(random_state(np.random.default_rng(seed), 4, rank), (2, 2))
    concurrence, negativity = found.concurrence[0], 2.0 * found.negativity[0]
    assert negativity <= concurrence + 1e-7
    # Verstraete et al. 2001: sqrt((1 - C)^2 + C^2) - (1 - C) is the least
    assert negativity >= np.sqrt((1.0 - concurrence) ** 2 + concurrence**2) - (1.0 - concurrence) - 1e-7
