"""Currents on bonds: closed forms, operators written out, Jordan-Wigner against second moments, what secular hides."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from random_states import random_state

pytestmark = pytest.mark.filterwarnings("ignore:the (secular|local)|the .* that the baths exchange:UserWarning")

SIGMA = tk.operators.pauli()
LEVEL = SIGMA.plus @ SIGMA.minus
PAULIS = (np.eye(2), SIGMA.x, SIGMA.y, SIGMA.z)
ROUNDING = 1e-14  # of sums of a few numbers below one


def on(operator: Array, part: int, count: int) -> Array:
    return tk.operators.embed(operator, part, (2,) * count)


def hop(count: int, start: int) -> Array:
    lifted = on(SIGMA.plus, start, count) @ on(SIGMA.minus, start + 1, count)
    return lifted + lifted.conj().T


def spins(count: int, coupling: float, gaps: Array | None = None) -> tuple[Array, Array]:
    """The Hamiltonian of a chain, and that of its sites alone."""
    own = np.ones(count) if gaps is None else gaps
    bare = sum(gap * on(LEVEL, part, count) for part, gap in enumerate(own))
    return bare + sum(coupling * hop(count, part) for part in range(count - 1)), np.asarray(bare)


def contacts(count: int, rate: float, hot: float | Array = 2.0) -> list[tk.Contact]:
    ends = (("hot", hot, 0), ("cold", 0.3, count - 1))
    return [tk.Contact(tk.Bath(name, t), on(SIGMA.x, part, count), tk.Flat(rate)) for name, t, part in ends]


def random_hermitian(generator: np.random.Generator, size: int) -> Array:
    matrix = generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))
    return 0.5 * (matrix + matrix.conj().T)


def mean(operator: Array, state: Array) -> float:
    return float(np.trace(operator @ state).real)


def closes(found: tk.results.BondCurrents) -> None:
    assert (np.abs(found.residual) <= found.error).all()
    np.testing.assert_allclose(found.residual, 0.0, atol=1e-12)


@pytest.mark.parametrize("sites", [2, 5])
def test_fermions_pass_each_bond_of_a_chain_in_the_same_number(sites: int) -> None:
    t, r = 0.1, 0.07
    chain = tk.gaussian.hopping_chain(sites, hopping=t, rate=r, temperature=1.0, left=400.0, right=-400.0)
    found = tk.bond_currents(chain, quantity="particles")
    np.testing.assert_allclose(found.currents, 2.0 * t**2 * r / (4.0 * t**2 + r**2), rtol=1e-12)
    np.testing.assert_allclose(found.sources[:, 1:-1], 0.0, atol=ROUNDING)
    closes(found)


def test_two_oscillators_exchange_what_their_closed_form_says() -> None:
    w, g, r = 1.0, 0.03, 0.05
    pair = tk.gaussian.oscillator_chain(2, frequency=w, coupling=g, rate=r, hot=2.0, cold=0.5)
    n = [1.0 / np.expm1(w / t) for t in (2.0, 0.5)]
    flow = 2.0 * g**2 * r * (n[0] - n[1]) / (4.0 * g**2 + r**2)
    quanta, energy = (tk.bond_currents(pair, quantity=what) for what in ("particles", "energy"))
    np.testing.assert_allclose(quanta.currents, [flow], rtol=1e-12)
    np.testing.assert_allclose(energy.currents, [w * flow], rtol=1e-12)  # <a^+ b> is imaginary: no energy in the link
    assert energy.touched == ((0,), (1,))
    closes(energy)


def test_a_chain_of_spins_carries_the_mean_of_the_current_operator() -> None:
    count, coupling = 3, 0.1
    hamiltonian, bare = spins(count, coupling)
    model = tk.local(hamiltonian, contacts(count, 0.1), bare)
    rest = tk.steady_state(model)
    found = tk.bond_currents(rest, (2,) * count, quantity=LEVEL)
    for bond in range(count - 1):
        lifted = on(SIGMA.plus, bond, count) @ on(SIGMA.minus, bond + 1, count)
        # d n_{k+1}/dt = i t <[s+_k s-_{k+1} + h.c., n_{k+1}]>
        operator = 1j * coupling * (lifted - lifted.conj().T)
        np.testing.assert_allclose(found.currents[bond], rest.expectation(operator), atol=ROUNDING)
    np.testing.assert_allclose(found.currents, float(tk.heat(model, "hot").mean(rest)), rtol=1e-10)  # quanta of 1
    assert not found.remark
    assert found.between(1, 0) == -found.between(0, 1) == -found.currents[0]
    assert found.between(0, 2) == 0.0
    closes(found)


@pytest.mark.slow  # loads QuTiP
def test_qutip_finds_the_same_current() -> None:
    qutip = pytest.importorskip("qutip")
    hamiltonian, bare = spins(3, 0.2, np.array([1.0, 1.1, 0.9]))
    model = tk.local(hamiltonian, contacts(3, 0.05), bare)
    dims = [[2, 2, 2]] * 2
    jumps = [qutip.Qobj(np.asarray(model.from_frame(model.table.jump(k))), dims=dims) for k in range(model.table.size)]
    state = qutip.steadystate(qutip.Qobj(hamiltonian, dims=dims), jumps)
    lifted = on(SIGMA.plus, 0, 3) @ on(SIGMA.minus, 1, 3)
    current = qutip.expect(qutip.Qobj(0.2j * (lifted - lifted.conj().T), dims=dims), state)
    found = tk.bond_currents(model, (2, 2, 2), quantity=LEVEL)
    np.testing.assert_allclose(found.currents, current, rtol=1e-9)


@pytest.mark.parametrize("share", [None, 0.0, 0.3, 1.0])
def test_the_energy_of_a_part_is_its_share_of_all_terms(share: float | None) -> None:
    """A random Hamiltonian of three qubits, whose terms are strings of Pauli matrices."""
    generator = np.random.default_rng(5)
    hamiltonian, state = random_hermitian(generator, 8), random_state(generator, 8, 8)
    energies = np.zeros((3, 8, 8), dtype=np.complex128)
    for string in product(range(4), repeat=3):
        matrix = tk.operators.tensor(*(PAULIS[one] for one in string))
        some = [part for part, one in enumerate(string) if one]
        for place, part in enumerate(some):
            weight = 1.0 / len(some) if share is None else share if place == 0 else (1.0 - share) / (len(some) - 1)
            weight = 1.0 if len(some) == 1 else weight
            energies[part] += weight * np.trace(matrix @ hamiltonian) / 8.0 * matrix
    run = tk.evolve(tk.Model(hamiltonian, [tk.Channel(0.3 * on(SIGMA.minus, 1, 3), None)]), state, [0.0])
    found = tk.bond_currents(run, (2, 2, 2), share=share)
    inflow = [mean(1j * (hamiltonian @ energy - energy @ hamiltonian), state) for energy in energies]
    np.testing.assert_allclose(found.inflow[0], inflow, atol=1e-12)
    np.testing.assert_allclose(found.amounts[0], [mean(energy, state) for energy in energies], atol=1e-13)
    assert found.links[-1] == (0, 1, 2)
    assert "1 terms of more than two parts" in repr(found)
    closes(found)


def test_second_moments_say_what_jordan_wigner_matrices_say() -> None:
    generator = np.random.default_rng(2)
    hops = generator.normal(size=3)
    h = np.diag(1.0 + 0.3 * generator.normal(size=4)) + 0.3 * (np.diag(hops, 1) + np.diag(hops, -1))
    leads = [tk.Bath(name, 0.5, mu, tk.Fermi()) for name, mu in (("left", 1.5), ("right", 0.5))]
    ends = [tk.gaussian.SiteContact(lead, site, tk.Flat(0.2)) for lead, site in zip(leads, (0, 3), strict=True)]
    chain = tk.gaussian.fermions(h, ends)
    c = tk.operators.annihilators(4)
    jumps = []
    for vector, loss, gain in zip(chain.jumps.vectors.T, chain.jumps.loss, chain.jumps.gain, strict=True):
        lowered = sum(vector[k].conj() * c[k] for k in range(4))
        jumps += [tk.Channel(np.sqrt(loss) * lowered, None), tk.Channel(np.sqrt(gain) * lowered.conj().T, None)]
    dense = tk.Model(sum(h[j, k] * c[j].conj().T @ c[k] for j in range(4) for k in range(4)), jumps)
    for share in (None, 0.3):
        one, other = tk.bond_currents(chain, share=share), tk.bond_currents(dense, (2,) * 4, share=share)
        assert one.bonds == other.bonds == ((0, 1), (1, 2), (2, 3))
        np.testing.assert_allclose(one.currents, other.currents, atol=1e-12)
        np.testing.assert_allclose(one.sources.sum(axis=0), other.sources.sum(axis=0), atol=1e-12)
    number = sum(one.conj().T @ one for one in c)
    one, other = tk.bond_currents(chain, quantity="particles"), tk.bond_currents(dense, (2,) * 4, quantity=number)
    np.testing.assert_allclose(one.currents, other.currents, atol=1e-12)
    np.testing.assert_allclose(one.amounts, other.amounts, atol=1e-12)
    two = tk.bond_currents(chain, (1, 3))
    np.testing.assert_allclose(two.currents, tk.bond_currents(dense, (2, 8)).currents, atol=1e-12)


@pytest.mark.parametrize("paired", [0.0, 0.05])
@pytest.mark.parametrize("kind", ["bosons", "fermions"])
def test_balances_of_quadratic_systems_close_at_rest_and_in_motion(kind: str, paired: float) -> None:
    generator, sign = np.random.default_rng(7), 1.0 if kind == "bosons" else -1.0
    h = 2.0 * np.eye(5) + 0.1 * random_hermitian(generator, 5)
    raw = generator.normal(size=(5, 5)) + 1j * generator.normal(size=(5, 5))
    statistics = tk.Bose() if kind == "bosons" else tk.Fermi()
    baths = [tk.Bath("a", 2.0, 0.0, statistics), tk.Bath("b", 0.5, 0.0, statistics)]
    ends = [tk.gaussian.SiteContact(bath, site, tk.Flat(0.2)) for bath, site in zip(baths, (0, 4), strict=True)]
    build = getattr(tk.gaussian, kind)
    model = build(h, ends, pairing=paired * (raw + sign * raw.T)) if paired else build(h, ends)
    rest = tk.steady_state(model)
    for quantity in ("energy", "particles", generator.normal(size=5)):
        for dims in (None, (2, 1, 2)):
            found = tk.bond_currents(rest, dims, quantity=quantity, share=0.2)
            closes(found)
            assert not found.remark
    energy, number = tk.bond_currents(rest), tk.bond_currents(rest, quantity="particles")
    np.testing.assert_allclose(energy.amounts.sum(), rest.energy, rtol=1e-12)
    np.testing.assert_allclose(number.amounts, rest.occupations, rtol=1e-12)
    np.testing.assert_allclose(number.generated.sum(), rest.particles_from_pairing, atol=1e-13)
    np.testing.assert_allclose(energy.sources.sum(axis=-1), list(rest.full_energy_rate.values()), rtol=1e-12)
    step = 1e-3
    if kind == "bosons":
        run = tk.bond_currents(tk.evolve(model, tk.Gibbs(0.7), [1.0 - step, 1.0, 1.0 + step]))
        closes(run)
        slope = (run.amounts[2] - run.amounts[0]) / (2.0 * step)
        np.testing.assert_allclose(run.change[1], slope, atol=1e-6)  # step^2


def test_what_parts_hold_changes_by_what_flows() -> None:
    """Over a sweep, and over time: the balance against differences of the amounts."""
    hamiltonian, bare = spins(2, 0.2, np.array([1.0, 1.3]))
    model = tk.local(hamiltonian, contacts(2, 0.1, np.array([2.0, 1.0, 0.6])), bare)
    state, step = random_state(np.random.default_rng(3), 4, 2), 1e-3
    for quantity in ("energy", LEVEL, "bare energy"):
        found = tk.bond_currents(tk.evolve(model, state, [1.0 - step, 1.0, 1.0 + step]), (2, 2), quantity=quantity)
        assert found.currents.shape == (3, 3, 1)
        slope = (found.amounts[:, 2] - found.amounts[:, 0]) / (2.0 * step)
        np.testing.assert_allclose(found.change[:, 1], slope, atol=1e-6)  # step^2
        flow = found.inflow + found.generated + found.sources.sum(axis=-2)
        np.testing.assert_allclose(flow, found.change, atol=1e-13)
        at_rest = tk.bond_currents(model, (2, 2), quantity=quantity)
        assert at_rest.sources.shape == (3, 2, 2)
        closes(at_rest)
    heats = [tk.heat(model, name).mean(tk.steady_state(model)) for name in ("hot", "cold")]
    np.testing.assert_allclose(at_rest.sources.sum(axis=-1).T, heats, atol=1e-13)  # of the bare energy: the ledger's
    assert (np.abs(at_rest.generated) > 1e-4).any()  # quanta of 1 become quanta of 1.3: the link pays


def test_a_secular_generator_is_named_whose_heat_passes_no_bond() -> None:
    hamiltonian, bare = spins(3, 0.1)
    model = tk.davies(hamiltonian, contacts(3, 1e-3))
    with pytest.warns(tk.errors.ValidityWarning, match="without a current on any bond: up to .* tk.local and, of"):
        found = tk.bond_currents(model, (2, 2, 2))
    heat = float(tk.heat(model, "hot").mean(tk.steady_state(model)))
    np.testing.assert_allclose(found.currents, 0.0, atol=ROUNDING)
    np.testing.assert_allclose(found.sources.sum(axis=-1), [heat, -heat], rtol=1e-10)
    np.testing.assert_allclose(found.unseen, [found.unseen[0], 0.0, -found.unseen[0]], atol=ROUNDING)
    assert 0.5 * heat < found.unseen[0] < 1.5 * heat
    assert found.hidden
    assert "without a current" in repr(found)
    closes(found)
    weak = tk.local(hamiltonian, contacts(3, 1e-3), bare)
    seen = tk.bond_currents(weak, (2, 2, 2))
    assert (seen.currents > 0.0).all()
    assert not seen.hidden
    np.testing.assert_allclose(seen.remote, 0.0, atol=ROUNDING)
    unified = tk.bond_currents(tk.unified(hamiltonian, contacts(3, 0.1)), (2, 2, 2))
    np.testing.assert_allclose(unified.currents, heat_of(tk.unified(hamiltonian, contacts(3, 0.1))), rtol=0.2)


def test_a_sweep_of_a_unified_generator_tells_where_its_bonds_are_blind() -> None:
    bare, couplings = spins(2, 0.0)[1], np.array([1e-3, 0.5])
    baths = [tk.Contact(one.bath, one.operator, tk.Ohmic(0.05)) for one in contacts(2, 0.1)]
    whole = tk.unified(bare + couplings[:, None, None] * hop(2, 0), baths)
    with pytest.warns(tk.errors.ValidityWarning, match="on any bond, at 1 of 2 points"):
        found = tk.bond_currents(whole, (2, 2))
    assert found.touched == ((0,), (1,))
    assert found.hidden.tolist() == [False, True]
    assert found.remote_share[0] == 0.0
    assert found.currents[0, 0] > 0.0


def heat_of(model: tk.Model) -> float:
    return float(tk.heat(model, "hot").mean(tk.steady_state(model)))


def test_at_equilibrium_nothing_is_hidden_and_a_ring_carries_a_lasting_current() -> None:
    count, hopping, flux = 5, 0.2, 0.3
    h = np.eye(count, dtype=complex)
    for site in range(count):
        other = (site + 1) % count
        h[site, other] += hopping * np.exp(1j * flux)
        h[other, site] += hopping * np.exp(-1j * flux)
    bath = [tk.gaussian.NormalModeContact(tk.Bath("bath", 0.4), 0, tk.Flat(1e-3))]
    found = tk.bond_currents(tk.gaussian.bosons(h, bath), quantity="particles")
    q = 2.0 * np.pi * np.arange(count) / count
    energies, speeds = 1.0 + 2.0 * hopping * np.cos(q + flux), -2.0 * hopping * np.sin(q + flux)
    lasting = float((speeds / np.expm1(energies / 0.4)).sum()) / count
    around = [found.between(site, (site + 1) % count) for site in range(count)]
    np.testing.assert_allclose(around, lasting, rtol=1e-10)
    np.testing.assert_allclose(found.sources, 0.0, atol=1e-15)
    assert not found.remark
    both = [*bath, tk.gaussian.NormalModeContact(tk.Bath("cold", 0.3), 2, tk.Flat(1e-3))]
    with pytest.warns(tk.errors.ValidityWarning, match="past all bonds, on which currents go round rings alone"):
        driven = tk.bond_currents(tk.gaussian.bosons(h, both), quantity="particles")
    np.testing.assert_allclose(driven.inflow, 0.0, atol=1e-14)
    assert driven.sources[0].sum() > 1e-6


def test_a_string_of_fermions_carries_no_particle_through_its_middle() -> None:
    c = tk.operators.annihilators(3)
    hamiltonian = 0.3 * (c[0].conj().T @ c[2] + c[2].conj().T @ c[0])
    state = np.diag(np.eye(8)[4]) + 0.0j
    start = tk.evolve(tk.Model(hamiltonian, [tk.Channel(0.1 * c[0], None)]), state, [0.0, 0.5])
    number = sum(one.conj().T @ one for one in c)
    found = tk.bond_currents(start, (2, 2, 2), quantity=number)
    assert found.bonds == ((0, 2),)
    assert found.links == ((0, 1, 2),)
    assert abs(float(found.currents[1, 0])) > 0.05
    closes(found)


def test_bonds_of_a_long_chain_follow_from_second_moments() -> None:
    chain = tk.gaussian.oscillator_chain(60, frequency=1.0, coupling=0.05, rate=0.02, hot=0.5, cold=0.25)
    found = tk.bond_currents(chain)
    heat = tk.cumulants(chain, tk.heat(chain, "hot"), order=1).mean
    np.testing.assert_allclose(found.currents, float(heat), rtol=1e-9)
    closes(found)


def test_what_cannot_be_is_refused_in_words() -> None:
    hamiltonian, bare = spins(2, 0.1)
    model = tk.local(hamiltonian, contacts(2, 0.01), bare)
    chain = tk.gaussian.oscillator_chain(2, frequency=1.0, coupling=0.05, rate=0.02, hot=0.5, cold=0.25)
    with pytest.raises(TypeError, match=r"of a density matrix rho take tk.evolve\(model, rho, \[0.0\]\)"):
        tk.bond_currents(np.eye(4) / 4.0, (2, 2))
    with pytest.raises(tk.errors.ArgumentError, match="whose product is 4"):
        tk.bond_currents(model, (2, 3))
    with pytest.raises(tk.errors.ArgumentError, match="add up to its 2 modes"):
        tk.bond_currents(chain, (2, 2))
    with pytest.raises(tk.errors.ArgumentError, match="'energy', 'bare energy' or an operator, got 'particles'"):
        tk.bond_currents(model, (2, 2), quantity="particles")
    with pytest.raises(tk.errors.ArgumentError, match="a number for each mode, shape"):
        tk.bond_currents(chain, quantity=[1.0, 2.0, 3.0])
    with pytest.raises(
        tk.errors.HypothesisError, match=r"a sum of operators of single parts, but it joins parts \(0, 1"
    ):
        tk.bond_currents(model, (2, 2), quantity=hamiltonian)
    with pytest.raises(tk.errors.ArgumentError, match=r"`quantity` of part 0 must have shape \(..., 2, 2\)"):
        tk.bond_currents(model, (2, 2), quantity=np.eye(3))
    with pytest.raises(tk.errors.ArgumentError, match="must list one operator for each of 2 parts, got 3"):
        tk.bond_currents(model, (2, 2), quantity=[np.eye(2)] * 3)
    with pytest.raises(ValueError, match="`end` must be at most 1, got 2"):
        tk.bond_currents(model, (2, 2)).between(0, 2)
    with pytest.raises(tk.errors.ArgumentError, match=r"`share` must be one number between 0 and 1, got 1\.5"):
        tk.bond_currents(model, (2, 2), share=1.5)
    with pytest.raises(
        tk.errors.ArgumentError, match="`baths` must name baths of the model, 'hot', 'cold', got 'warm'"
    ):
        tk.bond_currents(model, (2, 2), baths={"warm": 0})
    with pytest.raises(tk.errors.ArgumentError, match="`baths` must name parts from 0 to 1"):
        tk.bond_currents(model, (2, 2), baths={"hot": 2})
    with pytest.raises(tk.errors.ArgumentError, match=r"2 different points of a plane, shape \(2, 2\)"):
        tk.bond_currents(model, (2, 2), positions=[[0.0, 0.0], [0.0, 0.0]])
