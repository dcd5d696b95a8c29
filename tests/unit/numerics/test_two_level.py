"""Two populations in closed form: what drives them, and how a count between them is spread."""

import mpmath as mp
import numpy as np
import pytest

from thermokin.numerics import two_level


@pytest.mark.parametrize("start", [1e-3, 0.4999999, 0.9, 1.0 - 1e-12])
@pytest.mark.parametrize("end", [1e-200, 0.02, 0.5, 0.8])
def test_the_force_is_the_logarithm_of_the_odds_to_all_digits(start: float, end: float) -> None:
    left = np.exp(-np.array([0.0, 1.0, 30.0]))
    away = left * (start - end)
    deviation = np.stack([-away, away], axis=-1)
    stationary = np.array([1.0 - end, end])
    found = two_level.force(stationary + deviation, stationary, deviation)
    with mp.workdps(250):
        q = mp.mpf(end)
        now = [q + mp.mpf(one) for one in away]
        exact = [float(abs(mp.log(p) - mp.log1p(-p) - mp.log(q) + mp.log1p(-q))) for p in now]
    # The populations given are rounded where they are close to one.
    np.testing.assert_allclose(found, exact, rtol=1e-14 if start < 0.95 else 1e-5)


def test_the_force_on_an_empty_level_is_endless_and_one_beyond_doubles_is_not() -> None:
    stationary = np.array([1.0 - 1e-200, 1e-200])
    populations = np.array([[0.0, 1.0], [1e-200, 1.0]])
    found = two_level.force(populations, stationary, populations - stationary)
    np.testing.assert_allclose(found, [np.inf, 400.0 * np.log(10.0)], rtol=1e-15)


def test_moments_of_a_count_are_those_of_one_change_each_way() -> None:
    start, final, gone, step = np.array([0.3, 0.7]), np.array([0.9, 0.1]), np.array([0.0, 0.2, 1.0]), np.asarray(-1.7)
    up, down = start[0] * final[1] * gone, start[1] * final[0] * gone
    expected = [(up + (-1.0) ** power * down) * step**power for power in (1, 2, 3)]
    found = two_level.moments(gone, start, start - final, step, 3)
    np.testing.assert_allclose(found, np.stack(expected, axis=-1), rtol=1e-14)
