"""Leads at temperature 0, alone and at some points of a sweep."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk


def test_leads_at_temperature_zero_fill_by_steps_and_mark_blockaded_spins_alone() -> None:
    """A dot with spin between leads at mu = +-0.1, U = 1, rates 0.01: rates G theta(mu - w) in, G theta(w - mu) out."""
    up, down = (each.real for each in tk.operators.annihilators(2))
    n = [up.T @ up, down.T @ down]
    gates = np.array([-0.5, -1.0, 0.0, 0.3])
    for temperature, lost in ((0.0, [True, False, False, False]), (np.array([[0.0], [0.05]]), [True, *[False] * 7])):
        leads = [tk.Bath(name, temperature, mu, tk.Fermi()) for name, mu in (("L", 0.1), ("R", -0.1))]
        model = tk.davies(
            gates[:, None, None] * (n[0] + n[1]) + n[0] @ n[1],
            [tk.Contact(lead, spin, tk.Flat(0.01)) for lead in leads for spin in (up, down)],
            number_operator=n[0] + n[1],
        )
        with pytest.warns(tk.errors.LostPointsWarning, match=r"cumulant 1 .* several steady states"):
            counted = tk.cumulants(model, tk.particles(model, "L"), order=2)
        assert np.isnan(counted.mean).ravel().tolist() == lost
        with pytest.warns(tk.errors.LostPointsWarning, match="a temperature vanishes"):
            populations = tk.steady_state(model).populations.reshape(-1, 4, 4)
        # Full but one (-1: two ways out of 2, one in to it) and empty but one: a third each of three states.
        np.testing.assert_allclose(counted.mean.reshape(-1, 4)[0, 1:], [0.02 / 3, 0.02 / 3, 0.0], rtol=1e-13, atol=0)
        np.testing.assert_allclose(counted.noise.reshape(-1, 4)[0, 2], 0.1 / 27, rtol=1e-12)
        np.testing.assert_allclose(populations[0, 2], [1 / 3, 1 / 3, 1 / 3, 0.0], rtol=1e-14, atol=0)
