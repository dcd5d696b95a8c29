"""Fermions with pairing, against models of all levels that share no formula with them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

g = tk.gaussian
TIMES = np.array([0.0, 0.3, 2.0, 20.0])


def leads(
    temperatures: tuple[float, float] = (0.7, 1.3), potentials: tuple[float, float] = (0.5, -0.8)
) -> list[tk.Bath]:
    return [
        tk.Bath(name, temperature, potential, tk.Fermi())
        for name, temperature, potential in zip("lr", temperatures, potentials, strict=True)
    ]


def random_matrices(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    one, two = rng.normal(size=(2, 2, size, size))
    h, pairing = one[0] + 1j * one[1], two[0] + 1j * two[1]
    return h + h.conj().T, pairing - pairing.T


def kitaev(sites: int, kind: type, baths: list[tk.Bath], potential: float = 0.5) -> tk.gaussian.GaussianModel:
    right, left = np.eye(sites, k=1), np.eye(sites, k=-1)
    contacts = [kind(bath, site, tk.Flat(0.1)) for bath, site in zip(baths, (0, sites - 1), strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return g.fermions(-potential * np.eye(sites) - right - left, contacts, pairing=0.7 * (right - left))


def random_model(seed: int, kind: type) -> tk.gaussian.GaussianModel:
    h, pairing = random_matrices(seed, 3)
    one, two = leads()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return g.fermions(h, [kind(one, [1.0, 0.3j, 0.0], tk.Flat(0.2)), kind(two, 2, tk.Flat(0.3))], pairing=pairing)


def field_hamiltonian(h: np.ndarray, pairing: np.ndarray, c: np.ndarray) -> np.ndarray:
    """H of all levels, from the field operators c (n, d, d)."""
    raised = np.conj(np.swapaxes(c, -1, -2))
    pairs = 0.5 * np.einsum("ij,iab,jbc->ac", pairing, raised, raised)
    return np.einsum("ij,iab,jbc->ac", h, raised, c) + pairs + pairs.conj().T


@pytest.mark.parametrize("kind", [g.SiteContact, g.NormalModeContact])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_models_have_the_state_and_the_cumulants_of_all_levels(seed: int, kind: type) -> None:
    model = random_model(seed, kind)
    whole = g.truncated(model)
    rest, state = tk.steady_state(model), tk.steady_state(whole)
    c = np.stack(tk.annihilators(3))
    numbers = np.einsum("jba,kbc,ca->kj", c.conj(), c, state.state)
    np.testing.assert_allclose(rest.one_particle, numbers, atol=1e-13)
    np.testing.assert_allclose(rest.anomalous, np.einsum("jab,kbc,ca->jk", c, c, state.state), atol=1e-13)
    np.testing.assert_allclose(rest.occupations, np.diag(numbers).real, atol=1e-13)
    np.testing.assert_allclose(rest.entropy, tk.entropy(state.state), rtol=1e-12)
    np.testing.assert_allclose(rest.energy, np.trace(whole.hamiltonian @ state.state).real, rtol=1e-12)
    for current in (tk.particles, tk.heat, tk.activity):
        made = tk.cumulants(model, current(model), order=4)
        exact = tk.cumulants(whole, current(whole), order=4)
        np.testing.assert_allclose(made, exact, rtol=1e-10, atol=1e-11)
    pair = [tk.covariance(each, [tk.heat(each, "l"), tk.particles(each, "r")]).values for each in (model, whole)]
    np.testing.assert_allclose(*pair, rtol=1e-10, atol=1e-12)


def test_normal_modes_are_the_eigenstates_that_davies_finds() -> None:
    # The Davies generator of the same chain, made of its 8 levels, by their Bohr frequencies.
    baths, sites = leads(), 3
    model = kitaev(sites, g.NormalModeContact, baths)
    right, left = np.eye(sites, k=1), np.eye(sites, k=-1)
    c = np.stack(tk.annihilators(sites))
    whole = field_hamiltonian(-0.5 * np.eye(sites) - right - left, 0.7 * (right - left), c)
    levels = tk.davies(
        whole, [tk.Contact(bath, c[site], tk.Flat(0.1)) for bath, site in zip(baths, (0, 2), strict=True)]
    )
    for name in "lr":
        for current in (tk.particles, tk.heat):
            made, exact = (tk.cumulants(each, current(each, name), order=4).values for each in (model, levels))
            np.testing.assert_allclose(made, exact, rtol=1e-12)
    rest = tk.steady_state(model)
    assert float(tk.energy(model).mean(rest)) == pytest.approx(0.0, abs=1e-15)
    for name in "lr":
        np.testing.assert_allclose(tk.energy(model, name).mean(rest), rest.full_energy_rate[name], rtol=1e-11)
    produced = tk.cumulants(levels, tk.entropy_flow(levels), order=1).mean
    np.testing.assert_allclose(rest.entropy_production_rate, produced, rtol=1e-11)


@pytest.mark.parametrize("kind", [g.SiteContact, g.NormalModeContact])
def test_moments_and_ledgers_over_time_are_those_of_all_levels(kind: type) -> None:
    model = random_model(4, kind)
    whole, c = g.truncated(model), tk.annihilators(3)
    start = np.eye(8)
    for each, n in zip(c, (0.0, 1.0, 0.3), strict=True):
        number = (each.conj().T @ each).real
        start = start @ (n * number + (1.0 - n) * (np.eye(8) - number))
    one = tk.ledger(model, tk.evolve(model, [0.0, 1.0, 0.3], TIMES))
    two = tk.ledger(whole, tk.evolve(whole, start, TIMES))
    np.testing.assert_allclose(one.entropy, two.entropy, atol=1e-12)
    np.testing.assert_allclose(one.entropy_production_rate[1:], two.entropy_production_rate[1:], rtol=1e-11)
    np.testing.assert_allclose(one.entropy_production, two.entropy_production, atol=1e-11)
    np.testing.assert_allclose(one.activity_rate, two.total_activity_rate, rtol=1e-12)
    for bath in "lr":
        np.testing.assert_allclose(one.heat[bath], two.heat[bath], atol=1e-11)


def test_a_gibbs_start_is_that_of_all_levels_and_rests_on_equal_baths() -> None:
    h, pairing = random_matrices(7, 3)
    baths = leads((0.6, 0.6), (0.0, 0.0))
    model = g.fermions(
        h, [g.NormalModeContact(b, s, tk.Flat(0.01)) for b, s in zip(baths, (0, 2), strict=True)], pairing
    )
    moved = tk.evolve(model, tk.Gibbs(0.6), [0.0, 40.0])
    state = tk.operators.gibbs(field_hamiltonian(h, pairing, np.stack(tk.annihilators(3))), 0.6)
    np.testing.assert_allclose(moved.entropy[0], tk.entropy(state), rtol=1e-12)
    np.testing.assert_allclose(moved.moments[1], moved.moments[0], atol=1e-14)
    rest = tk.steady_state(model)
    assert abs(rest.entropy_production_rate) < 1e-14
    # A state may be given by the covariances of its Majorana operators.
    again = tk.evolve(model, rest.majorana_covariance, [5.0])
    np.testing.assert_allclose(again.moments[0], rest.moments, atol=1e-14)


def test_pairing_makes_the_particles_that_leads_do_not_give_back() -> None:
    model = kitaev(5, g.SiteContact, leads())
    rest = tk.steady_state(model)
    assert rest.particles_from_pairing < -0.02
    np.testing.assert_allclose(sum(rest.particles.values()), -rest.particles_from_pairing, rtol=1e-12)
    # With contacts at sites by the Hamiltonian: i <[H, N]> = 2 Im sum_ij D_ij <c_j c_i>*.
    for state in (rest, tk.evolve(model, np.linspace(0.0, 1.0, 5), [0.0, 0.4, 7.0])):
        made = 2.0 * (model.pairing * np.conj(np.swapaxes(state.anomalous, -1, -2))).sum(axis=(-2, -1)).imag
        np.testing.assert_allclose(state.particles_from_pairing, made, rtol=1e-11, atol=1e-15)
    spring = tk.evolve(
        g.bosons(np.eye(2), [g.RateContact(None, np.eye(2), 0.1 * np.eye(2))], 0.3 * np.ones((2, 2))), [0.2, 0.4], [0.3]
    )
    made = 2.0 * (0.3 * np.conj(spring.anomalous)).sum(axis=(-2, -1)).imag
    np.testing.assert_allclose(spring.particles_from_pairing, made, rtol=1e-11)
    bare = tk.steady_state(g.hopping_chain(3, hopping=0.2, rate=0.1, temperature=1.0, left=1.0, right=-1.0))
    assert bare.particles_from_pairing == 0.0


def test_a_vanishing_pairing_is_none() -> None:
    h, pairing = random_matrices(9, 3)
    contacts = [g.SiteContact(b, s, tk.Flat(0.3)) for b, s in zip(leads((2.0, 3.0)), (0, 2), strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        one, two = g.fermions(h, contacts), g.fermions(h, contacts, 1e-14 * pairing)
    assert two.pairing is not None
    rest = [tk.steady_state(each) for each in (one, two)]
    for name in ("one_particle", "occupations", "energy", "entropy", "majorana_covariance"):
        np.testing.assert_allclose(getattr(rest[0], name), getattr(rest[1], name), atol=1e-13)
    made = [tk.cumulants(each, tk.heat(each, "l"), order=4).values for each in (one, two)]
    np.testing.assert_allclose(*made, rtol=1e-11)
    starts = [tk.evolve(each, np.diag([0.2, 0.0, 1.0]) + 0.0j, [1.0]).one_particle for each in (one, two)]
    np.testing.assert_allclose(*starts, atol=1e-13)


def test_a_pair_of_modes_of_no_energy_shares_its_jumps() -> None:
    # Kitaev's chain of two sites at its sweet spot: a mode of energy 0, which the baths fill coherently.
    baths = leads()
    hop = np.array([[0.0, -1.0], [-1.0, 0.0]])
    pairing = np.array([[0.0, 1.0], [-1.0, 0.0]])
    contacts = [g.NormalModeContact(bath, site, tk.Flat(0.1)) for site, bath in enumerate(baths)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = g.fermions(hop, contacts, pairing)
    c = np.stack(tk.annihilators(2))
    levels = tk.davies(
        field_hamiltonian(hop, pairing, c), [tk.Contact(b, c[site], tk.Flat(0.1)) for site, b in enumerate(baths)]
    )
    made = [
        tk.steady_state(each).heat["l"] if each is model else tk.heat(each, "l").mean(tk.steady_state(each))
        for each in (model, levels)
    ]
    np.testing.assert_allclose(*made, rtol=1e-11)


def test_a_sweep_is_the_loop_over_its_points() -> None:
    h, pairing = random_matrices(5, 3)
    scales = np.array([0.0, 0.5, 1.0])
    baths = leads()

    def counted(strength: np.ndarray) -> np.ndarray:
        contacts = [g.NormalModeContact(b, s, tk.Flat(0.01)) for b, s in zip(baths, (0, 2), strict=True)]
        model = g.fermions(h, contacts, strength[..., None, None] * pairing)
        return np.asarray(tk.cumulants(model, tk.heat(model, "l"), order=3).values)

    swept = counted(scales)
    for place in (1, 2):
        np.testing.assert_allclose(swept[place], counted(scales[place]), rtol=1e-11)
    np.testing.assert_allclose(swept[0], counted(scales[0]), rtol=1e-10)


def test_what_is_no_pairing_or_no_start_is_refused() -> None:
    h, pairing = random_matrices(5, 2)
    one, two = leads()
    ends = [g.SiteContact(one, 0, tk.Flat(0.1)), g.SiteContact(two, 1, tk.Flat(0.1))]
    with pytest.raises(ValueError, match="`pairing` must be antisymmetric, D_ij = -D_ji"):
        g.fermions(h, ends, np.ones((2, 2)))
    with pytest.raises(ValueError, match="give all contacts or none as NormalModeContact"):
        g.fermions(h, [ends[0], g.NormalModeContact(two, 1, tk.Flat(0.1))], pairing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = g.fermions(h, ends, pairing)
    assert "with pairing" in repr(model)
    with pytest.raises(TypeError, match="fermions have no quadratures x and p"):
        _ = tk.steady_state(model).covariance
    with pytest.raises(ValueError, match="`initial` must be antisymmetric"):
        tk.evolve(model, np.eye(4), [1.0])
    with pytest.raises(ValueError, match=r"singular values of at most 1, got 1\.2"):
        tk.evolve(model, 1.2 * np.kron(np.eye(2), [[0.0, 1.0], [-1.0, 0.0]]), [1.0])
    chain = g.oscillator_chain(2, frequency=1.0, coupling=0.02, rate=0.02, hot=0.5, cold=0.25)
    with pytest.raises(TypeError, match="bosons have no Majorana operators"):
        _ = tk.steady_state(chain).majorana_covariance


def test_a_lead_on_a_superposition_of_sites_is_the_one_that_davies_finds() -> None:
    h, pairing = random_matrices(11, 3)
    touched = np.array([0.6, 0.3 + 0.5j, -0.2j])
    one, two = leads()
    model = g.fermions(
        h, [g.NormalModeContact(one, touched, tk.Flat(0.01)), g.NormalModeContact(two, 2, tk.Flat(0.02))], pairing
    )
    c = np.stack(tk.annihilators(3))
    mode = np.einsum("i,iab->ab", touched.conj(), c)
    levels = tk.davies(
        field_hamiltonian(h, pairing, c), [tk.Contact(one, mode, tk.Flat(0.01)), tk.Contact(two, c[2], tk.Flat(0.02))]
    )
    for name in "lr":
        made, exact = (tk.cumulants(each, tk.particles(each, name), order=4).values for each in (model, levels))
        np.testing.assert_allclose(made, exact, rtol=1e-10)


def test_the_local_figure_knows_the_pairing() -> None:
    # Two sites that pairing alone joins: rates at a site are in doubt as they are where hopping joins them.
    baths = leads((0.3, 0.3), (0.2, -0.2))
    pairs = 0.4 * np.array([[0.0, 1.0], [-1.0, 0.0]])
    contacts = [g.SiteContact(bath, site, tk.Flat(0.01)) for site, bath in enumerate(baths)]
    with pytest.warns(tk.errors.ValidityWarning, match="local assumption is in doubt"):
        model = g.fermions(np.diag([0.5, 0.5]), contacts, pairs)
    alone = g.fermions(np.diag([0.5, 0.5]), contacts)
    assert all(line.smallest < 10.0 for line in model.validity)
    assert all(line.smallest == np.inf for line in alone.validity)


def test_cold_baths_leave_a_paired_ground_state_in_which_nothing_jumps() -> None:
    # Rates are differences of numbers near one, and what rounding leaves of them is told as nothing.
    h, pairing = np.array([[1.0, 0.2], [0.2, 0.7]]), np.array([[0.0, 0.3], [-0.3, 0.0]])
    baths = leads((0.0, 0.0), (0.0, 0.0))
    model = g.fermions(h, [g.NormalModeContact(b, s, tk.Flat(0.01)) for s, b in enumerate(baths)], pairing)
    rest = tk.steady_state(model)
    assert rest.entropy == pytest.approx(0.0, abs=1e-12)
    assert rest.entropy_production_rate == 0.0
    np.testing.assert_allclose(rest.energy, tk.evolve(model, tk.Gibbs(0.0), [0.0]).energy[0], rtol=1e-14)
    counted = tk.cumulants(model, tk.particles(model, "l"), order=4)
    assert (np.abs(counted) <= counted.error).all()
    assert (counted.error < 1e-15).all()
    moved = tk.integrated_cumulants(model, tk.heat(model, "l"), [0.0, 1.0], [5000.0])
    levels = g.truncated(model)
    empty, full = (each.conj().T @ each for each in tk.annihilators(2))
    start = (np.eye(4) - empty) @ full
    exact = tk.integrated_cumulants(levels, tk.heat(levels, "l"), start, [5000.0])
    np.testing.assert_allclose(moved, exact, rtol=1e-9)
