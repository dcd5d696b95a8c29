"""Hamiltonians as functions of time, from lists of terms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ


def test_terms_are_summed_with_their_coefficients_of_one_time_and_of_many() -> None:
    drive = tk.Drive([0.5 * SZ, [SX, lambda t: np.cos(0.9 * t)], [SZ, math.sin], 0.1 * SX])
    times = np.array([0.0, 0.7, 2.0])
    expected = [0.5 * SZ + (np.cos(0.9 * t) + 0.1) * SX + math.sin(t) * SZ for t in times]
    assert drive(times) == pytest.approx(np.array(expected), abs=1e-15)
    assert drive(0.7) == pytest.approx(expected[1], abs=1e-15)
    assert tk.Drive(lambda t: t * SX)(times) == pytest.approx(times[:, None, None] * SX)
    assert drive.dimension == 2


def test_a_constant_coefficient_is_no_trap() -> None:
    assert tk.Drive([[SX, lambda _: 2.0]])(np.array([0.0, 1.0])) == pytest.approx(np.array([2.0 * SX, 2.0 * SX]))


def test_what_is_no_drive_is_refused() -> None:
    with pytest.raises(TypeError, match="`terms` must be a list of operators and pairs"):
        tk.Drive(3.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"`terms\[0\]` has a coefficient that is no function, got 'cos\(t\)'"):
        tk.Drive([[SX, "cos(t)"]])
    with pytest.raises(TypeError, match=r"give a function of time, or a QobjEvo"):
        tk.Drive([[SX, np.array([0.0, 1.0])]])
    with pytest.raises(ValueError, match=r"`terms\[1\]` must have shape \(2, 2\), got \(3, 3\)"):
        tk.Drive([SX, np.eye(3)])
    with pytest.raises(ValueError, match=r"operators of one size, got \[2, 3\]"):
        tk.Drive([SX, [np.eye(3), lambda t: t]])


def test_a_hamiltonian_of_time_where_a_model_is_wanted_is_told_its_way() -> None:
    terms = [SX, [SX, np.cos]]
    for driven in (tk.Drive(terms), terms):
        with pytest.raises(TypeError, match=r"must be a Model.*is a leg, tk\.Leg\(duration, tk\.Drive\(H\)\)"):
            tk.evolve(driven, tk.Gibbs(1.0), [0.0, 1.0])  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=r"must make a Model of a time, .* is tk\.Drive\(H\) where no bath"):
        tk.Leg(1.0, lambda t: t * np.asarray(SX))  # type: ignore[arg-type, return-value]
