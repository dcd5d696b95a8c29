"""What the fuzzer found at the constructors: numbers that are none, axes that do not meet, rates beyond doubles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.operators.as_numbers import as_real, as_whole

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def test_a_bath_at_minus_zero_is_one_at_zero() -> None:
    cold = tk.library.qubit(1.0, 0.01, -0.0)
    np.testing.assert_array_equal(tk.steady_state(cold).populations, [1.0, 0.0])


def test_a_sweep_of_rates_alone_has_the_one_thermal_state() -> None:
    sweep = tk.library.oscillator(3, 1.0, [0.01, 0.02], 0.5)
    one = tk.library.oscillator(3, 1.0, 0.01, 0.5)
    states = np.broadcast_to(tk.steady_state(sweep).state, (2, 3, 3))
    np.testing.assert_allclose(states[1], tk.steady_state(one).state, atol=1e-15)  # a rounding of populations


def test_leading_axes_that_do_not_meet_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"the leading axes \(3,\) of `chemical_potential` do not broadcast"):
        tk.Bath("lead", [1.0, 2.0], [0.0, 1.0, 2.0], tk.Fermi())
    with pytest.raises(ValueError, match=r"the leading axes \(2,\) of `spectrum` do not broadcast with.*`bath` \(3,\)"):
        tk.Contact(tk.Bath("bath", [1.0, 2.0, 3.0]), FLIP, tk.Flat([0.1, 0.2]))
    jumps = np.array([1.0, 2.0])[:, None, None] * LOWER
    with pytest.raises(ValueError, match=r"of `channels\[0\]` do not broadcast with.*`hamiltonian` \(3,\)"):
        tk.Model(np.zeros((3, 2, 2)), [tk.Channel(jumps, None)])


@pytest.mark.parametrize("rate", [1e-160, 5e-324])
def test_rates_whose_quotients_leave_doubles_are_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="rates of the model must lie between 1e-100 and 1e"):
        tk.library.qubit(1.0, rate, 0.5)


@pytest.mark.parametrize("value", [1e160, -1e300])
def test_energies_whose_products_leave_doubles_are_refused(value: float) -> None:
    with pytest.raises(
        ValueError, match=r"`hamiltonian` must be at most 1e\+100 in magnitude, got .*choose other units"
    ):
        tk.Model(np.diag([0.0, value]), [])


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (np.ma.masked_array([1.0, 2.0], [True, False]), "masked array"),
        ([[1.0], [1.0, 2.0]], "rows of different shapes"),
        (np.longdouble("1e4000"), "must be finite, got inf"),
        (10**400, "must be finite"),
    ],
)
def test_numbers_that_double_precision_cannot_hold_are_refused(value: Any, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        as_real(value, "x")


@pytest.mark.parametrize("value", [2.0, True, "2", None, np.eye(2)])
def test_a_count_is_a_whole_number(value: Any) -> None:
    with pytest.raises(TypeError, match="`levels` must be a whole number, got"):
        as_whole(value, "levels", 1)


@pytest.mark.parametrize("verb", [tk.steady_state, tk.modes, tk.heat, tk.activity])
def test_what_is_no_model_is_refused_by_every_verb(verb: Any) -> None:
    with pytest.raises(TypeError, match="`model` must be a Model, got 'qubit'"):
        verb("qubit")


def test_a_matrix_for_the_width_of_random_levels_is_refused() -> None:
    with pytest.raises(ValueError, match="`width` must be one number > 0"):
        tk.library.random_levels(3, 1, width=np.eye(2))  # type: ignore[arg-type]


def test_a_sweep_of_the_whole_hamiltonian_must_meet_that_of_the_baths() -> None:
    with pytest.raises(ValueError, match=r"do not broadcast with those of the other arguments: `hamiltonian` \(2,\)"):
        tk.library.xxz_chain(2, np.array([0.3, 0.5]), 0.01, np.array([0.5, 0.7, 1.1]), 0.5)
