"""What is shown in units of the lab says the unit that its numbers have, or that they are natural."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from scipy import constants as si

import thermokin as tk

LAB = tk.units(energy="GHz", temperature="mK", time="us", power="aW", rate="2 pi MHz")


def maser() -> tk.Model:
    return tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02)


def test_powers_of_a_number_of_jumps_come_in_the_unit_of_rates() -> None:
    model = maser()
    found = tk.cumulants(model, tk.activity(model), order=3)
    shown = found.in_units(LAB).to_xarray().cumulants
    assert shown.attrs["units"] == "2 pi MHz"
    np.testing.assert_allclose(shown.values, found.values * 1e9 / (2.0 * np.pi * 1e6), rtol=1e-13)


def test_powers_of_what_nobody_says_stay_natural_and_say_so() -> None:
    model = maser()
    found = tk.cumulants(model, tk.entropy_flow(model), order=2)
    shown = found.in_units(LAB).to_xarray().cumulants
    assert shown.attrs["units"] == "amount^order/time, natural"
    np.testing.assert_array_equal(shown.values, found.values)


def test_charges_have_powers_of_their_own() -> None:
    dot = tk.library.single_dot(1.0, 1.0, 0.5, potential_left=2.0)
    found = tk.cumulants(dot, tk.particles(dot, "left"), order=2)
    lab = tk.units(energy="GHz", time="us", current="pA")
    shown = found.in_units(lab).to_xarray().cumulants
    assert shown.attrs["units"] == "(pA us)^order/us"
    by_hand = [si.e * 1e9 / 1e-12, (si.e * 1e18) ** 2 * 1e3]
    np.testing.assert_allclose(shown.values / found.values, by_hand, rtol=1e-13)


def test_bars_of_a_ledger_at_rest_are_converted() -> None:
    ledger = tk.ledger(maser())
    figure, axes = ledger.in_units(LAB).plot()
    labels = [ax.get_xlabel() for ax in axes.ravel()]
    widths = [bar.get_width() for bar in axes.ravel()[0].patches[:2]]
    plt.close(figure)
    assert labels == ["[aW]", "entropy [nats/us]", "activity [2 pi MHz]"]
    np.testing.assert_allclose(widths, ledger.heat * si.hbar * 1e18 / 1e-18, rtol=1e-12)


def test_a_label_whose_numbers_stay_natural_says_so() -> None:
    model = maser()
    found = tk.noise_by_channel(model, tk.heat(model, "hot"))
    figure, axes = found.in_units(LAB).plot()
    label = np.ravel(axes)[0].get_ylabel()
    plt.close(figure)
    assert label in {"noise made [aW$^2$ us]", "noise made [amount$^2$/time, natural]"}


def test_baths_at_temperature_zero_without_heat_produce_no_entropy() -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    cold = [tk.Channel(rate * lower, tk.Bath(name, 0.0), -1.0, 0.0) for name, rate in (("a", 1.0), ("b", 0.7))]
    ledger = tk.ledger(tk.Model(np.diag([0.0, 1.0]), cold))
    np.testing.assert_array_equal(ledger.entropy_flow, [0.0, 0.0])
    assert float(ledger.entropy_production) == 0.0
