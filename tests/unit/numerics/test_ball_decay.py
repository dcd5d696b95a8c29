"""The least decay rate of a generator, proven: against forty digits, where eigenvalues meet, and what is refused."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest

import thermokin as tk
from thermokin.numerics.ball_decay import _proven, least_decay
from thermokin.numerics.ball_numbers import ball, flint, working_precision

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def ball_matrix(rows: Any) -> Any:
    return flint().arb_mat([[ball(one) for one in row] for row in rows])


@pytest.mark.parametrize("seed", range(4))
def test_the_ball_holds_forty_digits_of_an_independent_evaluation(seed: int) -> None:
    draw = np.random.default_rng(seed)
    # Whole numbers over 64, so that columns of doubles add up to 0 exactly.
    rates = draw.integers(1, 200, size=(6, 6)) / 64.0
    np.fill_diagonal(rates, 0.0)
    rates -= np.diag(rates.sum(axis=0))
    with working_precision(192):
        found = least_decay(ball_matrix(rates))
        assert found.rel_accuracy_bits() > 136
        with mp.workdps(50):
            values = sorted(mp.eig(mp.matrix(rates.tolist()), left=False, right=False), key=lambda one: -one.real)
            exact = mp.nstr(-values[1].real, 45)
        assert found.overlaps(flint().arb(exact, "1e-42"))
        assert not found.overlaps(flint().arb(exact, "1e-42") * flint().arb("1.00000000000000000000000000000000001"))


def test_many_unknowns_are_enclosed_to_the_last_digit_of_doubles() -> None:
    draw = np.random.default_rng(12)
    energy = draw.normal(size=(12, 12))
    model = tk.Model(energy + energy.T, [tk.Channel(0.3 * draw.normal(size=(12, 12)), None) for _ in range(2)])
    found = tk.modes(model, certify=True)
    assert found.certificate is not None
    assert float(found.certificate.radius) <= 1e-15 * float(found.certificate.value)
    assert float(found.certificate.value) == pytest.approx(float(found.gap), rel=1e-12)


def test_slowest_modes_that_meet_are_enclosed_as_doubles_leave_them() -> None:
    left, right = (tk.Channel(np.kron(one, two), None) for one, two in ((LOWER, np.eye(2)), (np.eye(2), LOWER)))
    found = tk.modes(tk.Model(np.zeros((4, 4)), [left, right]), certify=True).certificate
    assert found is not None
    assert abs(float(found.value) - 1.0) <= float(found.radius) < 1e-12


@pytest.mark.parametrize("drive", [0.25, 0.2500001, 1.0])
def test_an_exceptional_point_and_its_neighbours_have_their_closed_form(drive: float) -> None:
    # A damped, driven atom: one mode decays by half the rate whatever the drive.
    model = tk.Model(0.5 * drive * (LOWER + LOWER.T), [tk.Channel(LOWER, None)])
    found = tk.modes(model, certify=True).certificate
    assert found is not None
    assert abs(float(found.value) - 0.5) <= float(found.radius) < 1e-12


def test_two_states_at_rest_are_refused() -> None:
    with working_precision(192), pytest.raises(ZeroDivisionError, match="simple eigenvalue"):
        least_decay(ball_matrix([[-1.0, 1.0, 0.0, 0.0], [1.0, -1.0, 0.0, 0.0], [0, 0, -2.0, 2.0], [0, 0, 2.0, -2.0]]))


def test_vectors_that_are_no_inverses_of_each_other_widen_the_ball_and_do_not_move_it_away() -> None:
    rates = [[-1.0, 2.0], [1.0, -2.0]]
    with working_precision(192):
        matrix, vectors = ball_matrix(rates), flint().acb_mat([[2, 1], [1, -1]])
        duals = flint().acb_mat(vectors.inv()) * flint().acb("1.000001")
        found = _proven(matrix, vectors, duals)
        assert found.contains(3)
        assert 1e-6 < float(found.rad()) < 1e-4
