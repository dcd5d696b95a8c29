"""The amplification of a heat transistor: sweeps, errors, and names that it does not have."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
DEVICE = tk.Family(tk.library.thermal_transistor, {"coupling": 1.0, "left": 0.2, "right": 0.02})


def test_a_sweep_is_its_points_and_heats_of_the_other_two_add_up_to_minus_one() -> None:
    middle = np.array([0.06, 0.1, 0.14])
    right, left = (tk.amplification(DEVICE, {"middle": middle}, steered=name) for name in ("right", "left"))
    np.testing.assert_allclose(right.factor + left.factor, -1.0, rtol=1e-8)  # all heats add up to nothing
    one = tk.amplification(DEVICE, {"middle": 0.1})
    assert right.factor[1] == pytest.approx(float(one.factor), rel=1e-10)
    assert (right.factor_error < 1e-6 * np.abs(right.factor)).all()
    # Each derivative moved by its error to the side that moves the factor most.
    error = right.response.error[..., 0]
    moved = (np.abs(right.of_steered) + error[..., 0]) / (np.abs(right.of_control) - error[..., 1])
    np.testing.assert_allclose(np.abs(right.factor) + right.factor_error, moved, rtol=1e-12)
    assert (right.factor_error > 0.0).all()


def test_it_is_shown_with_its_factor_first_and_as_labelled_data() -> None:
    found = tk.amplification(DEVICE, {"middle": [0.06, 0.1]})
    assert repr(found).splitlines()[0] == "Amplification: heat from right per heat from middle"
    assert found.to_xarray()["factor"].dims == ("middle",)


def test_a_bath_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="top"):
        tk.amplification(DEVICE, {"middle": 0.1}, control="top")
    with pytest.raises(ValueError, match="top"):
        tk.amplification(DEVICE, {"middle": 0.1}, steered="top")
