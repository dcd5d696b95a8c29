"""Comparisons: crossings, verdicts and distances by their names, and what is refused."""

from __future__ import annotations

import functools
import gc
import weakref
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.quench.branch import DISTANCES
from thermokin.quench.comparison import Comparison

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.2, 1.0])


@functools.cache
def qubit_pair() -> tk.QuenchPair:
    return tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), 0.5, 2.0)


@functools.cache
def compared() -> Comparison:
    return tk.compare(qubit_pair(), TIMES)


def test_a_comparison_names_its_crossings_and_verdicts() -> None:
    assert set(compared().crossings) == {
        "entropy production rate",
        "entropy production",
        "completion",
        *(measure.name for measure in DISTANCES),
    }
    assert compared().verdict("gap").name == "gap"
    with pytest.raises(ValueError, match=r"`name` must be one of 'initial rate', 'gap', .*, got 'luck'\."):
        compared().verdict("luck")


def test_what_is_no_longer_asked_for_is_given_back_without_the_garbage_collector() -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(np.linspace(0.5, 2.0, 50), 1.0, t), 0.5, 2.0)
    comparison = tk.compare(pair, TIMES)
    comparison.to_xarray()
    sides = [weakref.ref(side) for side in (comparison.heating, comparison.cooling)]
    gc.disable()
    try:
        del comparison
        assert [side() for side in sides] == [None, None]
    finally:
        gc.enable()


def test_a_comparison_follows_the_distances_it_is_told() -> None:
    comparison = tk.compare(qubit_pair(), TIMES, distances=[tk.distances.WignerYanase()])
    assert list(comparison.heating.distances) == ["Wigner-Yanase angle"]
    assert "ahead in Wigner-Yanase angle" in [verdict.name for verdict in comparison.verdicts]
    assert "Wigner-Yanase angle" in comparison.crossings


@pytest.mark.parametrize(
    ("times", "message"),
    [([1.0, 0.5], "ascending"), ([-1.0, 0.5], ">= 0"), ([], "times"), ([0.0, np.nan], "times")],
)
def test_times_that_are_none_are_refused(times: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.compare(qubit_pair(), times)


def test_a_start_that_is_no_state_is_refused() -> None:
    model = qubit_pair().heating.model
    broken = tk.QuenchPair(tk.Quench("a", model, [0.5, 0.6]), qubit_pair().cooling, "by hand", {})
    with pytest.raises(ValueError, match="sum"):
        tk.compare(broken, TIMES)
