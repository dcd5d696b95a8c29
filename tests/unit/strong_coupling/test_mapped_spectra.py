"""Spectra on either side of a coordinate: closed forms, and there and back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import exp1, expi

import thermokin as tk
from thermokin.strong_coupling.mapped_spectra import ResidualSpectrum, SeenThrough, mode_of

W = np.array([0.01, 0.3, 1.0, 1.5, 4.0, 20.0])


@pytest.mark.parametrize("width", [0.5, 1e-4])
def test_the_mapping_by_quadrature_is_exact_for_a_damped_mode(width: float) -> None:
    line = tk.Brownian(0.3, 1.5, width)
    frequency, coupling = mode_of(line)
    np.testing.assert_allclose([frequency, coupling], [1.5, 0.3], rtol=1e-12)
    rest = ResidualSpectrum(line, frequency, coupling)
    np.testing.assert_allclose(rest(W), width / 1.5 * W, rtol=1e-9)
    np.testing.assert_allclose(rest.slope_at_zero, width / 1.5, rtol=1e-9)
    seen = SeenThrough(tk.Ohmic(width / 1.5), frequency, coupling)
    np.testing.assert_allclose(seen(W), line(W), rtol=1e-9)
    np.testing.assert_allclose(seen.slope_at_zero, line.slope_at_zero, rtol=1e-9)


def test_the_coordinate_of_an_ohmic_bath_is_that_of_exponential_integrals() -> None:
    strength, cutoff = 0.1, 2.0
    found = tk.Coordinate.of(tk.Ohmic(strength, cutoff))
    np.testing.assert_allclose(found.frequency, np.sqrt(2.0) * cutoff, rtol=1e-12)
    np.testing.assert_allclose(found.reorganisation, strength * cutoff / (2.0 * np.pi), rtol=1e-12)
    x, own = W / cutoff, tk.Ohmic(strength, cutoff)(W)
    response = strength / np.pi * (cutoff - 0.5 * W * (np.exp(-x) * expi(x) + np.exp(x) * exp1(x)))
    np.testing.assert_allclose(found.residual(W), found.coupling**2 * own / (response**2 + 0.25 * own**2), rtol=1e-9)


def test_there_and_back_is_the_same_spectrum() -> None:
    own = tk.Ohmic([0.1, 0.4], 2.0)
    found = tk.Coordinate.of(own)
    np.testing.assert_allclose(found.spectrum(W[:5]), own(W[:5]), rtol=1e-8)
    assert found.spectrum(W).shape == (2, W.size)


def test_closed_forms_are_kept_and_limits_reached() -> None:
    line = tk.Brownian(0.3, 1.5, 0.2)
    again = tk.Coordinate.of(line).spectrum
    assert isinstance(again, tk.Brownian)
    np.testing.assert_allclose(again(W), line(W), rtol=1e-14)
    lead = tk.Lorentzian(0.4, 0.2, 0.1)
    np.testing.assert_allclose(tk.LeadSite.of(lead).spectrum(W), lead(W), rtol=1e-14)
    drude = tk.Drude(0.1, 1.0)
    off = [np.abs(tk.Brownian.overdamped(0.1, 1.0, high)(W[:5]) / drude(W[:5]) - 1.0).max() for high in (100.0, 200.0)]
    assert off[1] == pytest.approx(off[0] / 4.0, rel=1e-2)


@pytest.mark.parametrize(
    ("spectrum", "said"),
    [
        (tk.Flat(0.1), "int G/w dw diverges; it must vanish at frequency 0"),
        (tk.Lorentzian(0.1, 1.0, 0.1), "int G/w dw diverges"),
        (tk.Drude(0.1, 2.0), r"int w G dw diverges; .* tk.Brownian.overdamped"),
    ],
    ids=repr,
)
def test_a_bath_without_a_collective_mode_is_refused(spectrum: tk.Spectrum, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tk.Coordinate.of(spectrum)


def test_what_has_no_smooth_rest_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`residual` is 0\.1 at frequency 0"):
        _ = tk.Coordinate(1.0, 0.1, tk.Flat(0.1)).spectrum
    with pytest.raises(ValueError, match="a Band lead has no site"):
        tk.LeadSite.of(tk.Band(0.1, -1.0, 1.0))
    with pytest.raises(ValueError, match="known for a flat residual lead"):
        _ = tk.LeadSite(0.0, 0.1, tk.Ohmic(0.1)).spectrum


def test_a_model_takes_the_spectrum_of_a_coordinate() -> None:
    spin, bath = tk.operators.pauli(), tk.Bath("bath", 0.5)
    seen = tk.Coordinate(1.5, 0.02, tk.Drude(0.1, cutoff=50.0)).spectrum
    model = tk.davies(0.5 * spin.z, [tk.Contact(bath, spin.x, seen)])
    gap = float(seen(np.array([1.0]))[0]) / np.tanh(1.0)
    assert float(tk.modes(model).gap) == pytest.approx(gap, rel=1e-12)
