"""How full a bath's modes are: limits of temperature, detailed balance, the limit of zero frequency."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk

KINDS = [tk.Bose(), tk.Fermi(), tk.SpinBath()]
ZERO = np.asarray(0.0)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
@settings(deadline=None)
@given(w=st.floats(1e-3, 1e3), temperature=st.floats(1e-2, 1e3))
def test_filling_and_emptying_a_gap_stand_in_the_boltzmann_ratio(kind: tk.Bose, w: float, temperature: float) -> None:
    frequency, T = np.array([w]), np.asarray(temperature)
    fills, empties = kind.absorption(frequency, T, ZERO), kind.emission(frequency, T, ZERO)
    # The exponential of w/T itself is known to eps w/T.
    np.testing.assert_allclose(fills, empties * np.exp(-w / temperature), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_both_factors_together_are_the_factors_one_by_one(kind: tk.Bose) -> None:
    w, T = np.array([[0.1, 1.0, 40.0]]), np.array([0.0, 0.02, 3.0])
    together = kind.factors(w, T, ZERO)
    np.testing.assert_allclose(together[0], kind.emission(w, T, ZERO), rtol=1e-15)
    np.testing.assert_allclose(together[1], kind.absorption(w, T, ZERO), rtol=1e-15)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_a_bath_at_zero_temperature_only_takes(kind: tk.Bose) -> None:
    w = np.array([0.5, 2.0])
    np.testing.assert_array_equal(kind.emission(w, ZERO, ZERO), [1.0, 1.0])
    np.testing.assert_array_equal(kind.absorption(w, ZERO, ZERO), [0.0, 0.0])


@pytest.mark.parametrize("ratio", [1e-12, 1e-3, 1.0, 30.0, 600.0])
def test_bose_occupations_keep_their_digits_at_both_ends(ratio: float) -> None:
    exact = 1 / mpmath.expm1(mpmath.mpf(ratio))
    one = np.asarray(1.0)
    n = tk.Bose().absorption(np.array([ratio]), one, ZERO)[0]
    assert n == pytest.approx(float(exact), rel=2e-13)  # eps times the exponent 600
    assert tk.Bose().emission(np.array([ratio]), one, ZERO)[0] == pytest.approx(float(1 + exact), rel=1e-15)


def test_a_lead_is_half_filled_at_its_chemical_potential_at_any_temperature() -> None:
    mu = np.asarray(0.3)
    for temperature in (0.0, 0.1, np.inf):
        assert tk.Fermi().absorption(np.array([0.3]), np.asarray(temperature), mu)[0] == 0.5


def test_a_frozen_lead_is_full_below_its_chemical_potential_and_empty_above() -> None:
    filling = tk.Fermi().absorption(np.array([-1.0, 0.2, 0.4]), ZERO, np.asarray(0.3))
    np.testing.assert_array_equal(filling, [1.0, 1.0, 0.0])


def test_an_infinitely_hot_two_level_bath_is_half_filled() -> None:
    w, hot = np.array([1.0]), np.asarray(np.inf)
    assert tk.SpinBath().emission(w, hot, ZERO)[0] == tk.SpinBath().absorption(w, hot, ZERO)[0] == 0.5


@pytest.mark.parametrize(
    ("at_zero", "slope", "temperature", "limit"),
    [
        (0.0, 0.2, 1.5, 0.3),  # Ohmic: T G'(0)
        (0.0, 0.2, 0.0, 0.0),  # nothing fills a mode at T = 0
        (0.0, 0.0, 1.5, 0.0),  # super-Ohmic
        (0.0, np.inf, 1.5, np.inf),  # sub-Ohmic
        (0.1, 0.0, 1.5, np.inf),  # flat: infinitely many soft quanta
        (0.1, 0.0, 0.0, 0.0),
        (0.0, np.inf, 0.0, 0.0),
    ],
)
def test_soft_bosons_dephase_at_the_limit_of_the_spectrum(
    at_zero: float, slope: float, temperature: float, limit: float
) -> None:
    rate = tk.Bose().dephasing_rate(np.asarray(at_zero), np.asarray(slope), np.asarray(temperature))
    assert rate == pytest.approx(limit, rel=1e-15)


def test_the_dephasing_limit_is_that_of_the_rate_itself() -> None:
    spectrum, w, T = tk.Drude(0.3, 2.0), np.array([1e-7]), np.asarray(0.7)
    near = spectrum(w) * tk.Bose().absorption(w, T, ZERO)
    # First corrections are of order w/T and (w/cutoff)^2.
    limit = tk.Bose().dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, T)
    assert near[0] == pytest.approx(float(limit), rel=1e-6)


def test_a_two_level_bath_dephases_at_half_its_spectrum() -> None:
    assert tk.SpinBath().dephasing_rate(np.asarray(0.4), np.asarray(1.0), np.asarray(2.0)) == 0.2


def test_only_a_lead_moves_particles() -> None:
    assert [kind.moves_particles for kind in KINDS] == [False, True, False]
