"""Laws of random Gaussian systems: conservation, second law, equilibrium, fluctuation and dissipation, exchange."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

g = tk.gaussian
KINDS = [("site", 1), ("site", -1), ("normal", 1), ("normal", -1), ("cluster", 1), ("cluster", -1)]


def hamiltonian(seed: int, size: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    hop = 0.1 * (rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))
    return np.diag(rng.uniform(1.5, 2.0, size)) + hop + hop.conj().T


def system(
    kind: str, z: int, seed: int, temperatures: tuple[float, float], potentials: tuple[float, float] = (0.0, 0.0)
) -> tk.gaussian.GaussianModel:
    """Three modes, a bath on each of two."""
    statistics = tk.Fermi() if z < 0 else tk.Bose()
    potentials = potentials if z < 0 else (0.0, 0.0)
    h = hamiltonian(seed, 3)
    contacts = []
    for number, (name, site) in enumerate((("hot", 0), ("cold", 2))):
        bath = tk.Bath(name, temperatures[number], potentials[number], statistics)
        if kind == "site":
            contacts.append(g.SiteContact(bath, site, tk.Flat(0.1 + 0.05 * number)))
        else:
            width = 10.0 if kind == "cluster" else None
            contacts.append(g.NormalModeContact(bath, site, tk.Flat(0.1 + 0.05 * number), width=width))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return (g.bosons if z > 0 else g.fermions)(h, contacts)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("kind", "z"), KINDS)
def test_what_comes_in_goes_out(kind: str, z: int, seed: int) -> None:
    model = system(kind, z, seed, (1.5, 0.6), (0.4, -0.2))
    flows = [tk.particles(model, name) for name in ("hot", "cold")]
    # The number of particles is conserved between jumps, so that it cannot pile up.
    total = tk.cumulants(model, sum(flows), order=4)
    assert (np.abs(total.values) <= np.maximum(total.error, 1e-13)).all()
    matrix = tk.covariance(model, flows)
    assert np.abs(matrix.values.sum(axis=0)).max() < 1e-13
    np.testing.assert_allclose(np.diag(matrix.values), tk.cumulants(model, flows[0]).noise, rtol=1e-9)
    assert np.linalg.eigvalsh(matrix.values).min() > -1e-14


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("kind", "z"), KINDS)
def test_entropy_is_produced_and_not_consumed(kind: str, z: int, seed: int) -> None:
    model = system(kind, z, seed, (1.5, 0.6), (0.4, -0.2))
    rest = tk.steady_state(model)
    heat = rest.heat
    assert rest.entropy_production_rate > 0.0
    np.testing.assert_allclose(
        rest.entropy_production_rate, -heat["hot"] / 1.5 - heat["cold"] / 0.6, rtol=1e-10, atol=1e-15
    )
    start = tk.ledger(model, tk.evolve(model, [0.4, 0.0, 0.9], np.geomspace(1e-3, 300.0, 30)))
    assert (start.entropy_production_rate > -1e-14).all()
    assert (np.diff(start.entropy_production) > -1e-12).all()


@pytest.mark.parametrize("z", [1, -1])
def test_equal_baths_on_normal_modes_leave_the_gibbs_state_and_no_current(z: int) -> None:
    model = system("normal", z, 5, (0.9, 0.9))
    rest, start = tk.steady_state(model), tk.evolve(model, tk.Gibbs(0.9), [0.0, 50.0])
    np.testing.assert_allclose(start.moments[0], rest.moments, atol=1e-13)
    np.testing.assert_allclose(start.moments[1], rest.moments, atol=1e-13)
    assert abs(rest.heat["hot"]) < 1e-14
    odd = tk.cumulants(model, tk.heat(model, "hot"), order=3)
    assert abs(odd.values[2]) < 1e-12


@pytest.mark.parametrize(("kind", "z"), KINDS[2:])
def test_noise_at_equilibrium_is_the_answer_of_the_current_to_a_force(kind: str, z: int) -> None:
    def counted(force: float) -> tk.results.GaussianCumulants:
        if z < 0:  # potentials apart
            model = system(kind, z, 2, (0.8, 0.8), (0.4 * force, -0.4 * force))
        else:  # inverse temperatures apart
            model = system(kind, z, 2, (1.0 / (1.25 - force / 2.0), 1.0 / (1.25 + force / 2.0)))
        quantity = tk.particles if z < 0 else tk.heat
        return tk.cumulants(model, 0.5 * (quantity(model, "hot") - quantity(model, "cold")))

    step = 1e-3
    flow = [float(counted(k * step).mean) for k in (-2, -1, 1, 2)]
    slope = (8.0 * (flow[2] - flow[1]) - (flow[3] - flow[0])) / (12.0 * step)
    np.testing.assert_allclose(slope, counted(0.0).noise / 2.0, rtol=1e-8)


@pytest.mark.parametrize("z", [1, -1])
def test_resonant_sites_obey_fluctuation_and_dissipation(z: int) -> None:
    def chain(force: float) -> tk.gaussian.GaussianModel:
        if z < 0:
            return g.hopping_chain(
                4, hopping=0.2, rate=0.3, temperature=1.0, left=0.5 * force, right=-0.5 * force, energy=0.3
            )
        apart = {"hot": 1.0 / (1.0 - 0.5 * force), "cold": 1.0 / (1.0 + 0.5 * force)}
        return g.oscillator_chain(4, frequency=1.0, coupling=0.02, rate=0.03, **apart)

    def counted(model: tk.gaussian.GaussianModel) -> tk.results.GaussianCumulants:
        return tk.cumulants(model, tk.particles(model, model.baths[0].name))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        noise = counted(chain(0.0)).noise
        step = 1e-3
        flow = [float(counted(chain(k * step)).mean) for k in (-2, -1, 1, 2)]
    slope = (8.0 * (flow[2] - flow[1]) - (flow[3] - flow[0])) / (12.0 * step)
    np.testing.assert_allclose(slope, noise / 2.0, rtol=1e-8)


def test_exchange_obeys_a_fluctuation_theorem() -> None:
    # Of c(s) = c(-A - s) with one force A: c1 = A c2/2 - A^3 c4/24 + ... ; small A makes the rest vanish.
    force = 0.02
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        chain = g.hopping_chain(3, hopping=0.2, rate=0.3, temperature=1.0, left=0.5 * force, right=-0.5 * force)
    c = tk.cumulants(chain, tk.particles(chain, "left"), order=4).values
    # c(-A) = 0 = sum c_n (-A)^n / n!, up to A^5.
    left = sum(value * (-force) ** n / float(np.prod(range(1, n + 1))) for n, value in enumerate(c, start=1))
    assert abs(left) < force**5 * abs(c[1])
    assert abs(c[0]) * force > 1e4 * abs(left)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize("kind", ["site", "normal"])
def test_units_change_no_digit(kind: str, scale: float) -> None:
    def made(unit: float) -> tk.gaussian.GaussianModel:
        contact = g.SiteContact if kind == "site" else g.NormalModeContact
        baths = [tk.Bath(name, unit * t) for name, t in (("hot", 1.5), ("cold", 0.6))]
        contacts = [contact(bath, site, tk.Flat(0.1 * unit)) for bath, site in zip(baths, (0, 2), strict=True)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tk.errors.ValidityWarning)
            return g.bosons(unit * hamiltonian(1, 3), contacts)

    one, two = made(1.0), made(scale)
    plain, scaled = (tk.cumulants(each, tk.heat(each, "hot"), order=4) for each in (one, two))
    units = scale ** np.arange(2, 6)
    np.testing.assert_allclose(scaled.values, plain.values * units, rtol=1e-11)
    np.testing.assert_allclose(scaled.error, plain.error * units, rtol=0.5)
    moved = [
        tk.ledger(each, tk.evolve(each, tk.Gibbs(unit), [3.0 / unit])) for each, unit in ((one, 1.0), (two, scale))
    ]
    np.testing.assert_allclose(moved[1].entropy_production, moved[0].entropy_production, rtol=1e-9)
    np.testing.assert_allclose(one.validity[0].ratio, two.validity[0].ratio, rtol=1e-9)
