"""Bosons with pairing, against models of many levels and numbers of an independent evaluation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

g = tk.gaussian


def paired(scale: float = 1.0) -> tk.gaussian.GaussianModel:
    """a+a + 1.3 b+b + .2 (a + a+)(b + b+), damping .3 and .4, fillings .15 and .03 at the bare frequencies."""
    hop = scale * 0.2 * (np.ones((2, 2)) - np.eye(2))
    contacts = []
    for site, (name, frequency, rate, n) in enumerate((("a", 1.0, 0.3, 0.15), ("b", 1.3, 0.4, 0.03))):
        bath = tk.Bath(name, frequency / np.log1p(1.0 / n))
        touched = np.diag(np.arange(2) == site).astype(float)
        contacts.append(g.RateContact(bath, rate * (n + 1.0) * touched, rate * n * touched, energy=frequency))
    return g.bosons(np.diag([1.0, 1.3]) + hop, contacts, pairing=hop)


def test_a_pair_with_a_spring_is_that_of_an_independent_evaluation() -> None:
    # Source: independent evaluation by quadratures, confirmed by a Fock space of ten levels each to 2e-6.
    model = paired()
    rest = tk.steady_state(model)
    np.testing.assert_allclose(rest.occupations, [0.1425835838024625, 0.07012961438663057], rtol=1e-12)
    np.testing.assert_allclose(rest.entropy, 0.6292972372156274, rtol=1e-12)
    np.testing.assert_allclose(rest.full_energy_rate["a"], 0.01021455684002676, rtol=1e-12)
    np.testing.assert_allclose(rest.full_energy_rate["b"], -0.010214556840027157, rtol=1e-12)
    first, second = (tk.cumulants(model, tk.particles(model, name)).values for name in ("a", "b"))
    np.testing.assert_allclose(first, [0.0022249248592612625, 0.023794209257725865], rtol=1e-11)
    np.testing.assert_allclose(second, [-0.016051845754652214, 0.024411688917621917], rtol=1e-11)
    noise = tk.covariance(model, [tk.particles(model, "a"), tk.particles(model, "b")])
    np.testing.assert_allclose(np.diag(noise.values), [first[1], second[1]], rtol=1e-12)


def complex_pair() -> tk.gaussian.GaussianModel:
    h = np.array([[1.0, 0.15 - 0.1j], [0.15 + 0.1j, 1.2]])
    delta = np.array([[0.05j, 0.1 + 0.05j], [0.1 + 0.05j, -0.04]])
    loss = np.array([[0.6, 0.2j], [-0.2j, 0.7]])
    contacts = [g.RateContact(None, loss, 0.03 * loss), g.SiteContact(tk.Bath("cold", 0.3), 1, tk.Flat(0.2))]
    with pytest.warns(tk.errors.ValidityWarning, match="local assumption is in doubt"):
        return g.bosons(h, contacts, pairing=delta)


@pytest.mark.slow
def test_pairing_with_phases_has_the_statistics_of_many_levels() -> None:
    model = complex_pair()
    whole = g.truncated(model, levels=8)
    for kind in (tk.activity, tk.heat):
        made, exact = (tk.cumulants(each, kind(each), order=3).values for each in (model, whole))
        np.testing.assert_allclose(made, exact, rtol=2e-5)
    rest, state = tk.steady_state(model), tk.steady_state(whole)
    size = (8, 8)
    a = [tk.operators.embed(tk.operators.destroy(8), site, size) for site in range(2)]
    moments = np.array([[complex(state.expectation(a[j].conj().T @ a[k])) for j in range(2)] for k in range(2)])
    np.testing.assert_allclose(rest.one_particle, moments, atol=1e-6)
    pairs = np.array([[np.trace(a[j] @ a[k] @ state.state) for k in range(2)] for j in range(2)])
    np.testing.assert_allclose(rest.anomalous, pairs, atol=1e-6)
    np.testing.assert_allclose(rest.entropy, tk.entropy(state.state), rtol=1e-4)
    hamiltonian = whole.hamiltonian
    np.testing.assert_allclose(rest.energy, np.trace(hamiltonian @ state.state).real, rtol=1e-5)


def test_cumulants_with_pairing_have_the_digits_of_a_finer_route() -> None:
    # Derivatives of the Riccati equation's own generating function, by differences of its solution at six fields.
    model = complex_pair()
    space, solver = model.space, model.lyapunov
    current = tk.heat(model, "cold") + 0.3 * tk.activity(model)

    def generating(s: float) -> float:
        moments = tk.steady_state(model).moments
        for _ in range(200):
            moved = space.moved(moments, bare=True)
            moments, _ = solver.solve(space.diffusion + space.added(np.expm1(s * current.weights), moved, moved))
        return float((np.expm1(s * current.weights) * space.rates(space.moved(moments, bare=True))).sum())

    step = 0.02
    values = {k: generating(k * step) for k in range(-4, 5) if k}
    first = 8.0 / 10.0 * (values[1] - values[-1]) - 0.2 * (values[2] - values[-2])
    first += 8.0 / 210.0 * (values[3] - values[-3]) - (values[4] - values[-4]) / 280.0
    second = 1.6 * (values[1] + values[-1]) - 0.2 * (values[2] + values[-2])
    second += 16.0 / 630.0 * (values[3] + values[-3]) - (values[4] + values[-4]) / 560.0
    third = 7.0 / 240.0 * (values[4] - values[-4]) - 0.3 * (values[3] - values[-3])
    third += 169.0 / 120.0 * (values[2] - values[-2]) - 61.0 / 30.0 * (values[1] - values[-1])
    made = tk.cumulants(model, current, order=3).values
    np.testing.assert_allclose(made, [first / step, second / step**2, third / step**3], rtol=1e-7)


def test_without_pairing_quadratures_and_modes_say_the_same() -> None:
    tiny = 1e-13
    h = np.array([[1.0, 0.1j], [-0.1j, 1.1]])
    contacts = [
        g.RateContact(None, 0.3 * np.diag([1.0, 0.0]), 0.1 * np.diag([1.0, 0.0])),
        g.RateContact(None, 0.2 * np.diag([0.0, 1.0]), 0.15 * np.diag([0.0, 1.0])),
    ]
    one, two = g.bosons(h, contacts), g.bosons(h, contacts, pairing=tiny * np.eye(2))
    assert one.pairing is None
    assert two.pairing is not None
    weights = [1.0, -0.5, 0.3, 0.2]
    made = [tk.cumulants(each, tk.current(each, weights), order=4).values for each in (one, two)]
    np.testing.assert_allclose(*made, rtol=1e-11)
    rest = [tk.steady_state(each) for each in (one, two)]
    for name in ("one_particle", "covariance", "occupations", "entropy", "energy"):
        np.testing.assert_allclose(getattr(rest[0], name), getattr(rest[1], name), rtol=1e-11, atol=1e-12)
    ledgers = [tk.ledger(each, tk.evolve(each, tk.Gibbs(1.5), [0.0, 1.0, 7.0])) for each in (one, two)]
    for name in ("entropy_production_rate", "entropy_production", "energy", "activity_rate"):
        np.testing.assert_allclose(getattr(ledgers[0], name), getattr(ledgers[1], name), rtol=1e-10, err_msg=name)


def test_a_gibbs_start_with_pairing_is_that_of_many_levels() -> None:
    model = paired()
    evolution = tk.evolve(model, tk.Gibbs(0.4), [0.0])
    size, levels = (14, 14), 14
    a = [tk.operators.embed(tk.operators.destroy(levels), site, size) for site in range(2)]
    x = [each + each.T for each in a]
    hamiltonian = a[0].T @ a[0] + 1.3 * a[1].T @ a[1] + 0.2 * x[0] @ x[1]
    state = tk.operators.gibbs(hamiltonian, 0.4)
    exact = [np.trace(each.T @ each @ state).real for each in a]
    np.testing.assert_allclose(evolution.occupations[0], exact, rtol=1e-6)
    np.testing.assert_allclose(evolution.entropy[0], tk.entropy(state), rtol=1e-6)
    np.testing.assert_allclose(evolution.energy[0], np.trace(hamiltonian @ state).real, rtol=1e-5)


def test_covariances_that_break_the_uncertainty_relation_are_refused() -> None:
    with pytest.raises(ValueError, match="`initial` breaks the uncertainty relation"):
        tk.evolve(paired(), 0.3 * np.eye(4), [1.0])


def on_normal_modes(hot: float, cold: float, pairing: float = 1.0) -> tk.gaussian.GaussianModel:
    h = np.array([[1.0, 0.2 + 0.1j], [0.2 - 0.1j, 1.3]])
    delta = pairing * np.array([[0.05, 0.2 + 0.05j], [0.2 + 0.05j, 0.1j]])
    contacts = [
        g.NormalModeContact(tk.Bath(name, temperature), site, tk.Ohmic(0.02))
        for name, temperature, site in (("hot", hot, 0), ("cold", cold, [0.2, 1j]))
    ]
    return g.bosons(h, contacts, pairing=delta)


def test_normal_modes_with_pairing_take_up_what_the_whole_hamiltonian_gains() -> None:
    rest = tk.steady_state(on_normal_modes(0.6, 0.3))
    assert rest.heat["hot"] > 0.0
    for bath in ("hot", "cold"):
        np.testing.assert_allclose(rest.heat[bath], rest.full_energy_rate[bath], rtol=1e-11)
    equal = on_normal_modes(0.5, 0.5)
    moved = tk.evolve(equal, tk.Gibbs(0.5), [0.0, 30.0])
    np.testing.assert_allclose(moved.moments[1], moved.moments[0], atol=1e-13)
    assert abs(tk.steady_state(equal).heat["hot"]) < 1e-15


@pytest.mark.slow
def test_normal_modes_with_pairing_have_the_cumulants_of_many_levels() -> None:
    model = on_normal_modes(0.4, 0.2)
    whole = g.truncated(model, levels=8)
    made, exact = (tk.cumulants(each, tk.heat(each, "hot"), order=3).values for each in (model, whole))
    np.testing.assert_allclose(made, exact, rtol=5e-5)  # what eight levels cut off


def test_normal_modes_with_a_vanishing_pairing_are_those_without() -> None:
    one, two = on_normal_modes(0.6, 0.3, 0.0), on_normal_modes(0.6, 0.3, 1e-9)
    assert one.frame is not None
    assert two.frame is None
    made = [tk.cumulants(each, tk.heat(each, "hot"), order=3).values for each in (one, two)]
    np.testing.assert_allclose(*made, rtol=1e-8)


@pytest.mark.parametrize("width", [0.0, 1.0])
def test_clusters_of_modes_with_a_vanishing_pairing_are_those_without(width: float) -> None:
    rng = np.random.default_rng(8)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))
    h = (turn * [1.0, 1.0, 1.4]) @ turn.conj().T
    h = 0.5 * (h + h.conj().T)
    touched = ([1.0, 0.5j, 0.2], [0.3 - 0.4j, 1.0, 0.6j])
    contacts = [
        g.NormalModeContact(tk.Bath(name, temperature), site, tk.Flat(0.02), width=width)
        for name, temperature, site in zip(("hot", "cold"), (0.6, 0.3), touched, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        one, two = g.bosons(h, contacts), g.bosons(h, contacts, pairing=1e-14 * np.eye(3))
    made = [tk.cumulants(each, tk.heat(each, "hot"), order=3).values for each in (one, two)]
    np.testing.assert_allclose(*made, rtol=1e-9)
    rest = [tk.steady_state(each).occupations for each in (one, two)]
    np.testing.assert_allclose(*rest, rtol=1e-9)
