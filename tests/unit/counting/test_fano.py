"""The Fano factor of cumulants of every kind of system."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

LEADS = [tk.Bath(name, 0.05, mu, tk.Fermi()) for name, mu in (("left", 2.0), ("right", -2.0))]


def test_a_level_between_full_and_empty_leads_has_that_of_its_barriers() -> None:
    lower, number = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([0.0, 1.0])
    rates = (0.002, 0.006)
    contacts = [tk.Contact(lead, lower, tk.Flat(rate)) for lead, rate in zip(LEADS, rates, strict=True)]
    dot = tk.davies(0.0 * number, contacts, number_operator=number)
    expected = (rates[0] ** 2 + rates[1] ** 2) / sum(rates) ** 2
    for lead, sign in (("left", 1.0), ("right", -1.0)):  # the size of the mean, whatever its sign
        found = tk.cumulants(dot, tk.particles(dot, lead))
        assert np.sign(found.mean) == sign
        assert found.fano == pytest.approx(expected, rel=1e-12)
    junction = tk.transport.Junction(tk.transport.resonant_level(0.0, *rates), LEADS)
    assert tk.cumulants(junction, tk.particles(junction, "left")).fano == pytest.approx(expected, rel=2e-3)


def test_where_nothing_flows_it_is_nan_and_without_noise_it_is_refused() -> None:
    idle = tk.transport.Junction(tk.transport.constant(np.array([0.0, 0.5])), LEADS)
    found = tk.cumulants(idle, tk.particles(idle, "left"))
    assert np.isnan(found.fano).tolist() == [True, False]
    assert found.fano[1] == found.noise[1] / found.mean[1]
    with pytest.raises(ValueError, match="ask for `order` >= 2"):
        _ = tk.cumulants(idle, tk.particles(idle, "left"), order=1).fano
