"""Laws of correlations over random states of several parts."""

from __future__ import annotations

import warnings

import numpy as np
from hypothesis import given, settings
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


@given(SEEDS, st.sampled_from([(2, 2, 2), (2, 3), (4, 2)]))
@settings(max_examples=20)
def test_balances_close_whatever_acts_where(seed: int, dims: tuple[int, ...]) -> None:
    generator = np.random.default_rng(seed)
    size = int(np.prod(dims))
    hamiltonian, jump = (generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size)) for _ in "hj")
    hamiltonian = hamiltonian + hamiltonian.conj().T
    own = tk.operators.embed(jump[: dims[0], : dims[0]], 0, dims)
    model = tk.Model(hamiltonian, [tk.Channel(0.2 * jump, None), tk.Channel(own, None)])
    found = tk.bond_currents(tk.evolve(model, random_state(generator, size, 2), [0.0, 0.3]), dims)
    assert (np.abs(found.residual) <= found.error).all()
    np.testing.assert_allclose(found.residual, 0.0, atol=1e-10)
    np.testing.assert_allclose(found.inflow.sum(axis=-1), 0.0, atol=1e-10)


@given(SEEDS, st.integers(2, 5))
@settings(max_examples=15)
def test_what_a_bath_gives_passes_every_bond_of_a_chain(seed: int, sites: int) -> None:
    generator = np.random.default_rng(seed)
    hops = generator.uniform(0.01, 0.1, sites - 1)
    h = np.diag(generator.uniform(1.0, 1.2, sites)) + np.diag(hops, 1) + np.diag(hops, -1)
    hot, cold = np.sort(generator.uniform(0.3, 2.0, 2))[::-1]
    ends = [tk.gaussian.SiteContact(tk.Bath(n, t), k, tk.Flat(0.1)) for n, t, k in (("h", hot, 0), ("c", cold, -1))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        found = tk.bond_currents(tk.gaussian.bosons(h, ends), quantity="particles")
    np.testing.assert_allclose(found.currents, found.sources[0].sum(), rtol=1e-8, atol=1e-14)
