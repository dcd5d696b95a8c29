"""The local assumption in a rotating frame: of the drive, not of what the frame takes off the levels."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

LADDER = np.array([0.0, 5.0, 9.8])
LOWERS = np.diag([1.0, np.sqrt(2.0)], k=1)


def validity(hamiltonian: np.ndarray, energies: np.ndarray, operator: np.ndarray) -> float:
    contact = tk.Contact(tk.Bath("line", 1.0), operator, tk.Flat(1e-4))
    model = tk.local(hamiltonian, [contact], np.diag(energies))
    (line,) = (one for one in model.validity if one.name == "local")
    return float(line.smallest)


@pytest.mark.parametrize("drive", [0.001, 0.01, 0.05])
@pytest.mark.parametrize("detuning", [0.0, 0.03])
def test_a_driven_qubit_has_its_gap_over_what_its_field_turns(drive: float, detuning: float) -> None:
    """By hand: [drive sigma_x - detuning |1><1|, sigma_-], with both levels of one weight."""
    flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    rotating = np.array([[0.0, drive], [drive, detuning]])
    contact = tk.Contact(tk.Bath("line", 1e6), flip, tk.Flat(1e-9))
    model = tk.local(rotating, [contact], np.diag([0.0, 1.0]))
    (line,) = (one for one in model.validity if one.name == "local")
    assert float(line.smallest) == pytest.approx(1.0 / (drive * np.sqrt(2.0)), rel=1e-5)


def test_a_ladder_in_a_rotating_frame_has_the_strength_of_its_drive() -> None:
    touched = LOWERS + LOWERS.T
    weak, strong = (validity(np.diag([0.0, 0.0, -0.2]) + drive * touched, LADDER, touched) for drive in (0.002, 0.02))
    assert weak == pytest.approx(10.0 * strong, rel=1e-12)
    assert 4.8 / 0.02 / 3.0 < strong < 4.8 / 0.02


def test_a_strong_drive_is_in_doubt_still() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="the local assumption is in doubt"):
        assert (
            validity(np.array([[0.0, 0.4], [0.4, 0.0]]), np.array([0.0, 1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])) < 3
        )


def test_levels_that_are_shifted_by_less_than_a_frame_takes_off_are_a_coupling() -> None:
    flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    with pytest.warns(tk.errors.ValidityWarning, match="the local assumption is in doubt"):
        assert validity(np.diag([0.0, 0.6]), np.array([0.0, 1.0]), flip) == pytest.approx(2.5, rel=1e-12)


def test_along_a_sweep_each_point_has_a_frame_of_its_own() -> None:
    rotating = np.array([np.diag([0.0, 1.0]), np.diag([0.0, 0.0])]) + 0.01 * np.array([[0.0, 1.0], [1.0, 0.0]])
    contact = tk.Contact(tk.Bath("line", 1.0), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(1e-4))
    ratios = [
        tk.local(one, [contact], np.diag([0.0, 1.0])).validity[0].ratio for one in (rotating, rotating[0], rotating[1])
    ]
    np.testing.assert_allclose(ratios[0], [float(ratios[1]), float(ratios[2])], rtol=1e-12)
