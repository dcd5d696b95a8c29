"""The three-level maser: one quantum from each bath for each cycle, whatever the drive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oracles
import thermokin as tk
from machines import Machine

build = tk.library.three_level_maser


def by_hand(drive: float, hot: float, cold: float, detuning: float) -> Machine:
    """Jumps written out, Bose rates, gaps 1 and 2.5, rates 0.01 and 0.02; quanta from the hot bath."""
    n_cold, n_hot = 1.0 / np.expm1(1.0 / cold), 1.0 / np.expm1(2.5 / hot)
    H = np.zeros((3, 3))
    H[1, 2] = H[2, 1] = drive
    H[2, 2] = detuning
    down_cold, down_hot = np.zeros((3, 3)), np.zeros((3, 3))
    down_cold[0, 1] = down_hot[0, 2] = 1.0
    jumps = [
        np.sqrt(0.02 * (n_hot + 1.0)) * down_hot,
        np.sqrt(0.02 * n_hot) * down_hot.T,
        np.sqrt(0.01 * (n_cold + 1.0)) * down_cold,
        np.sqrt(0.01 * n_cold) * down_cold.T,
    ]
    return Machine(H, jumps, np.array([-1.0, 1.0, 0.0, 0.0]))


def test_the_maser_is_that_of_its_jumps_written_out() -> None:
    drive, detuning = np.array([0.01, 0.05])[:, None], 0.004
    hot = np.array([3.0, 6.0, 9.0])
    model = build(drive, hot, 0.7, (1.0, 2.5), (0.01, 0.02), detuning)
    made = tk.cumulants(model, tk.heat(model, "hot"), order=2)
    assert made.shape == (2, 3, 2)
    for place, strength in enumerate(drive[:, 0]):
        for number, temperature in enumerate(hot):
            machine = by_hand(strength, temperature, 0.7, detuning)
            current = machine.current
            expected = tk.cumulants(current.model, current).values * [2.5, 2.5**2]
            np.testing.assert_allclose(made[place, number], expected, rtol=1e-10)
    state = oracles.steady_state(machine.hamiltonian, [oracles.Jump(L) for L in machine.jumps])
    np.testing.assert_allclose(tk.steady_state(model)[1, 2], state, rtol=0, atol=1e-12)


def test_both_baths_give_one_quantum_a_cycle() -> None:
    model = build(0.02, 8.0)
    rho = tk.steady_state(model)
    hot, cold = (float(tk.heat(model, name).mean(rho)) for name in ("hot", "cold"))
    assert hot / 2.5 == pytest.approx(-cold, rel=1e-12)
    # Gain where w_cold / w_hot > T_cold / T_hot: the drive takes energy out.
    assert hot + cold > 0.0
    reversible = build(0.02, 2.5)
    assert float(tk.heat(reversible, "hot").mean(tk.steady_state(reversible))) == pytest.approx(0.0, abs=1e-16)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"gaps": (2.0, 1.0)}, "`gaps` must ascend from above 0"),
        ({"gaps": (1.0, 2.0, 3.0)}, r"`gaps` must have shape \(\.\.\., 2\), cold and hot"),
        ({"rates": 0.1}, r"`rates` must have shape \(\.\.\., 2\), cold and hot"),
        ({"drive": np.ones(2), "detuning": np.ones(3)}, "do not broadcast"),
    ],
)
def test_what_is_no_maser_is_refused(arguments: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        build(**({"drive": 0.01, "hot": 5.0} | arguments))


def test_a_drive_as_strong_as_the_gaps_is_in_doubt() -> None:
    with pytest.warns(tk.ValidityWarning, match="the smallest gap over the drive"):
        build(0.5, 5.0)
