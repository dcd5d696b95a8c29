"""Many frequencies from one Krylov space, one of them the generator's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

import thermokin as tk
from thermokin.solvers.shift_invert import shift_inverted

TURN = np.array([[0.0, -1.0], [1.0, 0.0]])  # turns for ever, at frequency 1


def inverse(vectors: np.ndarray) -> np.ndarray:
    return TURN.T @ vectors


def test_a_frequency_at_which_the_generator_turns_for_ever_is_refused() -> None:
    matrix, right = sparse.csc_array(TURN), np.array([[1.0], [0.0]])
    with pytest.raises(tk.errors.NotConvergedError, match="singular in double precision"):
        shift_inverted(matrix, inverse, right, np.array([0.5, 1.0, 3.0]))
    beside = np.array([0.5, 3.0])
    expected = [np.linalg.solve(1j * w * np.eye(2) - TURN, right) for w in beside]
    np.testing.assert_allclose(shift_inverted(matrix, inverse, right, beside), expected, rtol=1e-14)
