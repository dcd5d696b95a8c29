"""What is given of a derivative that rounding leaves few digits, and what is refused."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from response_oracles import DIGITS, STEP, Jump, Number, Steady

X, LOWER = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])
TURN = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
AT = {"w": 0.6, "g": 0.9, "link": 1e-6}


def jumps(g: Number, link: Number, root: object) -> list[tuple[int, int, Number]]:
    """Row, column and size of six jumps: two systems of two levels, and weak links between them."""
    return [
        (0, 1, root(g)), (1, 0, 0.2), (2, 3, 0.4), (3, 2, g), (0, 2, root(link)), (3, 1, 0.7 * root(2 * link)),
    ]  # fmt: skip


def linked(w: float, g: float, link: float) -> tk.Model:
    """Two driven systems that a weak link joins, in a basis that shows neither."""
    hamiltonian = np.zeros((4, 4))
    hamiltonian[:2, :2] = w * X
    hamiltonian[2:, 2:] = 0.3 * X + np.diag([0.0, w])
    channels = []
    for row, column, size in jumps(g, link, np.sqrt):
        jump = np.zeros((4, 4))
        jump[row, column] = size
        channels.append(tk.Channel(TURN @ jump @ TURN.T, None))
    return tk.Model(TURN @ hamiltonian @ TURN.T, channels)


def steady(p: dict[str, Number]) -> Steady:
    hamiltonian = mpmath.zeros(4)
    hamiltonian[0, 1] = hamiltonian[1, 0] = p["w"]
    hamiltonian[2, 3] = hamiltonian[3, 2] = mpmath.mpf(0.3)
    hamiltonian[3, 3] = p["w"]
    found = []
    for row, column, size in jumps(p["g"], p["link"], mp.sqrt):
        jump = mpmath.zeros(4)
        jump[row, column] = size
        found.append(Jump(jump, {"activity": mpmath.mpf(1)}))
    return Steady(hamiltonian, found)


@pytest.mark.parametrize(("link", "few"), [(1e-2, 10.0), (1e-6, 5.0), (1e-8, 1.0)])
def test_what_cancels_is_given_with_its_error_however_few_digits_it_has(link: float, few: float) -> None:
    at = {**AT, "link": link}
    found = tk.response(linked, at, list(at), ["activity"])
    with mp.workdps(DIGITS):
        for place, name in enumerate(at):
            ends = []
            for sign in (1, -1):
                p = {key: mpmath.mpf(one) for key, one in at.items()}
                p[name] += sign * STEP * p[name]
                ends.append(steady(p).mean("activity"))
            true = float((ends[0] - ends[1]) / (2 * STEP * mpmath.mpf(at[name])))
            assert abs(found.values[0, place] - true) <= found.error[0, place], name
            assert abs(found.values[0, place] - true) <= 10.0 ** (1.0 - found.digits[0, place]) * abs(true)
    assert found.digits.min() < few + 2.0
    np.testing.assert_allclose(
        found.digits, np.clip(-np.log10(found.error / np.abs(found.values)), 0.0, 16.0), rtol=1e-12, atol=0
    )


def test_what_vanishes_is_given_and_has_no_digits_of_its_own() -> None:
    family = tk.Family(tk.library.coupled_qubits, {"gaps": [1.0, 1.3], "rate": 0.002, "cold": 1.0})
    found = tk.response(family, {"coupling": 0.2, "hot": 1.0}, ["coupling", "hot"], ["heat from hot", "activity"])
    assert abs(found.of("heat from hot", "coupling")) <= found.error[0, 0]
    assert found.error[0, 0] < 1e-12 * abs(found.of("activity", "coupling"))
    assert found.digits[0, 0] < 1.0
    assert found.digits[0, 1] > 10.0


def test_nothing_is_refused_of_which_a_digit_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    # The errors are made larger by hand: what they are of is tested above.
    from thermokin.linear_response import point_response

    maser, at = tk.Family(tk.library.three_level_maser, {"cold": 1.0}), {"drive": [0.05, 0.1], "hot": 5.0}
    true = tk.response(maser, at, ["drive"], ["activity"])
    monkeypatch.setattr(point_response, "SUMMED", 3e-5)
    few = tk.response(maser, at, ["drive"], ["activity"])
    np.testing.assert_array_equal(few.values, true.values)
    assert (few.error > 2e-5 * np.abs(few.values)).all()
    monkeypatch.setattr(point_response, "SUMMED", 1e-3)
    with pytest.raises(tk.errors.NotConvergedError, match="the derivative of 'activity' by 'drive' lost its digits"):
        tk.response(maser, {"drive": 0.1, "hot": 5.0}, ["drive"], ["activity"])
    with pytest.warns(tk.errors.LostPointsWarning, match=r"lost its digits at the point \(1,\) of the sweep and NaN"):
        assert tk.response(maser, at, ["drive"], ["activity"]).lost.tolist() == [False, True]
