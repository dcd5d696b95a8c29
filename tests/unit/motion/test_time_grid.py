"""What stands at time 0: only the first of ascending times can be that."""

from __future__ import annotations

import numpy as np

from thermokin.motion.time_grid import set_at_start


def test_only_rows_that_start_at_zero_change() -> None:
    times = np.array([[0.0, 1.0], [0.5, 1.0], [0.0, 2.0]])
    values = np.ones((3, 2))
    np.testing.assert_array_equal(set_at_start(values, times, np.array([7.0, 8.0, 9.0])), [[7, 1], [1, 1], [9, 1]])
    assert values[0, 0] == 7.0  # in place


def test_axes_after_time_take_a_value_each() -> None:
    first = np.arange(12.0).reshape(4, 3)
    found = set_at_start(np.ones((4, 2, 3)), np.array([0.0, 1.0]), first, own=1)
    np.testing.assert_array_equal(found[:, 0], first)
    assert (found[:, 1] == 1.0).all()


def test_without_a_start_nothing_changes() -> None:
    assert (set_at_start(np.ones((4, 2)), np.array([0.1, 1.0]), np.nan) == 1.0).all()
