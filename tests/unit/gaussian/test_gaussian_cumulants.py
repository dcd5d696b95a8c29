"""Cumulants of Gaussian models against energy integrals, 40 digits, published numbers and models of all levels."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

import gaussian_oracles
import thermokin as tk
from thermokin.gaussian.counted_moments import CountedMoments

g = tk.gaussian
Pair = tuple[float, float]


def filled(z: int, filling: float, energy: float) -> tk.Bath:
    """A bath that fills modes of one energy to a given number."""
    if z < 0:
        return tk.Bath("b", 1.0, energy + np.log(filling / (1.0 - filling)), tk.Fermi())
    return tk.Bath("b", energy / np.log1p(1.0 / filling))


def ends(z: int, size: int, rates: Pair, fillings: Pair) -> list[tk.gaussian.RateContact]:
    contacts = []
    for name, site, rate, n in zip(("left", "right"), (0, size - 1), rates, fillings, strict=True):
        bath = filled(z, n, 1.0)
        named = tk.Bath(name, bath.temperature, bath.chemical_potential, bath.statistics)
        touched = np.zeros((size, size))
        touched[site, site] = rate
        contacts.append(g.RateContact(named, (1.0 + z * n) * touched, n * touched, energy=1.0))
    return contacts


def chain(z: int, energies: np.ndarray, hops: np.ndarray, rates: Pair, fillings: Pair) -> tk.gaussian.GaussianModel:
    h = np.diag(energies) + np.diag(hops, 1) + np.diag(hops, -1)
    return (g.bosons if z > 0 else g.fermions)(h, ends(z, len(energies), rates, fillings))


# Source: independent evaluation by energy integrals and by the boundary-driven Liouvillian of n = 3 and 4 sites; the
# first two are the ballistic values of arXiv:1310.3670, the same for all n >= 3.
@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        (3, [0.24, 0.38272, -0.02474112, -0.0445419008]),
        (4, [0.24, 0.38272, -0.0248448, -0.0455911424]),
        (50, [0.24, 0.38272, -0.0248448, -0.045603584]),
    ],
)
def test_the_xx_chain_has_its_four_cumulants(sites: int, expected: list[float]) -> None:
    # sum sx sx + sy sy hops with amplitude 2; sqrt(1 +- .3) s+- at the ends are rates of 1.3 and .7.
    model = chain(-1, np.zeros(sites), np.full(sites - 1, 2.0), (2.0, 2.0), (0.65, 0.35))
    made = tk.cumulants(model, tk.particles(model, "left"), order=4)
    np.testing.assert_allclose(made.values, expected, rtol=1e-9)
    assert (made.error < 1e-12).all()
    found = tk.covariance(model, [tk.particles(model, "left"), tk.particles(model, "right")])
    np.testing.assert_allclose(found.values, 0.38272 * np.array([[1.0, -1.0], [-1.0, 1.0]]), rtol=1e-12)
    np.testing.assert_allclose(found.error[0, 0], made.error[1], rtol=0.3)  # the same by another way


def test_two_oscillators_have_the_cumulants_of_forty_digits() -> None:
    # Source: independent evaluation, Riccati series against integrals: H = .35 (a+b + h.c.), damping 1, n .5 and .05.
    model = chain(1, np.zeros(2), np.array([0.35]), (1.0, 1.0), (0.5, 0.05))
    made = tk.cumulants(model, tk.particles(model, "right"), order=4)
    expected = [-0.0739932885906, 0.1188307295926, -0.1679221586384, 0.406671596282]
    np.testing.assert_allclose(made.values, expected, rtol=1e-11)


@pytest.mark.parametrize("z", [1, -1])
def test_cumulants_of_a_chain_are_integrals_over_energy(z: int) -> None:
    energies, hops = np.array([0.1, -0.2, 0.3, 0.05]), np.array([0.4, 0.7, 0.3])
    rates, fillings = (0.5, 0.9), (0.8, 0.15)
    model = chain(z, energies, hops, rates, fillings)
    made = tk.cumulants(model, tk.particles(model, "left"), order=4).values
    np.testing.assert_allclose(made, gaussian_oracles.landauer(z, energies, hops, rates, fillings), rtol=1e-9)


def hermitian(rng: np.random.Generator, size: int) -> np.ndarray:
    found = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return found + found.conj().T


def positive(rng: np.random.Generator, size: int, strength: float) -> np.ndarray:
    found = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return strength * found @ found.conj().T


def given_rates(z: int, size: int, seed: int) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    losses = [positive(rng, size, s) for s in (0.4, 0.3)]
    gains = [positive(rng, size, s) for s in ((0.02, 0.03) if z > 0 else (0.2, 0.5))]
    return hermitian(rng, size), losses, gains


@pytest.mark.parametrize("z", [1, -1])
def test_cumulants_have_the_digits_that_their_error_says(z: int) -> None:
    h, losses, gains = given_rates(z, 2, 7)
    contacts = [g.RateContact(None, loss, gain) for loss, gain in zip(losses, gains, strict=True)]
    model = (g.bosons if z > 0 else g.fermions)(h, contacts)
    pairs = [contact.jumps(model.system, "c").loss.shape[-1] for contact in contacts]
    weight = np.repeat([1.0, -0.5], pairs)
    current = tk.current(model, np.concatenate([-weight, weight]), name="both")
    made = tk.cumulants(model, current, order=4)
    exact = gaussian_oracles.circle_cumulants(z, h, losses, gains, [1.0, -0.5])
    missing = np.array([abs(float(a - b)) for a, b in zip(made.values.tolist(), exact, strict=True)])
    assert (missing <= made.error).all()
    assert (made.error <= 1e-12 * np.abs(made.values).max()).all()


@pytest.mark.parametrize("seed", range(3))
def test_fermions_have_the_cumulants_and_covariances_of_all_their_levels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    h = 0.3 * hermitian(rng, 3)
    leads = [tk.Bath(name, t, mu, tk.Fermi()) for name, t, mu in (("left", 1.0, 0.7), ("right", 0.6, -0.4))]
    site = rng.normal(size=3) + 1j * rng.normal(size=3)
    site -= np.array([1.0, 0.0, 0.0]) * site[0]  # orthogonal to the first, so that both count one energy
    contacts = [g.SiteContact(leads[0], 0, tk.Flat(0.3)), g.SiteContact(leads[1], site, tk.Flat(0.2))]
    with pytest.warns(tk.errors.ValidityWarning, match="local assumption is in doubt"):
        model = g.fermions(h, contacts)
    whole = g.truncated(model)
    for kind in (tk.particles, tk.heat, tk.energy, tk.entropy_flow, tk.activity):
        made, exact = (tk.cumulants(each, kind(each, "left"), order=4).values for each in (model, whole))
        np.testing.assert_allclose(made, exact, rtol=1e-9, atol=1e-12)
    both = [
        tk.covariance(each, [tk.heat(each, "left"), tk.particles(each, "right"), tk.activity(each)]).values
        for each in (model, whole)
    ]
    np.testing.assert_allclose(*both, rtol=1e-9, atol=1e-12)
    rest = tk.steady_state(model)
    c = tk.operators.annihilators(3)
    state = tk.steady_state(whole)
    exact = np.array([[complex(state.expectation(c[j].conj().T @ c[k])) for j in range(3)] for k in range(3)])
    np.testing.assert_allclose(rest.one_particle, exact, atol=1e-12)
    np.testing.assert_allclose(rest.entropy, tk.entropy(state.state), rtol=1e-9)


def test_bosons_have_the_cumulants_of_many_levels() -> None:
    model = chain(1, np.array([1.0, 1.1]), np.array([0.2]), (0.3, 0.4), (0.08, 0.02))
    whole = g.truncated(model, levels=9)
    made, exact = (tk.cumulants(each, tk.heat(each, "left"), order=3).values for each in (model, whole))
    np.testing.assert_allclose(made, exact, rtol=1e-6)  # 9 levels cut off .08^9


@pytest.mark.parametrize(
    ("frequencies", "coupling", "kind", "expected"),
    [
        # Source: independent evaluation by closed sums over modes; frequencies 1, damping .02, T .5 and .25.
        ((1.0, 1.0), 0.02, "site", 0.001102882259087151),
        ((1.0, 1.0), 0.02, "normal", 0.001378729303172695),
        ((1.0, 1.0), 0.02, "cluster", 0.0011028822590871514),
    ],
)
def test_heat_between_two_oscillators_is_that_of_each_generator(
    frequencies: tuple[float, float], coupling: float, kind: str, expected: float
) -> None:
    made = {
        "site": g.SiteContact,
        "normal": g.NormalModeContact,
        "cluster": lambda *given: g.NormalModeContact(*given, width=0.1),
    }[kind]
    contacts = [made(tk.Bath(name, t), site, tk.Flat(0.02)) for name, t, site in (("hot", 0.5, 0), ("cold", 0.25, 1))]
    h = np.diag(frequencies) + coupling * (np.ones((2, 2)) - np.eye(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = g.bosons(h, contacts)
    np.testing.assert_allclose(tk.cumulants(model, tk.heat(model, "hot"), order=1).mean, expected, rtol=1e-12)


def test_normal_modes_of_equal_frequency_share_a_jump() -> None:
    ring = 0.5 * (np.roll(np.eye(4), 1, axis=1) + np.roll(np.eye(4), -1, axis=1)) + 2.0 * np.eye(4)
    baths = [tk.Bath("hot", 2.0), tk.Bath("cold", 1.0)]
    exact = [g.NormalModeContact(bath, site, tk.Flat(0.001)) for bath, site in zip(baths, (0, 1), strict=True)]
    model = g.bosons(ring, exact)
    whole_rates = [contact.jumps(model.system, "c") for contact in exact]
    # Modes +-k are equal: three clusters, of which the middle one holds two modes and one column.
    assert [int((np.abs(each.vectors).max(axis=0) > 0.0).sum()) for each in whole_rates] == [3, 3]
    turned = np.exp(1j * np.array([0.3, 1.1, 2.0, -0.7]))[:, None] * np.eye(4)
    phased = g.bosons(
        turned @ ring @ turned.conj().T,
        [g.NormalModeContact(bath, turned[:, site], tk.Flat(0.001)) for bath, site in zip(baths, (0, 1), strict=True)],
    )
    one, two = (tk.cumulants(each, tk.heat(each, "hot"), order=3) for each in (model, phased))
    assert (np.abs(one.values - two.values) <= one.error + two.error).all()
    assert (one.relative_error < 1e-10).all()


def test_a_cumulant_without_digits_is_refused() -> None:
    h = np.array([[1.0, 1e-14], [1e-14, 1.0]])
    touched = np.diag([1.0, 0.0])
    weak = np.diag([0.0, 1e-14])
    contacts = [g.RateContact(None, touched, 0.5 * touched), g.RateContact(None, weak, 0.1 * weak)]
    model = g.bosons(h, contacts)
    with pytest.raises(tk.errors.NotConvergedError, match="fewer than six digits of a cumulant of both"):
        tk.cumulants(model, tk.current(model, [0.0, -1.0, 0.0, 1.0], name="both"), order=4)


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_what_cumulants_answer_to_an_equation_is_their_derivative(order: int, paired: bool) -> None:  # noqa: FBT001
    h, losses, gains = given_rates(1, 2, 11)
    pairing = np.array([[0.1, 0.05j], [0.05j, -0.1]]) if paired else None
    contacts = [g.RateContact(None, loss, gain) for loss, gain in zip(losses, gains, strict=True)]
    model = g.bosons(h + 5.0 * np.eye(2), contacts, pairing=pairing)
    weights = np.random.default_rng(1).normal(size=model.channels)
    rest = tk.steady_state(model)
    rng = np.random.default_rng(2)
    size = rest.moments.shape[-1]
    right = rng.normal(size=(size, size)) + (0.0 if paired else 1j) * rng.normal(size=(size, size))
    right = (right + right.conj().T).real if paired else right + right.conj().T
    moved, _ = model.lyapunov.solve(right)
    step = 1e-4

    def cumulant(shift: float) -> float:
        state = replace(rest, moments=rest.moments + shift * moved)
        return float(CountedMoments(state, weights, order).values[-1])

    slope = (8.0 * (cumulant(step) - cumulant(-step)) - cumulant(2.0 * step) + cumulant(-2.0 * step)) / (12.0 * step)
    answer = CountedMoments(rest, weights, order).answers(order)[0]
    np.testing.assert_allclose(np.trace(answer @ right).real, slope, rtol=1e-7)


def test_modes_that_are_damped_slowly_beyond_all_bounds_keep_their_digits() -> None:
    sites, rate = 40, 1e-15
    h = np.eye(sites) + 0.1 * (np.eye(sites, k=1) + np.eye(sites, k=-1))
    hot, cold = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
    contacts = [g.NormalModeContact(bath, site, tk.Flat(rate)) for bath, site in ((hot, 0), (cold, sites - 1))]
    model = g.bosons(h, contacts)
    made = tk.cumulants(model, tk.heat(model, "hot"), order=3)
    # Modes are independent: the sum over single ones, whose frequencies and shares are closed.
    k = np.arange(1, sites + 1) * np.pi / (sites + 1)
    expected = np.zeros(3)
    for frequency, share in zip(1.0 + 0.2 * np.cos(k), 2.0 / (sites + 1) * np.sin(k) ** 2, strict=True):
        n = [1.0 / np.expm1(frequency / bath.temperature) for bath in (hot, cold)]
        # One mode between two contacts: G is a number, and the Riccati equation quadratic in it.
        one = g.bosons(
            [[frequency]],
            [g.RateContact(None, [[share * (each + 1.0)]], [[share * each]], energy=frequency) for each in n],
        )
        counted = tk.current(one, frequency * np.array([-1.0, 0.0, 1.0, 0.0]))
        expected += rate * tk.cumulants(one, counted, order=3).values
    np.testing.assert_allclose(made.values, expected, rtol=1e-10)
    assert (made.relative_error < 1e-12).all()
    rest = tk.steady_state(model)
    np.testing.assert_allclose(rest.particle_number, rest.occupations.sum(), rtol=1e-14)
    first = [1.0 / np.expm1((1.0 + 0.2 * np.cos(k)) / bath.temperature) for bath in (hot, cold)]
    np.testing.assert_allclose(rest.particle_number, 0.5 * (first[0] + first[1]).sum(), rtol=1e-12)


def test_a_normal_mode_that_a_contact_does_not_see_is_refused() -> None:
    # The antisymmetric mode of three has a node in the middle.
    h = np.eye(3) + 0.1 * (np.eye(3, k=1) + np.eye(3, k=-1))
    with pytest.raises(ValueError, match=r"mode 1 \(largest on site [02]\) is coupled to no bath"):
        g.bosons(h, [g.NormalModeContact(tk.Bath("hot", 1.0), 1, tk.Flat(1e-6))])


def test_entropy_without_a_bath_is_that_of_rates_of_the_same_ratio() -> None:
    bath = tk.Bath("hot", 0.7)
    ratio = np.exp(-1.0 / 0.7)
    loss = np.array([[0.3, 0.1j], [-0.1j, 0.4]])
    cold = g.SiteContact(tk.Bath("cold", 0.3), 1, tk.Flat(0.1))
    h = np.diag([1.0, 1.0])
    one, two = (g.bosons(h, [g.RateContact(b, loss, ratio * loss, energy=1.0), cold]) for b in (bath, None))
    made = [tk.cumulants(each, tk.entropy_flow(each), order=3).values for each in (one, two)]
    np.testing.assert_allclose(*made, rtol=1e-12)
    assert tk.steady_state(two).entropy_production_rate == pytest.approx(
        float(tk.steady_state(one).entropy_production_rate), rel=1e-12
    )


def site_chain(detuning: float, coupling: float, made: type | object, **options: float) -> list[float]:
    h = np.array([[1.0, coupling], [coupling, 1.0 + detuning]])
    baths = [tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = g.bosons(h, [made(bath, site, tk.Flat(0.02), **options) for site, bath in enumerate(baths)])
    return [line.smallest for line in model.validity]


def test_the_figures_say_which_contacts_to_trust() -> None:
    # Errors against exact transport, of an independent evaluation: sites 1e-4, 2e-3, .10 of the current; normal modes
    # 6.2, .25, .01; one cluster 3e-5, 2e-3, 8e-4 and, at a detuning of .5, .03.
    assert min(site_chain(0.0, 0.02, g.SiteContact)) > 500.0
    assert 20.0 < min(site_chain(0.0, 0.1, g.SiteContact)) < 40.0
    assert 3.0 < min(site_chain(0.1, 0.02, g.SiteContact)) < 10.0
    assert min(site_chain(0.0, 0.004, g.NormalModeContact)) < 1.0
    assert min(site_chain(0.0, 0.1, g.NormalModeContact)) > 10.0
    assert min(site_chain(0.1, 0.02, g.NormalModeContact, width=1.0)) > 50.0
    assert min(site_chain(0.5, 0.1, g.NormalModeContact, width=1.0)) < 10.0
    with pytest.warns(tk.errors.ValidityWarning, match=r"secular assumption is in doubt.*give a `width`"):
        g.bosons(
            [[1.0, 0.004], [0.004, 1.0]],
            [g.NormalModeContact(tk.Bath("hot", 0.5), 0, tk.Flat(0.02))],
        )
