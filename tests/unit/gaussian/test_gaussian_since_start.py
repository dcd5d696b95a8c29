"""What currents of Gaussian models have exchanged since time 0, by routes that share no formula with the package."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import gaussian_oracles
import thermokin as tk

g = tk.gaussian
TIMES = np.array([0.01, 0.4, 3.0, 20.0, 400.0])
PAIRING = np.array([[0.0, 0.3, 0.1j], [-0.3, 0.0, 0.2], [-0.1j, -0.2, 0.0]])


def fermions(pairing: np.ndarray | None = None) -> tk.gaussian.GaussianModel:
    h = np.array([[0.3, 0.1j, 0.2], [-0.1j, -0.4, 0.5], [0.2, 0.5, 0.1]])
    leads = [tk.Bath(name, 1.0, mu, tk.Fermi()) for name, mu in (("left", 1.5), ("right", -1.0))]
    contacts = [g.SiteContact(lead, site, tk.Flat(0.2)) for lead, site in zip(leads, (0, 2), strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return g.fermions(h, contacts, pairing)


def bosons(spring: float = 0.0, hot: float = 0.4) -> tk.gaussian.GaussianModel:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return g.oscillator_chain(2, frequency=1.0, coupling=0.05, rate=0.1, hot=hot, cold=0.5 * hot, spring=spring)


def product_state(occupations: list[float]) -> np.ndarray:
    start = np.eye(2 ** len(occupations))
    for each, n in zip(tk.annihilators(len(occupations)), occupations, strict=True):
        number = (each.conj().T @ each).real
        start = start @ (n * number + (1.0 - n) * (np.eye(len(start)) - number))
    return start


@pytest.mark.parametrize("pairing", [None, PAIRING])
def test_fermions_have_the_counts_of_all_levels(pairing: np.ndarray | None) -> None:
    model, start = fermions(pairing), [0.0, 1.0, 0.25]
    whole = g.truncated(model)
    for current in (tk.particles, tk.heat):
        made = tk.integrated_cumulants(model, current(model, "left"), start, TIMES, order=4)
        exact = tk.integrated_cumulants(whole, current(whole, "left"), product_state(start), TIMES, order=4)
        np.testing.assert_allclose(made, exact, rtol=1e-10)
        assert (np.abs(made - exact.values) <= made.error + exact.error).all()
    pair = [
        tk.integrated_covariance(each, [tk.particles(each, "left"), tk.heat(each, "right")], at, TIMES)
        for each, at in ((model, start), (whole, product_state(start)))
    ]
    np.testing.assert_allclose(*pair, rtol=1e-10, atol=1e-18)
    np.testing.assert_allclose(np.diagonal(pair[0].correlation, axis1=-2, axis2=-1), 1.0)


SYSTEMS = {
    "fermions": lambda: (fermions(), [0.1, 0.7, 1.0]),
    "fermions with pairing": lambda: (fermions(PAIRING), [0.0, 0.7, 0.2]),
    "oscillators": lambda: (bosons(), [0.2, 0.7]),
    "oscillators with springs": lambda: (bosons(0.1), [0.2, 0.7]),
    "hot oscillators": lambda: (bosons(hot=50.0), tk.Gibbs(20.0)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("time", [0.3, 30.0])
def test_counts_have_the_digits_of_an_exponential_of_forty(name: str, time: float) -> None:
    model, start = SYSTEMS[name]()
    current = tk.heat(model, model.baths[0].name)
    made = tk.integrated_cumulants(model, current, start, [time], order=4)
    radius = 5e-4 if name.startswith("hot") else 0.02
    found = gaussian_oracles.since_start_cumulants(model, current.weights, made.evolution.start, time, radius=radius)
    exact = np.array([float(each) for each in found])
    np.testing.assert_allclose(made.values[0], exact, rtol=2e-12)
    assert (np.abs(made.values[0] - exact) <= made.error[0]).all()
    assert (made.error[0] <= 1e-10 * np.abs(exact)).all()


def test_the_mean_is_that_of_the_ledger_and_late_counts_grow_as_at_rest() -> None:
    for model, start in (bosons(0.1), [0.2, 0.7]), (fermions(PAIRING), [0.0, 1.0, 0.3]):
        bath = model.baths[0].name
        made = tk.integrated_cumulants(model, tk.heat(model, bath), start, [10.0, 1e5, 2e5], order=4)
        np.testing.assert_allclose(made.mean, tk.ledger(model, made.evolution).heat[bath], rtol=1e-11)
        slopes = np.diff(made.values[1:], axis=0)[0] / 1e5
        np.testing.assert_allclose(slopes, tk.cumulants(model, tk.heat(model, bath), order=4), rtol=1e-8)


def test_covariances_of_currents_and_of_their_sum_agree() -> None:
    model = bosons(0.1)
    hot, cold = tk.heat(model, "hot"), tk.heat(model, "cold")
    matrix = tk.integrated_covariance(model, [hot, cold], tk.Gibbs(1.0), TIMES).values
    whole = tk.integrated_cumulants(model, hot - 2.0 * cold, tk.Gibbs(1.0), TIMES).variance
    parts = matrix[:, 0, 0] - 4.0 * matrix[:, 0, 1] + 4.0 * matrix[:, 1, 1]
    np.testing.assert_allclose(parts, whole, rtol=1e-12)


def test_heat_of_one_bath_obeys_the_exchange_fluctuation_theorem() -> None:
    # From a Gibbs state at T_i on a bath at T_f: ln <exp(s Q)> is even about s = -(1/T_i - 1/T_f)/2, so that cumulants
    # of the tilted distribution are those of the reflected one; here by ln <exp(s Q)> summed from many cumulants.
    h = np.array([[1.0, 0.2], [0.2, 1.3]])
    start, rest = 0.9, 0.8
    bath = tk.Bath("bath", rest)
    model = g.bosons(h, [g.NormalModeContact(bath, [1.0, 0.4], tk.Flat(0.05))])
    made = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(start), [0.5, 20.0, 300.0], order=14).values
    field = -(1.0 / start - 1.0 / rest)
    powers = np.cumprod(field / np.arange(1, 15))
    np.testing.assert_allclose((made * powers).sum(axis=-1), 0.0, atol=1e-8)


def test_a_sweep_is_the_loop_over_its_points_and_starts() -> None:
    couplings, colds = np.array([0.02, 0.05]), np.array([[0.3], [0.5], [0.6]])

    def chain(coupling: object, cold: object) -> tk.gaussian.GaussianModel:
        return g.oscillator_chain(3, frequency=1.0, coupling=coupling, rate=0.02, hot=1.0, cold=cold)

    swept, alone, start = chain(couplings, colds), chain(0.05, 0.5), [1.0, 0.0, 2.0]
    made = tk.integrated_cumulants(swept, tk.heat(swept, "hot"), start, [1.0, 5.0, 30.0], order=3)
    one = tk.integrated_cumulants(alone, tk.heat(alone, "hot"), start, [1.0, 5.0, 30.0], order=3)
    assert made.shape == (3, 2, 3, 3)
    np.testing.assert_allclose(made.values[1, 1], one, rtol=1e-12)
    assert made.to_xarray().sizes == {"cold_temperature": 3, "axis_1": 2, "time": 3, "order": 3}
    starts, grids = np.array([start, [0.0, 0.0, 0.0]]), np.array([[1.0, 5.0], [2.0, 6.0]])
    many = tk.integrated_cumulants(alone, tk.heat(alone, "hot"), starts, grids)
    empty = tk.integrated_cumulants(alone, tk.heat(alone, "hot"), starts[1], grids[1])
    np.testing.assert_allclose(many.values[1], empty, rtol=1e-12)


def test_even_times_are_those_taken_one_by_one() -> None:
    model = fermions(PAIRING)
    current, grid = tk.heat(model, "left"), np.linspace(0.0, 12.0, 13)
    made = tk.integrated_cumulants(model, current, [0.0, 1.0, 0.3], grid, order=3)
    np.testing.assert_array_equal(made.values[0], 0.0)
    for time, row in zip(grid[1::5], made.values[1::5], strict=True):
        one = tk.integrated_cumulants(model, current, [0.0, 1.0, 0.3], [time], order=3)
        np.testing.assert_allclose(row, one.values[0], rtol=1e-12)


def test_results_show_themselves_and_say_what_was_not_asked() -> None:
    model = bosons()
    made = tk.integrated_cumulants(model, tk.heat(model, "hot"), tk.Gibbs(1.0), [0.0, 1.0, 2.0], order=2)
    assert repr(made).startswith("IntegratedCumulants of heat from hot at 3 times from 0 to 2")
    assert made.model is model
    np.testing.assert_allclose(made.deviation**2, made.variance, rtol=1e-15)
    assert made.relative_variance[0] == np.inf
    made.plot()
    pair = tk.integrated_covariance(model, [tk.heat(model, "hot"), tk.activity(model)], tk.Gibbs(1.0), [1.0, 2.0])
    assert pair.to_xarray()["covariance"].dims == ("time", "current", "other")
    assert repr(pair).startswith("IntegratedCovariance of heat from hot, activity at 2 times from 1 to 2")
    with pytest.raises(ValueError, match="the variance is the second cumulant; ask for `order` >= 2"):
        _ = tk.integrated_cumulants(model, tk.heat(model, "hot"), tk.Gibbs(1.0), [1.0], order=1).variance
    with pytest.raises(ValueError, match="`currents` must hold at least one current"):
        tk.integrated_covariance(model, [], tk.Gibbs(1.0), [1.0])
    other = bosons()
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.integrated_cumulants(model, tk.heat(other, "hot"), tk.Gibbs(1.0), [1.0])


def test_points_without_a_state_at_rest_count_nan() -> None:
    rates = [np.array([[[0.3]], [[0.1]]]), np.array([[[0.1]], [[0.3]]])]
    with pytest.warns(tk.errors.LostPointsWarning, match="a mode grows"):
        model = g.bosons(np.ones((2, 1, 1)), [g.RateContact(None, *rates)])
    made = tk.integrated_cumulants(model, tk.activity(model), [0.0], [1.0, 10.0]).values
    assert np.isnan(made[1]).all()
    assert np.isfinite(made[0]).all()


FREQUENCIES = np.array([0.0, 0.1, 0.7, 3.0, 100.0])


@pytest.mark.parametrize("pairing", [None, PAIRING])
def test_noise_against_frequency_is_that_of_all_levels(pairing: np.ndarray | None) -> None:
    model = fermions(pairing)
    whole = g.truncated(model)
    for current in (tk.particles, tk.heat):
        made = tk.spectrum(model, current(model, "left"), FREQUENCIES)
        exact = tk.spectrum(whole, current(whole, "left"), FREQUENCIES)
        np.testing.assert_allclose(made, exact, rtol=1e-12)
        assert (np.abs(made - exact.values) <= made.error + exact.error).all()
        np.testing.assert_allclose(made[0], tk.cumulants(model, current(model, "left")).noise, rtol=1e-12)
        np.testing.assert_allclose(made[-1], made.shot_noise, rtol=1e-5)
    assert repr(made).startswith("GaussianSpectrum, noise of heat from left against frequency")
    assert made.to_xarray()["noise"].dims == ("frequency",)


@pytest.mark.slow
def test_noise_of_oscillators_against_frequency_is_that_of_many_levels() -> None:
    # Of two with a spring, and at an exceptional point, where two modes become one and a Schur form solves.
    spring = bosons(0.1)
    single = np.diag([1.0, 0.0])
    point = g.bosons(0.075 * np.array([[0.0, 1.0], [1.0, 0.0]]), [g.RateContact(None, 0.4 * single, 0.1 * single)])
    assert point.lyapunov.condition > 1e6
    for model, current, levels in ((spring, lambda m: tk.heat(m, "hot"), 9), (point, tk.activity, 16)):
        whole = g.truncated(model, levels=levels)
        made, exact = (tk.spectrum(each, current(each), FREQUENCIES) for each in (model, whole))
        np.testing.assert_allclose(made, exact, rtol=1e-6)
        assert (made.error < 1e-12 * np.abs(made.values)).all()
