"""Gaussian states over time, and their ledgers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import thermokin as tk

g = tk.gaussian
TIMES = np.array([0.0, 0.4, 3.0, 20.0, 400.0])


def fermions() -> tk.gaussian.GaussianModel:
    h = np.array([[0.1, 0.05 + 0.02j, 0.0], [0.05 - 0.02j, 0.1, 0.04], [0.0, 0.04, 0.1]])
    leads = [tk.Bath(name, 1.0, mu, tk.Fermi()) for name, mu in (("left", 1.5), ("right", -1.0))]
    return g.fermions(h, [g.SiteContact(lead, site, tk.Flat(0.2)) for lead, site in zip(leads, (0, 2), strict=True)])


def test_moments_move_as_the_density_matrix_of_all_levels_does() -> None:
    model = fermions()
    whole = g.truncated(model)
    made = tk.evolve(model, [0.0, 1.0, 0.25], TIMES)
    c = tk.operators.annihilators(3)
    occupations = [0.0, 1.0, 0.25]
    start = np.eye(8)
    for each, n in zip(c, occupations, strict=True):
        number = (each.conj().T @ each).real
        start = start @ (n * number + (1.0 - n) * (np.eye(8) - number))
    exact = tk.evolve(whole, start, TIMES)
    for j in range(3):
        for k in range(3):
            expected = [np.trace(c[j].conj().T @ c[k] @ rho) for rho in exact.states]
            np.testing.assert_allclose(made.one_particle[:, k, j], expected, atol=1e-11)
    one, two = tk.ledger(model, made), tk.ledger(whole, exact)
    for bath in ("left", "right"):
        np.testing.assert_allclose(one.heat_rate[bath], two.heat_rate[bath], atol=1e-11)
        np.testing.assert_allclose(one.heat[bath], two.heat[bath], atol=1e-9)
    np.testing.assert_allclose(one.entropy, two.entropy, atol=1e-10)
    np.testing.assert_allclose(one.activity_rate, two.total_activity_rate, atol=1e-11)
    np.testing.assert_allclose(one.entropy_production[1:], two.entropy_production[1:], rtol=1e-7)
    np.testing.assert_allclose(one.entropy_production_rate[1:], two.entropy_production_rate[1:], rtol=1e-7)


@pytest.mark.parametrize("paired", [False, True])
def test_entropy_production_is_the_integral_of_its_rate(paired: bool) -> None:  # noqa: FBT001
    chain = g.oscillator_chain(
        3, frequency=1.0, coupling=0.05, rate=0.05, hot=0.8, cold=0.3, spring=0.05 if paired else 0.0
    )
    found = tk.ledger(chain, tk.evolve(chain, tk.Gibbs(1.5), [0.0, 25.0]))

    def rate(time: float, _: object) -> np.ndarray:
        return tk.ledger(chain, tk.evolve(chain, tk.Gibbs(1.5), [time])).entropy_production_rate

    total = solve_ivp(rate, (0.0, 25.0), [0.0], rtol=1e-8, atol=1e-11).y[0, -1]
    np.testing.assert_allclose(found.entropy_production, [0.0, total], rtol=1e-7, atol=1e-12)
    assert (found.entropy_production_rate > 0.0).all()


def test_energy_changes_by_what_baths_do_to_it() -> None:
    chain = g.oscillator_chain(4, frequency=1.0, coupling=0.08, rate=0.05, hot=0.8, cold=0.3)
    step = 1e-4
    moved = tk.evolve(chain, [0.0, 0.2, 0.0, 0.5], [2.0 - step, 2.0, 2.0 + step])
    slope = (moved.energy[2] - moved.energy[0]) / (2.0 * step)
    np.testing.assert_allclose(slope, sum(rate[1] for rate in moved.full_energy_rate.values()), rtol=1e-7)


def test_a_late_state_is_the_steady_one_and_its_start_what_was_given() -> None:
    model = fermions()
    made = tk.evolve(model, [0.3, 0.0, 1.0], [0.0, 1e4])
    np.testing.assert_allclose(made.occupations[0], [0.3, 0.0, 1.0], atol=1e-15)
    rest = tk.steady_state(model)
    np.testing.assert_allclose(made.moments[1], rest.moments, atol=1e-15)
    again = tk.evolve(model, rest, [3.0])
    np.testing.assert_allclose(again.moments[0], rest.moments, atol=1e-15)


def test_times_and_models_may_be_a_sweep() -> None:
    swept = g.oscillator_chain(3, frequency=1.0, coupling=[0.02, 0.05], rate=0.05, hot=0.8, cold=[[0.3], [0.4], [0.5]])
    made = tk.evolve(swept, tk.Gibbs(1.0), [0.5, 2.0])
    ledger = tk.ledger(swept, made)
    assert made.occupations.shape == (3, 2, 2, 3)
    alone = g.oscillator_chain(3, frequency=1.0, coupling=0.05, rate=0.05, hot=0.8, cold=0.4)
    one = tk.evolve(alone, tk.Gibbs(1.0), [0.5, 2.0])
    own = tk.ledger(alone, one)
    np.testing.assert_allclose(made.occupations[1, 1], one.occupations, rtol=1e-12)
    for name in ("energy", "entropy", "entropy_production_rate", "entropy_production"):
        np.testing.assert_allclose(getattr(ledger, name)[1, 1], getattr(own, name), rtol=1e-11, err_msg=name)
    np.testing.assert_allclose(ledger.heat["hot"][1, 1], own.heat["hot"], rtol=1e-11)
    np.testing.assert_allclose(made.full_energy_rate["hot"][1, 1], one.full_energy_rate["hot"], rtol=1e-11)


def test_an_empty_mode_that_fills_produces_entropy_without_bound_at_first() -> None:
    chain = g.oscillator_chain(2, frequency=1.0, coupling=0.02, rate=0.05, hot=0.8, cold=0.5)
    found = tk.ledger(chain, tk.evolve(chain, [0.0, 0.0], [0.0, 1.0]))
    assert found.entropy_production_rate[0] == np.inf
    assert np.isfinite(found.entropy_production).all()


def test_a_full_mode_that_empties_produces_entropy_without_bound_at_first() -> None:
    model = fermions()
    found = tk.ledger(model, tk.evolve(model, [1.0, 0.5, 0.5], [0.0, 1.0]))
    assert found.entropy_production_rate[0] == np.inf
    assert np.isfinite(found.entropy_production).all()


def test_starts_that_are_no_states_are_refused() -> None:
    model = fermions()
    with pytest.raises(ValueError, match="occupations of at least 0 and at most 1"):
        tk.evolve(model, [0.0, 1.5, 0.0], [1.0])
    with pytest.raises(ValueError, match=r"`initial` must be tk\.Gibbs\(temperature\), occupations \(\.\.\., 3\)"):
        tk.evolve(model, [0.0, 1.0], [1.0])
    with pytest.raises(ValueError, match="`times` must be strictly ascending"):
        tk.evolve(model, [0.0, 1.0, 0.0], [1.0, 1.0])
    chain = g.oscillator_chain(40, frequency=1.0, coupling=0.02, rate=0.05, hot=0.8, cold=0.5)
    with pytest.raises(ValueError, match="`temperature` of bosons must be finite"):
        tk.evolve(chain, tk.Gibbs(np.inf), [1.0])
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.ledger(fermions(), tk.evolve(model, [0.0, 1.0, 0.0], [1.0]))
    with pytest.raises(TypeError, match="must be what `evolve` returns"):
        tk.ledger(model, tk.steady_state(model))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="which no memory holds"):
        tk.evolve(chain, np.zeros(40), np.arange(7e5))


@pytest.mark.parametrize("z", [1, -1])
def test_normal_modes_are_on_sites_what_their_rates_in_matrices_are(z: int) -> None:
    rng = np.random.default_rng(6)
    h = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    h = 0.2 * (h + h.conj().T) + 2.0 * np.eye(3)
    statistics = tk.Bose() if z > 0 else tk.Fermi()
    seen = [
        g.NormalModeContact(tk.Bath(str(site), 1.0 + site, 0.0, statistics), site, tk.Flat(0.01)) for site in (0, 1)
    ]
    make = g.bosons if z > 0 else g.fermions
    model = make(h, seen)
    assert model.frame is not None
    vectors = model.site_vectors
    given = [(vectors * rates) @ vectors.conj().T for rates in (model.jumps.loss, model.jumps.gain)]
    other = make(h, [g.RateContact(None, *given)])
    np.testing.assert_allclose(tk.steady_state(model).one_particle, tk.steady_state(other).one_particle, atol=1e-13)
    start = np.array([[0.5, 0.1j, 0.0], [-0.1j, 0.3, 0.2], [0.0, 0.2, 0.4]])
    one, two = (tk.evolve(each, start, [0.0, 1.0, 30.0]) for each in (model, other))
    np.testing.assert_allclose(one.one_particle, two.one_particle, atol=1e-12)
    np.testing.assert_allclose(one.energy, two.energy, rtol=1e-12)
    np.testing.assert_allclose(one.one_particle[0], start, atol=1e-15)


def test_a_bath_at_temperature_zero_takes_infinite_entropy_from_the_first_quantum_on() -> None:
    sites = [(tk.Bath("warm", 0.5), 0), (tk.Bath("cold", 0.0), 1)]
    pair = tk.gaussian.bosons(
        np.array([[1.0, 0.1], [0.1, 1.0]]), [tk.gaussian.SiteContact(bath, at, tk.Flat(0.1)) for bath, at in sites]
    )
    account = tk.ledger(pair, tk.evolve(pair, np.zeros(2), [0.0, 1.0, 50.0, 1000.0]))
    assert account.entropy_production.tolist() == [0.0, np.inf, np.inf, np.inf]
    assert (np.diff(account.heat["cold"]) < 0.0).all()
