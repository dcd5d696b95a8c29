"""Some points of a sweep: nothing of what was prepared for them is lost."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.motion.evolution import at_points

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TEMPERATURES = np.array([0.3, 0.5, 0.8, 1.3, 2.1])
TIMES = np.array([0.0, 0.5, 3.0, 200.0])


def relaxing(temperatures: np.ndarray) -> tk.results.Evolution:
    model = tk.library.levels([0.0, 1.0, 2.3], None, 0.1, temperatures)
    return tk.evolve(model, tk.Gibbs(temperatures + 1e-9), TIMES)


def test_points_chosen_from_a_sweep_start_move_and_end_as_they_do_alone() -> None:
    points = np.array([1, 3])
    chosen, alone = at_points(relaxing(TEMPERATURES), points, slice(1)), relaxing(TEMPERATURES[points])
    assert chosen is not None
    # Exact: the same operations on the same numbers.
    np.testing.assert_array_equal(chosen.at(TIMES).populations, alone.populations)
    np.testing.assert_array_equal(chosen.at(TIMES).deviation, alone.deviation)
    np.testing.assert_array_equal(chosen.initial.logarithms, alone.initial.logarithms)
    np.testing.assert_array_equal(chosen.initial.temperature, alone.initial.temperature)
    # How near a Gibbs state starts to its end is known beyond its digits, and that both are thermal.
    assert chosen.preparation.away_is_known
    assert chosen.preparation.motion.limit.thermal


def test_a_stretch_of_a_sweep_holds_the_populations_of_all_its_times() -> None:
    whole = relaxing(TEMPERATURES)
    part = at_points(whole, slice(1, 4))
    assert part is not None
    np.testing.assert_array_equal(part.populations, whole.populations[1:4])
    np.testing.assert_array_equal(part.change_sizes, whole.change_sizes[1:4])
    assert at_points(tk.evolve(tk.library.qubit(1.0, 1.0, 1.0), tk.Gibbs(0.5), TIMES), slice(0, 1)) is None
