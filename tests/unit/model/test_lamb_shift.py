"""The Lamb shift against the principal value in twenty digits, and where it diverges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import thermokin as tk

X = np.array([[0.0, 1.0], [1.0, 0.0]])
H = np.diag([0.0, 1.0])


def splitting_shift(spectrum: Callable[[Any], Any], w: float, temperature: float, tail: list[float]) -> float:
    """P int_0^inf dv J(v) coth(v/2T) [1/(w-v) + 1/(w+v)], J = G/2pi, the pole folded onto itself."""
    with mpmath.workdps(20):

        def weighed(v: Any) -> Any:
            return spectrum(v) / (2 * mpmath.pi) * mpmath.coth(v / (2 * mpmath.mpf(temperature)))

        # 1/(w-v) + 1/(w+v) = 2w/(w^2-v^2); with v = w -+ s the two sides of the pole cancel.
        pole = mpmath.quad(lambda s: (weighed(w - s) - weighed(w + s)) / s, [0, w / 2, w])
        above = mpmath.quad(lambda v: weighed(v) / (w - v), [2 * w, *tail])
        other = mpmath.quad(lambda v: weighed(v) / (w + v), [0, w, *tail])
        return float(pole + above + other)


@pytest.mark.parametrize("temperature", [0.3, 2.0])
def test_an_ohmic_bath_with_a_cutoff_shifts_a_qubit_by_the_principal_value(temperature: float) -> None:
    contact = tk.Contact(tk.Bath("bath", temperature), X, tk.Ohmic(0.01, 4.0))
    model = tk.davies(H, [contact], lamb_shift=tk.LambShift())
    expected = splitting_shift(lambda v: 0.01 * v * mpmath.exp(-v / 4), 1.0, temperature, [5, 20, 100, 300])
    made = np.real(model.hamiltonian[1, 1] - model.hamiltonian[0, 0]) - 1.0
    # Quadrature to 1e-9 of two terms five times larger than their difference; the splitting is known to 1e-16.
    assert made == pytest.approx(expected, rel=1e-7)


def test_a_drude_bath_shifts_a_qubit_by_the_principal_value() -> None:
    contact = tk.Contact(tk.Bath("bath", 0.8), X, tk.Drude(0.01, 4.0))
    model = tk.davies(H, [contact], lamb_shift=tk.LambShift())
    tail = [5, 20, 100, 1000, 1e4, 1e6, mpmath.inf]
    expected = splitting_shift(lambda v: 0.01 * v / (1 + (v / 4) ** 2), 1.0, 0.8, tail)
    made = np.real(model.hamiltonian[1, 1] - model.hamiltonian[0, 0]) - 1.0
    assert made == pytest.approx(expected, rel=1e-6)


def test_the_shift_commutes_with_the_hamiltonian_and_leaves_the_rates_alone() -> None:
    random = np.random.default_rng(4)
    basis = np.linalg.qr(random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4)))[0]
    bare = basis @ np.diag([0.0, 1.0, 2.0, 2.7]) @ basis.conj().T
    bare = (bare + bare.conj().T) / 2
    A = random.normal(size=(4, 4))
    contact = tk.Contact(tk.Bath("bath", 0.8), A + A.T, tk.Ohmic(1e-3, 4.0))
    plain, shifted = tk.davies(bare, [contact]), tk.davies(bare, [contact], lamb_shift=tk.LambShift())
    commutator = shifted.hamiltonian @ bare - bare @ shifted.hamiltonian
    assert np.abs(shifted.hamiltonian - bare).max() > 1e-4
    np.testing.assert_allclose(commutator, 0.0, atol=1e-14)  # two products of norm 3 in a rotated basis
    np.testing.assert_array_equal(shifted.table.amplitude, plain.table.amplitude)
    # Energy is counted without the shift, so the state at rest and its energy stay those of the bare levels.
    np.testing.assert_array_equal(shifted.energies, plain.energies)


def test_twice_the_coupling_shifts_four_times_as_much() -> None:
    def shift(size: float) -> float:
        contact = tk.Contact(tk.Bath("bath", 0.8), size * X, tk.Ohmic(1e-3, 4.0))
        return float(tk.davies(H, [contact], lamb_shift=tk.LambShift()).hamiltonian[1, 1].real - 1.0)

    assert shift(2.0) == pytest.approx(4 * shift(1.0), rel=1e-10)


@pytest.mark.parametrize(
    ("bath", "spectrum", "message"),
    [
        (tk.Bath("b", 1.0), tk.Flat(0.01), "`lamb_shift` diverges for Flat without a cutoff; give the spectrum one"),
        (tk.Bath("b", 1.0), tk.Ohmic(0.01), "`lamb_shift` diverges for Ohmic without a cutoff; give the spectrum one"),
        (tk.Bath("b", [1.0, 2.0]), tk.Ohmic(0.01, 4.0), "`lamb_shift` is integrated for one point; build the models"),
        (tk.Bath("b", 1.0), tk.Lorentzian(0.01, 1.0, 0.5), "diverges for a spectrum that is .* at zero frequency in a"),
        (tk.Bath("b", 1.0, 0.0, tk.Fermi()), tk.Ohmic(0.01, 4.0), "`lamb_shift` needs both sides of a lead's band"),
    ],
)
def test_a_shift_that_cannot_be_integrated_is_refused(bath: tk.Bath, spectrum: tk.Flat, message: str) -> None:
    operator = np.array([[0.0, 1.0], [0.0, 0.0]]) if bath.statistics.moves_particles else X
    with pytest.raises(ValueError, match=message):
        tk.davies(H, [tk.Contact(bath, operator, spectrum)], lamb_shift=tk.LambShift())
