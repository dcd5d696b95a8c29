"""Correlations of parts: closed forms, other routes, QuTiP, Gaussian states against truncated ones, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from random_states import random_state, random_unitary

ROUNDING = 1e-12  # of entropies and sums of few eigenvalues of order one
BELL = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
SINGLET = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2.0)
LEVEL = np.diag([0.0, 1.0])


def werner(weight: float) -> Array:
    return weight * np.outer(SINGLET, SINGLET) + (1.0 - weight) * np.eye(4) / 4.0


@pytest.mark.parametrize("weight", [0.0, 0.2, 1.0 / 3.0, 0.5, 0.9, 1.0])
def test_werner_states_have_their_closed_forms(weight: float) -> None:
    found = tk.part_correlations(werner(weight), (2, 2))
    entangled = max(0.0, (3.0 * weight - 1.0) / 2.0)
    # at 1/3 the lowest eigenvalue is 0 but for rounding
    np.testing.assert_allclose(found.concurrence, [entangled], atol=1e-15)
    np.testing.assert_allclose(found.negativity, [0.5 * entangled], atol=1e-15)
    np.testing.assert_allclose(found.logarithmic_negativity, [np.log1p(entangled)], atol=1e-15)
    p = np.array([(1.0 + 3.0 * weight) / 4.0, *[(1.0 - weight) / 4.0] * 3])
    entropy = -sum(x * np.log(x) for x in p if x > 0.0)
    np.testing.assert_allclose(found.total_correlation, 2.0 * np.log(2.0) - entropy, atol=1e-14)


@pytest.mark.parametrize("seed", range(4))
def test_the_concurrence_is_that_of_the_flipped_state(seed: int) -> None:
    state = random_state(np.random.default_rng(seed), 4, 1 + seed)
    flip = np.kron(*[tk.operators.pauli().y] * 2)
    roots = np.sort(np.sqrt(np.abs(np.linalg.eigvals(state @ flip @ state.conj() @ flip))))[::-1]
    expected = max(0.0, float(roots[0] - roots[1:].sum()))
    # the roots of rounded zeros of this route are of the order of 1e-8
    np.testing.assert_allclose(tk.part_correlations(state, (2, 2)).concurrence, [expected], atol=1e-7)
    if seed == 0:
        values = np.linalg.eigh(state)[1][:, -1].reshape(2, 2)
        np.testing.assert_allclose(tk.part_correlations(state, (2, 2)).concurrence, 2 * abs(np.linalg.det(values)))


@pytest.mark.slow  # loads QuTiP
def test_qutip_finds_the_same_correlations() -> None:
    qutip = pytest.importorskip("qutip")
    state = 0.8 * random_state(np.random.default_rng(3), 4, 1) + 0.2 * random_state(np.random.default_rng(4), 4, 4)
    other = qutip.Qobj(state, dims=[[2, 2], [2, 2]])
    found = tk.part_correlations(other)
    assert found.dims == (2, 2)
    np.testing.assert_allclose(found.concurrence, [qutip.concurrence(other)], atol=1e-10)
    np.testing.assert_allclose(found.negativity, [qutip.negativity(other, 0)], atol=ROUNDING)
    np.testing.assert_allclose(found.mutual_information, [qutip.entropy_mutual(other, 0, 1)], atol=ROUNDING)


def test_three_parts_are_told_by_pairs_and_with_the_rest() -> None:
    ghz = np.zeros(8)
    ghz[[0, 7]] = np.sqrt(0.5)
    found = tk.part_correlations(np.outer(ghz, ghz), (2, 2, 2))
    assert found.pairs == ((0, 1), (0, 2), (1, 2))
    np.testing.assert_allclose(found.mutual_information, np.log(2.0) * np.ones(3), atol=1e-14)
    np.testing.assert_allclose(found.information_with_rest, 2.0 * np.log(2.0) * np.ones(3), atol=1e-14)
    np.testing.assert_allclose(found.total_correlation, 3.0 * np.log(2.0), atol=1e-14)
    np.testing.assert_allclose([found.negativity, found.concurrence], 0.0, atol=1e-14)
    np.testing.assert_allclose(found.negativity_with_rest, 0.5 * np.ones(3), atol=1e-14)
    np.testing.assert_allclose(found.reduced((0, 2)), np.diag([0.5, 0.0, 0.0, 0.5]), atol=1e-15)
    w = np.zeros(8)
    w[[1, 2, 4]] = np.sqrt(1.0 / 3.0)
    np.testing.assert_allclose(tk.part_correlations(np.outer(w, w), (2, 2, 2)).concurrence, 2.0 / 3.0, atol=1e-14)


def test_total_correlation_is_a_divergence_from_the_product() -> None:
    state = random_state(np.random.default_rng(9), 12, 5)
    found = tk.part_correlations(state, (2, 3, 2))
    product = tk.operators.tensor(*(found.reduced(part) for part in range(3)))
    np.testing.assert_allclose(found.total_correlation, tk.distances.relative_entropy(state, product), rtol=1e-11)
    assert np.isnan(found.concurrence[[0, 2]]).all()
    assert np.isfinite(found.concurrence[1])


def oscillators(coupling: float = 0.3, temperature: float = 0.05) -> tk.gaussian.GaussianModel:
    baths = [tk.gaussian.NormalModeContact(tk.Bath(str(k), temperature), k, tk.Flat(0.02)) for k in (0, 1)]
    spring = [[0.0, coupling], [coupling, 0.0]]
    return tk.gaussian.bosons(np.eye(2) + np.array(spring), baths, pairing=spring)


def test_two_oscillators_on_a_spring_are_entangled_by_the_ratio_of_their_frequencies() -> None:
    found = tk.part_correlations(tk.steady_state(oscillators()))
    # the ground state but for exp(-w/T): frequencies sqrt(1.6), sqrt(0.4)
    coth = [1.0 / np.tanh(w / 0.1) for w in (np.sqrt(1.6), np.sqrt(0.4))]
    expected = -0.5 * np.log(coth[0] * coth[1] * np.sqrt(0.4 / 1.6))
    np.testing.assert_allclose(found.logarithmic_negativity, [expected], rtol=1e-9)
    np.testing.assert_allclose(found.negativity_with_rest, found.negativity[0] * np.ones(2), rtol=1e-12)
    assert tk.part_correlations(tk.steady_state(oscillators(temperature=2.0))).negativity == [0.0]


def test_gaussian_moments_say_what_truncated_matrices_say() -> None:
    model = oscillators(0.1, 0.2)
    found = tk.part_correlations(tk.steady_state(model))
    a = [tk.operators.embed(tk.operators.destroy(9), k, (9, 9)) for k in (0, 1)]
    x = [one + one.conj().T for one in a]
    hamiltonian = sum(one.conj().T @ one for one in a) + 0.1 * x[0] @ x[1]
    dense = tk.part_correlations(tk.operators.gibbs(hamiltonian, 0.2), (9, 9))
    # nine levels leave out populations of the order of exp(-9/0.2 * 0.9) and what the spring squeezes, 0.05^9
    np.testing.assert_allclose(found.mutual_information, dense.mutual_information, rtol=1e-7)
    np.testing.assert_allclose(found.negativity, dense.negativity, rtol=1e-7)
    with pytest.raises(TypeError, match="a Gaussian state has no matrix"):
        found.reduced(0)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_free_fermions_share_what_their_jordan_wigner_matrix_shares() -> None:
    leads = [tk.Bath(name, 0.4, mu, tk.Fermi()) for name, mu in (("left", 0.3), ("right", -0.2))]
    contacts = [tk.gaussian.SiteContact(lead, site, tk.Flat(0.1)) for lead, site in zip(leads, (0, 2), strict=True)]
    chain = tk.gaussian.fermions(np.diag([0.5, 0.4, 0.6]) + np.diag([0.3, 0.2], 1) + np.diag([0.3, 0.2], -1), contacts)
    state = tk.steady_state(chain)
    found = tk.part_correlations(state, (1, 2))
    values, modes = np.linalg.eigh(state.one_particle)
    c = tk.operators.annihilators(3)
    # <a_j^+ a_k> = G_kj: mode u annihilates sum_k conj(u_k) a_k
    n = [b.conj().T @ b for b in (sum(modes[k, m].conj() * c[k] for k in range(3)) for m in range(3))]
    one = np.eye(8)
    whole = one
    for value, number in zip(values, n, strict=True):
        whole = whole @ (value * number + (1.0 - value) * (one - number))
    dense = tk.part_correlations(whole, (2, 4))
    np.testing.assert_allclose(found.entropies, dense.entropies, atol=1e-11)
    np.testing.assert_allclose(found.mutual_information, dense.mutual_information, atol=1e-11)
    with pytest.raises(tk.errors.HypothesisError, match="partial transpose of a Gaussian state of fermions"):
        _ = found.negativity
    assert "negativity" not in found.to_xarray()
    with pytest.raises(tk.errors.ArgumentError, match="add up to its 3 modes"):
        tk.part_correlations(state, (2, 2))


def two_qubits(cold: float | Array = 0.5) -> tk.Model:
    flip = np.ones((2, 2)) - LEVEL - LEVEL[::-1, ::-1]
    sites = [[tk.operators.embed(one, part, (2, 2)) for part in (0, 1)] for one in (LEVEL, flip)]
    baths = [tk.Bath("hot", 1.2), tk.Bath("cold", cold)]
    contacts = [tk.Contact(bath, sites[1][part], tk.Flat(0.02)) for part, bath in enumerate(baths)]
    return tk.davies(sites[0][0] + 1.5 * sites[0][1], contacts)


def test_entropy_production_is_that_of_parts_and_of_correlations() -> None:
    model = two_qubits(np.array([0.5, 0.7]))
    state = 0.9 * np.outer(BELL, BELL) + 0.1 * random_state(np.random.default_rng(1), 4, 4)
    run = tk.evolve(model, state, [0.0, 3.0, 20.0, 2000.0])
    split = tk.local_entropy_production(run, {"hot": 0, "cold": 1}, (2, 2))
    ledger = tk.ledger(model, run)
    np.testing.assert_allclose(split.total, ledger.entropy_production, atol=1e-11)
    assert (np.diff(split.parts, axis=-2) >= -ROUNDING).all()
    assert (np.diff(split.correlation_decay, axis=-1) >= -ROUNDING).all()
    np.testing.assert_allclose(split.correlation_decay[..., -1], split.start.total_correlation[..., 0], atol=1e-10)
    # each part alone: a qubit on its bath
    alone = tk.library.qubit(1.0, 0.02, 1.2)
    cost = tk.ledger(alone, tk.evolve(alone, split.start.reduced(0)[0, 0], [0.0, 3.0, 20.0, 2000.0]))
    np.testing.assert_allclose(split.parts[0, :, 0], cost.entropy_production, atol=1e-10)
    temperatures = tk.local_temperatures(run, dims=(2, 2)).temperature
    np.testing.assert_allclose(temperatures[:, -1], [[1.2, 0.5], [1.2, 0.7]], rtol=1e-9)


@pytest.mark.parametrize("temperature", [-3.0, -0.1, 0.05, 0.7, 1e3])
def test_local_temperatures_are_those_of_products_of_gibbs_states(temperature: float) -> None:
    ladder = np.diag([0.0, 0.3, 1.1])
    part = np.sign(temperature) * ladder
    state = tk.operators.tensor(tk.operators.gibbs(part, abs(temperature)), tk.operators.gibbs(LEVEL, 0.4))
    whole = tk.operators.embed(ladder, 0, (3, 2)) + tk.operators.embed(LEVEL, 1, (3, 2)) + 2.0 * np.eye(6)
    found = tk.local_temperatures(state, whole, (3, 2))
    np.testing.assert_allclose(found.inverse, [1.0 / temperature, 2.5], rtol=1e-9)
    np.testing.assert_allclose(found.athermality, 0.0, atol=1e-12)
    squeezed = tk.local_temperatures(np.kron(np.diag([0.6, 0.0, 0.4]), LEVEL), whole, (3, 2))
    gibbs = tk.operators.gibbs(ladder, squeezed.temperature[0])
    expected = tk.distances.relative_entropy(np.diag([0.6, 0.0, 0.4]), gibbs)
    np.testing.assert_allclose(squeezed.athermality, [expected, 0.0], atol=1e-11)
    assert squeezed.inverse[1] == -np.inf


def test_what_cannot_be_is_refused_in_words() -> None:
    run = tk.evolve(two_qubits(), np.eye(4) / 4.0, [1.0])
    with pytest.raises(tk.errors.ArgumentError, match="`baths` must say the part of each bath of the model, 'hot', 'c"):
        tk.local_entropy_production(run, {"hot": 0}, (2, 2))
    with pytest.raises(tk.errors.ArgumentError, match="`baths` must name parts from 0 to 1"):
        tk.local_entropy_production(run, {"hot": 0, "cold": 2}, (2, 2))
    with pytest.raises(TypeError, match="`evolution` must be what `evolve` of a model returns"):
        tk.local_entropy_production(np.eye(4), {}, (2, 2))  # type: ignore[arg-type]
    with pytest.raises(tk.errors.ArgumentError, match=r"`dims` must be at least two whole numbers whose product is 4"):
        tk.part_correlations(run, (4,))
    with pytest.raises(TypeError, match="`state` is a Gaussian state, which has no matrix"):
        tk.ergotropy(tk.steady_state(oscillators()))
    lossy = tk.evolve(tk.Model(np.eye(4), [tk.Channel(np.eye(4)[::-1], None)]), np.eye(4) / 4.0, [1.0])
    with pytest.raises(tk.errors.HypothesisError, match="jumps without a bath"):
        tk.local_entropy_production(lossy, {}, (2, 2))


def test_few_excitations_and_infinite_temperature_keep_their_digits() -> None:
    both = tk.operators.embed(LEVEL, 0, (2, 2)) + tk.operators.embed(LEVEL, 1, (2, 2))
    cold = np.kron(np.diag([1.0, 1e-12]), np.diag([1.0, 1e-300])) / (1.0 + 1e-12)
    found = tk.local_temperatures(cold, both, (2, 2))
    np.testing.assert_allclose(found.inverse, [-np.log(1e-12), -np.log(1e-300)], rtol=1e-12)
    hot = tk.local_temperatures(np.eye(4) / 4.0, both, (2, 2))
    assert (hot.temperature == np.inf).all()


def test_parts_in_another_order_are_refused() -> None:
    found = tk.part_correlations(np.eye(4) / 4.0, (2, 2))
    for keep in ((1, 0), (0, 0), 2, -1, "a", ()):
        with pytest.raises(tk.errors.ArgumentError, match="`keep` must name parts from 0 to 1 in increasing order"):
            found.reduced(keep)  # type: ignore[arg-type]
    for dims in (4, "22", (2.0, 2), (True, 4)):
        with pytest.raises(tk.errors.ArgumentError, match="`dims` must be at least two whole numbers"):
            tk.part_correlations(np.eye(4) / 4.0, dims)  # type: ignore[arg-type]


@pytest.mark.slow  # loads QuTiP
def test_the_order_of_qutips_parts_is_kept() -> None:
    qutip = pytest.importorskip("qutip")
    state = qutip.tensor(qutip.basis(2, 0).proj(), qutip.maximally_mixed_dm(3), qutip.basis(2, 1).proj())
    assert tk.part_correlations(state, (6, 2)).dims == (6, 2)
    with pytest.raises(tk.errors.ArgumentError, match=r"`dims` \[3, 2, 2\] are not the parts of `state`, \[2, 3, 2\]"):
        tk.part_correlations(state, (3, 2, 2))
    swapped = qutip.tensor(qutip.num(3), qutip.qeye(2), qutip.qeye(2))
    with pytest.raises(tk.errors.ArgumentError, match=r"`hamiltonian` has the parts \[3, 2, 2\] and the state"):
        tk.local_temperatures(state, swapped)


@pytest.mark.parametrize("seed", range(3))
def test_local_unitaries_change_no_correlation(seed: int) -> None:
    generator = np.random.default_rng(seed)
    state = random_state(generator, 6, 2)
    turn = np.kron(random_unitary(generator, 2), random_unitary(generator, 3))
    before, after = (tk.part_correlations(one, (2, 3)) for one in (state, turn @ state @ turn.conj().T))
    for name in ("negativity", "mutual_information", "total_correlation", "entropies"):
        np.testing.assert_allclose(getattr(before, name), getattr(after, name), atol=1e-11)
