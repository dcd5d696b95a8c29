"""Modes whose damping is smaller than the rounding of what couples them: their numbers keep all digits."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import gaussian_oracles
import thermokin as tk

g = tk.gaussian
H = np.array([[1.0, 0.2], [0.2, 1.3]])
BATHS = [tk.Bath("hot", 1.0), tk.Bath("cold", 0.5)]


def pair(rate: object) -> tk.gaussian.GaussianModel:
    contacts = [g.SiteContact(bath, site, tk.Flat(rate)) for site, bath in enumerate(BATHS)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return g.bosons(H, contacts)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e-5, 1e-11, 1e-14])
def test_weak_damping_at_sites_keeps_its_digits(rate: float) -> None:
    model = pair(rate)
    assert model.frame is not None
    losses, gains = [], []
    for site, bath in enumerate(BATHS):
        filled = 1.0 / np.expm1(H[site, site] / float(bath.temperature))
        touched = np.diag(np.arange(2) == site).astype(float)
        losses.append(rate * (filled + 1.0) * touched)
        gains.append(rate * filled * touched)
    exact = gaussian_oracles.circle_cumulants(1, H, losses, gains, [1.0, 0.0], digits=60)
    made = tk.cumulants(model, tk.particles(model, "hot"), order=4)
    found = np.array([float(each) for each in exact])
    np.testing.assert_allclose(made, found, rtol=1e-11)
    assert (np.abs(made - found) <= made.error).all()
    assert (made.relative_error < 1e-11).all()


def test_what_is_counted_by_sites_and_by_normal_modes_agrees_as_damping_goes() -> None:
    # Far below all differences of frequencies both have one state; the rates at sites are those of the bare frequency.
    made = pair(1e-12)
    rest = tk.steady_state(made)
    sites = g.SiteContact(BATHS[0], 0, tk.Flat(1e-12))
    assert rest.residual < 1e-15
    np.testing.assert_allclose(rest.one_particle[0, 1], rest.one_particle[1, 0].conj(), atol=1e-15)
    strong = tk.steady_state(pair(1e-6))
    np.testing.assert_allclose(rest.occupations, strong.occupations, rtol=1e-10)
    assert (rest.occupation_error < 1e-14).all()
    with pytest.warns(tk.errors.ValidityWarning, match="local assumption is in doubt"):
        mixed = g.bosons(H, [sites, g.NormalModeContact(BATHS[1], 1, tk.Flat(1e-12))])
    assert mixed.frame is not None
    assert np.isfinite(tk.cumulants(mixed, tk.heat(mixed, "cold"), order=3)).all()


def test_a_sweep_from_strong_to_weak_damping_is_the_loop_over_its_points() -> None:
    rates = np.array([1e-2, 1e-6, 1e-12])
    swept = pair(rates)
    made = tk.cumulants(swept, tk.heat(swept, "hot"), order=3)
    for place, rate in enumerate(rates):
        alone = pair(rate)
        np.testing.assert_allclose(made.values[place], tk.cumulants(alone, tk.heat(alone, "hot"), order=3), rtol=1e-11)
    start = tk.evolve(swept, [0.3, 0.7], [0.0, 5.0])
    np.testing.assert_allclose(start.occupations[:, 0], np.tile([0.3, 0.7], (3, 1)), atol=1e-14)


def test_damping_below_what_doubles_tell_is_refused_as_that() -> None:
    with pytest.raises(ValueError, match="coupled to no bath, as far as doubles tell"):
        pair(1e-17)
