"""Sweeps in which some points have no state at rest: NaN there, and right elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import LostPointsWarning

NEIGHBOURS = np.array([[0.0, 1.0], [1.0, 0.0]])


def on_one_site(coupling: object, gain: float = 0.01) -> tk.gaussian.GaussianModel:
    h = np.diag([1.0, 1.0]) + np.asarray(coupling)[..., None, None] * NEIGHBOURS
    rates = tk.gaussian.RateContact(None, np.diag([0.0, 0.03]), np.diag([0.0, gain]), 1.0)
    return tk.gaussian.bosons(h, [tk.gaussian.SiteContact(tk.Bath("bath", 0.5), 0, tk.Flat(0.1)), rates])


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@pytest.mark.parametrize(
    ("gain", "match"),
    [
        (0.03, "coupled to no bath at the point .1,. of the sweep.*, or gains what it loses"),
        (0.05, "grows at rate 0.02 at the point .1,."),
    ],
)
def test_points_without_a_state_at_rest_are_nan_and_others_right(gain: float, match: str) -> None:
    with pytest.warns(LostPointsWarning, match=match) as caught:
        swept = on_one_site(np.array([0.2, 0.0, 0.1]), gain)
    assert [one.message.points for one in caught if isinstance(one.message, LostPointsWarning)] == [((1,),)]
    state, heat = tk.steady_state(swept), tk.heat(swept, "bath")
    noise, spread = tk.cumulants(swept, heat, order=3), tk.covariance(swept, [heat])
    motion = tk.evolve(swept, np.ones(2), [1.0, 10.0])
    for found in (state.occupations, noise.values, spread.values, motion.occupations, motion.entropy, state.entropy):
        assert np.isnan(found[1]).all()
    for place, coupling in ((0, 0.2), (2, 0.1)):
        alone = on_one_site(coupling, gain)
        assert state.occupations[place] == pytest.approx(tk.steady_state(alone).occupations, rel=1e-12)
        assert state.entropy[place] == pytest.approx(tk.steady_state(alone).entropy, rel=1e-11)
        one = tk.heat(alone, "bath")
        assert noise.values[place] == pytest.approx(tk.cumulants(alone, one, order=3).values, rel=1e-10)
        assert spread.values[place] == pytest.approx(tk.covariance(alone, [one]).values, rel=1e-10)
        assert motion.occupations[place] == pytest.approx(
            tk.evolve(alone, np.ones(2), [1.0, 10.0]).occupations, rel=1e-11
        )
    assert swept.damping[1].min() <= 0.0
    account = tk.ledger(swept, motion)
    assert np.isnan(account.entropy_production[1]).all()
    assert np.isfinite(account.entropy_production[[0, 2]]).all()


def test_sweeps_without_any_state_at_rest_are_refused() -> None:
    with pytest.raises(ValueError, match=r"at the points .0,., .1,. of the sweep.*, or gains what it loses"):
        on_one_site(np.array([0.0, 0.0]), 0.03)


def test_filled_levels_at_temperature_zero_have_no_current_and_no_noise() -> None:
    leads = [tk.Bath(name, 0.0, 0.5, tk.Fermi()) for name in ("left", "right")]
    h = np.array([[0.0, 0.1], [0.1, 0.2]])
    dots = tk.gaussian.fermions(h, [tk.gaussian.SiteContact(lead, at, tk.Flat(0.1)) for at, lead in enumerate(leads)])
    left = tk.particles(dots, "left")
    np.testing.assert_allclose(tk.cumulants(dots, left, order=4).values, 0.0, atol=1e-14)
    np.testing.assert_allclose(tk.covariance(dots, [left]).values, 0.0, atol=1e-14)
