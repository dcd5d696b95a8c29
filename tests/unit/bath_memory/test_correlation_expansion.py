"""Correlation functions of baths as sums of exponentials, against quadrature."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk

mpl.use("Agg")
SPIN = tk.operators.pauli()


def contact(spectrum: tk.Spectrum, temperature: float = 0.7, operator: object = SPIN.x) -> tk.Contact:
    return tk.Contact(tk.Bath("bath", temperature), np.asarray(operator), spectrum)


def test_a_damped_mode_has_the_correlation_of_its_integral() -> None:
    line, times = tk.Brownian(0.1, frequency=1.0, width=0.2), [0.3, 2.0]
    found = tk.correlation_expansion(contact(line), terms=8)

    def line_at(frequency: float) -> float:
        return float(line(np.array([frequency]))[0])

    assert found.error < 1e-9
    for time, value in zip(times, found.at(times), strict=True):
        real = quad(lambda w, t=time: line_at(w) / np.tanh(w / 1.4) * np.cos(w * t), 0, 40, limit=2000, epsabs=1e-13)[0]
        real += quad(line_at, 40, np.inf, weight="cos", wvar=time)[0]
        odd = quad(line_at, 0, np.inf, weight="sin", wvar=time, limlst=200)[0]
        assert value == pytest.approx((real - 1j * odd) / (2.0 * np.pi), abs=1e-9)


def test_a_drude_bath_has_one_exponential_of_its_own_and_those_of_matsubara() -> None:
    strength, cutoff, temperature = 0.1, 1.5, 0.7
    found = tk.correlation_expansion(contact(tk.Drude(strength, cutoff)), terms=14)
    matsubara = 2.0 * np.pi * temperature * np.arange(1, 4000)
    own = 0.25 * strength * cutoff**2 * (1.0 / np.tan(0.5 * cutoff / temperature) - 1j)
    for time in (0.5, 1.0):
        others = strength * cutoff**2 * temperature * matsubara / (matsubara**2 - cutoff**2) * np.exp(-matsubara * time)
        assert found.at([time])[0] == pytest.approx(own * np.exp(-cutoff * time) + others.sum(), rel=1e-11)
    rates = found.rate([-1.0, 1.0])
    assert rates[1] / rates[0] == pytest.approx(np.exp(1.0 / temperature), rel=1e-10)  # detailed balance
    assert rates[1] - rates[0] == pytest.approx(strength / (1.0 + 1.0 / cutoff**2), rel=1e-10)


def test_a_cutoff_on_a_pole_of_the_occupation_has_small_coefficients_and_the_rates_beside_it() -> None:
    times, temperature = [0.1, 0.5, 2.0], 1.0
    on, below, above = (
        tk.correlation_expansion(contact(tk.Drude(0.1, 2.0 * np.pi * ratio), temperature), terms=20)
        for ratio in (1.0, 0.98, 1.02)
    )
    assert np.abs(on.coefficients).max() < 100.0
    assert on.error < 3e-5
    np.testing.assert_allclose(
        on.at(times), 0.5 * (below.at(times) + above.at(times)), atol=2e-3 * abs(on.at([0.1])[0])
    )
    half = tk.Contact(
        tk.Bath("lead", 0.5 / np.pi, 0.2, tk.Fermi()), tk.operators.destroy(2), tk.Lorentzian(0.4, 0.2, 1.0)
    )
    assert tk.correlation_expansion(half, terms=8).error < 3e-5


def test_the_error_sees_lines_and_temperatures_however_narrow() -> None:
    for spectrum, temperature in ((tk.Drude(0.1, 1.0), 1e-4), (tk.Brownian(0.1, 1.0, 1e-4), 0.2)):
        found = tk.correlation_expansion(contact(spectrum, temperature), terms=4)
        near = np.linspace(-5e-4, 5e-4, 2001) + (0.0 if isinstance(spectrum, tk.Drude) else 1.0)
        exact = spectrum(np.abs(near)) * np.sign(near) / -np.expm1(np.clip(-near / temperature, -500.0, 500.0) - 1e-300)
        wrong = np.abs(np.delete(found.rate(near) - exact, np.flatnonzero(near == 0.0))).max()
        assert wrong <= 1.001 * found.error * np.abs(found.exact_rates).max() + 1e-12


def test_a_lead_has_two_functions_that_are_one_full_and_one_empty() -> None:
    lead = tk.Bath("lead", 0.3, 0.4, tk.Fermi())
    found = tk.correlation_expansion(tk.Contact(lead, tk.operators.destroy(2), tk.Lorentzian(0.5, 0.2, 3.0)), terms=16)
    assert found.added is not None
    coefficients, rates = found.added

    def line(w: float) -> float:
        return 0.5 * 1.5**2 / ((w - 0.2) ** 2 + 1.5**2)

    for w in (-1.0, 0.4, 2.0):
        full = 1.0 / (np.exp((w - 0.4) / 0.3) + 1.0)
        assert found.rate([w])[0] == pytest.approx(line(w) * (1.0 - full), abs=1e-10)
        into = 2.0 * (coefficients / (rates + 1j * w)).real.sum()
        assert into == pytest.approx(line(w) * full, abs=1e-10)
    assert found.error < 1e-9


def test_the_error_is_that_of_the_rates_and_falls_with_the_terms() -> None:
    errors = [tk.correlation_expansion(contact(tk.Drude(0.2, 0.5)), terms=terms).error for terms in range(6)]
    assert (np.diff(errors) < 0.0).all()
    found = tk.correlation_expansion(contact(tk.Drude(0.2, 0.5)))
    assert "5 exponentials, 4 of its occupation" in repr(found)
    assert found.to_xarray().sizes == {"frequency": found.frequencies.size, "exponential": 5}
    found.plot()


def test_what_has_no_sum_of_exponentials_is_refused_with_the_remedy() -> None:
    for spectrum, said in (
        (tk.Flat(0.1), "must be Drude or Brownian"),
        (tk.Ohmic(0.1), "Take a Drude spectrum of the same slope"),
        (tk.Drude(0.1, np.inf), "finite cutoff"),
        (tk.Lorentzian(0.1, 1.0, 0.1), "a Brownian one for a line"),
    ):
        with pytest.raises(ValueError, match=said):
            tk.correlation_expansion(contact(spectrum, operator=SPIN.x))
    with pytest.raises(ValueError, match="a finite one above 0"):
        tk.correlation_expansion(contact(tk.Drude(0.1, 1.0), 0.0))
    bath = tk.Bath("spins", 1.0, statistics=tk.SpinBath())
    with pytest.raises(ValueError, match="SpinBath"):
        tk.correlation_expansion(tk.Contact(bath, SPIN.x, tk.Drude(0.1, 1.0)))
    with pytest.raises(ValueError, match="at one point"):
        tk.correlation_expansion(contact(tk.Drude([0.1, 0.2], 1.0)))
    with pytest.raises(ValueError, match="`terms` must be a whole number"):
        tk.correlation_expansion(contact(tk.Drude(0.1, 1.0)), terms=-1)
    with pytest.raises(TypeError, match="must be a Contact"):
        tk.correlation_expansion(tk.Drude(0.1, 1.0))  # type: ignore[arg-type]
    lead = tk.Bath("lead", 0.3, 0.4, tk.Fermi())
    with pytest.raises(ValueError, match="must be Lorentzian"):
        tk.correlation_expansion(tk.Contact(lead, tk.operators.destroy(2), tk.Flat(0.5)))
