"""Temperatures and entropy production of groups of modes, against closed forms and matrices of finite size."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from random_states import random_state

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
SPRING = np.array([[0.0, 0.3], [0.3, 0.0]])


def alone(temperature: float, kind: str = "bosons") -> tk.gaussian.GaussianModel:
    """Two modes that nothing couples, each on a bath of its own."""
    statistics = tk.Bose() if kind == "bosons" else tk.Fermi()
    baths = [tk.Bath(name, t, 0.0, statistics) for name, t in (("a", temperature), ("b", 0.4))]
    contacts = [tk.gaussian.SiteContact(bath, site, tk.Flat(0.1)) for site, bath in enumerate(baths)]
    return getattr(tk.gaussian, kind)(np.diag([1.0, 1.5]), contacts)  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", ["bosons", "fermions"])
@pytest.mark.parametrize("temperature", [0.03, 0.7, 50.0])
def test_a_mode_on_its_bath_has_its_temperature(kind: str, temperature: float) -> None:
    found = tk.local_temperatures(tk.steady_state(alone(temperature, kind)))
    np.testing.assert_allclose(found.temperature, [temperature, 0.4], rtol=1e-9)
    np.testing.assert_allclose(found.athermality, 0.0, atol=1e-13)


def test_oscillators_on_a_spring_are_each_as_hot_as_their_quanta_say() -> None:
    baths = [tk.gaussian.NormalModeContact(tk.Bath(str(k), 0.3), k, tk.Flat(0.01)) for k in (0, 1)]
    rest = tk.steady_state(tk.gaussian.bosons(np.eye(2) + SPRING, baths, pairing=SPRING))
    found = tk.local_temperatures(rest)
    # x and p of one site are spread by unequal amounts: energy above the ground state is (xx + pp - 1)/2
    sigma = rest.covariance
    quanta = 0.5 * (sigma[0, 0] + sigma[2, 2] - 1.0)
    np.testing.assert_allclose(found.temperature[0], 1.0 / np.log1p(1.0 / quanta), rtol=1e-9)
    squeezed = np.sqrt(sigma[0, 0] * sigma[2, 2]) - 0.5
    entropies = [(n + 1.0) * np.log1p(n) - n * np.log(n) for n in (quanta, squeezed)]
    np.testing.assert_allclose(found.athermality[0], entropies[0] - entropies[1], rtol=1e-8)
    whole = tk.local_temperatures(tk.steady_state(three_in_one_bath()), dims=(2, 1))
    np.testing.assert_allclose(whole.temperature[1], 0.5, rtol=1e-9)


def three_in_one_bath() -> tk.gaussian.GaussianModel:
    """Two oscillators on a spring, and one alone."""
    h, pairing = np.diag([1.0, 1.0, 1.3]), np.zeros((3, 3))
    h[:2, :2] += SPRING
    pairing[:2, :2] = SPRING
    contacts = [tk.gaussian.NormalModeContact(tk.Bath(str(k), 0.5), k, tk.Flat(0.01)) for k in range(3)]
    return tk.gaussian.bosons(h, contacts, pairing=pairing)


def test_a_group_in_the_gibbs_state_of_its_own_form_has_that_temperature() -> None:
    found = tk.local_temperatures(tk.steady_state(three_in_one_bath()), dims=(2, 1))
    np.testing.assert_allclose(found.temperature, [0.5, 0.5], rtol=1e-9)
    np.testing.assert_allclose(found.athermality, 0.0, atol=1e-12)


@pytest.mark.parametrize("filling", [0.5, 0.8, 1.0])
def test_fermions_may_be_inverted(filling: float) -> None:
    model = alone(0.5, "fermions")
    found = tk.local_temperatures(tk.evolve(model, np.array([filling, 0.2]), [0.0]))
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found.inverse[0, 0], np.log((1.0 - filling) / filling), atol=1e-14)


@pytest.mark.parametrize("kind", ["bosons", "fermions"])
def test_entropy_production_of_modes_is_that_of_sites_and_of_correlations(kind: str) -> None:
    model = alone(1.2, kind)
    start = 0.4 * random_state(np.random.default_rng(4), 2, 2)  # second moments with a correlation
    run = tk.evolve(model, start, [0.0, 2.0, 300.0])
    split = tk.local_entropy_production(run)
    assert split.baths == {"a": 0, "b": 1}
    np.testing.assert_allclose(split.total, tk.ledger(model, run).entropy_production, atol=1e-11)
    assert (np.diff(split.parts, axis=0) >= -1e-12).all()
    assert (np.diff(split.correlation_decay) >= -1e-12).all()
    np.testing.assert_allclose(split.correlation_decay[-1], split.start.total_correlation[0], atol=1e-10)
    assert split.to_xarray()["parts"].dims == ("time", "part")


def test_heat_into_a_bath_at_zero_produces_without_end_and_none_produces_nothing() -> None:
    run = tk.evolve(alone(0.0), np.array([0.5, 0.5]), [0.0, 1.0])
    split = tk.local_entropy_production(run)
    np.testing.assert_array_equal(split.parts[0], [0.0, 0.0])
    assert split.parts[1, 0] == np.inf
    assert 0.0 < split.parts[1, 1] < 1.0


def test_what_groups_of_modes_cannot_say_is_refused() -> None:
    rest = tk.steady_state(alone(0.5))
    with pytest.raises(tk.errors.ArgumentError, match="`hamiltonian` of a Gaussian state is that of its model"):
        tk.local_temperatures(rest, np.eye(2))
    both = [tk.gaussian.SiteContact(tk.Bath("a", 0.5), site, tk.Flat(0.1)) for site in (0, 1)]
    run = tk.evolve(tk.gaussian.bosons(np.diag([1.0, 1.5]), both), tk.Gibbs(0.0), [1.0])
    with pytest.raises(tk.errors.ArgumentError, match="with which bath 'a' is booked, which touches several"):
        tk.local_entropy_production(run)
    lossy = tk.gaussian.RateContact(None, loss=0.1 * np.eye(2), gain=np.zeros((2, 2)))
    run = tk.evolve(tk.gaussian.bosons(np.diag([1.0, 1.5]), [lossy]), tk.Gibbs(0.0), [1.0])
    with pytest.raises(tk.errors.HypothesisError, match="jumps without a bath"):
        tk.local_entropy_production(run, {})
