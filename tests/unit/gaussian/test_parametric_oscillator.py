"""The degenerate parametric oscillator below threshold: an energy without a bottom that damping holds."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

g = tk.gaussian
DAMPING = 1.0


def oscillator(pump: object) -> tk.gaussian.GaussianModel:
    """H = i e (a^+ a^+ - a a)/2 in the frame of the pump, loss at rate 1."""
    squeezed = 1j * np.asarray(pump)[..., None, None]
    return g.bosons(np.zeros((1, 1)), [g.RateContact(None, [[DAMPING]], [[0.0]])], pairing=squeezed)


def test_below_threshold_it_squeezes_as_the_closed_form_says() -> None:
    for pump in (0.05, 0.3, 0.49):
        rest = tk.steady_state(oscillator(pump))
        expected = [DAMPING / (2.0 * (DAMPING - 2.0 * pump)), DAMPING / (2.0 * (DAMPING + 2.0 * pump))]
        np.testing.assert_allclose(np.diag(rest.covariance), expected, rtol=1e-12)
        np.testing.assert_allclose(rest.occupations, 2.0 * pump**2 / (DAMPING**2 - 4.0 * pump**2), rtol=1e-12)


def test_its_photons_come_in_pairs() -> None:
    # Weakly pumped, each pair makes two clicks: twice the Poissonian noise, four and eight times the next cumulants.
    model = oscillator(1e-3)
    clicks = tk.cumulants(model, tk.activity(model), order=4)
    assert clicks.mean == pytest.approx(2e-6, rel=1e-5)
    np.testing.assert_allclose(clicks.values / clicks.mean, [1.0, 2.0, 4.0, 8.0], rtol=1e-3)
    levels = g.truncated(oscillator(0.1), levels=16)
    strong = oscillator(0.1)
    times = [0.5, 5.0, 50.0]
    start = np.zeros((16, 16))
    start[0, 0] = 1.0
    made = tk.integrated_cumulants(strong, tk.activity(strong), [0.0], times, order=3)
    exact = tk.integrated_cumulants(levels, tk.activity(levels), start, times, order=3)
    np.testing.assert_allclose(made, exact, rtol=1e-6)


def test_above_threshold_and_at_it_nothing_is_at_rest() -> None:
    with pytest.raises(ValueError, match=r"a mode grows at rate 0\.2: the pairing is stronger than the damping"):
        oscillator(0.6)
    with pytest.raises(ValueError, match="or gains what it loses, from the pairing too"):
        oscillator(0.5)
    with pytest.warns(tk.errors.LostPointsWarning, match="a mode grows"):
        swept = tk.steady_state(oscillator([0.1, 0.6])).occupations
    np.testing.assert_allclose(swept[:, 0], [0.02 / 0.96, np.nan], rtol=1e-12)


def test_it_has_no_gibbs_state_to_start_from() -> None:
    with pytest.raises(ValueError, match="the energy with pairing is not bounded from below"):
        tk.evolve(oscillator(0.1), tk.Gibbs(1.0), [1.0])
