"""Starts of one thin system above the size of dense algebra: late populations need no sum of positive terms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

import thermokin as tk
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.population_engines import ENGINES
from thermokin.motion.population_motion import population_motion
from thermokin.motion.prepared_populations import Task

LEVELS, STEP = 4300, 0.01


@pytest.mark.parametrize("temperature", [3.0])
def test_rounding_of_a_hot_start_has_decayed_with_it_at_late_times(temperature: float) -> None:
    """A ladder at T = 1, against uniformisation, which takes a product for every jump of the fastest level."""
    down, bath = sparse.eye_array(LEVELS, k=1).tocsr(), tk.Bath("b", 1.0)
    filled = 1.0 / np.expm1(STEP)
    jumps = [
        tk.Channel(np.sqrt(0.1 * (filled + 1.0)) * down, bath, -STEP),
        tk.Channel(np.sqrt(0.1 * filled) * down.T.tocsr(), bath, STEP),
    ]
    energies = STEP * np.arange(LEVELS)
    motion = population_motion(Liouvillian(tk.Model(sparse.diags_array(energies).tocsr(), jumps)))
    start = np.exp(-energies / temperature)
    start /= start.sum()
    times = np.array([1e3, 1.5e5])
    task = Task(motion, start, start - motion.end(start), times)
    found, _, poor = ENGINES["Chebyshev"].move(task)
    assert found is not None
    assert poor is not None
    assert not poor[1]
    other = motion.path(start, times[:1], engine="uniformisation")[0]
    np.testing.assert_allclose(motion.path(start, times[:1])[0][0], other[0], rtol=1e-11)
