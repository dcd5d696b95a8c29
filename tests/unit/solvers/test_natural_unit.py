"""The Krylov method in units that single precision does not hold."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk
from oracles import Array

DRIVE = np.array([[0.0, 0.3, 0.0], [0.3, 1.0, 0.2j], [0.0, -0.2j, 1.7]])
JUMPS = [np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), np.diag([0.0, 0.4, 0.1])[::-1]]


def driven(unit: float) -> tk.Model:
    return tk.Model(unit * DRIVE, [tk.Channel(np.sqrt(unit) * jump, None, 1.0) for jump in JUMPS])


def counted(unit: float) -> tuple[Array, Array, Array, Array]:
    model = driven(unit)
    made = tk.cumulants(model, tk.activity(model), order=3, method=tk.Krylov())
    noise = tk.spectrum(model, tk.activity(model), [0.0, 0.4 * unit, 3.0 * unit], method=tk.Krylov())
    condition = np.asarray(made.condition)
    return made.steady_state.state, made.values / unit, np.asarray(noise) / unit, condition


@pytest.mark.parametrize("power", [-132, -66, 66, 132])
def test_a_model_in_units_of_forty_decades_is_solved_as_in_its_own(power: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = counted(2.0**power)
    for found, expected in zip(made, counted(1.0), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)  # far above tolerance times condition
