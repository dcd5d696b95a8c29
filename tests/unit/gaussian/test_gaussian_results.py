"""Sweeps, views, libraries, current arithmetic and examples of Gaussian models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import thermokin as tk

g = tk.gaussian


def chain(**changed: object) -> tk.gaussian.GaussianModel:
    given = {"frequency": 1.0, "coupling": 0.02, "rate": 0.03, "hot": 0.8, "cold": 0.5} | changed
    return g.oscillator_chain(3, **given)


@pytest.mark.slow
def test_a_sweep_is_the_loop_over_its_points() -> None:
    couplings, colds = np.array([0.01, 0.02]), np.array([[0.3], [0.5], [0.6]])
    swept = chain(coupling=couplings, cold=colds)
    assert swept.batch_shape == (3, 2)
    made = tk.cumulants(swept, tk.heat(swept, "hot"), order=4)
    both = tk.covariance(swept, [tk.heat(swept, "hot"), tk.activity(swept)])
    rest = tk.steady_state(swept)
    for i in range(3):
        for j in range(2):
            alone = chain(coupling=couplings[j], cold=colds[i, 0])
            one = tk.cumulants(alone, tk.heat(alone, "hot"), order=4)
            np.testing.assert_allclose(made.values[i, j], one.values, rtol=1e-12)
            np.testing.assert_allclose(made.error[i, j], one.error, rtol=0.5)
            pair = tk.covariance(alone, [tk.heat(alone, "hot"), tk.activity(alone)])
            np.testing.assert_allclose(both.values[i, j], pair.values, rtol=1e-12)
            own = tk.steady_state(alone)
            for name in ("occupations", "entropy", "energy", "entropy_production_rate"):
                np.testing.assert_allclose(getattr(rest, name)[i, j], getattr(own, name), rtol=1e-12)
            np.testing.assert_allclose(rest.full_energy_rate["hot"][i, j], own.full_energy_rate["hot"], rtol=1e-11)
    data = made.to_xarray()
    assert data["cumulants"].sizes == {"cold_temperature": 3, "axis_1": 2, "order": 4}


def test_a_sweep_through_an_exceptional_point_keeps_its_digits() -> None:
    # One bath on the first of two: at a coupling of a quarter of the rate two modes become one.
    contacts = [g.RateContact(None, np.diag([0.4, 0.0]), np.diag([0.1, 0.0]))]
    couplings = np.array([0.05, 0.075, 0.1])
    h = couplings[:, None, None] * np.array([[0.0, 1.0], [1.0, 0.0]])
    swept = g.bosons(h, contacts)
    assert swept.lyapunov.condition[1] > 1e6
    made = tk.cumulants(swept, tk.activity(swept), order=3)
    exact = g.truncated(g.bosons(h[1], contacts), levels=16)
    np.testing.assert_allclose(made.values[1], tk.cumulants(exact, tk.activity(exact), order=3).values, rtol=1e-4)
    assert (made.relative_error < 1e-12).all()


def test_normal_modes_may_be_a_sweep() -> None:
    h = np.array([[1.0, 0.3], [0.3, 1.2]]) * np.array([1.0, 1.1])[:, None, None]
    baths = [tk.Bath("hot", [[1.0], [1.2]]), tk.Bath("cold", 0.4)]
    made = g.bosons(h, [g.NormalModeContact(b, site, tk.Ohmic(0.01)) for b, site in zip(baths, (0, 1), strict=True)])
    assert made.batch_shape == (2, 2)
    found = tk.cumulants(made, tk.heat(made, "hot")).values
    alone = [tk.Bath("hot", 1.2), tk.Bath("cold", 0.4)]
    one = g.bosons(h[1], [g.NormalModeContact(b, site, tk.Ohmic(0.01)) for b, site in zip(alone, (0, 1), strict=True)])
    np.testing.assert_allclose(found[1, 1], tk.cumulants(one, tk.heat(one, "hot")).values, rtol=1e-12)


def test_sums_and_multiples_of_currents_are_counted_as_such() -> None:
    model = chain()
    hot, cold = tk.heat(model, "hot"), tk.heat(model, "cold")
    matrix = tk.covariance(model, [hot, cold]).values
    mixed = 2.0 * hot - cold / 4.0 + sum([cold, -hot]) - 0
    a, b = 1.0, 0.75
    assert tk.cumulants(model, mixed).noise == pytest.approx(
        a * a * matrix[0, 0] + 2 * a * b * matrix[0, 1] + b * b * matrix[1, 1], rel=1e-12
    )
    assert repr(+hot) == "GaussianCurrent 'heat from hot' over 4 channels"
    assert (np.array([1.0, 2.0]) * hot).weights.shape == (2, 4)
    assert tk.cumulants(model, np.array([1.0, 2.0]) * hot, order=2).values[1, 1] == pytest.approx(4.0 * matrix[0, 0])


@pytest.mark.slow
def test_results_show_themselves() -> None:
    model = chain()
    rest = tk.steady_state(model)
    assert repr(model) == "GaussianModel of 3 bosonic modes, baths 'hot', 'cold'"
    assert repr(rest).splitlines()[0] == "GaussianState at rest, 3 modes"
    data = rest.to_xarray()
    np.testing.assert_array_equal(data["occupations"], rest.occupations)
    assert data["heat"].sel(bath="hot").item() == rest.heat["hot"]
    assert data["heat"].attrs["units"] == "energy/time"
    made = tk.cumulants(model, tk.heat(model, "hot"), order=4)
    assert repr(made).startswith("Cumulants per time of heat from hot, up to order 4")
    np.testing.assert_array_equal(made.to_xarray()["cumulants"], made)
    pair = tk.covariance(model, [tk.heat(model, "hot"), tk.heat(model, "cold")])
    assert pair.to_xarray()["covariance"].dims == ("current", "other")
    np.testing.assert_allclose(np.diag(pair.correlation), 1.0)
    ledger = tk.ledger(model, tk.evolve(model, tk.Gibbs(1.0), [0.5, 2.0]))
    assert ledger.to_xarray()["heat_rate"].dims == ("bath", "time")
    for result in (rest, made, pair, ledger, ledger.evolution):
        assert "<table>" in result._repr_html_()
        result.plot()


def test_the_error_of_occupations_holds_against_forty_digits() -> None:
    import mpmath as mp

    model = chain(rate=1e-4)
    rest = tk.steady_state(model)
    with mp.workdps(40):
        h = mp.matrix(model.hamiltonian.real.tolist())
        loss, gain = mp.zeros(3), mp.zeros(3)
        for place in range(2):
            site = int(np.argmax(np.abs(model.jumps.vectors[:, place])))
            loss[site, site], gain[site, site] = model.jumps.loss[place], model.jumps.gain[place]
        import gaussian_oracles

        x = mp.mpc(0, 1) * h + (loss - gain) / 2
        exact = gaussian_oracles._sylvester(x, x.H, gain)
        missing = [abs(float(mp.re(exact[k, k]) - mp.mpf(rest.occupations[k]))) for k in range(3)]
    assert (np.array(missing) <= rest.occupation_error).all()
    assert (rest.occupation_error < 1e-9).all()


def test_chains_may_have_energies_of_their_own() -> None:
    made = g.hopping_chain(
        3, hopping=[0.1, 0.2], rate=0.2, temperature=1.0, left=3.0, right=-3.0, energy=[0.0, 0.1, 0.0]
    )
    np.testing.assert_allclose(np.diagonal(made.hamiltonian, axis1=-2, axis2=-1).real, [[0.0, 0.1, 0.0]] * 2)
    with pytest.raises(ValueError, match="`hopping` must not be 0"):
        g.hopping_chain(3, hopping=[0.1, 0.0], rate=0.2, temperature=1.0, left=3.0, right=-3.0)
    with pytest.raises(ValueError, match="`sites` must be at least 2"):
        g.hopping_chain(1, hopping=0.1, rate=0.2, temperature=1.0, left=3.0, right=-3.0)


def test_a_truncated_sweep_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`model` must be a single point, got a sweep over \(2,\)"):
        g.truncated(chain(cold=[0.3, 0.5]), levels=3)
    with pytest.raises(ValueError, match="`levels` must say how many levels"):
        g.truncated(chain())
    with pytest.raises(TypeError, match="must be made by tk"):
        g.truncated(tk.library.qubit(1.0, 0.01, 2.0))  # type: ignore[arg-type]


@pytest.mark.parametrize("spring", [0.0, 0.02])
def test_the_error_of_occupations_bounds_every_error_of_the_equation(spring: float) -> None:
    model = chain(spring=spring)
    rest = tk.steady_state(model)
    bound = rest.occupation_error / rest.uncertainty
    rng = np.random.default_rng(0)
    size = rest.moments.shape[-1]

    def moved(right: np.ndarray) -> np.ndarray:
        change, _ = model.lyapunov.solve(right)
        off = replace(rest, moments=rest.moments + change).occupations - rest.occupations
        return np.abs(off) / np.linalg.norm(right)

    for _ in range(20):
        right = rng.normal(size=(size, size))
        assert (moved(right + right.T) <= bound).all()
    assert (bound <= 1.001 * np.sqrt(size) * moved(np.eye(size))).all()


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_model_of_levels_counts_the_energy_of_sites_that_no_bath_touches() -> None:
    model = g.hopping_chain(3, hopping=0.01, rate=0.1, temperature=1.0, left=1.0, right=-1.0, energy=[0.1, 0.2, 0.5])
    whole = g.truncated(model)
    sums = sorted(a * 0.1 + b * 0.2 + c * 0.5 for a in (0, 1) for b in (0, 1) for c in (0, 1))
    np.testing.assert_allclose(np.sort(whole.energies), sums, atol=1e-12)
    np.testing.assert_allclose(np.sort(np.linalg.eigvalsh(whole.hamiltonian))[-1], 0.8, atol=1e-12)


def test_a_current_has_a_mean_in_a_state_and_over_time() -> None:
    model = chain()
    hot = tk.heat(model, "hot")
    rest, moved = tk.steady_state(model), tk.evolve(model, tk.Gibbs(1.0), [0.0, 3.0])
    assert hot.mean(rest) == pytest.approx(float(rest.heat["hot"]), rel=1e-14)
    np.testing.assert_array_equal(hot.mean(moved), tk.ledger(model, moved).heat_rate["hot"])
    with pytest.raises(ValueError, match="`state` belongs to another model than current 'heat from hot'"):
        hot.mean(tk.steady_state(chain()))


@pytest.mark.slow
def test_a_state_without_baths_shows_itself(tmp_path: Path) -> None:
    contact = g.RateContact(None, [[0.3, 0.0], [0.0, 0.2]], [[0.1, 0.05j], [-0.05j, 0.1]])
    model = g.fermions([[0.1, 0.2], [0.2, 0.0]], [contact])
    rest = tk.steady_state(model)
    assert "heat" not in rest.to_xarray()
    assert "occupations" in repr(rest)
    assert rest.entropy_production_rate == np.inf  # losses and gains of other modes: nothing undoes them
    assert (rest.report(tmp_path / "out") / "report.html").exists()
