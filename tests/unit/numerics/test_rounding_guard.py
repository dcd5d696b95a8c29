"""Motions of very many turns: right to the last digit where levels turn alone, refused where phases are lost."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest

import thermokin as tk
from thermokin.motion.moved_paths import level_phases

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def driven(gap: float, rate: float) -> tk.Model:
    """A qubit whose drive couples its populations to a coherence that turns fast."""
    return tk.Model(np.array([[0.0, 1.0], [1.0, gap]]), [tk.Channel(np.sqrt(rate) * LOWER, None, 1.0)])


@pytest.mark.parametrize("times", [[1e6], [1e12], [1e22], [1e6, 2.5e6, 7e6, 9e6, 3e7]], ids=str)
def test_a_driven_coherence_of_more_turns_than_doubles_hold_is_refused(times: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(tk.errors.NotConvergedError, match=r"slow parts of a coherent motion .* rotating frame"):
            tk.evolve(driven(1e8, 1e-6), np.full((2, 2), 0.5), times)


@pytest.mark.parametrize("times", [[1e12], [1e18], [1e3, 1e6, 2e9, 3e12, 1e18]], ids=str)
def test_a_driven_coherence_that_has_long_decayed_may_have_turned_as_often_as_it_likes(times: list[float]) -> None:
    model = driven(30.0, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        state = tk.evolve(model, np.full((2, 2), 0.5), times).states[-1]
    # Rounding of a steady state of condition 1e3.
    np.testing.assert_allclose(state, tk.steady_state(model).state, atol=1e-12)


@pytest.mark.parametrize("time", [1.0, 1e6, 1e14, 1e60])
def test_coherences_of_levels_that_turn_alone_agree_however_many_turns(time: float) -> None:
    energies, rate = np.array([0.0, 1e8 + 0.3, 2.7e8]), 1e-3 / time
    loss = np.zeros((3, 3))
    loss[0, 2] = np.sqrt(rate)
    model = tk.Model(np.diag(energies), [tk.Channel(loss, None, 1.0)])
    state = tk.evolve(model, np.full((3, 3), 1.0 / 3.0), [time]).states[0]
    assert np.linalg.eigvalsh(state).min() > -1e-15  # roundings of elements of order one
    with mpmath.workdps(120):
        turn = [mpmath.expj(-mpmath.mpf(float(e)) * mpmath.mpf(time)) for e in energies]
        expected = np.array([[complex(a * mpmath.conj(b)) for b in turn] for a in turn]) / 3.0
    expected[2, :2] *= np.exp(-rate * time / 2.0)
    expected[:2, 2] *= np.exp(-rate * time / 2.0)
    np.testing.assert_allclose(state[~np.eye(3, dtype=bool)], expected[~np.eye(3, dtype=bool)], atol=1e-15)


def test_the_phase_of_a_level_is_right_to_rounding_over_a_hundred_decades() -> None:
    random = np.random.default_rng(3)
    energies = random.normal(size=7) * 10.0 ** random.integers(-3, 60, 7)
    times = np.abs(random.normal(size=9)) * 10.0 ** random.integers(-60, 60, 9)
    with mpmath.workdps(200):
        expected = [[complex(mpmath.expj(-mpmath.mpf(e) * mpmath.mpf(t))) for e in energies] for t in times]
    np.testing.assert_allclose(level_phases(energies, times), expected, atol=1e-15)


def test_a_slow_decay_beside_a_fast_turn_is_not_taken_for_one_that_stays() -> None:
    # The decay of 5e-7 is below rounding of the sector's singular values, so that it counts as stationary.
    with pytest.raises(tk.errors.NotConvergedError, match="slow parts of a coherent motion"):
        tk.evolve(driven(1e8, 5e-7), np.full((2, 2), 0.5), [1.0])


def test_starts_and_times_whose_leading_axes_do_not_match_are_named() -> None:
    model, start = driven(1.0, 0.1), np.stack([np.full((2, 2), 0.5)] * 2)
    with pytest.raises(ValueError, match=r"`times` do not broadcast .* `initial` \(2,\)"):
        tk.evolve(model, start, np.ones((3, 1)))
    evolution = tk.evolve(model, start, [1.0])
    with pytest.raises(ValueError, match=r"`times` do not broadcast .* `initial` \(2,\)"):
        evolution.at(np.ones((3, 1)))
